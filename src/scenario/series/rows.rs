//! Lines and fields of a CSV file, read one line at a time into one buffer of limited size: nothing
//! that a file holds can make the reading slow or large. A quoted field may hold commas and doubled
//! quotes, but ends on its line.

use std::borrow::Cow;
use std::io::BufRead;

use super::Fault;

/// A line of rates is short; more than this is some other file.
const LINE_BYTES_MAX: usize = 64 << 10;
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The lines of a file.
pub(super) struct Lines<R> {
    source: R,
    buffer: Vec<u8>,
    number: u64,
}

/// One line that is not blank.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// Counted from 1.
    pub(super) number: u64,
    /// Without its end.
    pub(super) text: &'a str,
    /// Whether the file ends here without a line's end.
    pub(super) is_open: bool,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(source: R) -> Self {
        Self {
            source,
            buffer: Vec::new(),
            number: 0,
        }
    }

    /// The next line; none at the end of the file.
    pub(super) fn next(&mut self) -> Result<Option<Line<'_>>, Fault> {
        loop {
            self.buffer.clear();
            self.number += 1;
            let mut limited = std::io::Read::take(&mut self.source, LINE_BYTES_MAX as u64 + 1);
            limited
                .read_until(b'\n', &mut self.buffer)
                .map_err(|error| {
                    Fault::new(
                        "file",
                        format!("cannot be read: {error}"),
                        "check the file and its disk",
                    )
                })?;
            if self.buffer.len() > LINE_BYTES_MAX {
                let message = format!("the line is longer than {LINE_BYTES_MAX} bytes");
                let hint = "this is hardly a CSV file with a row on each line";
                return Err(Fault::new("file", message, hint).on(self.number));
            }
            match self.buffer.as_slice() {
                [] => return Ok(None),
                line if !line.trim_ascii().is_empty() => break,
                _ => {}
            }
        }
        let is_open = self.buffer.last() != Some(&b'\n');
        let number = self.number;
        let text = str::from_utf8(&self.buffer).map_err(|_| {
            let hint = "save it as CSV in UTF-8";
            Fault::new("file", "this is not UTF-8 text", hint).on(number)
        })?;
        let text = text.trim_end_matches(['\n', '\r']);
        Ok(Some(Line {
            number,
            text: match number {
                1 => text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text),
                _ => text,
            },
            is_open,
        }))
    }
}

impl<'a> Line<'a> {
    /// The fields in their order, without the blanks and the quotes around them.
    pub(super) fn fields(self) -> Fields<'a> {
        Fields {
            rest: Some(self.text),
            line: self.number,
        }
    }
}

/// The fields of a line.
pub(super) struct Fields<'a> {
    rest: Option<&'a str>,
    line: u64,
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<Cow<'a, str>, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest?.trim_start();
        let Some(quoted) = rest.strip_prefix('"') else {
            let (field, rest) = match rest.split_once(',') {
                Some((field, rest)) => (field, Some(rest)),
                None => (rest, None),
            };
            self.rest = rest;
            return Some(Ok(Cow::Borrowed(field.trim())));
        };
        self.rest = None;
        let Some((field, after)) = closed(quoted) else {
            let hint =
                "a field that begins with `\"` ends with one, before a comma, on the same line";
            let fault = Fault::new("file", "a quoted field does not end", hint);
            return Some(Err(fault.on(self.line)));
        };
        self.rest = after;
        Some(Ok(match field.contains("\"\"") {
            true => Cow::Owned(field.replace("\"\"", "\"")),
            false => Cow::Borrowed(field),
        }))
    }
}

/// A quoted field up to its closing quote, and what comes behind the comma after it.
fn closed(quoted: &str) -> Option<(&str, Option<&str>)> {
    let mut from = 0;
    loop {
        let end = from + quoted.get(from..)?.find('"')?;
        let after = quoted.get(end + 1..)?;
        if after.starts_with('"') {
            from = end + 2;
            continue;
        }
        let field = quoted.get(..end)?;
        let after = after.trim_start();
        return match after.strip_prefix(',') {
            Some(rest) => Some((field, Some(rest))),
            None if after.is_empty() => Some((field, None)),
            None => None,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> Option<Vec<String>> {
        let line = Line {
            number: 1,
            text,
            is_open: false,
        };
        let fields: Result<Vec<_>, _> = line.fields().collect();
        Some(fields.ok()?.into_iter().map(Cow::into_owned).collect())
    }

    #[test]
    fn fields_with_and_without_quotes() {
        for (text, expected) in [
            ("a,b", vec!["a", "b"]),
            (" a , b ,", vec!["a", "b", ""]),
            ("", vec![""]),
            ("\"a,\"\"b\"\"\" , c", vec!["a,\"b\"", "c"]),
            ("\"\",\"\"\"\"", vec!["", "\""]),
            ("a\"b,c", vec!["a\"b", "c"]),
        ] {
            assert_eq!(
                fields(text).as_deref(),
                Some(expected.as_slice())
                    .map(|v| v.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>())
                    .as_deref(),
                "{text}"
            );
        }
        for text in ["\"a", "\"a\"b,c", "\"", "\"\"\""] {
            assert_eq!(fields(text), None, "{text}");
        }
    }

    #[test]
    fn lines_end_in_any_way_and_blank_ones_are_passed_over() {
        let mut lines = Lines::new("\u{feff}a\r\n\r\n  \nb\nc".as_bytes());
        let mut seen = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            seen.push((line.number, line.text.to_owned(), line.is_open));
        }
        assert_eq!(
            seen,
            [
                (1, "a".to_owned(), false),
                (4, "b".to_owned(), false),
                (5, "c".to_owned(), true)
            ]
        );
    }

    #[test]
    fn an_endless_line_is_refused_and_not_read_to_its_end() {
        let mut lines = Lines::new(std::io::BufReader::new(std::io::repeat(b'7')));
        let fault = lines.next().unwrap_err();
        assert!(fault.complaint.message.contains("longer than 65536 bytes"));
        assert!(Lines::new(&b"\xff\xfe1\n"[..]).next().is_err());
    }
}

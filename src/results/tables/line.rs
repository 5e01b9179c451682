//! One line of CSV in the making: the few ways in which a cell can be filled. It appends to a buffer that
//! the table owns, so that a row costs no allocation. Text is quoted by RFC 4180 where it must be.

use std::borrow::Cow;

use super::super::names::Names;
use super::super::number::{Precision, push_integer, push_number};
use super::super::time::{TimeText, push_date, push_quarter};
use crate::kernel::Instant;

/// A text as a cell of CSV, in quotes where it needs them.
#[must_use]
pub fn cell(text: &str) -> Cow<'_, str> {
    if text.contains([',', '"', '\n', '\r']) {
        Cow::Owned(format!("\"{}\"", text.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(text)
    }
}

/// Where a row writes its cells.
pub struct Line<'a> {
    out: &'a mut Vec<u8>,
    /// The names behind ids.
    pub names: &'a Names,
    times: &'a mut TimeText,
    precision: Precision,
}

impl<'a> Line<'a> {
    /// A line at the end of `out`.
    pub fn new(
        out: &'a mut Vec<u8>,
        names: &'a Names,
        times: &'a mut TimeText,
        precision: Precision,
    ) -> Self {
        Self {
            out,
            names,
            times,
            precision,
        }
    }

    /// Fills the cell with a whole number.
    pub fn integer(&mut self, value: u64) {
        push_integer(self.out, value);
    }

    /// Fills the cell with a number.
    pub fn number(&mut self, value: f64) {
        push_number(self.out, value, self.precision);
    }

    /// Fills the cell with a number, or leaves it empty.
    pub fn maybe(&mut self, value: Option<f64>) {
        if let Some(value) = value {
            self.number(value);
        }
    }

    /// Fills the cell with a text.
    pub fn text(&mut self, text: &str) {
        self.out.extend_from_slice(cell(text).as_bytes());
    }

    /// Fills the cell with a time, to the second.
    pub fn time(&mut self, time: Instant) {
        self.times.push(self.out, time);
    }

    /// Fills the cell with a time, or leaves it empty.
    pub fn maybe_time(&mut self, time: Option<Instant>) {
        if let Some(time) = time {
            self.time(time);
        }
    }

    /// Fills the cell with the day of an instant.
    pub fn day(&mut self, time: Instant) {
        push_date(self.out, time);
    }

    /// Fills the cell with the quarter of an instant.
    pub fn quarter(&mut self, time: Instant) {
        push_quarter(self.out, time);
    }

    pub(super) fn separate(&mut self) {
        self.out.push(b',');
    }

    pub(super) fn end(&mut self) {
        self.out.push(b'\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_quoted_only_where_it_must_be() {
        let (names, mut times, mut out) = (Names::default(), TimeText::default(), Vec::new());
        let mut line = Line::new(&mut out, &names, &mut times, Precision::Exact);
        for text in ["plain", "a,b", "say \"x\"", "two\nlines", ""] {
            line.text(text);
            line.separate();
        }
        line.end();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, "plain,\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",,\n");
    }
}

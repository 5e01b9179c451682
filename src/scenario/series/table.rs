//! The two columns of a CSV file that make a series: its header, and then rows that are whole, in
//! order and no nonsense. What is wrong is told with its line.

use std::borrow::Cow;
use std::io::BufRead;

use super::rows::{Line, Lines};
use super::times::Times;
use super::{Fault, Per, SeriesKeys};
use crate::kernel::Instant;
use crate::scenario::date;
use crate::scenario::names::nearest;

/// Rows that a series may have, filled gaps included: 19 years of minutes.
pub(super) const ROWS_MAX: usize = 10_000_000;
/// No service is asked more often; a rate beyond is a slip of units.
const RATE_MAX_PER_S: f64 = 1e12;

/// One row of a series.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) at: Instant,
    /// Requests per second.
    pub(super) rate: f64,
}

/// Where the columns are that are wanted, and of how many.
pub(super) struct Columns<const WANTED: usize> {
    places: [usize; WANTED],
    count: usize,
}

/// Reads all rows of a file.
pub(super) fn read(source: impl BufRead, keys: &SeriesKeys) -> Result<Vec<Row>, Fault> {
    let mut lines = Lines::new(source);
    let wanted = [("time", keys.time.as_str()), ("value", keys.value.as_str())];
    let columns = Columns::find(header(&mut lines)?, wanted)?;
    let times = Times::new(keys.time_zone.as_deref(), keys.time_unit);
    let mut rows: Vec<Row> = Vec::new();
    while let Some(line) = lines.next()? {
        if rows.len() >= ROWS_MAX {
            return Err(too_many().on(line.number));
        }
        let row = || {
            let [time, value] = columns.fields(line)?;
            Ok(Row {
                line: line.number,
                at: times.read_after(&time, rows.last())?,
                rate: rate(&value, keys.scale, keys.unit)?,
            })
        };
        let row = row().map_err(|fault: Fault| fault.on(line.number))?;
        rows.push(row);
    }
    Ok(rows)
}

/// The line that names the columns.
pub(super) fn header<R: BufRead>(lines: &mut Lines<R>) -> Result<Line<'_>, Fault> {
    lines.next()?.ok_or_else(|| {
        let hint = "the first line names the columns, and a row for each time follows";
        Fault::new("file", "the file is empty", hint)
    })
}

pub(super) fn too_many() -> Fault {
    let message = format!("a series has at most {ROWS_MAX} rows, filled gaps included");
    Fault::new("file", message, "average the rates over longer steps first")
}

impl<const WANTED: usize> Columns<WANTED> {
    /// Finds columns by their names, each with the key that says it.
    pub(super) fn find(
        header: Line<'_>,
        wanted: [(&'static str, &str); WANTED],
    ) -> Result<Self, Fault> {
        let mut names = Vec::new();
        for name in header.fields() {
            names.push(name?);
        }
        let mut columns = Self {
            places: [0; WANTED],
            count: names.len(),
        };
        for (place, (key, wanted)) in columns.places.iter_mut().zip(wanted) {
            let mut places = names.iter().enumerate().filter(|(_, name)| *name == wanted);
            *place = match (places.next(), places.next()) {
                (Some((place, _)), None) => place,
                (Some(_), Some(_)) => {
                    let message = format!("two columns are called \"{wanted}\"");
                    let hint = "give one of them another name";
                    return Err(Fault::new(key, message, hint).on(header.number));
                }
                _ => return Err(no_column(key, wanted, &names).on(header.number)),
            };
        }
        Ok(columns)
    }

    /// The wanted fields of a line that is whole.
    pub(super) fn fields<'l>(&self, line: Line<'l>) -> Result<[Cow<'l, str>; WANTED], Fault> {
        let mut fields = [const { Cow::Borrowed("") }; WANTED];
        let mut count = 0;
        for field in line.fields() {
            let field = field?;
            if let Some(index) = self.places.iter().position(|place| *place == count) {
                fields[index] = field;
            }
            count += 1;
        }
        if count != self.count {
            return Err(self.wrong_count(count, line.is_open));
        }
        let last = self
            .places
            .iter()
            .zip(&fields)
            .max_by_key(|(place, _)| **place);
        if let Some((place, last)) = last
            && line.is_open
            && place + 1 == self.count
        {
            let message = format!(
                "the file ends without a line's end after \"{last}\", which may be half of what it was"
            );
            let hint = "fetch the file again if it was cut off; end its last line if it is whole";
            return Err(Fault::new("file", message, hint));
        }
        Ok(fields)
    }

    fn wrong_count(&self, count: usize, is_open: bool) -> Fault {
        let fields = |count: usize| match count {
            1 => "1 field".to_owned(),
            _ => format!("{count} fields"),
        };
        let message = format!(
            "the row has {}, but the header {}",
            fields(count),
            self.count
        );
        if is_open && count < self.count {
            let message = format!("{message}, and the file ends there: it was cut off");
            return Fault::new("file", message, "fetch it again");
        }
        Fault::new(
            "file",
            message,
            "write as many fields as the header has on every line",
        )
    }
}

fn no_column(key: &'static str, wanted: &str, names: &[impl AsRef<str>]) -> Fault {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    let message = format!("the file has no column \"{wanted}\"");
    let listed = shown(&names);
    let hint = match (nearest(wanted, names.iter().copied()), names.as_slice()) {
        (Some(near), _) => format!("did you mean \"{near}\"? The columns are {listed}"),
        (None, [only]) if only.contains([';', '\t']) => {
            format!("columns are separated by commas, but the first line is {only}")
        }
        _ => format!("the columns are {listed}"),
    };
    Fault::new(key, message, hint)
}

/// The names of columns, as many as one can read.
fn shown(names: &[&str]) -> String {
    const SHOWN_MAX: usize = 20;
    let some: Vec<String> = names
        .iter()
        .take(SHOWN_MAX)
        .map(|name| name.chars().take(60).collect())
        .collect();
    let more = if names.len() > SHOWN_MAX { ", …" } else { "" };
    format!("{}{more}", some.join(", "))
}

/// A field as a rate per second.
pub(super) fn rate(field: &str, scale: f64, unit: Per) -> Result<f64, Fault> {
    if field.is_empty() {
        let hint = "leave out rows without a value, and let `gaps` say what fills them";
        return Err(Fault::new("value", "the row has no value", hint));
    }
    let Ok(number) = field.parse::<f64>() else {
        let message = format!(
            "the value \"{}\" is not a number",
            field.chars().take(60).collect::<String>()
        );
        return Err(Fault::new(
            "value",
            message,
            "write numbers with a point, such as 1541.8",
        ));
    };
    let message = |what| format!("the value {field} is {what}");
    if !number.is_finite() {
        let hint = "leave out rows without a value, and let `gaps` say what fills them";
        return Err(Fault::new("value", message("not a finite number"), hint));
    }
    if number < 0.0 {
        let hint = "rates are 0 or more";
        return Err(Fault::new("value", message("negative"), hint));
    }
    let per_second = number * scale / unit.seconds();
    if per_second > RATE_MAX_PER_S {
        let hint = format!("the largest rate is {RATE_MAX_PER_S:e} /s: check `unit` and `scale`");
        return Err(Fault::new("value", message("too large"), hint));
    }
    Ok(per_second)
}

impl Row {
    /// Its time and line, for messages.
    pub(super) fn place(&self) -> String {
        format!("{} (line {})", date::show(self.at), self.line)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Gaps;
    use super::super::even::even;
    use super::*;
    use proptest::prelude::*;

    fn keys(gaps: Gaps) -> SeriesKeys {
        SeriesKeys {
            file: "x.csv".to_owned(),
            time: "time".to_owned(),
            value: "rate".to_owned(),
            unit: Per::Hour,
            scale: 2.0,
            time_zone: None,
            time_unit: None,
            starts: None,
            gaps,
            repeat: false,
            sha256: None,
        }
    }

    #[test]
    fn columns_are_found_by_name_and_values_counted_in_their_unit() {
        let text = "rate,more,time\n1800,x,2024-01-01\n0,y,2024-01-02\n";
        let rows = read(text.as_bytes(), &keys(Gaps::Refuse)).unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!((rows[0].line, rows[0].rate, rows[1].rate), (2, 1.0, 0.0));
        assert_eq!(date::show(rows[1].at), "2024-01-02");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        /// Whatever the bytes, there is an answer; and rates that are accepted are rates.
        #[test]
        fn no_bytes_break_the_reading(
            cut in 0_usize..120, at in 0_usize..120, junk in proptest::collection::vec(any::<u8>(), 0..8),
            gaps in proptest::sample::select(vec![Gaps::Refuse, Gaps::Interpolate, Gaps::Hold]),
        ) {
            let text = "time,rate,x\r\n2024-01-01 00:00:00,1.5,\"a,b\"\n2024-01-01 00:10:00,2e3,b\n2024-01-01 00:30:00,.5,c\n";
            let mut bytes = text.as_bytes().to_vec();
            bytes.splice(at.min(bytes.len())..at.min(bytes.len()), junk);
            bytes.truncate(bytes.len() - cut.min(bytes.len()) / 2);
            if let Ok(even) = read(bytes.as_slice(), &keys(gaps)).and_then(|rows| even(&rows, gaps)) {
                prop_assert!(even.rates.len() >= 2 && even.step.as_micros() > 0);
                prop_assert!(even.rates.iter().all(|rate| (0.0..=RATE_MAX_PER_S).contains(rate)));
            }
        }
    }
}

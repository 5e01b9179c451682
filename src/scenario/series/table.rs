//! The two columns of a CSV file that make a series: its header, and then rows that are whole, in
//! order and no nonsense. What is wrong is told with its line.

use std::io::BufRead;

use super::rows::{Line, Lines};
use super::times::Times;
use super::{Fault, SeriesKeys};
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

/// Where the columns are, and of how many.
struct Columns {
    time: usize,
    value: usize,
    count: usize,
}

/// Reads all rows of a file.
pub(super) fn read(source: impl BufRead, keys: &SeriesKeys) -> Result<Vec<Row>, Fault> {
    let mut lines = Lines::new(source);
    let Some(header) = lines.next()? else {
        let hint = "the first line names the columns, and a row for each time follows";
        return Err(Fault::new("file", "the file is empty", hint));
    };
    let columns = Columns::find(header, keys)?;
    let times = Times::new(keys);
    let mut rows: Vec<Row> = Vec::new();
    while let Some(line) = lines.next()? {
        if rows.len() >= ROWS_MAX {
            return Err(too_many().on(line.number));
        }
        let row = columns.row(line, keys, &times, rows.last());
        rows.push(row.map_err(|fault| fault.on(line.number))?);
    }
    Ok(rows)
}

pub(super) fn too_many() -> Fault {
    let message = format!("a series has at most {ROWS_MAX} rows, filled gaps included");
    Fault::new("file", message, "average the rates over longer steps first")
}

impl Columns {
    fn find(header: Line<'_>, keys: &SeriesKeys) -> Result<Self, Fault> {
        let mut names = Vec::new();
        for name in header.fields() {
            names.push(name?);
        }
        let place = |key: &'static str, wanted: &str| {
            let mut places = names.iter().enumerate().filter(|(_, name)| *name == wanted);
            let (place, again) = (places.next(), places.next());
            match (place, again) {
                (Some((place, _)), None) => Ok(place),
                (Some(_), Some(_)) => {
                    let message = format!("two columns are called \"{wanted}\"");
                    Err(Fault::new(key, message, "give one of them another name").on(header.number))
                }
                _ => Err(no_column(key, wanted, &names).on(header.number)),
            }
        };
        Ok(Self {
            time: place("time", &keys.time)?,
            value: place("value", &keys.value)?,
            count: names.len(),
        })
    }

    fn row(
        &self,
        line: Line<'_>,
        keys: &SeriesKeys,
        times: &Times,
        before: Option<&Row>,
    ) -> Result<Row, Fault> {
        let (mut time, mut value, mut count) = (None, None, 0);
        for field in line.fields() {
            let field = field?;
            if count == self.time {
                time = Some(field);
            } else if count == self.value {
                value = Some(field);
            }
            count += 1;
        }
        let (time, value) = match (time, value) {
            (Some(time), Some(value)) if count == self.count => (time, value),
            _ => return Err(self.wrong_count(count, line.is_open)),
        };
        if line.is_open && self.time.max(self.value) + 1 == self.count {
            let message = format!(
                "the file ends without a line's end after \"{}\", which may be half of what it was",
                if self.time > self.value {
                    &time
                } else {
                    &value
                }
            );
            let hint = "fetch the file again if it was cut off; end its last line if it is whole";
            return Err(Fault::new("file", message, hint));
        }
        let at = times.read(&time, before.map(|row| row.at))?;
        if let Some(before) = before
            && at <= before.at
        {
            let (what, hint) = if at == before.at {
                ("the same as that of", "keep one row for each time")
            } else {
                ("before that of", "sort the rows by time")
            };
            let message = format!(
                "the time \"{time}\" is {what} the row before it, on line {}",
                before.line
            );
            return Err(Fault::new("time", message, hint));
        }
        Ok(Row {
            line: line.number,
            at,
            rate: rate(&value, keys)?,
        })
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
fn rate(field: &str, keys: &SeriesKeys) -> Result<f64, Fault> {
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
    let per_second = number * keys.scale / keys.unit.seconds();
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
    use super::super::even::even;
    use super::super::{Gaps, Per};
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

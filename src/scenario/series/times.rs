//! The times of a series: dates with a time of day, with or without an offset from UTC, or plain
//! numbers. A time without an offset is of the declared zone, whose clock shows an hour twice and
//! leaves one out once a year; rows in order say which of the two is meant.

use jiff::Timestamp;
use jiff::civil::Time;
use jiff::fmt::temporal::Pieces;
use jiff::tz::{AmbiguousOffset, TimeZone};

use super::table::Row;
use super::{Fault, TimeUnit};
use crate::kernel::Instant;
use crate::scenario::date;

/// Numbers beyond this many microseconds (3,000 years) are no times.
const MICROS_MAX: f64 = 1e17;

/// How a file's times are read.
pub(super) struct Times {
    unit: Option<TimeUnit>,
    zone: TimeZone,
    /// The name of the zone, if one is declared.
    declared: Option<String>,
}

impl Times {
    pub(super) fn new(time_zone: Option<&str>, unit: Option<TimeUnit>) -> Self {
        // A declared zone has been checked against the same database.
        let zone = time_zone.and_then(date::zone);
        Self {
            unit,
            zone: zone.unwrap_or(TimeZone::UTC),
            declared: time_zone.map(str::to_owned),
        }
    }

    /// The instant of a text that must come after the row before it.
    pub(super) fn read_after(&self, text: &str, before: Option<&Row>) -> Result<Instant, Fault> {
        let at = self.read(text, before.map(|row| row.at))?;
        let Some(before) = before.filter(|before| at <= before.at) else {
            return Ok(at);
        };
        let (what, hint) = if at == before.at {
            ("the same as that of", "keep one row for each time")
        } else {
            ("before that of", "sort the rows by time")
        };
        let message = format!(
            "the time \"{text}\" is {what} the row before it, on line {}",
            before.line
        );
        Err(Fault::new("time", message, hint))
    }

    /// The instant of a text; `last` is that of the row before it.
    fn read(&self, text: &str, last: Option<Instant>) -> Result<Instant, Fault> {
        let micros = match self.unit {
            Some(unit) => micros_of_number(text, unit)?,
            None => self.timestamp(text, last)?.as_microsecond(),
        };
        Ok(Instant::from_micros(micros))
    }

    fn timestamp(&self, text: &str, last: Option<Instant>) -> Result<Timestamp, Fault> {
        let pieces = Pieces::parse(text)
            .ok()
            .filter(|pieces| pieces.time_zone_annotation().is_none());
        let pieces = pieces.ok_or_else(|| not_a_time(text))?;
        let civil = pieces
            .date()
            .to_datetime(pieces.time().unwrap_or(Time::midnight()));
        if let Some(offset) = pieces.to_numeric_offset() {
            let timestamp = offset.to_timestamp(civil).map_err(|_| not_a_time(text))?;
            return match &self.declared {
                Some(zone) if self.zone.to_offset(timestamp) != offset => {
                    let message = format!(
                        "the time \"{text}\" is not of {zone}, whose offset then is {}",
                        self.zone.to_offset(timestamp)
                    );
                    let hint = "times with an offset need no `time_zone`: leave it out";
                    Err(Fault::new("time_zone", message, hint))
                }
                _ => Ok(timestamp),
            };
        }
        let ambiguous = self.zone.to_ambiguous_timestamp(civil);
        let read = match ambiguous.offset() {
            AmbiguousOffset::Gap { .. } => {
                let zone = self.declared.as_deref().unwrap_or("UTC");
                let message = format!(
                    "the time \"{text}\" does not exist in {zone}: the clock leaps over it"
                );
                let hint = "is the file in another `time_zone`?";
                return Err(Fault::new("time_zone", message, hint));
            }
            AmbiguousOffset::Fold { before, after } => {
                let first = before.to_timestamp(civil);
                let is_past = |timestamp: &Timestamp| {
                    last.is_some_and(|last| timestamp.as_microsecond() <= last.as_micros())
                };
                match first {
                    Ok(first) if !is_past(&first) => Ok(first),
                    _ => after.to_timestamp(civil),
                }
            }
            AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(civil),
        };
        read.map_err(|_| not_a_time(text))
    }
}

fn micros_of_number(text: &str, unit: TimeUnit) -> Result<i64, Fault> {
    let micros_of_one = match unit {
        TimeUnit::Millisecond => 1e3,
        TimeUnit::Second => 1e6,
        TimeUnit::Minute => 6e7,
        TimeUnit::Hour => 3.6e9,
        TimeUnit::Day => 8.64e10,
    };
    let micros = text.parse::<f64>().map(|number| number * micros_of_one);
    match micros {
        Ok(micros) if micros.abs() <= MICROS_MAX => Ok(micros.round() as i64),
        _ => {
            let message = format!("the time \"{text}\" is not a number of {}", unit.word());
            let hint = "with `time_unit` times are plain numbers; without it they are dates";
            Err(Fault::new("time_unit", message, hint))
        }
    }
}

fn not_a_time(text: &str) -> Fault {
    let hint = if text.parse::<f64>().is_ok() {
        "plain numbers need `time_unit = \"s\"` (or ms, min, h, d) and `starts`, the date that they count from"
    } else {
        "times look like \"2024-07-01 09:00:00\" or \"2024-07-01T09:00:00-07:00\""
    };
    Fault::new("time", format!("\"{text}\" is not a time"), hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(times: &Times, text: &str) -> Result<String, String> {
        let read = times.read(text, None);
        read.map(date::show)
            .map_err(|fault| fault.complaint.message)
    }

    #[test]
    fn times_with_and_without_an_offset() {
        let (utc, new_york) = (
            Times::new(None, None),
            Times::new(Some("America/New_York"), None),
        );
        for (text, expected) in [
            ("2024-05-12 00:10:00", "2024-05-12T00:10:00Z"),
            ("2024-05-12T00:10", "2024-05-12T00:10:00Z"),
            ("2024-05-12", "2024-05-12"),
            ("2024-05-12T00:10:00.5Z", "2024-05-12T00:10:00.5Z"),
            ("2024-05-12 00:10:00+02:00", "2024-05-11T22:10:00Z"),
        ] {
            assert_eq!(shown(&utc, text).as_deref(), Ok(expected), "{text}");
        }
        for (text, expected) in [
            ("2024-05-12 00:10:00", "2024-05-12T04:10:00Z"),
            ("2024-01-12 00:10:00", "2024-01-12T05:10:00Z"),
            ("2024-05-12T00:10:00-04:00", "2024-05-12T04:10:00Z"),
        ] {
            assert_eq!(shown(&new_york, text).as_deref(), Ok(expected), "{text}");
        }
        for (text, expected) in [
            ("2024-05-12T00:10:00Z", "whose offset then is -04"),
            ("2024-01-12T00:10:00-04:00", "whose offset then is -05"),
            ("2024-03-10 02:30:00", "does not exist in America/New_York"),
            ("2024-05-12 24:10:00", "not a time"),
            ("2024-05-12T00:10:00-04:00[America/New_York]", "not a time"),
            ("600", "not a time"),
            ("", "not a time"),
        ] {
            let message = shown(&new_york, text).unwrap_err();
            assert!(message.contains(expected), "{text}: {message}");
        }
    }

    #[test]
    fn the_hour_that_comes_twice_is_read_in_order() {
        let new_york = Times::new(Some("America/New_York"), None);
        let mut last = None;
        for (text, expected) in [
            ("2024-11-03 01:00:00", "2024-11-03T05:00:00Z"),
            ("2024-11-03 01:30:00", "2024-11-03T05:30:00Z"),
            ("2024-11-03 01:00:00", "2024-11-03T06:00:00Z"),
            ("2024-11-03 01:30:00", "2024-11-03T06:30:00Z"),
            ("2024-11-03 02:00:00", "2024-11-03T07:00:00Z"),
        ] {
            let at = new_york.read(text, last).unwrap();
            assert_eq!(date::show(at), expected);
            last = Some(at);
        }
    }

    #[test]
    fn numbers_count_in_their_unit() {
        for (unit, text, micros) in [
            (TimeUnit::Second, "600", 600_000_000),
            (TimeUnit::Millisecond, "1.5", 1500),
            (TimeUnit::Minute, "10.0", 600_000_000),
            (TimeUnit::Hour, "-1", -3_600_000_000),
            (TimeUnit::Day, "1e0", 86_400_000_000),
        ] {
            let read = Times::new(None, Some(unit)).read(text, None).unwrap();
            assert_eq!(read.as_micros(), micros);
        }
        for text in ["", "nan", "inf", "1e30", "2024-05-12", "12 s"] {
            assert!(
                Times::new(None, Some(TimeUnit::Second))
                    .read(text, None)
                    .is_err()
            );
        }
    }
}

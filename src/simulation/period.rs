//! UTC days and calendar quarters: the periods of `bands.csv` and `costs.csv`.

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::kernel::{Instant, Span};

/// A stretch of calendar time, its end excluded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Period {
    pub start: Instant,
    pub end: Instant,
}

impl Period {
    /// The UTC day of an instant.
    pub fn day(at: Instant) -> Self {
        let micros = at.as_micros();
        let start = Instant::from_micros(micros - micros.rem_euclid(Span::DAY.as_micros()));
        Self {
            start,
            end: start + Span::DAY,
        }
    }

    /// The calendar quarter of an instant, in UTC. A time beyond the calendar (year 9999) belongs
    /// to a quarter that never ends.
    pub fn quarter(at: Instant) -> Self {
        Self::civil_quarter(at).unwrap_or(Self {
            start: at,
            end: Instant::MAX,
        })
    }

    fn civil_quarter(at: Instant) -> Option<Self> {
        let today = Timestamp::from_microsecond(at.as_micros())
            .ok()?
            .to_zoned_datetime(TimeZone::UTC)
            .date();
        let first = date(today.year(), (today.month() - 1) / 3 * 3 + 1, 1);
        let next = first.checked_add(3.months()).ok()?;
        Some(Self {
            start: midnight(first)?,
            end: midnight(next)?,
        })
    }
}

fn midnight(date: Date) -> Option<Instant> {
    let zoned = date.to_zoned_datetime(TimeZone::UTC).ok()?;
    Some(Instant::from_micros(zoned.timestamp().as_microsecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        let timestamp: Timestamp = text.parse().expect("a valid time");
        Instant::from_micros(timestamp.as_microsecond())
    }

    #[test]
    fn an_instant_belongs_to_its_day_and_quarter() {
        let noon = at("2024-02-29T12:00:00Z");
        assert_eq!(Period::day(noon).start, at("2024-02-29T00:00:00Z"));
        assert_eq!(Period::day(noon).end, at("2024-03-01T00:00:00Z"));
        assert_eq!(Period::quarter(noon).start, at("2024-01-01T00:00:00Z"));
        assert_eq!(Period::quarter(noon).end, at("2024-04-01T00:00:00Z"));
        let last = at("2024-12-31T23:59:59Z");
        assert_eq!(Period::quarter(last).end, at("2025-01-01T00:00:00Z"));
    }
}

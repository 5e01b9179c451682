//! What a clock on the wall of a time zone shows: the local hour and weekday of an instant, and when the hour ends.
//!
//! The tz database is the one bundled with `jiff`, so that results do not depend on the machine. It is only asked when
//! the UTC offset may have changed, some twice a year; in between the clock is integer arithmetic.

use crate::kernel::{Instant, Span};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The scenario names a time zone that the bundled database does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown time zone `{name}`: use an IANA name such as `Europe/Berlin`")]
pub struct UnknownTimeZone {
    /// The name as written.
    pub name: String,
}

/// A wall clock that remembers its UTC offset.
#[derive(Clone, Debug)]
pub(super) struct WallClock {
    zone: TimeZone,
    offset: Span,
    since: Instant,
    until: Instant,
}

/// One wall-clock hour, or the part of it that a change of the offset leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LocalHour {
    /// 0..24.
    pub(super) hour: usize,
    /// 0..7, Monday first.
    pub(super) weekday: usize,
    /// When the clock shows another hour, or its offset changes.
    pub(super) until: Instant,
}

impl WallClock {
    /// # Errors
    /// If the bundled database does not have the name.
    pub(super) fn new(name: &str) -> Result<Self, UnknownTimeZone> {
        let zone = TimeZone::get(name).map_err(|_| UnknownTimeZone {
            name: name.to_owned(),
        })?;
        // An empty range makes the first reading look the offset up.
        Ok(Self {
            zone,
            offset: Span::ZERO,
            since: Instant::MAX,
            until: Instant::MIN,
        })
    }

    /// Reads the clock.
    pub(super) fn read(&mut self, at: Instant) -> LocalHour {
        if at < self.since || at >= self.until {
            self.look_up(at);
        }
        let local = (at + self.offset).as_micros();
        let hours = local.div_euclid(Span::HOUR.as_micros());
        let days = hours.div_euclid(24);
        let rest = Span::HOUR - Span::from_micros(local - hours * Span::HOUR.as_micros());
        LocalHour {
            hour: (hours - days * 24) as usize,
            // 1970-01-01 was a Thursday.
            weekday: (days + 3).rem_euclid(7) as usize,
            until: (at + rest).min(self.until),
        }
    }

    /// Asks the database for the offset at `at` and for how long it holds. Beyond the years ±9999 the offset of the
    /// nearest of them holds.
    fn look_up(&mut self, at: Instant) {
        let nearest = if at < Instant::EPOCH {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        };
        let timestamp = Timestamp::from_microsecond(at.as_micros()).unwrap_or(nearest);
        self.offset = Span::SECOND * i64::from(self.zone.to_offset(timestamp).seconds());
        self.since = at;
        self.until = self
            .zone
            .following(timestamp)
            .map(|change| Instant::from_micros(change.timestamp().as_microsecond()))
            .find(|change| *change > at)
            .unwrap_or(Instant::MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> Instant {
        Instant::from_micros(text.parse::<Timestamp>().unwrap().as_microsecond())
    }

    /// Every 10 minutes of the stretch, forward and then back, against jiff.
    fn agrees(zone: &str, from: &str, to: &str) {
        let zone_of_jiff = TimeZone::get(zone).unwrap();
        let mut clock = WallClock::new(zone).unwrap();
        let step = Span::MINUTE * 10;
        let (from, to) = (instant(from), instant(to));
        let count = (to - from).as_micros() / step.as_micros();
        for i in (0..count).chain((0..count).rev()) {
            let at = from + step * i;
            let read = clock.read(at);
            let civil =
                zone_of_jiff.to_datetime(Timestamp::from_microsecond(at.as_micros()).unwrap());
            assert_eq!(read.hour, civil.hour() as usize, "{zone} {civil}");
            let weekday = civil.weekday().to_monday_zero_offset() as usize;
            assert_eq!(read.weekday, weekday, "{zone} {civil}");
            assert!(at < read.until && read.until <= at + Span::HOUR);
            let last = Timestamp::from_microsecond(read.until.as_micros() - 1).unwrap();
            assert_eq!(read.hour, zone_of_jiff.to_datetime(last).hour() as usize);
        }
    }

    #[test]
    fn whole_years_against_jiff() {
        for zone in [
            "UTC",
            "America/Los_Angeles",
            "Europe/Berlin",
            "Asia/Kolkata",
            "Australia/Lord_Howe", // half an hour of daylight saving
            "Asia/Kathmandu",
            "America/St_Johns",
        ] {
            agrees(zone, "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z");
        }
        agrees(
            "Pacific/Apia",
            "2011-12-01T00:00:00Z",
            "2012-01-31T00:00:00Z",
        ); // lost a day
        agrees(
            "Europe/Amsterdam",
            "1937-06-20T00:00:00Z",
            "1937-07-10T00:00:00Z",
        ); // +00:19:32 before July
    }

    #[test]
    fn far_years_against_jiff() {
        for zone in ["Europe/Berlin", "America/Los_Angeles"] {
            agrees(zone, "0001-01-01T00:00:00Z", "0001-02-01T00:00:00Z");
            agrees(zone, "9999-03-01T00:00:00Z", "9999-12-01T00:00:00Z");
        }
    }

    #[test]
    fn beyond_the_calendar_nothing_breaks() {
        let mut clock = WallClock::new("Europe/Berlin").unwrap();
        for at in [
            Instant::MIN,
            Instant::EPOCH,
            Instant::MAX - Span::HOUR,
            Instant::MAX,
        ] {
            let read = clock.read(at);
            assert!(read.hour < 24 && read.weekday < 7);
        }
    }

    #[test]
    fn days_of_23_and_25_hours() {
        for (zone, day, hours) in [
            ("America/Los_Angeles", "2024-03-10T08:00:00Z", 23),
            ("America/Los_Angeles", "2024-11-03T07:00:00Z", 25),
            ("Europe/Berlin", "2024-03-30T23:00:00Z", 23),
            ("Europe/Berlin", "2024-10-26T22:00:00Z", 25),
        ] {
            let mut clock = WallClock::new(zone).unwrap();
            let mut at = instant(day);
            let weekday = clock.read(at).weekday;
            assert_eq!(clock.read(at).hour, 0);
            let mut pieces = 0;
            while clock.read(at).weekday == weekday {
                at = clock.read(at).until;
                pieces += 1;
            }
            assert_eq!(
                (at - instant(day), pieces),
                (Span::HOUR * hours, hours),
                "{zone}"
            );
            assert_eq!(weekday, 6, "a Sunday");
        }
    }

    #[test]
    fn an_unknown_zone_is_an_error() {
        let error = WallClock::new("Mars/Olympus").unwrap_err();
        assert!(error.to_string().contains("Mars/Olympus"));
    }
}

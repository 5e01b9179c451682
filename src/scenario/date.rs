//! Dates and time zones of a scenario. A plain date is midnight UTC; a date with a time needs its
//! offset, so that no result depends on the machine's clock settings. Zones come from the bundled
//! tz database for the same reason.

use std::sync::OnceLock;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::names::nearest;
use super::quantity::Complaint;
use crate::kernel::Instant;

/// Years that a scenario may speak of: far beyond any plan, and far from the clock's limits.
const YEARS: std::ops::RangeInclusive<i16> = 1970..=2400;

/// Reads `"2024-07-01"` or RFC 3339 with an offset.
///
/// # Errors
/// What is wrong, and what would be right.
pub fn parse(text: &str) -> Result<Instant, Complaint> {
    let hint = "write \"2024-07-01\" (midnight UTC), or a time with its offset as in \"2024-07-01T09:00:00-07:00\"";
    let text = text.trim();
    let not_a_date = || Complaint::new(format!("\"{text}\" is not a date"), hint);
    let timestamp = if text.contains([':', 'T', 't']) {
        if !has_clock_offset(text) {
            return Err(not_a_date());
        }
        text.parse::<Timestamp>().map_err(|_| not_a_date())?
    } else {
        let date = text.parse::<Date>().ok().filter(|_| text.len() == 10);
        let date = date.ok_or_else(not_a_date)?;
        // The last days of the calendar have no timestamp.
        in_range(date.year(), text)?;
        let zoned = date.to_zoned_datetime(TimeZone::UTC);
        zoned.map_err(|_| not_a_date())?.timestamp()
    };
    in_range(timestamp.to_zoned_datetime(TimeZone::UTC).year(), text)?;
    Ok(Instant::from_micros(timestamp.as_microsecond()))
}

/// Whether an offset such as `-07:00`, where there is one, is below 24 hours, as RFC 3339 says.
fn has_clock_offset(text: &str) -> bool {
    let time = text
        .split_once(['T', 't', ' '])
        .map_or("", |(_, time)| time);
    let offset = time.split_once(['+', '-']).map_or("", |(_, offset)| offset);
    let hours = offset.split(':').next().unwrap_or_default();
    hours.is_empty() || hours.parse::<u8>().is_ok_and(|hours| hours < 24)
}

fn in_range(year: i16, text: &str) -> Result<(), Complaint> {
    if YEARS.contains(&year) {
        return Ok(());
    }
    Err(Complaint::new(
        format!("the date {text} is out of range"),
        format!("years go from {} to {}", YEARS.start(), YEARS.end()),
    ))
}

/// An instant as people read it: `2024-07-01`, or with the time of day in UTC.
#[must_use]
pub fn show(instant: Instant) -> String {
    Timestamp::from_microsecond(instant.as_micros()).map_or_else(
        |_| "a time beyond all dates".to_owned(),
        |timestamp| {
            let text = timestamp.to_string();
            text.strip_suffix("T00:00:00Z")
                .map_or(text.clone(), str::to_owned)
        },
    )
}

fn zones() -> &'static TimeZoneDatabase {
    static ZONES: OnceLock<TimeZoneDatabase> = OnceLock::new();
    ZONES.get_or_init(TimeZoneDatabase::bundled)
}

/// The time zone of that name in the bundled database.
#[must_use]
pub fn zone(name: &str) -> Option<TimeZone> {
    zones().get(name).ok()
}

/// Checks an IANA time zone name and returns it as the database spells it.
///
/// # Errors
/// What is wrong, and the nearest name.
pub fn time_zone(text: &str) -> Result<String, Complaint> {
    if let Ok(zone) = zones().get(text) {
        return Ok(zone.iana_name().unwrap_or(text).to_owned());
    }
    let names: Vec<String> = zones().available().map(|name| name.to_string()).collect();
    let message = format!("\"{text}\" is not a time zone");
    let hint = match nearest(text, names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean \"{near}\"?"),
        None => "use an IANA name such as \"UTC\" or \"America/New_York\"".to_owned(),
    };
    Err(Complaint::new(message, hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_midnight_utc_unless_they_have_an_offset() {
        let midnight = parse("2024-07-01").expect("a date");
        assert_eq!(midnight.as_micros(), 1_719_792_000_000_000);
        assert_eq!(parse("2024-06-30T17:00:00-07:00"), Ok(midnight));
        assert_eq!(parse("2024-07-01T00:00:00Z"), Ok(midnight));
        assert_eq!(show(midnight), "2024-07-01");
    }

    #[test]
    fn what_is_not_a_date_is_refused() {
        for text in [
            "",
            "2024",
            "2024-13-01",
            "2024-02-30",
            "tomorrow",
            "2024-07-01T09:00:00",
            "9999-01-01",
            "1900-01-01",
            "2024-07-01 ",
        ] {
            assert!(parse(text).is_err() || text.trim() != text, "{text}");
        }
    }

    #[test]
    fn zones_are_checked_against_the_bundled_database() {
        assert_eq!(
            time_zone("America/New_York").as_deref(),
            Ok("America/New_York")
        );
        let complaint = time_zone("America/New_Yrok").expect_err("misspelt");
        assert!(complaint.hint.contains("America/New_York"), "{complaint:?}");
    }
}

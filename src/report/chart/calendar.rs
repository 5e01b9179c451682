//! Times as short text, and the round ones among them.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// A second as `2024-07-01 06:00`, the hour only where there is one.
#[must_use]
pub fn date(second: i64) -> String {
    let Ok(time) = Timestamp::from_second(second) else {
        return String::new();
    };
    let form = if second.rem_euclid(DAY) == 0 {
        "%Y-%m-%d"
    } else {
        "%Y-%m-%d %H:%M"
    };
    time.strftime(form).to_string()
}

/// Round times between two seconds, each with its text; about one in `count`.
#[must_use]
pub fn time_ticks(from: i64, to: i64, count: usize) -> Vec<(i64, String)> {
    let raw = ((to - from) / count.max(1) as i64).max(1);
    if raw > 20 * DAY {
        return month_ticks(from, to, raw);
    }
    let steps = [
        60,
        300,
        900,
        HOUR,
        3 * HOUR,
        6 * HOUR,
        12 * HOUR,
        DAY,
        2 * DAY,
        7 * DAY,
        14 * DAY,
    ];
    let step = steps
        .into_iter()
        .find(|step| *step >= raw)
        .unwrap_or(14 * DAY);
    // Weeks begin on Monday; 1970 began on a Thursday.
    let shift = if step >= 7 * DAY { 4 * DAY } else { 0 };
    let mut ticks = Vec::new();
    let mut tick = (from - shift).div_euclid(step) * step + shift;
    while tick <= to {
        if tick >= from {
            let form = if tick.rem_euclid(DAY) == 0 {
                "%b %-d"
            } else {
                "%H:%M"
            };
            ticks.push((tick, text(tick, form)));
        }
        tick += step;
    }
    ticks
}

fn month_ticks(from: i64, to: i64, raw: i64) -> Vec<(i64, String)> {
    let months = [1, 2, 3, 6, 12, 24, 60, 120];
    let every = months
        .into_iter()
        .find(|months| months * 40 * DAY >= raw)
        .unwrap_or(240);
    let Ok(start) = Timestamp::from_second(from) else {
        return Vec::new();
    };
    let first = TimeZone::UTC.to_datetime(start).date();
    let mut ticks = Vec::new();
    let mut month = i64::from(first.year()) * 12 + i64::from(first.month()) - 1;
    month -= month.rem_euclid(every);
    loop {
        let (year, of_year) = (month.div_euclid(12), month.rem_euclid(12) + 1);
        let date = i16::try_from(year)
            .ok()
            .and_then(|year| Date::new(year, of_year as i8, 1).ok());
        let Some(time) = date.and_then(|date| TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok())
        else {
            return ticks;
        };
        let second = time.as_second();
        if second > to {
            return ticks;
        }
        if second >= from {
            let form = if every >= 12 || of_year == 1 {
                "%Y"
            } else {
                "%b"
            };
            ticks.push((second, text(second, form)));
        }
        month += every;
    }
}

fn text(second: i64, form: &str) -> String {
    Timestamp::from_second(second)
        .map(|time| time.strftime(form).to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_ticks_stand_on_round_times() {
        let july = 1_719_792_000;
        let half_year = time_ticks(july, july + 182 * DAY, 6);
        assert_eq!(half_year.first().map(|tick| tick.1.as_str()), Some("Jul"));
        assert_eq!(half_year.len(), 6);
        assert_eq!(time_ticks(july, july + 182 * DAY, 5).len(), 6);
        let day = time_ticks(july, july + DAY, 5);
        assert_eq!(day[1].1, "06:00");
        // 1 July 2024 was a Monday.
        let weeks = time_ticks(july - 1, july + 28 * DAY, 5);
        assert_eq!(weeks[0], (july, "Jul 1".to_owned()));
    }
}

//! Scales: round ticks, and numbers and times as short text.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::results::thousands;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// A linear scale from values to pixels.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Scale {
    /// From `low` to `high` onto pixels `from` to `to`; a span of nothing gets some room.
    #[must_use]
    pub fn new(low: f64, high: f64, from: f64, to: f64) -> Self {
        let room = if high > low {
            0.0
        } else {
            low.abs().max(1.0) * 0.5
        };
        Self {
            low: low - room,
            high: high + room,
            from,
            to,
        }
    }

    /// The same with ends that are ticks, so that data do not touch the frame.
    #[must_use]
    pub fn rounded(low: f64, high: f64, from: f64, to: f64) -> Self {
        let plain = Self::new(low, high, from, to);
        let step = step(plain.low, plain.high, 5);
        Self {
            low: (plain.low / step).floor() * step,
            high: (plain.high / step - 1e-9).ceil() * step,
            ..plain
        }
    }

    /// Where a value is.
    #[must_use]
    pub fn at(&self, value: f64) -> f64 {
        self.from + (value - self.low) / (self.high - self.low) * (self.to - self.from)
    }

    /// Round values within the scale, about `count` of them, as percentages if they are shares; with as many digits
    /// as it takes to tell neighbours apart.
    #[must_use]
    pub fn ticks(&self, count: usize, is_share: bool) -> Vec<(f64, String)> {
        let step = step(self.low, self.high, count);
        let first = (self.low / step - 1e-9).ceil() as i64;
        let last = (self.high / step + 1e-9).floor() as i64;
        let most = self.low.abs().max(self.high.abs());
        let (factor, suffix) = match is_share {
            true => (100.0, "%"),
            false => {
                let (divisor, suffix) = thousands(most);
                (1.0 / divisor, suffix)
            }
        };
        let digits = (-(step * factor).log10().floor()).clamp(0.0, 9.0) as usize;
        let tick = |tick: i64| {
            let value = tick as f64 * step;
            let suffix = if tick == 0 && !is_share { "" } else { suffix };
            (value, format!("{:.digits$}{suffix}", value * factor))
        };
        (first..=last.min(first + 50)).map(tick).collect()
    }
}

/// 1, 2 or 5 times a power of ten.
fn step(low: f64, high: f64, count: usize) -> f64 {
    let raw = ((high - low) / count.max(1) as f64).max(f64::MIN_POSITIVE);
    let power = 10f64.powf(raw.log10().floor());
    let factor = [1.0, 2.0, 5.0]
        .into_iter()
        .find(|factor| factor * power >= raw * 0.999);
    factor.unwrap_or(10.0) * power
}

/// A number in three or four digits with k, M, G, T for its thousands.
#[must_use]
pub fn amount(value: f64) -> String {
    digits(value, 0)
}

/// The same with two digits more, for what lies close together.
#[must_use]
pub fn fine(value: f64) -> String {
    digits(value, 2)
}

fn digits(value: f64, more: usize) -> String {
    let size = value.abs();
    if size >= 1e15 || (size > 0.0 && size < 1e-3) {
        return format!("{value:.1e}");
    }
    let (divisor, suffix) = thousands(size);
    let scaled = value / divisor;
    let digits = more
        + match scaled.abs() {
            s if s >= 100.0 => 0,
            s if s >= 10.0 => 1,
            s if s >= 1.0 => 2,
            _ => 3,
        };
    let text = format!("{scaled:.digits$}");
    let text = match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => &text,
    };
    format!("{text}{suffix}")
}

/// A share as a percentage.
#[must_use]
pub fn share(value: f64) -> String {
    let percent = 100.0 * value;
    // An attainment of 99.95% is not 100%.
    let digits = if (99.0..100.0).contains(&percent) || percent.abs() < 1.0 {
        2
    } else {
        1
    };
    let text = format!("{percent:.digits$}");
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

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
    fn ticks_are_round_and_inside() {
        let texts = |ticks: Vec<(f64, String)>| -> Vec<String> {
            ticks.into_iter().map(|tick| tick.1).collect()
        };
        let ticks = Scale::new(0.0, 4521.0, 0.0, 100.0).ticks(5, false);
        assert_eq!(texts(ticks), ["0", "1000", "2000", "3000", "4000"]);
        let ticks = Scale::rounded(0.9871, 0.9999, 0.0, 100.0).ticks(3, true);
        assert_eq!(texts(ticks), ["98.5%", "99.0%", "99.5%", "100.0%"]);
        // Neighbours are told apart, however close.
        let ticks = Scale::rounded(2_512_000.0, 2_514_000.0, 0.0, 100.0).ticks(4, false);
        assert_eq!(
            texts(ticks),
            ["2.5120M", "2.5125M", "2.5130M", "2.5135M", "2.5140M"]
        );
        // Nothing to span is no reason to divide by zero.
        assert!(Scale::new(3.0, 3.0, 0.0, 10.0).at(3.0).is_finite());
        assert!(Scale::rounded(0.0, 0.0, 0.0, 10.0).ticks(4, false).len() < 20);
    }

    #[test]
    fn numbers_are_short() {
        let texts = [
            0.0,
            12.0,
            1234.0,
            45_600.0,
            1.5e12,
            -2_345_678.0,
            0.125,
            2e-5,
        ]
        .map(amount);
        assert_eq!(
            texts,
            [
                "0", "12", "1234", "45.6k", "1.5T", "-2.35M", "0.125", "2.0e-5"
            ]
        );
        assert_eq!(
            [0.9995, 0.5, 1.0, 0.0042].map(share),
            ["99.95%", "50%", "100%", "0.42%"]
        );
    }

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

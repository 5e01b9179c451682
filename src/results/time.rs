//! Instants as text: ISO 8601 in UTC, the form that spreadsheets, pandas and the Frictionless default all read.
//! Civil dates come from Howard Hinnant's `civil_from_days` (public domain): a dozen integer operations, no
//! time-zone tables. The text of the last second is kept, because most rows share it with the row before.

use super::number::{push_integer, push_two_digits};
use crate::kernel::{Instant, Span};

/// A day of the proleptic Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Civil {
    year: i64,
    month: u8,
    day: u8,
}

/// Writes instants, remembering the last: the rows of one interval share their time.
#[derive(Debug, Default)]
pub struct TimeText {
    second: Option<i64>,
    text: Vec<u8>,
}

impl TimeText {
    /// Appends `2024-07-01T00:00:00Z`, rounded down to the second.
    pub fn push(&mut self, out: &mut Vec<u8>, time: Instant) {
        let second = floor_to(time, Span::SECOND);
        if self.second != Some(second) {
            self.second = Some(second);
            self.text.clear();
            push_date(&mut self.text, time);
            let of_day = second.rem_euclid(86_400);
            for (mark, part) in [
                (b'T', of_day / 3600),
                (b':', of_day / 60 % 60),
                (b':', of_day % 60),
            ] {
                self.text.push(mark);
                push_two_digits(&mut self.text, part as u8);
            }
            self.text.push(b'Z');
        }
        out.extend_from_slice(&self.text);
    }
}

/// Appends the UTC day, as `2024-07-01`.
pub fn push_date(out: &mut Vec<u8>, time: Instant) {
    let civil = Civil::of(time);
    push_year(out, civil.year);
    out.push(b'-');
    push_two_digits(out, civil.month);
    out.push(b'-');
    push_two_digits(out, civil.day);
}

/// Appends the UTC calendar quarter, as `2024Q3`.
pub fn push_quarter(out: &mut Vec<u8>, time: Instant) {
    let civil = Civil::of(time);
    push_year(out, civil.year);
    out.push(b'Q');
    push_integer(out, u64::from(civil.month.div_ceil(3)));
}

/// Four digits; a year outside of them has a sign and as many digits as it needs.
fn push_year(out: &mut Vec<u8>, year: i64) {
    if !(0..=9999).contains(&year) {
        out.push(if year < 0 { b'-' } else { b'+' });
    }
    let magnitude = year.unsigned_abs();
    for place in [1000, 100, 10] {
        if magnitude < place {
            out.push(b'0');
        }
    }
    push_integer(out, magnitude);
}

/// The instant of `2024-07-01T00:00:00Z`, and of nothing else: the inverse of [`TimeText::push`].
pub fn parse_time(text: &[u8]) -> Option<Instant> {
    let (text, b"Z") = text.split_last_chunk::<1>()? else {
        return None;
    };
    let (day, clock) = text.split_last_chunk::<9>()?;
    let [b'T', h1, h2, b':', m1, m2, b':', s1, s2] = clock else {
        return None;
    };
    let part = |digits: [&u8; 2], end: i64| {
        let number = digits_of(&digits.map(|digit| *digit))?;
        (number < end).then_some(number)
    };
    let seconds = (part([h1, h2], 24)? * 60 + part([m1, m2], 60)?) * 60 + part([s1, s2], 60)?;
    let of_day = (Span::SECOND * seconds).as_micros();
    let micros = parse_day(day)?.as_micros().checked_add(of_day)?;
    Some(Instant::from_micros(micros))
}

/// The first instant of the UTC day of `2024-07-01`, and of nothing else: the inverse of [`push_date`].
pub fn parse_day(text: &[u8]) -> Option<Instant> {
    let (year, rest) = text.split_last_chunk::<6>()?;
    let [b'-', m1, m2, b'-', d1, d2] = rest else {
        return None;
    };
    let (sign, year) = match year {
        [b'-', year @ ..] => (-1, year),
        [b'+', year @ ..] => (1, year),
        year => (1, year),
    };
    // Six digits of years are more than an instant holds.
    if !(4..=6).contains(&year.len()) {
        return None;
    }
    let civil = Civil {
        year: sign * digits_of(year)?,
        month: u8::try_from(digits_of(&[*m1, *m2])?).ok()?,
        day: u8::try_from(digits_of(&[*d1, *d2])?).ok()?,
    };
    let micros = civil.days()?.checked_mul(Span::DAY.as_micros())?;
    let instant = Instant::from_micros(micros);
    (Civil::of(instant) == civil).then_some(instant)
}

fn digits_of(text: &[u8]) -> Option<i64> {
    text.iter().try_fold(0, |number, digit| {
        digit
            .is_ascii_digit()
            .then(|| number * 10 + i64::from(digit - b'0'))
    })
}

fn floor_to(time: Instant, unit: Span) -> i64 {
    time.as_micros().div_euclid(unit.as_micros())
}

impl Civil {
    /// Days since 1970-01-01: Hinnant's `days_from_civil`. None for a month that does not exist.
    fn days(self) -> Option<i64> {
        if !(1..=12).contains(&self.month) {
            return None;
        }
        let year = self.year - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month_from_march = (i64::from(self.month) + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(self.day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Some(era * 146_097 + day_of_era - 719_468)
    }

    fn of(time: Instant) -> Self {
        // Years are counted from 1 March of year 0, so that the leap day is a year's last.
        let days = floor_to(time, Span::DAY) + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = (month_from_march + 2) % 12 + 1;
        Self {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month: month as u8,
            day: day as u8,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Instant {
        Instant::from_micros(seconds * 1_000_000)
    }

    fn written(push: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        push(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn known_instants() {
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_719_792_000, "2024-07-01T00:00:00Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (253_402_300_800, "+10000-01-01T00:00:00Z"),
            (-62_135_596_800, "0001-01-01T00:00:00Z"),
            (-62_167_219_201, "-0001-12-31T23:59:59Z"),
        ] {
            let text = written(|out| TimeText::default().push(out, at(seconds)));
            assert_eq!(text, expected);
        }
    }

    #[test]
    fn a_fraction_of_a_second_is_dropped_and_repeats_are_the_same() {
        let mut times = TimeText::default();
        let text = written(|out| {
            times.push(out, Instant::from_micros(1_999_999));
            times.push(out, at(1));
            times.push(out, at(2));
        });
        assert_eq!(
            text,
            "1970-01-01T00:00:01Z1970-01-01T00:00:01Z1970-01-01T00:00:02Z"
        );
    }

    #[test]
    fn what_was_written_is_read_back() {
        for seconds in [
            0,
            -1,
            951_782_400,
            1_735_689_599,
            253_402_300_800,
            -62_167_219_201,
        ] {
            let text = written(|out| TimeText::default().push(out, at(seconds)));
            assert_eq!(parse_time(text.as_bytes()), Some(at(seconds)), "{text}");
            let day = written(|out| push_date(out, at(seconds)));
            let start = at(seconds.div_euclid(86_400) * 86_400);
            assert_eq!(parse_day(day.as_bytes()), Some(start), "{day}");
        }
    }

    #[test]
    fn nothing_else_is_a_time() {
        for text in [
            "",
            "2024-07-01",
            "2024-07-01T00:00:00",
            "2024-07-01T24:00:00Z",
            "2024-07-01T00:60:00Z",
            "2024-07-01t00:00:00Z",
            "2024-02-30T00:00:00Z",
            "2023-02-29T00:00:00Z",
            "2024-13-01T00:00:00Z",
            "2024-00-01T00:00:00Z",
            "2024-01-00T00:00:00Z",
            "24-01-01T00:00:00Z",
            "999999-01-01T00:00:00Z",
            "2024-7-01T00:00:00Z",
            "2024-07-01T0:00:00Z",
            "\u{e9}024-07-01T00:00:00Z",
        ] {
            assert_eq!(parse_time(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn quarters_turn_with_their_first_day() {
        for (seconds, expected) in [
            (1_704_067_200, "2024Q1"),
            (1_711_929_599, "2024Q1"),
            (1_711_929_600, "2024Q2"),
            (1_719_792_000, "2024Q3"),
            (1_727_740_800, "2024Q4"),
        ] {
            assert_eq!(written(|out| push_quarter(out, at(seconds))), expected);
        }
    }

    #[test]
    fn every_day_of_eight_centuries_follows_the_one_before() {
        let mut before = Civil::of(at(-86_400));
        for day in 0..292_194 {
            let civil = Civil::of(at(day * 86_400));
            let follows = (civil.day == before.day + 1 && civil.month == before.month)
                || (civil.day == 1 && civil.month == before.month % 12 + 1);
            let new_year = i64::from(civil.month == 1 && civil.day == 1);
            assert!(
                follows && civil.year == before.year + new_year,
                "{before:?} {civil:?}"
            );
            before = civil;
        }
        assert_eq!((before.year, before.month, before.day), (2769, 12, 31));
    }

    #[test]
    fn the_ends_of_time_do_not_panic() {
        for time in [Instant::MIN, Instant::MAX] {
            assert!(written(|out| TimeText::default().push(out, time)).ends_with('Z'));
        }
    }
}

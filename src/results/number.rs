//! How numbers become text. Detail tables round to six decimals, because a mean over an hour has no more
//! meaning than that and files stay small; totals are written in the shortest form that reads back to
//! the same bits. The text depends on the value alone: no locale, no `-0`, never NaN or an infinity.

use std::io::Write;

/// How a table writes its fractional numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// At most six decimals.
    SixDecimals,
    /// The shortest text that reads back exactly.
    Exact,
}

const MICRO: u64 = 1_000_000;
/// Below this a value in millionths stays under 2^52, where an `f64` still resolves halves.
const FAST_END: f64 = 4.0e9;
/// From here on (and below its counterpart) an exponent is shorter than zeros.
const PLAIN_END: f64 = 1.0e16;
const PLAIN_START: f64 = 1.0e-5;

/// What a person's eye divides a number of that size by, and the letter that stands for it.
#[must_use]
pub fn thousands(size: f64) -> (f64, &'static str) {
    match size {
        s if s >= 1e12 => (1e12, "T"),
        s if s >= 1e9 => (1e9, "G"),
        s if s >= 1e6 => (1e6, "M"),
        s if s >= 1e4 => (1e3, "k"),
        _ => (1.0, ""),
    }
}

/// Appends `value` in the given precision. A value that is not finite is a bug of the caller: it stops
/// a debug build and leaves the cell empty otherwise.
pub fn push_number(out: &mut Vec<u8>, value: f64, precision: Precision) {
    debug_assert!(value.is_finite(), "{value} cannot be written to a CSV");
    if !value.is_finite() {
        return;
    }
    match precision {
        Precision::SixDecimals => push_six_decimals(out, value),
        Precision::Exact => push_exact(out, value),
    }
}

/// Appends an integer in decimal.
pub fn push_integer(out: &mut Vec<u8>, mut value: u64) {
    let mut digits = [0_u8; 20];
    let mut start = digits.len();
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (value % 10) as u8;
        value /= 10;
        start -= 1;
        if value == 0 {
            break;
        }
    }
    out.extend_from_slice(digits.get(start..).unwrap_or_default());
}

/// Appends `value`, zero-padded to two digits, as clocks need it.
pub fn push_two_digits(out: &mut Vec<u8>, value: u8) {
    out.extend_from_slice(&[b'0' + value / 10 % 10, b'0' + value % 10]);
}

fn push_six_decimals(out: &mut Vec<u8>, value: f64) {
    let magnitude = value.abs();
    if magnitude >= PLAIN_END {
        return push_exact(out, value);
    }
    if magnitude >= FAST_END {
        let start = out.len();
        append(out, format_args!("{value:.6}"));
        return trim_decimals(out, start);
    }
    let millionths = round_half_up(magnitude * MICRO as f64);
    if value < 0.0 && millionths > 0 {
        out.push(b'-');
    }
    push_integer(out, millionths / MICRO);
    let mut rest = millionths % MICRO;
    if rest > 0 {
        out.push(b'.');
        let mut place = MICRO / 10;
        while rest > 0 {
            out.push(b'0' + (rest / place) as u8);
            rest %= place;
            place /= 10;
        }
    }
}

fn push_exact(out: &mut Vec<u8>, value: f64) {
    let magnitude = value.abs();
    if magnitude == 0.0 {
        out.push(b'0');
    } else if (PLAIN_START..PLAIN_END).contains(&magnitude) {
        append(out, format_args!("{value}"));
    } else {
        append(out, format_args!("{value:e}"));
    }
}

/// Rounds a number from 0 to 2^52; written with casts, which need no library call.
fn round_half_up(x: f64) -> u64 {
    let whole = x as u64;
    whole + u64::from(x - whole as f64 >= 0.5)
}

/// Removes trailing zeros, and the point if nothing follows it, from what was written since `start`.
fn trim_decimals(out: &mut Vec<u8>, start: usize) {
    while out.len() > start && out.last() == Some(&b'0') {
        out.pop();
    }
    if out.last() == Some(&b'.') {
        out.pop();
    }
}

fn append(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // Writing to memory cannot fail.
    let _ = out.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(value: f64, precision: Precision) -> String {
        let mut out = Vec::new();
        push_number(&mut out, value, precision);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn six_decimals_without_trailing_zeros() {
        for (value, expected) in [
            (0.0, "0"),
            (-0.0, "0"),
            (-1e-9, "0"),
            (1.0, "1"),
            (-1.5, "-1.5"),
            (0.1 + 0.2, "0.3"),
            (1.0 / 3.0, "0.333333"),
            (0.000_001, "0.000001"),
            (5e-7, "0.000001"),
            (4.9e-7, "0"),
            (1_234.000_01, "1234.00001"),
            (3_999_999_999.5, "3999999999.5"),
            (4_000_000_000.25, "4000000000.25"),
            (5e9, "5000000000"),
            (-5e9, "-5000000000"),
            (9_999_999_999_999_998.0, "9999999999999998"),
            (1e300, "1e300"),
        ] {
            assert_eq!(text(value, Precision::SixDecimals), expected, "{value:e}");
        }
    }

    #[test]
    fn exact_is_the_shortest_that_reads_back() {
        for (value, expected) in [
            (0.0, "0"),
            (-0.0, "0"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e-5, "0.00001"),
            (9.9e-6, "9.9e-6"),
            (1e15, "1000000000000000"),
            (1e16, "1e16"),
            (-2.5e17, "-2.5e17"),
            (f64::MAX, "1.7976931348623157e308"),
            (5e-324, "5e-324"),
        ] {
            assert_eq!(text(value, Precision::Exact), expected);
        }
    }

    #[test]
    fn integers_reach_both_ends() {
        let mut out = Vec::new();
        for value in [0, 7, 10, u64::MAX] {
            push_integer(&mut out, value);
            out.push(b' ');
        }
        assert_eq!(out, b"0 7 10 18446744073709551615 ");
    }

    #[test]
    #[cfg_attr(debug_assertions, should_panic(expected = "cannot be written"))]
    fn not_a_number_is_never_written() {
        assert_eq!(text(f64::NAN, Precision::Exact), "");
    }

    proptest! {
        #[test]
        fn exact_round_trips(bits: u64) {
            let value = f64::from_bits(bits);
            prop_assume!(value.is_finite());
            prop_assert_eq!(text(value, Precision::Exact).parse::<f64>().unwrap(), value);
        }

        #[test]
        fn six_decimals_are_near_and_short(value in -1e10..1e10_f64) {
            let written = text(value, Precision::SixDecimals);
            let read: f64 = written.parse().unwrap();
            prop_assert!((read - value).abs() <= 5.1e-7 + value.abs() * 1e-15);
            let decimals = written.split_once('.').map_or("", |(_, decimals)| decimals);
            prop_assert!(decimals.len() <= 6 && !decimals.ends_with('0'));
            prop_assert!(written != "-0");
        }
    }
}

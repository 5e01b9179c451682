//! Numbers as short text.

use crate::results::thousands;

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

/// A mean and half of its interval, to two digits of the half.
#[must_use]
pub fn measured(mean: f64, half: f64, is_share: bool) -> String {
    let (factor, suffix, digits_max) = match is_share {
        true => (100.0, "%", 2.0),
        false => {
            let (divisor, suffix) = thousands(mean.abs().max(half));
            (1.0 / divisor, suffix, 4.0)
        }
    };
    let (scaled, half) = (factor * mean, factor * half);
    if half < 0.5 * 10_f64.powf(-digits_max) {
        return if is_share { share(mean) } else { fine(mean) };
    }
    let digits = (1.0 - half.log10().floor()).clamp(0.0, digits_max) as usize;
    format!("{scaled:.digits$}{suffix} ± {half:.digits$}{suffix}")
}

/// Two ends of a span, or the only one where they are written alike.
#[must_use]
pub fn span(low: f64, high: f64, write: fn(f64) -> String) -> String {
    let (low, high) = (write(low), write(high));
    match low == high {
        true => low,
        false => format!("{low} to {high}"),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(span(1.0, 1.0, share), "100%");
        assert_eq!(span(0.5, 1.0, share), "50% to 100%");
    }

    #[test]
    fn a_mean_has_no_more_digits_than_its_interval() {
        assert_eq!(measured(10.675e6, 140.58e3, false), "10.67M ± 0.14M");
        assert_eq!(measured(0.757, 0.017, true), "75.7% ± 1.7%");
        assert_eq!(measured(1.0, 1e-9, true), "100%");
        assert_eq!(measured(255.0, 0.0, false), "255");
    }
}

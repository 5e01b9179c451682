//! Decimal numbers without rounding: a range from 0.1 to 0.5 in steps of 0.1 holds 0.3, and not
//! 0.30000000000000004. A value is a whole number of tenths, hundredths, …; every operation says
//! so when its result does not fit.

use std::cmp::Ordering;
use std::fmt;

/// The most places behind the point; a scenario's numbers need fewer.
const PLACES_MAX: u32 = 24;

/// `digits / 10^places`.
#[derive(Clone, Copy, Debug)]
pub struct Decimal {
    digits: i128,
    places: u32,
}

impl Decimal {
    /// A whole number.
    #[must_use]
    pub fn whole(digits: i128) -> Self {
        Self { digits, places: 0 }
    }

    /// Reads `12`, `-0.25`, `1_000` or `3.8e25`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().replace('_', "");
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text.as_str(), 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
        let places = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
        if places >= 0 {
            let places = u32::try_from(places).ok()?;
            return (places <= PLACES_MAX).then_some(Self { digits, places });
        }
        let digits = digits.checked_mul(10_i128.checked_pow(places.unsigned_abs())?)?;
        Some(Self { digits, places: 0 })
    }

    /// The sum.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        let (a, b, places) = self.aligned(other)?;
        let digits = a.checked_add(b)?;
        Some(Self { digits, places })
    }

    /// That many times this.
    #[must_use]
    pub fn times(self, count: u64) -> Option<Self> {
        let digits = self.digits.checked_mul(i128::from(count))?;
        Some(Self { digits, ..self })
    }

    /// This times `multiply / divide`, if that has an end behind the point.
    #[must_use]
    pub fn scaled(self, multiply: i128, divide: i128) -> Option<Self> {
        let mut scaled = Self {
            digits: self.digits.checked_mul(multiply)?,
            ..self
        };
        while scaled.digits.checked_rem(divide)? != 0 {
            scaled.digits = scaled.digits.checked_mul(10)?;
            scaled.places += 1;
            if scaled.places > PLACES_MAX {
                return None;
            }
        }
        scaled.digits /= divide;
        Some(scaled)
    }

    /// How many steps of `step` lead from this to `end`; none if they miss it.
    #[must_use]
    pub fn steps_to(self, end: Self, step: Self) -> Option<u64> {
        let (from, to, places) = self.aligned(end)?;
        let way = Self {
            digits: to.checked_sub(from)?,
            places,
        };
        let (way, step, _) = way.aligned(step)?;
        let whole = way.checked_rem(step)? == 0;
        u64::try_from(way / step).ok().filter(|_| whole)
    }

    /// The nearest `f64`.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        // The parser rounds correctly, which a division would not always do.
        self.to_string().parse().unwrap_or(f64::NAN)
    }

    /// Both as whole numbers of the same decimal place.
    fn aligned(self, other: Self) -> Option<(i128, i128, u32)> {
        let places = self.places.max(other.places);
        let raise = |of: Self| {
            of.digits
                .checked_mul(10_i128.checked_pow(places - of.places)?)
        };
        Some((raise(self)?, raise(other)?, places))
    }

    /// The order of two; none where they are too far apart to be compared.
    #[must_use]
    pub fn compare(self, other: Self) -> Option<Ordering> {
        let (a, b, _) = self.aligned(other)?;
        Some(a.cmp(&b))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.digits < 0 { "-" } else { "" };
        let digits = self.digits.unsigned_abs().to_string();
        let places = self.places as usize;
        let padded = format!("{digits:0>width$}", width = places + 1);
        let (whole, fraction) = padded.split_at(padded.len() - places);
        let fraction = fraction.trim_end_matches('0');
        let point = if fraction.is_empty() { "" } else { "." };
        write!(formatter, "{sign}{whole}{point}{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).expect(text)
    }

    #[test]
    fn texts_read_and_write() {
        for (text, expected) in [
            ("0", "0"),
            ("-0.250", "-0.25"),
            ("1_000", "1000"),
            ("3.8e3", "3800"),
            ("25e-3", "0.025"),
            ("+7", "7"),
            ("-.5", "-0.5"),
        ] {
            assert_eq!(decimal(text).to_string(), expected, "{text}");
        }
        for text in ["", "x", "1.-5", "1e99", "1.2.3", "0x10", "nan", "1e-30"] {
            assert!(Decimal::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_tenth_three_times_is_three_tenths() {
        let step = decimal("0.1");
        let third = decimal("0").plus(step.times(3).unwrap()).unwrap();
        assert_eq!(third.to_f64(), 0.3);
        assert_eq!(decimal("0.1").steps_to(decimal("0.5"), step), Some(4));
        assert_eq!(decimal("0").steps_to(decimal("0.25"), step), None);
        assert_eq!(decimal("1").steps_to(decimal("0"), step), None);
        assert_eq!(decimal("1").steps_to(decimal("1"), decimal("0")), None);
    }

    #[test]
    fn scaling_stays_exact_or_is_refused() {
        assert_eq!(decimal("8").scaled(3600, 60).unwrap().to_string(), "480");
        assert!(decimal("1").scaled(1, 3).is_none());
        assert_eq!(decimal("1").scaled(1, 8).unwrap().to_string(), "0.125");
    }

    proptest! {
        #[test]
        fn steps_lead_where_they_should(from in -1_000_000i64..1_000_000, step in 1i64..10_000, count in 0u64..10_000) {
            let (from, step) = (decimal(&format!("{from}e-3")), decimal(&format!("{step}e-4")));
            let end = from.plus(step.times(count).unwrap()).unwrap();
            prop_assert_eq!(from.steps_to(end, step), Some(count));
        }

        #[test]
        fn numbers_survive(value in -1e9f64..1e9) {
            prop_assert_eq!(decimal(&format!("{value}")).to_f64(), value);
        }
    }
}

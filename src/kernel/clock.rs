//! Simulated time: whole microseconds, as points ([`Instant`]) and as distances ([`Span`]).
//!
//! Integers, because the order of events must not depend on how a sum was rounded. An `i64` of microseconds reaches
//! 292,000 years to either side of 1970. Arithmetic stops at those ends instead of wrapping round, so a hostile number
//! can make an event late but can never move it into the past. Sums and differences that stay inside are exact.

use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub, SubAssign};

const MICROS_PER_SECOND: f64 = 1e6;

/// 2⁶³, the first `f64` above every `i64`.
const I64_END: f64 = 9_223_372_036_854_775_808.0;

/// A point in simulated time: microseconds since 1970-01-01T00:00:00Z, without leap seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(i64);

/// A signed distance between two instants, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span(i64);

impl Instant {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);
    /// The last instant there is; use it for "never".
    pub const MAX: Self = Self(i64::MAX);
    /// The first instant there is.
    pub const MIN: Self = Self(i64::MIN);

    /// The instant this many microseconds after the Unix epoch (before it, if negative).
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the Unix epoch.
    pub const fn as_micros(self) -> i64 {
        self.0
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// One microsecond, the resolution of the clock.
    pub const MICROSECOND: Self = Self(1);
    /// One second.
    pub const SECOND: Self = Self(1_000_000);
    /// Sixty seconds.
    pub const MINUTE: Self = Self(60 * Self::SECOND.0);
    /// Sixty minutes.
    pub const HOUR: Self = Self(60 * Self::MINUTE.0);
    /// Twenty-four hours; civil days that are shorter or longer are not the kernel's concern.
    pub const DAY: Self = Self(24 * Self::HOUR.0);
    /// Seven days.
    pub const WEEK: Self = Self(7 * Self::DAY.0);
    /// The longest span; an instant plus this is [`Instant::MAX`], unless the instant is before the epoch.
    pub const MAX: Self = Self(i64::MAX);
    /// The most negative span.
    pub const MIN: Self = Self(i64::MIN);

    /// A span of this many microseconds.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// The length in microseconds.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// The span nearest to `seconds`, halves to even; for numbers that a user wrote.
    ///
    /// # Errors
    /// `None` if `seconds` is not a number, is infinite, or lies outside ±292,000 years.
    pub fn from_seconds_f64(seconds: f64) -> Option<Self> {
        let micros = seconds * MICROS_PER_SECOND;
        (-I64_END..I64_END)
            .contains(&micros)
            .then(|| Self(round_to_i64(micros)))
    }

    /// The span nearest to `seconds`, halves to even, cut to [`Span::MIN`] and [`Span::MAX`]; for numbers that
    /// were drawn, where a heavy tail may reach past any limit. Not-a-number becomes zero.
    pub fn saturating_from_seconds_f64(seconds: f64) -> Self {
        Self(round_to_i64(seconds * MICROS_PER_SECOND))
    }

    /// The length in seconds, to the 53 bits of an `f64`: within half a microsecond over a hundred years.
    pub fn as_seconds(self) -> f64 {
        self.0 as f64 / MICROS_PER_SECOND
    }

    /// The length in hours, rounded once.
    pub fn as_hours(self) -> f64 {
        self / Self::HOUR
    }

    /// The length in days of 24 hours, rounded once.
    pub fn as_days(self) -> f64 {
        self / Self::DAY
    }
}

/// Rounds to the nearest integer, halves to even, and saturates. This runs for every drawn duration, so the common case
/// avoids the library call that rounding is on plain x86-64: around 3·2⁵¹ neighbouring floats are one apart, so the
/// sum itself rounds and the integer is in its low bits.
#[inline]
fn round_to_i64(x: f64) -> i64 {
    const SHIFT: f64 = 6_755_399_441_055_744.0;
    const REACH: f64 = 2_251_799_813_685_248.0;
    if x.abs() < REACH {
        ((x + SHIFT).to_bits() as i64).wrapping_sub(SHIFT.to_bits() as i64)
    } else {
        x.round_ties_even() as i64
    }
}

impl Add<Span> for Instant {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl Sub<Span> for Instant {
    type Output = Self;
    fn sub(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }
}

impl AddAssign<Span> for Instant {
    fn add_assign(&mut self, span: Span) {
        *self = *self + span;
    }
}

impl Sub for Instant {
    type Output = Span;
    fn sub(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Add for Span {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Span {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Span {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl SubAssign for Span {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Neg for Span {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Mul<i64> for Span {
    type Output = Self;
    fn mul(self, times: i64) -> Self {
        Self(self.0.saturating_mul(times))
    }
}

/// The dimensionless ratio of two spans. As with floats, a zero divisor gives an infinity or not-a-number.
impl Div for Span {
    type Output = f64;
    fn div(self, other: Self) -> f64 {
        self.0 as f64 / other.0 as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_round_to_the_nearest_microsecond() {
        for (seconds, micros) in [
            (0.0, 0),
            (1.5, 1_500_000),
            (4e-7, 0),
            (5e-7, 0),
            (1.5e-6, 2),
            (-1.5e-6, -2),
            (6e-7, 1),
            (-4e-7, 0),
            (0.1 + 0.2, 300_000),
            (3.155_76e9, 3_155_760_000_000_000), // a hundred years
        ] {
            assert_eq!(
                Span::from_seconds_f64(seconds),
                Some(Span(micros)),
                "{seconds}"
            );
            assert_eq!(
                Span::saturating_from_seconds_f64(seconds),
                Span(micros),
                "{seconds}"
            );
        }
    }

    #[test]
    fn rounding_agrees_with_the_library() {
        let edges = [51, 52, 53, 62].map(|bits| 2_f64.powi(bits));
        let around = edges
            .iter()
            .flat_map(|edge| [edge.next_down(), *edge, edge.next_up(), edge - 0.5]);
        for x in [
            0.0,
            0.5_f64.next_down(),
            0.5,
            1.5,
            2.5,
            1e6 / 3.0,
            1e15 / 3.0,
        ]
        .into_iter()
        .chain(around)
        {
            assert_eq!(round_to_i64(x), x.round_ties_even() as i64, "{x}");
            assert_eq!(round_to_i64(-x), (-x).round_ties_even() as i64, "-{x}");
        }
    }

    #[test]
    fn hostile_seconds_are_refused_or_cut() {
        for (seconds, cut) in [
            (f64::NAN, Span::ZERO),
            (f64::INFINITY, Span::MAX),
            (f64::NEG_INFINITY, Span::MIN),
            (f64::MAX, Span::MAX),
            (9.3e12, Span::MAX),
            (-9.3e12, Span::MIN),
        ] {
            assert_eq!(Span::from_seconds_f64(seconds), None, "{seconds}");
            assert_eq!(Span::saturating_from_seconds_f64(seconds), cut, "{seconds}");
        }
    }

    #[test]
    fn a_hundred_years_are_exact() {
        let century = Span::DAY * 36_525;
        let end = Instant::EPOCH + century + Span::MICROSECOND;
        assert_eq!(end - Instant::EPOCH - century, Span::MICROSECOND);
        assert_eq!(century.as_days(), 36_525.0);
    }

    #[test]
    fn sums_stop_at_the_ends() {
        assert_eq!(Instant::MAX + Span::SECOND, Instant::MAX);
        assert_eq!(Instant::MIN - Span::SECOND, Instant::MIN);
        assert_eq!(Instant::MAX - Instant::MIN, Span::MAX);
        assert_eq!(Span::WEEK * i64::MAX, Span::MAX);
        assert_eq!(Span::WEEK * i64::MIN, Span::MIN);
        assert_eq!(-Span::MIN, Span::MAX);
    }

    #[test]
    fn ratios_and_units() {
        assert_eq!(Span::WEEK / Span::DAY, 7.0);
        assert_eq!((Span::MINUTE * 90).as_hours(), 1.5);
        assert_eq!((Span::HOUR * -36).as_days(), -1.5);
        assert_eq!(Span::MINUTE.as_seconds(), 60.0);
        assert!((Span::ZERO / Span::ZERO).is_nan());
    }
}

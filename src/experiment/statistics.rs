//! The few statistics that results rest on: mean, sample standard deviation, the Student-t 95% interval, and
//! quantiles. All are computed with the same operations in the same order everywhere, elementary functions
//! from `libm` included, so that a summary has the same bytes on every machine.

use std::f64::consts::PI;

/// Two-sided confidence of all intervals.
pub const CONFIDENCE: f64 = 0.95;
/// The normal distribution's 97.5% quantile.
const NORMAL_975: f64 = 1.959_963_984_540_054;
/// From this many degrees of freedom on, the expansion around the normal is good to 13 digits.
pub(super) const EXPANSION_FROM: u64 = 400;

/// The arithmetic mean; none of nothing.
#[must_use]
pub fn mean(values: &[f64]) -> Option<f64> {
    let count = values.len() as f64;
    let first = values.iter().sum::<f64>() / count;
    // The second pass takes the rounding of the first away: equal values have their value as mean.
    let rest = values.iter().map(|value| value - first).sum::<f64>() / count;
    (!values.is_empty()).then_some(first + rest)
}

/// The sample standard deviation, with n - 1 in the denominator; none of fewer than two.
#[must_use]
pub fn std_dev(values: &[f64]) -> Option<f64> {
    let mean = mean(values)?;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (values.len() > 1).then(|| (squares / (values.len() - 1) as f64).sqrt())
}

/// Half the width of the Student-t 95% interval of the mean of `count` values with that sample standard
/// deviation: `t(0.975, count - 1) * std_dev / sqrt(count)`; none for fewer than two.
#[must_use]
pub fn half_width(std_dev: f64, count: usize) -> Option<f64> {
    let freedom = count.checked_sub(1).filter(|freedom| *freedom > 0)?;
    Some(student_t_975(freedom as u64) * std_dev / (count as f64).sqrt())
}

/// The quantile of sorted values by linear interpolation between order statistics: type 7 of Hyndman and Fan
/// (1996), the default of R, NumPy and spreadsheets. `probability` is cut to 0..=1; none of nothing.
#[must_use]
pub fn quantile(sorted: &[f64], probability: f64) -> Option<f64> {
    debug_assert!(sorted.is_sorted(), "quantiles need sorted values");
    let last = sorted.len().checked_sub(1)?;
    let position = probability.clamp(0.0, 1.0) * last as f64;
    let below = position as usize;
    let low = *sorted.get(below)?;
    let high = sorted.get(below + 1).copied().unwrap_or(low);
    let share = position - below as f64;
    // Without the test, the difference of two equal values could still leave a trace.
    Some(if share == 0.0 {
        low
    } else {
        low + (high - low) * share
    })
}

/// The 97.5% quantile of Student's t with that many degrees of freedom; infinite for none.
#[must_use]
pub fn student_t_975(freedom: u64) -> f64 {
    match freedom {
        0 => f64::INFINITY,
        1..EXPANSION_FROM => by_bisection(freedom),
        _ => student_t_975_by_expansion(freedom as f64),
    }
}

/// Inverts the two-sided probability A(t) in theta = atan(t / sqrt(freedom)), where it is a finite sum:
/// Abramowitz and Stegun (1964) 26.7.3 and 26.7.4.
fn by_bisection(freedom: u64) -> f64 {
    let (mut low, mut high) = (0.0, PI / 2.0);
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            return (freedom as f64).sqrt() * libm::tan(middle);
        }
        if inside(middle, freedom) < CONFIDENCE {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// The probability that |t| is at most sqrt(freedom) * tan(theta).
fn inside(theta: f64, freedom: u64) -> f64 {
    let (sine, cosine) = (libm::sin(theta), libm::cos(theta));
    let odd = freedom % 2 == 1;
    let (mut term, first) = if odd { (cosine, 3) } else { (1.0, 2) };
    let mut sum = 0.0;
    // The terms' factors are 2/3, 4/5, … for odd and 1/2, 3/4, … for even degrees of freedom.
    for divisor in (first..=freedom).step_by(2) {
        sum += term;
        term *= (divisor - 1) as f64 / divisor as f64 * cosine * cosine;
    }
    match odd {
        true => (theta + sine * sum) * 2.0 / PI,
        false => sine * sum,
    }
}

/// The Cornish-Fisher expansion around the normal quantile: Abramowitz and Stegun (1964) 26.7.5.
pub(super) fn student_t_975_by_expansion(freedom: f64) -> f64 {
    let x = NORMAL_975;
    let x2 = x * x;
    let terms = [
        (x2 + 1.0) / 4.0,
        ((5.0 * x2 + 16.0) * x2 + 3.0) / 96.0,
        (((3.0 * x2 + 19.0) * x2 + 17.0) * x2 - 15.0) / 384.0,
        ((((79.0 * x2 + 776.0) * x2 + 1482.0) * x2 - 1920.0) * x2 - 945.0) / 92_160.0,
    ];
    let series = terms
        .iter()
        .rev()
        .fold(0.0, |sum, term| (sum + term) / freedom);
    x + x * series
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(found: f64, expected: f64, tolerance: f64) {
        let error = (found / expected - 1.0).abs();
        assert!(error <= tolerance, "{found} instead of {expected}");
    }

    /// Roots of the regularised incomplete beta function, found with mpmath at 30 digits.
    const T_TABLE: [(u64, f64); 11] = [
        (1, 12.706_204_736_174_705),
        (2, 4.302_652_729_749_464),
        (3, 3.182_446_305_283_709_6),
        (4, 2.776_445_105_197_794_4),
        (9, 2.262_157_162_798_205_5),
        (19, 2.093_024_054_408_309_8),
        (30, 2.042_272_456_301_238),
        (99, 1.984_216_951_586_417_5),
        (199, 1.971_956_544_251_753_8),
        (201, 1.971_836_506_779_859_3),
        (999_999, 1.959_966_356_816_479_3),
    ];

    #[test]
    fn student_t_agrees_with_the_tables() {
        for (freedom, expected) in &T_TABLE {
            close(student_t_975(*freedom), *expected, 1e-13);
        }
        assert!(student_t_975(0).is_infinite());
    }

    #[test]
    fn the_two_ways_meet() {
        for freedom in EXPANSION_FROM..EXPANSION_FROM + 4 {
            close(
                student_t_975_by_expansion(freedom as f64),
                by_bisection(freedom),
                1e-13,
            );
        }
    }

    #[test]
    fn mean_and_deviation() {
        let values = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0];
        assert_eq!(mean(&values), Some(5.0));
        close(std_dev(&values).unwrap(), (32.0_f64 / 7.0).sqrt(), 1e-15);
        assert_eq!(mean(&[]), None);
        assert_eq!(std_dev(&[3.0]), None);
        assert_eq!(std_dev(&[3.0, 3.0]), Some(0.0));
        assert_eq!(mean(&[0.9; 3]), Some(0.9));
        assert_eq!(std_dev(&[0.9; 7]), Some(0.0));
    }

    /// NIST's NumAcc4: a standard deviation of 0.1 at a mean of ten million, which one pass gets wrong.
    #[test]
    fn a_small_spread_around_a_large_mean() {
        let mut values = vec![10_000_000.2];
        for _ in 0..500 {
            values.extend([10_000_000.1, 10_000_000.3]);
        }
        close(mean(&values).unwrap(), 10_000_000.2, 1e-15);
        close(std_dev(&values).unwrap(), 0.1, 1e-7);
    }

    #[test]
    fn interval() {
        close(half_width(10.0, 10).unwrap(), 7.153_568_9, 1e-7);
        assert_eq!(half_width(1.0, 1), None);
        assert_eq!(half_width(1.0, 0), None);
    }

    #[test]
    fn quantiles_are_of_type_seven() {
        let values = [1.0, 2.0, 4.0, 8.0];
        for (probability, expected) in [
            (0.0, 1.0),
            (0.05, 1.15),
            (0.5, 3.0),
            (0.95, 7.4),
            (1.0, 8.0),
            (2.0, 8.0),
        ] {
            close(quantile(&values, probability).unwrap(), expected, 1e-15);
        }
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(quantile(&[7.0], 0.3), Some(7.0));
    }

    proptest! {
        #[test]
        fn quantiles_never_fall(mut values in prop::collection::vec(-1e6..1e6_f64, 1..50), a in 0.0..=1.0_f64, b in 0.0..=1.0_f64) {
            values.sort_by(f64::total_cmp);
            let (low, high) = (a.min(b), a.max(b));
            prop_assert!(quantile(&values, low) <= quantile(&values, high));
        }

        #[test]
        fn more_freedom_is_narrower(freedom in 1..5000_u64) {
            prop_assert!(student_t_975(freedom) > student_t_975(freedom + 1));
            prop_assert!(student_t_975(freedom) > NORMAL_975);
        }
    }
}

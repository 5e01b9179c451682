//! Welch's interval of the difference of two means whose variances differ: Welch (1938), with the degrees of freedom
//! of Satterthwaite (1946). They are no whole number, so Student's quantile is found from the regularised incomplete
//! beta function (DLMF 8.17.22, its continued fraction by Lentz's method).

use std::f64::consts::PI;

use super::super::statistics::{CONFIDENCE, EXPANSION_FROM, student_t_975_by_expansion};

/// What Welch's interval needs of a sample of at least two.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    /// Sample standard deviation.
    pub std_dev: f64,
    /// Size.
    pub count: usize,
}

/// Half the width of the 95% interval of the difference of two means; 0 where neither sample varies.
pub(super) fn welch_half_width(a: Sample, b: Sample) -> f64 {
    let error = |of: Sample| of.std_dev / (of.count as f64).sqrt();
    let (of_a, of_b) = (error(a), error(b));
    let largest = of_a.max(of_b);
    if largest == 0.0 {
        return 0.0;
    }
    // In units of the larger error, so that no square overflows or vanishes.
    let (share_a, share_b) = ((of_a / largest).powi(2), (of_b / largest).powi(2));
    let weight = |share: f64, of: Sample| share * share / (of.count as f64 - 1.0);
    let freedom = (share_a + share_b).powi(2) / (weight(share_a, a) + weight(share_b, b));
    student_t_975_of(freedom) * largest * (share_a + share_b).sqrt()
}

/// The 97.5% quantile of Student's t with any degrees of freedom from 1 up.
fn student_t_975_of(freedom: f64) -> f64 {
    if freedom >= EXPANSION_FROM as f64 {
        return student_t_975_by_expansion(freedom);
    }
    // t = sqrt(freedom) tan(angle), and P(|T| > t) = I_x(freedom / 2, 1 / 2) at x = cos(angle)^2.
    let (mut low, mut high) = (0.0, PI / 2.0);
    loop {
        let angle = 0.5 * (low + high);
        if angle <= low || angle >= high {
            return freedom.sqrt() * libm::tan(angle);
        }
        if 1.0 - incomplete_beta_half(freedom / 2.0, angle) < CONFIDENCE {
            low = angle;
        } else {
            high = angle;
        }
    }
}

/// I_x(a, 1/2) at x = cos(angle)^2.
fn incomplete_beta_half(a: f64, angle: f64) -> f64 {
    let (sine, cosine) = (libm::sin(angle), libm::cos(angle));
    let (x, rest) = (cosine * cosine, sine * sine);
    let log_beta = libm::lgamma(a) + libm::lgamma(0.5) - libm::lgamma(a + 0.5);
    let front = libm::exp(2.0 * a * libm::log(cosine) + libm::log(sine) - log_beta);
    // The fraction converges fast below its mean; above it the complement's does.
    if x < (a + 1.0) / (a + 2.5) {
        front * fraction(a, 0.5, x) / a
    } else {
        1.0 - front * fraction(0.5, a, rest) / 0.5
    }
}

/// The continued fraction of I_x(a, b), without its front factor.
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    const STEPS_MAX: u32 = 10_000;
    let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut product = d;
    for step in 1..STEPS_MAX {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for term in [even, odd] {
            d = 1.0 / away_from_zero(1.0 + term * d);
            c = away_from_zero(1.0 + term / c);
            change = c * d;
            product *= change;
        }
        if (change - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::statistics::student_t_975;

    #[test]
    fn whole_degrees_of_freedom_are_those_of_the_finite_sums() {
        for freedom in [1, 2, 3, 4, 9, 19, 30, 99, 199, 399] {
            let (found, expected) = (student_t_975_of(freedom as f64), student_t_975(freedom));
            assert!(
                (found / expected - 1.0).abs() < 1e-11,
                "{freedom}: {found} {expected}"
            );
        }
    }

    /// Roots of the incomplete beta function, found with mpmath at 30 digits.
    #[test]
    fn between_them_it_is_what_tables_say() {
        for (freedom, expected) in T_BETWEEN {
            let found = student_t_975_of(freedom);
            assert!((found / expected - 1.0).abs() < 1e-10, "{freedom}: {found}");
        }
    }

    const T_BETWEEN: [(f64, f64); 6] = [
        (1.5, 6.016_663_104_427_932),
        (2.25, 3.875_480_223_220_668),
        (7.031, 2.362_512_407_927_934_2),
        (24.9883, 2.059_587_450_090_102),
        (188.125, 1.972_654_201_161_992_3),
        (399.5, 1.965_919_810_190_153_3),
    ];
}

//! The standard normal law: density, distribution, quantile, survival, and the survival under an exponential factor.
//!
//! Built on `erfcx` so that tails keep their relative accuracy and products such as `e^800·P(Z > 40)` come out
//! right instead of as infinity times zero (Abramowitz and Stegun 26.2). The quantile starts from their 26.2.23 and is polished by Halley steps.

use super::special::{erfcx, exp};
use std::f64::consts::FRAC_1_SQRT_2;

const INV_SQRT_2PI: f64 = 0.398_942_280_401_432_7;

/// Density `e^(-x²/2)/√(2π)`.
#[must_use]
pub fn density(x: f64) -> f64 {
    INV_SQRT_2PI * exp(-0.5 * x * x)
}

/// Distribution function `P(Z <= x)`; relative error about `1e-16·(4 + x²)` in the left tail.
#[must_use]
pub fn cdf(x: f64) -> f64 {
    survival(-x)
}

/// Survival function `P(Z > x)`; relative error about `1e-16·(4 + x²)` in the right tail.
#[must_use]
pub fn survival(x: f64) -> f64 {
    scaled_survival(0.0, x)
}

/// `e^log_factor · P(Z > x)` without overflow in between: neither factor is formed alone when `x > 0`.
///
/// Infinite only if the product itself is. `log_factor` may be negative infinity, giving 0.
#[must_use]
pub fn scaled_survival(log_factor: f64, x: f64) -> f64 {
    let tail_exponent = if x > 0.0 {
        log_factor - 0.5 * x * x
    } else {
        -0.5 * x * x
    };
    let gauss = exp(tail_exponent);
    let tail = if gauss > 0.0 {
        0.5 * gauss * erfcx(x.abs() * FRAC_1_SQRT_2)
    } else {
        0.0
    };
    if x > 0.0 {
        tail
    } else {
        exp(log_factor) * (1.0 - tail)
    }
}

/// Mills' ratio `P(Z > x)/density(x)` for `x >= 0`: √(π/2) at 0, about `1/x` far out.
#[must_use]
pub fn mills_ratio(x: f64) -> f64 {
    const SQRT_HALF_PI: f64 = 1.253_314_137_315_500_3;
    SQRT_HALF_PI * erfcx(x * FRAC_1_SQRT_2)
}

/// The z with P(Z ≤ z) = p; relative error of P(Z ≤ z) about 1e-15 for p below one half.
#[must_use]
pub fn quantile(p: f64) -> f64 {
    if p > 0.5 {
        return -lower_quantile(1.0 - p);
    }
    lower_quantile(p)
}

/// For p up to one half. The rational start is within 4.5e-4; a Halley step cubes the error, so two reach rounding.
fn lower_quantile(p: f64) -> f64 {
    if p <= 0.0 {
        return f64::NEG_INFINITY;
    }
    let t = libm::sqrt(-2.0 * libm::log(p));
    let start = ((0.010_328 * t + 0.802_853) * t + 2.515_517)
        / (((0.001_308 * t + 0.189_269) * t + 1.432_788) * t + 1.0);
    let mut z = start - t;
    for _ in 0..2 {
        let newton = (cdf(z) - p) / density(z);
        z -= newton / (1.0 + 0.5 * z * newton);
    }
    z
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabulated_values() {
        assert!((cdf(1.0) - 0.841_344_746_068_542_9).abs() < 1e-15);
        assert!((survival(1.959_963_984_540_054) - 0.025).abs() < 1e-16);
        assert!((density(0.0) - 0.398_942_280_401_432_7).abs() < 1e-16);
        // P(Z > 10) = 7.619853024160526e-24 and P(Z > 37) = 5.725571222524577e-300.
        assert!((survival(10.0) / 7.619_853_024_160_526e-24 - 1.0).abs() < 1e-14);
        assert!((survival(37.0) / 5.725_571_222_524_577e-300 - 1.0).abs() < 1e-12);
        assert!((cdf(-8.0) + survival(-8.0) - 1.0).abs() < 1e-16);
    }

    #[test]
    fn product_of_a_huge_and_a_tiny_factor() {
        // e^(x²/2)·P(Z > x) is Mills' ratio over √(2π), whatever x.
        for x in [1.0, 30.0, 40.0, 1e3, 1e8] {
            let product = scaled_survival(0.5 * x * x, x);
            let expected = mills_ratio(x) * INV_SQRT_2PI;
            assert!((product / expected - 1.0).abs() < 1e-12, "x = {x}");
        }
        assert_eq!(scaled_survival(f64::NEG_INFINITY, 1.0), 0.0);
        assert_eq!(scaled_survival(f64::NEG_INFINITY, -1.0), 0.0);
        assert_eq!(scaled_survival(700.0, f64::INFINITY), 0.0);
        assert_eq!(survival(f64::NEG_INFINITY), 1.0);
    }

    #[test]
    fn symmetric_and_falling() {
        let mut last = 1.0;
        for step in -800..=800 {
            let x = f64::from(step) * 0.01;
            let value = survival(x);
            assert!(value <= last + 1e-16);
            assert!((value - libm::erfc(x * FRAC_1_SQRT_2) * 0.5).abs() < 4e-16);
            last = value;
        }
    }

    #[test]
    fn quantile_inverts_the_cdf_into_the_far_tail() {
        for exponent in 1..300 {
            let p = 0.5 * libm::exp10(-f64::from(exponent) + 1.0);
            assert!((cdf(quantile(p)) / p - 1.0).abs() < 2e-12, "{p}");
        }
        assert!((quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-14);
        assert!((quantile(1e-10) + 6.361_340_902_404_056).abs() < 1e-13);
        assert!(quantile(0.5).abs() < 1e-16);
    }
}

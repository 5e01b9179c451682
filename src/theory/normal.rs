//! The standard normal law: density, distribution, survival, and the survival under an exponential factor.
//!
//! Built on `erfcx` so that tails keep their relative accuracy and products such as `e^800·P(Z > 40)` come out
//! right instead of as infinity times zero (Abramowitz and Stegun 26.2).

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
}

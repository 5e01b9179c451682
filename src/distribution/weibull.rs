//! The Weibull shape that gives a coefficient of variation.
//!
//! With t = 1/shape: 1 + cv² = Γ(1+2t)/Γ(1+t)². The logarithm of the right side rises in t, from (π²/6)·t² at 0 to
//! t·ln 4 for large t, so a bracketed search on ln t always ends.

/// ζ(2) … ζ(9), for the expansion of ln Γ(1+x) at 0 (DLMF 5.7.3).
const ZETA: [f64; 8] = [
    1.644_934_066_848_226_4,
    1.202_056_903_159_594_3,
    1.082_323_233_711_138_2,
    1.036_927_755_143_37,
    1.017_343_061_984_449,
    1.008_349_277_381_922_8,
    1.004_077_356_197_944_3,
    1.002_008_392_826_082_2,
];

/// Shape and scale of the Weibull with this mean and cv, both above 0; cv comes back to about 1e-12 relative.
pub(super) fn shape_and_scale(mean: f64, cv: f64) -> (f64, f64) {
    let target = libm::log1p(cv * cv);
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    while log_square(high) < target && high < 1e300 {
        low = high;
        high *= 2.0;
    }
    // The first term of the series is the start, and t = 0 the other point of the first secant.
    let mut t = (cv / ZETA[0].sqrt()).clamp(low, high);
    let (mut last_t, mut last_value) = (0.0, -target);
    for _ in 0..200 {
        let value = log_square(t) - target;
        if value > 0.0 {
            high = t;
        } else {
            low = t;
        }
        let secant = t - value * (t - last_t) / (value - last_value);
        (last_t, last_value) = (t, value);
        if (secant - t).abs() <= 1e-15 * t {
            break;
        }
        t = if low < secant && secant < high {
            secant
        } else {
            0.5 * (low + high)
        };
    }
    (1.0 / t, mean / libm::tgamma(1.0 + t))
}

/// ln Γ(1+2t) − 2·ln Γ(1+t), by series near 0 where the difference cancels.
fn log_square(t: f64) -> f64 {
    if t > 0.01 {
        return libm::lgamma(1.0 + 2.0 * t) - 2.0 * libm::lgamma(1.0 + t);
    }
    let mut sum = 0.0;
    let mut power = t;
    let mut two = 2.0;
    for (k, zeta) in (2_u32..).zip(ZETA) {
        power *= -t;
        two *= 2.0;
        sum -= zeta * (two - 2.0) / f64::from(k) * power;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weibull_extremes_keep_their_cv() {
        for exponent in -12..4 {
            for lead in [1.0, 3.0] {
                let cv = lead * 10_f64.powi(exponent);
                let (shape, scale) = shape_and_scale(5.0, cv);
                assert!(shape.is_finite() && scale > 0.0, "{cv}");
                let t = 1.0 / shape;
                if t > 0.05 {
                    let log = libm::lgamma(1.0 + 2.0 * t) - 2.0 * libm::lgamma(1.0 + t);
                    assert!((log.exp_m1().sqrt() / cv - 1.0).abs() < 1e-11, "{cv}");
                } else {
                    // shape ≈ π/(√6·cv) as cv falls (Gumbel limit); the next term is of the order of cv.
                    let limit = std::f64::consts::PI / (6_f64.sqrt() * cv);
                    assert!(
                        (shape / limit - 1.0).abs() < 2.0 * cv,
                        "{cv} {shape} {limit}"
                    );
                }
            }
        }
        let (shape, scale) = shape_and_scale(2.0, 1.0);
        assert!((shape - 1.0).abs() < 1e-12 && (scale - 2.0).abs() < 1e-12);
    }
}

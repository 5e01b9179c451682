//! The gamma distribution with scale 1: cdf by the regularised incomplete gamma function P(a, x), quantile by a
//! bracketed Halley iteration.
//!
//! Series and continued fraction: NIST DLMF 8.7.1 and 8.9.2 (by Lentz's method). From shape 10 up the common factor
//! x^a·e^(−x)/Γ(a) is taken in Temme's form (DLMF 8.12), which does not cancel when a is large.

use super::normal;
use std::f64::consts::PI;

/// Shapes above this (cv below 0.1%) use the cube-root normal approximation of Wilson & Hilferty (1931), whose error
/// in the cdf is below 1e-8 there, instead of thousands of terms.
const WILSON_HILFERTY: f64 = 1e6;

/// Enough terms for shapes up to [`WILSON_HILFERTY`].
const TERMS: u32 = 20_000;

/// Two to four Halley steps are usual; more help only where rounding of the cdf hides the root.
const ITERATIONS: u32 = 30;

/// P(X ≤ x), absolute error about 1e-14 (1e-8 for shapes above a million).
pub(super) fn cdf(shape: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x == f64::INFINITY {
        return 1.0;
    }
    if shape > WILSON_HILFERTY {
        let spread = 1.0 / (9.0 * shape);
        return normal::cdf((libm::cbrt(x / shape) - 1.0 + spread) / libm::sqrt(spread));
    }
    if x < shape + 1.0 {
        power_factor(shape, x) / shape * series(shape, x)
    } else {
        1.0 - power_factor(shape, x) * fraction(shape, x)
    }
}

/// The x with P(X ≤ x) = p, relative error about 1e-13 where the density does not vanish.
pub(super) fn quantile(shape: f64, p: f64) -> f64 {
    if p <= 0.0 {
        return 0.0;
    }
    if p >= 1.0 {
        return f64::INFINITY;
    }
    let mut x = start(shape, p);
    if shape > WILSON_HILFERTY || x == 0.0 {
        return x;
    }
    let (mut low, mut high) = (0.0, f64::INFINITY);
    for _ in 0..ITERATIONS {
        let excess = cdf(shape, x) - p;
        if excess > 0.0 {
            high = x;
        } else {
            low = x;
        }
        let newton = excess * x / power_factor(shape, x);
        // The density's log derivative (a − 1)/x − 1 turns Newton's step into Halley's.
        let bend = (0.5 * newton * ((shape - 1.0) / x - 1.0)).min(0.5);
        let next = x - newton / (1.0 - bend);
        if (next - x).abs() <= 1e-14 * x {
            return next;
        }
        x = if low < next && next < high {
            next
        } else if high.is_finite() {
            0.5 * (low + high)
        } else {
            2.0 * x
        };
    }
    x
}

/// Wilson & Hilferty's cube for large shapes; the first term of the series at 0 where that is closer.
fn start(shape: f64, p: f64) -> f64 {
    let spread = 1.0 / (9.0 * shape);
    let cube_root = 1.0 - spread + normal::quantile(p) * libm::sqrt(spread);
    let near_zero = libm::exp((libm::log(p) + libm::lgamma(shape + 1.0)) / shape);
    if shape > WILSON_HILFERTY || (cube_root > 0.3 && shape > 0.5) {
        shape * cube_root * cube_root * cube_root
    } else {
        near_zero
    }
}

/// x^a·e^(−x)/Γ(a), which is x times the density.
fn power_factor(shape: f64, x: f64) -> f64 {
    if shape < 10.0 {
        return libm::exp(shape * libm::log(x) - x - libm::lgamma(shape));
    }
    let excess = (x - shape) / shape;
    let inverse = 1.0 / shape;
    let square = inverse * inverse;
    // ln Γ*(a), Stirling's series: DLMF 5.11.1.
    let stirling =
        inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square / 1680.0)));
    let exponent = -shape * (excess - libm::log1p(excess)) - stirling;
    libm::sqrt(shape / (2.0 * PI)) * libm::exp(exponent)
}

/// Σ x^n / ((a+1)…(a+n)).
fn series(shape: f64, x: f64) -> f64 {
    let (mut term, mut sum) = (1.0, 1.0);
    for n in 1..TERMS {
        term *= x / (shape + f64::from(n));
        sum += term;
        if term < 1e-17 * sum {
            break;
        }
    }
    sum
}

/// Γ(a, x)·e^x·x^(−a) as a continued fraction.
fn fraction(shape: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let mut b = x + 1.0 - shape;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut product = d;
    for n in 1..TERMS {
        let n = f64::from(n);
        let a = -n * (n - shape);
        b += 2.0;
        d = 1.0 / nonzero(a * d + b, TINY);
        c = nonzero(b + a / c, TINY);
        product *= c * d;
        if (c * d - 1.0).abs() < 1e-16 {
            break;
        }
    }
    product
}

fn nonzero(x: f64, tiny: f64) -> f64 {
    if x.abs() < tiny { tiny } else { x }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P(1/2, 1/2) = erf(√½), P(1, 2) = 1 − e^(−2), and P(20, 20) = P(Poisson(20) ≥ 20).
    #[test]
    fn known_values() {
        let (mut term, mut below) = ((-20.0_f64).exp(), 0.0);
        for n in 1..=20 {
            below += term;
            term *= 20.0 / f64::from(n);
        }
        for (shape, x, p) in [
            (0.5, 0.5, 0.682_689_492_137_085_9),
            (1.0, 2.0, 0.864_664_716_763_387_3),
            (20.0, 20.0, 1.0 - below),
        ] {
            assert!(
                (cdf(shape, x) - p).abs() < 1e-14,
                "{shape} {x} {}",
                cdf(shape, x)
            );
        }
    }

    #[test]
    fn quantile_inverts_the_cdf() {
        for shape in [
            1e-3, 0.01, 0.2, 0.5, 1.0, 1.5, 4.0, 9.9, 10.1, 100.0, 1e4, 1e6, 1e8,
        ] {
            for p in [1e-12, 1e-6, 0.01, 0.3, 0.5, 0.9, 0.999, 1.0 - 1e-9] {
                let x = quantile(shape, p);
                if x < 1e-290 {
                    continue; // the true quantile underflows
                }
                assert!(
                    (cdf(shape, x) - p).abs() < 1e-12 + 1e-11 * p.min(1.0 - p),
                    "{shape} {p}"
                );
            }
        }
    }

    #[test]
    fn the_two_forms_meet_at_a_million() {
        for z in [-5.0, -3.0, -1.0, 0.0, 1.0, 3.0, 5.0] {
            let shape: f64 = WILSON_HILFERTY;
            let x = shape + z * shape.sqrt();
            let step = (cdf(shape, x) - cdf(shape * (1.0 + 1e-15), x)).abs();
            assert!(step < 1e-8, "{z} {step:e}");
        }
    }
}

//! The two ratios behind Erlang's formulas, for any real `c > 0` and `a > 0`, at a bounded cost.
//!
//! With `D = a^c·e^-a/Γ(c + 1)`: `1/B = Q(c + 1, a)/D` and `A = P(c, a)/D`, Q and P the regularised incomplete
//! gamma functions. Four methods share the plane: the recursion (whole `c < 16`), the series of P (light load),
//! Legendre's continued fraction for Q (heavy load; DLMF 8.7.1, 8.9.2) and Temme's expansion in between.

use super::uniform;
use crate::theory::special::{drop_below_line, stirling_prefactor};

/// `1/B(c, a)`, the reciprocal of Erlang's loss probability; at least 1, infinite where `B` underflows.
///
/// Requires `c > 0` and `a > 0`. Relative error: see the tests of `blocking` and `delay`.
pub(super) fn inverse_blocking(servers: f64, offered_load: f64) -> f64 {
    if servers < uniform::SERVERS_MIN {
        if servers.fract() == 0.0 {
            blocking_recursion(servers, offered_load)
        } else if offered_load <= servers + 1.0 {
            blocking_stepped_down(servers, offered_load)
        } else {
            upper_fraction(servers, offered_load)
        }
    } else if offered_load < uniform::UTILISATION.start() * servers {
        inverse_term(servers, offered_load) + 1.0 - lower_series(servers, offered_load)
    } else if offered_load > uniform::UTILISATION.end() * servers {
        upper_fraction(servers, offered_load)
    } else {
        1.0 + uniform::upper_ratio(servers, offered_load)
    }
}

/// `A(x, y) = P(x, y)/D = 1 + y/(x + 1) + y²/((x + 1)(x + 2)) + …`, Palm's function; at least 1.
///
/// Requires `x > 0` and `y > 0`. Infinite where `D` underflows with `y > x`.
pub(super) fn lower_ratio(x: f64, y: f64) -> f64 {
    let light = if x < uniform::SERVERS_MIN {
        y <= x + 1.0
    } else {
        y < uniform::UTILISATION.start() * x
    };
    if light {
        lower_series(x, y)
    } else if x < uniform::SERVERS_MIN || y > uniform::UTILISATION.end() * x {
        inverse_term(x, y) + 1.0 - upper_fraction(x, y)
    } else {
        uniform::lower_ratio(x, y)
    }
}

/// `P(N <= count)` for a Poisson N, `Q(count + 1, mean)`; summed from whichever side is the smaller.
///
/// Requires `count >= 0` and `mean > 0`.
pub(in crate::theory) fn poisson_cdf(mean: f64, count: f64) -> f64 {
    if count < 1.0 {
        (-mean).exp()
    } else if mean < count {
        1.0 - (lower_ratio(count, mean) - 1.0) / inverse_term(count, mean)
    } else {
        (inverse_blocking(count, mean) / inverse_term(count, mean)).min(1.0)
    }
}

/// `1/D = Γ(c + 1)·e^a/a^c`, the reciprocal of the Poisson probability of `c` at mean `a`.
fn inverse_term(servers: f64, offered_load: f64) -> f64 {
    if servers < uniform::SERVERS_MIN {
        // Γ(c + 1) = Γ(c + n + 1)/((c + 1)…(c + n)), with c + n large enough for Stirling's series.
        let (mut top, mut product) = (servers, 1.0);
        while top < uniform::SERVERS_MIN {
            top += 1.0;
            product *= top;
        }
        let exponent = top * (top.ln() - 1.0) + offered_load - servers * offered_load.ln();
        stirling_prefactor(top) / product * exponent.exp()
    } else {
        let excess = (offered_load - servers) / servers;
        // Below a tenth the ratio is better conditioned than its distance from one.
        let drop = if excess < -0.9 {
            excess - (offered_load / servers).ln()
        } else {
            drop_below_line(excess)
        };
        stirling_prefactor(servers) * (servers * drop).exp()
    }
}

/// `1/B(k, a) = 1 + (k/a)/B(k - 1, a)`, upward from `B(0, a) = 1`; stable, every term positive.
fn blocking_recursion(servers: f64, offered_load: f64) -> f64 {
    let step = offered_load.recip();
    let (mut inverse, mut k) = (1.0, 0.0);
    while k < servers {
        k += 1.0;
        inverse = 1.0 + k * step * inverse;
    }
    inverse
}

/// A fractional `c < 16` with `a <= c + 1`: Temme's expansion at `c + n >= 16` and the recursion backwards.
///
/// The way down multiplies errors by `1/(1 - B)` a step, harmless at such loads. Where `c + n` would be loaded
/// too lightly for the expansion, and `1/B` there might overflow, the series is short enough.
fn blocking_stepped_down(servers: f64, offered_load: f64) -> f64 {
    let mut top = servers;
    while top < uniform::SERVERS_MIN {
        top += 1.0;
    }
    if offered_load < uniform::UTILISATION.start() * top {
        return inverse_term(servers, offered_load) + 1.0 - lower_series(servers, offered_load);
    }
    let mut inverse = 1.0 + uniform::upper_ratio(top, offered_load);
    while top - servers > 0.5 {
        inverse = (inverse - 1.0) * (offered_load / top);
        top -= 1.0;
    }
    inverse
}

/// The series of `A(x, y)`; its terms fall at least as fast as `(y/(x + n))^n`.
fn lower_series(x: f64, y: f64) -> f64 {
    let (mut sum, mut term, mut divisor) = (1.0, 1.0, x);
    loop {
        divisor += 1.0;
        term *= y / divisor;
        sum += term;
        if term <= 1e-17 * sum {
            return sum;
        }
    }
}

/// `1/B(c, a)` for `a > c + 1` from Legendre's continued fraction, evaluated forward (Lentz).
fn upper_fraction(servers: f64, offered_load: f64) -> f64 {
    const TERMS_MAX: u32 = 2_000;
    let mut partial = offered_load - servers;
    let mut forward = f64::INFINITY;
    let mut backward = partial.recip();
    let mut value = backward;
    let mut n = 0.0;
    for _ in 0..TERMS_MAX {
        n += 1.0;
        let numerator = n * (servers + 1.0 - n);
        partial += 2.0;
        backward = (partial + numerator * backward).recip();
        forward = partial + numerator / forward;
        let factor = forward * backward;
        value *= factor;
        if (factor - 1.0).abs() < 1e-16 || numerator == 0.0 {
            break;
        }
    }
    offered_load * value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_agree_where_they_meet() {
        // Fraction against series just past c + 1, recursion against series at whole c.
        for c in [0.01, 0.5, 1.7, 4.2, 9.9, 15.99] {
            let a = c + 1.0;
            let series = inverse_term(c, a) + 1.0 - lower_series(c, a);
            assert!(
                (upper_fraction(c, a + 1e-13) / series - 1.0).abs() < 3e-12,
                "{c}"
            );
        }
        for c in [1.0, 2.0, 7.0, 15.0] {
            for a in [0.01 * c, 0.5 * c, c] {
                let series = inverse_term(c, a) + 1.0 - lower_series(c, a);
                assert!(
                    (blocking_recursion(c, a) / series - 1.0).abs() < 1e-13,
                    "{c}"
                );
            }
        }
        for c in [16.0, 40.0, 333.3] {
            let light = 0.5 * c;
            let series = inverse_term(c, light) + 1.0 - lower_series(c, light);
            assert!((1.0 + uniform::upper_ratio(c, light)) / series - 1.0 < 1e-12);
            let heavy = 1.5 * c;
            let temme = 1.0 + uniform::upper_ratio(c, heavy);
            assert!(
                (upper_fraction(c, heavy) / temme - 1.0).abs() < 2e-12,
                "{c}"
            );
        }
    }

    #[test]
    fn palm_function_by_its_definition() {
        for (x, y) in [
            (0.3, 0.2),
            (2.0, 9.0),
            (10.0, 10.0),
            (40.0, 70.0),
            (200.0, 190.0),
        ] {
            let series = lower_series(x, y);
            assert!((lower_ratio(x, y) / series - 1.0).abs() < 1e-12, "{x} {y}");
        }
    }
}

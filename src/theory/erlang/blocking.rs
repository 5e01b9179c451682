//! Erlang-B: the share of requests lost by `c` servers without a queue (A. K. Erlang 1917), for real `c`.
//!
//! `1/B(c, a) = a·∫ e^(-a·t)·(1 + t)^c dt` over `t > 0` extends the loss formula to fractional servers (Jagerman
//! 1974); it is smooth, falls in `c`, rises in `a`, and obeys the usual recursion in steps of one.

use super::ratio::inverse_blocking;
use super::smallest_servers;
use crate::theory::is_positive;

/// Probability that an arrival finds all `servers` busy when there is nowhere to wait.
///
/// `offered_load` is arrival rate times mean service time; the law of service does not matter. Both real.
/// Relative error at most 1e-11. No servers lose everything (1), no load loses nothing (0).
#[must_use]
pub fn erlang_b(servers: f64, offered_load: f64) -> f64 {
    if !is_positive(servers) || offered_load == f64::INFINITY {
        1.0
    } else if !is_positive(offered_load) || servers == f64::INFINITY {
        0.0
    } else {
        inverse_blocking(servers, offered_load).recip()
    }
}

/// Smallest whole number of servers that loses at most the share `blocking_max` of `offered_load`.
///
/// `None` if the load is not finite or the share is not positive.
#[must_use]
pub fn servers_for_blocking(offered_load: f64, blocking_max: f64) -> Option<u64> {
    if !offered_load.is_finite() || !is_positive(blocking_max) {
        return None;
    }
    smallest_servers(offered_load, blocking_max, |c| erlang_b(c, offered_load))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The recursion, exact up to rounding, for a whole number of servers above a fractional start.
    fn stepped(start: f64, steps: u32, a: f64) -> f64 {
        let mut inverse = inverse_blocking(start, a);
        for step in 1..=steps {
            inverse = 1.0 + (start + f64::from(step)) / a * inverse;
        }
        inverse.recip()
    }

    #[test]
    fn oracles() {
        assert!((erlang_b(10.0, 7.0) - 0.078_740_883_0).abs() < 5e-11);
        assert!((erlang_b(100.0, 90.0) - 0.026_957_380_5).abs() < 5e-11);
        assert_eq!(servers_for_blocking(100.0, 0.01), Some(117));
        assert!((erlang_b(10.0, 8.0) - 0.121_661_064_3).abs() < 5e-11);
        assert!((erlang_b(20.0, 16.0) - 0.064_410_924_8).abs() < 5e-11);
    }

    #[test]
    fn fractional_servers_obey_the_recursion_across_all_methods() {
        for fraction in [0.01, 0.25, 0.5, 0.999] {
            for steps in [1, 3, 10, 15, 16, 17, 40, 400] {
                let c = fraction + f64::from(steps);
                for rho in [0.001, 0.3, 0.499, 0.501, 0.9, 1.0, 1.2, 1.499, 1.501, 4.0] {
                    let (value, reference) =
                        (erlang_b(c, c * rho), stepped(fraction, steps, c * rho));
                    if reference > 1e-280 {
                        let error = (value / reference - 1.0).abs();
                        assert!(error < 1e-11, "c = {c}, rho = {rho}: {error:e}");
                    }
                }
            }
        }
    }

    #[test]
    fn fractional_start_against_the_integral() {
        // Simpson's rule on a·∫ e^(-a·t)·(1 + t)^c dt, t = u/(1 - u).
        for (c, a) in [
            (0.01, 0.005),
            (0.01, 3.0),
            (0.5, 0.5),
            (0.5, 2.0),
            (3.3, 2.0),
            (15.5, 20.0),
        ] {
            let integrand = |u: f64| {
                if u >= 1.0 {
                    return 0.0;
                }
                let t = u / (1.0 - u);
                a * (-a * t + c * t.ln_1p()).exp() / (1.0 - u).powi(2)
            };
            let panels = 200_000;
            let h = 1.0 / f64::from(panels);
            let inner: f64 = (1..panels)
                .map(|k| f64::from(2 + 2 * (k % 2)) * integrand(f64::from(k) * h))
                .sum();
            let inverse = (integrand(0.0) + inner + integrand(1.0)) * h / 3.0;
            let error = (erlang_b(c, a) * inverse - 1.0).abs();
            assert!(error < 1e-9, "c = {c}, a = {a}: {error:e}");
        }
    }

    #[test]
    fn sizes_are_the_smallest() {
        for (a, target) in [
            (1e-6, 0.5),
            (0.3, 0.01),
            (16.0, 1e-3),
            (1e4, 0.01),
            (1e9, 1e-4),
            (1e9, 0.9),
        ] {
            let c = servers_for_blocking(a, target).expect("a size exists") as f64;
            assert!(
                erlang_b(c, a) <= target && erlang_b(c - 1.0, a) > target,
                "{a}"
            );
        }
        assert_eq!(servers_for_blocking(0.0, 0.01), Some(1));
        assert_eq!(servers_for_blocking(5.0, 1.0), Some(0));
        assert_eq!(servers_for_blocking(5.0, 0.0), None);
        assert_eq!(servers_for_blocking(f64::NAN, 0.5), None);
    }

    #[test]
    fn edges() {
        assert_eq!(erlang_b(0.0, 3.0), 1.0);
        assert_eq!(erlang_b(-1.0, 3.0), 1.0);
        assert_eq!(erlang_b(f64::NAN, 3.0), 1.0);
        assert_eq!(erlang_b(3.0, 0.0), 0.0);
        assert_eq!(erlang_b(3.0, f64::INFINITY), 1.0);
        assert_eq!(erlang_b(1e9, 1.0), 0.0);
        assert!(erlang_b(1.0, 1e300) <= 1.0);
    }

    proptest! {
        #[test]
        fn falls_in_servers_and_rises_in_load(
            log_c in -4.6f64..20.7, log_rho in -14.0f64..3.0, more in 1e-6f64..0.5,
        ) {
            let (c, a) = (log_c.exp(), (log_c + log_rho).exp());
            let b = erlang_b(c, a);
            prop_assert!((0.0..=1.0).contains(&b));
            prop_assert!(erlang_b(c * (1.0 + more), a) <= b * (1.0 + 5e-12));
            prop_assert!(erlang_b(c, a * (1.0 + more)) >= b * (1.0 - 5e-12));
        }
    }
}

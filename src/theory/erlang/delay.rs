//! Erlang-C: the share of requests that wait when nobody gives up (A. K. Erlang 1917), for real `c`.
//!
//! `1/C = rho + (1 - rho)/B`. Halfin and Whitt's limit is here for comparison and for rules of thumb only: at a
//! hundred servers it is off by 0.014, far more than the simulator can afford.

use super::ratio::inverse_blocking;
use super::smallest_servers;
use crate::theory::is_positive;
use crate::theory::normal::mills_ratio;
use std::f64::consts::PI;

/// Probability that an arrival must wait for one of `servers`, M/M/c; real servers and load.
///
/// 1 from `offered_load >= servers` on, where the queue grows without end, and without servers; 0 without load.
/// Continuous, falls in `servers`, rises in `offered_load`. Relative error at most 1e-11.
#[must_use]
pub fn erlang_c(servers: f64, offered_load: f64) -> f64 {
    if !(servers > 0.0 && offered_load < servers) {
        1.0
    } else if !is_positive(offered_load) || servers == f64::INFINITY {
        0.0
    } else {
        /// From here on `1/B >= e^(c·idle²/2)` is infinite.
        const NEVER: f64 = 745.0;
        let idle = (servers - offered_load) / servers;
        if 0.5 * servers * idle * idle > NEVER {
            return 0.0;
        }
        (1.0 - idle + idle * inverse_blocking(servers, offered_load)).recip()
    }
}

/// Mean number of requests waiting, `C·a/(c - a)`, M/M/c; infinite from `offered_load >= servers` on.
#[must_use]
pub fn mean_queue(servers: f64, offered_load: f64) -> f64 {
    if !is_positive(servers - offered_load) {
        return f64::INFINITY;
    }
    erlang_c(servers, offered_load) * offered_load.max(0.0) / (servers - offered_load)
}

/// Mean time from arrival to start of service in seconds, `C·E[S]/(c - a)`, M/M/c, over all requests.
///
/// `mean_service_s` is E\[S\] in seconds. Infinite from `offered_load >= servers` on.
#[must_use]
pub fn mean_wait_s(servers: f64, offered_load: f64, mean_service_s: f64) -> f64 {
    if !is_positive(servers - offered_load) {
        return f64::INFINITY;
    }
    erlang_c(servers, offered_load) * mean_service_s / (servers - offered_load)
}

/// Smallest whole number of servers at which at most the share `delay_max` of requests waits.
///
/// `None` if the load is not finite or the share is not positive.
#[must_use]
pub fn servers_for_delay(offered_load: f64, delay_max: f64) -> Option<u64> {
    if !offered_load.is_finite() || !is_positive(delay_max) {
        return None;
    }
    smallest_servers(offered_load, delay_max, |c| erlang_c(c, offered_load))
}

/// Halfin and Whitt's limit of the delay probability, `1/(1 + beta·Φ(beta)/φ(beta))` (Oper. Res. 29, 1981).
///
/// `beta = (c - a)/√a` is the staffing above the load in units of its standard deviation; 1 at `beta <= 0`.
#[must_use]
pub fn halfin_whitt(beta: f64) -> f64 {
    if !is_positive(beta) {
        return 1.0;
    }
    // Φ/φ = √(2π)·e^(beta²/2) less Mills' ratio.
    let ratio = (2.0 * PI).sqrt() * (0.5 * beta * beta).exp() - mills_ratio(beta);
    (1.0 + beta * ratio).recip()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Erlang-C by the recursion, for a whole number of servers.
    fn recursion(servers: u32, a: f64) -> f64 {
        let inverse = (1..=servers).fold(1.0, |inverse, k| 1.0 + f64::from(k) / a * inverse);
        let c = f64::from(servers);
        (a / c + (c - a) / c * inverse).recip()
    }

    #[test]
    fn oracles() {
        assert!((erlang_c(2.0, 1.8) - 0.852_631_578_9).abs() < 5e-11);
        assert!((mean_queue(2.0, 1.8) - 7.673_684_2).abs() < 5e-8);
        assert!((erlang_c(10.0, 8.0) - 0.409_180_150_8).abs() < 5e-11);
        assert!((mean_wait_s(10.0, 8.0, 1.0) - 0.204_590_075_4).abs() < 5e-11);
        assert!((erlang_c(20.0, 16.0) - 0.256_077_793_8).abs() < 5e-11);
        assert!((halfin_whitt(1.0) - 0.223_361_274_8).abs() < 5e-11);
        assert!((erlang_c(110.0, 100.0) - 0.237_007_5).abs() < 5e-8);
        assert_eq!(servers_for_delay(100.0, 0.2), Some(111));
    }

    #[test]
    fn recursion_agrees_to_ten_digits() {
        let mut worst = 0.0_f64;
        for c in [
            1, 2, 4, 8, 15, 16, 17, 20, 32, 50, 100, 316, 1_000, 10_000, 100_000,
        ] {
            for rho in [
                1e-6,
                0.01,
                0.1,
                0.3,
                0.45,
                0.499,
                0.501,
                0.6,
                0.7,
                0.8,
                0.9,
                0.95,
                0.99,
                0.999,
                0.999_9,
                0.999_999,
                0.999_999_999,
                1.0 - 1e-12,
            ] {
                let a = f64::from(c) * rho;
                let reference = recursion(c, a);
                if reference > 1e-290 {
                    worst = worst.max((erlang_c(f64::from(c), a) / reference - 1.0).abs());
                }
            }
        }
        println!("worst relative error of erlang_c: {worst:.2e}");
        assert!(worst < 1e-11, "{worst:e}");
    }

    #[test]
    fn no_seam_at_sixteen_nor_at_whole_numbers() {
        for c in [1.0, 2.0, 7.0, 15.0, 16.0, 17.0] {
            for rho in [0.01, 0.5, 0.9, 0.999] {
                let below = erlang_c(c * (1.0 - 1e-14), c * rho);
                let above = erlang_c(c * (1.0 + 1e-14), c * rho);
                assert!((below / above - 1.0).abs() < 1e-11, "c = {c}, rho = {rho}");
            }
        }
    }

    #[test]
    fn edges_and_far_regimes() {
        assert_eq!(erlang_c(0.0, 0.0), 1.0);
        assert_eq!(erlang_c(f64::NAN, 1.0), 1.0);
        assert_eq!(erlang_c(5.0, 0.0), 0.0);
        assert_eq!(erlang_c(5.0, 5.0), 1.0);
        assert_eq!(erlang_c(5.0, 7.0), 1.0);
        assert_eq!(erlang_c(1e9, 1.0), 0.0);
        assert_eq!(mean_wait_s(1.0, 2.0, 3.0), f64::INFINITY);
        assert!(erlang_c(1e9, 1e9 - 1.0) < 1.0 && erlang_c(1e9, 1e9 - 1.0) > 0.999_9);
        // A sliver of a server under a sliver of load still waits rarely or often as the load says.
        assert!(erlang_c(0.01, 1e-6) < erlang_c(0.01, 0.005));
        assert!(erlang_c(0.01, 0.009_999) < 1.0);
        assert_eq!(halfin_whitt(1e3), 0.0);
        assert_eq!(halfin_whitt(-1.0), 1.0);
    }

    proptest! {
        #[test]
        fn falls_in_servers_and_rises_in_load(
            log_c in -4.6f64..20.7, log_rho in -14.0f64..0.1, more in 1e-9f64..0.5,
        ) {
            let (c, a) = (log_c.exp(), (log_c + log_rho).exp());
            let p = erlang_c(c, a);
            prop_assert!((0.0..=1.0).contains(&p));
            prop_assert!(erlang_c(c * (1.0 + more), a) <= p * (1.0 + 5e-12));
            prop_assert!(erlang_c(c, a * (1.0 + more)) >= p * (1.0 - 5e-12));
        }

        #[test]
        fn halfin_whitt_is_the_limit(beta in 0.05f64..3.0) {
            let a: f64 = 1e9;
            let exact = erlang_c(a + beta * a.sqrt(), a);
            prop_assert!((exact / halfin_whitt(beta) - 1.0).abs() < 2e-3);
        }
    }
}

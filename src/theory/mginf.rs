//! Infinitely many servers: how many are busy at once, M/G/∞.
//!
//! The number busy is Poisson with mean `lambda·E[S]`, whatever the law of service (Palm 1943): the first
//! estimate of how many servers a load can occupy. The distribution function costs the same for any mean.

use super::erlang;
use super::is_positive;

/// `P(N <= busy)` for a Poisson number with mean `offered_load = lambda·E[S]`.
///
/// Absolute error below 1e-11. 0 for `busy < 0` never arises: `busy` is a count.
#[must_use]
pub fn occupancy_cdf(offered_load: f64, busy: u64) -> f64 {
    if !is_positive(offered_load) {
        return 1.0;
    }
    erlang::poisson_cdf(offered_load, busy as f64)
}

/// The smallest `n` with `P(N <= n) >= probability`.
///
/// `None` unless `0 <= probability < 1` and the load is finite.
#[must_use]
pub fn occupancy_quantile(offered_load: f64, probability: f64) -> Option<u64> {
    if !(0.0..1.0).contains(&probability) || !offered_load.is_finite() {
        return None;
    }
    if !is_positive(offered_load) {
        return Some(0);
    }
    erlang::smallest_servers(offered_load, 1.0 - probability, |n| {
        1.0 - erlang::poisson_cdf(offered_load, n)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn oracles() {
        assert!((occupancy_cdf(36.0, 48) - 0.977_459_517_0).abs() < 5e-11);
        assert_eq!(occupancy_quantile(36.0, 0.99), Some(51));
    }

    #[test]
    fn agrees_with_the_sum() {
        for mean in [0.001_f64, 0.7, 5.0, 60.0, 600.0] {
            let (mut term, mut sum) = ((-mean).exp(), 0.0);
            for n in 0..1_200_u64 {
                sum += term;
                term *= mean / (n + 1) as f64;
                assert!((occupancy_cdf(mean, n) - sum).abs() < 1e-11, "{mean} {n}");
            }
        }
    }

    #[test]
    fn edges() {
        assert_eq!(occupancy_cdf(0.0, 0), 1.0);
        assert_eq!(occupancy_quantile(0.0, 0.99), Some(0));
        assert_eq!(occupancy_quantile(5.0, 1.0), None);
        assert_eq!(occupancy_quantile(f64::INFINITY, 0.5), None);
        assert_eq!(occupancy_quantile(5.0, 0.0), Some(0));
        assert!(occupancy_cdf(1e9, 10) < 1e-300 && occupancy_cdf(1e-9, 1_000_000) > 1.0 - 1e-15);
    }

    proptest! {
        #[test]
        fn quantile_inverts_the_distribution(log_mean in -6.0f64..18.0, p in 0.001f64..0.999) {
            let mean = log_mean.exp();
            let n = occupancy_quantile(mean, p).expect("valid input");
            prop_assert!(occupancy_cdf(mean, n) >= p - 1e-11);
            prop_assert!(n == 0 || occupancy_cdf(mean, n - 1) < p + 1e-11);
        }
    }
}

//! The single server with general service times: mean wait first come first served, and processor sharing.
//!
//! Pollaczek (1930) and Khinchine (1932): `Wq = rho·E[S]·(1 + cs²)/(2·(1 - rho))`. Under processor sharing the
//! response of a job is its size over `1 - rho`, whatever the law of service (Kleinrock 1967).

use super::is_positive;

/// Mean time in the queue in seconds, M/G/1 first come first served.
///
/// `utilisation` is rho, `mean_service_s` is E\[S\] in seconds, `service_cv2` the squared coefficient of
/// variation of service. Infinite from `utilisation >= 1` on, 0 at or below a utilisation of 0.
#[must_use]
pub fn mean_wait_s(utilisation: f64, mean_service_s: f64, service_cv2: f64) -> f64 {
    if !is_positive(1.0 - utilisation) {
        return f64::INFINITY;
    }
    let rho = utilisation.max(0.0);
    rho * mean_service_s * (1.0 + service_cv2) / (2.0 * (1.0 - rho))
}

/// Mean time in the system in seconds of a job that needs `service_s` of the whole server, processor sharing.
///
/// Infinite from `utilisation >= 1` on.
#[must_use]
pub fn processor_sharing_response_s(utilisation: f64, service_s: f64) -> f64 {
    if !is_positive(1.0 - utilisation) {
        return f64::INFINITY;
    }
    service_s / (1.0 - utilisation.max(0.0))
}

/// Mean number of jobs in an M/G/1 processor-sharing server, `rho/(1 - rho)`.
#[must_use]
pub fn processor_sharing_jobs(utilisation: f64) -> f64 {
    processor_sharing_response_s(utilisation, utilisation.max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::erlang;

    #[test]
    fn oracles() {
        for (service_cv2, wait_s) in [(0.0, 2.0), (0.5, 3.0), (1.0, 4.0), (4.0, 10.0)] {
            assert!((mean_wait_s(0.8, 1.0, service_cv2) - wait_s).abs() < 1e-14);
        }
        assert!((processor_sharing_response_s(0.8, 4.0) - 20.0).abs() < 1e-13);
        assert!((processor_sharing_jobs(0.8) - 4.0).abs() < 1e-14);
    }

    #[test]
    fn exponential_service_is_erlang_c_with_one_server() {
        for rho in [0.01, 0.5, 0.99] {
            let erlang = erlang::mean_wait_s(1.0, rho, 3.0);
            assert!((mean_wait_s(rho, 3.0, 1.0) / erlang - 1.0).abs() < 1e-13);
        }
    }

    #[test]
    fn edges() {
        assert_eq!(mean_wait_s(1.0, 1.0, 1.0), f64::INFINITY);
        assert_eq!(mean_wait_s(f64::NAN, 1.0, 1.0), f64::INFINITY);
        assert_eq!(mean_wait_s(-0.5, 1.0, 1.0), 0.0);
        assert_eq!(processor_sharing_jobs(1.5), f64::INFINITY);
    }
}

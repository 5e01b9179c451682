//! Non-preemptive priorities with `c` servers, M/M/c: how long each class waits.
//!
//! Cobham (Operations Research 2, 1954), for Poisson arrivals and one exponential service law for all classes:
//! `Wq_k = W0/((1 - s_(k-1))·(1 - s_k))`, where `s_k` is the utilisation by classes up to `k`, the most urgent
//! first, and `W0 = C(c, a)·E[S]/c` the mean time until a server comes free as an arrival finds it.

use super::erlang::erlang_c;

/// Mean time in the queue in seconds for each class, the most urgent first.
///
/// `servers` may be real, `rates_per_s` are arrivals per second, `mean_service_s` is E\[S\] in seconds. Infinite for
/// a class from which on the servers cannot keep up; those before it wait as long as all servers are busy.
/// Relative error that of [`erlang_c`], about 1e-10.
#[must_use]
pub fn mean_waits_s(servers: f64, rates_per_s: &[f64], mean_service_s: f64) -> Vec<f64> {
    let load = rates_per_s.iter().map(|rate| rate.max(0.0)).sum::<f64>() * mean_service_s;
    let busy = if load < servers {
        erlang_c(servers, load)
    } else {
        1.0
    };
    let residual_s = busy * mean_service_s / servers;
    let mut room_before = 1.0;
    let wait = |rate: &f64| {
        let room = room_before - rate.max(0.0) * mean_service_s / servers;
        let wait_s = if room > 0.0 && room_before > 0.0 {
            residual_s / (room_before * room)
        } else {
            f64::INFINITY
        };
        room_before = room;
        wait_s
    };
    rates_per_s.iter().map(wait).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::erlang;
    use proptest::prelude::*;

    #[test]
    fn oracles() {
        let waits = mean_waits_s(10.0, &[3.0, 5.0], 1.0);
        assert!((waits[0] - 0.058_454_307_3).abs() < 5e-11, "{waits:?}");
        assert!((waits[1] - 0.292_271_536_3).abs() < 5e-11, "{waits:?}");
        assert!((3.0 * waits[0] + 5.0 * waits[1] - 1.636_720_6).abs() < 5e-8);
    }

    #[test]
    fn edges() {
        assert!(mean_waits_s(3.0, &[], 1.0).is_empty());
        let waits = mean_waits_s(2.0, &[1.0, 1.5, 0.1], 1.0);
        // All servers are always busy: one comes free after half a second, and the rest of the first class waits.
        assert!((waits[0] - 1.0).abs() < 1e-12, "{waits:?}");
        assert_eq!(waits[1..], [f64::INFINITY; 2]);
        assert_eq!(mean_waits_s(4.0, &[0.0], 1.0), [0.0]);
    }

    proptest! {
        /// Whatever the order, the work in the queue is the same (Kleinrock 1965); and who is urgent waits less.
        #[test]
        fn the_order_does_not_change_the_mean(
            servers in 1u8..40, rho in 0.05f64..0.98, parts in prop::collection::vec(0.05f64..1.0, 1..6), service_s in 0.1f64..9.0,
        ) {
            let c = f64::from(servers);
            let sum: f64 = parts.iter().sum();
            let rates: Vec<f64> = parts.iter().map(|part| part / sum * rho * c / service_s).collect();
            let waits = mean_waits_s(c, &rates, service_s);
            let queue: f64 = rates.iter().zip(&waits).map(|(rate, wait)| rate * wait).sum();
            prop_assert!((queue / erlang::mean_queue(c, rho * c) - 1.0).abs() < 1e-9);
            prop_assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]));
        }
    }
}

//! Erlang-A: `c` servers, endless queue, requests that give up after an exponential patience (C. Palm 1957).
//!
//! Formulas as in Garnett, Mandelbaum and Reiman (MSOM 4, 2002) through Palm's function `A(c/θ, a/θ)`, with θ
//! the abandonment rate in units of the service rate. Valid below and above `rho = 1`; servers may be fractional.

use super::blocking::erlang_b;
use super::delay::{erlang_c, mean_queue};
use super::ratio::lower_ratio;
use crate::theory::is_positive;

/// What impatience leaves of an M/M/c queue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Impatience {
    /// Probability that an arrival has to wait.
    pub delay_probability: f64,
    /// Probability that an arrival leaves without service.
    pub abandonment_probability: f64,
    /// Mean number of requests waiting.
    pub mean_queue: f64,
}

/// M/M/c+M: `servers`, `offered_load = lambda/mu`, and `impatience` = abandonment rate per waiting request over
/// mu.
///
/// An impatience of zero (or less) is Erlang-C, with the overload leaving as if by a trickle: the abandonment
/// probability is then `max(0, 1 - 1/rho)` and the queue infinite. Relative error below 1e-10 of all three.
#[must_use]
pub fn erlang_a(servers: f64, offered_load: f64, impatience: f64) -> Impatience {
    if !is_positive(offered_load) {
        let waits = if servers > 0.0 { 0.0 } else { 1.0 };
        return Impatience {
            delay_probability: waits,
            abandonment_probability: 0.0,
            mean_queue: 0.0,
        };
    }
    if !is_positive(servers) {
        let queue = if impatience > 0.0 {
            offered_load / impatience
        } else {
            f64::INFINITY
        };
        return Impatience {
            delay_probability: 1.0,
            abandonment_probability: 1.0,
            mean_queue: queue,
        };
    }
    if !is_positive(impatience) {
        return Impatience {
            delay_probability: erlang_c(servers, offered_load),
            abandonment_probability: ((offered_load - servers) / offered_load).max(0.0),
            mean_queue: mean_queue(servers, offered_load),
        };
    }
    let blocking = erlang_b(servers, offered_load);
    let palm = lower_ratio(servers / impatience, offered_load / impatience);
    let delay_probability = blocking / (blocking + (1.0 - blocking) / palm);
    let leaves = abandonment_if_delayed(servers, offered_load, impatience, palm);
    Impatience {
        delay_probability,
        abandonment_probability: delay_probability * leaves,
        mean_queue: offered_load * delay_probability * leaves / impatience,
    }
}

/// Probability that a request which has to wait gives up: `1/(rho·A) + 1 - 1/rho`.
fn abandonment_if_delayed(servers: f64, offered_load: f64, impatience: f64, palm: f64) -> f64 {
    if offered_load > 0.9 * servers {
        let spare = (servers - offered_load) / offered_load;
        return (servers / offered_load / palm - spare).clamp(0.0, 1.0);
    }
    // In light load that difference cancels. The mean number waiting, given that all servers are busy, is the
    // mean of the same series and has positive terms only; abandonment follows from it by Little's law.
    let (x, y) = (servers / impatience, offered_load / impatience);
    let (mut term, mut mean, mut k) = (1.0, 0.0, 0.0);
    loop {
        k += 1.0;
        term *= y / (x + k);
        mean += k * term;
        if k * term <= 1e-17 * mean {
            return mean / (y * palm);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The birth-death chain itself, up to a queue of 20,000.
    fn chain(servers: u32, a: f64, impatience: f64) -> Impatience {
        let c = f64::from(servers);
        let mut weight = 1.0;
        let (mut total, mut waits, mut queue) = (1.0, 0.0, 0.0);
        for n in 1..servers + 20_000 {
            let waiting = (f64::from(n) - c).max(0.0);
            weight *= a / (f64::from(n).min(c) + impatience * waiting);
            total += weight;
            if n >= servers {
                waits += weight;
                queue += weight * waiting;
            }
            if total > 1e200 {
                for sum in [&mut weight, &mut total, &mut waits, &mut queue] {
                    *sum *= 1e-200;
                }
            }
        }
        Impatience {
            delay_probability: waits / total,
            abandonment_probability: impatience * queue / (a * total),
            mean_queue: queue / total,
        }
    }

    #[test]
    fn oracles() {
        let half = erlang_a(100.0, 100.0, 0.5);
        assert!((half.delay_probability - 0.596_703_138_0).abs() < 5e-11);
        assert!((half.abandonment_probability - 0.033_030_152_5).abs() < 5e-11);
        assert!((half.mean_queue - 6.606_030_5).abs() < 5e-8);
        assert!((erlang_a(100.0, 100.0, 1.0).delay_probability - 0.513_298_798_3).abs() < 5e-11);
    }

    #[test]
    fn agrees_with_the_chain() {
        for c in [1, 3, 12, 40, 100] {
            for rho in [0.05, 0.5, 0.89, 0.91, 1.0, 1.3, 1.9] {
                for impatience in [0.01, 0.5, 1.0, 7.0] {
                    let a = f64::from(c) * rho;
                    let (value, exact) = (
                        erlang_a(f64::from(c), a, impatience),
                        chain(c, a, impatience),
                    );
                    for (v, e) in [
                        (value.delay_probability, exact.delay_probability),
                        (value.abandonment_probability, exact.abandonment_probability),
                        (value.mean_queue, exact.mean_queue),
                    ] {
                        assert!(
                            (v / e - 1.0).abs() < 1e-10,
                            "{c} {rho} {impatience}: {v} {e}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn patience_without_end_is_erlang_c() {
        let patient = erlang_a(10.0, 8.0, 1e-9);
        assert!((patient.delay_probability / erlang_c(10.0, 8.0) - 1.0).abs() < 1e-7);
        assert!((patient.mean_queue / mean_queue(10.0, 8.0) - 1.0).abs() < 1e-6);
        assert_eq!(erlang_a(10.0, 8.0, 0.0).mean_queue, mean_queue(10.0, 8.0));
        assert!((erlang_a(10.0, 20.0, 1e-9).abandonment_probability - 0.5).abs() < 1e-8);
        assert_eq!(erlang_a(0.0, 3.0, 0.5).mean_queue, 6.0);
    }

    proptest! {
        #[test]
        fn never_nan_and_falls_in_servers(
            log_c in -4.6f64..14.0, log_rho in -10.0f64..2.0, log_impatience in -14.0f64..4.0,
        ) {
            let (c, a, impatience) = (log_c.exp(), (log_c + log_rho).exp(), log_impatience.exp());
            let (fewer, more) = (erlang_a(c, a, impatience), erlang_a(c * 1.01, a, impatience));
            prop_assert!((0.0..=1.0).contains(&fewer.delay_probability));
            prop_assert!((0.0..=1.0).contains(&fewer.abandonment_probability));
            prop_assert!(fewer.mean_queue >= 0.0);
            prop_assert!(more.delay_probability <= fewer.delay_probability * (1.0 + 1e-10) + 1e-300);
            prop_assert!(more.abandonment_probability <= fewer.abandonment_probability * (1.0 + 1e-7) + 1e-300);
        }
    }
}

//! What a queue of limited length turns away, and how full it stands.
//!
//! At rest the wait is a Brownian motion reflected at 0 and at the limit L (Harrison 1985, section 5.6): a
//! truncated exponential. Its overflow rate is joined to Erlang's loss formula so that both ends are exact;
//! within a step the overflow of the motion reflected at L alone adds what a backlog, or overload, pushes over
//! the limit.

use super::passage::Passage;
use super::{LONGEST_S, Motion, Scaled, WaitingLaw};
use crate::theory::normal::{density, survival};
use crate::theory::special::exp;
use crate::theory::{is_positive, within};

/// The exponential of more than this is infinite.
const OVERFLOW: f64 = 709.8;

impl WaitingLaw {
    /// Work turned away at rest, in seconds of work per second and server, when at most `limit_s` seconds may
    /// wait.
    ///
    /// `1/ℓ = (e^u - 1)/θ + e^u/(rho·B)` with `u = 2θL/σ²` and B of Erlang. It is exact for M/M/c with K
    /// places, where `e^-u = rho^K`; tends to `rho·B` without places and to `-θ` in deep overload; never
    /// exceeds rho. The diffusion's own rate `θ/(e^u - 1)` is infinite at L = 0. Infinite without servers.
    #[must_use]
    pub fn loss_rate(&self, limit_s: f64) -> f64 {
        self.motion.map_or(f64::INFINITY, |motion| {
            motion.loss_rate(motion.drift, limit_s)
        })
    }

    /// Mean wait in seconds at rest when at most `limit_s` seconds may wait: `L·(1/u - 1/(e^u - 1))`, times C
    /// below `rho = 1`.
    ///
    /// `L/2` at `rho = 1`; tends to L in overload and to the mean of the endless queue in underload.
    #[must_use]
    pub fn stationary_mean_with_limit(&self, limit_s: f64) -> f64 {
        let limit_s = within(limit_s, 0.0, LONGEST_S);
        let Some(motion) = self.motion else {
            return limit_s;
        };
        let exponent = motion.decay() * limit_s;
        motion.shape.mean_delay * limit_s * truncated_exponential_mean(exponent)
    }

    /// Work turned away during the first `horizon_s` seconds, in seconds of work per server, when at most
    /// `limit_s` may wait.
    ///
    /// The larger of two amounts, neither of which ever rises with servers: the overflow of the backlog pushed
    /// against the limit (in overload `-θT - (L - w0)` and the noise around it), and the trickle at rest (at
    /// most what noise without drift could push over by then). What starts above the limit is cut at once.
    /// Against the motion between two walls it is off by less than `σ²T/(2L)`, by far less away from `rho = 1`.
    /// (`ℓT + min(0, w0 - m∞)`, with m∞ the mean at rest, would *rise* with servers for steps shorter than
    /// about `L²/(3σ²)`.) Infinite without servers.
    #[must_use]
    pub fn shed_work(&self, horizon_s: f64, limit_s: f64) -> f64 {
        let limit_s = within(limit_s, 0.0, LONGEST_S);
        let Some(motion) = self.motion else {
            return f64::INFINITY;
        };
        if motion.is_idle() {
            return 0.0;
        }
        let cut = (motion.start_s - limit_s).max(0.0);
        let Some(scaled) = motion.scaled(horizon_s) else {
            return cut;
        };
        let start_s = motion.start_s.min(limit_s);
        // Below rho = 1 a queue that starts empty overflows only if servers are found busy.
        let filled = if limit_s > 0.0 {
            start_s / limit_s
        } else {
            0.0
        };
        let counted =
            motion.shape.delay_probability + (1.0 - motion.shape.delay_probability) * filled;
        let pushed = counted * scaled.overflow(limit_s - start_s, scaled.drift);
        // Without drift the overflow at rest comes to this; with drift towards zero, to less.
        let trickle_most = motion.sigma * motion.sigma / (2.0 * limit_s) * horizon_s;
        if pushed >= trickle_most {
            return cut + pushed;
        }
        let rest_rate = motion.loss_rate(motion.drift.max(0.0), limit_s);
        let trickle = rest_rate * horizon_s.max(0.0);
        cut + pushed.max(trickle.min(scaled.driftless_overflow(start_s, limit_s)))
    }
}

impl Motion {
    /// `loss_rate` of the law, with another drift in the diffusion's part.
    fn loss_rate(&self, drift: f64, limit_s: f64) -> f64 {
        let limit_s = within(limit_s, 0.0, LONGEST_S);
        let twice_over_variance = 2.0 * limit_s / (self.sigma * self.sigma);
        let exponent = drift * twice_over_variance;
        if exponent > OVERFLOW {
            return 0.0;
        }
        let slope = if exponent == 0.0 {
            1.0
        } else {
            exponent.exp_m1() / exponent
        };
        let rest = exp(exponent);
        if rest <= 0.0 {
            return (twice_over_variance * slope).recip();
        }
        let direct = self.offered_load / self.servers * self.blocking();
        (twice_over_variance * slope + rest / direct).recip()
    }
}

impl Scaled {
    /// About the mean overflow in seconds past the limit of a driftless motion that is also reflected at 0.
    ///
    /// Early on the free motion and its first image; later `σ²T/(2L) + w0²/(2L) - L/6`, the rate at rest and
    /// what the start adds to it (the solution of Poisson's equation for the doubly reflected motion).
    fn driftless_overflow(&self, start_s: f64, limit_s: f64) -> f64 {
        if !is_positive(limit_s) {
            return f64::INFINITY;
        }
        let early = self.overflow(limit_s - start_s, 0.0) + self.overflow(limit_s + start_s, 0.0);
        let head_start = start_s * start_s / (2.0 * limit_s) - limit_s / 6.0;
        early.max(self.sd_s * self.sd_s / (2.0 * limit_s) + head_start.min(0.0))
    }

    /// Mean overflow in seconds past a barrier `distance_s` above the start, `E[(max of the motion -
    /// distance)+]`.
    fn overflow(&self, distance_s: f64, drift: f64) -> f64 {
        let distance = distance_s / self.sd_s;
        let passage = Passage::plain(distance, drift);
        let beyond = distance + drift;
        self.sd_s * (density(beyond) - beyond * survival(beyond) + 0.5 * passage.i0).max(0.0)
    }
}

/// Mean of the law with density proportional to `e^(-u·x)` on \[0, 1\], `1/u - 1/(e^u - 1)`.
fn truncated_exponential_mean(u: f64) -> f64 {
    if u.abs() < 0.1 {
        let square = u * u;
        return 0.5 - u * (1.0 / 12.0 - square * (1.0 / 720.0 - square / 30_240.0));
    }
    u.recip() - u.exp_m1().recip()
}

#[cfg(test)]
mod tests {
    use super::super::Spread;
    use super::*;
    use crate::theory::erlang::erlang_b;
    use proptest::prelude::*;

    fn law(servers: f64, load: f64, backlog_wait_s: f64) -> WaitingLaw {
        WaitingLaw::new(servers, load, 1.0, 1.0, Spread::gamma(1.0), backlog_wait_s)
    }

    /// Loss probability of M/M/c with room for `places` to wait.
    fn places_full(servers: u32, load: f64, places: u32) -> f64 {
        let busy = (1..=servers).fold(1.0, |inverse, k| 1.0 + f64::from(k) / load * inverse);
        let rho = load / f64::from(servers);
        let (mut total, mut last) = (busy, 1.0);
        for _ in 0..places {
            last *= rho;
            total += last;
        }
        last / total
    }

    #[test]
    fn loss_is_that_of_a_finite_queue() {
        // L such that e^(-2θL/σ²) = rho^K, i.e. L = -K·ln(rho)/(c·(1 - rho)) in services.
        for servers in [1, 10, 100] {
            for rho in [0.5_f64, 0.9, 1.0 - 1e-9, 1.0 + 1e-9, 1.05, 1.5] {
                for places in [0, 1, 5, 50] {
                    let c = f64::from(servers);
                    let limit_s = -f64::from(places) * rho.ln() / (c * (1.0 - rho));
                    let exact = rho * places_full(servers, c * rho, places);
                    let value = law(c, c * rho, 0.0).loss_rate(limit_s);
                    assert!(
                        (value / exact - 1.0).abs() < 1e-6,
                        "{servers} {rho} {places}"
                    );
                }
            }
        }
    }

    #[test]
    fn limits_of_the_loss() {
        assert!((law(100.0, 150.0, 0.0).loss_rate(30.0) - 0.5).abs() < 1e-12);
        assert!(law(100.0, 80.0, 0.0).loss_rate(30.0) < 1e-100);
        assert_eq!(law(100.0, 0.0, 0.0).loss_rate(0.0), 0.0);
        assert_eq!(law(0.0, 5.0, 0.0).loss_rate(1.0), f64::INFINITY);
        // At rho = 1: σ²/(2L), joined to Erlang's loss.
        let direct = 1.0 / erlang_b(100.0, 100.0);
        assert!((law(100.0, 100.0, 0.0).loss_rate(10.0) * (1_000.0 + direct) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn mean_under_a_limit() {
        assert!((law(100.0, 100.0, 0.0).stationary_mean_with_limit(10.0) - 5.0).abs() < 1e-12);
        assert!((law(100.0, 150.0, 0.0).stationary_mean_with_limit(10.0) - 9.98).abs() < 1e-12);
        let endless_s = crate::theory::erlang::mean_wait_s(100.0, 95.0, 1.0);
        assert!(
            (law(100.0, 95.0, 0.0).stationary_mean_with_limit(60.0) / endless_s - 1.0).abs()
                < 1e-12
        );
        let (below, above) = (
            truncated_exponential_mean(0.1 - 1e-12),
            truncated_exponential_mean(0.1),
        );
        assert!((below - above).abs() < 1e-12);
        assert!(
            (truncated_exponential_mean(-0.05) + truncated_exponential_mean(0.05) - 1.0).abs()
                < 1e-15
        );
    }

    #[test]
    fn overload_sheds_what_does_not_fit() {
        // Half a second of work a second too much, 8 s of room: 0.5·60 - 8 and the noise at the barrier, σ²/(2|θ|).
        let shed_s = law(1e4, 1.5e4, 2.0).shed_work(60.0, 10.0);
        assert!((shed_s - 22.000_2).abs() < 1e-6, "{shed_s}");
        assert_eq!(law(1e4, 1.5e4, 2.0).shed_work(0.0, 10.0), 0.0);
        assert_eq!(law(1e4, 5e3, 12.0).shed_work(0.0, 10.0), 2.0);
        assert!(law(1e4, 5e3, 0.0).shed_work(3_600.0, 10.0) < 1e-12);
        assert!(law(100.0, 50.0, 0.0).shed_work(3_600.0, 0.0) > 0.0);
    }

    #[test]
    fn long_steps_shed_at_the_rate_of_rest() {
        // (load, how far the rate may be off, relative): the bounds meet only near rho = 1.
        for (load, off) in [
            (90.0, 1e-6),
            (99.0, 1e-3),
            (100.0, 0.02),
            (100.5, 0.45),
            (110.0, 1e-3),
        ] {
            let (law, horizon_s) = (law(100.0, load, 0.0), 1e7);
            let rate = law.shed_work(horizon_s, 1.0) / horizon_s;
            assert!(
                (rate / law.loss_rate(1.0) - 1.0).abs() < off,
                "{load}: {rate}"
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn more_servers_never_lose_more(
            log_c in -1.0f64..11.0, distance in -3.0f64..3.0, backlog in 0.0f64..30.0, log_limit in -7.0f64..5.0,
            log_horizon in 0.0f64..12.0, log_service in -4.0f64..5.0, more in 1e-6f64..0.3,
        ) {
            let servers = log_c.exp();
            let load = (servers + distance * servers.sqrt()).max(0.0);
            let (limit_s, horizon_s, service_s) = (log_limit.exp(), log_horizon.exp(), log_service.exp());
            let build = |c: f64| {
                WaitingLaw::new(c, load, service_s, 1.0, Spread::gamma(1.5), backlog * servers.sqrt() * service_s / c)
            };
            let (fewer, more) = (build(servers), build(servers * (1.0 + more)));
            prop_assert!(more.loss_rate(limit_s) <= fewer.loss_rate(limit_s) + 1e-9);
            prop_assert!(fewer.loss_rate(limit_s) <= load / servers + 1e-9);
            prop_assert!(more.stationary_mean_with_limit(limit_s) <= fewer.stationary_mean_with_limit(limit_s) + 1e-9);
            let (lost, spared) = (fewer.shed_work(horizon_s, limit_s), more.shed_work(horizon_s, limit_s));
            prop_assert!(spared <= lost + 1e-9 * (1.0 + lost), "{lost} {spared}");
        }

        #[test]
        fn continuous_at_full_load(log_c in 0.0f64..10.0, start in 0.0f64..1.5, limit_s in 0.01f64..100.0) {
            let c = log_c.exp();
            let at = |load: f64| law(c, load, start * limit_s).shed_work(600.0, limit_s);
            let (below, above) = (at(c * (1.0 - 1e-9)), at(c * (1.0 + 1e-9)));
            prop_assert!((above - below).abs() < 1e-9 * (600.0 + 10.0 * limit_s + c.sqrt()) * 4.0);
        }
    }
}

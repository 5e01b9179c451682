//! What the diffusion does not know about the wait at rest: how service times and arrivals other than M/M/c's bend the
//! exponential law and move the chance to wait.
//!
//! Three effects, each with its reason in the literature and coefficients fitted to simulations of 8 to 128 servers
//! (log-normal, gamma and constant services; gamma and hyperexponential gaps; within 0.015 of P(W > x) everywhere):
//!
//! - A request finds the servers busy as if a normal number of busy servers had another deviation. Seen from the
//!   arrivals that is their *peakedness* `1 + (ca² - 1)·E[min(S, S')]/E[S]` (Whitt, Prod. Oper. Manag. 2, 1993), and
//!   the mean shorter of two services over the mean is one less their Gini coefficient.
//! - The hazard of the wait starts near that of M/M/c whatever the law of service (in M/G/1 exactly there) and goes to
//!   the rate of the tail within a time of about `E[S]/√c`; the interpolations of Kimura and Tijms between M/M/c and
//!   M/D/c do the same at a distance.
//! - The rate of the tail is heavy traffic's only at `rho = 1`; the next term in `1 - rho` depends on third moments
//!   (Abate, Choudhury and Whitt, Oper. Res. 43, 1995), for which the Gini coefficient stands beside the cv.

use crate::theory::normal::mills_ratio;
use crate::theory::special::exp;
use crate::theory::within;

/// How unlike each other service times are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Squared coefficient of variation.
    pub cv2: f64,
    /// Gini coefficient: half the mean difference of two services over their mean; 0 for constant services, 1/2 for
    /// exponential ones.
    pub gini: f64,
}

impl Spread {
    /// About that of a gamma law: exact for constant and exponential services.
    #[must_use]
    pub fn gamma(cv2: f64) -> Self {
        let cv2 = within(cv2, 0.0, 1e12);
        Self {
            cv2,
            gini: 1.0 - gamma_like(cv2).recip(),
        }
    }
}

/// `E[S]/E[min(S, S')]` of a gamma law, within 7% up to a cv of 2.
fn gamma_like(cv2: f64) -> f64 {
    1.0 + 0.5 * cv2.sqrt() + 0.5 * cv2
}

/// A queue's departure from M/M/c, of which it is the identity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shape {
    /// Delay probability.
    pub delay_probability: f64,
    /// The one that belongs to heavy traffic's exponential law of the same mean: for Poisson arrivals Erlang's, as in
    /// the formula of Allen and Cunneen.
    pub mean_delay: f64,
    /// Rate of the tail over heavy traffic's.
    stretch: f64,
    /// How far the tail lies beyond a law that has its rate from the start, in seconds of wait.
    bend_s: f64,
    /// Within how long the hazard reaches the tail's, in seconds of wait.
    settling_s: f64,
}

impl Shape {
    /// `erlang` is Erlang's delay probability of these `servers` under this load, `drift = 1 - rho`.
    pub fn new(
        servers: f64,
        drift: f64,
        mean_service_s: f64,
        arrival_cv2: f64,
        service: Spread,
        erlang: f64,
    ) -> Self {
        if erlang < NEVER {
            return Self::plain(erlang);
        }
        let root = servers.sqrt().max(1.0);
        let cv2 = within(service.cv2, 0.0, 1e12);
        let cv = cv2.sqrt();
        let shorter = 1.0 - within(service.gini, 0.0, 1.0);
        let uneven = within(arrival_cv2, 0.0, 1e4) - 1.0;
        // How much longer the tail is than a gamma law's of the same cv.
        let excess = within(shorter * gamma_like(cv2) - 1.0, -0.1, 0.6);
        let cv2_seen = cv2.min(4.0);
        let regular = (1.0 - cv).max(0.0);

        let beta = (drift * servers.sqrt()).max(0.0);
        let seen = 1.0 + uneven * peaking(beta, root, shorter, uneven);
        // In M/G/1 the chance to wait is rho whatever the law of service.
        let several = within(0.25 * (servers - 1.0), 0.0, 1.0);
        let own = several * 0.265 * (cv.min(2.0) - 1.0) / (1.0 + 6.136 * beta);
        // Clockwork arrivals of clockwork services never wait.
        let most = if uneven < 0.0 {
            (1.0 + uneven * shorter).max(0.0).powf(0.6)
        } else {
            f64::INFINITY
        };
        let delay = |deviation: f64| within(erlang * moved(beta, deviation), 0.0, 1.0);
        let (delay_probability, mean_delay) = if beta == 0.0 {
            (erlang, erlang)
        } else {
            let mean_delay = if uneven == 0.0 {
                erlang
            } else {
                delay(seen.min(most))
            };
            (delay((seen + own).min(most)), mean_delay)
        };
        let first = (1.0 + 0.912 * cv2_seen) / 1.912
            * (1.199 / (1.0 + 0.199 * cv2_seen))
            * (1.0 + 0.553 * excess)
            / (1.0 + 0.218 * uneven * regular);
        let third = 0.268 * (1.0 - cv2) / (1.0 + cv2) + 1.069 * excess + 0.664 * uneven * shorter;
        let settling_s = mean_service_s * (0.657 + 0.181 * cv2_seen) / root;
        Self {
            delay_probability,
            mean_delay,
            stretch: 1.0 + within(third, -0.45, 2.0) * drift.max(0.0),
            bend_s: (first - 1.0) * settling_s,
            settling_s,
        }
    }

    /// Where nobody waits, how they do does not matter.
    fn plain(delay_probability: f64) -> Self {
        Self {
            delay_probability,
            mean_delay: delay_probability,
            stretch: 1.0,
            bend_s: 0.0,
            settling_s: 0.0,
        }
    }

    /// The wait at which an exponential law with heavy traffic's rate has the tail that this queue has at `x_s`.
    pub fn unbent(&self, x_s: f64) -> f64 {
        if self.bend_s == 0.0 {
            return self.stretch * x_s;
        }
        let settled = 1.0 - exp(-x_s / self.settling_s);
        self.stretch * (x_s + self.bend_s * settled)
    }

    /// Whether waits are those of M/M/c.
    pub fn is_plain(&self) -> bool {
        self.bend_s == 0.0 && self.stretch == 1.0
    }
}

/// A chance to wait below which its correction is nobody's.
const NEVER: f64 = 1e-14;

/// How much of the arrivals' unevenness the number of busy servers shows in its deviation.
fn peaking(beta: f64, root: f64, shorter: f64, uneven: f64) -> f64 {
    let few = 0.240 / root * (2.728 * (1.0 - shorter)).min(1.0);
    let crowding = if uneven > 0.0 {
        1.081 / (1.0 + 0.190 * (1.0 + 1.656 * shorter) * beta) + 0.481 / root
    } else {
        1.0
    };
    (few + 0.681 * shorter) * crowding
}

/// `Φ̄(β/s)/Φ̄(β)`, how much more often a normal number with deviation `s` reaches as far as one with 1 does.
fn moved(beta: f64, deviation: f64) -> f64 {
    if deviation == 1.0 {
        return 1.0;
    }
    let reach = beta / deviation.max(1e-3);
    exp(0.5 * (beta - reach) * (beta + reach)) * mills_ratio(reach) / mills_ratio(beta)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::erlang::erlang_c;

    #[test]
    fn nothing_bends_m_m_c() {
        for (servers, rho) in [(1.0, 0.5), (8.0, 0.9), (100.0, 0.99)] {
            let erlang = erlang_c(servers, servers * rho);
            let shape = Shape::new(servers, 1.0 - rho, 1.0, 1.0, Spread::gamma(1.0), erlang);
            assert!(shape.is_plain(), "{shape:?}");
            assert_eq!(shape.delay_probability, erlang);
        }
    }

    /// P(W > x) in M/D/c at rest, simulated to a standard error of 0.001.
    #[test]
    fn constant_services_wait_as_simulated() {
        let tail = |servers: f64, rho: f64, x: f64| {
            let erlang = erlang_c(servers, servers * rho);
            let spread = Spread {
                cv2: 0.0,
                gini: 0.0,
            };
            let shape = Shape::new(servers, 1.0 - rho, 1.0, 1.0, spread, erlang);
            let decay = 2.0 * servers * (1.0 - rho);
            shape.delay_probability * exp(-decay * shape.unbent(x))
        };
        for (servers, rho, x, simulated) in [
            (8.0, 0.9, 0.0, 0.6824),
            (8.0, 0.9, 0.25, 0.4982),
            (8.0, 0.9, 1.0, 0.1442),
            (8.0, 0.7, 0.1, 0.1839),
            (32.0, 0.9, 0.1, 0.2655),
        ] {
            let off = tail(servers, rho, x) - simulated;
            assert!(off.abs() < 0.015, "{servers} {rho} {x}: {off}");
        }
    }

    #[test]
    fn clockwork_never_waits() {
        let erlang = erlang_c(8.0, 7.2);
        let shape = Shape::new(8.0, 0.1, 1.0, 0.0, Spread::gamma(0.0), erlang);
        assert!(shape.delay_probability < 1e-12);
    }
}

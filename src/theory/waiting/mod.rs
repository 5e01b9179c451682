//! How long requests wait during a step that starts with a backlog: one law on both sides of `rho = 1`.
//!
//! The work ahead of an arrival, in seconds of wait, moves as reflected Brownian motion (Harrison, "Brownian
//! Motion and Stochastic Flow Systems", 1985) with drift `-(1 - rho)` and variance `(ca² + cs²)·E[S]/c` per
//! second, so that M/M/c at rest is exact. What has touched zero since the start counts only with Erlang's
//! delay probability C: the diffusion does not know that a free server may be found. With `T1 = P(free motion >
//! x)`, `T2` its reflection and `T3` its image, the motion that never touched zero is `T1 - T3`, the rest `T2 +
//! T3`; hence
//!
//! ```text
//! P(W(t) > x) = T1 + C·T2 - (1 - C)·T3      T1 = Φ̄((x - w0 + θt)/(σ√t))
//! θ = 1 - rho,  C = 1 for rho >= 1          T2 = e^(-2θx/σ²)·Φ̄((x + w0 - θt)/(σ√t))
//!                                           T3 = e^(2θw0/σ²)·Φ̄((x + w0 + θt)/(σ√t))
//! ```
//!
//! Other laws than M/M/c's bend the law at rest (`shape`): what has touched zero counts as beyond x when it is beyond
//! x', while what has not keeps its backlog and x. Mean waits, and so the backlog, keep the unbent law, whose mean is
//! that of Allen and Cunneen.
//!
//! Time averages and means are in closed form (`passage`). Nothing here rises when servers are added while
//! offered load and backlog in requests stay: scaled by `√c`, the motion's start, its drift and its distance
//! above x all fall.

mod limit;
mod passage;
mod shape;

use super::erlang::{erlang_b, erlang_c};
use super::normal::survival;
use super::special::exp;
use super::{is_positive, within};
use passage::{LogFactors, Passage};
use shape::Shape;
pub use shape::Spread;

/// The law of the wait of a request that arrives some time into a step. Build one per step and queue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WaitingLaw {
    /// `None` without servers: whoever comes then waits for ever.
    motion: Option<Motion>,
}

/// A reflected Brownian motion, and how much of the reflection counts.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Motion {
    servers: f64,
    offered_load: f64,
    /// θ, seconds of wait gone per second.
    drift: f64,
    /// σ, in seconds per √second.
    sigma: f64,
    /// w0 in seconds.
    start_s: f64,
    /// Erlang's delay probability.
    erlang: f64,
    /// C, and how the law at rest departs from the exponential.
    shape: Shape,
}

/// A motion over a given time, in units of its own standard deviation over that time.
struct Scaled {
    sd_s: f64,
    /// `θt/(σ√t)`.
    drift: f64,
    /// `w0/(σ√t)`.
    start: f64,
}

/// Smallest sum of squared coefficients of variation: clockwork arrivals of clockwork jobs are only nearly so.
const VARIABILITY_MIN: f64 = 1e-9;
/// Waits beyond this many seconds are not told apart.
const LONGEST_S: f64 = 1e15;
/// A probability that no sum of others would notice.
const NEVER: f64 = 1e-17;

impl WaitingLaw {
    /// `servers` and `offered_load = lambda·E[S]` are real; `mean_service_s` is E\[S\] in seconds;
    /// `arrival_cv2` is the squared coefficient of variation of the gaps between arrivals; `backlog_wait_s` is the
    /// wait, in seconds, of a request that comes at the start: `backlog in requests × E[S]/servers`.
    ///
    /// `servers <= 0` is allowed, everything waits. Negative or undefined input counts as 0.
    #[must_use]
    pub fn new(
        servers: f64,
        offered_load: f64,
        mean_service_s: f64,
        arrival_cv2: f64,
        service: Spread,
        backlog_wait_s: f64,
    ) -> Self {
        if !is_positive(servers) {
            return Self { motion: None };
        }
        let servers = servers.clamp(1e-12, 1e15);
        let offered_load = within(offered_load, 0.0, 1e15);
        let mean_service_s = within(mean_service_s, 1e-12, LONGEST_S);
        let variability = within(arrival_cv2 + service.cv2, VARIABILITY_MIN, 1e12);
        let drift = (servers - offered_load) / servers;
        let erlang = erlang_c(servers, offered_load);
        Self {
            motion: Some(Motion {
                servers,
                offered_load,
                drift,
                sigma: (variability * mean_service_s / servers).sqrt(),
                start_s: within(backlog_wait_s, 0.0, LONGEST_S),
                erlang,
                shape: Shape::new(servers, drift, mean_service_s, arrival_cv2, service, erlang),
            }),
        }
    }

    /// Probability that a request has to wait with the queue at rest, Erlang's for M/M/c; 1 from `rho = 1` on.
    #[must_use]
    pub fn delay_probability(&self) -> f64 {
        self.motion
            .map_or(1.0, |motion| motion.shape.delay_probability)
    }

    /// Probability that a request arriving `t_s` seconds into the step waits longer than `x_s` seconds.
    #[must_use]
    pub fn survival_at(&self, t_s: f64, x_s: f64) -> f64 {
        let Some(motion) = self.motion.filter(|_| x_s >= 0.0) else {
            return 1.0;
        };
        let Some(scaled) = motion.scaled(t_s) else {
            return if motion.start_s > x_s { 1.0 } else { 0.0 };
        };
        let (level, unbent) = motion.levels(x_s, &scaled);
        let passage = scaled.reflection(unbent);
        let touched = passage.ahead + passage.mirrored;
        let image = motion.unbent_passage(passage, level, &scaled);
        let untouched = survival(level - scaled.start + scaled.drift) - image.mirrored;
        (untouched + motion.shape.delay_probability * touched).clamp(0.0, 1.0)
    }

    /// Probability of waiting longer than `x_s` seconds with the queue at rest, `C·e^(-2θx'/σ²)`; 1 for `rho >=
    /// 1`.
    ///
    /// Exact for M/M/c, where `x' = x`; otherwise x' is x as `shape` bends it.
    #[must_use]
    pub fn survival_at_rest(&self, x_s: f64) -> f64 {
        match self.motion {
            Some(motion) if motion.drift > 0.0 => {
                let unbent_s = motion.shape.unbent(x_s.max(0.0));
                motion.shape.delay_probability * exp(-motion.decay() * unbent_s)
            }
            _ => 1.0,
        }
    }

    /// Share of the requests arriving evenly over the first `horizon_s` seconds that wait longer than `x_s`
    /// seconds.
    ///
    /// Absolute error below 1e-11.
    #[must_use]
    pub fn mean_survival(&self, horizon_s: f64, x_s: f64) -> f64 {
        let Some(motion) = self.motion.filter(|_| x_s >= 0.0) else {
            return 1.0;
        };
        // From an empty start the wait only grows towards its law at rest.
        if motion.is_idle() || motion.starts_empty() && self.survival_at_rest(x_s) < NEVER {
            return 0.0;
        }
        let Some(scaled) = motion.scaled(horizon_s) else {
            return self.survival_at(horizon_s, x_s);
        };
        let (level, unbent) = motion.levels(x_s, &scaled);
        let passage = scaled.reflection(unbent);
        let mirror = unbent + scaled.start;
        let touched = passage.mean_ahead(mirror, -scaled.drift)
            + passage.mean_mirrored(mirror, -scaled.drift);
        let touched = motion.shape.delay_probability * touched;
        // An empty start touches zero at once.
        if motion.starts_empty() {
            return touched.clamp(0.0, 1.0);
        }
        let image = motion.unbent_passage(passage, level, &scaled);
        let untouched = mean_beyond(level - scaled.start, scaled.drift)
            - image.mean_mirrored(level + scaled.start, -scaled.drift);
        (untouched + touched).clamp(0.0, 1.0)
    }

    /// Like [`Self::mean_survival`], at a small part of its cost where the queue soon forgets its start,
    /// for readers who need three digits.
    ///
    /// With `r = σ²/(θ²T)`: below `rho = 1` the queue is at rest but for a share of the time of about r and
    /// `w0/(θT)`; above, its wait rises as `w0 - θt`, give or take r, and √r at the very end. Where these are
    /// not small the full law answers. Absolute error below 3e-4.
    #[must_use]
    pub fn rough_mean_survival(&self, horizon_s: f64, x_s: f64) -> f64 {
        const SHORT: f64 = 1e-4;
        let Some(motion) = self.motion.filter(|_| x_s >= 0.0) else {
            return 1.0;
        };
        let unrest = (motion.sigma / motion.drift).powi(2) / horizon_s;
        let risen_s = -motion.drift * horizon_s;
        if unrest < SHORT && motion.drift > 0.0 {
            if motion.start_s < -SHORT * risen_s {
                return self.survival_at_rest(x_s);
            }
        } else if unrest < SHORT {
            let above = 1.0 - (x_s - motion.start_s) / risen_s;
            if above.abs() > 4.0 * unrest.sqrt() {
                return above.clamp(0.0, 1.0);
            }
        }
        self.mean_survival(horizon_s, x_s)
    }

    /// Mean waits in seconds of the requests that arrive in the first `horizon_s` seconds.
    ///
    /// Infinite without servers.
    #[must_use]
    pub fn waits(&self, horizon_s: f64) -> Waits {
        let Some(motion) = self.motion else {
            return Waits::both(f64::INFINITY);
        };
        if motion.is_idle() {
            return Waits::both(0.0);
        }
        let Some(scaled) = motion.scaled(horizon_s) else {
            return Waits::both(motion.start_s);
        };
        let Scaled { drift, start, .. } = scaled;
        let touch = Passage::plain(start, -drift);
        let gap = start - drift;
        let below = survival(-gap);
        let counted = motion.shape.mean_delay;

        let free = gap * below + touch.density;
        let reflected = 0.5 * touch.i0;
        let image = touch.density - (start + drift) * touch.mirrored;
        let at_end = free + counted * reflected - (1.0 - counted) * image;

        let bend = 0.25 * (touch.i1 + start * start * touch.i0 - 2.0 * touch.density);
        let tilt = 0.25 * drift * start * touch.i1;
        let free = free + 0.5 * drift * below + tilt + bend;
        let reflected = 0.5 * (touch.i0 - touch.i1);
        let image = touch.density - (start + 0.5 * drift) * touch.mirrored - tilt + bend;
        let mean = free + counted * reflected - (1.0 - counted) * image;
        Waits {
            mean_s: (scaled.sd_s * mean).max(0.0),
            at_end_s: (scaled.sd_s * at_end).max(0.0),
        }
    }
}

/// Mean waits of a step's requests, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Waits {
    /// Of those that arrive evenly over the step.
    pub mean_s: f64,
    /// Of one that arrives at its end: times `servers/E[S]` it is the backlog, in requests, to carry over.
    pub at_end_s: f64,
}

impl Waits {
    fn both(wait_s: f64) -> Self {
        Self {
            mean_s: wait_s,
            at_end_s: wait_s,
        }
    }
}

impl Motion {
    fn starts_empty(&self) -> bool {
        self.start_s <= 0.0
    }

    /// Erlang's loss probability of these servers without places to wait, from the delay probability
    /// where that is known: `1/B = (1/C - rho)/(1 - rho)`.
    fn blocking(&self) -> f64 {
        /// Nearer to `rho = 1` the subtraction would lose digits.
        const WELL_CONDITIONED: f64 = 0.01;
        if self.drift > WELL_CONDITIONED && self.erlang > 0.0 {
            self.drift / (self.erlang.recip() - (1.0 - self.drift))
        } else {
            erlang_b(self.servers, self.offered_load)
        }
    }

    /// Whether nobody ever waits: the start is empty and there is always a free server.
    fn is_idle(&self) -> bool {
        self.starts_empty() && self.shape.delay_probability < NEVER
    }

    /// `2θ/σ²`, the rate of the exponential law at rest, per second; negative in overload.
    fn decay(&self) -> f64 {
        2.0 * self.drift / (self.sigma * self.sigma)
    }

    /// A wait of `x_s` seconds in units of the deviation, and the same as the law at rest counts it.
    fn levels(&self, x_s: f64, scaled: &Scaled) -> (f64, f64) {
        let x_s = x_s.min(LONGEST_S);
        (x_s / scaled.sd_s, self.shape.unbent(x_s) / scaled.sd_s)
    }

    /// The passage at the level itself, given the one at the level that the law at rest counts.
    fn unbent_passage(&self, bent: Passage, level: f64, scaled: &Scaled) -> Passage {
        if self.shape.is_plain() {
            bent
        } else {
            scaled.reflection(level)
        }
    }

    /// `None` at the very start, when nothing has moved.
    fn scaled(&self, time_s: f64) -> Option<Scaled> {
        let root = within(time_s, 0.0, LONGEST_S).sqrt();
        let sd_s = self.sigma * root;
        (sd_s > 0.0).then(|| Scaled {
            sd_s,
            drift: self.drift * root / self.sigma,
            start: self.start_s / sd_s,
        })
    }
}

impl Scaled {
    /// T2 (`ahead`) and T3 (`mirrored`) at a scaled wait `level`: a passage at `level + start` with the drift
    /// reversed.
    fn reflection(&self, level: f64) -> Passage {
        let mirror = level + self.start;
        let (ahead, mirrored) = (-2.0 * self.drift * level, 2.0 * self.drift * self.start);
        // Two forms of one exponent; in each regime one of them is a sum of negative terms.
        let density = if self.drift > 0.0 {
            ahead - 0.5 * (mirror - self.drift) * (mirror - self.drift)
        } else {
            mirrored - 0.5 * (mirror + self.drift) * (mirror + self.drift)
        };
        Passage::new(
            mirror,
            -self.drift,
            LogFactors {
                ahead,
                mirrored,
                density,
            },
        )
    }
}

/// `∫ P(Z > b/√s + m·√s) ds` over (0, 1) for a level of either sign.
fn mean_beyond(level: f64, drift: f64) -> f64 {
    if level >= 0.0 {
        Passage::plain(level, drift).mean_ahead(level, drift)
    } else {
        1.0 - Passage::plain(-level, -drift).mean_ahead(-level, -drift)
    }
}

#[cfg(test)]
mod tests;

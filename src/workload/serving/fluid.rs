//! One step of one service on one pool, without simulating a request: Poisson arrivals at a
//! constant rate meet a constant number of slots, and the waiting-time law of
//! `theory::waiting`, started from the backlog that the step inherits, says what share meets the
//! SLO, what is shed and what still waits at the end. Arrivals are credited to their own step.

use super::station::Station;
use crate::theory::waiting::WaitingLaw;

/// Squared coefficient of variation of the inter-arrival times: Poisson.
const ARRIVAL_CV2: f64 = 1.0;

/// What a step starts with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load {
    /// Length of the step, in seconds.
    pub length_s: f64,
    /// Mean arrival rate, per second.
    pub rate_per_s: f64,
    /// Requests that wait at the start.
    pub backlog: f64,
    /// Most waiting time that an arrival accepts, in seconds; infinite without a limit.
    pub limit_s: f64,
}

/// What becomes of a step's arrivals, in requests.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Flow {
    /// Arrivals.
    pub offered: f64,
    /// Of them, served within the SLO.
    pub in_slo: f64,
    /// Refused.
    pub shed: f64,
    /// Waiting at the end, whenever they arrived.
    pub backlog: f64,
    /// Mean wait of an admitted request, in seconds.
    pub mean_wait_s: f64,
}

/// One step's law and load, for the questions that the step asks of them.
pub(super) struct Fluid<'a> {
    station: &'a Station,
    load: Load,
    slots: f64,
    law: WaitingLaw,
}

impl<'a> Fluid<'a> {
    /// `servers` is the mean over the step of the servers that serve.
    pub fn new(station: &'a Station, servers: f64, load: Load) -> Self {
        let slots = servers * station.slots_per_server;
        let backlog_wait_s = if slots > 0.0 {
            load.backlog * station.mean_service_s / slots
        } else {
            0.0
        };
        let law = WaitingLaw::new(
            slots,
            load.rate_per_s * station.mean_service_s,
            station.mean_service_s,
            ARRIVAL_CV2,
            station.service_cv2,
            backlog_wait_s,
        );
        Self {
            station,
            load,
            slots,
            law,
        }
    }

    /// Share of the step's arrivals that meets the SLO.
    pub fn attainment(&self) -> f64 {
        if self.slots <= 0.0 {
            return 0.0;
        }
        let latency = &self.station.latency;
        latency.attainment(|slack_s| self.waits_longer(slack_s))
    }

    /// Share of the arrivals that waits longer than `x_s` seconds or is refused. Those who are
    /// admitted never wait longer than the queue's limit.
    fn waits_longer(&self, x_s: f64) -> f64 {
        let refused = self.shed_share();
        if x_s >= self.load.limit_s {
            refused
        } else {
            refused.max(self.law.mean_survival(self.load.length_s, x_s))
        }
    }

    /// What becomes of the arrivals and of the backlog.
    pub fn flow(&self) -> Flow {
        let offered = self.load.rate_per_s * self.load.length_s;
        if self.slots <= 0.0 {
            return self.flow_without_capacity(offered);
        }
        let shed = self.shed_share() * offered;
        let end_wait_s = self
            .law
            .wait_at_end(self.load.length_s)
            .min(self.load.limit_s);
        let backlog = (end_wait_s * self.slots / self.station.mean_service_s)
            .min(self.load.backlog + offered - shed);
        Flow {
            offered,
            in_slo: offered * self.attainment(),
            shed,
            backlog,
            mean_wait_s: self
                .law
                .mean_wait(self.load.length_s)
                .min(self.load.limit_s),
        }
    }

    /// Share of the arrivals that is not answered within `latency_s` seconds: what is refused
    /// never is. The service's own latency stands for `NODES` equally likely values.
    pub fn exceeds(&self, latency_s: f64) -> f64 {
        const NODES: usize = 8;
        if self.slots <= 0.0 {
            return 1.0;
        }
        let longer = |node: usize| {
            let p = (node as f64 + 0.5) / NODES as f64;
            let slack_s = latency_s - self.station.latency.quantile_s(p);
            if slack_s < 0.0 {
                1.0
            } else {
                self.waits_longer(slack_s)
            }
        };
        (0..NODES).map(longer).sum::<f64>() / NODES as f64
    }

    /// Latency that a share `p` stays under where waiting does not matter, in seconds; none where
    /// it does.
    pub fn unqueued_quantile_s(&self, p: f64) -> Option<f64> {
        let quantile_s = self.station.latency.quantile_s(p);
        let matters = self.slots <= 0.0 || self.waits_longer(0.01 * quantile_s) > 0.01 * (1.0 - p);
        (!matters).then_some(quantile_s)
    }

    /// Share of the arrivals that finds the queue full.
    fn shed_share(&self) -> f64 {
        /// Less than this is a rounding error, not a request.
        const NOTHING: f64 = 1e-15;
        let offered = self.load.rate_per_s * self.load.length_s;
        if self.load.limit_s.is_infinite() || offered <= 0.0 {
            return 0.0;
        }
        let work_s = self.law.shed_work(self.load.length_s, self.load.limit_s);
        let share = work_s * self.slots / self.station.mean_service_s / offered;
        if share > NOTHING { share.min(1.0) } else { 0.0 }
    }

    fn flow_without_capacity(&self, offered: f64) -> Flow {
        let shed = if self.load.limit_s.is_infinite() {
            0.0
        } else {
            offered
        };
        Flow {
            offered,
            in_slo: 0.0,
            shed,
            backlog: self.load.backlog + offered - shed,
            mean_wait_s: 0.0,
        }
    }
}

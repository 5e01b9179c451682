//! One interval of one service without simulating a request: Poisson arrivals at a constant rate
//! meet a constant number of slots, and the waiting-time law of `theory::waiting`, started from the
//! backlog that the interval inherits, says what is shed and what still waits at the end. Arrivals
//! are credited to their own interval.
//!
//! The law starts from the mean backlog, not from its distribution: mean waits come out low by up
//! to 0.25·σ²/θ² over the interval's length (σ² = 2E[S]/c, θ = 1 − rho), which is a tenth of a
//! percent for ten servers of one second at rho 0.9 over an hour, and 5% over a minute.

use super::station::Station;
use crate::theory::waiting::WaitingLaw;

/// Squared coefficient of variation of the inter-arrival times: Poisson.
const ARRIVAL_CV2: f64 = 1.0;

/// What serves: the slots of all pools behind one queue, as alike slots of the same total rate.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Capacity {
    /// Requests served at once.
    pub slots: f64,
    /// Requests served per second when all slots are busy.
    pub rate_per_s: f64,
    /// Sum over the pools of rate times second moment of the service time, in seconds.
    second_moment_s: f64,
}

impl Capacity {
    /// Adds `servers` servers, the mean over the interval.
    pub fn add(&mut self, station: &Station, servers: f64) {
        let rate_per_s = station.service_rate(servers);
        let second_moment = station.mean_service_s.powi(2) * (1.0 + station.service_cv2);
        self.slots += servers * station.slots_per_server;
        self.rate_per_s += rate_per_s;
        self.second_moment_s += rate_per_s * second_moment;
    }

    /// Mean service time, in seconds; 0 without capacity.
    pub fn mean_service_s(&self) -> f64 {
        if self.rate_per_s > 0.0 {
            self.slots / self.rate_per_s
        } else {
            0.0
        }
    }

    fn service_cv2(&self) -> f64 {
        let mean_s = self.mean_service_s();
        (self.second_moment_s / self.rate_per_s / mean_s.powi(2) - 1.0).max(0.0)
    }
}

/// What an interval starts with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load {
    /// Length of the interval, in seconds.
    pub length_s: f64,
    /// Mean arrival rate, per second.
    pub rate_per_s: f64,
    /// Requests that wait at the start.
    pub backlog: f64,
    /// Most waiting time that an arrival accepts, in seconds; infinite without a limit.
    pub limit_s: f64,
}

/// What becomes of an interval's arrivals, in requests.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Flow {
    /// Arrivals.
    pub offered: f64,
    /// Refused.
    pub shed: f64,
    /// Waiting at the end, whenever they arrived.
    pub backlog: f64,
    /// Mean wait of an admitted request, in seconds.
    pub mean_wait_s: f64,
}

/// Fewer requests than this are nobody: a rounding error of the law's tails.
const NOBODY: f64 = 1e-6;

impl Flow {
    /// Whether nobody is refused or left waiting at the end, and waits are too short to notice: a
    /// lower rate would be met by the same.
    pub fn is_calm(&self) -> bool {
        const UNNOTICED_S: f64 = 1e-6;
        self.shed <= 0.0 && self.backlog <= 0.0 && self.mean_wait_s < UNNOTICED_S
    }
}

/// One interval's law and load, for the questions that the service asks of them.
pub(super) struct Fluid {
    capacity: Capacity,
    load: Load,
    law: WaitingLaw,
    /// Share of the arrivals that finds the queue full.
    refused: f64,
}

impl Fluid {
    pub fn new(capacity: Capacity, load: Load) -> Self {
        let mean_service_s = capacity.mean_service_s();
        let law = WaitingLaw::new(
            capacity.slots,
            load.rate_per_s * mean_service_s,
            mean_service_s,
            ARRIVAL_CV2,
            capacity.service_cv2(),
            load.backlog / capacity.rate_per_s,
        );
        Self {
            refused: refused(&capacity, &load, &law),
            capacity,
            load,
            law,
        }
    }

    /// Whether anything serves at all.
    pub fn serves(&self) -> bool {
        self.capacity.slots > 0.0
    }

    /// Share of the arrivals that is refused.
    pub fn refused(&self) -> f64 {
        self.refused
    }

    /// Share of the arrivals that waits longer than `x_s` seconds or is refused. Those who are
    /// admitted never wait longer than the queue's limit.
    pub fn waits_longer(&self, x_s: f64) -> f64 {
        if !self.serves() {
            1.0
        } else if x_s >= self.load.limit_s {
            self.refused
        } else {
            let longer = self.law.mean_survival(self.load.length_s, x_s);
            self.refused.max(longer)
        }
    }

    /// The same to three digits, for less.
    pub fn roughly_waits_longer(&self, x_s: f64) -> f64 {
        if !self.serves() || x_s >= self.load.limit_s {
            return self.waits_longer(x_s);
        }
        let longer = self.law.rough_mean_survival(self.load.length_s, x_s);
        self.refused.max(longer)
    }

    /// What becomes of the arrivals and of the backlog.
    pub fn flow(&self) -> Flow {
        let Load {
            length_s,
            rate_per_s,
            backlog,
            limit_s,
        } = self.load;
        let offered = rate_per_s * length_s;
        let shed = self.refused * offered;
        let at_most = backlog + offered - shed;
        if !self.serves() {
            return Flow {
                offered,
                shed,
                backlog: at_most,
                // They came evenly over the interval; what they wait after it is not known.
                mean_wait_s: 0.5 * length_s,
            };
        }
        let waits = self.law.waits(length_s);
        let waiting = (waits.at_end_s.min(limit_s) * self.capacity.rate_per_s).min(at_most);
        Flow {
            offered,
            shed,
            backlog: if waiting < NOBODY { 0.0 } else { waiting },
            mean_wait_s: waits.mean_s.min(limit_s),
        }
    }
}

fn refused(capacity: &Capacity, load: &Load, law: &WaitingLaw) -> f64 {
    /// Less than this is a rounding error, not a request.
    const NOTHING: f64 = 1e-15;
    let offered = load.rate_per_s * load.length_s;
    if load.limit_s.is_infinite() || offered <= 0.0 {
        return 0.0;
    }
    if capacity.slots <= 0.0 {
        return 1.0;
    }
    let work_s = law.shed_work(load.length_s, load.limit_s);
    let share = work_s * capacity.rate_per_s / offered;
    if share > NOTHING { share.min(1.0) } else { 0.0 }
}

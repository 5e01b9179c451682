//! A service without single requests: what becomes of an interval is the mean over the levels that
//! demand takes within it, each by the fluid law.
//!
//! Each level is taken to last as long as the interval: in overload it then builds a longer queue
//! than a burst of minutes would, whose arrivals miss their SLO either way.

use super::fidelity::{Fidelity, Interval, LATENCY_SHARES, Outcome};
use super::fluid::{Capacity, Fluid, Load, Manners};
use super::levels::Levels;
use super::percentile;
use super::station::Station;
use super::stations::Stations;

/// The fluid model of one service.
#[derive(Debug)]
pub(super) struct Levelled {
    pub levels: Levels,
    pub manners: Manners,
    /// Scratch space of an interval: each station's part of the requests.
    shares: Vec<f64>,
    /// And of one that is only tried.
    busy: Vec<f64>,
}

impl Levelled {
    /// Demand varies within an hour with the coefficient of variation `subhourly_cv`.
    pub fn new(subhourly_cv: f64, manners: Manners) -> Self {
        Self {
            levels: Levels::new(subhourly_cv),
            manners,
            shares: Vec::new(),
            busy: Vec::new(),
        }
    }

    /// Whether at least a share `target` of the interval's arrivals would meet their SLO.
    pub fn keeps(&mut self, interval: Interval<'_>, target: f64) -> bool {
        let mut busy = std::mem::take(&mut self.busy);
        let unmeasured = Interval {
            wants_latency: false,
            ..interval
        };
        let outcome = self.live(&unmeasured, &mut busy);
        self.busy = busy;
        outcome.met >= target * outcome.offered
    }

    /// The mean over the levels of demand, from the highest down: what one below a calm level would
    /// meet is what the calm one met.
    fn outcome(
        &self,
        stations: &Stations,
        capacity: Capacity,
        load: Load,
        shares: &[f64],
    ) -> Outcome {
        let offered = load.rate_per_s * load.length_s;
        let mut sum = Outcome {
            offered,
            ..Outcome::default()
        };
        for level in self.levels.descending() {
            let fluid = Fluid::new(capacity, load.at(level));
            let flow = fluid.flow();
            let attained = attainment(stations, &fluid, shares);
            sum.met += offered * level.requests() * attained;
            let delayed = fluid.waits_longer(0.0);
            sum.delayed += offered * level.requests() * delayed;
            sum.shed += level.share * flow.shed;
            sum.abandoned += level.share * flow.abandoned;
            sum.backlog += level.share * flow.backlog;
            sum.waiting_time_s += level.share * (flow.offered - flow.shed) * flow.mean_wait_s;
            if flow.is_calm() {
                let below = offered * level.requests_below;
                sum.met += below * attained;
                sum.delayed += below * delayed;
                sum.waiting_time_s += below * flow.mean_wait_s;
                break;
            }
        }
        sum
    }

    fn latency_quantiles_s(
        &self,
        stations: &Stations,
        capacity: Capacity,
        load: Load,
        shares: &[f64],
    ) -> [Option<f64>; LATENCY_SHARES.len()] {
        if load.rate_per_s <= 0.0 {
            return [None; LATENCY_SHARES.len()];
        }
        let parts: Vec<(f64, &Station)> = stations.parts(shares).collect();
        let mut levels: Vec<(f64, Fluid)> = Vec::new();
        for level in self.levels.descending() {
            let fluid = Fluid::new(capacity, load.at(level));
            let is_calm = fluid.flow().is_calm();
            let lower = if is_calm { level.requests_below } else { 0.0 };
            levels.push((level.requests() + lower, fluid));
            if is_calm {
                break;
            }
        }
        percentile::latency_quantiles_s(&parts, &levels, LATENCY_SHARES)
    }
}

impl Fidelity for Levelled {
    fn live(&mut self, interval: &Interval<'_>, busy: &mut Vec<f64>) -> Outcome {
        let mut shares = std::mem::take(&mut self.shares);
        let stations = interval.stations;
        let capacity = stations.capacity(interval.servers, &mut shares);
        let load = Load {
            length_s: interval.length_s,
            rate_per_s: interval.rate_per_s,
            backlog: interval.backlog,
            manners: self.manners,
        };
        let mut outcome = self.outcome(stations, capacity, load, &shares);
        if interval.wants_latency {
            outcome.latency_s = self.latency_quantiles_s(stations, capacity, load, &shares);
        }
        // Every pool is busy to the same degree, since all take from one queue.
        let admitted = outcome.offered - outcome.shed;
        let served = load.backlog + admitted - outcome.abandoned - outcome.backlog;
        let utilisation = (served / (capacity.rate_per_s * load.length_s)).min(1.0);
        busy.clear();
        busy.resize(
            shares.len(),
            if capacity.slots > 0.0 {
                utilisation
            } else {
                0.0
            },
        );
        self.shares = shares;
        let late = (admitted - outcome.abandoned - outcome.met).max(0.0);
        outcome.overdue = (interval.overdue + late).min(outcome.backlog);
        outcome
    }
}

/// Share of the arrivals that meets the SLO: how long a request takes is the affair of the pool
/// that it goes to.
fn attainment(stations: &Stations, fluid: &Fluid, shares: &[f64]) -> f64 {
    if !fluid.serves() {
        return 0.0;
    }
    let of_station = |(share, station): (f64, &Station)| {
        share * station.latency.attainment(|x_s| fluid.waits_longer(x_s))
    };
    let met: f64 = stations.parts(shares).map(of_station).sum();
    met.min(1.0 - fluid.unserved())
}

//! What a capacity earns in an interval with nothing waiting, by levels of demand, and what a unit of
//! it cannot earn more than.

use super::Ask;
use crate::workload::serving::degrade::Rung;
use crate::workload::serving::fluid::{Capacity, Fluid, Load};
use crate::workload::serving::levels::Levels;
use crate::workload::serving::service::Service;
use crate::workload::serving::station::Station;
use crate::workload::serving::stations::Stations;

/// What rounding and quadrature may hide, as a share of the stake.
const ROUNDING: f64 = 4e-9;

/// A capacity, and what it earns in parts that each rise with capacity.
pub(super) struct Try {
    pub capacity: f64,
    pub parts: Vec<Part>,
}

impl Try {
    pub fn gain(&self) -> f64 {
        self.parts.iter().map(|part| part.gain).sum()
    }
}

/// What a level of demand earns; all of it where the service degrades.
#[derive(Clone, Copy, Default)]
pub(super) struct Part {
    pub gain: f64,
    /// Of it, by requests that wait at most as long as the queue's limit lets them and are in time
    /// even then: they miss only if they are never served.
    pub punctual: f64,
}

/// What a unit of capacity cannot earn more than in a part of the gain, however little there is.
#[derive(Clone, Copy)]
pub(super) struct Line {
    pub all: f64,
    pub punctual: f64,
}

/// An interval of a service, and what capacities earn in it.
pub(super) struct Gains<'a> {
    service: &'a Service,
    load: Load,
    /// Earned if all were in time.
    stake: f64,
    /// Share of the requests that a limited queue makes wait for no longer than they can, on any
    /// hardware.
    punctual: f64,
    pub lines: Vec<Line>,
    /// Below this capacity the lines are all that is known, in requests per second.
    pub few: f64,
}

impl<'a> Gains<'a> {
    /// None where nothing is asked or nothing can serve.
    pub fn new(service: &'a Service, ask: Ask) -> Option<Self> {
        let manners = service.manners();
        let load = Load {
            length_s: ask.length_s,
            rate_per_s: ask.rate_per_s,
            backlog: 0.0,
            manners,
        };
        let offered = ask.length_s * ask.rate_per_s;
        if !(offered > 0.0 && ask.most > 0.0) {
            return None;
        }
        let stake = offered * service.stake();
        let kinds = service.stations.kinds();
        let punctual = kinds.map(|station| station.latency.within_slo_after(manners.limit_s));
        let punctual = punctual.fold(f64::INFINITY, f64::min);
        // Whom the capacity serves, and whom it makes wait until the end.
        let served = match manners.patience_s {
            Some(_) => ask.length_s,
            None => ask.length_s + manners.limit_s,
        };
        let lines = if service.rungs.is_empty() {
            let line = |share: f64| {
                let all = share * served * service.stake();
                Line {
                    all: all * best(&service.stations),
                    punctual: if punctual > 0.0 { all * punctual } else { 0.0 },
                }
            };
            let levels = service.fluid.levels.descending();
            levels.map(|level| line(level.share)).collect()
        } else {
            let of_rung =
                |rung: &Rung| service.faster(rung) * service.stake_of(rung) * best(&rung.stations);
            let full = service.stake() * best(&service.stations);
            let all = service.rungs.iter().map(of_rung).fold(full, f64::max);
            vec![Line {
                all: all * served,
                punctual: 0.0,
            }]
        };
        let few = if manners.limit_s.is_finite() {
            let kinds = service.stations.kinds();
            let uneven = kinds.fold(0.0, |most: f64, station| most.max(station.spread.cv2));
            (manners.arrival_cv2 + uneven) / ask.length_s
        } else {
            0.0
        };
        Some(Self {
            service,
            load,
            stake,
            punctual,
            lines,
            few,
        })
    }

    /// What rounding and quadrature may hide.
    pub fn rounding(&self) -> f64 {
        ROUNDING * self.stake
    }

    /// The most that a capacity earns by the lines.
    pub fn by_lines(&self, capacity: f64) -> f64 {
        self.lines.iter().map(|line| line.all * capacity).sum()
    }

    /// What a capacity earns.
    pub fn at(&self, capacity: f64) -> Try {
        let Self {
            service,
            load,
            stake,
            ..
        } = *self;
        let parts = if capacity <= 0.0 {
            vec![Part::default(); self.lines.len()]
        } else if service.rungs.is_empty() {
            let met = met_by_level(&service.fluid.levels, &service.stations, capacity, load);
            let part = |met: Met| Part {
                gain: stake * met.requests * met.in_time,
                punctual: stake * met.requests * met.served * self.punctual,
            };
            met.map(part).collect()
        } else {
            let gain = service.most_per_request(capacity, load) * load.length_s * load.rate_per_s;
            vec![Part {
                gain,
                punctual: 0.0,
            }]
        };
        Try { capacity, parts }
    }
}

impl Service {
    /// The most that a request of the interval earns on average beyond a miss, with this capacity.
    /// A service that degrades may have to rank fewer items than it would without a backlog, but
    /// never more.
    fn most_per_request(&self, capacity: f64, load: Load) -> f64 {
        let levels = &self.fluid.levels;
        let defended = self.defended_attainment() - ROUNDING;
        if keeps(levels, &self.stations, capacity, load, defended) {
            let full = met(levels, &self.stations, capacity, load);
            return self.best_from(0, full * self.stake(), capacity, load);
        }
        let keeps = |rung: &Rung| {
            let capacity = capacity * self.faster(rung);
            keeps(levels, &rung.stations, capacity, load, defended)
        };
        // One by one: more capacity keeps it at each that less keeps it at, whatever their order.
        let first = self.rungs.iter().position(keeps);
        self.best_from(first.unwrap_or(self.rungs.len() - 1), 0.0, capacity, load)
    }

    /// The best of `so_far` and of the smaller shares from that one on.
    fn best_from(&self, first: usize, so_far: f64, capacity: f64, load: Load) -> f64 {
        let mut most = so_far;
        for rung in self.rungs.iter().skip(first) {
            let stake = self.stake_of(rung);
            if best(&rung.stations) * stake > most {
                let capacity = capacity * self.faster(rung);
                most = most.max(met(&self.fluid.levels, &rung.stations, capacity, load) * stake);
            }
        }
        most
    }

    /// What a request in time is worth beyond one that is not, where so many items are ranked.
    fn stake_of(&self, rung: &Rung) -> f64 {
        self.value_per_request * self.price * rung.value + self.penalty_per_miss
    }

    /// How many times as many queries servers serve that rank only a share of their items.
    fn faster(&self, rung: &Rung) -> f64 {
        let pairs = self.stations.kinds().zip(rung.stations.kinds());
        let faster = pairs.map(|(full, shorter)| full.mean_service_s / shorter.mean_service_s);
        faster.fold(1.0, f64::max)
    }
}

/// Share of the requests that meets the SLO where none ever waits.
fn best(stations: &Stations) -> f64 {
    let kinds = stations.kinds();
    kinds.fold(0.0, |best, station| best.max(station.latency.within_slo()))
}

/// What becomes of a level's requests.
struct Met {
    /// Share of all requests that come at it.
    requests: f64,
    /// Share of them that meets the SLO at most.
    in_time: f64,
    /// Share of them that is served at all.
    served: f64,
}

/// Share of the requests that meets the SLO at most, with this capacity.
fn met(levels: &Levels, stations: &Stations, capacity: f64, load: Load) -> f64 {
    let met = met_by_level(levels, stations, capacity, load);
    met.map(|met| met.requests * met.in_time).sum()
}

/// Whether that is at least `target`. Looks at the highest levels only, as far as it takes to tell.
fn keeps(levels: &Levels, stations: &Stations, capacity: f64, load: Load, target: f64) -> bool {
    let best = best(stations);
    let mut sum = 0.0;
    let met = met_by_level(levels, stations, capacity, load);
    for (level, met) in levels.descending().zip(met) {
        sum += met.requests * met.in_time;
        if sum + level.requests_below * best < target {
            return false;
        }
    }
    sum >= target
}

/// The same by the level at which they come, the highest first.
fn met_by_level(
    levels: &Levels,
    stations: &Stations,
    capacity: f64,
    load: Load,
) -> impl Iterator<Item = Met> {
    /// A miss rarer than this does not tell two levels apart.
    const NEGLIGIBLE: f64 = 1e-12;
    let capacity = Capacity::at_best(stations.kinds(), capacity);
    let best_of =
        |attained: &dyn Fn(&Station) -> f64| stations.kinds().map(attained).fold(0.0, f64::max);
    let best = best(stations);
    let mut is_best = false;
    levels.descending().map(move |level| {
        let requests = level.requests();
        let met = |in_time, served| Met {
            requests,
            in_time,
            served,
        };
        // A lower level is met by what meets a higher one.
        if is_best {
            return met(best, 1.0);
        }
        let fluid = Fluid::new(capacity, load.at(level));
        if !fluid.serves() {
            return met(0.0, 0.0);
        }
        let attained =
            best_of(&|station| station.latency.attainment(|x_s| fluid.waits_longer(x_s)));
        let served = 1.0 - fluid.unserved();
        let attained = attained.min(served);
        is_best = attained >= best - NEGLIGIBLE;
        met(if is_best { best } else { attained }, served)
    })
}

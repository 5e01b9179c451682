//! What an interval of a service can come to at most, whatever it holds and whatever waits: value
//! against capacity, rounded outward to a concave curve. It is what a bound on all policies
//! reckons with.
//!
//! The curve lies above the service's own step, read with nothing waiting: credit belongs to the
//! interval in which a request arrives, and falls as the backlog rises. Capacity is the rate at
//! which its servers serve together, in requests per second. On several kinds of hardware it counts
//! as on the best of each: as many slots as the slowest would have for that rate, the latency of
//! the fastest.
//!
//! Between two capacities that were tried every level of demand is known to earn more with more.
//! Where what a level earns falls off over the stretches around, it is taken to lie below both
//! neighbours' lines (as tangents do, not chords); where it does not, or the service degrades,
//! below what the next capacity earns.

mod outward;

use super::degrade::Rung;
use super::fluid::{Capacity, Fluid, Load};
use super::levels::Levels;
use super::service::Service;
use super::station::Station;
use super::stations::Stations;
use outward::{Try, coarsest, level_out, outward};

/// A corner of a ceiling.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Corner {
    /// Requests per second.
    pub capacity: f64,
    /// The most that it earns over the interval, beyond what missing every request would come to.
    pub gain: f64,
}

/// Gain against capacity: concave, rising, level beyond the last corner.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ceiling {
    corners: Vec<Corner>,
}

/// Capacities that are tried at first, in multiples of the rate.
const MULTIPLES: [f64; 13] = [
    0.05, 0.25, 0.5, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.6, 2.0, 2.5, 4.0,
];
/// And in deviations of demand and of its Poisson noise around it.
const DEVIATIONS: [f64; 10] = [-1.0, -0.5, -0.2, 0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0];
/// No more are tried.
const MOST_TRIES: usize = 56;
/// What rounding and quadrature may hide, as a share of the most.
const ROUNDING: f64 = 4e-9;

impl Ceiling {
    /// The corners, ascending, the first without capacity.
    #[must_use]
    pub fn corners(&self) -> &[Corner] {
        &self.corners
    }

    /// The most that a capacity earns.
    #[must_use]
    pub fn at(&self, capacity: f64) -> f64 {
        let pairs = self.corners.iter().zip(self.corners.iter().skip(1));
        for (from, to) in pairs {
            if capacity < to.capacity {
                let part = (capacity - from.capacity).max(0.0) / (to.capacity - from.capacity);
                return from.gain + part * (to.gain - from.gain);
            }
        }
        self.corners.last().map_or(0.0, |last| last.gain)
    }

    /// The smallest concave curve over these corners, in any order.
    fn over(mut corners: Vec<Corner>) -> Self {
        corners.sort_by(|a, b| {
            a.capacity
                .total_cmp(&b.capacity)
                .then(b.gain.total_cmp(&a.gain))
        });
        corners.dedup_by(|later, first| later.capacity <= first.capacity);
        let slope =
            |from: Corner, to: Corner| (to.gain - from.gain) / (to.capacity - from.capacity);
        let mut hull: Vec<Corner> = Vec::new();
        for corner in corners {
            if hull.last().is_some_and(|last| corner.gain <= last.gain) {
                continue;
            }
            while let [.., before, last] = hull[..] {
                if slope(before, last) > slope(last, corner) {
                    break;
                }
                hull.pop();
            }
            hull.push(corner);
        }
        Self { corners: hull }
    }
}

impl Service {
    /// What missing all of so many requests costs.
    #[must_use]
    pub fn all_missed(&self, requests: f64) -> f64 {
        requests * self.penalty_per_miss
    }

    /// What a server of `pool` adds to the capacity, in requests per second; 0 where the service may
    /// not run.
    #[must_use]
    pub fn rate_of_server(&self, pool: crate::id::PoolId) -> f64 {
        self.station(pool)
            .map_or(0.0, |station| station.service_rate(1.0))
    }

    /// The most that an interval of `length_s` seconds at this rate and the price of the moment can
    /// come to, up to a capacity of `most` requests per second. Not for services whose requests are
    /// simulated one by one.
    #[must_use]
    pub fn ceiling(&self, length_s: f64, rate_per_s: f64, most: f64) -> Ceiling {
        let offered = length_s * rate_per_s;
        if !(offered > 0.0 && most > 0.0) {
            return Ceiling::default();
        }
        let load = Load {
            length_s,
            rate_per_s,
            backlog: 0.0,
            manners: self.manners(),
        };
        let attempt = |capacity: f64| self.attempt(capacity, load);
        let mut tried: Vec<Try> = self.first(rate_per_s, most).map(attempt).collect();
        level_out(&mut tried);
        while tried.len() < MOST_TRIES {
            let Some((between, capacity)) = coarsest(&tried) else {
                break;
            };
            tried.insert(between + 1, attempt(capacity));
            level_out(&mut tried);
        }
        outward(&tried)
    }

    /// Capacities to try first, ascending.
    fn first(&self, rate_per_s: f64, most: f64) -> impl Iterator<Item = f64> {
        let mean_service_s = self
            .reference()
            .map_or(1.0, |station| station.mean_service_s);
        let cv = self.subhourly_cv();
        let deviation = (cv * cv + 1.0 / (rate_per_s * mean_service_s).max(1e-3)).sqrt();
        let around = DEVIATIONS.iter().map(|z| 1.0 + z * deviation);
        let multiples = MULTIPLES.iter().copied().chain(around);
        let mut capacities: Vec<f64> = multiples
            .map(|multiple| multiple * rate_per_s)
            .filter(|capacity| (0.0..most).contains(capacity))
            .chain([0.0, most])
            .collect();
        capacities.sort_by(f64::total_cmp);
        capacities.dedup();
        capacities.into_iter()
    }

    /// What a capacity earns: by levels of demand, where each earns by itself.
    fn attempt(&self, capacity: f64, load: Load) -> Try {
        let offered = load.length_s * load.rate_per_s;
        let by_level = self.rungs.is_empty();
        let parts = if capacity <= 0.0 {
            let levels = self.fluid.levels.descending().count();
            vec![0.0; if by_level { levels } else { 1 }]
        } else if by_level {
            let stake = self.stake();
            let met = met_by_level(&self.fluid.levels, &self.stations, capacity, load);
            met.map(|met| met * stake * offered).collect()
        } else {
            vec![self.most_per_request(capacity, load) * offered]
        };
        Try {
            capacity,
            parts,
            by_level,
        }
    }

    /// The most that a request of the interval earns on average beyond a miss, with this capacity.
    /// A service that degrades may have to rank fewer items than it would without a backlog, but
    /// never more.
    fn most_per_request(&self, capacity: f64, load: Load) -> f64 {
        let levels = &self.fluid.levels;
        let full = met(levels, &self.stations, capacity, load);
        if self.rungs.is_empty() || full >= self.defended_attainment() {
            return self.best_from(0, full * self.stake(), capacity, load);
        }
        let defended = self.defended_attainment() - ROUNDING;
        let rungs = &self.rungs;
        let first = rungs.partition_point(|rung| {
            met(levels, &rung.stations, self.shorter(capacity, rung), load) < defended
        });
        let first = first.min(self.rungs.len() - 1);
        self.best_from(first, 0.0, capacity, load)
    }

    /// The best of `so_far` and of the smaller shares from that one on.
    fn best_from(&self, first: usize, so_far: f64, capacity: f64, load: Load) -> f64 {
        let mut best = so_far;
        for rung in self.rungs.iter().skip(first) {
            let earned = self.value_per_request * self.price * rung.value;
            let stake = earned + self.penalty_per_miss;
            let fastest = rung
                .stations
                .kinds()
                .map(|station| station.latency.within_slo());
            if fastest.fold(0.0, f64::max) * stake > best {
                let capacity = self.shorter(capacity, rung);
                best = best.max(met(&self.fluid.levels, &rung.stations, capacity, load) * stake);
            }
        }
        best
    }

    /// What servers of that capacity serve of queries that rank only a share of their items.
    fn shorter(&self, capacity: f64, rung: &Rung) -> f64 {
        let pairs = self.stations.kinds().zip(rung.stations.kinds());
        let faster = pairs.map(|(full, shorter)| full.mean_service_s / shorter.mean_service_s);
        capacity * faster.fold(1.0, f64::max)
    }
}

/// Share of the requests that meets the SLO at most, with this capacity.
fn met(levels: &Levels, stations: &Stations, capacity: f64, load: Load) -> f64 {
    met_by_level(levels, stations, capacity, load).sum()
}

/// The same by the level at which they come, the highest first.
fn met_by_level(
    levels: &Levels,
    stations: &Stations,
    capacity: f64,
    load: Load,
) -> impl Iterator<Item = f64> {
    /// A miss rarer than this does not tell two levels apart.
    const NEGLIGIBLE: f64 = 1e-12;
    let capacity = Capacity::at_best(stations.kinds(), capacity);
    let best_of =
        |attained: &dyn Fn(&Station) -> f64| stations.kinds().map(attained).fold(0.0, f64::max);
    let best = best_of(&|station| station.latency.within_slo());
    let mut is_best = false;
    levels.descending().map(move |level| {
        // A lower level is met by what meets a higher one.
        if is_best {
            return level.requests() * best;
        }
        let fluid = Fluid::new(capacity, load.at(level));
        if !fluid.serves() {
            return 0.0;
        }
        let attained =
            best_of(&|station| station.latency.attainment(|x_s| fluid.waits_longer(x_s)));
        let attained = attained.min(1.0 - fluid.unserved());
        is_best = attained >= best - NEGLIGIBLE;
        level.requests() * if is_best { best } else { attained }
    })
}

#[cfg(test)]
mod tests;

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
//! A few dozen capacities are tried; `stretch` says what nothing between two of them exceeds, and on
//! what that rests. What it leaves open is settled where it matters: `surplus` tries more around the
//! capacity that is best at a given price, until it is known how much any can gain beyond that price.

mod gain;
mod stretch;
mod surplus;

use super::service::Service;
use gain::{Gains, Try};
use stretch::corners_between;

/// A corner of a ceiling.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Corner {
    /// Requests per second.
    pub capacity: f64,
    /// The most that it earns over the interval, beyond what missing every request would come to.
    pub gain: f64,
}

impl Corner {
    /// What it earns beyond the price of its capacity.
    fn surplus(&self, price: f64) -> f64 {
        self.gain - price * self.capacity
    }
}

/// Gain against capacity: concave, rising, level beyond the last corner.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ceiling {
    corners: Vec<Corner>,
}

/// An interval of a service.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ask {
    /// Its length, in seconds.
    pub length_s: f64,
    /// Mean arrival rate, per second.
    pub rate_per_s: f64,
    /// Most capacity that there is, in requests per second.
    pub most: f64,
}

/// Capacities that are tried at first, in multiples of the rate.
const MULTIPLES: [f64; 13] = [
    0.05, 0.25, 0.5, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.6, 2.0, 2.5, 4.0,
];
/// And in deviations of demand and of its Poisson noise around it.
const DEVIATIONS: [f64; 10] = [-1.0, -0.5, -0.2, 0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0];
/// No more are tried.
const MOST_TRIES: usize = 40;
/// A corner this little above what was tried is good enough, as a share of the most.
const FINE: f64 = 1e-3;

impl Ceiling {
    /// The corners, ascending, the first without capacity.
    #[must_use]
    pub fn corners(&self) -> &[Corner] {
        &self.corners
    }

    /// The most that a capacity earns.
    #[must_use]
    pub fn at(&self, capacity: f64) -> f64 {
        let next = self
            .corners
            .partition_point(|corner| corner.capacity <= capacity);
        let before = next.checked_sub(1).and_then(|at| self.corners.get(at));
        match (before, self.corners.get(next)) {
            (Some(from), Some(to)) => {
                let part = (capacity - from.capacity) / (to.capacity - from.capacity);
                from.gain + part * (to.gain - from.gain)
            }
            (Some(only), None) | (None, Some(only)) => only.gain,
            (None, None) => 0.0,
        }
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

    /// The most that such an interval can come to at the price of the moment. Not for services whose
    /// requests are simulated one by one.
    #[must_use]
    pub fn ceiling(&self, ask: Ask) -> Ceiling {
        let Some(gains) = Gains::new(self, ask) else {
            return Ceiling::default();
        };
        let first = self.first(ask, gains.few);
        let mut tried: Vec<Try> = first.map(|capacity| gains.at(capacity)).collect();
        let pairs = tried.iter().zip(tried.iter().skip(1));
        let mut stretches: Vec<Vec<Corner>> = pairs
            .map(|(from, to)| corners_between(&gains, from, to))
            .collect();
        loop {
            let ceiling = Ceiling::over(stretches.concat());
            if tried.len() >= MOST_TRIES {
                return ceiling;
            }
            let Some(at) = coarsest(&tried, &stretches, &ceiling, gains.few) else {
                return ceiling;
            };
            let middle = f64::midpoint(tried[at].capacity, tried[at + 1].capacity);
            tried.insert(at + 1, gains.at(middle));
            stretches[at] = corners_between(&gains, &tried[at], &tried[at + 1]);
            let after = corners_between(&gains, &tried[at + 1], &tried[at + 2]);
            stretches.insert(at + 1, after);
        }
    }

    /// Capacities to try first, ascending, of which `few` is the lowest but none.
    fn first(&self, ask: Ask, few: f64) -> impl Iterator<Item = f64> {
        let Ask {
            rate_per_s, most, ..
        } = ask;
        let mean_service_s = self
            .reference()
            .map_or(1.0, |station| station.mean_service_s);
        let cv = self.subhourly_cv();
        let deviation = (cv * cv + 1.0 / (rate_per_s * mean_service_s).max(1e-3)).sqrt();
        let around = DEVIATIONS.iter().map(|z| 1.0 + z * deviation);
        let multiples = MULTIPLES.iter().copied().chain(around);
        let mut capacities: Vec<f64> = multiples
            .map(|multiple| multiple * rate_per_s)
            .filter(|capacity| (few..most).contains(capacity))
            .chain([0.0, few.min(most), most])
            .collect();
        capacities.sort_by(f64::total_cmp);
        capacities.dedup();
        capacities.into_iter()
    }
}

/// The stretch on which the ceiling lies furthest above what was tried; none if it is close enough
/// everywhere. Up to a capacity of `few` trying does not bring it down.
fn coarsest(
    tried: &[Try],
    stretches: &[Vec<Corner>],
    ceiling: &Ceiling,
    few: f64,
) -> Option<usize> {
    let most = tried.last()?.gain();
    let mut worst = (FINE * most, None);
    let pairs = tried.iter().zip(tried.iter().skip(1));
    for (at, ((from, to), corners)) in pairs.zip(stretches).enumerate() {
        let width = to.capacity - from.capacity;
        if width <= 1e-6 * to.capacity || to.capacity <= few {
            continue;
        }
        let (low, high) = (from.gain(), to.gain());
        for corner in corners {
            let part = (corner.capacity - from.capacity) / width;
            let excess = corner.gain - (low + part * (high - low));
            // Where the curve passes above it anyway it does not matter.
            if excess > worst.0 && ceiling.at(corner.capacity) <= corner.gain + 1e-8 * most {
                worst = (excess, Some(at));
            }
        }
    }
    worst.1
}

#[cfg(test)]
mod tests;

//! How many servers keep a service's promise: the smallest number that is enough, found from a guess.

use super::fluid::{Capacity, Fluid, Load};
use super::service::Service;
use super::station::Station;
use crate::id::PoolId;

impl Service {
    /// Fewest servers of `pool` that, alone, carry `rate_per_s` and are expected to keep the
    /// promised attainment over a step of `length_s` seconds, `near` being a guess; none where the
    /// service may not run or no number is enough.
    #[must_use]
    pub fn servers_for(
        &self,
        pool: PoolId,
        length_s: f64,
        rate_per_s: f64,
        near: u64,
    ) -> Option<u64> {
        let station = self.station(pool)?;
        if rate_per_s <= 0.0 && self.backlog <= 0.0 {
            return Some(0);
        }
        let load = Load {
            length_s,
            rate_per_s,
            backlog: self.backlog,
            manners: self.fluid.manners,
        };
        let target = self.reachable_attainment(station);
        let keeps = |replicas: u64| {
            let mut capacity = Capacity::default();
            let servers = (replicas * station.servers_per_replica) as f64;
            capacity.add(station, servers);
            // A step could be survived with less than the rate by letting the queue grow, at the
            // next one's expense.
            capacity.rate_per_s >= rate_per_s && self.keeps(target, station, capacity, load)
        };
        let replicas = smallest(near.div_ceil(station.servers_per_replica), keeps)?;
        Some(replicas * station.servers_per_replica)
    }

    /// The promise, or a hair less than what capacity without end would give where that is lower.
    pub(super) fn reachable_attainment(&self, station: &Station) -> f64 {
        const NEARLY: f64 = 0.999;
        self.promised_attainment
            .min(NEARLY * station.latency.within_slo())
    }

    /// Whether at least a share `target` of the arrivals meets the SLO at `station` alone. Looks at
    /// the highest levels only, as far as it takes to tell.
    fn keeps(&self, target: f64, station: &Station, capacity: Capacity, load: Load) -> bool {
        /// A miss rarer than this does not tell two levels apart.
        const NEGLIGIBLE: f64 = 1e-12;
        let best = station.latency.within_slo();
        let mut met = 0.0;
        for level in self.fluid.levels.descending() {
            let fluid = Fluid::new(capacity, load.at(level));
            let attained = station
                .latency
                .attainment(|x_s| fluid.roughly_waits_longer(x_s));
            met += level.requests() * attained;
            if attained >= best - NEGLIGIBLE {
                return met + level.requests_below * attained >= target;
            }
            if met + level.requests_below * best < target {
                return false;
            }
        }
        met >= target
    }
}

/// The smallest `n` for which `holds(n)`, a condition that once true stays true, searched from
/// `near` outwards; none below 2^40.
fn smallest(near: u64, holds: impl Fn(u64) -> bool) -> Option<u64> {
    const MOST: u64 = 1 << 40;
    let (mut low, mut high);
    let mut stride = 1;
    if holds(near) {
        high = near;
        loop {
            if high == 0 {
                return Some(0);
            }
            low = high.saturating_sub(stride);
            if !holds(low) {
                break;
            }
            high = low;
            stride *= 2;
        }
    } else {
        low = near;
        loop {
            high = low + stride;
            if high > MOST {
                return None;
            }
            if holds(high) {
                break;
            }
            low = high;
            stride *= 2;
        }
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(high)
}

#[cfg(test)]
mod tests {
    use super::smallest;

    #[test]
    fn the_search_finds_the_border_from_anywhere() {
        for border in [0, 1, 2, 7, 100, 12_345] {
            for near in [0, 1, 6, 7, 8, 99, 50_000] {
                assert_eq!(smallest(near, |n| n >= border), Some(border));
            }
        }
        assert_eq!(smallest(3, |_| false), None);
    }
}

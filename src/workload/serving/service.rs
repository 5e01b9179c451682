//! A service over time: the pools that serve it take from one queue, what waits is carried from
//! step to step, and the outcome of every step is counted and priced. Requests are credited to the
//! step in which they arrived.
//!
//! One queue, because a dispatcher that splits requests blindly over queues of their own would let
//! a service fare worse for having one more server in a second pool.

use super::fluid::{Capacity, Fluid, Load};
use super::station::Station;
use super::{language_model, percentile, query};
use crate::id::PoolId;
use crate::kernel::Span;
use crate::scenario::{Hardware, Inference, Ranking, Replica};

/// One inference or ranking service.
#[derive(Clone, Debug)]
pub struct Service {
    /// By pool; none where the service may not run.
    stations: Vec<Option<Station>>,
    replica: Replica,
    queue_limit_s: f64,
    promised_attainment: f64,
    value_per_request: f64,
    penalty_per_miss: f64,
    /// Requests in the queue.
    backlog: f64,
    /// Of the backlog, those that have missed their SLO already and whose service is still due.
    overdue: f64,
}

/// What one step brought, in requests and in the scenario's currency.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ServiceStep {
    /// Requests that arrived.
    pub offered: f64,
    /// Of them, served within the SLO.
    pub served_in_slo: f64,
    /// Requests past their SLO whose service ended in this step.
    pub served_late: f64,
    /// Refused.
    pub shed: f64,
    /// Past their SLO and waiting, at the step's end.
    pub waiting: f64,
    /// The same at its start.
    pub waiting_before: f64,
    /// Requests that were not refused.
    pub admitted: f64,
    /// Their waiting time in all, in seconds.
    pub waiting_time_s: f64,
    /// Value earned by requests within the SLO.
    pub value: f64,
    /// Penalties for the others.
    pub penalties: f64,
}

impl Service {
    /// `pools` gives for every pool its hardware where the service may run.
    #[must_use]
    pub fn of_inference(service: &Inference, pools: &[Option<&Hardware>]) -> Self {
        let station = |hardware: &Option<&Hardware>| language_model::station(service, (*hardware)?);
        let per_token = service.value.per_million_output_tokens.0 / 1e6;
        Self {
            stations: pools.iter().map(station).collect(),
            replica: service.replica,
            queue_limit_s: service.queue.limit.map_or(f64::INFINITY, |limit| limit.0),
            promised_attainment: service.slo.attainment,
            value_per_request: service.value.per_request.0
                + per_token * service.output_tokens.mean(),
            penalty_per_miss: service.value.miss.0,
            backlog: 0.0,
            overdue: 0.0,
        }
    }

    /// `pools` gives for every pool its hardware where the service may run.
    #[must_use]
    pub fn of_ranking(service: &Ranking, pools: &[Option<&Hardware>]) -> Self {
        let station = |hardware: &Option<&Hardware>| {
            hardware.map(|hardware| query::station(service, hardware.accelerators_per_server))
        };
        Self {
            stations: pools.iter().map(station).collect(),
            replica: service.replica,
            queue_limit_s: service.queue.limit.map_or(f64::INFINITY, |limit| limit.0),
            promised_attainment: service.slo.attainment,
            value_per_request: service.value.per_request.0,
            penalty_per_miss: service.value.miss.0,
            backlog: 0.0,
            overdue: 0.0,
        }
    }

    /// What a server of `pool` gives the service; none where it may not run.
    #[must_use]
    pub fn station(&self, pool: PoolId) -> Option<&Station> {
        self.stations[pool.index()].as_ref()
    }

    /// Time from the grant of a server until it serves.
    #[must_use]
    pub fn start_delay(&self) -> Span {
        self.replica.start
    }

    /// Time from the withdrawal of a server until it is free.
    #[must_use]
    pub fn drain_delay(&self) -> Span {
        self.replica.drain
    }

    /// Lives through a step of `length_s` seconds with mean arrival rate `rate_per_s`, served by
    /// `servers(pool)` servers on average. `busy(pool, hours)` takes the server-hours of each pool
    /// that were at work.
    pub fn step(
        &mut self,
        length_s: f64,
        rate_per_s: f64,
        servers: impl Fn(PoolId) -> f64,
        mut busy: impl FnMut(PoolId, f64),
    ) -> ServiceStep {
        let capacity = self.capacity(&servers);
        let load = self.load(length_s, rate_per_s);
        let fluid = Fluid::new(capacity, load);
        let flow = fluid.flow();
        let served_in_slo = flow.offered * self.attainment(&capacity, &fluid, &servers);
        let admitted = flow.offered - flow.shed;

        // Every pool is busy to the same degree, since all take from one queue.
        let served = load.backlog + admitted - flow.backlog;
        let utilisation = (served / (capacity.rate_per_s * length_s)).min(1.0);
        for (pool, _) in self.places().filter(|_| fluid.serves()) {
            busy(pool, utilisation * servers(pool) * length_s / 3600.0);
        }

        let waiting_before = self.overdue;
        let late = (admitted - served_in_slo).max(0.0);
        self.backlog = flow.backlog;
        self.overdue = (self.overdue + late).min(flow.backlog);
        ServiceStep {
            offered: flow.offered,
            served_in_slo,
            served_late: waiting_before + late - self.overdue,
            shed: flow.shed,
            waiting: self.overdue,
            waiting_before,
            admitted,
            waiting_time_s: admitted * flow.mean_wait_s,
            value: served_in_slo * self.value_per_request,
            penalties: (flow.offered - served_in_slo) * self.penalty_per_miss,
        }
    }

    /// Share of its servers' time that such a step's work would take: what waits and what arrives, 1
    /// at most.
    pub fn utilisation(
        &self,
        length_s: f64,
        rate_per_s: f64,
        servers: impl Fn(PoolId) -> f64,
    ) -> f64 {
        let possible = self.capacity(&servers).rate_per_s * length_s;
        let requests = self.backlog + rate_per_s * length_s;
        if possible > 0.0 {
            (requests / possible).min(1.0)
        } else {
            0.0
        }
    }

    /// Latency percentiles of the coming step if it were served by `servers(pool)`: to be asked
    /// before `step`, since they depend on the backlog at the start.
    pub fn latency_quantiles_s<const N: usize>(
        &self,
        length_s: f64,
        rate_per_s: f64,
        servers: impl Fn(PoolId) -> f64,
        shares: [f64; N],
    ) -> [Option<f64>; N] {
        if rate_per_s <= 0.0 {
            return [None; N];
        }
        let capacity = self.capacity(&servers);
        let fluid = Fluid::new(capacity, self.load(length_s, rate_per_s));
        let part = |(pool, station): (PoolId, &'_ Station)| {
            station.service_rate(servers(pool)) / capacity.rate_per_s
        };
        let parts: Vec<(f64, &Station)> = self
            .places()
            .map(|place| (part(place), place.1))
            .filter(|(share, _)| *share > 0.0)
            .collect();
        shares.map(|p| percentile::latency_quantile_s(&parts, &fluid, p))
    }

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
        let load = self.load(length_s, rate_per_s);
        let target = self.reachable_attainment(station);
        let keeps = |replicas: u64| {
            let mut capacity = Capacity::default();
            let servers = (replicas * station.servers_per_replica) as f64;
            capacity.add(station, servers);
            // A step could be survived with less than the rate by letting the queue grow, at the
            // next one's expense.
            capacity.rate_per_s >= rate_per_s && {
                let fluid = Fluid::new(capacity, load);
                let latency = &station.latency;
                latency.attainment(|x_s| fluid.waits_longer(x_s)) >= target
            }
        };
        let replicas = smallest(near.div_ceil(station.servers_per_replica), keeps)?;
        Some(replicas * station.servers_per_replica)
    }

    /// The promise, or a hair less than what capacity without end would give where that is lower.
    fn reachable_attainment(&self, station: &Station) -> f64 {
        const NEARLY: f64 = 0.999;
        self.promised_attainment
            .min(NEARLY * station.latency.within_slo())
    }

    /// Share of the arrivals that meets the SLO: a request goes to a pool in proportion to the
    /// pool's service rate, and how long it takes there is the pool's affair.
    fn attainment(
        &self,
        capacity: &Capacity,
        fluid: &Fluid,
        servers: impl Fn(PoolId) -> f64,
    ) -> f64 {
        if !fluid.serves() {
            return 0.0;
        }
        let of_pool = |(pool, station): (PoolId, &Station)| {
            let share = station.service_rate(servers(pool)) / capacity.rate_per_s;
            if share > 0.0 {
                share * station.latency.attainment(|x_s| fluid.waits_longer(x_s))
            } else {
                0.0
            }
        };
        let met: f64 = self.places().map(of_pool).sum();
        met.min(1.0 - fluid.refused())
    }

    fn load(&self, length_s: f64, rate_per_s: f64) -> Load {
        Load {
            length_s,
            rate_per_s,
            backlog: self.backlog,
            limit_s: self.queue_limit_s,
        }
    }

    /// What all pools together serve.
    fn capacity(&self, servers: impl Fn(PoolId) -> f64) -> Capacity {
        let mut capacity = Capacity::default();
        for (pool, station) in self.places() {
            capacity.add(station, servers(pool));
        }
        capacity
    }

    /// The pools that may serve, each with its station.
    fn places(&self) -> impl Iterator<Item = (PoolId, &Station)> {
        let stations = self.stations.iter().enumerate();
        stations.filter_map(|(pool, station)| Some((PoolId::new(pool), station.as_ref()?)))
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

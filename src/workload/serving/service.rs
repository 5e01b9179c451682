//! A service over time: its requests are split over the pools that serve it by their live service
//! rates, what waits is carried from step to step, and the outcome of every step is counted and
//! priced. Requests are credited to the step in which they arrived.

use super::fluid::{Fluid, Load};
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
        let station = |hardware: &Option<&Hardware>| {
            hardware.and_then(|hardware| language_model::station(service, hardware))
        };
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
        let live = self.live_rate(&servers);
        let mut step = ServiceStep {
            waiting_before: self.overdue,
            ..ServiceStep::default()
        };
        let mut backlog = 0.0;
        for pool in self.pools() {
            let Some(station) = &self.stations[pool.index()] else {
                continue;
            };
            let servers = servers(pool);
            let Some(share) = self.share(station, servers, live, pool) else {
                continue;
            };
            let load = self.load(length_s, rate_per_s, share);
            let flow = Fluid::new(station, servers, load).flow();
            step.offered += flow.offered;
            step.served_in_slo += flow.in_slo;
            step.shed += flow.shed;
            let admitted = flow.offered - flow.shed;
            step.admitted += admitted;
            step.waiting_time_s += admitted * flow.mean_wait_s;
            backlog += flow.backlog;
            let served = load.backlog + admitted - flow.backlog;
            let server_s = served * station.mean_service_s / station.slots_per_server;
            busy(pool, (server_s / 3600.0).min(servers * length_s / 3600.0));
        }
        let late = (step.offered - step.served_in_slo - step.shed).max(0.0);
        self.backlog = backlog;
        self.overdue = (self.overdue + late).min(backlog);
        step.waiting = self.overdue;
        step.served_late = step.waiting_before + late - step.waiting;
        step.value = step.served_in_slo * self.value_per_request;
        step.penalties = (step.offered - step.served_in_slo) * self.penalty_per_miss;
        step
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
        let live = self.live_rate(&servers);
        let parts: Vec<(f64, Fluid<'_>)> = self
            .pools()
            .filter_map(|pool| {
                let station = self.stations[pool.index()].as_ref()?;
                let share = self.share(station, servers(pool), live, pool)?;
                let load = self.load(length_s, rate_per_s, share);
                Some((share, Fluid::new(station, servers(pool), load)))
            })
            .collect();
        shares.map(|p| percentile::latency_quantile_s(&parts, p))
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
        if station.slots_per_server <= 0.0 {
            return None;
        }
        let load = self.load(length_s, rate_per_s, 1.0);
        let target = self.reachable_attainment(station);
        // A step could be survived with less by letting the queue grow, at the next one's expense.
        let offered_load = rate_per_s * station.mean_service_s;
        let keeps = |replicas: u64| {
            let servers = (replicas * station.servers_per_replica) as f64;
            servers * station.slots_per_server >= offered_load
                && Fluid::new(station, servers, load).attainment() >= target
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

    fn load(&self, length_s: f64, rate_per_s: f64, share: f64) -> Load {
        Load {
            length_s,
            rate_per_s: rate_per_s * share,
            backlog: self.backlog * share,
            limit_s: self.queue_limit_s,
        }
    }

    fn pools(&self) -> impl Iterator<Item = PoolId> + use<> {
        (0..self.stations.len()).map(PoolId::new)
    }

    /// Requests per second that all pools together can serve.
    fn live_rate(&self, servers: &impl Fn(PoolId) -> f64) -> f64 {
        self.pools()
            .filter_map(|pool| {
                let station = self.stations[pool.index()].as_ref()?;
                Some(station.service_rate(servers(pool)))
            })
            .sum()
    }

    /// Share of the requests that goes to a pool: its part of the live rate; the first pool takes
    /// all of them where nothing is live. None for a pool that gets nothing.
    fn share(&self, station: &Station, servers: f64, live: f64, pool: PoolId) -> Option<f64> {
        if live > 0.0 {
            let share = station.service_rate(servers) / live;
            return (share > 0.0).then_some(share);
        }
        let first = self.stations.iter().position(Option::is_some)?;
        (first == pool.index()).then_some(1.0)
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

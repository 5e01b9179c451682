//! A service over time: the pools that serve it take from one queue, what waits is carried from
//! step to step, and the outcome of every step is counted and priced. Requests are credited to the
//! step in which they arrived.
//!
//! One queue, because a dispatcher that splits requests blindly over queues of their own would let
//! a service fare worse for having one more server in a second pool.
//!
//! Where demand varies within the step, the outcome is the mean over its levels, each taken to last
//! as long as the step: in overload a level then builds a longer queue than a burst of minutes
//! would, whose arrivals miss their SLO either way.

use super::fluid::{Capacity, Fluid, Load};
use super::levels::{Level, Levels};
use super::search::smallest;
use super::station::Station;
use super::stations::Stations;
use super::{language_model, percentile, query};
use crate::id::PoolId;
use crate::kernel::Span;
use crate::scenario::{Hardware, Inference, Queue, Ranking, Replica};

/// One inference or ranking service.
#[derive(Clone, Debug)]
pub struct Service {
    stations: Stations,
    levels: Levels,
    subhourly_cv: f64,
    replica: Replica,
    queue_limit_s: f64,
    promised_attainment: f64,
    value_per_request: f64,
    penalty_per_miss: f64,
    /// Requests in the queue.
    backlog: f64,
    /// Of the backlog, those that have missed their SLO already and whose service is still due.
    overdue: f64,
    /// Scratch space of a step: each station's part of the requests.
    shares: Vec<f64>,
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

/// What becomes of a step's requests, whatever level they arrive at.
#[derive(Clone, Copy, Debug, Default)]
struct Outcome {
    met: f64,
    shed: f64,
    /// Waiting at the end, whenever they arrived.
    backlog: f64,
    waiting_time_s: f64,
}

impl Service {
    /// `pools` gives for every pool its hardware's name and hardware where the service may run;
    /// `subhourly_cv` is the coefficient of variation of demand within an hour.
    #[must_use]
    pub fn of_inference(
        service: &Inference,
        pools: &[Option<(&str, &Hardware)>],
        subhourly_cv: f64,
    ) -> Self {
        let build = |_: &str, hardware: &Hardware| language_model::station(service, hardware);
        let per_token = service.value.per_million_output_tokens.0 / 1e6;
        let value = service.value.per_request.0 + per_token * service.output_tokens.mean();
        Self {
            promised_attainment: service.slo.attainment,
            value_per_request: value,
            penalty_per_miss: service.value.miss.0,
            ..Self::idle(
                Stations::new(pools, build),
                subhourly_cv,
                service.replica,
                service.queue,
            )
        }
    }

    /// The same for ranking.
    #[must_use]
    pub fn of_ranking(
        service: &Ranking,
        pools: &[Option<(&str, &Hardware)>],
        subhourly_cv: f64,
    ) -> Self {
        let build = |name: &str, hardware: &Hardware| Some(query::station(service, name, hardware));
        Self {
            promised_attainment: service.slo.attainment,
            value_per_request: service.value.per_request.0,
            penalty_per_miss: service.value.miss.0,
            ..Self::idle(
                Stations::new(pools, build),
                subhourly_cv,
                service.replica,
                service.queue,
            )
        }
    }

    /// A service that nobody has asked for anything, and that promises and earns nothing yet.
    fn idle(stations: Stations, subhourly_cv: f64, replica: Replica, queue: Queue) -> Self {
        Self {
            stations,
            levels: Levels::new(subhourly_cv),
            subhourly_cv,
            replica,
            queue_limit_s: queue.limit.map_or(f64::INFINITY, |limit| limit.0),
            promised_attainment: 0.0,
            value_per_request: 0.0,
            penalty_per_miss: 0.0,
            backlog: 0.0,
            overdue: 0.0,
            shares: Vec::new(),
        }
    }

    /// What a server of `pool` gives the service; none where it may not run.
    #[must_use]
    pub fn station(&self, pool: PoolId) -> Option<&Station> {
        self.stations.of(pool)
    }

    /// The number of that station among the service's, below the number of pools.
    #[must_use]
    pub fn station_number(&self, pool: PoolId) -> Option<usize> {
        self.stations.number(pool)
    }

    /// The levels of demand within an hour, spread wider by an independent `cv`.
    pub(super) fn spread(&self, cv: f64) -> Levels {
        let own = self.subhourly_cv;
        Levels::new((own * own + cv * cv).sqrt())
    }

    /// The station of the first pool that the service may use; none if it may use none.
    pub(super) fn reference(&self) -> Option<&Station> {
        self.stations.pools().next().map(|(_, station)| station)
    }

    /// Most time that a request may wait, in seconds; infinite without a limit.
    pub(super) fn queue_limit_s(&self) -> f64 {
        self.queue_limit_s
    }

    /// What a request within the SLO is worth beyond one that misses it.
    pub(super) fn stake(&self) -> f64 {
        self.value_per_request + self.penalty_per_miss
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
    /// `servers` of each pool on average. `busy(pool, hours)` takes the server-hours of each pool
    /// that were at work.
    pub fn step(
        &mut self,
        length_s: f64,
        rate_per_s: f64,
        servers: &[f64],
        mut busy: impl FnMut(PoolId, f64),
    ) -> ServiceStep {
        let mut shares = std::mem::take(&mut self.shares);
        let capacity = self.stations.capacity(servers, &mut shares);
        let load = self.load(length_s, rate_per_s);
        let outcome = self.outcome(capacity, load, &shares);
        self.shares = shares;
        let offered = rate_per_s * length_s;
        let admitted = offered - outcome.shed;

        // Every pool is busy to the same degree, since all take from one queue.
        let served = load.backlog + admitted - outcome.backlog;
        let utilisation = (served / (capacity.rate_per_s * length_s)).min(1.0);
        for (pool, _) in self.stations.pools().filter(|_| capacity.slots > 0.0) {
            busy(
                pool,
                utilisation * servers[pool.index()] * length_s / 3600.0,
            );
        }

        let waiting_before = self.overdue;
        let late = (admitted - outcome.met).max(0.0);
        self.backlog = outcome.backlog;
        self.overdue = (self.overdue + late).min(outcome.backlog);
        ServiceStep {
            offered,
            served_in_slo: outcome.met,
            served_late: waiting_before + late - self.overdue,
            shed: outcome.shed,
            waiting: self.overdue,
            waiting_before,
            admitted,
            waiting_time_s: outcome.waiting_time_s,
            value: outcome.met * self.value_per_request,
            penalties: (offered - outcome.met) * self.penalty_per_miss,
        }
    }

    /// Share of its servers' time that such a step's work would take: what waits and what arrives, 1
    /// at most.
    pub fn utilisation(&self, length_s: f64, rate_per_s: f64, servers: &[f64]) -> f64 {
        let possible = self.stations.rate_per_s(servers) * length_s;
        let requests = self.backlog + rate_per_s * length_s;
        if possible > 0.0 {
            (requests / possible).min(1.0)
        } else {
            0.0
        }
    }

    /// Latency percentiles of the coming step if it were served by `servers` of each pool: to be asked
    /// before `step`, since they depend on the backlog at the start.
    pub fn latency_quantiles_s<const N: usize>(
        &self,
        length_s: f64,
        rate_per_s: f64,
        servers: &[f64],
        shares: [f64; N],
    ) -> [Option<f64>; N] {
        if rate_per_s <= 0.0 {
            return [None; N];
        }
        let mut of_station = Vec::new();
        let capacity = self.stations.capacity(servers, &mut of_station);
        let load = self.load(length_s, rate_per_s);
        let parts: Vec<(f64, &Station)> = self.stations.parts(&of_station).collect();
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
        percentile::latency_quantiles_s(&parts, &levels, shares)
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
            capacity.rate_per_s >= rate_per_s && self.keeps(target, station, capacity, load)
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

    /// Whether at least a share `target` of the arrivals meets the SLO at `station` alone. Looks at
    /// the highest levels only, as far as it takes to tell.
    fn keeps(&self, target: f64, station: &Station, capacity: Capacity, load: Load) -> bool {
        /// A miss rarer than this does not tell two levels apart.
        const NEGLIGIBLE: f64 = 1e-12;
        let best = station.latency.within_slo();
        let mut met = 0.0;
        for level in self.levels.descending() {
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

    /// The mean over the levels of demand, from the highest down: what one below a calm level would
    /// meet is what the calm one met.
    fn outcome(&self, capacity: Capacity, load: Load, shares: &[f64]) -> Outcome {
        let offered = load.rate_per_s * load.length_s;
        let mut sum = Outcome::default();
        for level in self.levels.descending() {
            let fluid = Fluid::new(capacity, load.at(level));
            let flow = fluid.flow();
            let attained = self.attainment(&fluid, shares);
            sum.met += offered * level.requests() * attained;
            sum.shed += level.share * flow.shed;
            sum.backlog += level.share * flow.backlog;
            sum.waiting_time_s += level.share * (flow.offered - flow.shed) * flow.mean_wait_s;
            if flow.is_calm() {
                let below = offered * level.requests_below;
                sum.met += below * attained;
                sum.waiting_time_s += below * flow.mean_wait_s;
                break;
            }
        }
        sum
    }

    /// Share of the arrivals that meets the SLO: how long a request takes is the affair of the pool
    /// that it goes to.
    fn attainment(&self, fluid: &Fluid, shares: &[f64]) -> f64 {
        if !fluid.serves() {
            return 0.0;
        }
        let of_station = |(share, station): (f64, &Station)| {
            share * station.latency.attainment(|x_s| fluid.waits_longer(x_s))
        };
        let met: f64 = self.stations.parts(shares).map(of_station).sum();
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
}

impl Load {
    /// The load when demand is at this level.
    pub(super) fn at(self, level: &Level) -> Self {
        Self {
            rate_per_s: self.rate_per_s * level.multiple,
            ..self
        }
    }
}

//! A service over time: the pools that serve it take from one queue, what waits is carried from
//! step to step, and the outcome of every step is counted and priced. Requests are credited to the
//! step in which they arrived.
//!
//! One queue, because a dispatcher that splits requests blindly over queues of their own would let
//! a service fare worse for having one more server in a second pool.
//!
//! How a step goes is the affair of the service's fidelity; how many servers it would take is asked
//! of the fluid law whatever the fidelity, since nobody who plans knows the requests to come.

use super::degrade::{self, Rung};
use super::fidelity::{Fidelity, Interval, LATENCY_SHARES};
use super::fluid::Manners;
use super::levelled::Levelled;
use super::occupancy::Occupancy;
use super::request::Requests;
use super::station::Station;
use super::stations::Stations;
use super::{language_model, query};
use crate::id::PoolId;
use crate::kernel::{Span, Streams};
use crate::scenario::{self, Hardware, Inference, Queue, Ranking, Replica};

/// One inference or ranking service.
#[derive(Debug)]
pub struct Service {
    pub(super) stations: Stations,
    /// Smaller shares of its items that it may rank, the largest first; none where it never degrades.
    pub(super) rungs: Vec<Rung>,
    pub(super) fluid: Levelled,
    /// Every request, where the scenario asks for that fidelity.
    requests: Option<Box<Requests>>,
    subhourly_cv: f64,
    replica: Replica,
    pub(super) promised_attainment: f64,
    pub(super) value_per_request: f64,
    /// What multiplies that now.
    pub(super) price: f64,
    pub(super) penalty_per_miss: f64,
    /// Requests in the queue.
    pub(super) backlog: f64,
    /// Of the backlog, those that have missed their SLO already and whose service is still due.
    overdue: f64,
    /// Scratch space of a step: by station, the share of its time at work.
    busy: Vec<f64>,
}

/// What a service is built from beside its table in the scenario.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The service's name.
    pub name: &'a str,
    /// By pool: its hardware's name and hardware, where the service may run.
    pub pools: &'a [Option<(&'a str, &'a Hardware)>],
    /// Coefficient of variation of demand within an hour.
    pub subhourly_cv: f64,
    /// Where single requests come from.
    pub streams: &'a Streams,
}

/// What one step brought, in requests and in the scenario's currency.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ServiceStep {
    /// Requests that arrived.
    pub offered: f64,
    /// Of them, served within the SLO.
    pub served_in_slo: f64,
    /// Of those that arrived, those that found no slot free: they waited, left, or were refused.
    pub delayed: f64,
    /// Requests past their SLO whose service ended in this step.
    pub served_late: f64,
    /// Refused.
    pub shed: f64,
    /// Left before service.
    pub abandoned: f64,
    /// Past their SLO and waiting, at the step's end.
    pub waiting: f64,
    /// The same at its start.
    pub waiting_before: f64,
    /// Requests that were not refused.
    pub admitted: f64,
    /// Their waiting time in all, in seconds.
    pub waiting_time_s: f64,
    /// Of the admitted, those of a service that may degrade.
    pub degradable: f64,
    /// Their number times the share of their candidate items that was ranked.
    pub ranked: f64,
    /// Value earned by requests within the SLO.
    pub value: f64,
    /// Penalties for the others.
    pub penalties: f64,
    /// Latencies in seconds that the shares `LATENCY_SHARES` of the arrivals stay under; none where
    /// they were not wanted, without arrivals, or where too many are never answered.
    pub latency_s: [Option<f64>; LATENCY_SHARES.len()],
}

impl Service {
    /// An inference service.
    #[must_use]
    pub fn of_inference(service: &Inference, place: Place<'_>) -> Self {
        let build = |_: &str, hardware: &Hardware| language_model::station(service, hardware);
        let per_token = service.value.per_million_output_tokens.0 / 1e6;
        let value = service.value.per_request.0 + per_token * service.output_tokens.mean();
        Self {
            promised_attainment: service.slo.attainment,
            value_per_request: value,
            penalty_per_miss: service.value.miss.0,
            requests: requests(service.fidelity, &service.queue, service.slo.ttft.0, place),
            ..Self::idle(
                Stations::new(place.pools, build),
                place.subhourly_cv,
                service.replica,
                &service.queue,
            )
        }
    }

    /// A ranking service.
    #[must_use]
    pub fn of_ranking(service: &Ranking, place: Place<'_>) -> Self {
        let build =
            |name: &str, hardware: &Hardware| Some(query::station(service, name, hardware, 1.0));
        Self {
            promised_attainment: service.slo.attainment,
            value_per_request: service.value.per_request.0,
            penalty_per_miss: service.value.miss.0,
            rungs: degrade::rungs(service, place.pools),
            requests: requests(
                service.fidelity,
                &service.queue,
                service.slo.latency.0,
                place,
            ),
            ..Self::idle(
                Stations::new(place.pools, build),
                place.subhourly_cv,
                service.replica,
                &service.queue,
            )
        }
    }

    /// A service that nobody has asked for anything, and that promises and earns nothing yet.
    fn idle(stations: Stations, subhourly_cv: f64, replica: Replica, queue: &Queue) -> Self {
        Self {
            stations,
            rungs: Vec::new(),
            fluid: Levelled::new(subhourly_cv, Manners::new(queue)),
            requests: None,
            subhourly_cv,
            replica,
            promised_attainment: 0.0,
            value_per_request: 0.0,
            price: 1.0,
            penalty_per_miss: 0.0,
            backlog: 0.0,
            overdue: 0.0,
            busy: Vec::new(),
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

    /// Coefficient of variation of demand within an hour.
    pub(super) fn subhourly_cv(&self) -> f64 {
        self.subhourly_cv
    }

    /// The station of the first pool that the service may use; none if it may use none.
    pub(super) fn reference(&self) -> Option<&Station> {
        self.stations.pools().next().map(|(_, _, station)| station)
    }

    /// How its requests come, and what they put up with.
    pub(super) fn manners(&self) -> Manners {
        self.fluid.manners
    }

    /// What a request within the SLO is worth now beyond one that misses it.
    pub(super) fn stake(&self) -> f64 {
        self.value_per_request * self.price + self.penalty_per_miss
    }

    /// What multiplies the value of a request now.
    #[must_use]
    pub fn price(&self) -> f64 {
        self.price
    }

    /// From now on a request within the SLO earns `price` times what the scenario says.
    pub fn reprice(&mut self, price: f64) {
        self.price = price;
    }

    /// The smaller shares of its items that it may rank, as those who plan see them: the station, and the stake as a
    /// part of the full one.
    pub(super) fn degraded(&self) -> Vec<(Station, f64)> {
        let planned = |rung: &Rung| {
            let stake = self.value_per_request * self.price * rung.value + self.penalty_per_miss;
            let part = if self.stake() > 0.0 {
                stake / self.stake()
            } else {
                1.0
            };
            Some((rung.stations.any()?.clone(), part))
        };
        self.rungs.iter().filter_map(planned).collect()
    }

    /// The attainment that it degrades to keep.
    pub(super) fn defended_attainment(&self) -> f64 {
        let last = self.rungs.last().and_then(|rung| rung.stations.any());
        last.map_or(self.promised_attainment, |station| {
            self.reachable_attainment(station)
        })
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

    /// How long there were how many requests in the service since the beginning; none where they are
    /// not simulated one by one.
    #[must_use]
    pub fn occupancy(&self) -> Option<&Occupancy> {
        self.requests.as_ref().map(|requests| requests.occupancy())
    }

    /// Lives through a step of `length_s` seconds with mean arrival rate `rate_per_s`, served by
    /// `servers` of each pool on average. `busy(pool, hours)` takes the server-hours of each pool
    /// that were at work.
    pub fn step(
        &mut self,
        length_s: f64,
        rate_per_s: f64,
        servers: &[f64],
        wants_latency: bool,
        mut busy: impl FnMut(PoolId, f64),
    ) -> ServiceStep {
        let mut interval = Interval {
            stations: &self.stations,
            servers,
            length_s,
            rate_per_s,
            backlog: self.backlog,
            overdue: self.overdue,
            wants_latency,
        };
        let may_degrade = !self.rungs.is_empty();
        let (mut share, mut value) = (1.0, 1.0);
        if may_degrade {
            let defended = self.defended_attainment();
            if let Some(rung) = shortened(&self.rungs, &mut self.fluid, &interval, defended) {
                (share, value) = (rung.share, rung.value);
                interval.stations = &rung.stations;
            }
        }
        let outcome = match &mut self.requests {
            Some(requests) => requests.live(&interval, &mut self.busy),
            None => self.fluid.live(&interval, &mut self.busy),
        };
        for (pool, number, station) in self.stations.pools() {
            let share = self.busy.get(number).copied().unwrap_or(0.0);
            if share > 0.0 && station.slots_per_server > 0.0 {
                busy(pool, share * servers[pool.index()] * length_s / 3600.0);
            }
        }
        let waiting_before = self.overdue;
        let admitted = outcome.offered - outcome.shed;
        let late = (admitted - outcome.abandoned - outcome.met).max(0.0);
        self.backlog = outcome.backlog;
        self.overdue = outcome.overdue;
        ServiceStep {
            offered: outcome.offered,
            served_in_slo: outcome.met,
            delayed: outcome.delayed,
            served_late: waiting_before + late - self.overdue,
            shed: outcome.shed,
            abandoned: outcome.abandoned,
            waiting: self.overdue,
            waiting_before,
            admitted,
            waiting_time_s: outcome.waiting_time_s,
            degradable: if may_degrade { admitted } else { 0.0 },
            ranked: if may_degrade { share * admitted } else { 0.0 },
            value: outcome.met * self.value_per_request * self.price * value,
            penalties: (outcome.offered - outcome.met) * self.penalty_per_miss,
            latency_s: outcome.latency_s,
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
}

/// What a service degrades to in an interval: none where ranking all items keeps its promise, or where nothing is
/// asked.
fn shortened<'a>(
    rungs: &'a [Rung],
    fluid: &mut Levelled,
    interval: &Interval<'_>,
    attainment: f64,
) -> Option<&'a Rung> {
    let is_asked = interval.rate_per_s > 0.0 || interval.backlog > 0.0;
    if !is_asked || fluid.keeps(*interval, attainment) {
        return None;
    }
    degrade::first_kept(rungs, |rung| {
        let stations = &rung.stations;
        let shorter = Interval {
            stations,
            ..*interval
        };
        fluid.keeps(shorter, attainment)
    })
}

/// The requests of a service whose scenario asks for that fidelity.
fn requests(
    fidelity: scenario::Fidelity,
    queue: &Queue,
    slo_s: f64,
    place: Place<'_>,
) -> Option<Box<Requests>> {
    match fidelity {
        scenario::Fidelity::Fluid => None,
        scenario::Fidelity::Request => {
            let Place {
                name,
                subhourly_cv,
                streams,
                ..
            } = place;
            Some(Box::new(Requests::new(
                name,
                queue,
                slo_s,
                subhourly_cv,
                streams,
            )))
        }
    }
}

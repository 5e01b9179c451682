//! How a replication begins: the ledger under the pools' initial holdings, and every workload with
//! the hardware of the pools that it may use.

use super::ledger::{Account, Ledger, PoolLedger};
use crate::demand::{Curve, UnknownTimeZone};
use crate::kernel::{Instant, Streams};
use crate::scenario::{self, Hardware, Kind, Scenario, ServiceDemand, Training};
use crate::supply::{self, Fleet};
use crate::workload::Workload;
use crate::workload::serving::{Place, Service};
use crate::workload::training::{self, Campaign, JobStream};

/// All servers idle but those that the pools' `initial` tables bind.
pub(super) fn ledger(scenario: &Scenario, fleet: &Fleet, opening: Instant) -> Ledger {
    let open = |(pool, facts): (&scenario::Pool, &supply::Pool)| {
        let (ids, names): (Vec<_>, Vec<_>) = scenario.holders(pool).unzip();
        let mut ledger = PoolLedger::new(facts.servers, ids, opening);
        for (slot, name) in names.into_iter().enumerate() {
            let accelerators = pool.initial.get(name).copied().unwrap_or(0);
            let servers = facts.servers_of(accelerators);
            ledger.shift(Account::Idle, Account::Allocated(slot), servers, opening);
        }
        ledger
    };
    let pools = scenario.pool.values().zip(&fleet.pools);
    Ledger::new(pools.map(open).collect())
}

/// By `WorkloadId`, the streams of jobs from `opening` on.
pub(super) fn workloads(
    scenario: &Scenario,
    streams: &Streams,
    opening: Instant,
) -> Result<Vec<Workload>, UnknownTimeZone> {
    let run = &scenario.run;
    let training = scenario
        .training
        .iter()
        .map(|(name, training)| match training {
            Training::Campaign(campaign) => {
                let places = places(scenario, name, Kind::Training);
                let campaign = Campaign::new(campaign, &places, run.start, run.at_horizon);
                Ok(Workload::Training(campaign))
            }
            Training::Stream(stream) => job_stream(scenario, name, stream, streams, opening)
                .map(|stream| Workload::Stream(Box::new(stream))),
        });
    let inference = scenario.inference.iter().map(|(name, service)| {
        let place = Place {
            name,
            pools: &places(scenario, name, Kind::Inference),
            subhourly_cv: subhourly_cv(scenario, &service.demand),
            streams,
        };
        Ok(Workload::Serving(Service::of_inference(service, place)))
    });
    let ranking = scenario.ranking.iter().map(|(name, service)| {
        let place = Place {
            name,
            pools: &places(scenario, name, Kind::Ranking),
            subhourly_cv: subhourly_cv(scenario, &service.demand),
            streams,
        };
        Ok(Workload::Serving(Service::of_ranking(service, place)))
    });
    training.chain(inference).chain(ranking).collect()
}

/// A stream of jobs, with a curve of its own: it reads its demand ahead of the services.
fn job_stream(
    scenario: &Scenario,
    name: &str,
    stream: &scenario::JobStream,
    streams: &Streams,
    opening: Instant,
) -> Result<JobStream, UnknownTimeZone> {
    let place = |(pool_name, pool): (&String, &scenario::Pool)| {
        let hardware = scenario.hardware.get(pool.hardware.name.as_str())?;
        pool.may_serve(name, Kind::Training)
            .then(|| training::Place {
                accelerators_per_server: u64::from(hardware.accelerators_per_server),
                room: scenario.room(pool_name, pool),
                mtbf: hardware.mtbf,
            })
    };
    let places: Vec<_> = scenario.pool.iter().map(place).collect();
    let profile = stream.arrivals.profile.as_ref();
    let profile = profile.and_then(|profile| scenario.demand.get_key_value(profile.name.as_str()));
    let curve = profile
        .map(|(name, profile)| Curve::new(name, profile, scenario.run.start, opening, streams))
        .transpose()?;
    let unit = scenario.job_unit(name);
    Ok(JobStream::new(
        name, stream, unit, &places, curve, streams, opening,
    ))
}

/// By pool: its hardware's name and hardware, where the workload may run.
fn places<'a>(
    scenario: &'a Scenario,
    workload: &str,
    kind: Kind,
) -> Vec<Option<(&'a str, &'a Hardware)>> {
    let place = |pool: &scenario::Pool| {
        let name = pool.hardware.name.as_str();
        let (name, hardware) = scenario.hardware.get_key_value(name)?;
        pool.may_serve(workload, kind)
            .then_some((name.as_str(), hardware))
    };
    scenario.pool.values().map(place).collect()
}

/// Coefficient of variation of a service's demand within an hour; a constant rate has none.
fn subhourly_cv(scenario: &Scenario, demand: &ServiceDemand) -> f64 {
    let profile = demand.profile.as_ref();
    let profile = profile.and_then(|profile| scenario.demand.get(&profile.name));
    profile.map_or(0.0, |profile| profile.noise.subhourly_cv)
}

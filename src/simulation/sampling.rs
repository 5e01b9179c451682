//! Turns the sums of an interval into rows: at every record interval what moved in the ledger and
//! in the services' counts since the last one, at every UTC day and quarter the totals so far.

use super::accounts::Accounts;
use super::ledger::{Account, Ledger};
use super::period::Period;
use super::record::{AllocationRow, FleetRow, ServiceRow};
use super::replication::Replication;
use super::totals::ServiceTotals;
use crate::id::{PoolId, WorkloadId};
use crate::kernel::{Instant, Span};
use crate::scenario::{Kind, Scenario};
use crate::supply::{Delivery, Fleet};
use crate::workload::serving::LATENCY_SHARES;

/// A slot's server-hours by stage.
#[derive(Clone, Copy, Debug, Default)]
struct SlotHours {
    allocated: f64,
    busy: f64,
    draining: f64,
    converting: f64,
    warming: f64,
}

/// A pool's server-hours by state, and its energy.
#[derive(Clone, Debug, Default)]
struct PoolHours {
    installed: f64,
    idle: f64,
    failed: f64,
    maintenance: f64,
    energy_kwh: f64,
    slots: Vec<SlotHours>,
}

/// What a service's row needs beside its counts.
#[derive(Clone, Copy, Debug, Default)]
struct ServiceSample {
    before: ServiceTotals,
    /// Expected requests.
    forecast: f64,
    /// By percentile: latency times requests, and those requests; none once a latency was not
    /// finite.
    latency: [Option<(f64, f64)>; LATENCY_SHARES.len()],
}

/// What has been written and what is due.
#[derive(Debug, Default)]
pub(super) struct Sampling {
    every: Span,
    services: Vec<(WorkloadId, ServiceSample)>,
    pools: Vec<PoolHours>,
    interval_start: Instant,
    day: Period,
    quarter: Period,
}

impl Sampling {
    pub fn new(scenario: &Scenario) -> Self {
        let start = scenario.run.start;
        let is_service = |(index, (_, kind)): (usize, (&str, Kind))| {
            (kind != Kind::Training).then(|| (WorkloadId::new(index), ServiceSample::default()))
        };
        Self {
            every: scenario.record.every,
            services: scenario
                .workloads()
                .enumerate()
                .filter_map(is_service)
                .collect(),
            pools: Vec::new(),
            interval_start: start,
            day: Period::day(start),
            quarter: Period::quarter(start),
        }
    }

    /// Begins with the counted period.
    pub fn open(&mut self, ledger: &Ledger, fleet: &Fleet, accounts: &Accounts, now: Instant) {
        self.pools = ledger
            .pools()
            .map(|(id, _)| pool_hours(ledger, fleet, accounts, id, now))
            .collect();
        for (workload, sample) in &mut self.services {
            *sample = ServiceSample::new(*accounts.service(*workload));
        }
    }

    /// Adds a step's latency percentiles, weighted by its requests.
    pub fn observe_latency(
        &mut self,
        workload: WorkloadId,
        requests: f64,
        latency_s: [Option<f64>; LATENCY_SHARES.len()],
    ) {
        let Some(sample) = self.sample_of(workload) else {
            return;
        };
        if requests <= 0.0 {
            return;
        }
        for (sum, latency_s) in sample.latency.iter_mut().zip(latency_s) {
            *sum = match (*sum, latency_s) {
                (Some((weighted, weight)), Some(latency_s)) => {
                    Some((weighted + latency_s * requests, weight + requests))
                }
                _ => None,
            };
        }
    }

    /// Adds the requests that were expected in a step.
    pub fn observe_forecast(&mut self, workload: WorkloadId, requests: f64) {
        if let Some(sample) = self.sample_of(workload) {
            sample.forecast += requests;
        }
    }

    fn sample_of(&mut self, workload: WorkloadId) -> Option<&mut ServiceSample> {
        let mut services = self.services.iter_mut();
        services
            .find(|(id, _)| *id == workload)
            .map(|(_, sample)| sample)
    }

    /// Writes what is due at the end of a step.
    pub fn sample(&mut self, replication: &mut Replication<'_>, now: Instant) {
        let last = now >= replication.end;
        if replication.recording && (last || now - self.interval_start >= self.every) {
            self.rows(replication, now);
            self.interval_start = now;
        }
        let day_over = last || now >= self.day.end;
        let quarter_over = last || now >= self.quarter.end;
        if !day_over && !quarter_over {
            return;
        }
        let totals = replication.accounts.totals(
            &replication.ledger,
            &replication.fleet,
            &replication.workloads,
            now,
        );
        if day_over {
            replication.recorder.day(self.day.start, &totals);
            self.day = Period::day(now);
        }
        if quarter_over {
            replication.recorder.quarter(self.quarter.start, &totals);
            self.quarter = Period::quarter(now);
        }
    }

    fn rows(&mut self, replication: &mut Replication<'_>, now: Instant) {
        let time = self.interval_start;
        let hours = (now - time).as_hours();
        for index in 0..self.pools.len() {
            let pool = PoolId::new(index);
            let after = pool_hours(
                &replication.ledger,
                &replication.fleet,
                &replication.accounts,
                pool,
                now,
            );
            let facts = &replication.fleet.pools[index];
            let mean = f64::from(facts.accelerators_per_server) / hours;
            let before = &self.pools[index];
            let holders = replication.ledger.pool(pool).holders();
            for ((holder, after), before) in holders.iter().zip(&after.slots).zip(&before.slots) {
                replication.recorder.allocation(&AllocationRow {
                    time,
                    pool,
                    workload: *holder,
                    allocated: (after.allocated - before.allocated) * mean,
                    busy: (after.busy - before.busy) * mean,
                    draining: (after.draining - before.draining) * mean,
                    converting: (after.converting - before.converting) * mean,
                    warming: (after.warming - before.warming) * mean,
                });
            }
            replication.recorder.fleet(&FleetRow {
                time,
                pool,
                installed: (after.installed - before.installed) * mean,
                idle: (after.idle - before.idle) * mean,
                failed: (after.failed - before.failed) * mean,
                maintenance: (after.maintenance - before.maintenance) * mean,
                on_order: mean_on_order(&replication.deliveries, pool, time, now),
                power_kw: (after.energy_kwh - before.energy_kwh) / hours,
            });
            self.pools[index] = after;
        }
        let seconds = (now - time).as_seconds();
        for (service, sample) in &mut self.services {
            let after = *replication.accounts.service(*service);
            let row = sample.row(*service, &after, time, seconds);
            replication.recorder.service(&row);
            *sample = ServiceSample::new(after);
        }
    }
}

impl ServiceSample {
    fn new(before: ServiceTotals) -> Self {
        Self {
            before,
            forecast: 0.0,
            latency: [Some((0.0, 0.0)); LATENCY_SHARES.len()],
        }
    }

    fn row(
        &self,
        service: WorkloadId,
        after: &ServiceTotals,
        time: Instant,
        seconds: f64,
    ) -> ServiceRow {
        let sums = *after - self.before;
        let mean = |(weighted, weight): (f64, f64)| (weight > 0.0).then(|| weighted / weight);
        let [p50, p95, p99] = self.latency.map(|sum| sum.and_then(mean));
        ServiceRow {
            time,
            service,
            offered: sums.offered,
            served_in_slo: sums.served_in_slo,
            served_late: sums.served_late,
            shed: sums.shed,
            abandoned: sums.abandoned,
            waiting: after.waiting,
            latency_p50_s: p50,
            latency_p95_s: p95,
            latency_p99_s: p99,
            attainment: (sums.offered > 0.0).then(|| sums.served_in_slo / sums.offered),
            ranked_share: (sums.degradable > 0.0).then(|| sums.ranked / sums.degradable),
            forecast_per_s: self.forecast / seconds,
        }
    }
}

fn pool_hours(
    ledger: &Ledger,
    fleet: &Fleet,
    accounts: &Accounts,
    id: PoolId,
    now: Instant,
) -> PoolHours {
    let pool = ledger.pool(id);
    let hours = |account: Account| pool.server_hours(account, now);
    let slot = |slot: usize| SlotHours {
        allocated: hours(Account::Allocated(slot)),
        busy: accounts.busy(id, slot),
        draining: hours(Account::Draining(slot)),
        converting: hours(Account::Converting(slot)),
        warming: hours(Account::Warming(slot)),
    };
    PoolHours {
        installed: pool.installed_hours(now),
        idle: hours(Account::Idle),
        failed: hours(Account::Failed),
        maintenance: hours(Account::Maintenance),
        energy_kwh: accounts.energy_kwh(fleet, id, pool, now),
        slots: (0..pool.holders().len()).map(slot).collect(),
    }
}

/// Mean over the interval of the accelerators ordered and not yet delivered.
fn mean_on_order(deliveries: &[Delivery], pool: PoolId, from: Instant, to: Instant) -> f64 {
    let share = |delivery: &Delivery| {
        let (from_order, to_order) = (delivery.placed.max(from), delivery.delivered.min(to));
        if to_order > from_order {
            delivery.accelerators as f64 * ((to_order - from_order) / (to - from))
        } else {
            0.0
        }
    };
    let here = deliveries.iter().filter(|delivery| delivery.pool == pool);
    here.map(share).sum()
}

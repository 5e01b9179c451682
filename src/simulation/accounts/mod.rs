//! The books: busy hours, requests, value and cost, summed since the replication opened. What the
//! ledger and the campaigns integrate themselves is read from them when a total is asked for and
//! kept nowhere else.

mod books;
mod sums;

use books::Books;

use super::ledger::{Account, Ledger, PoolLedger};
use super::totals::{ServiceTotals, Totals};
use crate::demand::Outlook;
use crate::id::{PoolId, SiteId, WorkloadId};
use crate::kernel::Instant;
use crate::scenario::Scenario;
use crate::supply::Fleet;
use crate::workload::Workload;
use crate::workload::serving::ServiceStep;

/// What a service has ready in a slot.
#[derive(Clone, Copy, Debug)]
struct Readied {
    service: WorkloadId,
    pool: PoolId,
    slot: usize,
    /// Server-hours ready when the interval under way began.
    before: f64,
}

/// All sums of a replication.
#[derive(Debug)]
pub(super) struct Accounts {
    opened: Instant,
    /// By pool: what it cost.
    pub books: Books,
    services: Vec<ServiceTotals>,
    /// By workload: value and penalties that no campaign keeps itself.
    value: Vec<f64>,
    penalties: Vec<f64>,
    /// By workload: what its conversions cost.
    conversion: Vec<f64>,
    /// By pool and slot: server-hours at work.
    busy: Vec<Vec<f64>>,
    /// By workload: accelerator-hours of its gang already booked as busy.
    executed: Vec<f64>,
    /// Of services alone: what they have ready.
    readied: Vec<Readied>,
    /// By pool: kWh drawn when the interval under way began.
    drawn_before: Vec<f64>,
    /// By site: accelerator-hours of work that its power cap held back.
    throttled: Vec<f64>,
    /// By pool: server-hours at work, each weighed by how active its server was.
    active: Vec<f64>,
    /// The sums when the counted period began.
    opening: Totals,
}

impl Accounts {
    pub fn new(
        scenario: &Scenario,
        fleet: &Fleet,
        ledger: &Ledger,
        workloads: &[Workload],
        opened: Instant,
    ) -> Self {
        let by_slot: Vec<_> = ledger
            .pools()
            .map(|(_, pool)| vec![0.0; pool.holders().len()])
            .collect();
        Self {
            opened,
            books: Books::new(fleet, scenario.run.start, opened),
            services: vec![ServiceTotals::default(); workloads.len()],
            value: vec![0.0; workloads.len()],
            penalties: vec![0.0; workloads.len()],
            conversion: vec![0.0; workloads.len()],
            busy: by_slot,
            readied: readied(ledger, workloads),
            drawn_before: vec![0.0; fleet.pools.len()],
            throttled: vec![0.0; fleet.sites.len()],
            executed: vec![0.0; workloads.len()],
            active: vec![0.0; fleet.pools.len()],
            opening: Totals::default(),
        }
    }

    /// Server-hours that a slot was at work, since the replication opened.
    pub fn busy(&self, pool: PoolId, slot: usize) -> f64 {
        self.busy[pool.index()][slot]
    }

    /// Books server-hours at work, during which the servers were active to a degree of `activity`.
    pub fn work(&mut self, pool: PoolId, slot: usize, server_hours: f64, activity: f64) {
        self.busy[pool.index()][slot] += server_hours;
        self.active[pool.index()] += server_hours * activity;
    }

    /// Books what a gang has executed beyond what was booked before, and returns it in
    /// accelerator-hours.
    pub fn executed_since(&mut self, workload: WorkloadId, executed: f64) -> f64 {
        let before = std::mem::replace(&mut self.executed[workload.index()], executed);
        executed - before
    }

    /// Server-hours that each service had ready in each of its pools since the interval under way began.
    /// The next one begins with it.
    pub fn readied_since(
        &mut self,
        ledger: &Ledger,
        now: Instant,
    ) -> impl Iterator<Item = (WorkloadId, PoolId, f64)> {
        self.readied.iter_mut().map(move |each| {
            let hours = each.server_hours(ledger, now);
            let ready = hours - std::mem::replace(&mut each.before, hours);
            (each.service, each.pool, ready)
        })
    }

    /// Begins a new interval.
    pub fn open_interval(&mut self, fleet: &Fleet, ledger: &Ledger, now: Instant) {
        for (id, pool) in ledger.pools() {
            self.drawn_before[id.index()] = self.energy_kwh(fleet, id, pool, now);
        }
    }

    /// Books a service's step.
    pub fn serve(&mut self, workload: WorkloadId, step: &ServiceStep) {
        let sums = &mut self.services[workload.index()];
        sums.offered += step.offered;
        sums.served_in_slo += step.served_in_slo;
        sums.delayed += step.delayed;
        sums.served_late += step.served_late;
        sums.shed += step.shed;
        sums.abandoned += step.abandoned;
        sums.waiting += step.waiting - step.waiting_before;
        sums.waiting_time += step.waiting_time_s;
        sums.admitted += step.admitted;
        sums.degradable += step.degradable;
        sums.ranked += step.ranked;
        self.value[workload.index()] += step.value;
        self.penalties[workload.index()] += step.penalties;
    }

    /// Books how a forecast of a service's rate turned out over a step of this length.
    pub fn score_forecast(
        &mut self,
        workload: WorkloadId,
        outlook: Outlook,
        actual_per_s: f64,
        length_s: f64,
    ) {
        let sums = &mut self.services[workload.index()];
        let error = outlook.mean - actual_per_s;
        let above_p90 = actual_per_s - outlook.p90;
        sums.forecast_actual += actual_per_s * length_s;
        sums.forecast_error += error * length_s;
        sums.forecast_error_absolute += error.abs() * length_s;
        sums.forecast_pinball_p90 += (0.9 * above_p90).max(-0.1 * above_p90) * length_s;
    }

    /// Books value that a workload earned otherwise.
    pub fn earn(&mut self, workload: WorkloadId, value: f64) {
        self.value[workload.index()] += value;
    }

    /// Books what converting servers for a workload costs.
    pub fn convert(&mut self, taker: WorkloadId, cost: f64) {
        self.conversion[taker.index()] += cost;
    }

    /// Requests of a service, since the replication opened.
    pub fn service(&self, workload: WorkloadId) -> &ServiceTotals {
        &self.services[workload.index()]
    }

    /// Begins the counted period: all later totals start from here.
    pub fn open_books(
        &mut self,
        ledger: &Ledger,
        fleet: &Fleet,
        workloads: &[Workload],
        now: Instant,
    ) {
        self.opening = Totals::default();
        self.opening = self.sums(ledger, fleet, workloads, now);
    }

    /// The sums of the counted period until `now`.
    pub fn totals(
        &mut self,
        ledger: &Ledger,
        fleet: &Fleet,
        workloads: &[Workload],
        now: Instant,
    ) -> Totals {
        self.sums(ledger, fleet, workloads, now)
            .since(&self.opening)
    }

    /// Server-hours of full activity that a pool came to.
    pub fn active_hours(&self, pool: PoolId) -> f64 {
        self.active[pool.index()]
    }

    /// Energy that a pool drew since the interval under way began, so far as it is booked, in kWh.
    pub fn drawn_since(&self, fleet: &Fleet, id: PoolId, pool: &PoolLedger, now: Instant) -> f64 {
        self.energy_kwh(fleet, id, pool, now) - self.drawn_before[id.index()]
    }

    /// Books accelerator-hours of work that a site's power cap held back.
    pub fn throttle(&mut self, site: SiteId, accelerator_hours: f64) {
        self.throttled[site.index()] += accelerator_hours;
    }

    /// Of what a gang has executed, in accelerator-hours, the part not yet booked as busy.
    pub fn unbooked(&self, workload: WorkloadId, executed: f64) -> f64 {
        executed - self.executed[workload.index()]
    }
}

impl Readied {
    fn server_hours(&self, ledger: &Ledger, now: Instant) -> f64 {
        let pool = ledger.pool(self.pool);
        pool.server_hours(Account::Allocated(self.slot), now)
    }
}

/// The slots of services.
fn readied(ledger: &Ledger, workloads: &[Workload]) -> Vec<Readied> {
    let serves = |holder: &WorkloadId| matches!(workloads[holder.index()], Workload::Serving(_));
    let slots = ledger.pools().flat_map(|(pool, accounts)| {
        let holders = accounts.holders().iter().enumerate();
        let services = holders.filter(|(_, holder)| serves(holder));
        services.map(move |(slot, &service)| Readied {
            service,
            pool,
            slot,
            before: 0.0,
        })
    });
    slots.collect()
}

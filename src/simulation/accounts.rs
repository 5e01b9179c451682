//! The books: busy hours, requests, value and cost, summed since the replication opened. What the
//! ledger and the campaigns integrate themselves is read from them when a total is asked for and
//! kept nowhere else.

use super::ledger::{Account, Ledger, PoolLedger};
use super::totals::{
    PoolTotals, ServiceTotals, SiteTotals, Totals, TrainingTotals, WorkloadTotals,
};
use crate::demand::Outlook;
use crate::id::{PoolId, SiteId, WorkloadId};
use crate::kernel::Instant;
use crate::scenario::Scenario;
use crate::supply::{Delivery, Fleet, Lots, Pool};
use crate::workload::Workload;
use crate::workload::serving::{Occupancy, ServiceStep};
use crate::workload::training::{Campaign, JobSums};

/// One pool's money.
#[derive(Clone, Debug, Default)]
struct PoolBooks {
    lots: Lots,
    capex: f64,
    depreciation: f64,
    idle_depreciation: f64,
    /// Server-hours idle and installed when depreciation was last booked.
    booked_idle: f64,
    booked_installed: f64,
}

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
    booked_until: Instant,
    pools: Vec<PoolBooks>,
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
        let books = |pool: &Pool| {
            let mut lots = Lots::default();
            let accelerators = pool.accelerators_of(pool.servers);
            // The fleet at hand is taken to be new when the counted period starts.
            lots.add(accelerators, pool.price, pool.life, scenario.run.start);
            PoolBooks {
                lots,
                ..PoolBooks::default()
            }
        };
        Self {
            opened,
            booked_until: opened,
            pools: fleet.pools.iter().map(books).collect(),
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

    /// Books a payment for an order.
    pub fn pay(&mut self, pool: PoolId, amount: f64) {
        self.pools[pool.index()].capex += amount;
    }

    /// Begins to depreciate what a delivery brought.
    pub fn in_service(&mut self, delivery: &Delivery, pool: &Pool) {
        let lots = &mut self.pools[delivery.pool.index()].lots;
        lots.add(
            delivery.accelerators,
            pool.price,
            pool.life,
            delivery.delivered,
        );
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
    pub fn readied_since(
        &self,
        ledger: &Ledger,
        now: Instant,
    ) -> impl Iterator<Item = (WorkloadId, PoolId, f64)> {
        self.readied.iter().map(move |each| {
            let ready = each.server_hours(ledger, now) - each.before;
            (each.service, each.pool, ready)
        })
    }

    /// Begins a new interval.
    pub fn open_interval(&mut self, fleet: &Fleet, ledger: &Ledger, now: Instant) {
        for (id, pool) in ledger.pools() {
            self.drawn_before[id.index()] = self.energy_kwh(fleet, id, pool, now);
        }
        for each in &mut self.readied {
            each.before = each.server_hours(ledger, now);
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

    fn sums(
        &mut self,
        ledger: &Ledger,
        fleet: &Fleet,
        workloads: &[Workload],
        now: Instant,
    ) -> Totals {
        self.book_depreciation(ledger, now);
        let mut totals = Totals {
            hours: (now - self.opened).as_hours(),
            pools: Vec::with_capacity(fleet.pools.len()),
            sites: vec![SiteTotals::default(); fleet.sites.len()],
            workloads: vec![WorkloadTotals::default(); workloads.len()],
            services: self.services.clone(),
            training: vec![TrainingTotals::default(); workloads.len()],
            occupancy: vec![Occupancy::default(); workloads.len()],
            yardsticks: None,
        };
        for (site, throttled) in totals.sites.iter_mut().zip(&self.throttled) {
            site.throttled = *throttled;
        }
        for (index, workload) in workloads.iter().enumerate() {
            totals.workloads[index].value = self.value[index];
            totals.workloads[index].penalties = self.penalties[index];
            totals.workloads[index].conversion = self.conversion[index];
            match workload {
                Workload::Training(campaign) => {
                    totals.workloads[index].value += campaign.value(now);
                    totals.training[index] = training_totals(campaign, now);
                }
                Workload::Stream(stream) => {
                    totals.workloads[index].value += stream.value(now);
                    totals.training[index] = job_totals(&stream.sums(now));
                }
                Workload::Serving(service) => {
                    if let Some(occupancy) = service.occupancy() {
                        totals.occupancy[index].clone_from(occupancy);
                    }
                }
            }
        }
        for (id, pool) in ledger.pools() {
            self.add_pool(&mut totals, fleet, id, pool, now);
        }
        totals
    }

    /// Adds a pool's hours to its own totals, its holders' and its site's.
    fn add_pool(
        &self,
        totals: &mut Totals,
        fleet: &Fleet,
        id: PoolId,
        pool: &PoolLedger,
        now: Instant,
    ) {
        let facts = &fleet.pools[id.index()];
        let books = &self.pools[id.index()];
        let per_server = f64::from(facts.accelerators_per_server);
        let hours = |account: Account| pool.server_hours(account, now) * per_server;
        let mut sum = PoolTotals {
            installed: pool.installed_hours(now) * per_server,
            idle: hours(Account::Idle),
            failed: hours(Account::Failed),
            maintenance: hours(Account::Maintenance),
            depreciation: books.depreciation,
            idle_depreciation: books.idle_depreciation,
            capex: books.capex,
            ..PoolTotals::default()
        };
        for (slot, holder) in pool.holders().iter().enumerate() {
            let busy = self.busy[id.index()][slot] * per_server;
            let of_holder = &mut totals.workloads[holder.index()];
            for (account, of_pool, of_holder) in [
                (
                    Account::Allocated(slot),
                    &mut sum.allocated,
                    &mut of_holder.allocated,
                ),
                (
                    Account::Draining(slot),
                    &mut sum.draining,
                    &mut of_holder.draining,
                ),
                (
                    Account::Converting(slot),
                    &mut sum.converting,
                    &mut of_holder.converting,
                ),
                (
                    Account::Warming(slot),
                    &mut sum.warming,
                    &mut of_holder.warming,
                ),
            ] {
                let hours = hours(account);
                *of_pool += hours;
                *of_holder += hours;
            }
            sum.busy += busy;
            of_holder.busy += busy;
        }
        let energy_kwh = self.energy_kwh(fleet, id, pool, now);
        let site = &mut totals.sites[facts.site.index()];
        site.energy_kwh += energy_kwh;
        site.energy += energy_kwh * fleet.sites[facts.site.index()].energy_price_per_kwh;
        totals.pools.push(sum);
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

    /// Books depreciation until `now`; the idle part follows the idle share of the time since the
    /// last booking, a step at most.
    pub fn book_depreciation(&mut self, ledger: &Ledger, now: Instant) {
        let from = self.booked_until;
        if now <= from {
            return;
        }
        for (id, pool) in ledger.pools() {
            let books = &mut self.pools[id.index()];
            let idle = pool.server_hours(Account::Idle, now);
            let installed = pool.installed_hours(now);
            let (idle_since, installed_since) =
                (idle - books.booked_idle, installed - books.booked_installed);
            (books.booked_idle, books.booked_installed) = (idle, installed);
            let depreciation = books.lots.between(from, now);
            books.depreciation += depreciation;
            if installed_since > 0.0 {
                books.idle_depreciation += depreciation * idle_since / installed_since;
            }
        }
        self.booked_until = now;
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

fn training_totals(campaign: &Campaign, now: Instant) -> TrainingTotals {
    let progress = campaign.progress(now);
    let since_submission =
        |at: Option<Instant>| at.map_or(0.0, |at| (at - campaign.submitted_at()).as_hours());
    TrainingTotals {
        useful: progress.useful,
        lost: progress.lost,
        overhead: progress.overhead,
        interruptions: f64::from(campaign.interruptions()),
        jobs_completed: f64::from(u8::from(campaign.end().is_some())),
        completion_time: since_submission(campaign.end()),
        slowdown: campaign.slowdown().unwrap_or(0.0),
        jobs_started: f64::from(u8::from(campaign.first_start().is_some())),
        queueing_time: since_submission(campaign.first_start()),
    }
}

fn job_totals(sums: &JobSums) -> TrainingTotals {
    TrainingTotals {
        useful: sums.useful,
        lost: sums.lost,
        overhead: sums.overhead,
        interruptions: sums.interruptions,
        jobs_completed: sums.completed,
        completion_time: sums.completion_hours,
        slowdown: sums.slowdown,
        jobs_started: sums.started,
        queueing_time: sums.queueing_hours,
    }
}

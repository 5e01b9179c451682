//! The sums of a replication since it opened, from what is booked and from what the ledger, the campaigns and the
//! streams keep themselves.

use super::Accounts;
use crate::id::PoolId;
use crate::kernel::Instant;
use crate::simulation::ledger::{Account, Ledger, PoolLedger};
use crate::simulation::totals::{PoolTotals, SiteTotals, Totals, TrainingTotals, WorkloadTotals};
use crate::supply::Fleet;
use crate::workload::Workload;
use crate::workload::serving::Occupancy;
use crate::workload::training::{Campaign, JobSums};

impl Accounts {
    /// All of them until `now`.
    pub(super) fn sums(
        &mut self,
        ledger: &Ledger,
        fleet: &Fleet,
        workloads: &[Workload],
        now: Instant,
    ) -> Totals {
        self.books.depreciate(ledger, now);
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
        let per_server = f64::from(facts.accelerators_per_server);
        let hours = |account: Account| pool.server_hours(account, now) * per_server;
        let mut sum = PoolTotals {
            installed: pool.installed_hours(now) * per_server,
            idle: hours(Account::Idle),
            failed: hours(Account::Failed),
            maintenance: hours(Account::Maintenance),
            ..self.books.totals(id)
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

//! An interval of at most an hour within a step: services live through it at its mean rate and with the
//! mean of their ready servers, campaigns book what their gangs executed.

use super::replication::Replication;
use crate::id::WorkloadId;
use crate::kernel::Instant;
use crate::workload::Workload;
use crate::workload::training::State;

impl Replication<'_> {
    /// Finds what every service had ready, on average, in the interval that ends now.
    pub(super) fn find_ready(&mut self, now: Instant) {
        let hours = (now - self.interval_start).as_hours();
        for (service, pool, ready) in self.accounts.readied_since(&self.ledger, now) {
            self.ready[service.index()][pool.index()] = ready / hours;
        }
    }

    /// Lets every service live through the interval that ends now.
    pub(super) fn serve(&mut self, now: Instant) {
        let length = now - self.interval_start;
        for &workload in &self.services {
            let index = workload.index();
            let (Some(rate_per_s), Workload::Serving(service)) = (
                self.traffic.rate_per_s(workload),
                &mut self.workloads[index],
            ) else {
                continue;
            };
            let (ledger, accounts) = (&self.ledger, &mut self.accounts);
            let servers = &mut self.ready[index];
            for (servers, pool) in servers.iter_mut().zip(&self.fleet.pools) {
                *servers *= self.throttle.speed(pool.site);
            }
            let length_s = length.as_seconds();
            let busy = &mut self.busy;
            busy.clear();
            let record = self.recording;
            let step = service.step(
                length_s,
                rate_per_s,
                servers,
                record,
                |pool, server_hours| {
                    busy.push((pool, server_hours));
                },
            );
            if record {
                self.sampling
                    .observe_latency(workload, step.offered, step.latency_s);
                self.sampling
                    .observe_forecast(workload, self.traffic.outlook(workload).mean * length_s);
            }
            for &(pool, server_hours) in busy.iter() {
                if let Some(slot) = ledger.pool(pool).slot_of(workload) {
                    // A server draws in proportion to its load.
                    accounts.work(pool, slot, server_hours, 1.0);
                }
            }
            accounts.serve(workload, &step);
        }
    }

    /// Books how the services' forecasts turned out, if the step that they were for ends now.
    pub(super) fn score_forecasts(&mut self, now: Instant) {
        let Some(scored) = self.traffic.score(now) else {
            return;
        };
        for &workload in &self.services {
            if let Some(actual_per_s) = self.traffic.mean_rate_per_s(workload) {
                let outlook = self.traffic.outlook(workload);
                self.accounts
                    .score_forecast(workload, outlook, actual_per_s, scored.as_seconds());
            }
        }
    }

    /// Books the busy hours of all running gangs and jobs until `now`.
    pub(super) fn accrue_training(&mut self, now: Instant) {
        for index in 0..self.campaigns.len() {
            self.accrue_gang(self.campaigns[index], now);
        }
        self.accrue_jobs(now);
    }

    /// Books the busy hours of one gang until `now`.
    pub(super) fn accrue_gang(&mut self, workload: WorkloadId, now: Instant) {
        let Workload::Training(campaign) = &self.workloads[workload.index()] else {
            return;
        };
        let State::Running(pool) = campaign.state() else {
            return;
        };
        let executed = self
            .accounts
            .executed_since(workload, campaign.executed(now));
        let facts = &self.fleet.pools[pool.index()];
        let per_server = f64::from(facts.accelerators_per_server);
        let activity = self.fleet.sites[facts.site.index()].planning_activity;
        if let Some(slot) = self.ledger.pool(pool).slot_of(workload) {
            let hours = executed / per_server;
            self.accounts.work(pool, slot, hours, activity.training);
        }
    }

    /// Pays unfinished campaigns their share at the horizon, if the scenario says so.
    pub(super) fn accrue_horizon(&mut self, now: Instant) {
        for (index, workload) in self.workloads.iter().enumerate() {
            if let Workload::Training(campaign) = workload {
                let share = campaign.value_at_horizon(now);
                self.accounts.earn(WorkloadId::new(index), share);
            }
        }
    }
}

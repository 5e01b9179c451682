//! Training gangs come and go with their servers: a campaign starts when its whole gang is ready
//! in one pool, and stops the moment that a server of it is missing. An elastic one may go on with
//! what is left (`elastic`).

use super::event::{Event, WORKLOAD};
use super::jobs;
use super::ledger::Account;
use super::record::{JobOutcome, JobRow};
use super::replication::Replication;
use crate::id::{PoolId, WorkloadId};
use crate::kernel::Instant;
use crate::workload::Workload;
use crate::workload::training::{Campaign, State};

impl Replication<'_> {
    /// The campaign in this slot; none for a service.
    pub(super) fn campaign_in(&self, pool: PoolId, slot: usize) -> Option<(WorkloadId, &Campaign)> {
        let workload = self.ledger.pool(pool).holders()[slot];
        match &self.workloads[workload.index()] {
            Workload::Training(campaign) => Some((workload, campaign)),
            Workload::Stream(_) | Workload::Serving(_) => None,
        }
    }

    pub(super) fn campaign_mut(&mut self, workload: WorkloadId) -> Option<&mut Campaign> {
        match &mut self.workloads[workload.index()] {
            Workload::Training(campaign) => Some(campaign),
            Workload::Stream(_) | Workload::Serving(_) => None,
        }
    }

    /// Stops the campaign in this slot if its gang is no longer complete here, and starts it where
    /// its whole gang is ready if it waits; an elastic one, and a stream of jobs, is settled once the
    /// event is over. Nothing happens to a service or where nothing changed.
    pub(super) fn settle_gang(&mut self, pool: PoolId, slot: usize, now: Instant) {
        let Some((workload, campaign)) = self.campaign_in(pool, slot) else {
            self.unsettled |= self.is_stream(pool, slot);
            return;
        };
        if campaign.is_elastic() {
            self.unsettled = true;
            return;
        }
        let runs_here = matches!(campaign.state(), State::Running(place) if place == pool);
        if runs_here && self.whole_gang(workload, pool).is_none() {
            self.stop_gang(workload, now);
        }
        self.start_if_complete(workload, now);
    }

    /// Starts a campaign that waits in the first pool that has its whole gang ready and room for it
    /// in its pods.
    pub(super) fn start_if_complete(&mut self, workload: WorkloadId, now: Instant) {
        let waits = matches!(
            &self.workloads[workload.index()],
            Workload::Training(campaign)
                if matches!(campaign.state(), State::Waiting) && !campaign.is_elastic()
        );
        if !waits {
            return;
        }
        for index in 0..self.fleet.pools.len() {
            let pool = PoolId::new(index);
            if let Some(servers) = self.whole_gang(workload, pool)
                && self.take_place(workload, pool, servers)
            {
                self.start_gang(workload, pool, servers, now);
                return;
            }
        }
    }

    /// Servers of a campaign's whole gang, if they are ready in this pool.
    fn whole_gang(&self, workload: WorkloadId, pool: PoolId) -> Option<u64> {
        let ledger = self.ledger.pool(pool);
        let (Some(slot), Workload::Training(campaign)) =
            (ledger.slot_of(workload), &self.workloads[workload.index()])
        else {
            return None;
        };
        campaign.fit(pool, ledger.servers(Account::Allocated(slot)))
    }

    pub(super) fn start_gang(
        &mut self,
        workload: WorkloadId,
        pool: PoolId,
        servers: u64,
        now: Instant,
    ) {
        let completion = self
            .campaign_mut(workload)
            .and_then(|campaign| campaign.start(pool, servers, now));
        self.completions[workload.index()] = completion
            .filter(|&completion| completion <= self.end)
            .map(|completion| {
                self.calendar
                    .schedule(completion, WORKLOAD, Event::Completed(workload))
            });
    }

    /// Stops a running campaign: without notice, unless it was told.
    pub(super) fn stop_gang(&mut self, workload: WorkloadId, now: Instant) {
        self.break_up(workload, now);
        if let Some(campaign) = self.campaign_mut(workload) {
            campaign.stop(now);
        }
    }

    /// Lets a running campaign save its work, to start again at another size.
    pub(super) fn save_gang(&mut self, workload: WorkloadId, now: Instant) {
        self.break_up(workload, now);
        if let Some(campaign) = self.campaign_mut(workload) {
            campaign.save(now);
        }
    }

    /// Books what a gang did that is about to be broken up, and takes its completion back.
    fn break_up(&mut self, workload: WorkloadId, now: Instant) {
        self.accrue_gang(workload, now);
        if let Some(ticket) = self.completions[workload.index()].take() {
            self.calendar.cancel(ticket);
        }
    }

    /// Stops the campaign in this slot if it runs there.
    pub(super) fn stop_gang_in(&mut self, pool: PoolId, slot: usize, now: Instant) {
        if let Some((workload, campaign)) = self.campaign_in(pool, slot)
            && matches!(campaign.state(), State::Running(place) if place == pool)
        {
            self.stop_gang(workload, now);
        }
    }

    pub(super) fn submit(&mut self, workload: WorkloadId, now: Instant) {
        if let Some(campaign) = self.campaign_mut(workload) {
            campaign.submit();
        }
        self.unsettled |= !self.elastic.is_empty();
        self.start_if_complete(workload, now);
    }

    pub(super) fn complete(&mut self, workload: WorkloadId, now: Instant) {
        self.accrue_gang(workload, now);
        self.completions[workload.index()] = None;
        if let Some(campaign) = self.campaign_mut(workload) {
            campaign.complete(now);
        }
        self.leave_places(workload);
    }

    /// Writes the rows of all campaigns, and of the jobs that are at hand at the end.
    pub(super) fn record_jobs(&mut self, now: Instant) {
        if !self.recording {
            return;
        }
        for (index, workload) in self.workloads.iter().enumerate() {
            let id = WorkloadId::new(index);
            match workload {
                Workload::Training(campaign) => self.recorder.job(&job_row(id, campaign, now)),
                Workload::Stream(stream) => {
                    for report in stream.reports(now) {
                        self.recorder.job(&jobs::row(id, &report, None));
                    }
                }
                Workload::Serving(_) => {}
            }
        }
    }
}

fn job_row(workload: WorkloadId, campaign: &Campaign, now: Instant) -> JobRow {
    let progress = campaign.progress(now);
    JobRow {
        job: 0,
        workload,
        submit: campaign.submitted_at(),
        start: campaign.first_start(),
        end: campaign.end(),
        gang: campaign.gang(),
        priority: None,
        work_accelerator_hours: campaign.work_accelerator_hours(),
        useful_accelerator_hours: progress.useful,
        lost_accelerator_hours: progress.lost,
        overhead_accelerator_hours: progress.overhead,
        interruptions: campaign.interruptions(),
        outcome: match campaign.state() {
            State::NotSubmitted => JobOutcome::NotSubmitted,
            State::Waiting => JobOutcome::Waiting,
            State::Running(_) => JobOutcome::Running,
            State::Completed => JobOutcome::Completed,
        },
    }
}

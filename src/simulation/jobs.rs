//! Streams of jobs in the loop: arrivals and completions, what failures do to jobs, and, once an
//! event is over, what follows from the servers that every stream then holds.

use super::event::{Event, WORKLOAD};
use super::ledger::Account;
use super::record::{JobOutcome, JobRow};
use super::replication::Replication;
use crate::id::{PoolId, SiteId, WorkloadId};
use crate::kernel::Instant;
use crate::workload::Workload;
use crate::workload::training::{Change, JobReport, JobStream};

impl Replication<'_> {
    /// Whether the holder of this slot is a stream of jobs.
    pub(super) fn is_stream(&self, pool: PoolId, slot: usize) -> bool {
        let workload = self.ledger.pool(pool).holders()[slot];
        matches!(self.workloads[workload.index()], Workload::Stream(_))
    }

    /// Whether it trains: a campaign or a stream of jobs.
    pub(super) fn is_training(&self, pool: PoolId, slot: usize) -> bool {
        self.campaign_in(pool, slot).is_some() || self.is_stream(pool, slot)
    }

    fn stream_mut(&mut self, workload: WorkloadId) -> Option<&mut JobStream> {
        match &mut self.workloads[workload.index()] {
            Workload::Stream(stream) => Some(stream),
            Workload::Training(_) | Workload::Serving(_) => None,
        }
    }

    /// Schedules the next arrival of a stream, if there is one before the end.
    pub(super) fn schedule_arrival(&mut self, workload: WorkloadId) {
        let end = self.end;
        let next = self
            .stream_mut(workload)
            .and_then(|stream| stream.next_arrival(end));
        if let Some(at) = next {
            self.calendar
                .schedule(at, WORKLOAD, Event::JobArrives(workload));
        }
    }

    pub(super) fn job_arrives(&mut self, workload: WorkloadId) {
        let cancelled = self.stream_mut(workload).and_then(JobStream::arrive);
        if let Some(report) = cancelled.filter(|_| self.recording) {
            let row = JobRow {
                outcome: JobOutcome::Cancelled,
                ..row(workload, &report, None)
            };
            self.recorder.job(&row);
        }
        self.unsettled = true;
        self.schedule_arrival(workload);
    }

    pub(super) fn job_completes(&mut self, workload: WorkloadId, job: u32, now: Instant) {
        let report = self
            .stream_mut(workload)
            .and_then(|stream| stream.complete(job, now));
        if let Some(report) = report.filter(|_| self.recording) {
            self.recorder.job(&row(workload, &report, Some(now)));
        }
        self.unsettled = true;
    }

    /// `servers` of the `held` servers of this slot broke, if a stream of jobs holds it.
    pub(super) fn strike_jobs(
        &mut self,
        pool: PoolId,
        slot: usize,
        held: u64,
        servers: u64,
        now: Instant,
    ) {
        let workload = self.ledger.pool(pool).holders()[slot];
        if let Some(stream) = self.stream_mut(workload) {
            for gone in 0..servers {
                stream.strike(pool, held - gone, now);
            }
            self.unsettled = true;
        }
    }

    /// Lets every stream see what it holds now, and its jobs stop and start accordingly.
    pub(super) fn settle_streams(&mut self, now: Instant) {
        self.unsettled = false;
        for index in 0..self.streams.len() {
            let workload = self.streams[index];
            let Workload::Stream(stream) = &mut self.workloads[workload.index()] else {
                continue;
            };
            for (id, pool) in self.ledger.pools() {
                if let Some(slot) = pool.slot_of(workload) {
                    stream.grant(id, pool.servers(Account::Allocated(slot)));
                }
            }
            stream.settle(now);
            self.follow_jobs(workload);
        }
    }

    /// Puts into the calendar and the books what a stream's jobs did.
    fn follow_jobs(&mut self, workload: WorkloadId) {
        let mut changes = std::mem::take(&mut self.changes);
        if let Some(stream) = self.stream_mut(workload) {
            stream.tell(&mut changes);
        }
        for change in changes.drain(..) {
            match change {
                Change::Started { job, completion } => {
                    let ticket = (completion <= self.end).then(|| {
                        let event = Event::JobCompletes(workload, job);
                        self.calendar.schedule(completion, WORKLOAD, event)
                    });
                    if let Some(stream) = self.stream_mut(workload) {
                        stream.scheduled(job, ticket);
                    }
                }
                Change::Ended {
                    pool,
                    server_hours,
                    ticket,
                } => {
                    if let Some(ticket) = ticket {
                        self.calendar.cancel(ticket);
                    }
                    self.book_jobs(workload, pool, server_hours);
                }
            }
        }
        self.changes = changes;
    }

    /// Books the busy hours of all running jobs until `now`.
    pub(super) fn accrue_jobs(&mut self, now: Instant) {
        for index in 0..self.streams.len() {
            let workload = self.streams[index];
            for pool in (0..self.fleet.pools.len()).map(PoolId::new) {
                let hours = self
                    .stream_mut(workload)
                    .map_or(0.0, |stream| stream.book(pool, now));
                self.book_jobs(workload, pool, hours);
            }
        }
    }

    fn book_jobs(&mut self, workload: WorkloadId, pool: PoolId, server_hours: f64) {
        let site = self.fleet.pools[pool.index()].site;
        let activity = self.fleet.sites[site.index()].planning_activity.training;
        if let Some(slot) = self.ledger.pool(pool).slot_of(workload) {
            self.accounts.work(pool, slot, server_hours, activity);
        }
    }

    /// The running jobs of a site stood still for a part of the interval that ends now.
    pub(super) fn hold_back_jobs(&mut self, site: SiteId, speed: f64, now: Instant) {
        let from = self.interval_start;
        for index in 0..self.streams.len() {
            let workload = self.streams[index];
            for pool in (0..self.fleet.pools.len()).map(PoolId::new) {
                if self.fleet.pools[pool.index()].site == site
                    && let Some(stream) = self.stream_mut(workload)
                {
                    stream.hold_back(pool, 1.0 - speed, from, now);
                }
            }
            self.follow_jobs(workload);
        }
    }
}

/// The row of a job, which has completed if it has an end.
pub(super) fn row(workload: WorkloadId, report: &JobReport, end: Option<Instant>) -> JobRow {
    JobRow {
        job: report.number,
        workload,
        submit: report.submit,
        start: report.start,
        end,
        gang: report.accelerators,
        priority: Some(report.priority),
        work_accelerator_hours: report.work,
        useful_accelerator_hours: report.useful,
        lost_accelerator_hours: report.lost,
        overhead_accelerator_hours: report.overhead,
        interruptions: report.interruptions,
        outcome: match (end, report.runs) {
            (Some(_), _) => JobOutcome::Completed,
            (None, true) => JobOutcome::Running,
            (None, false) => JobOutcome::Waiting,
        },
    }
}

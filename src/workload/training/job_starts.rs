//! How jobs of a stream get their servers, and when they will have done their work if nothing stops
//! them. A power cap that holds them back moves that.

use super::job::Stay;
use super::job_stream::{Change, JobStream};
use super::machine::Run;
use super::rhythm::Rhythm;
use super::segment::Segment;
use crate::id::PoolId;
use crate::kernel::{Instant, Span};

impl JobStream {
    /// Starts the waiting job at this position of the queue in a pool that has room for it.
    pub(super) fn start(&mut self, position: usize, pool: usize, now: Instant) {
        if let Some(job) = self.queue.remove(position) {
            self.count_waiting(job, false);
            self.begin(job, pool, now);
        }
    }

    /// When a job would complete if it started in a pool now. One that ran before first ends its last
    /// write, and restarts.
    pub(super) fn segment(&self, job: u32, pool: usize, now: Instant) -> Segment {
        let job = &self.jobs[job as usize];
        let restart = match job.first_start {
            Some(_) => self.restart,
            None => Span::ZERO,
        };
        Segment {
            granted: now,
            computing: job.writing_until.map_or(now, |until| until.max(now)) + restart,
            hours_to_go: job.hours_to_go(),
            checkpoint: self.rhythm(job.accelerators, pool),
        }
    }

    /// In what rhythm a job of so many accelerators saves in a pool.
    fn rhythm(&self, accelerators: u64, pool: usize) -> Option<Rhythm> {
        let machine = self.machines[pool].as_ref()?;
        Rhythm::of(
            self.checkpoint?,
            machine.mtbf,
            machine.servers(accelerators),
        )
    }

    pub(super) fn begin(&mut self, job: u32, pool: usize, now: Instant) {
        let segment = self.segment(job, pool, now);
        let completion = segment.completion();
        let found = &mut self.jobs[job as usize];
        if found.first_start.is_none() {
            found.first_start = Some(now);
            self.ended.started += 1.0;
            self.ended.queueing_hours += (now - found.submit).as_hours();
        }
        found.stay = Some(Stay {
            pool,
            segment,
            completion,
            ticket: None,
        });
        if let Some(machine) = &mut self.machines[pool] {
            let servers = machine.servers(found.accelerators);
            let run = Run {
                completion,
                job,
                servers,
            };
            machine.start(run, now);
        }
        self.changes.push(Change::Started { job, completion });
    }

    /// The jobs in a pool stood still for a share of the time since `from`, at most since they got
    /// their servers: their completions move.
    pub fn hold_back(&mut self, pool: PoolId, share: f64, from: Instant, now: Instant) {
        let (Some(machine), jobs) = (&mut self.machines[pool.index()], &mut self.jobs) else {
            return;
        };
        let changes = &mut self.changes;
        machine.hold_back(now, |job| {
            let Some(stay) = &mut jobs[job as usize].stay else {
                return (Span::ZERO, now);
            };
            let segment = &mut stay.segment;
            let still = segment.hold_back(share, from, now);
            stay.completion = segment.completion();
            changes.push(Change::Ended {
                pool,
                server_hours: 0.0,
                ticket: stay.ticket.take(),
            });
            changes.push(Change::Started {
                job,
                completion: stay.completion,
            });
            (still, stay.completion)
        });
        self.changed = true;
    }
}

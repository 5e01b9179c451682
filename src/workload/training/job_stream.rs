//! A stream of jobs: they arrive, wait in one queue, run on the servers that the stream holds in its
//! pools, and leave. The policy decides how many servers it holds; which job runs on them is its own
//! affair: the queue is one, ordered by priority. Whatever happens at an instant is first noted and then settled at once: if the stream
//! holds fewer servers, jobs are preempted, those that lose least first; a job that was struck goes
//! on where there is a server in place of the lost one; then the queue starts what it may.
//!
//! Jobs live in a table whose places are used again, so that memory follows the jobs at hand and
//! nothing is allocated once the table has grown.

use std::collections::VecDeque;

use super::arrivals::{Arrival, Arrivals};
use super::job::{Job, JobReport};
use super::job_stops::Ending;
use super::job_sums::JobSums;
use super::machine::Machine;
use super::rhythm::Rhythm;
use crate::demand::Curve;
use crate::id::PoolId;
use crate::kernel::{IndexedStreams, Instant, Span, Streams, Ticket};
use crate::scenario::{self, Checkpoint, Discipline};

/// A pool that may run a stream's jobs.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Accelerators of a server.
    pub accelerators_per_server: u64,
    /// Accelerators that the pool may ever offer.
    pub room: u64,
    /// Mean time between failures of a server; none: it never fails.
    pub mtbf: Option<Span>,
}

/// What the calendar and the books must know of a job.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    /// It runs, and will complete then if nothing stops it.
    Started {
        /// Its place in the stream's table.
        job: u32,
        /// When it will complete.
        completion: Instant,
    },
    /// It no longer runs.
    Ended {
        /// Where it ran.
        pool: PoolId,
        /// Server-hours that it worked and that were not booked yet.
        server_hours: f64,
        /// Of the completion that will not come.
        ticket: Option<Ticket>,
    },
}

/// A stream of training jobs.
#[derive(Clone, Debug)]
pub struct JobStream {
    discipline: Discipline,
    pub(super) depth: usize,
    pub(super) checkpoint: Option<Checkpoint>,
    pub(super) notice: Span,
    pub(super) restart: Span,
    pub(super) per_accelerator_hour: f64,
    pub(super) release_hours: f64,
    arrivals: Arrivals,
    next: Option<Arrival>,
    pub(super) strikes: IndexedStreams,
    pub(super) struck_so_far: u64,

    /// By pool; none where the stream may not run.
    pub(super) machines: Vec<Option<Machine>>,
    pub(super) jobs: Vec<Job>,
    unused: Vec<u32>,
    /// Waiting jobs, the head first: by priority, and of equals those that were stopped before those that arrive.
    pub(super) queue: VecDeque<u32>,
    /// Accelerators of all of them.
    pub(super) waiting: u64,
    /// Jobs that lost a server and may go on in the same pool.
    pub(super) struck: Vec<(u32, usize)>,
    /// So many at the tail, all that arrived among them, the queue was not looked at yet.
    newcomers: usize,
    /// Whether anything else changed since.
    pub(super) changed: bool,
    pub(super) changes: Vec<Change>,
    /// Accelerator-hours for which servers wrote that had left the stream.
    pub(super) wrote_leaving: f64,
    /// Scratch space: what stopping each running job would undo.
    pub(super) losses: Vec<(f64, Instant, u32)>,
    numbers: u32,
    /// Of what is over; stays under way are added when asked.
    pub(super) ended: JobSums,
    #[cfg(test)]
    pub(super) looks: u64,
}

/// Hours of a job's work that stopping it is expected to undo, with the restart; of a job of mean size in the first
/// pool that may run it, where the checkpoint interval depends on both.
fn release_hours(stream: &scenario::JobStream, machines: &[Option<Machine>]) -> f64 {
    let duration = &stream.arrivals.duration;
    let age_s = 0.5 * duration.mean() * (1.0 + duration.cv2());
    let accelerators = stream.arrivals.accelerators.mean().ceil() as u64;
    let rhythm = stream.checkpoint.and_then(|checkpoint| {
        let machine = machines.iter().flatten().next()?;
        Rhythm::of(checkpoint, machine.mtbf, machine.servers(accelerators))
    });
    let undone_s = rhythm.map_or(age_s, |rhythm| age_s.min(0.5 * rhythm.every.as_seconds()));
    undone_s / 3600.0 + stream.restart.as_hours()
}

impl JobStream {
    /// The stream called `name`, of jobs of whole multiples of `unit` accelerators, from `opening`
    /// on. `curve` multiplies its rate.
    #[must_use]
    pub fn new(
        name: &str,
        stream: &scenario::JobStream,
        unit: u64,
        places: &[Option<Place>],
        curve: Option<Curve>,
        streams: &Streams,
        opening: Instant,
    ) -> Self {
        let machine = |place: &Option<Place>| Some(Machine::new((*place)?, opening));
        let machines: Vec<Option<Machine>> = places.iter().map(machine).collect();
        Self {
            discipline: stream.discipline,
            depth: usize::try_from(stream.backfill_depth).unwrap_or(usize::MAX),
            checkpoint: stream.checkpoint,
            notice: stream.preemption.notice,
            restart: stream.restart,
            per_accelerator_hour: stream.per_accelerator_hour.0,
            release_hours: release_hours(stream, &machines),
            arrivals: Arrivals::new(name, &stream.arrivals, unit, curve, streams, opening),
            next: None,
            strikes: streams.indexed(name, "struck-servers"),
            struck_so_far: 0,
            machines,
            jobs: Vec::new(),
            unused: Vec::new(),
            queue: VecDeque::new(),
            waiting: 0,
            struck: Vec::new(),
            newcomers: 0,
            changed: true,
            changes: Vec::new(),
            wrote_leaving: 0.0,
            losses: Vec::new(),
            numbers: 0,
            ended: JobSums::default(),
            #[cfg(test)]
            looks: 0,
        }
    }

    /// When the next job arrives, if before `end`; asked once for each.
    pub fn next_arrival(&mut self, end: Instant) -> Option<Instant> {
        self.next = self.arrivals.next(end);
        self.next.map(|arrival| arrival.at)
    }

    /// The job that was next arrives. Returns it if it is larger than every pool will ever be: then
    /// it is cancelled.
    pub fn arrive(&mut self) -> Option<JobReport> {
        let arrival = self.next.take()?;
        let job = Job {
            number: self.numbers,
            submit: arrival.at,
            accelerators: arrival.accelerators,
            duration: arrival.duration,
            priority: arrival.priority,
            kept: 0.0,
            lost: 0.0,
            overhead: 0.0,
            interruptions: 0,
            first_start: None,
            writing_until: None,
            stay: None,
        };
        self.numbers = self.numbers.saturating_add(1);
        self.ended.submitted += job.work();
        let mut machines = self.machines.iter().flatten();
        if machines.all(|machine| job.accelerators > machine.room) {
            self.ended.cancelled += job.work();
            return Some(job.report(arrival.at));
        }
        let place = self.unused.pop().unwrap_or(self.jobs.len() as u32);
        match self.jobs.get_mut(place as usize) {
            Some(unused) => *unused = job,
            None => self.jobs.push(job),
        }
        self.count_waiting(place, true);
        let position = self.behind(|other| other >= job.priority);
        self.queue.insert(position, place);
        // Who passes others may be the new head: then the whole queue is looked at.
        self.newcomers = match position + 1 == self.queue.len() {
            true => self.newcomers + 1,
            false => self.queue.len(),
        };
        None
    }

    /// The place in the queue behind the jobs whose priority is one of `these`, which are the first.
    pub(super) fn behind(&self, these: impl Fn(f64) -> bool) -> usize {
        let priority = |job: &u32| self.jobs[*job as usize].priority;
        self.queue.partition_point(|job| these(priority(job)))
    }

    /// Adds a job to what waits, or takes it away.
    pub(super) fn count_waiting(&mut self, job: u32, waits: bool) {
        let accelerators = self.jobs[job as usize].accelerators;
        let add = |sum: u64| match waits {
            true => sum + accelerators,
            false => sum - accelerators,
        };
        let machines = self.machines.iter_mut().flatten();
        let here = machines.filter(|machine| accelerators <= machine.room);
        for sum in here.map(|machine| &mut machine.waiting) {
            *sum = add(*sum);
        }
        self.waiting = add(self.waiting);
    }

    /// A job has done all its work; its row.
    pub fn complete(&mut self, job: u32, now: Instant) -> Option<JobReport> {
        let found = self.jobs[job as usize];
        found.stay?;
        let report = found.report(now);
        self.end(job, now, Ending::Done);
        self.ended.completed += 1.0;
        self.ended.completion_hours += (now - found.submit).as_hours();
        self.ended.slowdown += found.slowdown(now);
        self.unused.push(job);
        Some(report)
    }

    /// The servers that the stream holds ready in a pool.
    pub fn grant(&mut self, pool: PoolId, servers: u64) {
        if let Some(machine) = &mut self.machines[pool.index()]
            && machine.granted != servers
        {
            machine.granted = servers;
            self.changed = true;
        }
    }

    /// Lets jobs go and start as the servers at hand and the queue's discipline say, for
    /// `tell` to tell.
    pub fn settle(&mut self, now: Instant) {
        if self.changed {
            for pool in 0..self.machines.len() {
                self.preempt(pool, now);
            }
            self.resume_struck(now);
        }
        // While nothing else changes, time alone lets nobody start who could not before.
        let unseen = if self.changed {
            self.queue.len()
        } else {
            self.newcomers
        };
        if unseen > 0 {
            match self.discipline {
                Discipline::Fifo => self.start_first(now),
                Discipline::EasyBackfill => self.start_with_backfill(unseen, now),
            }
        }
        for machine in self.machines.iter_mut().flatten() {
            (machine.noticed, machine.leaving) = (false, 0);
        }
        self.changed = false;
        self.newcomers = 0;
        debug_assert!(self.closes(now), "{:?}", self.sums(now));
    }

    /// Hands over what the calendar and the books must know, since it was told last, in exchange for
    /// an empty list.
    pub fn tell(&mut self, changes: &mut Vec<Change>) {
        std::mem::swap(&mut self.changes, changes);
        debug_assert!(self.changes.is_empty());
    }

    /// The completion of a job that started is in the calendar.
    pub fn scheduled(&mut self, job: u32, ticket: Option<Ticket>) {
        if let Some(stay) = &mut self.jobs[job as usize].stay {
            stay.ticket = ticket;
        }
    }
}

//! A stream of jobs: they arrive, wait in one queue, run on the servers that the stream holds in its
//! pools, and leave. The policy decides how many servers it holds; which job runs on them is its own
//! affair. Whatever happens at an instant is first noted and then settled at once: if the stream
//! holds fewer servers, jobs are preempted, those that lose least first; a job that was struck goes
//! on where there is a server in place of the lost one; then the queue starts what it may.
//!
//! Jobs live in a table whose places are used again, so that memory follows the jobs at hand and
//! nothing is allocated once the table has grown.

use std::collections::VecDeque;

use rand::RngExt as _;

use super::arrivals::{Arrival, Arrivals};
use super::job::{Job, JobReport, Stay};
use super::machine::{Machine, Run};
use super::segment::Segment;
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

/// Sums over a stream's jobs since it opened, in accelerator-hours, hours and counts.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct JobSums {
    /// Work of all jobs that arrived.
    pub submitted: f64,
    /// Work of those that are larger than every pool and never run.
    pub cancelled: f64,
    /// Work done, and kept so far.
    pub useful: f64,
    /// Work undone by interruptions.
    pub lost: f64,
    /// Checkpoint writes and restarts.
    pub overhead: f64,
    /// Times a running job was stopped.
    pub interruptions: f64,
    /// Jobs that completed.
    pub completed: f64,
    /// Their times from submission to end.
    pub completion_hours: f64,
    /// Their bounded slowdowns.
    pub slowdown: f64,
    /// Jobs that started.
    pub started: f64,
    /// Their times from submission to first start.
    pub queueing_hours: f64,
}

/// A stream of training jobs.
#[derive(Clone, Debug)]
pub struct JobStream {
    discipline: Discipline,
    pub(super) depth: usize,
    checkpoint: Option<Checkpoint>,
    restart: Span,
    pub(super) per_accelerator_hour: f64,
    pub(super) release_hours: f64,
    arrivals: Arrivals,
    next: Option<Arrival>,
    strikes: IndexedStreams,
    struck_so_far: u64,

    /// By pool; none where the stream may not run.
    pub(super) machines: Vec<Option<Machine>>,
    pub(super) jobs: Vec<Job>,
    unused: Vec<u32>,
    /// Waiting jobs, the head first.
    pub(super) queue: VecDeque<u32>,
    /// Accelerators of all of them.
    pub(super) waiting: u64,
    /// Jobs that lost a server and may go on in the same pool.
    struck: Vec<(u32, usize)>,
    /// Jobs that arrived at the tail since the queue was looked at.
    newcomers: usize,
    /// Whether anything else changed since.
    changed: bool,
    changes: Vec<Change>,
    /// Scratch space: what stopping each running job would undo.
    losses: Vec<(f64, Instant, u32)>,
    numbers: u32,
    /// Of what is over; stays under way are added when asked.
    pub(super) ended: JobSums,
    #[cfg(test)]
    pub(super) looks: u64,
}

/// Hours of a job's work that stopping it is expected to undo, with the restart.
fn release_hours(stream: &scenario::JobStream) -> f64 {
    let duration = &stream.arrivals.duration;
    let age_s = 0.5 * duration.mean() * (1.0 + duration.cv2());
    let undone_s = stream.checkpoint.map_or(age_s, |checkpoint| {
        age_s.min(0.5 * checkpoint.every.as_seconds())
    });
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
        let machine = |place: &Option<Place>| {
            let place = (*place)?;
            Some(Machine::new(
                place.accelerators_per_server,
                place.room,
                opening,
            ))
        };
        Self {
            discipline: stream.discipline,
            depth: usize::try_from(stream.backfill_depth).unwrap_or(usize::MAX),
            checkpoint: stream.checkpoint,
            restart: stream.restart,
            per_accelerator_hour: stream.per_accelerator_hour.0,
            release_hours: release_hours(stream),
            arrivals: Arrivals::new(name, &stream.arrivals, unit, curve, streams, opening),
            next: None,
            strikes: streams.indexed(name, "struck-servers"),
            struck_so_far: 0,
            machines: places.iter().map(machine).collect(),
            jobs: Vec::new(),
            unused: Vec::new(),
            queue: VecDeque::new(),
            waiting: 0,
            struck: Vec::new(),
            newcomers: 0,
            changed: true,
            changes: Vec::new(),
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
            kept: 0.0,
            lost: 0.0,
            overhead: 0.0,
            interruptions: 0,
            first_start: None,
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
        self.queue.push_back(place);
        self.newcomers += 1;
        None
    }

    /// Adds a job to what waits, or takes it away.
    fn count_waiting(&mut self, job: u32, waits: bool) {
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
        self.end(job, now, true);
        self.ended.completed += 1.0;
        self.ended.completion_hours += (now - found.submit).as_hours();
        self.ended.slowdown += found.slowdown(now);
        self.unused.push(job);
        Some(report)
    }

    /// A job's stay is over. All its work is kept if it is done, otherwise what was saved.
    fn end(&mut self, job: u32, now: Instant, done: bool) {
        let found = &mut self.jobs[job as usize];
        let Some(stay) = found.stay else {
            return;
        };
        let spent = found.spent(now);
        let kept = if done { spent.work } else { spent.saved };
        found.kept += kept;
        found.lost += spent.work - kept;
        found.overhead += spent.overhead;
        found.stay = None;
        let accelerators = found.accelerators as f64;
        self.ended.useful += kept * accelerators;
        self.ended.lost += (spent.work - kept) * accelerators;
        self.ended.overhead += spent.overhead * accelerators;
        if !done {
            found.interruptions += 1;
            self.ended.interruptions += 1.0;
        }
        self.changed = true;
        if let Some(machine) = &mut self.machines[stay.pool] {
            let granted = stay.segment.granted;
            self.changes.push(Change::Ended {
                pool: PoolId::new(stay.pool),
                server_hours: machine.end(job, stay.completion, granted, now),
                // What completes has left the calendar.
                ticket: stay.ticket.filter(|_| !done),
            });
        }
    }

    /// One of the `held` servers in `pool` broke. With the probability that it was at work its job is
    /// stopped: it loses what no checkpoint holds, and goes on if there is another server for it.
    pub fn strike(&mut self, pool: PoolId, held: u64, now: Instant) {
        let Some(machine) = &self.machines[pool.index()] else {
            return;
        };
        if machine.busy == 0 {
            return;
        }
        let mut draw = self.strikes.at(self.struck_so_far);
        self.struck_so_far += 1;
        let server = draw.random_range(0..held.max(machine.busy));
        let mut before = 0;
        let mut runs = machine.running().iter();
        let hit = runs.find(|run| {
            before += run.servers;
            server < before
        });
        if let Some(job) = hit.map(|run| run.job) {
            self.end(job, now, false);
            self.struck.push((job, pool.index()));
        }
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

    /// Stops jobs for which a pool has no servers any more: those that lose least, of equals the one
    /// that started last. They wait at the head of the queue, as they stood.
    fn preempt(&mut self, pool: usize, now: Instant) {
        let Some(machine) = &self.machines[pool] else {
            return;
        };
        let (granted, busy) = (machine.granted, machine.busy);
        if busy <= granted {
            return;
        }
        let mut losses = std::mem::take(&mut self.losses);
        losses.clear();
        losses.extend(machine.running().iter().map(|run| {
            let job = &self.jobs[run.job as usize];
            let started = job.stay.map_or(now, |stay| stay.segment.granted);
            (job.unsaved(now), started, run.job)
        }));
        let number = |job: u32| self.jobs[job as usize].number;
        losses.sort_unstable_by(|a, b| {
            let latest = (b.1, number(b.2)).cmp(&(a.1, number(a.2)));
            a.0.total_cmp(&b.0).then(latest)
        });
        let mut freed = 0;
        let mut stopped = 0;
        for (_, _, job) in &losses {
            if freed >= busy - granted {
                break;
            }
            let accelerators = self.jobs[*job as usize].accelerators;
            freed += self.machines[pool]
                .as_ref()
                .map_or(0, |machine| machine.servers(accelerators));
            stopped += 1;
            self.end(*job, now, false);
        }
        losses.truncate(stopped);
        let jobs = &self.jobs;
        losses.sort_unstable_by_key(|(_, _, job)| std::cmp::Reverse(jobs[*job as usize].number));
        for (_, _, job) in &losses {
            self.requeue(*job);
        }
        self.losses = losses;
    }

    /// Jobs that lost a server go on where they were, if there is another; otherwise they wait at
    /// the head of the queue.
    fn resume_struck(&mut self, now: Instant) {
        while let Some((job, pool)) = self.struck.pop() {
            let accelerators = self.jobs[job as usize].accelerators;
            let machine = self.machines[pool].as_ref();
            if machine.is_some_and(|machine| machine.servers(accelerators) <= machine.free()) {
                self.begin(job, pool, now);
            } else {
                self.requeue(job);
            }
        }
    }

    fn requeue(&mut self, job: u32) {
        self.count_waiting(job, true);
        self.queue.push_front(job);
    }

    /// Starts the waiting job at this position of the queue in a pool that has room for it.
    pub(super) fn start(&mut self, position: usize, pool: usize, now: Instant) {
        if let Some(job) = self.queue.remove(position) {
            self.count_waiting(job, false);
            self.begin(job, pool, now);
        }
    }

    /// When a job would complete if it started now. One that ran before restarts first.
    pub(super) fn segment(&self, job: u32, now: Instant) -> Segment {
        let job = &self.jobs[job as usize];
        let restart = match job.first_start {
            Some(_) => self.restart,
            None => Span::ZERO,
        };
        Segment {
            granted: now,
            computing: now + restart,
            hours_to_go: job.hours_to_go(),
            checkpoint: self.checkpoint,
        }
    }

    fn begin(&mut self, job: u32, pool: usize, now: Instant) {
        let segment = self.segment(job, now);
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

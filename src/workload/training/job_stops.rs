//! How jobs of a stream lose their servers: they complete, a server of theirs breaks, or the stream
//! holds fewer than they need. Who is stopped keeps what its last checkpoint holds, and waits first of
//! its priority, or goes on at once where there is a server in place of a broken one.

use rand::RngExt as _;

use super::job_stream::{Change, JobStream};
use crate::id::PoolId;
use crate::kernel::{Instant, Span};

/// How a job's stay ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// All its work is done.
    Done,
    /// It lost a server, or all of them, without notice.
    Stopped,
    /// It was told before.
    Noticed,
}

impl JobStream {
    /// A job's stay is over. All its work is kept if it is done or was given enough notice to write a
    /// checkpoint, otherwise what was saved.
    pub(super) fn end(&mut self, job: u32, now: Instant, ending: Ending) {
        let (notice, done) = (self.notice, ending == Ending::Done);
        let found = &mut self.jobs[job as usize];
        let Some(stay) = found.stay else {
            return;
        };
        let spent = found.spent(now);
        let write = match ending {
            Ending::Noticed => stay.segment.write_left(now),
            Ending::Done | Ending::Stopped => None,
        };
        let keeps_all = done || write.is_some_and(|write| write <= notice);
        let kept = if keeps_all { spent.work } else { spent.saved };
        let writing = write.map_or(Span::ZERO, |write| write.min(notice));
        found.writing_until = Some(now + writing);
        let overhead = spent.overhead + writing.as_hours();
        found.kept += kept;
        found.lost += spent.work - kept;
        found.overhead += overhead;
        found.stay = None;
        let accelerators = found.accelerators as f64;
        self.ended.useful += kept * accelerators;
        self.ended.lost += (spent.work - kept) * accelerators;
        self.ended.overhead += overhead * accelerators;
        self.wrote_leaving += writing.as_hours() * accelerators;
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

    /// Is told that so many of its servers in a pool will be taken, and returns for how long they stay,
    /// so that the jobs that run on them can write a checkpoint.
    pub fn give_notice(&mut self, pool: PoolId, servers: u64) -> Span {
        let (Some(machine), Some(checkpoint)) = (&mut self.machines[pool.index()], self.checkpoint)
        else {
            return Span::ZERO;
        };
        if self.notice == Span::ZERO {
            return Span::ZERO;
        }
        machine.leaving += servers;
        if machine.busy + machine.leaving <= machine.granted {
            return Span::ZERO;
        }
        machine.noticed = true;
        checkpoint.write.min(self.notice)
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
            self.end(job, now, Ending::Stopped);
            self.struck.push((job, pool.index()));
        }
    }

    /// Stops jobs for which a pool has no servers any more: those of the lowest priority, of them those that
    /// lose least, of equals the one that started last. They wait first of their priority, as they stood.
    pub(super) fn preempt(&mut self, pool: usize, now: Instant) {
        let Some(machine) = &self.machines[pool] else {
            return;
        };
        let (granted, busy) = (machine.granted, machine.busy);
        let ending = match machine.noticed {
            true => Ending::Noticed,
            false => Ending::Stopped,
        };
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
        let job = |of: u32| &self.jobs[of as usize];
        losses.sort_unstable_by(|a, b| {
            let (one, other) = (job(a.2), job(b.2));
            let latest = (b.1, other.number).cmp(&(a.1, one.number));
            let lower = one.priority.total_cmp(&other.priority);
            lower.then(a.0.total_cmp(&b.0)).then(latest)
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
            self.end(*job, now, ending);
        }
        losses.truncate(stopped);
        let jobs = &self.jobs;
        losses.sort_unstable_by_key(|(_, _, job)| std::cmp::Reverse(jobs[*job as usize].number));
        for (_, _, job) in &losses {
            self.requeue(*job);
        }
        self.losses = losses;
    }

    /// Jobs that lost a server go on where they were, if there is another; otherwise they wait first
    /// of their priority.
    pub(super) fn resume_struck(&mut self, now: Instant) {
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
        let priority = self.jobs[job as usize].priority;
        let position = self.behind(|other| other > priority);
        self.queue.insert(position, job);
    }
}

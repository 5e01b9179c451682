//! What a stream of jobs adds up to, what a policy may know of it, and the check that nothing is
//! counted twice or lost.

use super::job::JobReport;
use super::job_stream::JobStream;
use crate::id::PoolId;
use crate::kernel::Instant;
use crate::workload::Curve;

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

impl JobStream {
    /// All sums until `now`.
    #[must_use]
    pub fn sums(&self, now: Instant) -> JobSums {
        let mut sums = self.ended;
        for run in self
            .machines
            .iter()
            .flatten()
            .flat_map(|machine| machine.running())
        {
            let job = &self.jobs[run.job as usize];
            let spent = job.spent(now);
            sums.useful += spent.work * job.accelerators as f64;
            sums.overhead += spent.overhead * job.accelerators as f64;
        }
        sums
    }

    /// Work of all jobs that arrived and may run, in accelerator-hours.
    #[must_use]
    pub fn admitted(&self) -> f64 {
        self.ended.submitted - self.ended.cancelled
    }

    /// What an accelerator-hour of useful work is worth.
    #[must_use]
    pub fn per_accelerator_hour(&self) -> f64 {
        self.per_accelerator_hour
    }

    /// Work of the jobs at hand that is still to be done, in accelerator-hours.
    #[must_use]
    pub fn remaining(&self, now: Instant) -> f64 {
        let at_hand = self.at_hand();
        at_hand
            .map(|job| self.jobs[job as usize].remaining(now))
            .sum()
    }

    /// Value earned until `now`.
    #[must_use]
    pub fn value(&self, now: Instant) -> f64 {
        self.per_accelerator_hour * self.sums(now).useful
    }

    /// Servers of the jobs that run in a pool.
    #[must_use]
    pub fn running_servers(&self, pool: PoolId) -> u64 {
        self.machines[pool.index()]
            .as_ref()
            .map_or(0, |machine| machine.busy)
    }

    /// What its accelerators are worth together: an hour's value each, as far as jobs run or wait, as
    /// if those could be cut to any size.
    #[must_use]
    pub fn worth(&self) -> Curve<'static> {
        let machines = self.machines.iter().flatten();
        let running: u64 = machines
            .map(|machine| machine.busy * machine.accelerators_per_server)
            .sum();
        let demand = (running + self.waiting) as f64;
        Curve::up_to_demand(demand, self.per_accelerator_hour)
    }

    /// Hours of its work that stopping a job is expected to undo, at some moment of its run, with the
    /// restart. A moment falls into long jobs more often: a job without checkpoints has run for
    /// `E(D²) / 2 E(D)` then, of which a checkpoint leaves half the time between two at most.
    #[must_use]
    pub fn release_hours(&self) -> f64 {
        self.release_hours
    }

    /// Accelerators of all waiting jobs.
    #[must_use]
    pub fn waiting_accelerators(&self) -> u64 {
        self.waiting
    }

    /// Servers of a pool for `accelerators` of the waiting jobs, as far as those may ever run there;
    /// none where no job may.
    #[must_use]
    pub fn servers_for(&self, pool: PoolId, accelerators: u64) -> Option<u64> {
        let machine = self.machines[pool.index()].as_ref()?;
        let here = machine.waiting.min(accelerators);
        Some(here.div_ceil(machine.accelerators_per_server))
    }

    /// Accelerators of so many servers of a pool.
    #[must_use]
    pub fn accelerators_of(&self, pool: PoolId, servers: u64) -> u64 {
        let machine = self.machines[pool.index()].as_ref();
        machine.map_or(0, |machine| machine.accelerators_per_server * servers)
    }

    /// Server-hours at work in a pool that are not booked yet.
    #[must_use]
    pub fn unbooked(&self, pool: PoolId, now: Instant) -> f64 {
        let machine = self.machines[pool.index()].as_ref();
        machine.map_or(0.0, |machine| machine.unbooked(now))
    }

    /// Books all of them.
    pub fn book(&mut self, pool: PoolId, now: Instant) -> f64 {
        let machine = self.machines[pool.index()].as_mut();
        machine.map_or(0.0, |machine| machine.book(now))
    }

    /// How the jobs at hand stand: those that run, by pool, then those that wait, the head first.
    pub fn reports(&self, now: Instant) -> impl Iterator<Item = JobReport> {
        self.at_hand()
            .map(move |job| self.jobs[job as usize].report(now))
    }

    fn at_hand(&self) -> impl Iterator<Item = u32> {
        let machines = self.machines.iter().flatten();
        let running = machines.flat_map(|machine| machine.running().iter().map(|run| run.job));
        running.chain(self.queue.iter().copied())
    }

    /// Whether submitted = useful + remaining + cancelled, executed = useful + lost + overhead, the last
    /// less what servers wrote as they left, and no pool has more at work than it holds. With a long queue the first is not looked at, as that
    /// would take longer than the simulation.
    #[must_use]
    pub fn closes(&self, now: Instant) -> bool {
        let machines = || self.machines.iter().flatten();
        let holds = machines().all(|machine| machine.busy <= machine.granted);
        if self.queue.len() > 200 {
            return holds;
        }
        let sums = self.sums(now);
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs().max(b.abs()) + 1e-6;
        let executed: f64 = machines()
            .map(|machine| machine.worked(now) * machine.accelerators_per_server as f64)
            .sum();
        holds
            && near(
                sums.submitted,
                sums.useful + self.remaining(now) + sums.cancelled,
            )
            && near(
                executed + self.wrote_leaving,
                sums.useful + sums.lost + sums.overhead,
            )
    }
}

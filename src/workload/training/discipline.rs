//! Which waiting job starts next. First in, first out; or EASY backfilling (Lifka 1995): the head of
//! the queue is promised the earliest moment at which the jobs that run leave it room, and others
//! start before it if they are over by then or fit beside it. Run times are known exactly here, so a
//! promise is kept unless servers fail or are withdrawn; where schedulers guess, they backfill less well.
//!
//! A look at the queue goes through at most `backfill_depth` jobs behind the head, as production
//! schedulers do (Slurm's `bf_max_job_test`): the cost of an event does not grow with the queue.

use super::job_stream::JobStream;
use super::machine::Reservation;
use crate::kernel::Instant;

impl JobStream {
    /// Starts jobs from the head while there is a pool for them.
    pub(super) fn start_first(&mut self, now: Instant) {
        while let Some(pool) = self.queue.front().and_then(|&head| self.pool_for(head)) {
            self.start(0, pool, now);
        }
    }

    /// The same, and then of the others those of the last `unseen` that delay the head in no way.
    pub(super) fn start_with_backfill(&mut self, unseen: usize, now: Instant) {
        let waited = self.queue.len();
        self.start_first(now);
        // A head that has changed has another reservation.
        let unseen = if self.queue.len() < waited {
            waited
        } else {
            unseen
        };
        let first = self.queue.len().saturating_sub(unseen).max(1);
        let Some(&head) = self
            .queue
            .front()
            .filter(|_| first <= self.depth && self.any_free())
        else {
            return;
        };
        let mut reservation = self.reservation(head);
        let mut position = first;
        let mut looks = first;
        while looks <= self.depth && position < self.queue.len() && self.any_free() {
            let job = self.queue[position];
            looks += 1;
            self.count_look();
            match self.backfill_pool(job, reservation.as_ref(), now) {
                Some((pool, taken)) => {
                    if let Some((_, reservation)) = &mut reservation {
                        reservation.extra -= taken;
                    }
                    self.start(position, pool, now);
                }
                None => position += 1,
            }
        }
    }

    fn any_free(&self) -> bool {
        let mut machines = self.machines.iter().flatten();
        machines.any(|machine| machine.free() > 0)
    }

    /// The first pool that has room for a job now.
    fn pool_for(&self, job: u32) -> Option<usize> {
        let accelerators = self.jobs[job as usize].accelerators;
        self.machines.iter().position(|machine| {
            let machine = machine.as_ref();
            machine.is_some_and(|machine| machine.servers(accelerators) <= machine.free())
        })
    }

    /// The pool in which the head will have room first, and when; none while the stream holds too
    /// few servers for it everywhere.
    fn reservation(&self, head: u32) -> Option<(usize, Reservation)> {
        let accelerators = self.jobs[head as usize].accelerators;
        let machines = self.machines.iter().enumerate();
        let reservations = machines.filter_map(|(pool, machine)| {
            let machine = machine.as_ref()?;
            Some((pool, machine.reservation(machine.servers(accelerators))?))
        });
        reservations.min_by_key(|(pool, reservation)| (reservation.at, *pool))
    }

    /// The first pool in which a job can run now without delaying the head, and how many of the
    /// servers that the reservation leaves it takes.
    fn backfill_pool(
        &self,
        job: u32,
        reservation: Option<&(usize, Reservation)>,
        now: Instant,
    ) -> Option<(usize, u64)> {
        let accelerators = self.jobs[job as usize].accelerators;
        let mut machines = self.machines.iter().enumerate();
        machines.find_map(|(pool, machine)| {
            let machine = machine.as_ref()?;
            let servers = machine.servers(accelerators);
            if servers > machine.free() {
                return None;
            }
            let promised = reservation.filter(|(promised, _)| *promised == pool);
            let Some((_, reservation)) = promised else {
                return Some((pool, 0));
            };
            if self.segment(job, pool, now).completion() <= reservation.at {
                return Some((pool, 0));
            }
            (servers <= reservation.extra).then_some((pool, servers))
        })
    }

    #[cfg(test)]
    fn count_look(&mut self) {
        self.looks += 1;
    }

    #[cfg(not(test))]
    fn count_look(&mut self) {}
}

//! The servers of one pool that a stream holds, as its queue sees them: how many are free, which
//! jobs run on the others until when, and from when on a waiting job would have room.

use std::cmp::Reverse;

use super::job_stream::Place;
use crate::kernel::{Instant, Span};

/// A job on servers of this pool.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub completion: Instant,
    /// Position of the job in the stream's table.
    pub job: u32,
    pub servers: u64,
}

/// When a waiting job will have room, and what it leaves of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reservation {
    pub at: Instant,
    /// Servers that will be free beside it.
    pub extra: u64,
}

/// One pool.
#[derive(Clone, Debug)]
pub(super) struct Machine {
    pub accelerators_per_server: u64,
    /// Accelerators that the pool may ever offer.
    pub room: u64,
    /// Mean time between failures of a server.
    pub mtbf: Option<Span>,
    /// Servers granted and ready.
    pub granted: u64,
    /// Servers of the jobs that run.
    pub busy: u64,
    /// Whether the stream was told that servers on which jobs run will be taken.
    pub noticed: bool,
    /// Servers that were granted, and that the stream was told will be taken.
    pub leaving: u64,
    /// Accelerators of the waiting jobs that may ever run here.
    pub waiting: u64,
    /// The jobs that run, the first to complete last.
    running: Vec<Run>,
    /// Server-microseconds at work until `counted`, those of them that are booked, and until when
    /// all were.
    work: i128,
    counted: Instant,
    booked: i128,
    booked_until: Instant,
}

impl Machine {
    pub fn new(place: Place, opening: Instant) -> Self {
        Self {
            accelerators_per_server: place.accelerators_per_server,
            room: place.room,
            mtbf: place.mtbf,
            noticed: false,
            leaving: 0,
            granted: 0,
            busy: 0,
            waiting: 0,
            running: Vec::new(),
            work: 0,
            counted: opening,
            booked: 0,
            booked_until: opening,
        }
    }

    /// Servers that a job takes here.
    pub fn servers(&self, accelerators: u64) -> u64 {
        accelerators / self.accelerators_per_server
    }

    /// Servers on which no job runs.
    pub fn free(&self) -> u64 {
        self.granted.saturating_sub(self.busy)
    }

    /// The jobs that run, the first to complete last.
    pub fn running(&self) -> &[Run] {
        &self.running
    }

    pub fn start(&mut self, run: Run, now: Instant) {
        self.count(now);
        self.busy += run.servers;
        let position = self.position(run.completion);
        self.running.insert(position, run);
    }

    /// A job that got its servers at `granted` no longer runs. Returns the server-hours that it
    /// worked and that were not booked before; they are now.
    pub fn end(&mut self, job: u32, completion: Instant, granted: Instant, now: Instant) -> f64 {
        self.count(now);
        let from = self.position(completion);
        let found = self.running.iter().skip(from);
        let Some(offset) = found
            .take_while(|run| run.completion == completion)
            .position(|run| run.job == job)
        else {
            debug_assert!(false, "job {job} does not run here");
            return 0.0;
        };
        let run = self.running.remove(from + offset);
        self.busy -= run.servers;
        let micros = server_micros(run.servers, now - granted.max(self.booked_until));
        self.booked += micros;
        hours(micros)
    }

    /// Where a job that completes then stands, before all that complete at the same instant.
    fn position(&self, completion: Instant) -> usize {
        self.running
            .partition_point(|run| run.completion > completion)
    }

    /// When so many servers will be free if nothing changes; none if never.
    pub fn reservation(&self, servers: u64) -> Option<Reservation> {
        let mut free = self.free();
        let mut at = None;
        for run in self.running.iter().rev() {
            if at.is_some_and(|at| run.completion > at) {
                break;
            }
            free += run.servers;
            if free >= servers {
                at = Some(run.completion);
            }
        }
        let extra = free.checked_sub(servers)?;
        at.map(|at| Reservation { at, extra })
    }

    /// Server-hours at work that are not booked yet.
    pub fn unbooked(&self, now: Instant) -> f64 {
        let since = server_micros(self.busy, now - self.counted);
        hours(self.work + since - self.booked)
    }

    /// Books all of them.
    pub fn book(&mut self, now: Instant) -> f64 {
        let unbooked = self.unbooked(now);
        self.count(now);
        self.booked = self.work;
        self.booked_until = now;
        unbooked
    }

    /// All server-hours at work until `now`.
    pub fn worked(&self, now: Instant) -> f64 {
        hours(self.work + server_micros(self.busy, now - self.counted))
    }

    fn count(&mut self, now: Instant) {
        self.work += server_micros(self.busy, now - self.counted);
        self.counted = now;
    }

    /// Tells every running job, which stood still for the span that `still` finds, its new completion.
    pub fn hold_back(&mut self, now: Instant, mut still: impl FnMut(u32) -> (Span, Instant)) {
        self.count(now);
        for run in &mut self.running {
            let (span, completion) = still(run.job);
            run.completion = completion;
            self.work -= server_micros(run.servers, span);
        }
        // Jobs that stood still for different times may have changed places.
        self.running.sort_by_key(|run| Reverse(run.completion));
    }
}

/// Exact, whatever the number of servers and years.
fn server_micros(servers: u64, span: Span) -> i128 {
    i128::from(servers) * i128::from(span.as_micros())
}

fn hours(server_micros: i128) -> f64 {
    server_micros as f64 / Span::HOUR.as_micros() as f64
}

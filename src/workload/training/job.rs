//! One job of a stream: what it needs, what it has done, and its stay on servers if it has any.

use super::segment::{Segment, Spent};
use crate::kernel::{Instant, Span, Ticket};

/// Shortest run time that slowdown reckons with, so that jobs of a few seconds do not dominate it.
const SLOWDOWN_THRESHOLD: Span = Span::from_micros(10 * Span::MINUTE.as_micros());

/// One job.
#[derive(Clone, Copy, Debug)]
pub(super) struct Job {
    /// Its number within the stream.
    pub number: u32,
    pub submit: Instant,
    pub accelerators: u64,
    /// Ideal run time.
    pub duration: Span,
    /// Jobs of a higher priority wait before it.
    pub priority: f64,
    /// Hours of its stays that are over: kept, undone, spent otherwise.
    pub kept: f64,
    pub lost: f64,
    pub overhead: f64,
    pub interruptions: u32,
    pub first_start: Option<Instant>,
    /// Until when it writes what it had done, its servers having been taken.
    pub writing_until: Option<Instant>,
    /// Where it runs; none while it waits.
    pub stay: Option<Stay>,
}

/// A job on servers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stay {
    /// `PoolId` as a number.
    pub pool: usize,
    pub segment: Segment,
    pub completion: Instant,
    /// Of the completion in the calendar; none beyond the end of the run.
    pub ticket: Option<Ticket>,
}

/// How a job stands or stood, in accelerator-hours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JobReport {
    /// Its number within the stream.
    pub number: u32,
    /// When it arrived.
    pub submit: Instant,
    /// When it first had servers.
    pub start: Option<Instant>,
    /// Accelerators that it needs together.
    pub accelerators: u64,
    /// Its priority: jobs of a higher one wait before it.
    pub priority: f64,
    /// Its whole work.
    pub work: f64,
    /// Done, and kept.
    pub useful: f64,
    /// Done, and undone by interruptions.
    pub lost: f64,
    /// Checkpoint writes and restarts.
    pub overhead: f64,
    /// Times it was stopped.
    pub interruptions: u32,
    /// Whether it has servers.
    pub runs: bool,
}

impl Job {
    /// Its whole work, in accelerator-hours.
    pub fn work(&self) -> f64 {
        self.duration.as_hours() * self.accelerators as f64
    }

    /// Hours of computing that it still needs as it gets servers.
    pub fn hours_to_go(&self) -> f64 {
        // Counted in the clock's microseconds: what rounding leaves would be a checkpoint more.
        let kept = Span::saturating_from_seconds_f64(self.kept * 3600.0);
        (self.duration - kept).max(Span::ZERO).as_hours()
    }

    /// How the stay under way was spent until `now`.
    pub fn spent(&self, now: Instant) -> Spent {
        let stay = self.stay.as_ref();
        stay.map_or_else(Spent::default, |stay| stay.segment.spent(now))
    }

    /// Hours since its last checkpoint, or since it got its servers: what stopping it would undo.
    pub fn unsaved(&self, now: Instant) -> f64 {
        let spent = self.spent(now);
        spent.work - spent.saved
    }

    /// Work that is still to be done, in accelerator-hours.
    pub fn remaining(&self, now: Instant) -> f64 {
        (self.hours_to_go() - self.spent(now).work) * self.accelerators as f64
    }

    /// Time from submission to `end` over the ideal run time, both of at least ten minutes, and at
    /// least 1: bounded slowdown (Feitelson et al. 1997).
    pub fn slowdown(&self, end: Instant) -> f64 {
        slowdown(end - self.submit, self.duration)
    }

    pub fn report(&self, now: Instant) -> JobReport {
        let spent = self.spent(now);
        let accelerators = self.accelerators as f64;
        JobReport {
            number: self.number,
            submit: self.submit,
            start: self.first_start,
            accelerators: self.accelerators,
            priority: self.priority,
            work: self.work(),
            useful: (self.kept + spent.work) * accelerators,
            lost: self.lost * accelerators,
            overhead: (self.overhead + spent.overhead) * accelerators,
            interruptions: self.interruptions,
            runs: self.stay.is_some(),
        }
    }
}

/// Bounded slowdown of a job that took `took` where `ideal` would have done.
pub fn slowdown(took: Span, ideal: Span) -> f64 {
    (took / ideal.max(SLOWDOWN_THRESHOLD)).max(1.0)
}

//! When what is known from the beginning happens, and when the policy decides.

use super::event::{DECISION, Event, LONGEST_INTERVAL, OPENING, SUPPLY, WORKLOAD};
use super::record::MoveReason;
use super::replication::Replication;
use crate::id::WorkloadId;
use crate::kernel::{Instant, Span};
use crate::workload::Workload;

impl Replication<'_> {
    /// Schedules what is known from the beginning.
    pub(super) fn schedule_the_known(&mut self) {
        let opening = self.interval_start;
        for (index, delivery) in self.deliveries.iter().enumerate() {
            if delivery.placed >= opening && delivery.placed < self.end {
                self.calendar
                    .schedule(delivery.placed, SUPPLY, Event::OrderPlaced(index));
            }
            let delivered = delivery.delivered.max(opening);
            if delivered < self.end {
                self.calendar
                    .schedule(delivered, SUPPLY, Event::Delivered(index));
            }
        }
        for (index, workload) in self.workloads.iter().enumerate() {
            if let Workload::Training(campaign) = workload {
                let submitted = campaign.submitted_at().max(opening);
                if submitted < self.end {
                    let event = Event::Submitted(WorkloadId::new(index));
                    self.calendar.schedule(submitted, WORKLOAD, event);
                }
            }
        }
        for index in 0..self.streams.len() {
            self.schedule_arrival(self.streams[index]);
        }
        if self.breakage.any() {
            self.calendar.schedule(opening, SUPPLY, Event::FailureHour);
        }
        self.calendar.schedule(self.start, OPENING, Event::Opens);
        self.schedule_interruptions(opening);
        self.calendar
            .schedule(opening, DECISION, Event::IntervalEnds);
    }

    /// Lets the policy decide at once; a step at this very instant decides anyway.
    pub(super) fn wake(&mut self, reason: MoveReason, now: Instant) {
        if now >= self.start && !self.is_step(now) {
            self.calendar.schedule(now, DECISION, Event::Wake(reason));
        }
    }

    /// The first decision step after `from`: steps are counted from the start of the run, and the
    /// horizon cuts the last.
    pub(super) fn next_step(&self, from: Instant) -> Instant {
        self.steps
            .map_or(self.end, |steps| steps.next_after(from).min(self.end))
    }

    /// Time between two decision steps.
    pub(super) fn step(&self) -> Span {
        self.steps.map_or(LONGEST_INTERVAL, |steps| steps.step())
    }

    pub(super) fn is_step(&self, now: Instant) -> bool {
        self.steps
            .is_some_and(|steps| steps.offset(now) == Span::ZERO)
    }
}

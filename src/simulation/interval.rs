//! An interval begins with the rates and prices that hold in it, and ends with what it came to.

use super::event::{DECISION, Event, LONGEST_INTERVAL};
use super::replication::Replication;
use crate::kernel::{Grid, Instant};

impl Replication<'_> {
    /// Begins the interval that lasts until the next step, or for the longest over which demand is
    /// taken to be even.
    pub(super) fn open_interval(&mut self, now: Instant) {
        let hours = Grid::new(self.start, LONGEST_INTERVAL);
        let until = self.next_step(now);
        let until = hours.map_or(until, |hours| hours.next_after(now).min(until));
        self.traffic.advance(now, until);
        self.prices.advance(now, until, &mut self.workloads);
        self.calendar.schedule(until, DECISION, Event::IntervalEnds);
        self.interval_start = now;
        self.accounts.open_interval(&self.fleet, &self.ledger, now);
    }

    /// Accounts for the interval that ends and records it.
    pub(super) fn close_interval(&mut self, now: Instant) {
        if now > self.interval_start {
            self.find_ready(now);
            self.throttle(now);
            self.serve(now);
            self.traffic.observe(self.interval_start, now);
            self.score_forecasts(now);
            self.trace_interval(now);
        }
        self.settle_gains(now);
        self.accrue_training(now);
        if now >= self.end {
            self.accrue_horizon(now);
        }
        if now > self.start {
            self.sample(now);
        }
    }

    /// Ends the warm-up: from here on everything is counted and, if wanted, recorded.
    pub(super) fn open_books(&mut self, now: Instant) {
        self.close_interval(now);
        self.interval_start = now;
        let accounts = &mut self.accounts;
        accounts.open_books(&self.ledger, &self.fleet, &self.workloads, now);
        self.recording = self.wants_detail;
        self.trace_opening(now);
        let mut gains = std::mem::take(&mut self.gains);
        gains.open(self, now);
        self.gains = gains;
        self.sampling
            .open(&self.ledger, &self.fleet, &self.accounts, now);
    }

    fn sample(&mut self, now: Instant) {
        let mut sampling = std::mem::take(&mut self.sampling);
        sampling.sample(self, now);
        self.sampling = sampling;
    }
}

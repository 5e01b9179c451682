//! A service whose every request is an event: what the fluid model is held against, and what to run
//! where its error matters. First come, first served by a whole number of slots; the wait of a
//! request is known when it arrives, from what came before it, and so is what becomes of it:
//! refused above the queue's limit, gone if its patience is shorter, else served.
//!
//! Slots are the interval's mean servers, rounded to whole slots of each kind of hardware. Those
//! who still wait at its end begin when the next interval's slots allow; whether they meet their
//! SLO stays settled as it was foreseen when they arrived, like in the fluid model.
//!
//! ```text
//! arrivals (when) ─┐
//! streams (size) ──┴─► Requests ──► slots (who serves, from when) ──► Outcome, latencies
//! ```

mod arrivals;
mod census;
mod latencies;
mod slots;

#[cfg(test)]
mod tests;

use super::Occupancy;
use super::fidelity::{Fidelity, Interval, LATENCY_SHARES, Outcome};
use super::station::Station;
use super::stations::Stations;
use crate::distribution::Sampler;
use crate::kernel::{Stream, Streams};
use crate::scenario::Queue;
use arrivals::Arrivals;
use census::Census;
use latencies::Latencies;
use slots::Slots;
use std::collections::VecDeque;

/// One service's requests.
#[derive(Debug)]
pub(super) struct Requests {
    arrivals: Arrivals,
    /// What each request asks for, drawn for every arrival, refused or not: the n-th asks for the
    /// same whatever the servers.
    sizes: Stream,
    prompts: Stream,
    patience: Option<(Sampler, Stream)>,
    limit_s: f64,
    slo_s: f64,
    line: Line,
    latencies: Latencies,
    census: Census,
    /// Scratch space: by station, whole slots.
    wanted: Vec<u64>,
}

/// The slots and those who wait for them.
#[derive(Debug, Default)]
struct Line {
    slots: Slots,
    /// The slots with the work of those only who begin within the interval, once somebody does not.
    at_end: Slots,
    ends: bool,
    waiting: VecDeque<Waiting>,
    /// By station: seconds of work begun in the interval.
    begun_s: Vec<f64>,
}

/// A request that waits for the next interval.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    size: f64,
    is_late: bool,
}

impl Requests {
    /// `name` is the service's, `slo_s` its promised latency, `subhourly_cv` the coefficient of
    /// variation of its demand within an hour.
    pub fn new(
        name: &str,
        queue: &Queue,
        slo_s: f64,
        subhourly_cv: f64,
        streams: &Streams,
    ) -> Self {
        let patience = queue.patience.as_ref();
        Self {
            arrivals: Arrivals::new(queue.arrival_cv, subhourly_cv, streams, name),
            sizes: streams.stream(name, "request sizes"),
            prompts: streams.stream(name, "request prompts"),
            patience: patience
                .map(|law| (Sampler::new(law), streams.stream(name, "request patience"))),
            limit_s: queue.limit.map_or(f64::INFINITY, |limit| limit.0),
            slo_s,
            line: Line::default(),
            latencies: Latencies::new(),
            census: Census::default(),
            wanted: Vec::new(),
        }
    }

    /// How long there were how many requests, since the beginning.
    pub fn occupancy(&self) -> &Occupancy {
        self.census.law()
    }
}

impl Fidelity for Requests {
    fn live(&mut self, interval: &Interval<'_>, busy: &mut Vec<f64>) -> Outcome {
        let Interval {
            stations, length_s, ..
        } = *interval;
        let Self {
            arrivals,
            sizes,
            prompts,
            patience,
            line,
            latencies,
            census,
            ..
        } = self;
        let (limit_s, slo_s) = (self.limit_s, self.slo_s);
        stations.whole_slots(interval.servers, &mut self.wanted);
        busy.clear();
        line.open(&self.wanted, busy);
        census.open(length_s);
        line.resume(stations, length_s, census);
        if interval.wants_latency {
            latencies.clear();
        }
        let mut sum = Outcome::default();
        let any = stations.any();
        arrivals.during(length_s, interval.rate_per_s, |at_s| {
            sum.offered += 1.0;
            let size = any.map_or(0.0, |station| station.occupancy.sample_part(sizes));
            let apart = any.filter(|station| station.prompt_apart);
            let prompt = apart.map_or(size, |station| station.latency.draw(prompts));
            let patience_s = patience
                .as_mut()
                .map_or(f64::INFINITY, |(law, stream)| law.sample(stream));
            let wait_s = line.wait_s(at_s);
            sum.delayed += f64::from(u8::from(wait_s > 0.0));
            if wait_s > limit_s {
                sum.shed += 1.0;
                return;
            }
            if wait_s > patience_s {
                sum.abandoned += 1.0;
                sum.waiting_time_s += patience_s;
                census.leaves(at_s, at_s + patience_s, length_s);
                return;
            }
            let latency_s = line.latency_s(stations, prompt, wait_s);
            let is_late = latency_s > slo_s;
            sum.met += f64::from(u8::from(!is_late));
            // Without slots nobody knows how long it will take; so far it is this.
            let known = wait_s.is_finite();
            sum.waiting_time_s += if known { wait_s } else { length_s - at_s };
            let one = Waiting { size, is_late };
            let until_s = line.join(stations, at_s + wait_s, one, length_s);
            census.enter(at_s, until_s);
            if interval.wants_latency && latency_s.is_finite() {
                latencies.add(latency_s);
            }
        });
        line.close(length_s, &self.wanted, busy);
        census.close();
        sum.backlog = line.waiting.len() as f64;
        sum.overdue = line.waiting.iter().filter(|one| one.is_late).count() as f64;
        if interval.wants_latency && sum.offered > 0.0 {
            sum.latency_s = LATENCY_SHARES.map(|p| latencies.quantile_s(p, sum.offered));
        }
        sum
    }
}

impl Line {
    /// Begins an interval with `wanted` slots by station. Fills `busy` with the work under way, in
    /// seconds by station.
    fn open(&mut self, wanted: &[u64], busy: &mut Vec<f64>) {
        self.slots.resize(wanted);
        self.ends = false;
        self.begun_s.clear();
        self.begun_s.resize(wanted.len(), 0.0);
        busy.resize(wanted.len(), 0.0);
        for slot in self.slots.iter() {
            busy[slot.station as usize] += slot.free_s.max(0.0);
        }
    }

    /// Those who waited when the interval began come first, after those who are being served.
    fn resume(&mut self, stations: &Stations, length_s: f64, census: &mut Census) {
        for slot in self.slots.iter().filter(|slot| slot.free_s > 0.0) {
            census.enter(0.0, slot.free_s);
        }
        for _ in 0..self.waiting.len() {
            if let Some(one) = self.waiting.pop_front() {
                let start_s = self.wait_s(0.0);
                let until_s = self.join(stations, start_s, one, length_s);
                census.enter(0.0, until_s);
            }
        }
    }

    /// How long an arrival at `at_s` would wait; for ever without slots.
    fn wait_s(&self, at_s: f64) -> f64 {
        let first = self.slots.first();
        first.map_or(f64::INFINITY, |slot| (slot.free_s - at_s).max(0.0))
    }

    /// Latency of a request that would take the first slot after `wait_s`.
    fn latency_s(&self, stations: &Stations, prompt: f64, wait_s: f64) -> f64 {
        let station = self
            .slots
            .first()
            .and_then(|slot| stations.kind(slot.station));
        station.map_or(f64::INFINITY, |station| wait_s + station.latency.of(prompt))
    }

    /// Gives the first slot to a request that begins at `start_s`. Returns when it is done, which is
    /// never for one that does not begin within the interval.
    fn join(&mut self, stations: &Stations, start_s: f64, one: Waiting, length_s: f64) -> f64 {
        let begins_later = start_s >= length_s;
        if begins_later && !self.ends {
            self.at_end.copy_from(&self.slots);
            self.ends = true;
        }
        if begins_later {
            self.waiting.push_back(one);
        }
        let Some(slot) = self.slots.first() else {
            return f64::INFINITY;
        };
        let taken_s = stations
            .kind(slot.station)
            .map_or(0.0, |station: &Station| station.occupancy.at(one.size));
        self.slots.occupy(start_s + taken_s);
        if begins_later {
            return f64::INFINITY;
        }
        self.begun_s[slot.station as usize] += taken_s;
        start_s + taken_s
    }

    /// Ends the interval. `busy` turns from the work under way at its start to the share of each
    /// station's slots that was at work.
    fn close(&mut self, length_s: f64, wanted: &[u64], busy: &mut [f64]) {
        if self.ends {
            std::mem::swap(&mut self.slots, &mut self.at_end);
        }
        self.slots.pass(length_s);
        for (busy_s, begun_s) in busy.iter_mut().zip(&self.begun_s) {
            *busy_s += begun_s;
        }
        for slot in self.slots.iter() {
            busy[slot.station as usize] -= slot.free_s.max(0.0);
        }
        for (busy, &slots) in busy.iter_mut().zip(wanted) {
            let possible_s = slots as f64 * length_s;
            *busy = if possible_s > 0.0 {
                (*busy / possible_s).clamp(0.0, 1.0)
            } else {
                0.0
            };
        }
    }
}

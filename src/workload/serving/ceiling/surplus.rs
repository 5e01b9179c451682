//! The most that an interval gains beyond the price of its capacity, whatever the capacity: by branch
//! and bound. The ceiling tells where to look; a stretch of capacities whose upper curve leaves room
//! above the best that was tried is halved, until that room is little. What is returned is what no
//! capacity exceeds, so that giving up early makes it larger, never wrong.

use super::gain::{Gains, Try};
use super::stretch::corners_between;
use super::{Ask, Ceiling, Corner};
use crate::workload::serving::service::Service;

/// How far the result may lie above what a capacity was found to gain, as a share of the most.
const CLOSE: f64 = 1e-4;
/// No more capacities are tried.
const MOST_TRIES: usize = 200;

/// Capacities from a tried one to another, the last of which need not have been.
#[derive(Clone, Copy)]
struct Stretch {
    from: usize,
    to: Option<usize>,
    until: f64,
    /// None of them gains more.
    bound: f64,
}

/// The search at one price.
struct Search<'a> {
    gains: Gains<'a>,
    ceiling: &'a Ceiling,
    price: f64,
    tried: Vec<Try>,
}

impl Service {
    /// The most that such an interval gains beyond `price` for every request per second of capacity,
    /// given its ceiling. Not for services whose requests are simulated one by one.
    #[must_use]
    pub fn most_surplus(&self, ask: Ask, ceiling: &Ceiling, price: f64) -> f64 {
        let Some(gains) = Gains::new(self, ask) else {
            return 0.0;
        };
        let tried = vec![gains.at(gains.few.min(ask.most))];
        let mut search = Search {
            gains,
            ceiling,
            price,
            tried,
        };
        search.run(ask.most)
    }
}

impl Search<'_> {
    fn run(&mut self, most: f64) -> f64 {
        let close = CLOSE * self.ceiling.corners().last().map_or(0.0, |last| last.gain);
        // Of up to a few only the lines are known, and nothing gains nothing.
        let few = &self.tried[0];
        let below = self.gains.by_lines(few.capacity) - self.price * few.capacity;
        let least = if few.capacity > 0.0 {
            below.max(0.0) + self.gains.rounding()
        } else {
            0.0
        };
        let mut best = least.max(few.gain() - self.price * few.capacity);
        let mut stretches = vec![self.stretch(0, None, most)];
        loop {
            let numbered = stretches.iter().enumerate();
            let highest = numbered.max_by(|(_, a), (_, b)| a.bound.total_cmp(&b.bound));
            let Some((at, &highest)) = highest else {
                return best;
            };
            let Stretch {
                from,
                to,
                until,
                bound,
            } = highest;
            if bound <= best + close || self.tried.len() > MOST_TRIES {
                return bound.max(best);
            }
            let middle = self.between(self.tried[from].capacity, until, to.is_some());
            let new = self.gains.at(middle);
            best = best.max(new.gain() - self.price * middle);
            self.tried.push(new);
            let number = self.tried.len() - 1;
            stretches[at] = self.stretch(from, Some(number), middle);
            if middle < until {
                stretches.push(self.stretch(number, to, until));
            }
        }
    }

    /// What none of the capacities gains more than, by the ceiling and, where the last was tried, by
    /// that.
    fn stretch(&self, from: usize, to: Option<usize>, until: f64) -> Stretch {
        let start = &self.tried[from];
        let ends = [start.capacity, until].map(|capacity| Corner {
            capacity,
            gain: self.ceiling.at(capacity),
        });
        let inner = self.corners(start.capacity, until);
        let bound = self.highest(ends.iter().chain(inner));
        let bound = match to.map(|to| corners_between(&self.gains, start, &self.tried[to])) {
            Some(corners) => bound.min(self.highest(corners.iter())),
            None => bound,
        };
        Stretch {
            from,
            to,
            until,
            bound,
        }
    }

    fn highest<'a>(&self, corners: impl Iterator<Item = &'a Corner>) -> f64 {
        corners.fold(f64::NEG_INFINITY, |most, corner| {
            most.max(corner.surplus(self.price))
        })
    }

    /// The ceiling's corners between two capacities.
    fn corners(&self, from: f64, until: f64) -> &[Corner] {
        let corners = self.ceiling.corners();
        let first = corners.partition_point(|corner| corner.capacity <= from);
        let last = corners.partition_point(|corner| corner.capacity < until);
        corners.get(first..last).unwrap_or(&[])
    }

    /// A capacity to try next: where the ceiling promises most, else the middle.
    fn between(&self, from: f64, until: f64, is_until_tried: bool) -> f64 {
        let best_of =
            |a: &Corner, b: &Corner| a.surplus(self.price).total_cmp(&b.surplus(self.price));
        match self
            .corners(from, until)
            .iter()
            .max_by(|a, b| best_of(a, b))
        {
            Some(corner) => corner.capacity,
            None if is_until_tried => f64::midpoint(from, until),
            None => until,
        }
    }
}

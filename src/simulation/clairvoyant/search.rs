//! The search for good prices. A price of work says what doing a unit now takes from later: it holds
//! from the arrival of the work on, and so never rises. Of a campaign, whose work is all there from
//! the beginning, it is one number. A stream's is found by halves: the best single price of a
//! stretch of time bounds those of its first half from below and of its second from above.
//!
//! Any prices that are not negative bound the program; the search only brings the bound down.

use std::ops::Range;

use super::dual::{Dual, Effort, Prices, lowest};
use super::program::Program;

/// Steps of a line search.
const STEPS: usize = 13;
/// Times that a stream's time is halved.
const HALVINGS: u32 = 4;
/// Times that all training workloads are gone through, where there are several.
const ROUNDS: usize = 2;

/// Prices of a whole program.
#[derive(Debug)]
pub struct Search<'a> {
    program: &'a Program,
    /// By interval: of capacity, by class.
    capacity: Vec<Prices>,
    /// By interval: of work, by training workload.
    work: Vec<Vec<f64>>,
    dual: Dual,
}

impl<'a> Search<'a> {
    /// Nothing has a price.
    pub fn new(program: &'a Program) -> Self {
        let slots = program.intervals.iter();
        Self {
            capacity: slots.map(|slot| vec![0.0; slot.capacity.len()]).collect(),
            work: vec![vec![0.0; program.works.len()]; program.intervals.len()],
            dual: Dual::default(),
            program,
        }
    }

    /// Finds good prices.
    pub fn run(&mut self) {
        let works = self.program.works.len();
        for _ in 0..if works > 1 { ROUNDS } else { works } {
            for work in 0..works {
                let all = 0..self.program.intervals.len();
                let halvings = if self.program.works[work].campaign {
                    0
                } else {
                    HALVINGS
                };
                self.price(work, all, (0.0, self.dearest(work)), halvings);
            }
        }
        for at in 0..self.program.intervals.len() {
            self.settle(at, Effort::Thorough);
        }
    }

    /// The most that the program can come to at these prices, where `surplus` says what a service
    /// gains at most beyond a price of its capacity, given its curve.
    pub fn value(&self, mut surplus: impl FnMut(usize, f64) -> f64) -> f64 {
        let mut sum = 0.0;
        let mut size = 0.0;
        let prices = self.capacity.iter().zip(&self.work);
        for (slot, (capacity, work)) in self.program.intervals.iter().zip(prices) {
            let earned = Dual::value_with(self.program, slot, work, capacity, &mut surplus);
            let arrived = slot.offers.iter().zip(work);
            let arrived: f64 = arrived.map(|(offer, price)| offer.arrives * price).sum();
            sum += earned + arrived;
            size += earned.abs() + arrived.abs();
        }
        // Sums of so many terms are good to a few units in the last place of their size.
        sum + 1e-12 * size
    }

    /// What a unit of work is worth at most.
    fn dearest(&self, work: usize) -> f64 {
        let offers = self.program.intervals.iter().map(|slot| &slot.offers[work]);
        let each = offers.flat_map(|offer| offer.worth.iter().zip(&offer.work));
        let worth = each.filter(|(_, work)| **work > 0.0);
        worth.fold(0.0, |most: f64, (worth, work)| most.max(worth / work))
    }

    /// Finds the best price of a workload's work over a stretch of time, then of its halves.
    fn price(&mut self, work: usize, range: Range<usize>, (low, high): (f64, f64), halvings: u32) {
        if range.is_empty() {
            return;
        }
        let mut best = (f64::INFINITY, low);
        let mut at = |price: f64| {
            let value = self.at(work, range.clone(), price);
            if value < best.0 {
                best = (value, price);
            }
            value
        };
        at(low);
        if high > low {
            at(high);
            lowest(low, high, STEPS, &mut at);
        }
        let best = best.1;
        self.at(work, range.clone(), best);
        if halvings > 0 && range.len() > 1 {
            let middle = usize::midpoint(range.start, range.end);
            self.price(work, range.start..middle, (best, high), halvings - 1);
            self.price(work, middle..range.end, (low, best), halvings - 1);
        }
    }

    /// What a stretch of time comes to with this price of work in it.
    fn at(&mut self, work: usize, range: Range<usize>, price: f64) -> f64 {
        let mut sum = 0.0;
        for at in range {
            self.work[at][work] = price;
            sum += self.settle(at, Effort::Quick)
                + price * self.program.intervals[at].offers[work].arrives;
        }
        sum
    }

    fn settle(&mut self, at: usize, effort: Effort) -> f64 {
        let (program, work) = (self.program, &self.work[at]);
        let prices = &mut self.capacity[at];
        self.dual
            .settle(program, &program.intervals[at], work, prices, effort)
    }
}

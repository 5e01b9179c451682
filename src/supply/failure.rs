//! Independent failures. Servers break as a Poisson process of rate 1/MTBF each. Every pool draws
//! one count an hour, so that a million accelerators cost little more than a thousand; the count
//! and the repair times never depend on who holds what, so that every policy meets the same
//! failures. Only the split over the holders does: each failure picks one of the servers that are up.
//!
//! Failures and repairs live on an hour grid of their own, whatever the decision step.

use std::collections::VecDeque;

use rand::RngExt as _;
use rand_distr::{Distribution as _, Poisson};

use super::repair::RepairHours;
use crate::kernel::{Span, Stream, Streams};
use crate::scenario::Scenario;

/// The grid on which failures are counted and repairs end.
pub const FAILURE_GRID: Span = Span::HOUR;

/// One pool's failures.
#[derive(Debug)]
struct PoolFailures {
    failures_per_server_hour: f64,
    counts: Stream,
    repairs: Stream,
    split: Stream,
    /// Place of its hardware's repair time.
    hardware: usize,
    /// Servers that come back, by grid hours ahead.
    due: VecDeque<u64>,
}

/// All pools' failures, by `PoolId`; none for a pool that never fails.
#[derive(Debug)]
pub struct Failures {
    pools: Vec<Option<PoolFailures>>,
    /// By hardware, in scenario order.
    repair_hours: Vec<RepairHours>,
    /// Repairs that end later than this many hours ahead lie beyond the run.
    horizon_hours: usize,
}

impl Failures {
    /// The failures of a checked scenario's pools in one replication.
    #[must_use]
    pub fn new(scenario: &Scenario, streams: &Streams) -> Self {
        let pool = |(name, pool): (&String, &crate::scenario::Pool)| {
            let name_of_hardware = pool.hardware.name.as_str();
            let (index, _, hardware) = scenario.hardware.get_full(name_of_hardware)?;
            Some(PoolFailures {
                failures_per_server_hour: 1.0 / hardware.mtbf?.as_hours(),
                counts: streams.stream(name, "failures"),
                repairs: streams.stream(name, "repairs"),
                split: streams.stream(name, "failure-split"),
                hardware: index,
                due: VecDeque::new(),
            })
        };
        let hardware = scenario.hardware.values();
        let run = scenario.run.warm_up + scenario.run.horizon;
        Self {
            pools: scenario.pool.iter().map(pool).collect(),
            repair_hours: hardware
                .map(|hardware| RepairHours::new(&hardware.repair))
                .collect(),
            horizon_hours: run.as_hours().ceil() as usize + 1,
        }
    }

    /// Whether any pool can fail.
    #[must_use]
    pub fn any(&self) -> bool {
        self.pools.iter().any(Option::is_some)
    }

    /// Servers of `pool` whose repair ends as this grid hour begins.
    pub fn repaired(&mut self, pool: usize) -> u64 {
        let due = self.pools[pool].as_mut().map(|pool| &mut pool.due);
        due.and_then(VecDeque::pop_front).unwrap_or(0)
    }

    /// Servers of `pool` that break in the grid hour that begins, of `up` that could; their
    /// repairs are drawn and scheduled.
    pub fn strike(&mut self, pool: usize, up: u64) -> u64 {
        let horizon_hours = self.horizon_hours;
        let Some(pool) = &mut self.pools[pool] else {
            return 0;
        };
        let expected = pool.failures_per_server_hour * up as f64;
        let repair_hours = &self.repair_hours[pool.hardware];
        let count = poisson(expected, &mut pool.counts).min(up);
        for _ in 0..count {
            let ahead = repair_hours.draw(&mut pool.repairs) as usize;
            if ahead < horizon_hours {
                if pool.due.len() <= ahead {
                    pool.due.resize(ahead + 1, 0);
                }
                pool.due[ahead] += 1;
            }
        }
        count
    }

    /// Adds to `hits` whom each of `failures` failures hits: holder h in proportion to
    /// `reach[h] − reach[h − 1]`, the servers that could break. If there are none, the last is hit.
    pub fn split(&mut self, pool: usize, failures: u64, reach: &[u32], hits: &mut [u64]) {
        let (Some(pool), Some((&all, before_last))) = (&mut self.pools[pool], reach.split_last())
        else {
            return;
        };
        for _ in 0..failures {
            let server = pool.split.below(all);
            // Counted without a branch: which holder it is cannot be predicted.
            let holder: u32 = before_last
                .iter()
                .map(|&reach| u32::from(server >= reach))
                .sum();
            hits[holder as usize] += 1;
        }
    }

    /// When in its grid hour a failure happens.
    pub fn instant(&mut self, pool: usize) -> Span {
        let share = self.uniform(pool);
        Span::saturating_from_seconds_f64(share * FAILURE_GRID.as_seconds())
    }

    /// A uniform draw in [0, 1) of the pool's split stream.
    pub fn uniform(&mut self, pool: usize) -> f64 {
        let pool = self.pools[pool].as_mut();
        pool.map_or(0.0, |pool| pool.split.random())
    }

    /// Puts off to the next grid hour repairs whose servers have yet to break.
    pub fn postpone(&mut self, pool: usize, repairs: u64) {
        let Some(pool) = &mut self.pools[pool] else {
            return;
        };
        match pool.due.front_mut() {
            Some(next) => *next += repairs,
            None => pool.due.push_back(repairs),
        }
    }
}

/// Up to this mean a Poisson count is inverted term by term, at a few nanoseconds a term; e⁻ᵐᵉᵃⁿ is
/// still large against the resolution of a draw.
const INVERTED_UP_TO: f64 = 30.0;

/// A Poisson count. Inversion takes one number from the stream whatever the mean, and never gives
/// fewer for a larger mean: so hours keep their luck when a fleet grows.
fn poisson(mean: f64, stream: &mut Stream) -> u64 {
    if mean > INVERTED_UP_TO {
        return Poisson::new(mean).map_or(0, |law| law.sample(stream) as u64);
    }
    let mut left: f64 = stream.random();
    let mut count = 0.0;
    let mut chance = libm::exp(-mean);
    // Past the smallest chances only rounding is left.
    while left >= chance && chance > f64::MIN_POSITIVE {
        left -= chance;
        count += 1.0;
        chance *= mean / count;
    }
    count as u64
}

#[cfg(test)]
mod tests;

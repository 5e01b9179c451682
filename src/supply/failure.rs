//! Independent failures. Servers break as a Poisson process of rate 1/MTBF each. Every pool draws
//! one count an hour, so that a million accelerators cost little more than a thousand; the count
//! and the repair times never depend on who holds what, so that every policy meets the same
//! failures. Only the split over the holders does: each failure picks one of the servers that are up.
//!
//! Failures and repairs live on an hour grid of their own, whatever the decision step. A repair
//! ends on a grid hour next to its drawn end, counted from the middle of the failure's hour and
//! rounded at random so that the mean time to repair is kept (half an hour is the shortest).

use std::collections::VecDeque;

use rand::RngExt as _;
use rand_distr::{Distribution as _, Poisson};

use crate::distribution::Sampler;
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
    repair: Sampler,
    /// Servers that come back, by grid hours ahead.
    due: VecDeque<u64>,
}

/// All pools' failures, by `PoolId`; none for a pool that never fails.
#[derive(Debug)]
pub struct Failures {
    pools: Vec<Option<PoolFailures>>,
    /// Repairs that end later than this many hours ahead lie beyond the run.
    horizon_hours: usize,
}

impl Failures {
    /// The failures of a checked scenario's pools in one replication.
    #[must_use]
    pub fn new(scenario: &Scenario, streams: &Streams) -> Self {
        let pool = |(name, pool): (&String, &crate::scenario::Pool)| {
            let hardware = scenario.hardware.get(pool.hardware.name.as_str())?;
            Some(PoolFailures {
                failures_per_server_hour: 1.0 / hardware.mtbf?.as_hours(),
                counts: streams.stream(name, "failures"),
                repairs: streams.stream(name, "repairs"),
                split: streams.stream(name, "failure-split"),
                repair: Sampler::new(&hardware.repair),
                due: VecDeque::new(),
            })
        };
        let run = scenario.run.warm_up + scenario.run.horizon;
        Self {
            pools: scenario.pool.iter().map(pool).collect(),
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
        let count = match Poisson::new(expected) {
            Ok(poisson) => (poisson.sample(&mut pool.counts) as u64).min(up),
            Err(_) => 0,
        };
        for _ in 0..count {
            let hours = pool.repair.sample(&mut pool.repairs).max(0.0) / 3600.0;
            // Counted from the middle of the hour, and rounded at random to a grid hour so that the
            // mean is kept; the front of `due` is the next grid hour.
            let rounding: f64 = pool.repairs.random();
            let ahead = ((hours + 0.5 + rounding) as usize).max(1) - 1;
            if ahead < horizon_hours {
                if pool.due.len() <= ahead {
                    pool.due.resize(ahead + 1, 0);
                }
                pool.due[ahead] += 1;
            }
        }
        count
    }

    /// Which of the `of` servers that could break does, each as likely as any other.
    pub fn pick(&mut self, pool: usize, of: u64) -> u64 {
        let pool = self.pools[pool].as_mut();
        pool.map_or(0, |pool| pool.split.random_range(0..of.max(1)))
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

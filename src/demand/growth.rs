//! Growth and its uncertainty: annual^y · exp(s·y) · exp(walk), y in years of 365.25 days since the run's start.
//!
//! s ~ N(0, slope_sd²) is one draw per replication; the walk is 0 up to the start and has variance walk_sd²·y after it,
//! in hourly increments. Both are **mean-preserving**: −(slope_sd·y)²/2 and −walk_sd²·y/2 are added to the log, so
//! that E[growth] = annual^y whatever the two say. Then `annual` is the growth of expected demand, switching
//! uncertainty on changes risk but not the amount expected, and experiments on it compare like with like. The price:
//! the median lies below, by exp(−(slope_sd·y)²/2 − walk_sd²·y/2): 0.66 after 3 years at slope_sd 0.3 and walk_sd 0.1.
//! Someone who plans by a median (a P50) should know that it falls off with y²; it is a model of a few years.

use super::innovations::Innovations;
use super::{cell_of, cell_start};
use crate::kernel::{Instant, Streams};
use crate::scenario::Growth;
use rand_distr::{Distribution as _, StandardNormal};

/// A cell in years of 365.25 days.
const CELL_YEARS: f64 = 1.0 / 8766.0;

/// The growth of one cell after the other.
#[derive(Clone, Debug)]
pub(super) struct GrowthWalk {
    start_cell: i64,
    /// From the run's start to the middle of the cell that holds it, in cells.
    first_middle: f64,
    /// ln(annual) plus the slope's draw, per year.
    trend: f64,
    slope_variance: f64,
    walk_variance: f64,
    /// Standard deviation of an hourly increment of the walk.
    hourly_sd: f64,
    walk: f64,
    innovations: Innovations,
}

impl GrowthWalk {
    /// Stands on any cell at or before the start.
    pub(super) fn new(growth: &Growth, start: Instant, streams: &Streams, entity: &str) -> Self {
        let mut trend = libm::log(growth.annual);
        if growth.slope_sd > 0.0 {
            let z: f64 = StandardNormal.sample(&mut streams.stream(entity, "slope"));
            trend += growth.slope_sd * z;
        }
        let start_cell = cell_of(start);
        let walk_variance = growth.walk_sd * growth.walk_sd;
        Self {
            start_cell,
            first_middle: 0.5 - (start - cell_start(start_cell)).as_hours(),
            trend,
            slope_variance: growth.slope_sd * growth.slope_sd,
            walk_variance,
            hourly_sd: libm::sqrt(walk_variance * CELL_YEARS),
            walk: 0.0,
            innovations: Innovations::new(streams, entity, "walk"),
        }
    }

    /// Steps on to `cell`, which must be the next one.
    pub(super) fn advance(&mut self, cell: i64) {
        if self.walk_variance > 0.0 && cell > self.start_cell {
            self.walk += self.hourly_sd * self.innovations.of_cell(cell);
        }
    }

    /// The log of the factor in the middle of `cell`, the one it stands on.
    pub(super) fn log(&self, cell: i64) -> f64 {
        let cells = cell.saturating_sub(self.start_cell) as f64;
        let years = (cells + self.first_middle) * CELL_YEARS;
        let years_walked = cells.max(0.0) * CELL_YEARS;
        (self.trend - 0.5 * self.slope_variance * years) * years
            + (self.walk - 0.5 * self.walk_variance * years_walked)
    }
}

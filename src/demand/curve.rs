//! One profile's realised demand over time, as a multiple of a workload's `base` rate:
//! growth × day shape × week shape × events × noise. One realisation per (seed, replication, profile).
//!
//! Growth and noise are constant within a cell (a whole UTC hour), the shapes within a local wall-clock hour, events are
//! piecewise polynomial; so the mean over any interval is a finite sum, and it does not depend on how the interval
//! was cut into steps. The curve is a cursor that moves forward and holds one cell: its memory does not grow.

use super::events::Events;
use super::growth::GrowthWalk;
use super::noise::NoiseWalk;
use super::wall_clock::{UnknownTimeZone, WallClock};
use super::{cell_of, cell_start};
use crate::kernel::{Instant, Span, Streams};
use crate::scenario::{Profile, Shape};

/// The logs of growth and noise stop here, so that a hostile growth rate gives large numbers and never infinity times
/// zero.
const LOG_MAX: f64 = 600.0;

/// A profile's realised demand, dimensionless: 1 is `base`.
///
/// A clone is an independent cursor on the same realisation.
#[derive(Clone, Debug)]
pub struct Curve {
    shape: Shape,
    clock: WallClock,
    events: Events,
    growth: GrowthWalk,
    noise: NoiseWalk,
    cell: i64,
    /// Growth times noise of the cell.
    level: f64,
}

impl Curve {
    /// The demand of the profile called `name` from `from` (the start less the warm-up) on. Growth is 1, and its
    /// random walk begins, at `start`.
    ///
    /// Draws for "slope", "walk" and "noise" come from separate streams of the entity `demand.<name>`, so that
    /// switching one on does not change the others.
    ///
    /// # Errors
    /// If the bundled database does not have the profile's time zone.
    pub fn new(
        name: &str,
        profile: &Profile,
        start: Instant,
        from: Instant,
        streams: &Streams,
    ) -> Result<Self, UnknownTimeZone> {
        let entity = format!("demand.{name}");
        let cell = cell_of(from.min(start));
        let mut curve = Self {
            shape: profile.shape.clone(),
            clock: WallClock::new(&profile.time_zone)?,
            events: Events::new(profile.event.values().copied()),
            growth: GrowthWalk::new(&profile.growth, start, streams, &entity),
            noise: NoiseWalk::new(&profile.noise, cell, streams, &entity),
            cell,
            level: 0.0,
        };
        curve.set_level();
        Ok(curve)
    }

    /// The mean over `from..to`; at `from` itself if the interval is empty. Exact for the curve as it is defined, with
    /// growth constant within a cell; a whole cell's mean of smooth growth would differ by (ln(annual)/8766)²/24.
    ///
    /// `from` must not lie before the cell that the last call ended in: the cursor does not go back. Reading that
    /// last cell again is fine. Skipped cells are passed through one by one.
    pub fn mean_rate(&mut self, from: Instant, to: Instant) -> f64 {
        debug_assert!(
            cell_of(from) >= self.cell,
            "a demand curve does not go back"
        );
        if to <= from {
            return self.piece(from, from + Span::MICROSECOND).0;
        }
        let mut area = 0.0;
        let mut at = from;
        while at < to {
            let (rate, until) = self.piece(at, to);
            area += rate * (until - at).as_micros() as f64;
            at = until;
        }
        area / (to - from).as_micros() as f64
    }

    /// The mean rate of the longest stretch from `at` that ends by `to` and lies in one cell, one local hour and one
    /// stretch of events; and its end.
    fn piece(&mut self, at: Instant, to: Instant) -> (f64, Instant) {
        self.enter(cell_of(at));
        let local = self.clock.read(at);
        let cell_end = cell_start(self.cell.saturating_add(1));
        let until = to.min(cell_end).min(local.until).min(self.events.until(at));
        // Only at the end of time can this not be later than `at`; then it must not loop.
        let until = if until > at { until } else { to };
        let day = self.shape.day.get(local.hour).copied().unwrap_or(1.0);
        let week = self.shape.week.get(local.weekday).copied().unwrap_or(1.0);
        (self.level * day * week * self.events.mean(at, until), until)
    }

    /// Moves on to `cell`, cell by cell; stays where it is if that lies behind.
    fn enter(&mut self, cell: i64) {
        if cell <= self.cell {
            return;
        }
        while self.cell < cell {
            self.cell += 1;
            self.growth.advance(self.cell);
            self.noise.advance(self.cell);
        }
        self.set_level();
    }

    fn set_level(&mut self) {
        let log = self.growth.log(self.cell) + self.noise.log();
        self.level = libm::exp(log.clamp(-LOG_MAX, LOG_MAX));
    }
}

#[cfg(test)]
mod tests;

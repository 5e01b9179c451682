//! One profile's realised demand over time, as a multiple of a workload's `base` rate:
//! size × growth × day shape × week shape (or a series over its mean) × events × noise. One realisation per (seed, replication, profile).
//!
//! Growth and noise are constant within a cell (a whole UTC hour), the shapes within a local wall-clock hour, a series
//! within a row, events are piecewise polynomial; so the mean over any interval is a finite sum, and it does not depend on how the interval
//! was cut into steps. The curve is a cursor that moves forward and holds one cell: its memory does not grow.

use super::events::Events;
use super::growth::GrowthWalk;
use super::noise::NoiseWalk;
use super::series::SeriesCourse;
use super::wall_clock::{UnknownTimeZone, WallClock};
use super::{cell_of, cell_start};
use crate::kernel::{Instant, Span, Streams};
use crate::scenario::{Course, Event, Growth, Noise, Profile, Shape};
use indexmap::IndexMap;

/// The logs of growth and noise stop here, so that a hostile growth rate gives large numbers and never infinity times
/// zero.
const LOG_MAX: f64 = 600.0;
/// The largest size that is drawn, for the same reason: far beyond what a mean of a million brings.
const SIZE_MAX: f64 = 1e12;

/// A profile's realised demand, dimensionless: 1 is `base`.
///
/// A clone is an independent cursor on the same realisation.
#[derive(Clone, Debug)]
pub struct Curve {
    course: Movement,
    events: Events,
    growth: GrowthWalk,
    noise: NoiseWalk,
    cell: i64,
    /// What the replication drew for the size of it all.
    size: f64,
    /// Size times growth times noise of the cell.
    level: f64,
}

/// What moves the rate beside growth, events and noise. Mean 1 over a week, or over the series.
#[derive(Clone, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "a run has few curves, and most of them are shapes"
)]
enum Movement {
    Shape(Shape, WallClock),
    Series(SeriesCourse),
}

impl Curve {
    /// The demand of the profile called `name` from `from` (the start less the warm-up) on. Growth is 1, and its
    /// random walk begins, at `start`.
    ///
    /// Draws for "size", "slope", "walk" and "noise" come from separate streams of the entity `demand.<name>`, so that
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
        let course = match &profile.course {
            Course::Shape(shape) => {
                Movement::Shape(shape.clone(), WallClock::new(&profile.time_zone)?)
            }
            Course::Series(series) => Movement::Series(SeriesCourse::new(series.rates.clone())),
        };
        let entity = format!("demand.{name}");
        let events = profile.event.values();
        let growth = (&profile.growth, events);
        let size = profile.size.sample(&mut streams.stream(&entity, "size"));
        Ok(Self::of(
            &entity,
            (course, size),
            growth,
            &profile.noise,
            (start, from),
            streams,
        ))
    }

    /// The multiplier of what an answer of the service called `name` earns: growth × events, without a shape or noise.
    /// Its draws come from streams of the entity `value.<name>`. The instants are those of [`Curve::new`].
    ///
    /// # Errors
    /// If the bundled database does not have UTC.
    pub fn of_value(
        name: &str,
        growth: &Growth,
        events: &IndexMap<String, Event>,
        (start, from): (Instant, Instant),
        streams: &Streams,
    ) -> Result<Self, UnknownTimeZone> {
        let course = Movement::Shape(Shape::EVEN, WallClock::new("UTC")?);
        let entity = format!("value.{name}");
        let growth = (growth, events.values());
        Ok(Self::of(
            &entity,
            (course, 1.0),
            growth,
            &Noise::NONE,
            (start, from),
            streams,
        ))
    }

    fn of<'e>(
        entity: &str,
        (course, size): (Movement, f64),
        (growth, events): (&Growth, impl Iterator<Item = &'e Event>),
        noise: &Noise,
        (start, from): (Instant, Instant),
        streams: &Streams,
    ) -> Self {
        let cell = cell_of(from.min(start));
        let mut curve = Self {
            course,
            events: Events::new(events.copied()),
            growth: GrowthWalk::new(growth, start, streams, entity),
            noise: NoiseWalk::new(noise, cell, streams, entity),
            cell,
            size,
            level: 0.0,
        };
        curve.set_level();
        curve
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

    /// The mean rate of the longest stretch from `at` that ends by `to`, lies in one cell and one stretch of events, and
    /// in which only one of shape or series and events changes; and its end.
    fn piece(&mut self, at: Instant, to: Instant) -> (f64, Instant) {
        self.enter(cell_of(at));
        let cell_end = cell_start(self.cell.saturating_add(1));
        let mut until = to.min(cell_end).min(self.events.until(at));
        let rate = match &mut self.course {
            Movement::Shape(shape, clock) => {
                let local = clock.read(at);
                until = later(until.min(local.until), at, to);
                let day = shape.day.get(local.hour).copied().unwrap_or(1.0);
                let week = shape.week.get(local.weekday).copied().unwrap_or(1.0);
                self.level * day * week
            }
            Movement::Series(series) => {
                // A ramp would weigh the rows; otherwise the mean over all of them will do.
                if self.events.are_ramping() {
                    until = until.min(series.until(at));
                }
                until = later(until, at, to);
                self.level * series.mean(at, until)
            }
        };
        (rate * self.events.mean(at, until), until)
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
        // Nothing stays nothing, however it grows.
        if self.size <= 0.0 {
            self.level = 0.0;
            return;
        }
        let log = self.growth.log(self.cell) + self.noise.log();
        self.level = self.size.min(SIZE_MAX) * libm::exp(log.clamp(-LOG_MAX, LOG_MAX));
    }
}

/// `until`, which only at the end of time is not later than `at`; then it must not loop.
fn later(until: Instant, at: Instant, to: Instant) -> Instant {
    if until > at { until } else { to }
}

#[cfg(test)]
mod tests;

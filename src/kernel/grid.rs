//! Evenly spaced instants: decision steps, sampling steps, the hourly grid that demand noise lives on.
//!
//! The step is checked once, here, so that asking for a cell or its start can neither fail nor divide by zero. Cell
//! numbers index random draws, which is how noise stays the same when other steps change.

use super::clock::{Instant, Span};

/// Cells of one length: cell `i` holds the instants from `origin + i·step` up to, not including, the next cell's start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grid {
    origin: Instant,
    step: Span,
}

impl Grid {
    /// A grid on which cell 0 starts at `origin`.
    ///
    /// # Errors
    /// `None` unless `step` is positive.
    pub fn new(origin: Instant, step: Span) -> Option<Self> {
        (step > Span::ZERO).then_some(Self { origin, step })
    }

    /// Whole hours from `origin`.
    pub const fn hours(origin: Instant) -> Self {
        Self {
            origin,
            step: Span::HOUR,
        }
    }

    /// The length of a cell.
    pub fn step(self) -> Span {
        self.step
    }

    /// The number of the cell that holds `at`; negative before the origin. (Cut to an `i64`, which matters only to
    /// grids of single microseconds that start before the epoch.)
    pub fn cell(self, at: Instant) -> i64 {
        let step = self.step.as_micros();
        if let Some(micros) = self.micros_since_origin(at) {
            return micros.div_euclid(step);
        }
        let cell = self.wide_micros_since_origin(at).div_euclid(step.into());
        cell.clamp(i64::MIN.into(), i64::MAX.into()) as i64
    }

    /// The first instant of a cell.
    pub fn start(self, cell: i64) -> Instant {
        self.origin + self.step * cell
    }

    /// How long before `at` its cell started: from zero up to, not including, the step.
    pub fn offset(self, at: Instant) -> Span {
        let step = self.step.as_micros();
        if let Some(micros) = self.micros_since_origin(at) {
            return Span::from_micros(micros.rem_euclid(step));
        }
        let offset = self.wide_micros_since_origin(at).rem_euclid(step.into());
        Span::from_micros(offset as i64)
    }

    /// The first start of a cell that is later than `at`: when to wake next. At the end of time, where there is none,
    /// [`Instant::MAX`].
    pub fn next_after(self, at: Instant) -> Instant {
        at + (self.step - self.offset(at))
    }

    /// None where two instants are further apart than the longest span.
    fn micros_since_origin(self, at: Instant) -> Option<i64> {
        at.as_micros().checked_sub(self.origin.as_micros())
    }

    /// In 128 bits, whose division costs ten times as much: a waking time that fell short for want of them would be
    /// in the past.
    fn wide_micros_since_origin(self, at: Instant) -> i128 {
        i128::from(at.as_micros()) - i128::from(self.origin.as_micros())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cells_are_half_open() {
        let origin = Instant::from_micros(500);
        let hours = Grid::new(origin, Span::HOUR).unwrap();
        assert_eq!(hours.cell(origin), 0);
        assert_eq!(hours.cell(origin - Span::MICROSECOND), -1);
        assert_eq!(hours.cell(origin + Span::HOUR - Span::MICROSECOND), 0);
        assert_eq!(hours.cell(origin + Span::HOUR), 1);
        assert_eq!(hours.next_after(origin), origin + Span::HOUR);
        assert_eq!(hours.next_after(origin - Span::MICROSECOND), origin);
    }

    #[test]
    fn a_step_must_be_positive() {
        assert_eq!(Grid::new(Instant::EPOCH, Span::ZERO), None);
        assert_eq!(Grid::new(Instant::EPOCH, -Span::HOUR), None);
    }

    #[test]
    fn the_ends_of_time_are_safe() {
        let grid = Grid::new(Instant::MIN, Span::MICROSECOND).unwrap();
        assert_eq!(grid.next_after(Instant::MAX), Instant::MAX);
        assert_eq!(
            grid.next_after(Instant::EPOCH),
            Instant::EPOCH + Span::MICROSECOND
        );
        assert_eq!(grid.cell(Instant::MAX), i64::MAX);
        let grid = Grid::new(Instant::MAX, Span::MAX).unwrap();
        assert_eq!(grid.start(i64::MAX), Instant::MAX);
    }

    proptest! {
        #[test]
        fn a_cell_holds_its_instants(
            origin in -1_i64 << 52..1 << 52, step in 1_i64..1 << 50, at in -1_i64 << 52..1 << 52,
        ) {
            let grid = Grid::new(Instant::from_micros(origin), Span::from_micros(step)).unwrap();
            let at = Instant::from_micros(at);
            let cell = grid.cell(at);
            prop_assert!(grid.start(cell) <= at);
            prop_assert!(at < grid.start(cell + 1));
            prop_assert_eq!(grid.next_after(at), grid.start(cell + 1));
            prop_assert_eq!(grid.start(cell) + grid.offset(at), at);
        }
    }
}

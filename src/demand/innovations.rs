//! Standard normal numbers, one per cell, the same for a cell however far it was reached from.
//!
//! They are drawn a day at a time from the stream that belongs to that day: one seek then serves 24 cells, a copy of
//! the cursor is a copy of one day's numbers, and a run that starts earlier sees the same numbers later on.

use crate::kernel::{IndexedStreams, Streams};
use rand_distr::{Distribution as _, StandardNormal};

const CELLS_PER_DAY: usize = 24;

/// The normal numbers of one purpose, and the day of them that was drawn last.
#[derive(Clone, Debug)]
pub(super) struct Innovations {
    days: IndexedStreams,
    day: Option<i64>,
    numbers: [f64; CELLS_PER_DAY],
}

impl Innovations {
    pub(super) fn new(streams: &Streams, entity: &str, purpose: &str) -> Self {
        Self {
            days: streams.indexed(entity, purpose),
            day: None,
            numbers: [0.0; CELLS_PER_DAY],
        }
    }

    /// The number of `cell`, in any order of cells; cheap within a day.
    pub(super) fn of_cell(&mut self, cell: i64) -> f64 {
        let day = cell.div_euclid(CELLS_PER_DAY as i64);
        if self.day != Some(day) {
            let mut stream = self.days.at(day.cast_unsigned());
            self.numbers
                .fill_with(|| StandardNormal.sample(&mut stream));
            self.day = Some(day);
        }
        let hour = cell.rem_euclid(CELLS_PER_DAY as i64) as usize;
        self.numbers.get(hour).copied().unwrap_or(0.0)
    }
}

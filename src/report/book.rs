//! Time series that never take more than a bounded memory. A series begins with one value a row of its CSV; when a
//! grid has more rows than it may hold, neighbours are folded into one slot that keeps their smallest, mean and
//! largest value. Nothing is ever skipped, so a peak of one row stays visible at any width.

/// Rows of time that several series share.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// Where the first row starts, in seconds since 1970.
    pub start: i64,
    /// From one row to the next, in seconds.
    pub step: i64,
    /// Rows in a slot.
    pub width: u32,
    /// Rows.
    pub rows: u32,
    capacity: u32,
}

/// One column of one entity over a grid's slots.
#[derive(Clone, Debug, Default)]
pub struct Series {
    /// Of each slot; `NaN` where no row has a value.
    pub mean: Vec<f32>,
    /// The smallest and largest of each slot; none while a slot is one row.
    pub extremes: Option<Extremes>,
    count: Vec<u32>,
}

/// What a slot's rows lie between.
#[derive(Clone, Debug, Default)]
pub struct Extremes {
    /// The smallest of each slot.
    pub low: Vec<f32>,
    /// The largest of each slot.
    pub high: Vec<f32>,
}

impl Grid {
    /// A grid of at most `capacity` slots, whose step is not known before the second row.
    #[must_use]
    pub fn new(start: i64, capacity: u32) -> Self {
        Self {
            start,
            step: 0,
            width: 1,
            rows: 1,
            capacity: capacity.max(2),
        }
    }

    /// Takes note of the next row's time; true when the slots must be folded first.
    pub fn advance(&mut self, time: i64) -> bool {
        if self.step == 0 {
            self.step = (time - self.start).max(1);
        }
        self.rows += 1;
        let folds = self.slots() > self.capacity;
        if folds {
            self.width *= 2;
        }
        folds
    }

    /// Slots, the last of which may be filled in part.
    #[must_use]
    pub fn slots(&self) -> u32 {
        self.rows.div_ceil(self.width)
    }

    /// Where a slot starts, in seconds since 1970.
    #[must_use]
    pub fn time(&self, slot: u32) -> i64 {
        self.start + i64::from(slot) * self.seconds()
    }

    /// A slot's length in seconds.
    #[must_use]
    pub fn seconds(&self) -> i64 {
        self.step.max(1) * i64::from(self.width)
    }

    /// Where the last row ends.
    #[must_use]
    pub fn end(&self) -> i64 {
        self.start + self.step.max(1) * i64::from(self.rows)
    }

    /// Halves the number of slots.
    pub fn widen(&mut self) {
        self.width *= 2;
    }
}

impl Series {
    /// A series of one value a row.
    #[cfg(test)]
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mean: Vec<f32> = values.into_iter().map(|value| value as f32).collect();
        Self {
            mean,
            ..Self::default()
        }
    }

    /// Puts the value of the grid's newest row.
    pub fn put(&mut self, grid: &Grid, value: Option<f64>) {
        let slot = (grid.rows.saturating_sub(1) / grid.width) as usize;
        let value = value.map_or(f32::NAN, |value| value as f32);
        self.pad(slot);
        if self.mean.len() <= slot {
            self.mean.push(value);
            if let Some(extremes) = &mut self.extremes {
                extremes.low.push(value);
                extremes.high.push(value);
                self.count.push(u32::from(!value.is_nan()));
            }
            return;
        }
        let (Some(mean), Some(count)) = (self.mean.get_mut(slot), self.count.get_mut(slot)) else {
            return;
        };
        if value.is_nan() {
            return;
        }
        *count += 1;
        *mean = if mean.is_nan() {
            value
        } else {
            *mean + (value - *mean) / *count as f32
        };
        if let Some(extremes) = &mut self.extremes
            && let (Some(low), Some(high)) =
                (extremes.low.get_mut(slot), extremes.high.get_mut(slot))
        {
            *low = low.min(value);
            *high = high.max(value);
        }
    }

    /// Folds each two slots into one.
    pub fn fold(&mut self) {
        if self.extremes.is_none() {
            self.extremes = Some(Extremes {
                low: self.mean.clone(),
                high: self.mean.clone(),
            });
            self.count = self
                .mean
                .iter()
                .map(|mean| u32::from(!mean.is_nan()))
                .collect();
        }
        let pairs = self.mean.chunks(2).zip(self.count.chunks(2));
        self.mean = pairs
            .map(|(means, counts)| weighted(means, counts))
            .collect();
        self.count = self.count.chunks(2).map(|pair| pair.iter().sum()).collect();
        if let Some(extremes) = &mut self.extremes {
            // `f32::min` and `max` pass over `NaN`.
            let fold = |values: &[f32], of: fn(f32, f32) -> f32| {
                values
                    .chunks(2)
                    .map(|pair| pair.iter().copied().fold(f32::NAN, of))
                    .collect()
            };
            extremes.low = fold(&extremes.low, f32::min);
            extremes.high = fold(&extremes.high, f32::max);
        }
    }

    /// The smallest, mean and largest value of a slot; none where no row has one.
    #[must_use]
    pub fn at(&self, slot: usize) -> Option<[f32; 3]> {
        let mean = self.mean.get(slot).copied().filter(|mean| !mean.is_nan())?;
        let edge = |of: fn(&Extremes) -> &Vec<f32>| {
            let values = self.extremes.as_ref().map(of);
            values
                .and_then(|values| values.get(slot).copied())
                .unwrap_or(mean)
        };
        Some([edge(|e| &e.low), mean, edge(|e| &e.high)])
    }

    /// Smallest, mean and largest over slots `from` to `to`; none where no row has a value.
    #[must_use]
    pub fn over(&self, from: usize, to: usize) -> Option<[f32; 3]> {
        let (mut low, mut sum, mut count, mut high) =
            (f32::INFINITY, 0.0_f64, 0_u32, f32::NEG_INFINITY);
        for [least, mean, most] in (from..to).filter_map(|slot| self.at(slot)) {
            low = low.min(least);
            high = high.max(most);
            sum += f64::from(mean);
            count += 1;
        }
        (count > 0).then(|| [low, (sum / f64::from(count)) as f32, high])
    }

    /// Whether all values are zero or missing.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.mean.iter().all(|mean| mean.is_nan() || *mean == 0.0)
    }

    /// Fills the slots before `slot` that no row had.
    fn pad(&mut self, slot: usize) {
        let missing = slot.saturating_sub(self.mean.len());
        for _ in 0..missing {
            self.mean.push(f32::NAN);
            if let Some(extremes) = &mut self.extremes {
                extremes.low.push(f32::NAN);
                extremes.high.push(f32::NAN);
                self.count.push(0);
            }
        }
    }
}

fn weighted(means: &[f32], counts: &[u32]) -> f32 {
    let all = means.iter().zip(counts).filter(|(mean, _)| !mean.is_nan());
    let (sum, count) = all.fold((0.0, 0), |(sum, total), (mean, count)| {
        (sum + f64::from(*mean) * f64::from(*count), total + count)
    });
    match count {
        0 => f32::NAN,
        count => (sum / f64::from(count)) as f32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Folding keeps every extreme, and the mean is that of all rows.
    #[test]
    fn a_peak_of_one_row_stays() {
        let mut grid = Grid::new(0, 8);
        let mut series = Series::default();
        let value = |row: u32| if row == 777 { 1e6 } else { f64::from(row % 10) };
        for row in 0..1000 {
            if row > 0 && grid.advance(i64::from(row) * 3600) {
                series.fold();
            }
            series.put(&grid, Some(value(row)));
        }
        assert_eq!((grid.width, grid.slots(), series.mean.len()), (128, 8, 8));
        let all = series.over(0, 8).unwrap();
        assert_eq!((all[0], all[2]), (0.0, 1e6));
        let sixth: f64 = (768..896).map(value).sum::<f64>() / 128.0;
        assert!((f64::from(series.mean[6]) - sixth).abs() < 1e-3 * sixth);
        // The last slot is filled in part: its mean is of its own rows only.
        let last: f64 = (896..1000).map(value).sum::<f64>() / 104.0;
        assert!((f64::from(series.mean[7]) - last).abs() < 1e-4 * last);
    }

    #[test]
    fn a_row_without_a_value_leaves_a_gap_and_no_zero() {
        let mut grid = Grid::new(0, 100);
        let mut series = Series::default();
        for (row, value) in [Some(1.0), None, Some(3.0), None, None]
            .into_iter()
            .enumerate()
        {
            if row > 0 {
                grid.advance(row as i64 * 60);
            }
            series.put(&grid, value);
        }
        assert_eq!(series.at(1), None);
        series.fold();
        assert_eq!(series.at(0), Some([1.0, 1.0, 1.0]));
        assert_eq!(series.at(1), Some([3.0, 3.0, 3.0]));
        assert_eq!(series.at(2), None);
    }

    #[test]
    fn a_series_that_begins_late_is_empty_before() {
        let mut grid = Grid::new(0, 100);
        for row in 1..4 {
            grid.advance(row * 60);
        }
        let mut series = Series::default();
        series.put(&grid, Some(5.0));
        assert_eq!((series.at(2), series.at(3)), (None, Some([5.0; 3])));
    }
}

//! What a chart over time shows: its series in buckets, areas on one another, and the values that it spans.

use super::super::atlas::Atlas;
use super::{Layer, Shape, Time};

/// Shares that lie closer together are not spread over the whole height.
const SHARE_SPAN_MIN: f64 = 0.01;
const DAY: f64 = 86_400.0;

/// A layer's buckets: smallest, mean and largest of each.
pub(super) type Buckets = Vec<Option<[f64; 3]>>;

/// The time of a chart, in buckets of equal length.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    from: f64,
    to: f64,
    /// Seconds of a bucket.
    wide: f64,
}

impl Frame {
    /// About `count` buckets: days, or equal parts of a day, because the waves of the day would beat with any other length.
    pub(super) fn new(from: i64, to: i64, count: usize) -> Self {
        let (from, to) = (from as f64, to as f64);
        let raw = ((to - from) / count.max(2) as f64).max(1.0);
        let wide = match raw / DAY {
            days if days > 0.6 => days.round() * DAY,
            days => DAY / (1.0 / days).round(),
        };
        Self { from, to, wide }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        (((self.to - self.from) / self.wide - 1e-6).ceil() as usize).max(1)
    }

    /// When a bucket begins and ends.
    pub(super) fn bucket(&self, bucket: usize) -> (f64, f64) {
        let start = self.from + bucket as f64 * self.wide;
        (start, (start + self.wide).min(self.to))
    }
}

impl Time {
    /// From the first to the last time of any series.
    pub(super) fn span(&self, atlas: &Atlas<'_>) -> Option<(i64, i64)> {
        let grids = self.layers.iter().filter_map(|layer| {
            let (grid, series) = atlas.get(layer.series)?;
            series
                .mean
                .iter()
                .any(|mean| !mean.is_nan())
                .then_some((grid.start, grid.end()))
        });
        grids.reduce(|(from, to), (start, end)| (from.min(start), to.max(end)))
    }

    /// The upper edge of each area, which stands on those before it; nothing of a line.
    pub(super) fn tops(&self, layers: &[Buckets], buckets: usize) -> Vec<Vec<f64>> {
        let mut ground = vec![0.0; buckets];
        let top = |(layer, values): (&Layer, &Buckets)| -> Vec<f64> {
            if layer.shape != Shape::Area {
                return Vec::new();
            }
            for (ground, value) in ground.iter_mut().zip(values) {
                *ground += value.map_or(0.0, |[_, mean, _]| mean);
            }
            ground.clone()
        };
        self.layers.iter().zip(layers).map(top).collect()
    }

    pub(super) fn range(&self, layers: &[Buckets], tops: &[Vec<f64>]) -> (f64, f64) {
        let lines = self
            .layers
            .iter()
            .zip(layers)
            .filter(|(layer, _)| layer.shape != Shape::Area);
        let values = lines.flat_map(|(_, values)| {
            values
                .iter()
                .flatten()
                .flat_map(|[low, _, high]| [*low, *high])
        });
        let tops = tops.iter().flatten().copied();
        let rule = self.rule.iter().map(|rule| rule.value);
        let zero = self.zero.then_some(0.0);
        let all = values.chain(tops).chain(rule).chain(zero);
        let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        match low > high {
            true => (0.0, 1.0),
            // A promise that is always kept is a line along the top, not half of a chart of nothing.
            false if self.share && !self.zero => (low.min(high - SHARE_SPAN_MIN), high),
            false => (low, high),
        }
    }
}

impl Layer {
    /// What it shows between two times, in equal buckets.
    pub(super) fn buckets(&self, atlas: &Atlas<'_>, frame: &Frame) -> Buckets {
        let Some((grid, series)) = atlas.get(self.series) else {
            return vec![None; frame.count()];
        };
        let edge = |second: f64| ((second - grid.start as f64) / grid.seconds() as f64).max(0.0);
        let bucket = |bucket: usize| {
            let (start, end) = frame.bucket(bucket);
            let first = edge(start).floor() as usize;
            let last = (edge(end).ceil() as usize).max(first + 1);
            let mut value = series
                .over(first, last)?
                .map(|value| f64::from(value) * self.factor);
            if let Some((low, high)) = self.span {
                let means = |place: usize| {
                    let mean = atlas.get(place)?.1.over(first, last)?.get(1).copied();
                    mean.map(|mean| f64::from(mean) * self.factor)
                };
                value = [means(low)?, value[1], means(high)?];
            }
            Some(value)
        };
        (0..frame.count()).map(bucket).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::super::book::{Grid, Series};
    use super::super::super::paper::Paper;
    use super::super::super::tone::Tone;
    use super::*;

    fn chart(layers: Vec<Layer>) -> Time {
        Time {
            unit: "accelerators".to_owned(),
            share: false,
            zero: true,
            layers,
            rule: None,
            marks: Vec::new(),
        }
    }

    fn layer(series: usize) -> Layer {
        Layer {
            name: format!("layer {series}"),
            tone: Tone::Training0,
            shape: Shape::Line,
            series,
            span: None,
            factor: 2.0,
            row: None,
        }
    }

    const PAPER: Paper = Paper {
        on_page: false,
        width: 400.0,
        height: None,
    };

    #[test]
    fn a_peak_of_one_row_reaches_its_bucket() {
        let mut grid = Grid::new(0, 100_000);
        grid.step = 3600;
        grid.rows = 8736;
        let series = Series::of((0..8736).map(|row| if row == 5000 { 900.0 } else { 10.0 }));
        let mut atlas = Atlas::default();
        let place = atlas.add(&grid, &series);
        assert_eq!((atlas.add(&grid, &series), atlas.grids.len()), (place, 1));
        let buckets = layer(place).buckets(&atlas, &Frame::new(grid.start, grid.end(), 100));
        let high = buckets
            .iter()
            .flatten()
            .map(|bucket| bucket[2])
            .fold(0.0, f64::max);
        assert_eq!(high, 1800.0);
        assert_eq!(
            buckets
                .iter()
                .flatten()
                .filter(|bucket| bucket[2] > 20.0)
                .count(),
            1
        );
    }

    #[test]
    fn an_empty_chart_says_so() {
        let grid = Grid::new(0, 10);
        let series = Series::of([f64::NAN]);
        let mut atlas = Atlas::default();
        let place = atlas.add(&grid, &series);
        let painted = chart(vec![layer(place)]).paint("empty", &atlas, &PAPER);
        assert!(painted.contains("no values"));
        assert!(!painted.contains("NaN"));
        assert!(
            chart(Vec::new())
                .paint("empty", &Atlas::default(), &PAPER)
                .contains("no values")
        );
    }

    #[test]
    fn names_are_escaped() {
        let mut grid = Grid::new(0, 10);
        grid.advance(60);
        let series = Series::of([1.0, 2.0]);
        let mut atlas = Atlas::default();
        let place = atlas.add(&grid, &series);
        let mut evil = layer(place);
        evil.name = "<script>alert(1)</script>".to_owned();
        let painted = chart(vec![evil]).paint("'><script>", &atlas, &PAPER);
        assert!(!painted.contains("<script"));
    }

    #[test]
    fn buckets_are_days_or_equal_parts_of_one() {
        let weeks = |weeks: i64| Frame::new(0, weeks * 7 * 86_400, 297);
        assert_eq!([52, 26].map(|of| weeks(of).count()), [364, 182]);
        assert_eq!(weeks(13).count(), 3 * 13 * 7);
        let last = weeks(52).bucket(363);
        assert_eq!(last, (363.0 * DAY, 364.0 * DAY));
    }
}

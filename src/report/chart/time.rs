//! Series over time. A bucket of pixels shows the mean of its rows, and for lines the span from smallest to largest:
//! no row is skipped, however narrow the chart.

use serde::Serialize;

use super::atlas::Atlas;
use super::paper::{Anchor, Paper, Svg, Tone};
use super::scale::{Scale, time_ticks};

/// Pixels of a bucket in files and at first sight.
const BUCKET: f64 = 3.0;
const LEFT: f64 = 58.0;
const RIGHT: f64 = 12.0;
const LINE: f64 = 17.0;
/// Shares that lie closer together are not spread over the whole height.
const SHARE_SPAN_MIN: f64 = 0.01;

/// A chart over time.
#[derive(Clone, Debug, Serialize)]
pub struct Time {
    /// What the axis counts.
    pub unit: String,
    /// Whether values are shares of one.
    pub share: bool,
    /// Whether the axis begins at zero.
    pub zero: bool,
    /// What is drawn, from the bottom up.
    pub layers: Vec<Layer>,
    /// A level that something promises or is held to.
    pub rule: Option<Rule>,
    /// What happened when.
    pub marks: Vec<Mark>,
}

/// A level across the chart.
#[derive(Clone, Debug, Serialize)]
pub struct Rule {
    /// Where.
    pub value: f64,
    /// What it is.
    pub name: String,
}

/// Something that happened.
#[derive(Clone, Debug, Serialize)]
pub struct Mark {
    /// When, in seconds since 1970.
    pub time: i64,
    /// What.
    pub text: String,
}

/// How a layer is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// An area on the areas before it.
    Area,
    /// A line with the span of its rows.
    Line,
    /// A dashed line.
    Dash,
}

/// One series of a chart.
#[derive(Clone, Debug, Serialize)]
pub struct Layer {
    /// What it is.
    pub name: String,
    /// Its colour.
    pub tone: Tone,
    /// How it is drawn.
    pub shape: Shape,
    /// Its place in the atlas.
    pub series: usize,
    /// Where the span is not of rows but of replications: places of its lower and upper edge.
    pub span: Option<(usize, usize)>,
    /// By what values are multiplied.
    pub factor: f64,
    /// The place of its CSV's rows in the atlas.
    pub row: Option<usize>,
}

/// A layer's buckets: smallest, mean and largest of each.
type Buckets = Vec<Option<[f64; 3]>>;

impl Time {
    /// The chart as an SVG, over all of its time.
    pub(super) fn paint(&self, title: &str, atlas: &Atlas<'_>, paper: &Paper) -> String {
        let width = paper.width;
        let legend = self.legend(width);
        let below = 24.0 + LINE * legend.len() as f64;
        let height = paper.height.unwrap_or(230.0 + below);
        let mut svg = Svg::new(paper, width, height);
        let frame = [LEFT, 22.0, width - RIGHT, height - below];
        self.write_legend(&mut svg, &legend, frame[3] + 34.0);
        svg.label((LEFT, 12.0), Anchor::Start, Tone::Muted, 11.0, &self.unit);
        if let Some((from, to)) = self.span(atlas) {
            self.draw(&mut svg, atlas, frame, (from, to));
        } else {
            let middle = (0.5 * width, 0.5 * (frame[1] + frame[3]));
            svg.label(middle, Anchor::Middle, Tone::Muted, 12.0, "no values");
        }
        svg.finish(title)
    }

    fn draw(
        &self,
        svg: &mut Svg,
        atlas: &Atlas<'_>,
        [left, top, right, bottom]: [f64; 4],
        (from, to): (i64, i64),
    ) {
        let buckets = (((right - left) / BUCKET) as usize).max(2);
        let layers: Vec<Buckets> = self
            .layers
            .iter()
            .map(|layer| layer.buckets(atlas, from, to, buckets))
            .collect();
        let stacks = self.stacks(&layers, buckets);
        let (low, high) = self.range(&layers, &stacks);
        let y = Scale::rounded(low, high, bottom, top);
        for (tick, text) in y.ticks(5, self.share) {
            svg.line([left, y.at(tick), right, y.at(tick)], Tone::Grid, 1.0);
            svg.label(
                (left - 6.0, y.at(tick) + 4.0),
                Anchor::End,
                Tone::Muted,
                11.0,
                text,
            );
        }
        let x = |share: f64| left + share * (right - left);
        let at = |second: i64| x((second - from) as f64 / (to - from).max(1) as f64);
        for (second, text) in time_ticks(from, to, ((right - left) / 90.0) as usize) {
            svg.line(
                [at(second), bottom, at(second), bottom + 4.0],
                Tone::Muted,
                1.0,
            );
            svg.label(
                (at(second), bottom + 16.0),
                Anchor::Middle,
                Tone::Muted,
                11.0,
                text,
            );
        }
        let place = |bucket: usize| x((bucket as f64 + 0.5) / buckets as f64);
        let track = |values: &[Option<f64>]| -> Vec<_> {
            let points = values.iter().enumerate();
            points
                .map(|(bucket, value)| value.map(|value| (place(bucket), y.at(value))))
                .collect()
        };
        for ((layer, values), stack) in self.layers.iter().zip(&layers).zip(&stacks) {
            let edge = |of: usize| -> Vec<_> {
                let values = values.iter();
                track(
                    &values
                        .map(|value| value.and_then(|value| value.get(of).copied()))
                        .collect::<Vec<_>>(),
                )
            };
            match layer.shape {
                Shape::Area => {
                    let (lower, upper): (Vec<_>, Vec<_>) = stack.iter().copied().unzip();
                    let (lower, upper) = (track(&wrap(&lower)), track(&wrap(&upper)));
                    svg.area(&upper, &lower, layer.tone, 1.0);
                    svg.path(&upper, Tone::Back, 0.5, false);
                }
                Shape::Line => {
                    svg.area(&edge(2), &edge(0), layer.tone, 0.22);
                    svg.path(&edge(1), layer.tone, 1.6, false);
                }
                Shape::Dash => svg.path(&edge(1), layer.tone, 1.4, true),
            }
        }
        if let Some(rule) = &self.rule {
            svg.path(
                &[
                    Some((left, y.at(rule.value))),
                    Some((right, y.at(rule.value))),
                ],
                Tone::Promise,
                1.4,
                true,
            );
        }
        for mark in self
            .marks
            .iter()
            .filter(|mark| (from..=to).contains(&mark.time))
        {
            svg.line(
                [at(mark.time), top, at(mark.time), bottom],
                Tone::Muted,
                1.0,
            );
            svg.dot((at(mark.time), top), 4.0, Tone::Ink, &mark.text);
        }
        svg.line([left, bottom, right, bottom], Tone::Muted, 1.0);
    }

    /// From the first to the last time of any series.
    fn span(&self, atlas: &Atlas<'_>) -> Option<(i64, i64)> {
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

    /// Lower and upper edge of each area: those before it carry it.
    fn stacks(&self, layers: &[Buckets], buckets: usize) -> Vec<Vec<(f64, f64)>> {
        let mut ground = vec![0.0; buckets];
        let stack = |(layer, values): (&Layer, &Buckets)| -> Vec<_> {
            if layer.shape != Shape::Area {
                return Vec::new();
            }
            let edges = ground.iter_mut().zip(values).map(|(ground, value)| {
                let lower = *ground;
                *ground += value.map_or(0.0, |[_, mean, _]| mean);
                (lower, *ground)
            });
            edges.collect()
        };
        self.layers.iter().zip(layers).map(stack).collect()
    }

    fn range(&self, layers: &[Buckets], stacks: &[Vec<(f64, f64)>]) -> (f64, f64) {
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
        let tops = stacks.iter().flatten().map(|(_, upper)| *upper);
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

    /// Names in rows that fit into the width.
    fn legend(&self, width: f64) -> Vec<Vec<(f64, Tone, bool, &str)>> {
        let rule = self
            .rule
            .iter()
            .map(|rule| (Tone::Promise, true, rule.name.as_str()));
        let layers = self
            .layers
            .iter()
            .map(|layer| (layer.tone, layer.shape == Shape::Dash, layer.name.as_str()));
        let mut rows = vec![Vec::new()];
        let mut x = LEFT;
        for (tone, dashed, name) in layers.chain(rule) {
            let wide = 26.0 + 6.4 * name.chars().count() as f64;
            if x + wide > width - RIGHT && x > LEFT {
                rows.push(Vec::new());
                x = LEFT;
            }
            if let Some(row) = rows.last_mut() {
                row.push((x, tone, dashed, name));
            }
            x += wide;
        }
        rows
    }

    fn write_legend(&self, svg: &mut Svg, rows: &[Vec<(f64, Tone, bool, &str)>], top: f64) {
        for (row, y) in rows.iter().zip(0..) {
            let y = top + LINE * f64::from(y);
            for (x, tone, dashed, name) in row {
                match dashed {
                    true => svg.path(
                        &[Some((*x, y - 4.0)), Some((x + 12.0, y - 4.0))],
                        *tone,
                        2.0,
                        true,
                    ),
                    false => svg.rect([*x, y - 9.0, 11.0, 10.0], *tone, ""),
                }
                svg.label((x + 16.0, y), Anchor::Start, Tone::Ink, 11.0, name);
            }
        }
    }
}

impl Layer {
    /// What it shows between two times, in equal buckets.
    fn buckets(&self, atlas: &Atlas<'_>, from: i64, to: i64, buckets: usize) -> Buckets {
        let Some((grid, series)) = atlas.get(self.series) else {
            return vec![None; buckets];
        };
        let edge = |second: f64| ((second - grid.start as f64) / grid.seconds() as f64).max(0.0);
        let width = (to - from) as f64 / buckets as f64;
        let bucket = |bucket: usize| {
            let start = from as f64 + bucket as f64 * width;
            let first = edge(start).floor() as usize;
            let last = (edge(start + width).ceil() as usize).max(first + 1);
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
        (0..buckets).map(bucket).collect()
    }
}

fn wrap(values: &[f64]) -> Vec<Option<f64>> {
    values.iter().copied().map(Some).collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::book::{Grid, Series};
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
        let buckets = layer(place).buckets(&atlas, grid.start, grid.end(), 100);
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
}

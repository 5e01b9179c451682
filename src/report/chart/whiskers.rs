//! Means with their intervals around a common zero: differences between results, and the size of effects.

use super::paper::Paper;
use super::scale::Scale;
use super::svg::{Anchor, Svg};
use super::tone::Tone;

const ROW: f64 = 26.0;

/// Rows of means and intervals on one scale.
#[derive(Clone, Debug)]
pub struct Whiskers {
    /// What the axis counts.
    pub unit: String,
    /// From the top down.
    pub rows: Vec<Whisker>,
    /// Whether a bar reaches from zero to the mean, as in a tornado.
    pub bars: bool,
}

/// One row.
#[derive(Clone, Debug)]
pub struct Whisker {
    /// What it is of.
    pub name: String,
    /// Its mean.
    pub mean: f64,
    /// Its interval, if there is one.
    pub interval: Option<(f64, f64)>,
    /// Its colour.
    pub tone: Tone,
    /// What is told of it.
    pub tip: String,
}

impl Whiskers {
    /// Letters of the longest name.
    fn longest(&self) -> usize {
        let letters = self.rows.iter().map(|row| row.name.chars().count());
        letters.max().unwrap_or(0)
    }

    pub(super) fn has_long_names(&self) -> bool {
        self.longest() > 40
    }

    pub(super) fn paint(&self, title: &str, paper: &Paper) -> String {
        let left = (14.0 + 6.2 * self.longest() as f64).clamp(60.0, 0.6 * paper.width);
        let right = paper.width - 16.0;
        let height = paper.height.unwrap_or(ROW * self.rows.len() as f64 + 46.0);
        let bottom = height - 22.0;
        let row = (bottom - 20.0) / self.rows.len().max(1) as f64;
        let ends = self.rows.iter().flat_map(|row| {
            let (low, high) = row.interval.unwrap_or((row.mean, row.mean));
            [low, high, row.mean, 0.0]
        });
        let (low, high) = ends.fold((0.0_f64, 0.0_f64), |(low, high), end| {
            (low.min(end), high.max(end))
        });
        let x = Scale::rounded(low, high, left, right);
        let mut svg = Svg::new(paper, paper.width, height);
        svg.label((left, 12.0), Anchor::Start, Tone::Muted, 11.0, &self.unit);
        for (tick, text) in x.ticks(4, false) {
            svg.line([x.at(tick), 20.0, x.at(tick), bottom], Tone::Grid, 1.0);
            svg.label(
                (x.at(tick), bottom + 15.0),
                Anchor::Middle,
                Tone::Muted,
                11.0,
                text,
            );
        }
        svg.line([x.at(0.0), 20.0, x.at(0.0), bottom], Tone::Muted, 1.2);
        for (of, number) in self.rows.iter().zip(0..) {
            let middle = 20.0 + (f64::from(number) + 0.5) * row;
            let name: String = of.name.chars().take((left / 6.0) as usize).collect();
            svg.label(
                (left - 8.0, middle + 4.0),
                Anchor::End,
                Tone::Ink,
                11.0,
                name,
            );
            if self.bars {
                let (from, to) = (x.at(of.mean.min(0.0)), x.at(of.mean.max(0.0)));
                svg.rect(
                    [from, middle - 0.3 * row, to - from, 0.6 * row],
                    of.tone,
                    &of.tip,
                );
            }
            if let Some((low, high)) = of.interval {
                svg.line(
                    [x.at(low), middle, x.at(high), middle],
                    if self.bars { Tone::Ink } else { of.tone },
                    2.0,
                );
            }
            if !self.bars {
                svg.dot((x.at(of.mean), middle), 5.0, of.tone, &of.tip);
            }
        }
        svg.finish(title)
    }
}

//! Bars and dots in lanes over time: the campaigns and the moves.

use serde::Serialize;

use super::calendar::time_ticks;
use super::legend::{Entry, Legend};
use super::paper::Paper;
use super::scale::Scale;
use super::svg::{Anchor, Svg};
use super::tone::Tone;

const LANE: f64 = 24.0;
const RIGHT: f64 = 12.0;

/// Lanes over time.
#[derive(Clone, Debug, Serialize)]
pub struct Lanes {
    /// The first second, since 1970.
    pub from: i64,
    /// The last.
    pub to: i64,
    /// From the top down.
    pub lanes: Vec<Lane>,
    /// What the colours mean.
    pub legend: Vec<(Tone, String)>,
}

/// One lane.
#[derive(Clone, Debug, Serialize)]
pub struct Lane {
    /// What it is of.
    pub name: String,
    /// What came of it, at its right end.
    pub note: String,
    /// What is drawn in it.
    pub items: Vec<Item>,
}

/// A bar, or a dot where it has no length.
#[derive(Clone, Debug, Serialize)]
pub struct Item {
    /// Where it begins, in seconds since 1970.
    pub from: i64,
    /// Where it ends.
    pub to: i64,
    /// A bar's share of the lane's height; a dot's share of the largest dot.
    pub size: f64,
    /// Its colour.
    pub tone: Tone,
    /// What is told to who points at it.
    pub tip: String,
}

impl Lanes {
    pub(super) fn paint(&self, title: &str, paper: &Paper) -> String {
        let longest = self
            .lanes
            .iter()
            .map(|lane| lane.name.chars().count())
            .max()
            .unwrap_or(0);
        let left = (12.0 + 6.4 * longest as f64).clamp(60.0, 0.36 * paper.width);
        let right = paper.width - RIGHT;
        let names = self
            .legend
            .iter()
            .map(|(tone, name)| Entry::plain(*tone, name));
        let legend = Legend::of(names, [left, right]);
        let below = 26.0 + legend.height();
        let height = paper
            .height
            .unwrap_or(LANE * self.lanes.len() as f64 + 6.0 + below);
        let bottom = height - below;
        let lane = (bottom - 6.0) / self.lanes.len().max(1) as f64;
        let x = Scale::new(self.from as f64, self.to as f64, left, right);
        let x = |second: i64| x.at(second as f64).clamp(left, right);
        let mut svg = Svg::new(paper, paper.width, height);
        for (second, text) in time_ticks(self.from, self.to, ((right - left) / 90.0) as usize) {
            svg.line([x(second), 4.0, x(second), bottom], Tone::Grid, 1.0);
            svg.label(
                (x(second), bottom + 15.0),
                Anchor::Middle,
                Tone::Muted,
                11.0,
                text,
            );
        }
        for (of, number) in self.lanes.iter().zip(0..) {
            let middle = 6.0 + (f64::from(number) + 0.5) * lane;
            svg.line(
                [left, middle + 0.5 * lane, right, middle + 0.5 * lane],
                Tone::Grid,
                1.0,
            );
            svg.label(
                (left - 8.0, middle + 4.0),
                Anchor::End,
                Tone::Ink,
                11.0,
                &of.name,
            );
            for item in &of.items {
                if item.to > item.from {
                    let high = item.size * 0.7 * lane;
                    let wide = (x(item.to) - x(item.from)).max(1.0);
                    svg.rect(
                        [x(item.from), middle - 0.5 * high, wide, high],
                        item.tone,
                        &item.tip,
                    );
                } else {
                    let radius = 1.5 + (0.42 * lane - 1.5) * item.size.sqrt();
                    svg.dot((x(item.from), middle), radius, item.tone, &item.tip);
                }
            }
        }
        legend.paint(&mut svg, bottom + 23.0);
        svg.finish(title)
    }
}

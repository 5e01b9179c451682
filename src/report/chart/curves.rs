//! A metric along an axis of a sweep: means as lines, intervals as bands.

use super::axis::levels;
use super::legend::{Entry, Legend};
use super::paper::Paper;
use super::scale::Scale;
use super::svg::{Anchor, LETTER, Svg};
use super::tone::Tone;

/// With more curves their bands would hide one another; intervals are lines then.
const BANDS_MAX: usize = 3;
const SHARE_SPAN_MIN: f64 = 0.01;

/// Curves over one axis.
#[derive(Clone, Debug)]
pub struct Curves {
    /// What is below.
    pub axis: String,
    /// What the curves count.
    pub unit: String,
    /// Whether they are shares of one.
    pub share: bool,
    /// Names of the axis' values, where they are no numbers; the curves' places are then 0, 1, 2 …
    pub names: Vec<String>,
    /// One for each value of another axis.
    pub curves: Vec<Curve>,
    /// Whether points are joined.
    pub joined: bool,
}

/// Place, mean, interval, and what is told of it.
pub type CurvePoint = (f64, f64, Option<(f64, f64)>, String);

/// One curve.
#[derive(Clone, Debug)]
pub struct Curve {
    /// What it is of; empty of an only one.
    pub name: String,
    /// Its colour.
    pub tone: Tone,
    /// In the order of places.
    pub points: Vec<CurvePoint>,
}

impl Curves {
    pub(super) fn paint(&self, title: &str, paper: &Paper) -> String {
        let (left, right, top) = (58.0, paper.width - 14.0, 22.0);
        let named = self.curves.iter().filter(|curve| !curve.name.is_empty());
        let named = named.map(|curve| Entry::plain(curve.tone, &curve.name));
        let legend = Legend::of(named, [left, right]);
        let height = paper.height.unwrap_or(262.0 + legend.height());
        let bottom = height - 42.0 - legend.height();
        let mut svg = Svg::new(paper, paper.width, height);
        svg.label((left, 12.0), Anchor::Start, Tone::Muted, 11.0, &self.unit);
        let points = self.curves.iter().flat_map(|curve| &curve.points);
        let (mut x, mut y) = (
            [f64::INFINITY, f64::NEG_INFINITY],
            [f64::INFINITY, f64::NEG_INFINITY],
        );
        for (place, mean, interval, _) in points {
            let (low, high) = interval.unwrap_or((*mean, *mean));
            x = [x[0].min(*place), x[1].max(*place)];
            y = [y[0].min(low).min(*mean), y[1].max(high).max(*mean)];
        }
        if x[0] > x[1] {
            svg.label(
                (0.5 * paper.width, 0.5 * height),
                Anchor::Middle,
                Tone::Muted,
                12.0,
                "no values",
            );
            return svg.finish(title);
        }
        // Rounding of the last digit is no spread, and shares that lie close together are not spread over the whole height.
        let [low, high] = match y[1] - y[0] < 1e-9 * y[1].abs() {
            _ if self.share => [y[0].min(y[1] - SHARE_SPAN_MIN), y[1]],
            true => [y[0] - 0.005 * y[1].abs(), y[1] + 0.005 * y[1].abs()],
            false => y,
        };
        let y = Scale::rounded(low, high, bottom, top);
        let x = Scale::new(x[0], x[1], left + 10.0, right - 10.0);
        levels(&mut svg, &y, self.share, [left, right]);
        if self.names.is_empty() {
            for (tick, text) in x.ticks(5, false) {
                svg.label(
                    (x.at(tick), bottom + 16.0),
                    Anchor::Middle,
                    Tone::Muted,
                    11.0,
                    text,
                );
            }
        }
        // Names that would run into one another are left out: every second, every third.
        let longest = self.names.iter().map(|name| name.chars().count()).max();
        let room = (right - left) / self.names.len().max(1) as f64;
        let every = (LETTER * longest.unwrap_or(0) as f64 / room)
            .ceil()
            .max(1.0) as usize;
        for (name, place) in self.names.iter().zip(0..).step_by(every) {
            svg.label(
                (x.at(f64::from(place)), bottom + 16.0),
                Anchor::Middle,
                Tone::Muted,
                11.0,
                name,
            );
        }
        svg.label(
            (0.5 * (left + right), bottom + 33.0),
            Anchor::Middle,
            Tone::Ink,
            11.0,
            &self.axis,
        );
        for curve in &self.curves {
            let edge = |of: fn((f64, f64)) -> f64| -> Vec<_> {
                let points = curve.points.iter();
                points
                    .map(|point| point.2.map(|ends| (x.at(point.0), y.at(of(ends)))))
                    .collect()
            };
            let means: Vec<_> = curve
                .points
                .iter()
                .map(|point| Some((x.at(point.0), y.at(point.1))))
                .collect();
            let banded = self.joined && self.curves.len() <= BANDS_MAX;
            if banded {
                svg.area(&edge(|ends| ends.1), &edge(|ends| ends.0), curve.tone, 0.2);
            }
            if self.joined {
                svg.path(&means, curve.tone, 1.8, false);
            }
            for ((_, _, interval, tip), mean) in curve.points.iter().zip(means.iter().flatten()) {
                if let (false, Some((low, high))) = (banded, interval) {
                    svg.line([mean.0, y.at(*low), mean.0, y.at(*high)], curve.tone, 1.0);
                }
                svg.dot(*mean, if self.joined { 4.0 } else { 3.0 }, curve.tone, tip);
            }
        }
        svg.line([left, bottom, right, bottom], Tone::Muted, 1.0);
        legend.paint(&mut svg, bottom + 38.0);
        svg.finish(title)
    }
}

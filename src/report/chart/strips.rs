//! Replications one by one, with their quartiles: what a mean hides.

use super::number::span;
use super::paper::Paper;
use super::scale::Scale;
use super::svg::{Anchor, Svg};
use super::tone::Tone;

const ROW: f64 = 46.0;

/// Strips of values, each on a scale of its own.
#[derive(Clone, Debug)]
pub struct Strips {
    /// From the top down.
    pub strips: Vec<Strip>,
}

/// One metric's values.
#[derive(Clone, Debug)]
pub struct Strip {
    /// What it is of.
    pub name: String,
    /// Its colour.
    pub tone: Tone,
    /// Each with what is told of it.
    pub values: Vec<(f64, String)>,
    /// The mean's interval, if there is one.
    pub interval: Option<(f64, f64)>,
    /// A level that is promised.
    pub promise: Option<f64>,
    /// How its values are written.
    pub write: fn(f64) -> String,
}

impl Strips {
    pub(super) fn paint(&self, title: &str, paper: &Paper) -> String {
        let height = paper.height.unwrap_or(ROW * self.strips.len() as f64 + 8.0);
        let row = (height - 8.0) / self.strips.len().max(1) as f64;
        let (left, right) = (14.0, paper.width - 14.0);
        let mut svg = Svg::new(paper, paper.width, height);
        for (strip, number) in self.strips.iter().zip(0..) {
            let top = f64::from(number) * row;
            let middle = top + 28.0;
            svg.label(
                (left, top + 13.0),
                Anchor::Start,
                Tone::Ink,
                11.5,
                &strip.name,
            );
            let mut sorted: Vec<f64> = strip.values.iter().map(|value| value.0).collect();
            sorted.sort_by(f64::total_cmp);
            let (Some(first), Some(last)) = (sorted.first().copied(), sorted.last().copied())
            else {
                svg.label(
                    (right, top + 13.0),
                    Anchor::End,
                    Tone::Muted,
                    11.0,
                    "no values",
                );
                continue;
            };
            let promise = strip.promise.unwrap_or(first);
            let (from, to) = strip.interval.unwrap_or((first, last));
            let (low, high) = (first.min(promise).min(from), last.max(promise).max(to));
            let x = Scale::new(low, high, left + 6.0, right - 6.0);
            let span = match sorted.len() {
                1 => format!("{} (one replication: no spread)", (strip.write)(first)),
                _ => span(first, last, strip.write),
            };
            svg.label((right, top + 13.0), Anchor::End, Tone::Muted, 11.0, span);
            svg.line([left, middle, right, middle], Tone::Grid, 1.0);
            if sorted.len() > 3 {
                let [low, mid, high] =
                    [0.25, 0.5, 0.75].map(|share| x.at(quantile(&sorted, share)));
                let tip = "box: from the first to the third quartile, with the median";
                svg.rect([low, middle - 8.0, high - low, 16.0], Tone::Grid, tip);
                svg.line([mid, middle - 8.0, mid, middle + 8.0], Tone::Muted, 1.5);
            }
            if let Some((low, high)) = strip.interval {
                svg.line(
                    [x.at(low), middle + 11.0, x.at(high), middle + 11.0],
                    Tone::Ink,
                    2.0,
                );
            }
            if strip.promise.is_some() {
                svg.line(
                    [x.at(promise), middle - 11.0, x.at(promise), middle + 11.0],
                    Tone::Promise,
                    1.5,
                );
            }
            for (value, tip) in &strip.values {
                svg.dot((x.at(*value), middle), 4.5, strip.tone, tip);
            }
        }
        svg.finish(title)
    }
}

/// A quantile of sorted values, between its neighbours where it falls between them.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * sorted.len().saturating_sub(1) as f64;
    let at = |place: f64| sorted.get(place as usize).copied().unwrap_or(0.0);
    let (low, high) = (at(place.floor()), at(place.ceil()));
    low + (high - low) * place.fract()
}

#[cfg(test)]
mod tests {
    use super::super::number::amount;
    use super::*;

    #[test]
    fn quartiles() {
        let sorted = [1.0, 2.0, 3.0, 4.0];
        assert_eq!(
            [0.0, 0.25, 0.5, 1.0].map(|share| quantile(&sorted, share)),
            [1.0, 1.75, 2.5, 4.0]
        );
    }

    #[test]
    fn one_replication_and_none_are_said() {
        let strip = |values: Vec<(f64, String)>| Strip {
            name: "net value".to_owned(),
            tone: Tone::Ink,
            values,
            interval: None,
            promise: None,
            write: amount,
        };
        let strips = Strips {
            strips: vec![strip(vec![(5.0, String::new())]), strip(Vec::new())],
        };
        let paper = Paper {
            on_page: true,
            width: 400.0,
            height: None,
        };
        let painted = strips.paint("x", &paper);
        assert!(painted.contains("one replication: no spread") && painted.contains("no values"));
        assert!(!painted.contains("NaN"));
    }
}

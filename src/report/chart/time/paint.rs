//! A chart over time as an SVG, over all of its time.

use super::super::atlas::Atlas;
use super::super::axis::{levels, times};
use super::super::legend::{Entry, Legend};
use super::super::paper::Paper;
use super::super::scale::Scale;
use super::super::svg::{Anchor, LETTER, Svg};
use super::super::tone::Tone;
use super::buckets::{Buckets, Frame};
use super::{Layer, Shape, Time, names};

/// Pixels of a bucket in files and at first sight.
const BUCKET: f64 = 3.0;
const LEFT: f64 = 58.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 22.0;
/// Pixels of the text below the axis.
const TICKS: f64 = 24.0;

/// Values to pixels.
pub(super) struct Plane {
    pub(super) x: Scale,
    pub(super) y: Scale,
    top: f64,
    bottom: f64,
}

impl Time {
    pub(in super::super) fn paint(&self, title: &str, atlas: &Atlas<'_>, paper: &Paper) -> String {
        let (left, right) = (LEFT, paper.width - RIGHT);
        let legend = Legend::of(self.names(), [left, right]);
        let below = TICKS + legend.height();
        let height = paper.height.unwrap_or(230.0 + below);
        let (top, bottom) = (TOP, height - below);
        let mut svg = Svg::new(paper, paper.width, height);
        legend.paint(&mut svg, bottom + TICKS - 2.0);
        svg.label((left, 12.0), Anchor::Start, Tone::Muted, 11.0, &self.unit);
        let Some((from, to)) = self.span(atlas) else {
            let middle = (0.5 * paper.width, 0.5 * (top + bottom));
            svg.label(middle, Anchor::Middle, Tone::Muted, 12.0, "no values");
            return svg.finish(title);
        };
        let frame = Frame::new(from, to, ((right - left) / BUCKET) as usize);
        let layers: Vec<Buckets> = self
            .layers
            .iter()
            .map(|layer| layer.buckets(atlas, &frame))
            .collect();
        let tops = self.tops(&layers, frame.count());
        let (low, high) = self.range(&layers, &tops);
        let plane = Plane {
            x: Scale::new(from as f64, to as f64, left, right),
            y: Scale::rounded(low, high, bottom, top),
            top,
            bottom,
        };
        levels(&mut svg, &plane.y, self.share, [left, right]);
        times(&mut svg, &plane.x, (from, to), [left, right, bottom]);
        // From the back to the front: the areas reach down to zero, each hides what is behind it.
        let areas = self.layers.iter().zip(&tops);
        for (layer, top) in areas.rev().filter(|(layer, _)| layer.shape == Shape::Area) {
            let edge = track(&plane, &frame, top.iter().copied().map(Some));
            svg.hill(&edge, bottom, layer.tone);
        }
        let lines = self.layers.iter().zip(&layers);
        for (layer, values) in lines.filter(|(layer, _)| layer.shape != Shape::Area) {
            draw_line(&mut svg, &plane, &frame, layer, values);
        }
        if let Some(rule) = &self.rule {
            let y = plane.y.at(rule.value);
            let ends = [Some((left, y)), Some((right, y))];
            svg.path(&ends, Tone::Promise, 1.4, true);
        }
        self.draw_marks(&mut svg, &plane, (from, to));
        if !paper.on_page {
            names::areas(&mut svg, &plane, &frame, &self.layers, &tops);
            let after_unit = left + LETTER * (self.unit.chars().count() + 2) as f64;
            names::marks(&mut svg, &plane, self.marks.iter(), [after_unit, right]);
        }
        svg.line([left, bottom, right, bottom], Tone::Muted, 1.0);
        svg.finish(title)
    }

    fn draw_marks(&self, svg: &mut Svg, plane: &Plane, (from, to): (i64, i64)) {
        let inside = |mark: &&super::Mark| (from..=to).contains(&mark.time);
        for mark in self.marks.iter().filter(inside) {
            let x = plane.x.at(mark.time as f64);
            svg.line([x, plane.top, x, plane.bottom], Tone::Muted, 1.0);
            svg.dot((x, plane.top), 4.0, Tone::Ink, &mark.text);
        }
    }

    /// What the legend names: layers from the bottom up, then the promise.
    fn names(&self) -> impl Iterator<Item = Entry<'_>> {
        let rule = self.rule.iter().map(|rule| Entry {
            tone: Tone::Promise,
            dashed: true,
            name: &rule.name,
        });
        let layers = self.layers.iter().map(|layer| Entry {
            tone: layer.tone,
            dashed: layer.shape == Shape::Dash,
            name: &layer.name,
        });
        layers.chain(rule)
    }
}

fn draw_line(svg: &mut Svg, plane: &Plane, frame: &Frame, layer: &Layer, values: &Buckets) {
    let edge = |of: usize| {
        let values = values.iter();
        let values = values.map(|value| value.and_then(|value| value.get(of).copied()));
        track(plane, frame, values)
    };
    match layer.shape {
        Shape::Dash => svg.path(&edge(1), layer.tone, 1.4, true),
        _ => {
            svg.area(&edge(2), &edge(0), layer.tone, 0.22);
            svg.path(&edge(1), layer.tone, 1.6, false);
        }
    }
}

/// Values in the middles of their buckets; the first and the last reach to the ends.
fn track(
    plane: &Plane,
    frame: &Frame,
    values: impl Iterator<Item = Option<f64>>,
) -> Vec<Option<(f64, f64)>> {
    let mut points = Vec::with_capacity(frame.count() + 2);
    let last = frame.count().saturating_sub(1);
    for (bucket, value) in values.enumerate() {
        let (start, end) = frame.bucket(bucket);
        let at = |second: f64| value.map(|value| (plane.x.at(second), plane.y.at(value)));
        if bucket == 0 {
            points.push(at(start));
        }
        points.push(at(0.5 * (start + end)));
        if bucket == last {
            points.push(at(end));
        }
    }
    points
}

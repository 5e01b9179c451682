//! What a picture says inside itself, because nobody can point at it: the name of each area where it has room, and what
//! happened when.

use super::super::svg::{Anchor, LETTER, Svg};
use super::super::tone::Tone;
use super::buckets::Frame;
use super::paint::Plane;
use super::{Layer, Mark, Shape};

/// Pixels of height that a name needs.
const HIGH: f64 = 15.0;
/// Pixels beside a name.
const BESIDE: f64 = 6.0;

/// Writes the name of each area at its highest stretch that is wide enough; areas without one are only in the legend.
pub(super) fn areas(
    svg: &mut Svg,
    plane: &Plane,
    frame: &Frame,
    layers: &[Layer],
    tops: &[Vec<f64>],
) {
    let ground = vec![0.0; frame.count()];
    let mut below = &ground;
    let stacked = layers.iter().zip(tops);
    for (layer, top) in stacked.filter(|(layer, _)| layer.shape == Shape::Area) {
        if let Some(place) = room(plane, frame, &layer.name, below, top) {
            match (layer.tone.text_on(), layer.tone) {
                (Some(color), _) => svg.label_in(place, color, 11.0, &layer.name),
                (None, Tone::Idle) => {
                    svg.label(place, Anchor::Middle, Tone::Ink, 11.0, &layer.name)
                }
                (None, _) => svg.label(place, Anchor::Middle, Tone::Back, 11.0, &layer.name),
            }
        }
        below = top;
    }
}

/// The middle of the stretch between two edges that leaves a name most height.
fn room(plane: &Plane, frame: &Frame, name: &str, low: &[f64], high: &[f64]) -> Option<(f64, f64)> {
    let (start, end) = frame.bucket(0);
    let pitch = plane.x.at(end) - plane.x.at(start);
    let wide = 2.0 * BESIDE + LETTER * name.chars().count() as f64;
    let buckets = ((wide / pitch).ceil() as usize).max(1);
    let mut best: Option<(f64, (f64, f64))> = None;
    let stretches = low.windows(buckets).zip(high.windows(buckets));
    for (first, (low, high)) in stretches.enumerate() {
        let floor = low.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let ceiling = high.iter().copied().fold(f64::INFINITY, f64::min);
        let (floor, ceiling) = (plane.y.at(floor), plane.y.at(ceiling));
        let height = floor - ceiling;
        // Half a pixel more is no better place.
        if height >= HIGH && best.is_none_or(|(most, _)| height > most + 0.5) {
            let (from, _) = frame.bucket(first);
            let (_, to) = frame.bucket(first + buckets - 1);
            let middle = plane.x.at(0.5 * (from + to));
            best = Some((height, (middle, 0.5 * (floor + ceiling) + 4.0)));
        }
    }
    best.map(|(_, place)| place)
}

/// Writes above the chart what happened, as far as there is room from `left` to `right`.
pub(super) fn marks<'a>(
    svg: &mut Svg,
    plane: &Plane,
    marks: impl Iterator<Item = &'a Mark>,
    [mut left, right]: [f64; 2],
) {
    for mark in marks {
        let (x, wide) = (
            plane.x.at(mark.time as f64),
            LETTER * mark.text.chars().count() as f64,
        );
        let middle = x.min(right - 0.5 * wide);
        if middle - 0.5 * wide > left {
            svg.label(
                (middle, 12.0),
                Anchor::Middle,
                Tone::Muted,
                11.0,
                &mark.text,
            );
            left = middle + 0.5 * wide + BESIDE;
        }
    }
}

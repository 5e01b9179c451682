//! What is written along the axes: a line across the chart at each round value with the value beside it, and round times.

use super::calendar::time_ticks;
use super::scale::Scale;
use super::svg::{Anchor, Svg};
use super::tone::Tone;

/// Draws about five levels from `left` to `right`.
pub fn levels(svg: &mut Svg, y: &Scale, is_share: bool, [left, right]: [f64; 2]) {
    for (tick, text) in y.ticks(5, is_share) {
        svg.line([left, y.at(tick), right, y.at(tick)], Tone::Grid, 1.0);
        svg.label(
            (left - 6.0, y.at(tick) + 4.0),
            Anchor::End,
            Tone::Muted,
            11.0,
            text,
        );
    }
}

/// Names round times below `bottom`, with a mark each.
pub fn times(svg: &mut Svg, x: &Scale, (from, to): (i64, i64), [left, right, bottom]: [f64; 3]) {
    for (second, text) in time_ticks(from, to, ((right - left) / 90.0) as usize) {
        let x = x.at(second as f64);
        svg.line([x, bottom, x, bottom + 4.0], Tone::Muted, 1.0);
        svg.label((x, bottom + 16.0), Anchor::Middle, Tone::Muted, 11.0, text);
    }
}

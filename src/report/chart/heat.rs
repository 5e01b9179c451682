//! A metric over two axes, as a map whose colours go from light to dark; each cell says its value.

use super::paper::Paper;
use super::svg::{Anchor, Svg};
use super::tone::Tone;

/// A heat map.
#[derive(Clone, Debug)]
pub struct Heat {
    /// What is below, with the names of its values.
    pub x: (String, Vec<String>),
    /// What is at the left, with the names of its values.
    pub y: (String, Vec<String>),
    /// Column, row, value and what is told of each cell.
    pub cells: Vec<(usize, usize, f64, String)>,
    /// How values are written.
    pub write: fn(f64) -> String,
}

/// From light to dark, and even in lightness for any colour vision: yellow over green and blue to violet.
const RAMP: [[f64; 3]; 5] = [
    [253.0, 231.0, 37.0],
    [94.0, 201.0, 98.0],
    [33.0, 145.0, 140.0],
    [59.0, 82.0, 139.0],
    [68.0, 1.0, 84.0],
];

impl Heat {
    pub(super) fn paint(&self, title: &str, paper: &Paper) -> String {
        let (columns, rows) = (self.x.1.len().max(1) as f64, self.y.1.len().max(1) as f64);
        let longest = self
            .y
            .1
            .iter()
            .map(|name| name.chars().count())
            .max()
            .unwrap_or(0);
        let (left, right, top) = (20.0 + 6.4 * longest as f64, paper.width - 10.0, 24.0);
        let height = paper
            .height
            .unwrap_or(top + 44.0 + (34.0 * rows).clamp(80.0, 420.0));
        let bottom = height - 44.0;
        let (wide, high) = ((right - left) / columns, (bottom - top) / rows);
        let mut svg = Svg::new(paper, paper.width, height);
        svg.label((8.0, 12.0), Anchor::Start, Tone::Ink, 11.0, &self.y.0);
        svg.label(
            (0.5 * (left + right), height - 6.0),
            Anchor::Middle,
            Tone::Ink,
            11.0,
            &self.x.0,
        );
        let values = self.cells.iter().map(|cell| cell.2);
        let (low, most) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        for (column, row, value, tip) in &self.cells {
            // What is written alike looks alike.
            let share = match (self.write)(low) == (self.write)(most) {
                true => 0.5,
                false => (value - low) / (most - low),
            };
            let (x, y) = (
                left + *column as f64 * wide,
                bottom - (*row as f64 + 1.0) * high,
            );
            svg.patch([x, y, wide - 1.0, high - 1.0], &shade(share), tip);
            if wide > 46.0 && high > 15.0 {
                // Dark cells carry light text whatever the theme, and so in words that no theme changes.
                let text = (self.write)(*value);
                let tone = if share > 0.45 { "#fff" } else { "#10151b" };
                svg.label_in((x + 0.5 * wide, y + 0.5 * high + 4.0), tone, 11.0, &text);
            }
        }
        let every = (52.0 / wide).ceil().max(1.0) as usize;
        for (number, name) in self.x.1.iter().enumerate().step_by(every) {
            let x = left + (number as f64 + 0.5) * wide;
            svg.label((x, bottom + 16.0), Anchor::Middle, Tone::Muted, 11.0, name);
        }
        for (number, name) in self.y.1.iter().enumerate() {
            let y = bottom - (number as f64 + 0.5) * high + 4.0;
            svg.label((left - 8.0, y), Anchor::End, Tone::Muted, 11.0, name);
        }
        svg.finish(title)
    }
}

fn shade(share: f64) -> String {
    let place = share.clamp(0.0, 1.0) * (RAMP.len() - 1) as f64;
    let color = |of: usize| RAMP.get(of).or(RAMP.last()).copied().unwrap_or_default();
    let (from, to) = (color(place as usize), color(place as usize + 1));
    let mix = |channel: usize| {
        let at = |color: [f64; 3]| color.get(channel).copied().unwrap_or(0.0);
        (at(from) + (at(to) - at(from)) * place.fract()).round() as u8
    };
    format!("#{:02x}{:02x}{:02x}", mix(0), mix(1), mix(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ramp_reaches_both_ends() {
        assert_eq!(shade(0.0), "#fde725");
        assert_eq!(shade(1.0), "#440154");
        assert_eq!(shade(7.0), "#440154");
    }
}

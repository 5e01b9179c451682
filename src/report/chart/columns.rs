//! Stacked amounts, such as money by quarter and category: what adds to one side of zero on that side.

use super::paper::{Anchor, Paper, Svg, Tone};
use super::scale::Scale;

/// Stacked columns.
#[derive(Clone, Debug)]
pub struct Columns {
    /// What the axis counts.
    pub unit: String,
    /// From left to right.
    pub columns: Vec<Column>,
    /// What the colours mean.
    pub legend: Vec<(Tone, String)>,
}

/// One column.
#[derive(Clone, Debug)]
pub struct Column {
    /// What it is of.
    pub name: String,
    /// Colour, amount and what is told of each part; negative ones hang below zero.
    pub parts: Vec<(Tone, f64, String)>,
}

impl Columns {
    pub(super) fn paint(&self, title: &str, paper: &Paper) -> String {
        let per_row = ((paper.width - 70.0) / 130.0).max(1.0) as usize;
        let rows = self.legend.len().div_ceil(per_row);
        let height = paper.height.unwrap_or(250.0 + 17.0 * rows as f64);
        let (left, right, top) = (58.0, paper.width - 10.0, 22.0);
        let bottom = height - 28.0 - 17.0 * rows as f64;
        let side = |column: &Column, sign: f64| -> f64 {
            column
                .parts
                .iter()
                .map(|part| (part.1 * sign).max(0.0))
                .sum()
        };
        let most = |sign: f64| {
            self.columns
                .iter()
                .map(|column| side(column, sign))
                .fold(0.0, f64::max)
        };
        let y = Scale::rounded(-most(-1.0), most(1.0), bottom, top);
        let mut svg = Svg::new(paper, paper.width, height);
        svg.label((left, 12.0), Anchor::Start, Tone::Muted, 11.0, &self.unit);
        for (tick, text) in y.ticks(5, false) {
            svg.line([left, y.at(tick), right, y.at(tick)], Tone::Grid, 1.0);
            svg.label(
                (left - 6.0, y.at(tick) + 4.0),
                Anchor::End,
                Tone::Muted,
                11.0,
                text,
            );
        }
        let pitch = (right - left) / self.columns.len().max(1) as f64;
        let wide = (0.62 * pitch).min(90.0);
        for (column, number) in self.columns.iter().zip(0..) {
            let middle = left + (f64::from(number) + 0.5) * pitch;
            let mut reached = [0.0, 0.0];
            for (tone, value, tip) in &column.parts {
                let [up, down] = &mut reached;
                let from = if *value < 0.0 { down } else { up };
                let (start, end) = (*from, *from + value);
                *from = end;
                let (above, below) = (y.at(start.max(end)), y.at(start.min(end)));
                svg.rect(
                    [
                        middle - 0.5 * wide,
                        above,
                        wide,
                        (below - above - 0.5).max(0.0),
                    ],
                    *tone,
                    tip,
                );
            }
            let every = (56.0 / pitch).ceil().max(1.0) as usize;
            if (number as usize).is_multiple_of(every) {
                svg.label(
                    (middle, bottom + 16.0),
                    Anchor::Middle,
                    Tone::Muted,
                    11.0,
                    &column.name,
                );
            }
        }
        svg.line([left, y.at(0.0), right, y.at(0.0)], Tone::Muted, 1.0);
        for ((tone, name), number) in self.legend.iter().zip(0..) {
            let (row, place) = (number / per_row, number % per_row);
            let (x, y) = (
                left + 130.0 * place as f64,
                bottom + 36.0 + 17.0 * row as f64,
            );
            svg.rect([x, y - 9.0, 11.0, 10.0], *tone, "");
            svg.label((x + 16.0, y), Anchor::Start, Tone::Ink, 11.0, name);
        }
        svg.finish(title)
    }
}

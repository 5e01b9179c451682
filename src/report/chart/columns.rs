//! Stacked amounts, such as money by quarter and category: what adds to one side of zero on that side.

use super::axis::levels;
use super::legend::{Entry, Legend};
use super::paper::Paper;
use super::scale::Scale;
use super::svg::{Anchor, Svg};
use super::tone::Tone;

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
        let (left, right, top) = (58.0, paper.width - 10.0, 22.0);
        let names = self
            .legend
            .iter()
            .map(|(tone, name)| Entry::plain(*tone, name));
        let legend = Legend::of(names, [left, right]);
        let height = paper.height.unwrap_or(250.0 + legend.height());
        let bottom = height - 28.0 - legend.height();
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
        levels(&mut svg, &y, false, [left, right]);
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
        legend.paint(&mut svg, bottom + 24.0);
        svg.finish(title)
    }
}

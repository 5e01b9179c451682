//! What the colours of a chart mean: names in as many rows as its width asks for.

use super::svg::{Anchor, LETTER, Svg};
use super::tone::Tone;

/// Pixels from one row to the next.
const ROW: f64 = 17.0;
/// Pixels that a name takes beyond its letters.
const AROUND: f64 = 30.0;

/// A colour and its name.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The colour.
    pub tone: Tone,
    /// Whether it is that of a dashed line.
    pub dashed: bool,
    /// What it means.
    pub name: &'a str,
}

impl<'a> Entry<'a> {
    /// Of what is drawn in a colour and not dashed.
    pub const fn plain(tone: Tone, name: &'a str) -> Self {
        Self {
            tone,
            dashed: false,
            name,
        }
    }
}

/// Entries with their places.
#[derive(Clone, Debug)]
pub struct Legend<'a> {
    entries: Vec<(f64, f64, Entry<'a>)>,
    rows: f64,
}

impl<'a> Legend<'a> {
    /// The entries between two edges.
    pub fn of(entries: impl Iterator<Item = Entry<'a>>, [left, right]: [f64; 2]) -> Self {
        let (mut x, mut y) = (left, 0.0);
        let mut placed = Vec::new();
        for entry in entries {
            let wide = AROUND + LETTER * entry.name.chars().count() as f64;
            if x + wide > right && x > left {
                (x, y) = (left, y + ROW);
            }
            placed.push((x, y, entry));
            x += wide;
        }
        Self {
            rows: if placed.is_empty() {
                0.0
            } else {
                y / ROW + 1.0
            },
            entries: placed,
        }
    }

    /// The pixels that its rows take.
    pub fn height(&self) -> f64 {
        ROW * self.rows
    }

    /// Draws it below `top`.
    pub fn paint(&self, svg: &mut Svg, top: f64) {
        for (x, y, entry) in &self.entries {
            let y = top + y + 12.0;
            match entry.dashed {
                true => svg.path(
                    &[Some((*x, y - 4.0)), Some((x + 13.0, y - 4.0))],
                    entry.tone,
                    2.0,
                    true,
                ),
                false => svg.rect([*x, y - 9.0, 11.0, 10.0], entry.tone, ""),
            }
            svg.label((x + 16.0, y), Anchor::Start, Tone::Ink, 11.0, entry.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_does_not_fit_begins_a_row() {
        let names = ["assistant", "feed", "research"].map(|name| Entry::plain(Tone::Ink, name));
        let rows = |right| Legend::of(names.into_iter(), [50.0, right]).height() / ROW;
        assert_eq!([1000.0, 200.0, 60.0].map(rows), [1.0, 2.0, 3.0]);
        assert_eq!(Legend::of(std::iter::empty(), [0.0, 9.0]).height(), 0.0);
    }
}

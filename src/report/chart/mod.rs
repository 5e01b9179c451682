//! Charts as data, and how they are painted. A chart over time is painted twice: here for files and for the first
//! sight of the page, and by the page's script when somebody looks closer; both read the same description.
//!
//! ```text
//!   Time     series over time: stacked areas, lines with the span of their rows, promises
//!   Lanes    bars and dots over time: campaigns, moves
//!   Columns  stacked amounts by quarter      Strips    replications with quartiles
//!   Whiskers means with intervals            Curves    a metric along an axis
//!   Heat     a metric over two axes
//! ```

mod atlas;
mod axis;
mod calendar;
mod columns;
mod curves;
mod heat;
mod lanes;
mod legend;
mod number;
mod paper;
mod path;
mod scale;
mod strips;
mod svg;
mod time;
mod tone;
mod whiskers;

pub use atlas::{Atlas, RowOf};
pub use calendar::date;
pub use columns::{Column, Columns};
pub use curves::{Curve, Curves};
pub use heat::Heat;
pub use lanes::{Item, Lane, Lanes};
pub use number::{amount, fine, measured, share, span};
pub use paper::Paper;
pub use strips::{Strip, Strips};
pub use time::{Layer, Mark, Rule, Shape, Time};
pub use tone::{TONES, Tone};
pub use whiskers::{Whisker, Whiskers};

/// A chart with its name on the page and among files.
#[derive(Clone, Debug)]
pub struct Figure {
    /// Its name in links and files: letters, digits and hyphens.
    pub key: String,
    /// What it shows, above it.
    pub title: String,
    /// How it is to be read, below it.
    pub note: String,
    /// What is drawn.
    pub chart: Chart,
}

/// What is drawn.
#[derive(Clone, Debug)]
pub enum Chart {
    /// Series over time.
    Time(Time),
    /// Bars and dots over time.
    Lanes(Lanes),
    /// Stacked amounts.
    Columns(Columns),
    /// Replications.
    Strips(Strips),
    /// Means with intervals.
    Whiskers(Whiskers),
    /// A metric along an axis.
    Curves(Curves),
    /// A metric over two axes.
    Heat(Heat),
}

impl Figure {
    /// The chart as an SVG.
    #[must_use]
    pub fn paint(&self, atlas: &Atlas<'_>, paper: &Paper) -> String {
        match &self.chart {
            Chart::Time(time) => time.paint(&self.title, atlas, paper),
            Chart::Lanes(lanes) => lanes.paint(&self.title, paper),
            Chart::Columns(columns) => columns.paint(&self.title, paper),
            Chart::Strips(strips) => strips.paint(&self.title, paper),
            Chart::Whiskers(whiskers) => whiskers.paint(&self.title, paper),
            Chart::Curves(curves) => curves.paint(&self.title, paper),
            Chart::Heat(heat) => heat.paint(&self.title, paper),
        }
    }

    /// Whether it takes all the width there is: time, and rows whose names are long.
    #[must_use]
    pub fn is_wide(&self) -> bool {
        self.moves()
            || matches!(&self.chart, Chart::Whiskers(whiskers) if whiskers.has_long_names())
    }

    /// Whether the script draws it anew when somebody looks closer.
    #[must_use]
    pub const fn moves(&self) -> bool {
        matches!(self.chart, Chart::Time(_) | Chart::Lanes(_))
    }
}

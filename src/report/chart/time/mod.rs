//! Series over time. A bucket of pixels shows the mean of its rows, and for lines the span from smallest to largest:
//! no row is skipped, however narrow the chart.

mod buckets;
mod names;
mod paint;

use serde::Serialize;

use super::tone::Tone;

/// A chart over time.
#[derive(Clone, Debug, Serialize)]
pub struct Time {
    /// What the axis counts.
    pub unit: String,
    /// Whether values are shares of one.
    pub share: bool,
    /// Whether the axis begins at zero.
    pub zero: bool,
    /// What is drawn, from the bottom up.
    pub layers: Vec<Layer>,
    /// A level that something promises or is held to.
    pub rule: Option<Rule>,
    /// What happened when.
    pub marks: Vec<Mark>,
}

/// A level across the chart.
#[derive(Clone, Debug, Serialize)]
pub struct Rule {
    /// Where.
    pub value: f64,
    /// What it is.
    pub name: String,
}

/// Something that happened.
#[derive(Clone, Debug, Serialize)]
pub struct Mark {
    /// When, in seconds since 1970.
    pub time: i64,
    /// What.
    pub text: String,
}

/// How a layer is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// An area on the areas before it.
    Area,
    /// A line with the span of its rows.
    Line,
    /// A dashed line.
    Dash,
}

/// One series of a chart.
#[derive(Clone, Debug, Serialize)]
pub struct Layer {
    /// What it is.
    pub name: String,
    /// Its colour.
    pub tone: Tone,
    /// How it is drawn.
    pub shape: Shape,
    /// Its place in the atlas.
    pub series: usize,
    /// Where the span is not of rows but of replications: places of its lower and upper edge.
    pub span: Option<(usize, usize)>,
    /// By what values are multiplied.
    pub factor: f64,
    /// The place of its CSV's rows in the atlas.
    pub row: Option<usize>,
}

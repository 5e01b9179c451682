//! What `flexcap compare` writes: a line for each metric of each entity that two results share. Before the columns here
//! come `a` and `b`, the results' directories, so that several comparisons fit into one file.

use super::super::metrics::Better;
use super::super::number::Precision;
use super::super::read::SeriesKey;
use super::super::unit::Unit;
use super::outcomes::{ENTITY_TYPES, ROW_UNIT};
use super::{Column, Kind, Role, Table};

/// A metric of one entity in two results, A and B. Differences are B - A.
#[derive(Clone, Debug, PartialEq)]
pub struct ComparisonRow {
    /// Which metric of which entity.
    pub series: SeriesKey,
    /// Which direction is an improvement.
    pub better: Better,
    /// Replications of A that count; where replications are paired, the pairs in which both have a value.
    pub replications_a: u64,
    /// Replications of B that count.
    pub replications_b: u64,
    /// A's mean over them; none without any.
    pub mean_a: Option<f64>,
    /// B's mean over them; none without any.
    pub mean_b: Option<f64>,
    /// B's mean less A's.
    pub difference: Option<f64>,
    /// 95% interval of the difference; none where fewer than two replications of either count.
    pub ci95: Option<(f64, f64)>,
    /// The share of the difference's variance that pairing removed: `1 - var(B - A) / (var(A) + var(B))`. Negative where
    /// pairing added some; none where replications are not paired, or nothing varies.
    pub variance_removed: Option<f64>,
    /// What the difference says.
    pub mark: Mark,
}

/// What a difference says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The whole interval lies on the better side of 0.
    Better,
    /// The whole interval lies on the worse side of 0.
    Worse,
    /// The whole interval lies on one side of 0, and the metric has no better direction.
    Changed,
    /// The interval holds 0, or there is none.
    NoEvidence,
    /// Every replication has the same value in both.
    Same,
}

impl Mark {
    /// The words in the `mark` column.
    pub const WORDS: [&'static str; 5] = ["better", "worse", "changed", "no evidence", "same"];

    /// The word in the `mark` column.
    #[must_use]
    pub const fn word(self) -> &'static str {
        let [better, worse, changed, no_evidence, same] = Self::WORDS;
        match self {
            Self::Better => better,
            Self::Worse => worse,
            Self::Changed => changed,
            Self::NoEvidence => no_evidence,
            Self::Same => same,
        }
    }
}

impl ComparisonRow {
    /// The difference in percent of the size of A's mean; none where that is 0.
    #[must_use]
    pub fn difference_percent(&self) -> Option<f64> {
        self.percent(self.difference?)
    }

    /// An amount of the metric's unit in percent of the size of A's mean; none where that is 0.
    #[must_use]
    pub fn percent(&self, amount: f64) -> Option<f64> {
        let percent = 100.0 * amount / self.mean_a?.abs();
        percent.is_finite().then_some(percent)
    }

    /// Whether the difference is more than chance: its interval does not hold 0.
    #[must_use]
    pub fn has_changed(&self) -> bool {
        matches!(self.mark, Mark::Better | Mark::Worse | Mark::Changed)
    }
}

/// `flexcap compare --csv`.
pub static COMPARISON: Table<ComparisonRow> = Table {
    name: "comparison",
    description: "Differences between two results, with 95% confidence intervals.",
    precision: Precision::Exact,
    reference: None,
    columns: &[
        Column::key(
            "metric",
            Kind::Text,
            "Name of the metric; `flexcap explain metrics` defines it.",
            |row, line| line.text(&row.series.metric),
        ),
        Column::plain(
            "entity_type",
            ENTITY_TYPES,
            "What it is measured on.",
            |row, line| line.text(row.series.entity_type.name()),
        ),
        Column::key(
            "entity",
            Kind::Text,
            "Name of the entity; `fleet` for the whole.",
            |row, line| line.text(&row.series.entity),
        ),
        Column::plain(
            "unit",
            Kind::Text,
            "Unit of the row's values; `1` for a share.",
            |row, line| line.text(&row.series.unit),
        ),
        Column::plain(
            "replications_a",
            Kind::Integer,
            "Replications of A that count; where they are paired, the pairs in which both have a value.",
            |row, line| line.integer(row.replications_a),
        ),
        Column::plain(
            "replications_b",
            Kind::Integer,
            "Replications of B that count.",
            |row, line| line.integer(row.replications_b),
        ),
        Column::maybe(
            "mean_a",
            ROW_UNIT,
            "A's mean over them; empty without any.",
            |row, line| line.maybe(row.mean_a),
        ),
        Column::maybe(
            "mean_b",
            ROW_UNIT,
            "B's mean over them; empty without any.",
            |row, line| line.maybe(row.mean_b),
        ),
        Column::maybe(
            "difference",
            ROW_UNIT,
            "mean_b - mean_a; empty where either is.",
            |row, line| line.maybe(row.difference),
        ),
        Column::maybe(
            "difference_percent",
            Unit::Fixed("%"),
            "The difference in percent of the size of mean_a; empty where that is 0.",
            |row, line| line.maybe(row.difference_percent()),
        ),
        Column::maybe(
            "ci95_low",
            ROW_UNIT,
            "Lower end of the difference's 95% interval: paired Student-t, or Welch's where the results share no draws.",
            |row, line| line.maybe(row.ci95.map(|(low, _)| low)),
        ),
        Column::maybe(
            "ci95_high",
            ROW_UNIT,
            "Upper end of the difference's 95% interval; both are empty with fewer than two replications.",
            |row, line| line.maybe(row.ci95.map(|(_, high)| high)),
        ),
        Column::maybe(
            "variance_removed",
            Unit::Fixed("1"),
            "Share of the difference's variance that pairing removed: 1 - var(B - A) / (var(A) + var(B)).",
            |row, line| line.maybe(row.variance_removed),
        ),
        Column::new(
            Role::Filled,
            "mark",
            Kind::Word(&Mark::WORDS),
            Unit::None,
            "What the interval says: better or worse by the metric's direction, changed where it has none, no evidence \
             where it holds 0 or there is none, same where no replication differs.",
            |row, line| line.text(row.mark.word()),
        ),
    ],
};

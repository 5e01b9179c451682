//! Is B better than A? Results of the same seeds met the same demand and the same failures, replication by replication;
//! so it is their differences that are averaged, and what both share cancels. Results that share no draws are
//! compared by Welch's interval.
//!
//! ```text
//!   A ─┐            ┌─ draws in both ──► paired: mean and Student-t interval of B - A
//!      ├─ pairing ──┤
//!   B ─┘            └─ none in both ───► Welch: difference of means, degrees of freedom estimated
//!                                             │
//!                     ComparisonRow, a line for each metric of each entity ──► Condition (--fail-if)
//! ```

mod condition;
mod interval;
mod pairing;
#[cfg(test)]
mod tests;
mod welch;

use crate::results::read::{ReplicationTable, SeriesKey};
use crate::results::tables::ComparisonRow;

use super::run::Outcome;

pub use condition::{Beyond, Condition, ConditionError, Judgement};
pub use pairing::Pairing;

/// B against A.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Whether replications were paired, and how many.
    pub pairing: Pairing,
    /// Every metric of every entity that both have, in A's order.
    pub rows: Vec<ComparisonRow>,
    /// What only A has.
    pub only_in_a: Vec<SeriesKey>,
    /// What only B has.
    pub only_in_b: Vec<SeriesKey>,
}

/// Why outcomes cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompareError {
    /// A comparison takes two.
    #[error("a comparison takes at least two outcomes")]
    TooFew,
    /// Nothing is measured in both.
    #[error("outcome {0} has no metric of any entity in common with the first")]
    NothingInCommon(usize),
}

impl Comparison {
    /// Compares the replications of two results.
    #[must_use]
    pub fn of(a: &ReplicationTable, b: &ReplicationTable) -> Self {
        let pairs = pairing::pairs(&a.draws, &b.draws);
        let mut comparison = Self {
            pairing: Pairing::of(a, b, pairs.len()),
            rows: Vec::with_capacity(a.series.len()),
            only_in_a: Vec::new(),
            only_in_b: Vec::new(),
        };
        for (key, of_a) in &a.series {
            let Some(of_b) = b.series.get(key) else {
                comparison.only_in_a.push(key.clone());
                continue;
            };
            comparison.rows.push(match comparison.pairing {
                Pairing::Paired { .. } => interval::paired(key, of_a, of_b, &pairs),
                Pairing::Unpaired { .. } => interval::unpaired(key, of_a, of_b),
            });
        }
        let only_in_b = b.series.keys().filter(|key| !a.series.contains_key(*key));
        comparison.only_in_b = only_in_b.cloned().collect();
        comparison
    }

    /// The row of a metric of an entity, such as `("net_value", "fleet")`.
    #[must_use]
    pub fn row(&self, metric: &str, entity: &str) -> Option<&ComparisonRow> {
        let mut rows = self.rows.iter();
        rows.find(|row| row.series.metric == metric && row.series.entity == entity)
    }

    /// The median, over the rows that have one, of the share of variance that pairing removed.
    #[must_use]
    pub fn variance_removed(&self) -> Option<f64> {
        let mut shares: Vec<f64> = self
            .rows
            .iter()
            .filter_map(|row| row.variance_removed)
            .collect();
        shares.sort_by(f64::total_cmp);
        super::statistics::quantile(&shares, 0.5)
    }
}

/// Compares each outcome after the first with the first, A. Outcomes of the same seed are paired replication by
/// replication; those of other seeds are compared by Welch's interval. Differences are B - A.
///
/// ```
/// use flexcap::scenario::{Scenario, Set};
///
/// let sets = ["run.horizon=2w", "run.replications=3"].map(Set::new);
/// let base = Scenario::load("starter", &sets)?.scenario;
/// let more = Scenario::load("starter", &[&sets[..], &[Set::new("pool.main.accelerators=4608")]].concat())?.scenario;
/// let comparison = flexcap::compare(&[&flexcap::run(&base)?, &flexcap::run(&more)?])?.remove(0);
/// let row = comparison.row("net_value", "fleet").expect("every run has one");
/// assert_eq!(row.difference.is_some(), row.ci95.is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// If there are fewer than two outcomes, or two have nothing in common.
pub fn compare(outcomes: &[&Outcome]) -> Result<Vec<Comparison>, CompareError> {
    let [first, others @ ..] = outcomes else {
        return Err(CompareError::TooFew);
    };
    if others.is_empty() {
        return Err(CompareError::TooFew);
    }
    let a = first.replication_table();
    let against = |(index, outcome): (usize, &&Outcome)| {
        let comparison = Comparison::of(&a, &outcome.replication_table());
        match comparison.rows.is_empty() {
            true => Err(CompareError::NothingInCommon(index)),
            false => Ok(comparison),
        }
    };
    (1..).zip(others).map(against).collect()
}

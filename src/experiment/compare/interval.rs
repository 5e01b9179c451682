//! The row of one metric of one entity: means, difference, interval and what it says.
//!
//! Paired: the interval of the mean of the differences is Student's with n - 1 degrees of freedom. Its variance is
//! var(A) + var(B) - 2 cov(A, B), so what pairing removes is the covariance that the shared draws make.

use super::super::statistics::{half_width, mean, std_dev};
use super::welch::{Sample, welch_half_width};
use crate::results::metrics::{Better, metric};
use crate::results::read::SeriesKey;
use crate::results::tables::{ComparisonRow, Mark};

/// Relative rounding of a metric, which is a sum over some ten thousand steps.
const ROUNDING: f64 = 1e-12;

/// From values that belong together; pairs in which either has none do not count.
pub(super) fn paired(
    key: &SeriesKey,
    of_a: &[Option<f64>],
    of_b: &[Option<f64>],
    pairs: &[(usize, usize)],
) -> ComparisonRow {
    let values = pairs.iter().filter_map(|(in_a, in_b)| {
        let (a, b) = (of_a.get(*in_a)?, of_b.get(*in_b)?);
        a.zip(*b)
    });
    let (a, b): (Vec<f64>, Vec<f64>) = values.unzip();
    let differences: Vec<f64> = a
        .iter()
        .zip(&b)
        .map(|(a, b)| difference_of(*a, *b))
        .collect();
    let difference = finite(mean(&differences));
    let half = finite(std_dev(&differences)).and_then(|spread| half_width(spread, a.len()));
    let is_same = !a.is_empty() && differences.iter().all(|difference| *difference == 0.0);
    ComparisonRow {
        variance_removed: variance_removed(&a, &b, &differences),
        ..row(key, (&a, &b), difference, half, is_same)
    }
}

/// B less A; 0 where they differ by no more than sums of so many terms are rounded by, so that no interval of
/// rounding errors excludes 0.
fn difference_of(a: f64, b: f64) -> f64 {
    let difference = b - a;
    let is_rounding = difference.abs() <= ROUNDING * a.abs().max(b.abs());
    if is_rounding { 0.0 } else { difference }
}

/// From values that have nothing to do with each other: Welch's interval.
pub(super) fn unpaired(
    key: &SeriesKey,
    of_a: &[Option<f64>],
    of_b: &[Option<f64>],
) -> ComparisonRow {
    let [a, b] = [of_a, of_b].map(|values| values.iter().copied().flatten().collect::<Vec<f64>>());
    let means = finite(mean(&a)).zip(finite(mean(&b)));
    let difference = finite(means.map(|(a, b)| b - a));
    let sample = |values: &[f64]| {
        finite(std_dev(values)).map(|std_dev| Sample {
            std_dev,
            count: values.len(),
        })
    };
    let half = sample(&a)
        .zip(sample(&b))
        .and_then(|(a, b)| finite(Some(welch_half_width(a, b))));
    let first = a.first().copied();
    let is_same =
        first.is_some_and(|first| !b.is_empty() && a.iter().chain(&b).all(|value| *value == first));
    row(key, (&a, &b), difference, half, is_same)
}

fn row(
    key: &SeriesKey,
    (a, b): (&[f64], &[f64]),
    difference: Option<f64>,
    half: Option<f64>,
    is_same: bool,
) -> ComparisonRow {
    // A metric that only another version knows has no direction here.
    let better = metric(&key.metric).map_or(Better::Neutral, |metric| metric.better);
    let ci95 = difference
        .zip(half)
        .map(|(middle, half)| (middle - half, middle + half));
    ComparisonRow {
        series: key.clone(),
        better,
        replications_a: a.len() as u64,
        replications_b: b.len() as u64,
        mean_a: finite(mean(a)),
        mean_b: finite(mean(b)),
        difference,
        ci95,
        variance_removed: None,
        mark: if is_same {
            Mark::Same
        } else {
            mark(ci95, better)
        },
    }
}

/// What an interval says: its ends may not touch 0.
fn mark(ci95: Option<(f64, f64)>, better: Better) -> Mark {
    let is_higher = match ci95 {
        Some((low, _)) if low > 0.0 => true,
        Some((_, high)) if high < 0.0 => false,
        _ => return Mark::NoEvidence,
    };
    match better {
        Better::Neutral => Mark::Changed,
        Better::Higher if is_higher => Mark::Better,
        Better::Lower if !is_higher => Mark::Better,
        Better::Higher | Better::Lower => Mark::Worse,
    }
}

fn variance_removed(a: &[f64], b: &[f64], differences: &[f64]) -> Option<f64> {
    let variance = |values| std_dev(values).map(|std_dev| std_dev * std_dev);
    let apart = variance(a)? + variance(b)?;
    finite(Some(1.0 - variance(differences)? / apart))
}

/// Amounts so large that their squares overflow have no spread rather than an infinite one.
fn finite(value: Option<f64>) -> Option<f64> {
    value.filter(|value| value.is_finite())
}

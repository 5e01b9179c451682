//! `--metric` and `--entity`, and the names in conditions: what nobody measures is refused, with the nearest that there is.

use std::collections::BTreeSet;

use flexcap::experiment::{Comparison, Condition, SeriesName};
use flexcap::results::read::SeriesKey;
use flexcap::scenario::nearest;

use super::subject::Subject;
use crate::cli::report_errors::UsageError;

/// Which rows are wanted; all where a list is empty.
pub struct Filter<'a> {
    metrics: Vec<Wanted<'a>>,
    entities: &'a [String],
}

/// A metric of all entities, `value`, or of one, `value[fleet]`.
enum Wanted<'a> {
    All(&'a str),
    One(SeriesName),
}

impl<'a> Wanted<'a> {
    fn of(text: &'a str) -> Result<Self, UsageError> {
        match text.contains('[') {
            true => text.parse().map(Self::One).map_err(UsageError),
            false => Ok(Self::All(text)),
        }
    }

    fn has(&self, key: &SeriesKey) -> bool {
        match self {
            Self::All(metric) => *metric == key.metric,
            Self::One(series) => series.metric == key.metric && series.entity == key.entity,
        }
    }
}

impl<'a> Filter<'a> {
    pub fn new(
        metrics: &'a [String],
        entities: &'a [String],
        subjects: &[Subject],
    ) -> Result<Self, UsageError> {
        let metrics: Vec<Wanted<'a>> = metrics
            .iter()
            .map(|text| Wanted::of(text))
            .collect::<Result<_, _>>()?;
        for metric in &metrics {
            match metric {
                Wanted::All(metric) => {
                    check("metric", metric, &names(subjects, |key| &key.metric))?
                }
                Wanted::One(series) => check_series(series, subjects)?,
            }
        }
        for entity in entities {
            check("entity", entity, &names(subjects, |key| &key.entity))?;
        }
        Ok(Self { metrics, entities })
    }

    /// Drops what is not wanted.
    pub fn apply(&self, comparison: &mut Comparison) {
        let wanted = |key: &SeriesKey| {
            (self.metrics.is_empty() || self.metrics.iter().any(|wanted| wanted.has(key)))
                && (self.entities.is_empty() || self.entities.contains(&key.entity))
        };
        comparison.rows.retain(|row| wanted(&row.series));
        comparison.only_in_a.retain(wanted);
        comparison.only_in_b.retain(wanted);
    }
}

/// Makes sure that each condition is on something that at least one result has.
pub fn check_conditions(conditions: &[Condition], subjects: &[Subject]) -> Result<(), UsageError> {
    conditions
        .iter()
        .try_for_each(|condition| check_series(&condition.series, subjects))
}

/// Makes sure that at least one result has a metric of an entity.
fn check_series(series: &SeriesName, subjects: &[Subject]) -> Result<(), UsageError> {
    check(
        "metric",
        &series.metric,
        &names(subjects, |key| &key.metric),
    )?;
    let all = subjects.iter().flat_map(|of| of.replications.series.keys());
    let of_metric = all.filter(|key| key.metric == series.metric);
    let entities: BTreeSet<&str> = of_metric.map(|key| key.entity.as_str()).collect();
    if entities.contains(series.entity.as_str()) {
        return Ok(());
    }
    let list = entities.iter().copied().collect::<Vec<_>>().join(", ");
    Err(UsageError(format!(
        "{series} is not in these results; {} is measured on {list}",
        series.metric
    )))
}

fn names(subjects: &[Subject], name: fn(&SeriesKey) -> &String) -> BTreeSet<&str> {
    let keys = subjects.iter().flat_map(|of| of.replications.series.keys());
    keys.map(|key| name(key).as_str()).collect()
}

fn check(what: &str, name: &str, known: &BTreeSet<&str>) -> Result<(), UsageError> {
    if known.contains(name) {
        return Ok(());
    }
    Err(UsageError(match nearest(name, known.iter().copied()) {
        Some(near) => format!("no {what} `{name}` in these results; did you mean `{near}`?"),
        None => {
            let list = known.iter().copied().collect::<Vec<_>>().join(", ");
            format!("no {what} `{name}` in these results; there are: {list}")
        }
    }))
}

//! `--metric` and `--entity`, and the names in conditions: what nobody measures is refused, with the nearest that there is.

use std::collections::BTreeSet;

use flexcap::experiment::{Comparison, Condition};
use flexcap::results::read::SeriesKey;
use flexcap::scenario::nearest;

use super::subject::Subject;
use crate::cli::report_errors::UsageError;

/// Which rows are wanted; all where a list is empty.
pub struct Filter<'a> {
    /// Of all entities, or of one: `value`, `value[fleet]`.
    metrics: Vec<(&'a str, Option<&'a str>)>,
    entities: &'a [String],
}

impl<'a> Filter<'a> {
    pub fn new(
        metrics: &'a [String],
        entities: &'a [String],
        subjects: &[Subject],
    ) -> Result<Self, UsageError> {
        let parts = |text: &'a String| {
            let both = text.strip_suffix(']').and_then(|text| text.split_once('['));
            both.map_or((text.as_str(), None), |(metric, of)| (metric, Some(of)))
        };
        let metrics: Vec<_> = metrics.iter().map(parts).collect();
        for (metric, entity) in &metrics {
            check("metric", metric, &names(subjects, |key| &key.metric))?;
            if let Some(entity) = entity {
                check("entity", entity, &names(subjects, |key| &key.entity))?;
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
            let measures = |(metric, of): &(&str, Option<&str>)| {
                *metric == key.metric && of.is_none_or(|entity| entity == key.entity)
            };
            (self.metrics.is_empty() || self.metrics.iter().any(measures))
                && (self.entities.is_empty() || self.entities.contains(&key.entity))
        };
        comparison.rows.retain(|row| wanted(&row.series));
        comparison.only_in_a.retain(wanted);
        comparison.only_in_b.retain(wanted);
    }
}

/// Makes sure that each condition is on something that at least one result has.
pub fn check_conditions(conditions: &[Condition], subjects: &[Subject]) -> Result<(), UsageError> {
    for condition in conditions {
        let series = &condition.series;
        check(
            "metric",
            &series.metric,
            &names(subjects, |key| &key.metric),
        )?;
        let all = subjects.iter().flat_map(|of| of.replications.series.keys());
        let of_metric = all.filter(|key| key.metric == series.metric);
        let entities: BTreeSet<&str> = of_metric.map(|key| key.entity.as_str()).collect();
        if !entities.contains(series.entity.as_str()) {
            let list = entities.iter().copied().collect::<Vec<_>>().join(", ");
            let problem = format!(
                "{series} is not in these results; {} is measured on {list}",
                series.metric
            );
            return Err(UsageError(problem));
        }
    }
    Ok(())
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

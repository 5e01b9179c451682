//! What the resolved scenario says that the CSVs do not: kinds of workloads, promises, orders, time zones. It is read
//! as plain TOML: the result's version is this one's, so its keys are where they are expected; what is missing
//! is only not shown.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

/// What kind of work it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Campaigns and streams of jobs.
    Training,
    /// Language models.
    Inference,
    /// Ranking and recommendation.
    Ranking,
}

/// What the scenario says.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Its description.
    pub description: String,
    /// When the counted period starts, as written.
    pub start: String,
    /// How long it is, as written.
    pub horizon: String,
    /// The policy's name.
    pub policy: String,
    /// Workloads in the scenario's order, by kind.
    pub workloads: Vec<(String, Kind)>,
    /// Training workloads that are streams of jobs.
    pub streams: BTreeSet<String>,
    /// The share of requests that each service promises within its SLO.
    pub promises: BTreeMap<String, f64>,
    /// The pool of each order.
    pub orders: BTreeMap<String, String>,
    /// Time zones that demand follows.
    pub time_zones: BTreeSet<String>,
}

impl Plan {
    /// Reads `scenario.toml`.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let scenario: Table = toml::from_str(text).unwrap_or_default();
        let mut plan = Self {
            description: text_at(&scenario, "scenario", "description"),
            start: text_at(&scenario, "run", "start"),
            horizon: text_at(&scenario, "run", "horizon"),
            policy: entries(&scenario, "policy")
                .map(|(name, _)| name.clone())
                .next()
                .unwrap_or_default(),
            ..Self::default()
        };
        for (section, kind) in [
            ("training", Kind::Training),
            ("inference", Kind::Inference),
            ("ranking", Kind::Ranking),
        ] {
            for (name, workload) in entries(&scenario, section) {
                plan.workloads.push((name.clone(), kind));
                if workload.get("stream").is_some() {
                    plan.streams.insert(name.clone());
                }
                let promise = workload.get("slo").and_then(|slo| slo.get("attainment"));
                if let Some(promise) = promise.and_then(Value::as_float) {
                    plan.promises.insert(name.clone(), promise);
                }
            }
        }
        for (name, order) in entries(&scenario, "order") {
            let pool = order.get("pool").and_then(Value::as_str);
            plan.orders
                .insert(name.clone(), pool.unwrap_or_default().to_owned());
        }
        let zones = entries(&scenario, "demand").filter_map(|(_, demand)| demand.get("time_zone"));
        plan.time_zones = zones.filter_map(Value::as_str).map(str::to_owned).collect();
        plan
    }

    /// The kind of a workload; training where the scenario does not say.
    #[must_use]
    pub fn kind(&self, workload: &str) -> Kind {
        let mut workloads = self.workloads.iter();
        workloads
            .find(|(name, _)| name == workload)
            .map_or(Kind::Training, |(_, kind)| *kind)
    }
}

fn entries<'a>(
    scenario: &'a Table,
    section: &str,
) -> impl Iterator<Item = (&'a String, &'a Value)> {
    scenario
        .get(section)
        .and_then(Value::as_table)
        .into_iter()
        .flatten()
}

fn text_at(scenario: &Table, section: &str, key: &str) -> String {
    let value = scenario.get(section).and_then(|section| section.get(key));
    value.and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    #[test]
    fn the_starter_is_known() {
        let starter = Scenario::load("starter", &[]).unwrap();
        let plan = Plan::read(&starter.resolved_toml);
        assert_eq!(plan.kind("feed"), Kind::Ranking);
        assert_eq!(plan.promises["assistant"], 0.99);
        assert_eq!(plan.orders["more"], "main");
        assert!(plan.streams.contains("research") && !plan.streams.contains("llama"));
        assert_eq!(plan.policy, "value");
        assert!(plan.time_zones.contains("America/New_York"));
    }
}

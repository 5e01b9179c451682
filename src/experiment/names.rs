//! The names behind a scenario's ids, for the rows of its results.

use crate::results::{Names, WorkloadKind, WorkloadName};
use crate::scenario::{Kind, Scenario};

impl From<&Scenario> for Names {
    fn from(scenario: &Scenario) -> Self {
        let workload = |(name, kind): (&str, Kind)| WorkloadName {
            name: name.to_owned(),
            kind: match kind {
                Kind::Training => WorkloadKind::Training,
                Kind::Inference | Kind::Ranking => WorkloadKind::Service,
            },
        };
        Self {
            scenario: scenario.scenario.name.clone(),
            currency: scenario.scenario.currency.clone(),
            sites: scenario.site.keys().cloned().collect(),
            pools: scenario.pool.keys().cloned().collect(),
            orders: scenario.order.keys().cloned().collect(),
            workloads: scenario.workloads().map(workload).collect(),
        }
    }
}

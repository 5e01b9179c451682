//! Running a scenario in memory: all replications in parallel, no file touched.

use std::sync::Arc;

use rayon::prelude::*;

use super::summary::summarise;
use crate::policy::{self, Policy};
use crate::results::metrics::{Series, all_series};
use crate::results::read::{Draw, ReplicationTable, SeriesKey};
use crate::results::tables::SummaryRow;
use crate::results::{Names, ReplicationResult};
use crate::scenario::Scenario;
use crate::simulation::record::Ignore;
use crate::simulation::totals::Totals;
use crate::simulation::{Ended, RunError, simulate};
use crate::workload::serving::Rows;

/// What a scenario came to over its replications.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The seed of all draws.
    pub seed: u64,
    /// The sums of each replication's counted period, by replication.
    pub replications: Vec<Totals>,
    /// Mean, spread and 95% interval of every metric of every entity.
    pub summary: Vec<SummaryRow>,
}

impl Outcome {
    /// The row of a metric of an entity, such as `("slo_attainment", "assistant")` or
    /// `("net_value", "fleet")`.
    #[must_use]
    pub fn metric(&self, metric: &str, entity: &str) -> Option<&SummaryRow> {
        let mut rows = self.summary.iter();
        rows.find(|row| row.series.metric.name == metric && row.series.entity == entity)
    }

    /// Every metric of every entity in each replication, as `replications.csv` has them.
    #[must_use]
    pub fn replication_table(&self) -> ReplicationTable {
        let draw = |(replication, _)| Draw {
            seed: self.seed,
            replication,
        };
        let values = |row: &SummaryRow| {
            let each = self
                .replications
                .iter()
                .map(|totals| row.series.read(totals));
            (SeriesKey::from(&*row.series), each.collect())
        };
        ReplicationTable {
            draws: (0..).zip(&self.replications).map(draw).collect(),
            series: self.summary.iter().map(values).collect(),
        }
    }
}

/// Runs all replications of a checked scenario under its own policy, in parallel.
///
/// # Errors
/// When the policy breaks the fleet's limits.
pub fn run(scenario: &Scenario) -> Result<Outcome, RunError> {
    let rows = Rows::default();
    run_each(scenario, || policy::build_sharing(scenario, &rows))
}

/// Runs all replications under `policy`, each with a clone of its own.
///
/// # Errors
/// When the policy breaks the fleet's limits.
pub fn run_with<P: Policy + Clone + Sync + 'static>(
    scenario: &Scenario,
    policy: P,
) -> Result<Outcome, RunError> {
    run_each(scenario, || Box::new(policy.clone()))
}

fn run_each(
    scenario: &Scenario,
    policy: impl Fn() -> Box<dyn Policy> + Sync,
) -> Result<Outcome, RunError> {
    let totals = |replication: u32| {
        let ended = simulate(scenario, replication, &mut *policy(), &mut Ignore)?;
        Ok(match ended {
            Ended::Horizon(totals) => Some(*totals),
            Ended::Interrupted => None,
        })
    };
    let replications: Result<Vec<Option<Totals>>, RunError> = (0..scenario.run.replications)
        .into_par_iter()
        .map(totals)
        .collect();
    let replications: Vec<Totals> = replications?.into_iter().flatten().collect();
    let series = all_series(&Names::from(scenario));
    Ok(outcome(scenario, &series, replications))
}

/// What replications come to, in these metrics.
pub(super) fn outcome(
    scenario: &Scenario,
    series: &[Arc<Series>],
    replications: Vec<Totals>,
) -> Outcome {
    let result = |(replication, totals): (u32, &Totals)| ReplicationResult {
        replication,
        seed: scenario.run.seed,
        detail: false,
        values: series.iter().map(|series| series.read(totals)).collect(),
        days: Vec::new(),
        costs: Vec::new(),
    };
    let results: Vec<ReplicationResult> = (0..).zip(&replications).map(result).collect();
    let summary = summarise(series, &results);
    Outcome {
        seed: scenario.run.seed,
        replications,
        summary,
    }
}

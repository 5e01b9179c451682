//! A run that is measured against what nobody could have beaten: every replication is simulated with
//! its bound, and a second time under the initial holdings as fixed shares.

use indexmap::IndexMap;
use rayon::prelude::*;

use super::run::{Outcome, outcome};
use crate::policy::{self, Dedicated, Policy};
use crate::results::Names;
use crate::results::metrics::{net_value, series_with_bound};
use crate::scenario::{self, Scenario};
use crate::simulation::record::{Ignore, Recorder};
use crate::simulation::totals::Totals;
use crate::simulation::{Ended, RunError, Unbounded, can_bound, simulate, simulate_with_bound};
use crate::workload::serving::Rows;

/// Why a run could not be measured against a bound.
#[derive(Debug, thiserror::Error)]
pub enum BoundError {
    /// No bound is known for the scenario.
    #[error(transparent)]
    Unbounded(#[from] Unbounded),
    /// The simulation failed.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// Like [`run`](super::run), with the metrics `bound`, `regret` and `gap_closed`.
///
/// # Errors
/// When no bound is known for the scenario, or the policy breaks the fleet's limits.
pub fn run_with_bound(scenario: &Scenario) -> Result<Outcome, BoundError> {
    can_bound(scenario)?;
    let rows = Rows::default();
    let totals = |replication: u32| {
        let mut policy = policy::build_sharing(scenario, &rows);
        measure(scenario, replication, &mut *policy, &mut Ignore)
    };
    let replications = 0..scenario.run.replications;
    let ended: Result<Vec<Ended>, RunError> = replications.into_par_iter().map(totals).collect();
    let totals = |ended| match ended {
        Ended::Horizon(totals) => Some(*totals),
        Ended::Interrupted => None,
    };
    let replications: Vec<Totals> = ended?.into_iter().filter_map(totals).collect();
    let series = series_with_bound(&Names::from(scenario));
    Ok(outcome(scenario, &series, replications))
}

/// Simulates one replication under `policy`, and measures it. The scenario is one that
/// [`can_bound`] has passed.
///
/// # Errors
/// When the policy's answer does not fit the fleet.
pub fn measure(
    scenario: &Scenario,
    replication: u32,
    policy: &mut dyn Policy,
    recorder: &mut dyn Recorder,
) -> Result<Ended, RunError> {
    let mut ended = simulate_with_bound(scenario, replication, policy, recorder)?;
    if let Ended::Horizon(totals) = &mut ended
        && let Some(yardsticks) = &mut totals.yardsticks
    {
        let shares = scenario::Dedicated {
            shares: IndexMap::new(),
        };
        let mut fixed = Dedicated::new(scenario, &shares);
        if let Ended::Horizon(fixed) = simulate(scenario, replication, &mut fixed, &mut Ignore)? {
            yardsticks.dedicated = Some(net_value(&fixed));
        }
    }
    Ok(ended)
}

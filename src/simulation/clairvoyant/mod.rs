//! What nobody could have beaten: an upper bound on the net value of a replication, given its
//! realised demand, supply and failures.
//!
//! ```text
//!  replication ──► trace ──► program ──► search (prices ≥ 0) ──► dual: a bound at any prices,
//!                                                                services by branch and bound
//! ```
//!
//! The program lets every workload use any capacity at any time, at once and for nothing, so that
//! no policy can do what it could not; its Lagrangian dual bounds it from above at any prices that
//! are not negative. So nothing depends on how good the search is but how close the bound comes.
//! While it searches, services gain along their ceilings, a few dozen capacities' worth of curve; at
//! the prices that it ends with, what each gains at most is found anew, as closely as it matters.
//!
//! The bound holds for the supply of the replication that it was read off. Failures are counted per
//! pool and hour whoever holds the servers, so every policy meets the same supply, but for outages
//! and maintenance that find other servers broken.

mod curve;
mod dual;
mod program;
mod search;
#[cfg(test)]
mod tests;
mod trace;

pub(super) use trace::Trace;

use super::replication::Replication;
use super::totals::Yardsticks;
use crate::kernel::Span;
use crate::scenario::{Fidelity, Scenario};
use program::Program;
use search::Search;

/// Most intervals times workloads that are bounded.
pub const MOST_CELLS: u64 = 20_000;

/// What no bound is known for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unbounded {
    /// A service whose requests are simulated one by one.
    #[error(
        "no bound is known for `{service}`, whose requests are simulated one by one (`fidelity = \"request\"`)"
    )]
    Requests {
        /// Its name.
        service: String,
    },
    /// Too long a run.
    #[error(
        "a bound takes at most {MOST_CELLS} cells, and this run has {cells}: {intervals} intervals (hours, or steps where those are shorter) of {workloads} workloads"
    )]
    TooLong {
        /// Intervals times workloads.
        cells: u64,
        /// Intervals of the counted period.
        intervals: u64,
        /// Workloads.
        workloads: u64,
    },
}

/// Checks that a bound can be found for a scenario's replications.
///
/// # Errors
/// When it cannot, and why.
pub fn can_bound(scenario: &Scenario) -> Result<(), Unbounded> {
    let inference = scenario
        .inference
        .iter()
        .map(|(name, service)| (name, service.fidelity));
    let ranking = scenario
        .ranking
        .iter()
        .map(|(name, service)| (name, service.fidelity));
    let mut services = inference.chain(ranking);
    if let Some((service, _)) = services.find(|(_, fidelity)| *fidelity == Fidelity::Request) {
        return Err(Unbounded::Requests {
            service: service.clone(),
        });
    }
    let interval = scenario.run.step.min(Span::HOUR);
    let intervals = (scenario.run.horizon / interval).ceil() as u64;
    let workloads = scenario.workloads().count() as u64;
    let cells = intervals.saturating_mul(workloads);
    if cells > MOST_CELLS {
        return Err(Unbounded::TooLong {
            cells,
            intervals,
            workloads,
        });
    }
    Ok(())
}

impl Replication<'_> {
    /// The bound, if what it takes was noted.
    pub(super) fn yardsticks(&mut self) -> Option<Yardsticks> {
        let trace = self.trace.take()?;
        let holders: Vec<_> = self
            .ledger
            .pools()
            .map(|(_, pool)| pool.holders())
            .collect();
        let program = Program::new(&trace, &mut self.workloads, &self.fleet, &holders);
        let mut search = Search::new(&program);
        search.run();
        let surplus =
            |curve: usize, price: f64| program.asks[curve].surplus(price, &mut self.workloads);
        let value = search.value(surplus);
        Some(Yardsticks {
            bound: program.nothing_served + program.banked + value,
            nothing_served: program.nothing_served,
            dedicated: None,
        })
    }
}

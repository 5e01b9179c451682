//! The best static split: the fixed shares of every pool that earn most, the honest baseline for a policy that moves
//! servers. They are searched on draws of another seed than the scenario's own, so that the baseline is as little
//! tuned to the draws it is judged on as the policy that it is compared with.
//!
//! | file | does |
//! |---|---|
//! | `board` | who may hold what, in whole servers; a split as the shares of `[policy.dedicated]` |
//! | `judge` | simulates splits, all on the same draws, and what each workload is worth alone |
//! | `filling` | free servers go where they are worth most; a gang is made room for where it costs least |
//! | `climb` | from a split to the best one nearby, by ever smaller blocks |
//! | `reserve` | servers that nobody holds, to replace what breaks |
//!
//! Under fixed shares hardly anybody's success depends on what others hold: beside power, companion capacity, pods and
//! spares, a split earns what its workloads earn alone. So whom a block of servers should go to is reckoned from
//! single workloads, each simulated once for each holding, and only the most promising neighbours of a split are
//! simulated whole. A step is taken only if the whole earned more.

mod board;
mod climb;
mod filling;
mod judge;
mod reserve;

use std::fmt::Write;

use self::board::{Board, Split};
use self::climb::Climb;
use self::judge::Judge;
use self::reserve::{hold_back, reserve};
use crate::scenario::{Dedicated, Policy, Scenario, Training};
use crate::simulation::RunError;
use crate::units::Money;

/// How the best split is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Search {
    /// Seed of the draws on which splits are compared; another than the scenario's.
    pub seed: u64,
    /// Replications on which the search climbs.
    pub replications: u32,
    /// Further replications, on which the starts and what was climbed to are ranked in the end.
    pub ranking_replications: u32,
}

impl Search {
    /// A search with 2 replications to climb on and 10 to rank on.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            replications: 2,
            ranking_replications: 10,
        }
    }
}

/// The best split that a search found.
#[derive(Clone, Debug)]
pub struct BestSplit {
    /// The shares of every pool, for `[policy.dedicated]`.
    pub dedicated: Dedicated,
    /// Its mean net value over the ranking's replications.
    pub net_value: f64,
    /// The mean net value of the scenario's own split there: its dedicated shares, or its initial holdings.
    pub net_value_at_start: f64,
    /// Replications that were simulated.
    pub simulated: u64,
}

impl BestSplit {
    /// The scenario under this split.
    #[must_use]
    pub fn applied_to(&self, scenario: &Scenario) -> Scenario {
        Scenario {
            policy: Policy::Dedicated(self.dedicated.clone()),
            ..scenario.clone()
        }
    }

    /// The split as it is written in a scenario: `[policy.dedicated.shares]`.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut text = "[policy.dedicated.shares]\n".to_owned();
        for (pool, shares) in &self.dedicated.shares {
            let shares: Vec<String> = shares
                .iter()
                .map(|(name, share)| format!("{name} = {share:?}"))
                .collect();
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{pool} = {{ {} }}", shares.join(", "));
        }
        text
    }
}

/// Why there is no best split.
#[derive(Debug, thiserror::Error)]
pub enum SplitError {
    /// The search would be tuned to the draws that its result is judged on.
    #[error(
        "the scenario's own seed is {0}: search on another, or the split is tuned to the draws that it is judged on"
    )]
    OwnSeed(u64),
    /// Nothing would be simulated.
    #[error("a search needs at least one replication to climb on and one to rank on")]
    NoReplications,
    /// There is nothing to divide.
    #[error(
        "no pool has servers that two workloads may hold, so there is nothing to divide: see `pool.<name>.serves`"
    )]
    NothingToDivide,
    /// All splits are worth the same.
    #[error(
        "no workload is worth anything, so no split earns more than another: see `value` of the workloads"
    )]
    Worthless,
    /// A split could not be simulated.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// Searches the fixed shares of all pools that earn the largest mean `net_value`. The policy of the scenario plays no
/// part, except that the search starts from its shares if it is `dedicated`.
///
/// Two starts: the scenario's own split, and the empty fleet filled by what a server is worth; and one more for each campaign
/// that has no place in what comes of those, the fleet filled after it. From each, blocks of an eighth of a pool, then a sixteenth, and so on down to one server or a
/// 128th, pass from one workload of a pool to another for as long as that earns a hundred-thousandth more; while blocks
/// are coarse and no exchange does, gangs start, stop, take the place of others and move to other pools, and services
/// leave a pool. What is expected to be in repair is left to nobody meanwhile, to replace what breaks, and in the end as much of
/// every pool as earns most. All ends and the
/// scenario's own split are ranked on further replications, so what is found is never worse there than that split.
/// A campaign gets its whole gang in one pool or nothing. A pool without servers at the start keeps nothing.
///
/// The result is the same with any number of threads.
///
/// ```
/// use flexcap::experiment::{Search, best_split};
/// use flexcap::scenario::{Scenario, Set};
///
/// let sets = [Set::new("run.horizon=3d"), Set::new("run.warm_up=1d")];
/// let starter = Scenario::load("square-wave", &sets[..1])?.scenario;
/// let search = Search { replications: 1, ranking_replications: 1, ..Search::new(7) };
/// let best = best_split(&starter, &search)?;
/// assert!(best.net_value >= best.net_value_at_start);
/// println!("{}", best.to_toml());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When the search makes no sense for the scenario, see [`SplitError`].
pub fn best_split(scenario: &Scenario, search: &Search) -> Result<BestSplit, SplitError> {
    if search.seed == scenario.run.seed {
        return Err(SplitError::OwnSeed(search.seed));
    }
    if search.replications == 0 || search.ranking_replications == 0 {
        return Err(SplitError::NoReplications);
    }
    let board = Board::new(scenario);
    if !board.is_divisible() {
        return Err(SplitError::NothingToDivide);
    }
    if !is_worth_something(scenario) {
        return Err(SplitError::Worthless);
    }
    let mut draws = scenario.clone();
    draws.run.seed = search.seed;
    let mut judge = Judge::new(&draws, &board, 0..search.replications)?;
    let own = board.own_split(scenario);
    let mut ends = vec![own.clone()];
    let start = hold_back(&board, &mut judge, own.clone())?;
    ends.push(climb(&board, &mut judge, start)?);
    let start = Climb::new(&board, &mut judge).filled()?;
    ends.push(climb(&board, &mut judge, start)?);
    for campaign in board.left_out(&ends).collect::<Vec<_>>() {
        if let Some(start) = Climb::new(&board, &mut judge).filled_after(campaign)? {
            ends.push(climb(&board, &mut judge, start)?);
        }
    }
    let last = search
        .replications
        .saturating_add(search.ranking_replications);
    let mut ranking = Judge::new(&draws, &board, search.replications..last)?;
    let mut best: Option<(f64, &Split)> = None;
    let mut net_value_at_start = 0.0;
    for end in &ends {
        let net_value = ranking.net_value(end)?;
        if best.is_none() {
            net_value_at_start = net_value;
        }
        if best.is_none_or(|(highest, _)| net_value > highest) {
            best = Some((net_value, end));
        }
    }
    let (net_value, split) = best.unwrap_or((net_value_at_start, &ends[0]));
    Ok(BestSplit {
        dedicated: board.dedicated(split),
        net_value,
        net_value_at_start,
        simulated: judge.simulated() + ranking.simulated(),
    })
}

/// The best split near a start, with its reserves.
fn climb(board: &Board, judge: &mut Judge<'_>, start: Split) -> Result<Split, RunError> {
    let end = Climb::new(board, judge).from(start)?;
    reserve(board, judge, end)
}

/// Whether some workload earns or is penalised for anything.
fn is_worth_something(scenario: &Scenario) -> bool {
    let training = scenario
        .training
        .values()
        .flat_map(|training| match training {
            Training::Campaign(of) => [of.value.per_accelerator_hour, of.value.on_completion],
            Training::Stream(of) => [of.per_accelerator_hour, Money(0.0)],
        });
    let inference = scenario.inference.values().flat_map(|service| {
        let value = &service.value;
        [
            value.per_million_output_tokens,
            value.per_request,
            value.miss,
        ]
    });
    let ranking = scenario.ranking.values();
    let ranking = ranking.flat_map(|service| [service.value.per_request, service.value.miss]);
    training
        .chain(inference)
        .chain(ranking)
        .any(|money| money.0 > 0.0)
}

#[cfg(test)]
mod tests;

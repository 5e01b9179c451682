//! What splits earn, all on the same draws: mean net value over the judge's replications, and what a single workload
//! adds to an empty fleet, which is simulated once for each holding.

use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;

use super::board::{Board, Split};
use crate::policy::Dedicated;
use crate::results::metrics::net_value;
use crate::scenario::Scenario;
use crate::simulation::record::Ignore;
use crate::simulation::{Ended, RunError, simulate};

/// A workload, and the servers of each pool that it holds.
pub(super) type Holding = (usize, Vec<u64>);

/// Simulates splits.
#[derive(Debug)]
pub(super) struct Judge<'a> {
    scenario: &'a Scenario,
    board: &'a Board,
    replications: Range<u32>,
    /// Mean net value of a fleet that nobody uses.
    of_nothing: f64,
    /// What a workload alone adds to that, by holding.
    worths: BTreeMap<Holding, f64>,
    simulated: u64,
}

impl<'a> Judge<'a> {
    pub fn new(
        scenario: &'a Scenario,
        board: &'a Board,
        replications: Range<u32>,
    ) -> Result<Self, RunError> {
        let mut judge = Self {
            scenario,
            board,
            replications,
            of_nothing: 0.0,
            worths: BTreeMap::new(),
            simulated: 0,
        };
        judge.of_nothing = judge.net_value(&board.nothing())?;
        Ok(judge)
    }

    /// Mean net value of a split.
    pub fn net_value(&mut self, split: &Split) -> Result<f64, RunError> {
        let means = self.means(std::slice::from_ref(split))?;
        Ok(means.into_iter().sum())
    }

    /// What each of these holdings adds to an empty fleet.
    pub fn worths(&mut self, asked: &[Holding]) -> Result<Vec<f64>, RunError> {
        let mut unknown: Vec<&Holding> = Vec::new();
        for holding in asked {
            let is_nothing = holding.1.iter().all(|servers| *servers == 0);
            if !is_nothing && !self.worths.contains_key(holding) && !unknown.contains(&holding) {
                unknown.push(holding);
            }
        }
        let alone = |holding: &&Holding| {
            let mut split = self.board.nothing();
            split.held[holding.0].clone_from(&holding.1);
            split
        };
        let splits: Vec<Split> = unknown.iter().map(alone).collect();
        let means = self.means(&splits)?;
        for (holding, mean) in unknown.into_iter().zip(means) {
            self.worths.insert(holding.clone(), mean - self.of_nothing);
        }
        let worth = |holding| self.worths.get(holding).copied().unwrap_or(0.0);
        Ok(asked.iter().map(worth).collect())
    }

    /// What each of these splits is reckoned to earn more than `split`: the sum over the workloads that it changes.
    pub fn gains(&mut self, split: &Split, others: &[Split]) -> Result<Vec<f64>, RunError> {
        let changed = |other: &Split| -> Vec<Holding> {
            let holdings = split.held.iter().zip(&other.held).enumerate();
            holdings
                .filter(|(_, (before, after))| before != after)
                .flat_map(|(holder, (before, after))| {
                    [(holder, before.clone()), (holder, after.clone())]
                })
                .collect()
        };
        let asked: Vec<Vec<Holding>> = others.iter().map(changed).collect();
        self.worths(&asked.concat())?;
        let gain = |asked: &Vec<Holding>| {
            let worth = |holding| self.worths.get(holding).copied().unwrap_or(0.0);
            let gains = asked.chunks_exact(2);
            gains.map(|pair| worth(&pair[1]) - worth(&pair[0])).sum()
        };
        Ok(asked.iter().map(gain).collect())
    }

    pub fn simulated(&self) -> u64 {
        self.simulated
    }

    /// The mean net value of each, all replications of all of them in parallel.
    fn means(&mut self, splits: &[Split]) -> Result<Vec<f64>, RunError> {
        let of_split = self.replications.len();
        let shares: Vec<_> = splits.iter().map(|of| self.board.dedicated(of)).collect();
        let run = |run: usize| {
            let replication = self.replications.start + (run % of_split) as u32;
            let mut policy = Dedicated::new(self.scenario, &shares[run / of_split]);
            match simulate(self.scenario, replication, &mut policy, &mut Ignore)? {
                Ended::Horizon(totals) => Ok(net_value(&totals)),
                // Nobody interrupts a run that nobody records.
                Ended::Interrupted => Ok(0.0),
            }
        };
        let runs = splits.len() * of_split;
        let values: Result<Vec<f64>, RunError> = (0..runs).into_par_iter().map(run).collect();
        self.simulated += runs as u64;
        let means = values?;
        let means = means.chunks_exact(of_split);
        Ok(means
            .map(|of| of.iter().sum::<f64>() / of_split as f64)
            .collect())
    }
}

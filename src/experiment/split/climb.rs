//! From a split to the best one nearby. Blocks of servers pass from one workload of a pool to another; where that gains
//! no more, gangs start, stop, change places and pools, and services leave pools; then blocks are halved. What
//! promises most is simulated whole, and taken only if it earns more.

use super::board::{Board, Split};
use super::filling::{block, fill, vacate};
use super::judge::Judge;
use crate::simulation::RunError;

/// Blocks into which a pool is cut: first, and at most.
const BLOCKS: (u64, u64) = (8, 128);
/// Gangs are placed, and services leave pools, while blocks are at least as coarse as this.
const COARSE: u64 = 16;
/// Neighbours that are simulated whole before the best of them is believed to be no better.
const TRIALS: usize = 3;
/// A step must gain this share of the net value: less is not worth a simulation.
const LEAST_GAIN: f64 = 1e-5;

/// Climbs.
#[derive(Debug)]
pub(super) struct Climb<'c, 'a> {
    board: &'c Board,
    judge: &'c mut Judge<'a>,
}

impl<'c, 'a> Climb<'c, 'a> {
    pub fn new(board: &'c Board, judge: &'c mut Judge<'a>) -> Self {
        Self { board, judge }
    }

    /// The empty fleet, filled by what a server is worth.
    pub fn filled(&mut self) -> Result<Split, RunError> {
        self.filled_around(self.board.nothing())
    }

    /// The same after a campaign has had its gang in some pool, the one in which that earns most; none where none has room
    /// for it.
    pub fn filled_after(&mut self, campaign: usize) -> Result<Option<Split>, RunError> {
        let holder = &self.board.holders[campaign];
        let mut best: Option<(f64, Split)> = None;
        for &pool in &holder.pools {
            let mut split = self.board.nothing();
            let gang = holder.gang.as_ref().map_or(0, |gang| gang[pool]);
            if gang > self.board.free(&split, pool) {
                continue;
            }
            split.held[campaign][pool] = gang;
            let split = self.filled_around(split)?;
            let earns = self.judge.net_value(&split)?;
            if best.as_ref().is_none_or(|(earned, _)| earns > *earned) {
                best = Some((earns, split));
            }
        }
        Ok(best.map(|(_, split)| split))
    }

    fn filled_around(&mut self, mut split: Split) -> Result<Split, RunError> {
        let pools: Vec<usize> = (0..self.board.pools.len()).collect();
        self.fill(&mut split, &pools, BLOCKS.0, None)?;
        Ok(split)
    }

    /// The best split near `split`.
    pub fn from(&mut self, mut split: Split) -> Result<Split, RunError> {
        let mut earned = self.judge.net_value(&split)?;
        let largest = self.board.pools.iter().map(|pool| pool.offered).max();
        let finest = BLOCKS.1.min(largest.unwrap_or(0)).max(1);
        let mut blocks = BLOCKS.0.min(finest);
        loop {
            loop {
                let exchanges = self.exchanges(&split, blocks);
                if self.step(&mut split, &mut earned, exchanges)? {
                    continue;
                }
                if blocks > COARSE {
                    break;
                }
                let changes = self.changes(&split, blocks)?;
                if !self.step(&mut split, &mut earned, changes)? {
                    break;
                }
            }
            if blocks == finest {
                return Ok(split);
            }
            blocks = (2 * blocks).min(finest);
        }
    }

    /// Takes the most promising neighbour that earns more; whether there was one.
    fn step(
        &mut self,
        split: &mut Split,
        earned: &mut f64,
        neighbours: Vec<Split>,
    ) -> Result<bool, RunError> {
        let gains = self.judge.gains(split, &neighbours)?;
        let least = earned.abs() * LEAST_GAIN;
        let mut promising: Vec<(f64, Split)> = gains.into_iter().zip(neighbours).collect();
        promising.retain(|(gain, _)| *gain > least);
        // The sort is stable: equals stay in the order of the scenario.
        promising.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        for (_, neighbour) in promising.into_iter().take(TRIALS) {
            let earns = self.judge.net_value(&neighbour)?;
            if earns > *earned + least {
                (*split, *earned) = (neighbour, earns);
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// One block, or all of it if that is less, from one workload of a pool, or from nobody, to another or nobody.
    fn exchanges(&self, split: &Split, blocks: u64) -> Vec<Split> {
        let mut neighbours = Vec::new();
        for pool in 0..self.board.pools.len() {
            let block = block(self.board, pool, blocks);
            let services = || {
                let holders = self.board.holders.iter().enumerate();
                let here = holders.filter(|(_, of)| of.gang.is_none() && of.pools.contains(&pool));
                here.map(|(index, _)| Some(index)).chain([None])
            };
            for giver in services() {
                let held = match giver {
                    Some(giver) => split.held[giver][pool],
                    None => self.board.free(split, pool),
                };
                let moved = block.min(held);
                for taker in services().filter(|taker| *taker != giver && moved > 0) {
                    let mut neighbour = split.clone();
                    if let Some(giver) = giver {
                        neighbour.held[giver][pool] -= moved;
                    }
                    if let Some(taker) = taker {
                        neighbour.held[taker][pool] += moved;
                    }
                    neighbours.push(neighbour);
                }
            }
        }
        neighbours
    }

    /// Somebody leaves a pool, or nobody; a gang comes to it, or nobody, or the gang that left goes to another pool;
    /// and what is free then is filled.
    fn changes(&mut self, split: &Split, blocks: u64) -> Result<Vec<Split>, RunError> {
        let mut neighbours = Vec::new();
        for pool in 0..self.board.pools.len() {
            neighbours.extend(self.starts(split, pool, None, blocks)?);
            for leaver in 0..self.board.holders.len() {
                if split.held[leaver][pool] == 0 {
                    continue;
                }
                let mut left = split.clone();
                left.held[leaver][pool] = 0;
                let mut refilled = left.clone();
                self.fill(&mut refilled, &[pool], blocks, Some(leaver))?;
                if self.board.holders[leaver].gang.is_some() {
                    neighbours.extend(self.starts(&left, pool, Some(leaver), blocks)?);
                    for other in self.board.holders[leaver].pools.clone() {
                        if other != pool {
                            neighbours.extend(self.start(&refilled, leaver, other, blocks)?);
                        }
                    }
                }
                neighbours.push(refilled);
            }
        }
        Ok(neighbours)
    }

    /// Every gang that runs nowhere, except one, starts in the pool.
    fn starts(
        &mut self,
        split: &Split,
        pool: usize,
        barred: Option<usize>,
        blocks: u64,
    ) -> Result<Vec<Split>, RunError> {
        let mut started = Vec::new();
        for (index, holder) in self.board.holders.iter().enumerate() {
            let waits = holder.gang.is_some() && split.total(index) == 0;
            if waits && holder.pools.contains(&pool) && barred != Some(index) {
                started.extend(self.start(split, index, pool, blocks)?);
            }
        }
        Ok(started)
    }

    /// A gang starts in a pool, if services can make room for it.
    fn start(
        &mut self,
        split: &Split,
        campaign: usize,
        pool: usize,
        blocks: u64,
    ) -> Result<Option<Split>, RunError> {
        let Some(gang) = &self.board.holders[campaign].gang else {
            return Ok(None);
        };
        let gang = gang[pool];
        let mut started = split.clone();
        if !vacate(self.board, self.judge, &mut started, pool, gang, blocks)? {
            return Ok(None);
        }
        started.held[campaign][pool] = gang;
        self.fill(&mut started, &[pool], blocks, None)?;
        Ok(Some(started))
    }

    fn fill(
        &mut self,
        split: &mut Split,
        pools: &[usize],
        blocks: u64,
        barred: Option<usize>,
    ) -> Result<(), RunError> {
        fill(self.board, self.judge, split, pools, blocks, barred)
    }
}

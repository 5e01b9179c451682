//! Free servers go where they are worth most, and a gang is made room for where that costs least: by what workloads
//! are worth alone, so that both are only proposals.

use super::board::{Board, Split};
use super::judge::{Holding, Judge};
use crate::simulation::RunError;

/// Amounts are cut into so many blocks at most.
const PARTS: u64 = 4;

/// Servers for somebody, or from somebody.
#[derive(Clone, Copy, Debug)]
struct Offer {
    holder: usize,
    pool: usize,
    servers: u64,
}

/// Gives the free servers of these pools away, at each turn where a server gains most, until nobody gains. No gang of
/// `barred` starts. A service
/// is offered one block, two, four and so on: below what its demand needs, a block alone may be worth nothing.
pub(super) fn fill(
    board: &Board,
    judge: &mut Judge<'_>,
    split: &mut Split,
    pools: &[usize],
    blocks: u64,
    barred: Option<usize>,
) -> Result<(), RunError> {
    loop {
        let mut offers = Vec::new();
        for &pool in pools {
            let free = board.free(split, pool);
            let block = block(board, pool, blocks).max(free / (2 * PARTS));
            for (index, holder) in board.holders.iter().enumerate() {
                let mut offer = |servers: u64| {
                    if servers > 0 && servers <= free {
                        offers.push(Offer {
                            holder: index,
                            pool,
                            servers,
                        });
                    }
                };
                match &holder.gang {
                    _ if !holder.pools.contains(&pool) => {}
                    Some(gang) if barred != Some(index) && split.total(index) == 0 => {
                        offer(gang[pool]);
                    }
                    Some(_) => {}
                    None => {
                        let doubling =
                            std::iter::successors(Some(block), |servers| servers.checked_mul(2));
                        doubling
                            .take_while(|servers| *servers < free)
                            .for_each(&mut offer);
                        offer(free);
                    }
                }
            }
        }
        let gains = gains(judge, split, &offers, u64::saturating_add)?;
        let Some((best, _)) = highest(&offers, &gains).filter(|(_, gain)| *gain > 0.0) else {
            return Ok(());
        };
        split.held[best.holder][best.pool] += best.servers;
    }
}

/// Takes servers of a pool from services, at each turn where a server is worth least, until `needed` are free. Returns
/// whether there were so many.
pub(super) fn vacate(
    board: &Board,
    judge: &mut Judge<'_>,
    split: &mut Split,
    pool: usize,
    needed: u64,
    blocks: u64,
) -> Result<bool, RunError> {
    loop {
        let missing = needed.saturating_sub(board.free(split, pool));
        if missing == 0 {
            return Ok(true);
        }
        let block = block(board, pool, blocks).max(missing / PARTS).max(1);
        let holders = board.holders.iter().enumerate();
        let offers: Vec<Offer> = holders
            .filter(|(index, of)| of.gang.is_none() && split.held[*index][pool] > 0)
            .map(|(holder, _)| Offer {
                holder,
                pool,
                servers: block.min(split.held[holder][pool]),
            })
            .collect();
        let losses = gains(judge, split, &offers, u64::saturating_sub)?;
        let Some((least, _)) = highest(&offers, &losses) else {
            return Ok(false);
        };
        split.held[least.holder][pool] -= least.servers;
    }
}

/// Servers of a block when a pool is cut into so many.
pub(super) fn block(board: &Board, pool: usize, blocks: u64) -> u64 {
    (board.pools[pool].offered / blocks).max(1)
}

/// What each offer gains a server.
fn gains(
    judge: &mut Judge<'_>,
    split: &Split,
    offers: &[Offer],
    change: fn(u64, u64) -> u64,
) -> Result<Vec<f64>, RunError> {
    let holdings = |offer: &Offer| -> [Holding; 2] {
        let before = split.held[offer.holder].clone();
        let mut after = before.clone();
        after[offer.pool] = change(after[offer.pool], offer.servers);
        [(offer.holder, before), (offer.holder, after)]
    };
    let asked: Vec<Holding> = offers.iter().flat_map(holdings).collect();
    let worths = judge.worths(&asked)?;
    let pairs = offers.iter().zip(worths.chunks_exact(2));
    Ok(pairs
        .map(|(offer, worths)| (worths[1] - worths[0]) / offer.servers as f64)
        .collect())
}

/// The offer of the highest gain, the first among equals.
fn highest(offers: &[Offer], gains: &[f64]) -> Option<(Offer, f64)> {
    let pairs = offers.iter().copied().zip(gains.iter().copied());
    pairs.fold(None, |best, (offer, gain)| match best {
        Some((_, highest)) if gain <= highest => best,
        _ => Some((offer, gain)),
    })
}

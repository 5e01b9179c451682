//! Servers that nobody holds replace at once what breaks, and a gang stands still without them. What workloads earn
//! alone does not tell what they are worth, since in an empty fleet there are always some. So gangs are placed with a
//! reserve in every pool that almost always covers what is in repair, and in the end every size is simulated whole.

use super::board::{Board, Split};
use super::judge::Judge;
use crate::simulation::RunError;

/// Reserves are tried up to this share of a pool, or to as many as are hardly ever in repair together.
const LARGEST: u64 = 32;

/// Frees the reserve of every pool, as far as a service holds as much.
pub(super) fn hold_back(
    board: &Board,
    judge: &mut Judge<'_>,
    mut split: Split,
) -> Result<Split, RunError> {
    for (pool, field) in board.pools.iter().enumerate() {
        if board.unheld(&split, pool) < field.reserve
            && let Some(freed) = leave(board, judge, &split, pool, field.reserve)?
        {
            split = freed;
        }
    }
    Ok(split)
}

/// Leaves servers to nobody, pool by pool, as many as earn most of 0, 1, 2, 4 and so on.
pub(super) fn reserve(
    board: &Board,
    judge: &mut Judge<'_>,
    mut split: Split,
) -> Result<Split, RunError> {
    let mut earned = judge.net_value(&split)?;
    for (pool, field) in board.pools.iter().enumerate() {
        let before = split.clone();
        let sizes = std::iter::successors(Some(1_u64), |servers| servers.checked_mul(2));
        let largest = field.reserve.max(field.offered / LARGEST);
        let sizes = sizes.take_while(|servers| *servers <= largest);
        for servers in std::iter::once(0).chain(sizes) {
            if let Some(other) = leave(board, judge, &before, pool, servers)? {
                let earns = judge.net_value(&other)?;
                if earns > earned {
                    (split, earned) = (other, earns);
                }
            }
        }
    }
    Ok(split)
}

/// The split that leaves so many servers of a pool to nobody, by the service that then gains most or loses least; none if
/// it does so already, or no service holds so many.
fn leave(
    board: &Board,
    judge: &mut Judge<'_>,
    split: &Split,
    pool: usize,
    servers: u64,
) -> Result<Option<Split>, RunError> {
    let unheld = board.unheld(split, pool);
    let mut others = Vec::new();
    for (index, holder) in board.holders.iter().enumerate() {
        let held = (split.held[index][pool] + unheld).checked_sub(servers);
        let may_hold = holder.gang.is_none() && holder.pools.contains(&pool);
        if let Some(held) = held.filter(|_| may_hold && unheld != servers) {
            let mut other = split.clone();
            other.held[index][pool] = held;
            others.push(other);
        }
    }
    let gains = judge.gains(split, &others)?;
    let best = gains.into_iter().zip(others);
    Ok(best
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, other)| other))
}

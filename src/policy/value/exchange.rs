//! Services and streams of jobs exchange servers at the margin until nobody would gain enough: first what is free, then
//! within a pool, then by a `relay` through other pools, in which givers find replacements.

use super::desk::{Bar, Desk};
use super::effort::Effort;
use super::holding::Holding;
use super::market::Offer;
use super::relay::Relays;

/// Share of the most that a server could earn for which nobody moves one: tables of attainment bend by as little near
/// saturation, and servers would pass one by one.
const NEGLIGIBLE: f64 = 1e-4;

impl Bar {
    /// What a taker must gain by a server, per hour, beyond what it costs.
    pub fn least(&self, desk: &Desk, taker: &Offer) -> f64 {
        self.hysteresis.max(NEGLIGIBLE) * desk.most(taker.slot)
    }
}

/// More rounds than a decision ever needs; rounding must not keep one for ever.
const ROUNDS: usize = 256;

/// Exchanges in all pools.
pub(super) fn exchange(desk: &Desk, relays: &mut Relays, holding: &mut Holding) {
    let pools = 0..holding.free.len();
    for _ in 0..ROUNDS {
        let mut again = false;
        for pool in pools.clone() {
            again |= within(desk, holding, pool);
        }
        for pool in pools.clone() {
            again |= by_relay(desk, relays, holding, pool);
        }
        if !again {
            break;
        }
    }
}

/// Fills a pool's free servers, and moves what is worth more to another of its holders.
fn within(desk: &Desk, holding: &mut Holding, pool: usize) -> bool {
    if holding.is_settled(pool) {
        return false;
    }
    let rounds = 0..ROUNDS;
    let filled = rounds.clone().map_while(|_| fill(desk, holding, pool));
    let filled = filled.count();
    let moved = rounds.map_while(|_| pass_on(desk, holding, pool));
    let moved = moved.count();
    if filled.max(moved) < ROUNDS {
        holding.settle(pool);
    }
    filled + moved > 0
}

/// Gives free servers of a pool to who gains most by them; none if nobody gains enough.
fn fill(desk: &Desk, holding: &mut Holding, pool: usize) -> Option<()> {
    if holding.free[pool] == 0 {
        return None;
    }
    let taker = desk.best_carried(holding, pool)?;
    if taker.per_server <= desk.bar.least(desk, &taker) {
        return None;
    }
    let facts = &desk.slots[taker.slot];
    let servers = taker.servers.min(holding.free[pool]);
    holding.take(taker.slot, facts, holding.affords(facts, servers));
    Some(())
}

/// Moves servers of a pool to who gains most by them from who leaves most of that; none if nobody leaves enough.
fn pass_on(desk: &Desk, holding: &mut Holding, pool: usize) -> Option<()> {
    let taker = willing(desk, holding, pool)?;
    let (gain, least) = (taker.per_server, desk.bar.least(desk, &taker));
    let (giver, _) = desk.best_giver(holding, taker.slot, gain, Effort::NONE, 1.0, least)?;
    let servers = taker.servers.min(desk.offer(holding, giver)?.servers);
    hand_over(desk, holding, giver, taker.slot, servers).then_some(())
}

/// Who would gain most by a server of the pool, if that were worth a move that costs nothing.
fn willing(desk: &Desk, holding: &Holding, pool: usize) -> Option<Offer> {
    let taker = desk.best_taker(holding, pool)?;
    (taker.per_server > desk.bar.least(desk, &taker)).then_some(taker)
}

/// Frees servers of the pool by a relay, for the one who would gain most by them or, if none comes to it, for another.
fn by_relay(desk: &Desk, relays: &mut Relays, holding: &mut Holding, pool: usize) -> bool {
    if holding.is_cut_off(pool) {
        return false;
    }
    let Some(first) = willing(desk, holding, pool) else {
        return false;
    };
    let others = desk.traders[pool]
        .iter()
        .filter(|&&slot| slot != first.slot);
    let comes = relays.make_way(desk, holding, first)
        || others.copied().any(|slot| {
            let taker = desk.taker(holding, slot);
            taker.is_some_and(|taker| relays.make_way(desk, holding, taker))
        });
    if !comes {
        holding.cut_off(pool);
    }
    comes
}

/// Hands servers over as far as the site can carry the taker once the giver has let go; returns
/// whether it can carry any.
pub(super) fn hand_over(
    desk: &Desk,
    holding: &mut Holding,
    from: usize,
    to: usize,
    servers: u64,
) -> bool {
    let (giver, taker) = (&desk.slots[from], &desk.slots[to]);
    holding.give(from, giver, servers);
    let carried = holding.affords(taker, servers);
    holding.take(to, taker, carried);
    holding.take(from, giver, servers - carried);
    carried > 0
}

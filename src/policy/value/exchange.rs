//! Services and streams of jobs exchange servers at the margin until nobody would gain enough: first what is free, then
//! within a pool, then by a `relay` through other pools, in which givers find replacements.

use super::desk::{Bar, Desk};
use super::holding::Holding;
use super::market::Offer;
use super::relay::Relays;
use crate::id::PoolId;
use crate::policy::view::View;

/// Share of the most that a server could earn for which nobody moves one: tables of attainment bend by as little near
/// saturation, and servers would pass one by one.
const NEGLIGIBLE: f64 = 1e-4;

impl Bar {
    /// What a taker must gain by a server, per hour, beyond what it costs.
    pub fn least(&self, desk: &Desk, taker: &Offer) -> f64 {
        self.hysteresis.max(NEGLIGIBLE) * desk.most(taker.slot)
    }

    /// Whether a taker's gain is worth a loss, both per server and hour, and what the move takes.
    fn clears(&self, desk: &Desk, taker: &Offer, loss: f64, effort: Effort) -> bool {
        effort.net(taker.per_server, self.payback_h) - loss > self.least(desk, taker)
    }
}

/// What moving a server takes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Effort {
    /// Hours until the server serves its taker.
    pub hours: f64,
    /// Money.
    pub cost: f64,
}

impl Effort {
    /// From one slot of a pool to another.
    pub fn of(view: &View<'_>, desk: &Desk, from: usize, to: usize) -> Self {
        let pool = desk.slots[to].pool;
        let first = desk.first[pool];
        let conversion = view.conversion(PoolId::new(pool), from - first, to - first);
        let accelerators = f64::from(view.pools[pool].accelerators_per_server);
        Self {
            hours: conversion.delay.as_hours(),
            cost: conversion.cost.0 * accelerators,
        }
    }

    /// This and then another, of so many servers.
    pub fn and(self, other: Self, servers: f64) -> Self {
        Self {
            hours: self.hours.max(other.hours),
            cost: self.cost + other.cost * servers,
        }
    }

    /// What is left of a gain per hour within the payback time: nothing is gained until the servers
    /// serve, and the money is spread over it.
    pub fn net(&self, gain_per_hour: f64, payback_h: f64) -> f64 {
        let rest = (1.0 - self.hours / payback_h).max(0.0);
        gain_per_hour * rest - self.cost / payback_h
    }
}

/// More rounds than a decision ever needs; rounding must not keep one for ever.
const ROUNDS: usize = 256;

/// Exchanges in all pools.
pub(super) fn exchange(desk: &Desk, view: &View<'_>, relays: &mut Relays, holding: &mut Holding) {
    let pools = 0..view.pools.len();
    for _ in 0..ROUNDS {
        let mut again = false;
        for pool in pools.clone() {
            again |= within(desk, view, holding, pool);
        }
        for pool in pools.clone() {
            again |= by_relay(desk, view, relays, holding, pool);
        }
        if !again {
            break;
        }
    }
}

/// Fills a pool's free servers, and moves what is worth more to another of its holders.
fn within(desk: &Desk, view: &View<'_>, holding: &mut Holding, pool: usize) -> bool {
    if holding.is_settled(pool) {
        return false;
    }
    let rounds = 0..ROUNDS;
    let filled = rounds.clone().map_while(|_| fill(desk, holding, pool));
    let filled = filled.count();
    let moved = rounds.map_while(|_| pass_on(desk, view, holding, pool));
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
    if !desk.bar.clears(desk, &taker, 0.0, Effort::default()) {
        return None;
    }
    let facts = &desk.slots[taker.slot];
    let servers = taker.servers.min(holding.free[pool]);
    holding.take(taker.slot, facts, holding.affords(facts, servers));
    Some(())
}

/// Moves servers of a pool from who loses least by them to who gains most; none if that is not worth it.
fn pass_on(desk: &Desk, view: &View<'_>, holding: &mut Holding, pool: usize) -> Option<()> {
    let taker = willing(desk, holding, pool)?;
    let workload = desk.slots[taker.slot].workload;
    let giver = desk.cheapest_giver(holding, pool, workload)?;
    let effort = Effort::of(view, desk, giver.slot, taker.slot);
    let servers = taker.servers.min(giver.servers);
    let moves = desk.bar.clears(desk, &taker, giver.per_server, effort)
        && hand_over(desk, holding, giver.slot, taker.slot, servers);
    moves.then_some(())
}

/// Who would gain most by a server of the pool, if that were worth a move that costs nothing.
fn willing(desk: &Desk, holding: &Holding, pool: usize) -> Option<Offer> {
    let taker = desk.best_taker(holding, pool)?;
    let clears = desk.bar.clears(desk, &taker, 0.0, Effort::default());
    clears.then_some(taker)
}

/// Frees servers of the pool by a relay, for the one who would gain most by them or, if none comes to it, for another.
fn by_relay(
    desk: &Desk,
    view: &View<'_>,
    relays: &mut Relays,
    holding: &mut Holding,
    pool: usize,
) -> bool {
    let Some(first) = willing(desk, holding, pool) else {
        return false;
    };
    let others = desk.traders[pool]
        .iter()
        .filter(|&&slot| slot != first.slot);
    relays.make_way(desk, view, holding, first)
        || others.copied().any(|slot| {
            let taker = desk.taker(holding, slot);
            taker.is_some_and(|taker| relays.make_way(desk, view, holding, taker))
        })
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

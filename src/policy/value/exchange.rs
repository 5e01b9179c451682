//! Services and streams of jobs exchange servers at the margin until nobody would gain enough: first what is free, then
//! within a pool, then by way of a second pool, in which the giver finds a replacement.

use super::desk::{Bar, Desk};
use super::holding::Holding;
use super::market::Offer;
use crate::id::PoolId;
use crate::policy::view::View;

impl Bar {
    /// Whether a taker's gain is worth a loss, both per server and hour, and what the move takes.
    fn clears(&self, desk: &Desk, taker: &Offer, loss: f64, effort: Effort) -> bool {
        effort.net(taker.per_server, self.payback_h) - loss
            > self.hysteresis * desk.most(taker.slot)
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
pub(super) fn exchange(desk: &Desk, view: &View<'_>, holding: &mut Holding) {
    let pools = 0..view.pools.len();
    for _ in 0..ROUNDS {
        let mut again = false;
        for pool in pools.clone() {
            again |= within(desk, view, holding, pool);
        }
        if !again {
            for pool in pools.clone() {
                again |= across(desk, view, holding, pool);
            }
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

/// Hands servers over as far as the site can carry the taker once the giver has let go; returns
/// whether it can carry any.
fn hand_over(desk: &Desk, holding: &mut Holding, from: usize, to: usize, servers: u64) -> bool {
    let (giver, taker) = (&desk.slots[from], &desk.slots[to]);
    holding.give(from, giver, servers);
    let carried = holding.affords(taker, servers);
    holding.take(to, taker, carried);
    holding.take(from, giver, servers - carried);
    carried > 0
}

/// A holder of the pool that could serve elsewhere makes way for one who would gain more here.
fn across(desk: &Desk, view: &View<'_>, holding: &mut Holding, pool: usize) -> bool {
    let Some(taker) = willing(desk, holding, pool) else {
        return false;
    };
    let mut best: Option<(f64, Swap)> = None;
    for &giver in &desk.traders[pool] {
        let workload = desk.slots[giver].workload;
        if workload == desk.slots[taker.slot].workload || desk.is_held(giver) {
            continue;
        }
        if desk.spare(holding, giver) == 0 {
            continue;
        }
        for &there in desk.places[workload].iter().filter(|&&slot| slot != giver) {
            let Some(swap) = Swap::find(desk, holding, giver, there, workload) else {
                continue;
            };
            let loss = swap.loss;
            if best.is_none_or(|(least, _)| loss < least) {
                best = Some((loss, swap));
            }
        }
    }
    let Some((loss, swap)) = best else {
        return false;
    };
    let mut effort = Effort::of(view, desk, swap.giver, taker.slot);
    if let Some(third) = swap.third {
        let second = Effort::of(view, desk, third.slot, swap.there);
        effort.hours = effort.hours.max(second.hours);
        effort.cost += second.cost * swap.each;
    }
    if !desk.bar.clears(desk, &taker, loss, effort) {
        return false;
    }
    swap.carry_out(desk, holding, taker)
}

/// A giver that is made good for in another pool, from what is free there or by a third.
#[derive(Clone, Copy, Debug)]
struct Swap {
    giver: usize,
    there: usize,
    third: Option<Offer>,
    /// Servers there that replace one here.
    each: f64,
    /// Value per hour lost for one server here.
    loss: f64,
}

impl Swap {
    fn find(
        desk: &Desk,
        holding: &Holding,
        giver: usize,
        there: usize,
        workload: usize,
    ) -> Option<Self> {
        let (here, elsewhere) = (&desk.slots[giver], &desk.slots[there]);
        let room = elsewhere.most.saturating_sub(holding.servers[there]);
        if elsewhere.rate <= 0.0 || room == 0 || holding.affords(elsewhere, 1) == 0 {
            return None;
        }
        let third = if holding.free[elsewhere.pool] > 0 {
            None
        } else {
            Some(desk.cheapest_giver(holding, elsewhere.pool, workload)?)
        };
        let each = here.rate / elsewhere.rate;
        Some(Self {
            giver,
            there,
            third,
            each,
            loss: third.map_or(0.0, |third| third.per_server) * each + desk.undone(holding, giver),
        })
    }

    fn carry_out(self, desk: &Desk, holding: &mut Holding, taker: Offer) -> bool {
        let there = &desk.slots[self.there];
        let spare = desk.spare(holding, self.giver);
        let at_hand = match self.third {
            Some(third) => third.servers,
            None => holding.free[there.pool],
        };
        let room = there.most.saturating_sub(holding.servers[self.there]);
        let at_hand = holding.affords(there, at_hand.min(room));
        let replaced = (at_hand as f64 / self.each) as u64;
        let servers = taker.servers.min(spare).min(replaced);
        if servers == 0 {
            return false;
        }
        let needed = ((servers as f64 * self.each).ceil() as u64).min(at_hand);
        if let Some(third) = self.third {
            holding.give(third.slot, &desk.slots[third.slot], needed);
        }
        holding.take(self.there, there, needed);
        hand_over(desk, holding, self.giver, taker.slot, servers)
    }
}

//! `value`: capacity goes where it is expected to be worth most. Services and streams of jobs hold
//! concave curves of value per hour against capacity (`workload::curve`), gangs a value per hour for
//! all of themselves; from what everybody holds, servers move for as long as that gains more than it
//! costs: conversion, the time until the server serves, work undone, and a margin.
//!
//! | file | does |
//! |---|---|
//! | `desk` | slots and stakes: what a decision is made on |
//! | `reading` | reads them off the view |
//! | `effort` | what moving a server takes |
//! | `market` | gains and losses at the margin |
//! | `holding` | who holds what while the decision is made |
//! | `exchange` | services and streams exchange servers: free ones, within a pool, by a relay |
//! | `relay` | givers find replacements in other pools, one after another |
//! | `elastic` | elastic gangs grow and shrink |
//! | `start` | gangs start where what they displace is worth less |
//! | `gangs` | gangs keep their places, and make way |
//! | `standby` | servers stand by for gangs, to replace what breaks |
//!
//! What no service and no gang would gain by stays with its holder. An idle server is taken to be
//! ready for everybody.

mod desk;
mod effort;
mod elastic;
mod exchange;
mod gangs;
mod holding;
mod market;
mod reading;
mod relay;
mod standby;
mod start;

use desk::Desk;
use exchange::exchange;
use holding::Holding;
use relay::Relays;

use super::rooms::Rooms;
use super::view::View;
use super::{Allocation, Policy, Prospect};
use crate::id::PoolId;
use crate::kernel::Span;
use crate::scenario::{self, Part};
use crate::workload::serving::Rows;

/// The `value` policy.
#[derive(Debug)]
pub struct Value {
    desk: Desk,
    payback: Span,
    holding: Holding,
    /// By workload: the capacity that it had before the decision.
    before: Vec<f64>,
    /// A holding to try things out on.
    trial: Holding,
    rooms: Rooms,
    /// Scratch: relays in search of servers.
    relays: Relays,
    /// Scratch: gangs by what a server of theirs is worth.
    waiting: Vec<start::Candidate>,
    /// Scratch: the places that gangs have just left.
    left: Vec<Part>,
}

impl Value {
    /// Takes the scenario's keys, and the rows that its replications share.
    #[must_use]
    pub fn new(value: &scenario::Value, rows: &Rows) -> Self {
        Self {
            desk: Desk::new(value, rows),
            payback: value.payback,
            holding: Holding::default(),
            before: Vec::new(),
            trial: Holding::default(),
            rooms: Rooms::default(),
            relays: Relays::default(),
            waiting: Vec::new(),
            left: Vec::new(),
        }
    }

    /// What a server of a slot is worth per hour, between what its workload held before the decision and
    /// what it holds after, at the demand that is expected.
    fn worth_per_server(&self, number: usize) -> f64 {
        let slot = &self.desk.slots[number];
        if let Some(curve) = self.desk.curve(slot.workload) {
            let (before, after) = (&self.before, &self.holding.capacity);
            return slot.rate * curve.slope_between(before[slot.workload], after[slot.workload]);
        }
        let Some(gang) = self.desk.gangs[number] else {
            return 0.0;
        };
        let (before, after) = (self.desk.held[number], self.holding.servers[number]);
        if before == after {
            return 0.0;
        }
        let runs = |servers| self.desk.share_that_runs(number, &gang, servers);
        let gained = gang.per_hour * runs(after) - gang.before * runs(before);
        gained / (after as f64 - before as f64)
    }
}

impl Policy for Value {
    fn prospect(&self, pool: PoolId, from: Option<usize>, to: Option<usize>) -> Option<Prospect> {
        let first = *self.desk.first.get(pool.index())?;
        let worth =
            |slot: Option<usize>| slot.map_or(0.0, |slot| self.worth_per_server(first + slot));
        Some(Prospect {
            per_server_hour: worth(to) - worth(from),
            payback: self.payback,
        })
    }

    fn decide(&mut self, view: &View<'_>, allocation: &mut Allocation) {
        /// Gangs and services take turns; few decisions need a second one.
        const TURNS: usize = 4;
        self.rooms.refill(view, allocation);
        self.desk.open(view, &mut self.holding);
        self.before.clone_from(&self.holding.capacity);
        self.keep_places(view, allocation);
        self.stand_by();
        let mut any_started = false;
        for _ in 0..TURNS {
            exchange(&self.desk, &mut self.relays, &mut self.holding);
            let shrank = self.shrink_gangs(view, allocation);
            let made_way = self.make_way(view, allocation) || shrank;
            let started = self.start_gangs(view, allocation);
            let grew = self.grow_gangs(view, allocation);
            any_started |= started;
            if !(made_way || started || grew) {
                break;
            }
        }
        if any_started {
            self.stand_by();
        }
        self.enlarge_gangs(view, allocation);
        for (index, pool) in view.pools.iter().enumerate() {
            let targets = allocation.pool_mut(PoolId::new(index)).iter_mut();
            for (number, (target, slot)) in self.desk.of_pool(index).zip(targets.zip(&pool.slots)) {
                *target = self.holding.servers[number];
                // A gang that was there before is not new to it because others stand by.
                if *target > slot.held && !self.desk.was_whole(number) {
                    self.desk.given[number] = view.now;
                }
            }
        }
    }
}

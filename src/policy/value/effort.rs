//! What moving servers from one holder to another takes: time until they serve, and money.

use super::desk::Desk;
use super::holding::Holding;
use crate::id::PoolId;
use crate::policy::view::View;

/// What moving a server takes of the time within which that must pay.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effort {
    /// Share of that time for which the server serves its taker.
    serves: f64,
    /// Money per hour of that time.
    cost: f64,
}

impl Effort {
    /// Nothing.
    pub const NONE: Self = Self {
        serves: 1.0,
        cost: 0.0,
    };

    /// This and then another, of so many servers: all of them serve when the last does.
    #[inline]
    pub fn and(self, other: Self, servers: f64) -> Self {
        Self {
            serves: self.serves.min(other.serves),
            cost: self.cost + other.cost * servers,
        }
    }

    /// What is left of a gain per hour.
    #[inline]
    pub fn net(&self, gain_per_hour: f64) -> f64 {
        gain_per_hour * self.serves - self.cost
    }
}

impl Desk {
    /// Lists what it takes to move a server between any two slots of a pool, which never changes.
    pub fn list_efforts(&mut self, view: &View<'_>) {
        let payback_h = self.bar.payback_h;
        for (index, pool) in view.pools.iter().enumerate() {
            let (id, slots) = (PoolId::new(index), pool.slots.len());
            let accelerators = f64::from(pool.accelerators_per_server);
            for to in 0..slots {
                let efforts = (0..slots).map(|from| {
                    let conversion = view.conversion(id, from, to);
                    Effort {
                        serves: (1.0 - conversion.delay.as_hours() / payback_h).max(0.0),
                        cost: conversion.cost.0 * accelerators / payback_h,
                    }
                });
                self.efforts.push(efforts.collect());
            }
        }
    }

    /// What moving so many servers from one slot of a pool to another takes after other moves; none unless it `pays`,
    /// which is asked first of what it takes at least.
    #[inline]
    pub fn effort_after(
        &self,
        holding: &Holding,
        before: Effort,
        (from, to): (usize, usize),
        servers: f64,
        pays: impl Fn(&Effort) -> bool,
    ) -> Option<Effort> {
        let pay = |effort| Some(before.and(effort, servers)).filter(&pays);
        let least = pay(self.own_effort(from, to))?;
        let passes_on = holding.servers[from] > self.held[from];
        let makes_good = holding.servers[to] < self.held[to];
        if passes_on || makes_good {
            pay(self.dearest_effort(holding, (from, passes_on), (to, makes_good)))
        } else {
            Some(least)
        }
    }

    /// Only the net change of a decision is carried out: a server that `from` has just been given really comes from who
    /// gave one, and one that makes good for what `to` gave away really goes to who took it. A move may take as much as
    /// the dearest of these.
    fn dearest_effort(
        &self,
        holding: &Holding,
        (from, passes_on): (usize, bool),
        (to, makes_good): (usize, bool),
    ) -> Effort {
        let slots = self.of_pool(self.slots[to].pool);
        let gave = |slot: usize| passes_on && holding.servers[slot] < self.held[slot];
        let took = |slot: usize| makes_good && holding.servers[slot] > self.held[slot];
        let mut dearest = self.own_effort(from, to);
        for giver in slots.clone().filter(|&slot| slot == from || gave(slot)) {
            for taker in slots.clone().filter(|&slot| slot == to || took(slot)) {
                let Effort { serves, cost } = self.own_effort(giver, taker);
                dearest.serves = dearest.serves.min(serves);
                dearest.cost = dearest.cost.max(cost);
            }
        }
        dearest
    }

    /// What moving a server takes that its giver had from the start and its taker keeps.
    #[inline]
    pub fn own_effort(&self, from: usize, to: usize) -> Effort {
        self.efforts[to][from - self.first[self.slots[to].pool]]
    }
}

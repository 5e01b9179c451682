//! `dedicated`: every workload has a fixed share of every pool. Once holdings are what the shares
//! say, nothing moves: deliveries are divided by the same shares, and broken servers come back to
//! whoever is short.

use super::{Allocation, Budget, Policy, View};
use crate::id::PoolId;
use crate::scenario::{self, Scenario};

/// The `dedicated` policy.
#[derive(Debug)]
pub struct Dedicated {
    /// By pool and slot.
    shares: Vec<Vec<f64>>,
    budget: Budget,
}

impl Dedicated {
    /// Takes the shares that the scenario gives, or its pools' initial holdings.
    #[must_use]
    pub fn new(scenario: &Scenario, dedicated: &scenario::Dedicated) -> Self {
        let of_pool = |(name, pool): (&String, &scenario::Pool)| {
            let given = dedicated.shares.get(name);
            let share = |workload: &str| match given {
                Some(shares) => shares.get(workload).copied().unwrap_or(0.0),
                None if pool.accelerators == 0 => 0.0,
                None => {
                    let initial = pool.initial.get(workload).copied().unwrap_or(0);
                    initial as f64 / pool.accelerators as f64
                }
            };
            scenario
                .holders(pool)
                .map(|(_, name)| share(name))
                .collect()
        };
        Self {
            shares: scenario.pool.iter().map(of_pool).collect(),
            budget: Budget::default(),
        }
    }
}

impl Dedicated {
    /// Servers that a slot's share of its pool comes to.
    fn due(&self, pool: usize, slot: usize, installed: u64) -> u64 {
        (self.shares[pool][slot] * installed as f64).round() as u64
    }
}

impl Policy for Dedicated {
    fn decide(&mut self, view: &View<'_>, allocation: &mut Allocation) {
        self.budget.refill(view);
        // What is kept within the shares is spent first, everywhere: a site may have several pools.
        for (index, pool) in view.pools.iter().enumerate() {
            let targets = allocation.pool_mut(PoolId::new(index));
            for (number, (slot, target)) in pool.slots.iter().zip(targets).enumerate() {
                let due = self.due(index, number, pool.installed);
                *target = slot.held.min(due).max(slot.least);
                self.budget.spend(pool.site, slot, *target);
            }
        }
        for (index, pool) in view.pools.iter().enumerate() {
            let targets = allocation.pool_mut(PoolId::new(index));
            let kept: u64 = targets.iter().sum();
            let mut free = pool.offered.saturating_sub(kept);
            for (number, (slot, target)) in pool.slots.iter().zip(targets).enumerate() {
                let due = self.due(index, number, pool.installed);
                let short = due.saturating_sub(*target).min(free);
                let given = self.budget.affords(pool.site, slot, short);
                self.budget.spend(pool.site, slot, given);
                *target += given;
                free -= given;
            }
        }
    }
}

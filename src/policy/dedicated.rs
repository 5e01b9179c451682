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
    /// By pool: the servers in place when `due` was reckoned.
    installed: Vec<u64>,
    /// By pool and slot: servers that the slot's share of its pool comes to.
    due: Vec<Vec<u64>>,
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
        let shares: Vec<Vec<f64>> = scenario.pool.iter().map(of_pool).collect();
        Self {
            installed: vec![0; shares.len()],
            due: shares.iter().map(|slots| vec![0; slots.len()]).collect(),
            shares,
            budget: Budget::default(),
        }
    }
}

impl Dedicated {
    /// Reckons anew what is due in the pools that have grown.
    fn reckon(&mut self, view: &View<'_>) {
        for (index, pool) in view.pools.iter().enumerate() {
            if self.installed[index] != pool.installed {
                self.installed[index] = pool.installed;
                for (due, share) in self.due[index].iter_mut().zip(&self.shares[index]) {
                    *due = (share * pool.installed as f64).round() as u64;
                }
            }
        }
    }
}

impl Policy for Dedicated {
    fn decide(&mut self, view: &View<'_>, allocation: &mut Allocation) {
        self.budget.refill(view);
        self.reckon(view);
        // What is kept within the shares is spent first, everywhere: a site may have several pools.
        for (index, pool) in view.pools.iter().enumerate() {
            let targets = allocation.pool_mut(PoolId::new(index));
            for ((slot, target), &due) in pool.slots.iter().zip(targets).zip(&self.due[index]) {
                *target = slot.held.min(due).max(slot.least);
                self.budget.spend(pool.site, slot, *target);
            }
        }
        for (index, pool) in view.pools.iter().enumerate() {
            let targets = allocation.pool_mut(PoolId::new(index));
            let kept: u64 = targets.iter().sum();
            let mut free = pool.offered.saturating_sub(kept);
            for ((slot, target), &due) in pool.slots.iter().zip(targets).zip(&self.due[index]) {
                let short = due.saturating_sub(*target).min(free);
                if short == 0 {
                    continue;
                }
                let given = self.budget.affords(pool.site, slot, short);
                self.budget.spend(pool.site, slot, given);
                *target += given;
                free -= given;
            }
        }
    }
}

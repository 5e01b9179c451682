//! `dedicated`: every workload has a fixed share of every pool and nothing moves. Deliveries are
//! divided by the same shares; broken servers come back to whoever is short.

use super::{Allocation, Policy, PowerBudget, View};
use crate::id::PoolId;
use crate::scenario::{self, Scenario};

/// The `dedicated` policy.
#[derive(Debug)]
pub struct Dedicated {
    /// By pool and slot.
    shares: Vec<Vec<f64>>,
    power: PowerBudget,
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
            power: PowerBudget::default(),
        }
    }
}

impl Policy for Dedicated {
    fn decide(&mut self, view: &View<'_>, allocation: &mut Allocation) {
        self.power.refill(view);
        // Nobody loses what is within its share, so all that is held is spent before the rest.
        for pool in view.pools {
            for slot in &pool.slots {
                self.power.spend(pool.site, slot.planning_watts, slot.held);
            }
        }
        for (index, pool) in view.pools.iter().enumerate() {
            let targets = allocation.pool_mut(PoolId::new(index));
            let held: u64 = pool.slots.iter().map(|slot| slot.held).sum();
            let mut free = pool.offered.saturating_sub(held);
            let shares = &self.shares[index];
            for ((slot, target), share) in pool.slots.iter().zip(targets).zip(shares) {
                let due = (share * pool.installed as f64).round() as u64;
                let short = due.saturating_sub(slot.held).min(free);
                let given = self.power.affords(pool.site, slot.planning_watts, short);
                self.power.spend(pool.site, slot.planning_watts, given);
                *target = slot.held + given;
                free -= given;
            }
        }
    }
}

//! `dedicated`: every workload has a fixed share of every pool. Once holdings are what the shares
//! say, nothing moves: deliveries are divided by the same shares, and broken servers come back to
//! whoever is short. A gang for which no pod has room gets no more until one has.

use super::rooms::standing;
use super::{Allocation, Budget, Need, Policy, Rooms, View};
use crate::id::PoolId;
use crate::scenario::{self, Scenario};
use crate::workload::training::Campaign;

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
    rooms: Rooms,
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
            rooms: Rooms::default(),
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
        self.rooms.refill(view, allocation);
        // What is kept within the shares is spent first, everywhere: a site may have several pools.
        for (index, pool) in view.pools.iter().enumerate() {
            let id = PoolId::new(index);
            let slots = pool.slots.iter().zip(allocation.pool_mut(id));
            for ((slot, target), &due) in slots.zip(&self.due[index]) {
                *target = slot.held.min(due).max(slot.least);
                if *target > 0 {
                    self.budget.spend(pool.site, slot, *target);
                }
            }
            for part in &pool.gangs {
                let target = allocation.pool(id)[part.slot];
                if standing(view, id, part.slot) > target {
                    self.rooms.lift(id, part.slot);
                }
            }
        }
        for (index, pool) in view.pools.iter().enumerate() {
            let id = PoolId::new(index);
            let kept: u64 = allocation.pool(id).iter().sum();
            let mut free = pool.offered.saturating_sub(kept);
            for (number, (slot, &due)) in pool.slots.iter().zip(&self.due[index]).enumerate() {
                if free == 0 {
                    break;
                }
                let target = allocation.pool(id)[number];
                let short = due.saturating_sub(target).min(free);
                if short == 0 {
                    continue;
                }
                let mut given = self.budget.affords(pool.site, slot, short);
                if let Need::Gang(campaign) = view.need(slot.workload)
                    && let Some(servers) = campaign.fit(id, target + given)
                {
                    self.rooms.lift(id, number);
                    let gang = (campaign, servers);
                    if !settle(&mut self.rooms, view, (id, number), gang, allocation) {
                        given = 0;
                    }
                }
                self.budget.spend(pool.site, slot, given);
                allocation.pool_mut(id)[number] = target + given;
                free -= given;
            }
        }
    }
}

/// Places a gang of so many servers, or as it stands if there is no room for that; returns whether
/// there was room.
fn settle(
    rooms: &mut Rooms,
    view: &View<'_>,
    (pool, slot): (PoolId, usize),
    (campaign, servers): (&Campaign, u64),
    allocation: &mut Allocation,
) -> bool {
    let fits = rooms.place(view, pool, slot, (campaign, servers), &[], allocation);
    let stands = standing(view, pool, slot);
    if !fits && stands > 0 && stands < servers {
        rooms.place(view, pool, slot, (campaign, stands), &[], allocation);
    }
    fits
}

//! A slow and obvious `priority`: it hands out one server at a time, and before each looks again at
//! all that is given whether there is one and whether its site can power it.

use flexcap::id::{PoolId, WorkloadId};
use flexcap::policy::{Allocation, Need, PoolView, View};
use flexcap::workload::training::State;

/// The pools that a workload may use, each with its slot there, in scenario order.
pub fn places(view: &View<'_>, workload: WorkloadId) -> impl Iterator<Item = (PoolId, usize)> {
    let slot = move |(index, pool): (usize, &PoolView)| {
        let slot = pool
            .slots
            .iter()
            .position(|slot| slot.workload == workload)?;
        Some((PoolId::new(index), slot))
    };
    view.pools.iter().enumerate().filter_map(slot)
}

/// The slow and obvious allocator.
pub struct Slow<'a, 'v> {
    view: &'a View<'v>,
    given: Allocation,
}

impl<'a, 'v> Slow<'a, 'v> {
    pub fn new(view: &'a View<'v>) -> Self {
        let mut given = Allocation::new(view.pools.iter().map(|pool| pool.slots.len()));
        for (index, pool) in view.pools.iter().enumerate() {
            let targets = given.pool_mut(PoolId::new(index)).iter_mut();
            targets
                .zip(&pool.slots)
                .for_each(|(target, slot)| *target = slot.least);
        }
        Self { view, given }
    }

    /// One more server, if there is one and its site can power it.
    fn one_more(&mut self, pool: PoolId, slot: usize) -> bool {
        let site = self.view.pools[pool.index()].site;
        self.given.pool_mut(pool)[slot] += 1;
        let mut drawn = 0.0;
        for (index, other) in self.view.pools.iter().enumerate() {
            for (slot, held) in other.slots.iter().zip(self.given.pool(PoolId::new(index))) {
                drawn += if other.site == site {
                    slot.planning_watts * *held as f64
                } else {
                    0.0
                };
            }
        }
        let there = self.given.pool(pool).iter().sum::<u64>();
        let fits = there <= self.view.pools[pool.index()].offered;
        if fits && drawn <= self.view.active_watts[site.index()] {
            return true;
        }
        self.given.pool_mut(pool)[slot] -= 1;
        false
    }

    /// The whole decision, by the order and headroom of the scenario.
    pub fn decide(mut self, order: &[WorkloadId], headroom: f64) -> Allocation {
        for &workload in order {
            match self.view.need(workload) {
                Need::Nothing => {}
                Need::Gang(campaign) => {
                    let mut pools: Vec<_> = places(self.view, workload).collect();
                    let runs = |pool| matches!(campaign.state(), State::Running(at) if at == pool);
                    pools.sort_by_key(|&(pool, _)| !runs(pool));
                    for (pool, slot) in pools {
                        let before = self.given.clone();
                        let gang = campaign.gang_servers(pool).expect("it may run there");
                        while self.given.pool(pool)[slot] < gang && self.one_more(pool, slot) {}
                        if self.given.pool(pool)[slot] >= gang {
                            break;
                        }
                        self.given = before;
                    }
                }
                Need::Service(need) => {
                    let rate = need.forecast_per_s * (1.0 + headroom);
                    let mut unserved = 1.0;
                    for (pool, slot) in places(self.view, workload) {
                        let Some(alone) = need.servers_for(pool, rate, 0) else {
                            continue;
                        };
                        if alone == 0 || unserved <= 0.0 {
                            break;
                        }
                        let wanted = (alone as f64 * unserved).ceil() as u64;
                        while self.given.pool(pool)[slot] < wanted && self.one_more(pool, slot) {}
                        unserved -= self.given.pool(pool)[slot] as f64 / alone as f64;
                    }
                }
            }
        }
        for &workload in order {
            if let Need::Service(_) = self.view.need(workload) {
                for (pool, slot) in places(self.view, workload) {
                    let held = self.view.pools[pool.index()].slots[slot].held;
                    while self.given.pool(pool)[slot] < held && self.one_more(pool, slot) {}
                }
            }
        }
        self.given
    }
}

//! What a decision may still give: servers by pool, power and companion capacity by site, room for
//! gangs by pod. It starts with what nobody can be made to give up already given, so that whatever
//! is drawn from it keeps the fleet's limits.

use super::view::{JobsNeed, Need};
use super::{Allocation, Budget, Rooms, View};
use crate::id::{PoolId, WorkloadId};

/// What is left. A policy keeps one and refills it at every decision.
#[derive(Debug, Default)]
pub(super) struct Stock {
    budget: Budget,
    pub(super) rooms: Rooms,
    /// By pool: servers not yet given in this decision.
    free: Vec<u64>,
}

impl Stock {
    /// Starts a decision: everybody has what cannot be withdrawn, and the rest is to give.
    pub fn refill(&mut self, view: &View<'_>, allocation: &mut Allocation) {
        self.budget.refill(view);
        self.rooms.refill(view, allocation);
        self.free.clear();
        for (index, pool) in view.pools.iter().enumerate() {
            let targets = allocation.pool_mut(PoolId::new(index));
            let mut free = pool.offered;
            for (slot, target) in pool.slots.iter().zip(targets) {
                *target = slot.least;
                free = free.saturating_sub(slot.least);
                self.budget.spend(pool.site, slot, slot.least);
            }
            self.free.push(free);
        }
    }

    /// Servers of a pool not yet given.
    pub fn free(&self, pool: PoolId) -> u64 {
        self.free[pool.index()]
    }

    /// What the sites can still carry.
    pub fn budget(&self) -> &Budget {
        &self.budget
    }

    /// Servers of `wanted` more that this slot can still get.
    pub fn affords(&self, view: &View<'_>, pool: PoolId, slot: usize, wanted: u64) -> u64 {
        let pool_view = &view.pools[pool.index()];
        let wanted = wanted.min(self.free[pool.index()]);
        let slot_view = &pool_view.slots[slot];
        self.budget.affords(pool_view.site, slot_view, wanted)
    }

    /// Gives a slot so many servers more, which it must be able to get.
    pub fn give(
        &mut self,
        view: &View<'_>,
        pool: PoolId,
        slot: usize,
        servers: u64,
        allocation: &mut Allocation,
    ) {
        let pool_view = &view.pools[pool.index()];
        self.free[pool.index()] -= servers;
        self.budget
            .spend(pool_view.site, &pool_view.slots[slot], servers);
        allocation.pool_mut(pool)[slot] += servers;
    }

    /// Gives a stream of jobs the servers on which jobs run, everywhere before those that the waiting
    /// ones could use, pool by pool.
    pub fn run_jobs(
        &mut self,
        view: &View<'_>,
        workload: WorkloadId,
        need: &JobsNeed<'_>,
        allocation: &mut Allocation,
    ) {
        for (pool, slot) in places(view, workload) {
            let running = need.running(pool);
            let more = running.saturating_sub(allocation.pool(pool)[slot]);
            let more = self.affords(view, pool, slot, more);
            self.give(view, pool, slot, more, allocation);
        }
        let mut waiting = need.waiting_accelerators();
        for (pool, slot) in places(view, workload) {
            let Some(more) = need.servers_for(pool, waiting) else {
                continue;
            };
            let wanted = need.running(pool) + more;
            let more = wanted.saturating_sub(allocation.pool(pool)[slot]);
            let more = self.affords(view, pool, slot, more);
            self.give(view, pool, slot, more, allocation);
            let held = allocation.pool(pool)[slot];
            let for_waiting = held.saturating_sub(need.running(pool));
            waiting = waiting.saturating_sub(need.accelerators_of(pool, for_waiting));
        }
    }

    /// Leaves with the services and streams, in this order, what they hold and nobody asked for. A gang has no
    /// use for a part of itself.
    pub fn leave_the_rest(
        &mut self,
        view: &View<'_>,
        order: impl Iterator<Item = WorkloadId>,
        allocation: &mut Allocation,
    ) {
        for workload in order {
            if !matches!(view.need(workload), Need::Service(_) | Need::Jobs(_)) {
                continue;
            }
            for (pool, slot) in places(view, workload) {
                let held = view.pools[pool.index()].slots[slot].held;
                let target = allocation.pool(pool)[slot];
                if held > target {
                    let kept = self.affords(view, pool, slot, held - target);
                    self.give(view, pool, slot, kept, allocation);
                }
            }
        }
    }
}

/// The pools that a workload may use, each with its slot there, in scenario order.
pub(super) fn places<'a>(
    view: &View<'a>,
    workload: WorkloadId,
) -> impl Iterator<Item = (PoolId, usize)> + Clone + use<'a> {
    view.pools
        .iter()
        .enumerate()
        .filter_map(move |(index, pool)| {
            let slot = pool
                .slots
                .iter()
                .position(|slot| slot.workload == workload)?;
            Some((PoolId::new(index), slot))
        })
}

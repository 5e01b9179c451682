//! `priority`: strict order, preempting. Each workload in turn takes what it needs from what those
//! before it left: a service what keeps its promise at the forecast plus headroom, a gang all of
//! itself where there is room for it or nothing, a stream of jobs the servers of all that run and wait. What nobody needs stays with its holder, so that nothing moves
//! without a reason.

use super::view::{JobsNeed, Need, ServiceNeed};
use super::{Allocation, Budget, Policy, Rooms, View};
use crate::id::{PoolId, WorkloadId};
use crate::scenario::{self, Scenario};
use crate::workload::training::{Campaign, State};

/// The `priority` policy.
#[derive(Debug)]
pub struct Priority {
    order: Vec<WorkloadId>,
    headroom: f64,
    budget: Budget,
    rooms: Rooms,
    /// By pool: servers not yet given in this decision.
    free: Vec<u64>,
    /// By workload and station: the last answer of `servers_for`, from which the next is guessed.
    sizes: Vec<Vec<Size>>,
}

/// Servers that once carried a rate, alone.
#[derive(Clone, Copy, Debug, Default)]
struct Size {
    rate_per_s: f64,
    servers: u64,
}

impl Size {
    /// What would carry another rate if servers and rate rose together.
    fn near(self, rate_per_s: f64) -> u64 {
        if self.rate_per_s > 0.0 {
            (self.servers as f64 * (rate_per_s / self.rate_per_s)) as u64
        } else {
            self.servers
        }
    }
}

impl Priority {
    /// Takes the scenario's order.
    #[must_use]
    pub fn new(scenario: &Scenario, priority: &scenario::Priority) -> Self {
        let workloads = scenario.workloads().count();
        Self {
            order: priority
                .order
                .iter()
                .filter_map(|reference| scenario.workload_id(&reference.name))
                .collect(),
            headroom: priority.headroom,
            budget: Budget::default(),
            rooms: Rooms::default(),
            free: Vec::new(),
            sizes: vec![vec![Size::default(); scenario.pool.len()]; workloads],
        }
    }

    /// Gives up to `wanted` servers in all, `least` of which the slot has already, and returns
    /// what it holds then.
    fn give(&mut self, view: &View<'_>, pool: PoolId, slot: usize, wanted: u64) -> u64 {
        let pool_view = &view.pools[pool.index()];
        let slot_view = &pool_view.slots[slot];
        let more = wanted
            .saturating_sub(slot_view.least)
            .min(self.free[pool.index()]);
        let more = self.budget.affords(pool_view.site, slot_view, more);
        self.take(view, pool, slot, more);
        slot_view.least + more
    }

    fn take(&mut self, view: &View<'_>, pool: PoolId, slot: usize, servers: u64) {
        let pool_view = &view.pools[pool.index()];
        self.free[pool.index()] -= servers;
        self.budget
            .spend(pool_view.site, &pool_view.slots[slot], servers);
    }

    fn serve(
        &mut self,
        view: &View<'_>,
        workload: WorkloadId,
        need: &ServiceNeed<'_>,
        allocation: &mut Allocation,
    ) {
        let rate_per_s = need.forecast_per_s * (1.0 + self.headroom);
        let mut unserved = 1.0;
        let mut asked = None;
        for (pool, slot) in places(view, workload) {
            if unserved <= 0.0 {
                return;
            }
            let Some(station) = need.station(pool) else {
                continue;
            };
            // Pools of one station give the same answer, and stand together more often than not.
            let alone = match asked {
                Some((known, alone)) if known == station => alone,
                _ => {
                    let size = &mut self.sizes[workload.index()][station];
                    let alone = need.servers_for(pool, rate_per_s, size.near(rate_per_s));
                    if let Some(servers) = alone {
                        *size = Size {
                            rate_per_s,
                            servers,
                        };
                    }
                    asked = Some((station, alone));
                    alone
                }
            };
            let Some(alone) = alone else {
                continue;
            };
            if alone == 0 {
                return;
            }
            let wanted = (alone as f64 * unserved).ceil() as u64;
            let given = self.give(view, pool, slot, wanted);
            allocation.pool_mut(pool)[slot] = given;
            unserved -= given as f64 / alone as f64;
        }
    }

    /// Gives a gang its servers in the pool where it runs, or else in the first that has room; who
    /// comes after it makes way in its pods too.
    fn train(
        &mut self,
        view: &View<'_>,
        position: usize,
        campaign: &Campaign,
        allocation: &mut Allocation,
    ) {
        let workload = self.order[position];
        let running_in = match campaign.state() {
            State::Running(pool) => Some(pool),
            _ => None,
        };
        self.rooms.pass(workload);
        let here = places(view, workload).filter(|(pool, _)| Some(*pool) == running_in);
        let elsewhere = places(view, workload).filter(|(pool, _)| Some(*pool) != running_in);
        for (pool, slot) in here.chain(elsewhere) {
            let Some(gang) = campaign.gang_servers(pool) else {
                continue;
            };
            let pool_view = &view.pools[pool.index()];
            let slot_view = &pool_view.slots[slot];
            let more = gang.saturating_sub(slot_view.least);
            let carried = self.budget.affords(pool_view.site, slot_view, more);
            let below = &self.order[position + 1..];
            if more <= self.free[pool.index()]
                && carried == more
                && self
                    .rooms
                    .place(view, pool, slot, campaign, below, allocation)
            {
                self.take(view, pool, slot, more);
                allocation.pool_mut(pool)[slot] = slot_view.least + more;
                return;
            }
        }
    }

    /// Gives a stream of jobs the servers on which jobs run, everywhere before those that the waiting
    /// ones could use, pool by pool.
    fn run_jobs(
        &mut self,
        view: &View<'_>,
        workload: WorkloadId,
        need: &JobsNeed<'_>,
        allocation: &mut Allocation,
    ) {
        for (pool, slot) in places(view, workload) {
            let given = self.give(view, pool, slot, need.running(pool));
            allocation.pool_mut(pool)[slot] = given;
        }
        let mut waiting = need.waiting_accelerators();
        for (pool, slot) in places(view, workload) {
            let Some(more) = need.servers_for(pool, waiting) else {
                continue;
            };
            let wanted = need.running(pool) + more;
            let before = allocation.pool(pool)[slot];
            let pool_view = &view.pools[pool.index()];
            let more = wanted.saturating_sub(before).min(self.free[pool.index()]);
            let slot_view = &pool_view.slots[slot];
            let more = self.budget.affords(pool_view.site, slot_view, more);
            self.take(view, pool, slot, more);
            allocation.pool_mut(pool)[slot] = before + more;
            let for_waiting = (before + more).saturating_sub(need.running(pool));
            waiting = waiting.saturating_sub(need.accelerators_of(pool, for_waiting));
        }
    }

    /// Leaves with their holders what nobody asked for. A gang has no use for a part of itself.
    fn leave_the_rest(&mut self, view: &View<'_>, allocation: &mut Allocation) {
        for position in 0..self.order.len() {
            let workload = self.order[position];
            if !matches!(view.need(workload), Need::Service(_) | Need::Jobs(_)) {
                continue;
            }
            for (pool, slot) in places(view, workload) {
                let held = view.pools[pool.index()].slots[slot].held;
                let target = allocation.pool(pool)[slot];
                if held > target {
                    let pool_view = &view.pools[pool.index()];
                    let surplus = (held - target).min(self.free[pool.index()]);
                    let slot_view = &pool_view.slots[slot];
                    let kept = self.budget.affords(pool_view.site, slot_view, surplus);
                    self.take(view, pool, slot, kept);
                    allocation.pool_mut(pool)[slot] = target + kept;
                }
            }
        }
    }
}

impl Policy for Priority {
    fn decide(&mut self, view: &View<'_>, allocation: &mut Allocation) {
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
        for position in 0..self.order.len() {
            let workload = self.order[position];
            match view.need(workload) {
                Need::Nothing => {}
                Need::Gang(campaign) => self.train(view, position, campaign, allocation),
                Need::Jobs(need) => self.run_jobs(view, workload, &need, allocation),
                Need::Service(need) => self.serve(view, workload, &need, allocation),
            }
        }
        self.leave_the_rest(view, allocation);
    }
}

/// The pools that a workload may use, each with its slot there, in scenario order.
fn places<'a>(
    view: &View<'a>,
    workload: WorkloadId,
) -> impl Iterator<Item = (PoolId, usize)> + use<'a> {
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

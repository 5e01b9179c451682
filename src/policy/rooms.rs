//! What a decision may still promise gangs in each pod. A gang keeps its place while nobody before it
//! has taken it; others are laid where they displace nobody, or else displace as few as they must of
//! those whose turn is yet to come, the last first.

use super::Allocation;
use super::view::{Need, View};
use crate::id::{PoolId, WorkloadId};
use crate::scenario::Part;
use crate::workload::training::Campaign;

/// What is left of a pool's pods.
#[derive(Clone, Debug, Default)]
struct Left {
    /// By pod: servers that are up, less the gangs placed in this decision and those that keep
    /// their servers whatever is decided.
    free: Vec<u64>,
    /// Gangs that stand there and do not keep their servers whatever is decided.
    standing: Vec<Part>,
    /// By slot: whether its turn has come.
    lifted: Vec<bool>,
    /// Gangs that keep their servers whatever is decided, and have not left their places.
    fixed: Vec<Part>,
}

impl Left {
    /// Room in a pod beside those who stand there and stay.
    fn room(&self, pod: usize, stays: impl Fn(usize) -> bool) -> u64 {
        let here = self.standing.iter().filter(|part| part.pod == pod);
        let staying = here.filter(|part| !self.lifted[part.slot] && stays(part.slot));
        self.free[pod].saturating_sub(staying.map(|part| part.servers).sum())
    }

    /// The gang of a slot leaves the place that it would have kept, if there is one.
    fn leave(&mut self, slot: usize) -> bool {
        let (before, free) = (self.fixed.len(), &mut self.free);
        self.fixed.retain(|part| {
            if part.slot == slot {
                free[part.pod] += part.servers;
            }
            part.slot != slot
        });
        self.fixed.len() < before
    }

    fn take(&mut self, part: &Part) {
        let free = &mut self.free[part.pod];
        *free = free.saturating_sub(part.servers);
    }
}

/// What is left in each pool. A policy keeps one and refills it at every decision.
#[derive(Clone, Debug, Default)]
pub struct Rooms {
    pools: Vec<Left>,
    /// By workload: whether its turn has come.
    passed: Vec<bool>,
}

impl Rooms {
    /// Starts a decision with all that the pods have, and an allocation that places no gang.
    pub fn refill(&mut self, view: &View<'_>, allocation: &mut Allocation) {
        self.pools.resize_with(view.pools.len(), Left::default);
        self.passed.clear();
        self.passed.resize(view.workloads.len(), false);
        for (index, (left, pool)) in self.pools.iter_mut().zip(view.pools).enumerate() {
            allocation.gangs_mut(PoolId::new(index)).clear();
            left.free.clear();
            left.free.extend_from_slice(&pool.pods);
            left.standing.clear();
            left.lifted.clear();
            left.lifted.resize(pool.slots.len(), false);
            left.fixed.clear();
            for part in &pool.gangs {
                let Need::Gang(_) = view.need(pool.slots[part.slot].workload) else {
                    continue;
                };
                if keeps(view, PoolId::new(index), part.slot) {
                    left.take(part);
                    left.fixed.push(*part);
                } else {
                    left.standing.push(*part);
                }
            }
        }
    }

    /// The workload's turn has come: wherever its gang stands is free for others.
    pub fn pass(&mut self, workload: WorkloadId) {
        self.passed[workload.index()] = true;
    }

    /// The same for one pool, because the gang's turn has come there, or it cannot be whole.
    pub fn lift(&mut self, pool: PoolId, slot: usize) {
        self.pools[pool.index()].lifted[slot] = true;
    }

    /// Takes back the place that a gang was given in this decision, and tells `taken` of it.
    pub fn release(
        &mut self,
        pool: PoolId,
        slot: usize,
        allocation: &mut Allocation,
        mut taken: impl FnMut(Part),
    ) {
        let left = &mut self.pools[pool.index()];
        allocation.gangs_mut(pool).retain(|part| {
            if part.slot == slot {
                left.free[part.pod] += part.servers;
                taken(*part);
            }
            part.slot != slot
        });
    }

    /// Gives back places that were taken.
    pub fn put_back(&mut self, pool: PoolId, taken: &[Part], allocation: &mut Allocation) {
        for part in taken {
            self.pools[pool.index()].take(part);
        }
        allocation.gangs_mut(pool).extend_from_slice(taken);
    }

    /// Servers of the largest gang for which there is room if all the workloads of `below` are
    /// displaced. The gang of this slot has been lifted.
    pub fn most(
        &self,
        view: &View<'_>,
        pool: PoolId,
        slot: usize,
        campaign: &Campaign,
        below: &[WorkloadId],
    ) -> u64 {
        let left = &self.pools[pool.index()];
        let slots = &view.pools[pool.index()].slots;
        let stays = |slot: usize| {
            let workload = slots[slot].workload;
            !self.passed[workload.index()] && !below.contains(&workload)
        };
        let own = |pod| -> u64 {
            let fixed = left.fixed.iter();
            let own = fixed.filter(|part| part.slot == slot && part.pod == pod);
            own.map(|part| part.servers).sum()
        };
        let rooms = (0..left.free.len()).map(|pod| left.room(pod, stays) + own(pod));
        campaign.within().room(rooms)
    }

    /// Places a gang of so many servers in this slot, whose gang has been lifted, and returns whether
    /// there is room. The workloads of `below` may be displaced, the last first.
    pub fn place(
        &mut self,
        view: &View<'_>,
        pool: PoolId,
        slot: usize,
        (campaign, servers): (&Campaign, u64),
        below: &[WorkloadId],
        allocation: &mut Allocation,
    ) -> bool {
        let left = &mut self.pools[pool.index()];
        let pods = left.free.len();
        let gangs = allocation.gangs_mut(pool);
        let stands = view.pools[pool.index()]
            .gangs
            .iter()
            .filter(|part| part.slot == slot);
        let before = gangs.len();
        let (mut stood, mut fits) = (0, true);
        for part in stands.clone() {
            stood += part.servers;
            fits &= part.servers <= left.free[part.pod];
            gangs.push(*part);
        }
        if stood == servers {
            let fixed = left.fixed.iter().any(|part| part.slot == slot);
            if fixed {
                // Its place has been taken from the start; from here on it is one of this decision.
                left.fixed.retain(|part| part.slot != slot);
                return true;
            }
            if fits {
                gangs[before..].iter().for_each(|part| left.take(part));
                return true;
            }
        }
        gangs.truncate(before);
        let left_fixed = left.leave(slot);
        let within = campaign.within();
        let slots = &view.pools[pool.index()].slots;
        let fits = (0..=below.len()).rev().any(|kept| {
            let stays = |slot: usize| {
                let workload = slots[slot].workload;
                !self.passed[workload.index()] && !below[kept..].contains(&workload)
            };
            let put = |pod, servers| gangs.push(Part { slot, pod, servers });
            within.lay(pods, |pod| left.room(pod, stays), servers, put)
        });
        gangs[before..].iter().for_each(|part| left.take(part));
        if left_fixed && !fits {
            // It stays where nobody can make it leave.
            for part in stands {
                left.take(part);
                left.fixed.push(*part);
            }
        }
        fits
    }
}

/// Servers with which the gang of a slot is placed by this decision.
pub(super) fn placed(allocation: &Allocation, pool: PoolId, slot: usize) -> u64 {
    let gangs = allocation.gangs(pool).iter();
    let parts = gangs.filter(|part| part.slot == slot);
    parts.map(|part| part.servers).sum()
}

/// Servers with which the gang of a slot stands.
pub(super) fn standing(view: &View<'_>, pool: PoolId, slot: usize) -> u64 {
    let gangs = view.pools[pool.index()].gangs.iter();
    let parts = gangs.filter(|part| part.slot == slot);
    parts.map(|part| part.servers).sum()
}

/// Whether a gang that stands in this slot keeps all its servers whatever is decided.
fn keeps(view: &View<'_>, pool: PoolId, slot: usize) -> bool {
    let least = view.pools[pool.index()].slots[slot].least;
    least > 0 && least >= standing(view, pool, slot)
}

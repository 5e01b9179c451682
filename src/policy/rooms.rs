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
    /// Gangs that stand there and whose turn is yet to come.
    standing: Vec<Part>,
}

impl Left {
    /// Room in a pod beside those who stand there and stay.
    fn room(&self, pod: usize, stays: impl Fn(usize) -> bool) -> u64 {
        let here = self.standing.iter().filter(|part| part.pod == pod);
        let staying = here.filter(|part| stays(part.slot));
        self.free[pod].saturating_sub(staying.map(|part| part.servers).sum())
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
            for part in &pool.gangs {
                let Need::Gang(campaign) = view.need(pool.slots[part.slot].workload) else {
                    continue;
                };
                if keeps(view, PoolId::new(index), part.slot, campaign) {
                    left.take(part);
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
        let standing = &mut self.pools[pool.index()].standing;
        standing.retain(|part| part.slot != slot);
    }

    /// Takes back the place that a gang was given in this decision, and adds it to `taken`.
    pub fn release(
        &mut self,
        pool: PoolId,
        slot: usize,
        allocation: &mut Allocation,
        taken: &mut Vec<Part>,
    ) {
        let left = &mut self.pools[pool.index()];
        allocation.gangs_mut(pool).retain(|part| {
            if part.slot == slot {
                left.free[part.pod] += part.servers;
                taken.push(*part);
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

    /// Places the gang of this slot, which has been lifted, and returns whether there is room. The
    /// workloads of `below` may be displaced, the last first.
    pub fn place(
        &mut self,
        view: &View<'_>,
        pool: PoolId,
        slot: usize,
        campaign: &Campaign,
        below: &[WorkloadId],
        allocation: &mut Allocation,
    ) -> bool {
        let left = &mut self.pools[pool.index()];
        let pods = left.free.len();
        let Some(servers) = campaign.gang_servers(pool) else {
            return false;
        };
        let gangs = allocation.gangs_mut(pool);
        let stands = view.pools[pool.index()]
            .gangs
            .iter()
            .filter(|part| part.slot == slot);
        let before = gangs.len();
        if stands.clone().next().is_some() {
            let fixed = keeps(view, pool, slot, campaign);
            if fixed
                || stands
                    .clone()
                    .all(|part| part.servers <= left.free[part.pod])
            {
                gangs.extend(stands);
                if !fixed {
                    gangs[before..].iter().for_each(|part| left.take(part));
                }
                return true;
            }
        }
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
        fits
    }
}

/// Whether a gang that stands in this slot keeps all its servers whatever is decided.
fn keeps(view: &View<'_>, pool: PoolId, slot: usize, campaign: &Campaign) -> bool {
    let least = view.pools[pool.index()].slots[slot].least;
    campaign
        .gang_servers(pool)
        .is_some_and(|gang| least >= gang)
}

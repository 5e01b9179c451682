//! Gangs take their places in pods and leave them. A gang has a place from the moment that all its
//! servers are held, on their way or not, until one of them is lost for good, the policy takes them
//! or places it elsewhere, or its work is done. Through a failure that is made good it keeps it.

use super::replication::Replication;
use crate::id::{PoolId, WorkloadId};
use crate::kernel::Instant;
use crate::scenario::Part;
use crate::workload::Workload;
use crate::workload::training::State;

impl Replication<'_> {
    /// Whether the gang of a campaign stands in this pool; if it does not and there is room, it
    /// does now.
    pub(super) fn take_place(&mut self, workload: WorkloadId, pool: PoolId, servers: u64) -> bool {
        let (Some(slot), Workload::Training(campaign)) = (
            self.ledger.pool(pool).slot_of(workload),
            &self.workloads[workload.index()],
        ) else {
            return false;
        };
        let within = campaign.within();
        let pods = self.pods.pool_mut(pool);
        let stands = pods.holds(slot) || pods.lay(slot, servers, within);
        self.pods.gangs_wait |= !stands;
        stands
    }

    /// A campaign needs no place any more.
    pub(super) fn leave_places(&mut self, workload: WorkloadId) {
        for index in 0..self.fleet.pools.len() {
            let pool = PoolId::new(index);
            if let Some(slot) = self.ledger.pool(pool).slot_of(workload) {
                self.pods.pool_mut(pool).clear(slot);
            }
        }
    }

    /// Gangs of which servers were lost no longer stand in this pool.
    pub(super) fn leave_incomplete(&mut self, pool: PoolId) {
        for slot in 0..self.ledger.pool(pool).holders().len() {
            self.leave_if_incomplete(pool, slot);
        }
    }

    /// The same for the gang of one slot.
    pub(super) fn leave_if_incomplete(&mut self, pool: PoolId, slot: usize) {
        if self.pods.pool(pool).holds(slot) && !self.is_promised(pool, slot) {
            self.pods.pool_mut(pool).clear(slot);
        }
    }

    /// Whether a slot holds the whole gang that stands there, servers on their way included.
    fn is_promised(&self, pool: PoolId, slot: usize) -> bool {
        self.held(pool, slot) >= self.pods.pool(pool).standing(slot)
    }

    /// Lets gangs that are `standing` in a pool stand where the policy placed them. One that has to
    /// move stops.
    pub(super) fn place(&mut self, pool: PoolId, standing: &[Part], gangs: &[Part], now: Instant) {
        if gangs == standing {
            return;
        }
        let same = same_parts(gangs, standing);
        let mut last = None;
        while let Some(slot) = next_slot(&gangs[same..], &standing[same..], last) {
            last = Some(slot);
            let placed = || gangs.iter().copied().filter(|part| part.slot == slot);
            if placed().eq(self.pods.pool(pool).gang(slot)) {
                continue;
            }
            if placed().next().is_some() {
                let servers = placed().map(|part| part.servers).sum();
                self.move_gang(pool, slot, servers, now);
                self.pods.gangs_wait = true;
            }
            self.pods.pool_mut(pool).clear(slot);
        }
        for first in 0..gangs.len() {
            let slot = gangs[first].slot;
            let is_first = gangs[..first].iter().all(|part| part.slot != slot);
            if is_first && !self.pods.pool(pool).holds(slot) {
                let pods = self.pods.pool_mut(pool);
                let parts = gangs.iter().filter(|part| part.slot == slot);
                parts.for_each(|part| pods.put(*part));
            }
        }
    }

    /// The gang of a slot shall stand elsewhere, with so many servers. If it runs here it stops, with
    /// what notice it gets, unless it is to change its size: that happens with its servers.
    fn move_gang(&mut self, pool: PoolId, slot: usize, servers: u64, now: Instant) {
        let Some((workload, campaign)) = self.campaign_in(pool, slot) else {
            return;
        };
        let Some(size) = campaign.running_servers(pool) else {
            return;
        };
        if size == servers || !campaign.is_elastic() {
            if let Some(campaign) = self.campaign_mut(workload) {
                campaign.give_notice(pool, now);
            }
            self.stop_gang(workload, now);
        }
    }

    /// Starts what waits with all its servers at hand, for lack of a place until now.
    pub(super) fn start_waiting(&mut self, now: Instant) {
        if !std::mem::take(&mut self.pods.gangs_wait) {
            return;
        }
        for index in 0..self.campaigns.len() {
            self.start_if_complete(self.campaigns[index], now);
        }
    }

    /// Whether the pods agree with the ledger, and every running gang stands in its pool, whole and
    /// within what it asks for.
    pub(super) fn are_pods_right(&self) -> bool {
        let agrees = |(pool, ledger)| self.pods.pool(pool).agrees(ledger);
        let stands = |(index, workload): (usize, &Workload)| {
            let Workload::Training(campaign) = workload else {
                return true;
            };
            let State::Running(pool) = campaign.state() else {
                return true;
            };
            let slot = self.ledger.pool(pool).slot_of(WorkloadId::new(index));
            slot.is_some_and(|slot| {
                let parts = || self.pods.pool(pool).gang(slot);
                let servers = parts().map(|part| part.servers).sum();
                let runs = campaign.running_servers(pool);
                let whole = runs.is_some_and(|runs| {
                    servers == runs || (campaign.is_elastic() && servers > runs)
                });
                whole && campaign.stands(pool, servers, parts().count())
            })
        };
        self.ledger.pools().all(agrees) && self.workloads.iter().enumerate().all(stands)
    }
}

/// With how many parts both begin: most decisions leave most gangs where they stand.
pub(super) fn same_parts(placed: &[Part], standing: &[Part]) -> usize {
    let pairs = placed.iter().zip(standing);
    pairs
        .take_while(|(placed, standing)| placed == standing)
        .count()
}

/// The first slot after `last` of which a gang is to stand or stands.
fn next_slot(placed: &[Part], standing: &[Part], last: Option<usize>) -> Option<usize> {
    let slots = placed.iter().chain(standing).map(|part| part.slot);
    slots.filter(|&slot| Some(slot) > last).min()
}

//! Gangs that run, whole or not at all: they keep their places, and make way where services would earn more with
//! their servers.

use super::Value;
use super::desk::Desk;
use super::effort::Effort;
use super::exchange::exchange;
use crate::id::{PoolId, WorkloadId};
use crate::policy::Allocation;
use crate::policy::view::{Need, View};
use crate::workload::training::Campaign;

/// The campaign of a slot, if it asks for a gang.
pub(super) fn campaign<'a>(desk: &Desk, view: &'a View<'_>, slot: usize) -> Option<&'a Campaign> {
    match view.need(WorkloadId::new(desk.slots[slot].workload)) {
        Need::Gang(campaign) => Some(campaign),
        _ => None,
    }
}

impl Value {
    /// Gangs that hold all their servers keep their places.
    pub(super) fn keep_places(&mut self, view: &View<'_>, allocation: &mut Allocation) {
        for index in 0..self.desk.asking.len() {
            self.keep_place(view, self.desk.asking[index], allocation);
        }
    }

    /// The same in one slot.
    fn keep_place(&mut self, view: &View<'_>, slot: usize, allocation: &mut Allocation) {
        let pool = self.desk.slots[slot].pool;
        let (id, number) = (PoolId::new(pool), slot - self.desk.first[pool]);
        self.rooms.lift(id, number);
        if self.holding.servers[slot] == 0 {
            return;
        }
        let Some(campaign) = campaign(&self.desk, view, slot) else {
            return;
        };
        let whole = self.whole(view, slot, campaign);
        if let Some(servers) = whole
            && !self
                .rooms
                .place(view, id, number, (campaign, servers), &[], allocation)
        {
            let facts = self.desk.slots[slot];
            let servers = self.holding.servers[slot] - facts.least;
            self.holding.give(slot, &facts, servers);
        }
    }

    /// Servers of the gang that a slot's holding makes.
    fn whole(&self, view: &View<'_>, slot: usize, campaign: &Campaign) -> Option<u64> {
        let pool = self.desk.slots[slot].pool;
        let (id, number) = (PoolId::new(pool), slot - self.desk.first[pool]);
        let holds = self.holding.servers[slot];
        let runs = campaign.running_servers(id);
        let whole = runs.filter(|&runs| runs <= holds);
        if !campaign.is_elastic() {
            return whole.or_else(|| campaign.fit(id, holds));
        }
        // What is on its way to a gang that grows is a part of it.
        let room = self.rooms.most(view, id, number, campaign, &[]);
        whole.max(campaign.fit(id, holds.min(room)))
    }

    /// Gangs of a pool that are whole now and would not be in the trial leave their places.
    pub(super) fn leave_places(&mut self, pool: usize, allocation: &mut Allocation) {
        self.left.clear();
        for slot in self.desk.of_pool(pool) {
            if self.desk.gangs[slot].is_some()
                && self.trial.servers[slot] < self.holding.servers[slot]
            {
                let number = slot - self.desk.first[pool];
                self.rooms
                    .release(PoolId::new(pool), number, allocation, |part| {
                        self.left.push(part)
                    });
            }
        }
    }

    /// What it takes to turn over to others what a gang's slot leaves them in the trial: the longest
    /// delay, and the money in all.
    pub(super) fn effort_of_leaving(&self, gang: usize) -> Effort {
        let mut effort = Effort::NONE;
        for slot in self.desk.of_pool(self.desk.slots[gang].pool) {
            let taken = self.trial.servers[slot].saturating_sub(self.holding.servers[slot]);
            if taken > 0 {
                effort = effort.and(self.desk.own_effort(gang, slot), taken as f64);
            }
        }
        effort
    }

    /// Gangs that run make way where services would earn more with their servers; returns whether any
    /// did.
    pub(super) fn make_way(&mut self, view: &View<'_>, allocation: &mut Allocation) -> bool {
        let mut made_way = false;
        for index in 0..self.desk.asking.len() {
            let slot = self.desk.asking[index];
            let facts = self.desk.slots[slot];
            let Some(gang) = self.desk.gangs[slot].filter(|_| !self.desk.is_held(slot)) else {
                continue;
            };
            let Some(spare) = self.desk.makes_way(&self.holding, slot, &gang) else {
                continue;
            };
            let per_hour = gang.per_hour;
            let taker = self.desk.best_taker(&self.holding, facts.pool);
            let per_server = taker.map_or(0.0, |taker| taker.per_server);
            if per_server * spare as f64 <= per_hour {
                continue;
            }
            self.trial.copy(&self.holding);
            let before = self.desk.value(&self.trial);
            self.trial.give(slot, &facts, spare);
            exchange(&self.desk, &mut self.relays, &mut self.trial);
            let gained = self.desk.value(&self.trial) - before;
            let effort = self.effort_of_leaving(slot);
            let gained = effort.net(gained);
            let campaign = campaign(&self.desk, view, slot);
            let release_hours = campaign.and_then(|of| of.release_hours(view.now));
            let undone = release_hours.unwrap_or(0.0) * per_hour / self.desk.bar.payback_h;
            let margin = self.desk.bar.hysteresis * per_hour;
            if gained > per_hour + undone + margin {
                self.leave_places(facts.pool, allocation);
                std::mem::swap(&mut self.holding, &mut self.trial);
                made_way = true;
            }
        }
        made_way
    }
}

//! Elastic gangs under `value`: one for which there is no room as it would like to be starts as small
//! as it can, one that runs gives up a part of itself where services would earn more with it, and one
//! that could use more takes what others earn less with, up to what it prefers, and beyond that what
//! nobody else would gain by.

use super::Value;
use super::desk::Gang;
use super::exchange::exchange;
use super::gangs::campaign;
use super::start::Candidate;
use crate::id::PoolId;
use crate::policy::Allocation;
use crate::policy::rooms::placed;
use crate::policy::view::View;
use crate::workload::training::Campaign;

impl Value {
    /// The smallest gang of a slot, if it is smaller than the one that it would like.
    pub(super) fn least_candidate(
        &self,
        view: &View<'_>,
        slot: usize,
        servers: u64,
        fewest: u64,
    ) -> Option<Candidate> {
        (fewest < servers).then_some(Candidate {
            slot,
            servers: fewest,
            per_hour: self.worth_of(view, slot, fewest)?,
        })
    }

    /// What a gang of so many servers earns per hour in a slot.
    fn worth_of(&self, view: &View<'_>, slot: usize, servers: u64) -> Option<f64> {
        let pool = PoolId::new(self.desk.slots[slot].pool);
        let campaign = campaign(&self.desk, view, slot)?;
        Some(campaign.worth_per_hour(pool, servers, view.now, view.interval))
    }

    /// Gangs that run become smaller where services would earn more with a part of their servers:
    /// the smallest size and the one half way to it are tried. Returns whether any did.
    pub(super) fn shrink_gangs(&mut self, view: &View<'_>, allocation: &mut Allocation) -> bool {
        let mut shrank = false;
        for index in 0..self.desk.elastic.len() {
            let slot = self.desk.elastic[index];
            let Some(gang) = self.desk.gangs[slot].filter(|gang| gang.fewest < gang.servers) else {
                continue;
            };
            let pool = PoolId::new(self.desk.slots[slot].pool);
            let Some(campaign) = campaign(&self.desk, view, slot) else {
                continue;
            };
            let runs = campaign.running_servers(pool) == Some(self.holding.servers[slot]);
            if !runs || self.desk.is_held(slot) {
                continue;
            }
            let half_way = campaign.fit(pool, gang.fewest.midpoint(gang.servers));
            for servers in half_way.into_iter().chain([gang.fewest]) {
                if self.shrink_to(view, slot, servers, allocation) {
                    shrank = true;
                    break;
                }
            }
        }
        shrank
    }

    fn shrink_to(
        &mut self,
        view: &View<'_>,
        slot: usize,
        servers: u64,
        allocation: &mut Allocation,
    ) -> bool {
        let facts = self.desk.slots[slot];
        let pool = PoolId::new(facts.pool);
        let holds = self.holding.servers[slot];
        let (Some(campaign), Some(per_hour), Some(smaller)) = (
            campaign(&self.desk, view, slot),
            self.worth_of(view, slot, holds),
            self.worth_of(view, slot, servers),
        ) else {
            return false;
        };
        let Some(given) = holds
            .checked_sub(servers.max(facts.least))
            .filter(|&given| given > 0)
        else {
            return false;
        };
        let lost = per_hour - smaller;
        let best = self.desk.best_taker(&self.holding, facts.pool);
        if best.is_none_or(|taker| taker.per_server * given as f64 <= lost) {
            return false;
        }
        self.trial.copy(&self.holding);
        let before = self.desk.value(&self.trial);
        self.trial.give(slot, &facts, given);
        exchange(&self.desk, &mut self.relays, &mut self.trial);
        let gained = self.desk.value(&self.trial) - before;
        let gained = self.effort_of_leaving(slot).net(gained);
        let undone =
            campaign.release_hours(view.now).unwrap_or(0.0) * per_hour / self.desk.bar.payback_h;
        if gained <= lost + undone + self.desk.bar.hysteresis * per_hour {
            return false;
        }
        self.leave_places(facts.pool, allocation);
        if !self.stand(view, pool, slot, servers, allocation) {
            self.rooms.put_back(pool, &self.left, allocation);
            return false;
        }
        std::mem::swap(&mut self.holding, &mut self.trial);
        true
    }

    /// Places a gang of another size, which has left its place; whether there is room.
    fn stand(
        &mut self,
        view: &View<'_>,
        pool: PoolId,
        slot: usize,
        servers: u64,
        allocation: &mut Allocation,
    ) -> bool {
        let (Some(campaign), Some(per_hour)) = (
            campaign(&self.desk, view, slot),
            self.worth_of(view, slot, servers),
        ) else {
            return false;
        };
        let number = slot - self.desk.first[pool.index()];
        let fits = self
            .rooms
            .place(view, pool, number, (campaign, servers), &[], allocation);
        if fits && let Some(gang) = &mut self.desk.gangs[slot] {
            *gang = Gang {
                servers,
                per_hour,
                ..*gang
            };
        }
        fits
    }

    /// Gangs become larger where they would earn more with further servers than those who hold them.
    /// Returns whether any did.
    pub(super) fn grow_gangs(&mut self, view: &View<'_>, allocation: &mut Allocation) -> bool {
        let mut grew = false;
        for index in 0..self.desk.elastic.len() {
            let slot = self.desk.elastic[index];
            if let Some(part) = self.best_growth(view, slot, allocation) {
                grew |= self.grow(view, part, allocation);
            }
        }
        grew
    }

    /// The part by which a gang would gain most: up to the size that it prefers, or the largest for which
    /// there is room, half way to it, half of that way, and so on.
    fn best_growth(
        &mut self,
        view: &View<'_>,
        slot: usize,
        allocation: &mut Allocation,
    ) -> Option<Candidate> {
        let pool = PoolId::new(self.desk.slots[slot].pool);
        let campaign = campaign(&self.desk, view, slot).filter(|of| of.is_elastic())?;
        let formed = placed(allocation, pool, slot - self.desk.first[pool.index()]);
        let preferred = campaign.gang_servers(pool)?;
        if formed == 0 || formed >= preferred {
            return None;
        }
        let holds = self.holding.servers[slot];
        let per_hour = self.worth_of(view, slot, formed)?;
        let runs = campaign.running_servers(pool) == Some(formed);
        let standstill_h = if runs {
            campaign.growing().as_hours()
        } else {
            0.0
        };
        let mut best: Option<(f64, Candidate)> = None;
        let mut most = preferred.min(self.room(view, slot, campaign, allocation));
        while let Some(larger) = campaign.fit(pool, most).filter(|&larger| larger > formed) {
            let grown = self.worth_of(view, slot, larger)?;
            let part = Candidate {
                slot,
                servers: larger.saturating_sub(holds),
                per_hour: grown * (1.0 - standstill_h / self.desk.bar.payback_h) - per_hour,
            };
            if part.servers > 0
                && part.per_hour > 0.0
                && let Some(net) = self.displace(view, part, part.servers)
                && best.is_none_or(|(most, _)| net > most)
            {
                best = Some((net, part));
            }
            most = formed.midpoint(larger);
        }
        best.map(|(_, part)| part)
    }

    /// Servers of the largest gang for which there is room, if the one of this slot leaves its place.
    fn room(
        &mut self,
        view: &View<'_>,
        slot: usize,
        campaign: &Campaign,
        allocation: &mut Allocation,
    ) -> u64 {
        let pool = PoolId::new(self.desk.slots[slot].pool);
        let number = slot - self.desk.first[pool.index()];
        self.left.clear();
        self.rooms
            .release(pool, number, allocation, |part| self.left.push(part));
        let room = self.rooms.most(view, pool, number, campaign, &[]);
        self.rooms.put_back(pool, &self.left, allocation);
        room
    }

    fn grow(&mut self, view: &View<'_>, part: Candidate, allocation: &mut Allocation) -> bool {
        let facts = self.desk.slots[part.slot];
        let pool = PoolId::new(facts.pool);
        if self.displace(view, part, part.servers).is_none() {
            return false;
        }
        self.leave_places(facts.pool, allocation);
        let number = part.slot - self.desk.first[facts.pool];
        self.rooms
            .release(pool, number, allocation, |part| self.left.push(part));
        let larger = self.holding.servers[part.slot] + part.servers;
        if !self.stand(view, pool, part.slot, larger, allocation) {
            self.rooms.put_back(pool, &self.left, allocation);
            return false;
        }
        self.trial.take(part.slot, &facts, part.servers);
        std::mem::swap(&mut self.holding, &mut self.trial);
        true
    }

    /// Gangs that could use more take what is free once nobody else would gain by it.
    pub(super) fn enlarge_gangs(&mut self, view: &View<'_>, allocation: &mut Allocation) {
        for index in 0..self.desk.elastic.len() {
            let slot = self.desk.elastic[index];
            let facts = self.desk.slots[slot];
            let pool = PoolId::new(facts.pool);
            let number = slot - self.desk.first[facts.pool];
            let Some(campaign) = campaign(&self.desk, view, slot) else {
                continue;
            };
            let formed = placed(allocation, pool, number);
            let holds = self.holding.servers[slot];
            let free = self.holding.free[facts.pool];
            if formed == 0 || free + holds <= formed {
                continue;
            }
            self.rooms.release(pool, number, allocation, |_| {});
            let room = self.rooms.most(view, pool, number, campaign, &[]);
            let most = holds + self.holding.affords(&facts, free);
            let runs = campaign.running_servers(pool);
            let pays = |larger| {
                runs.is_none_or(|runs| larger <= runs || campaign.pays_to_grow(pool, runs, larger))
            };
            let larger = campaign.fit(pool, most.min(room));
            let larger = larger.filter(|&larger| larger > formed && pays(larger));
            match larger {
                Some(larger) if self.stand(view, pool, slot, larger, allocation) => {
                    let more = larger.saturating_sub(holds);
                    self.holding.take(slot, &facts, more);
                }
                _ => {
                    self.stand(view, pool, slot, formed, allocation);
                }
            }
        }
    }
}

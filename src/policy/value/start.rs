//! Gangs that wait start where what they displace is worth less than they are: services, which take again where something
//! is free, and whole gangs.

use super::Value;
use super::desk::{Desk, Gang, Stake};
use super::effort::Effort;
use super::gangs::campaign;
use super::holding::{Holding, Slot};
use super::market::{Offer, cheaper};
use crate::id::PoolId;
use crate::policy::Allocation;
use crate::policy::view::View;

/// A gang that could start in a slot, or the part by which one could grow.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub slot: usize,
    pub servers: u64,
    /// What it would earn.
    pub per_hour: f64,
}

impl Desk {
    /// Servers that a gang gives as it makes way, those that stand by for it too; none where it cannot be broken up.
    pub fn makes_way(&self, holding: &Holding, slot: usize, gang: &Gang) -> Option<u64> {
        let least = self.slots[slot].least;
        let servers = holding.servers[slot].checked_sub(least)?;
        (servers > 0 && least < gang.servers).then_some(servers)
    }
}

/// The gang of a pool that earns least by a server, and all that it can give.
fn cheapest(desk: &Desk, holding: &Holding, pool: usize) -> Option<Offer> {
    let offers = desk.of_pool(pool).filter_map(|slot| {
        let gang = desk.gangs[slot]?;
        let servers = desk.makes_way(holding, slot, &gang)?;
        Some(Offer {
            slot,
            per_server: gang.per_hour / gang.servers.max(1) as f64,
            servers,
        })
    });
    offers.reduce(cheaper)
}

impl Value {
    /// Starts gangs that wait, the dearest first; returns whether any started.
    pub(super) fn start_gangs(&mut self, view: &View<'_>, allocation: &mut Allocation) -> bool {
        self.find_candidates(view);
        let mut started = false;
        for index in 0..self.waiting.len() {
            let candidate = self.waiting[index];
            let workload = self.desk.slots[candidate.slot].workload;
            if !self.desk.has_started(&self.holding, workload)
                && self.start(view, candidate, allocation)
            {
                started = true;
            }
        }
        started
    }

    fn find_candidates(&mut self, view: &View<'_>) {
        self.waiting.clear();
        for index in 0..self.desk.campaigns.len() {
            let workload = self.desk.campaigns[index];
            let asks = matches!(self.desk.stakes[workload], Stake::Gang);
            if !asks || self.desk.has_started(&self.holding, workload) {
                continue;
            }
            self.desk.read_waiting(view, workload);
            for &slot in &self.desk.places[workload] {
                let Some(gang) = self.desk.gangs[slot].filter(|gang| gang.per_hour > 0.0) else {
                    continue;
                };
                self.waiting.push(Candidate {
                    slot,
                    servers: gang.servers,
                    per_hour: gang.per_hour,
                });
                if let Some(least) = self.least_candidate(view, slot, gang.servers, gang.fewest) {
                    self.waiting.push(least);
                }
            }
        }
        let per_server = |candidate: &Candidate| candidate.per_hour / candidate.servers as f64;
        // An elastic gang starts small only where there is no room for it as it would like to be.
        let is_small = |candidate: &Candidate| {
            let gang = self.desk.gangs[candidate.slot];
            gang.is_some_and(|gang| candidate.servers < gang.servers)
        };
        self.waiting.sort_unstable_by(|a, b| {
            let better = per_server(b).total_cmp(&per_server(a));
            let small = is_small(a).cmp(&is_small(b));
            small.then(better).then(a.slot.cmp(&b.slot))
        });
    }

    /// Starts a gang if what it displaces is worth less.
    fn start(
        &mut self,
        view: &View<'_>,
        candidate: Candidate,
        allocation: &mut Allocation,
    ) -> bool {
        let facts = self.desk.slots[candidate.slot];
        let more = candidate.servers - self.holding.servers[candidate.slot];
        let has_room = self.holding.affords(&facts, self.holding.free[facts.pool]) >= more;
        let pays = if has_room {
            self.desk.bar.hysteresis < 1.0
        } else {
            self.displace(view, candidate, more).is_some()
        };
        if !pays {
            return false;
        }
        let Some(campaign) = campaign(&self.desk, view, candidate.slot) else {
            return false;
        };
        let id = PoolId::new(facts.pool);
        let number = candidate.slot - self.desk.first[facts.pool];
        self.left.clear();
        if !has_room {
            self.leave_places(facts.pool, allocation);
        }
        if !self.rooms.place(
            view,
            id,
            number,
            (campaign, candidate.servers),
            &[],
            allocation,
        ) {
            self.rooms.put_back(id, &self.left, allocation);
            return false;
        }
        if has_room {
            self.holding.take(candidate.slot, &facts, more);
        } else {
            self.trial.take(candidate.slot, &facts, more);
            std::mem::swap(&mut self.holding, &mut self.trial);
        }
        true
    }

    /// Frees `more` servers for a candidate in the trial, and returns what it would earn per hour beyond
    /// what that loses; none where that is not enough.
    pub(super) fn displace(
        &mut self,
        view: &View<'_>,
        candidate: Candidate,
        more: u64,
    ) -> Option<f64> {
        let facts = self.desk.slots[candidate.slot];
        self.trial.copy(&self.holding);
        let (effort, undone_per_hour) = self.collect(view, candidate, more)?;
        if self.trial.affords(&facts, more) < more {
            return None;
        }
        let before = self.desk.value(&self.holding);
        let lost = before - self.desk.value(&self.trial) + undone_per_hour;
        let net = effort.net(candidate.per_hour) - lost;
        (net > self.desk.bar.hysteresis * candidate.per_hour).then_some(net)
    }

    /// Frees `more` servers of the candidate's pool in the trial, from who loses least by it: services,
    /// which take again where something is free, and whole gangs that are worth less. Returns the effort, and what the
    /// gangs that make way earn per hour and what stopping them and jobs undoes.
    fn collect(
        &mut self,
        view: &View<'_>,
        candidate: Candidate,
        more: u64,
    ) -> Option<(Effort, f64)> {
        let slot = candidate.slot;
        let (pool, workload) = (self.desk.slots[slot].pool, self.desk.slots[slot].workload);
        let (mut effort, mut undone_per_hour, mut lost) = (Effort::NONE, 0.0, 0.0);
        while self.trial.free[pool] < more {
            let short = more - self.trial.free[pool];
            let service = self.desk.cheapest_giver(&self.trial, slot);
            let gang = cheapest(&self.desk, &self.trial, pool).filter(|gang| {
                self.desk.slots[gang.slot].workload != workload
                    && !self.desk.is_held(gang.slot)
                    && gang.per_server * (candidate.servers as f64) < candidate.per_hour
            });
            let giver = match (service, gang) {
                (Some(service), Some(gang)) if service.per_server <= gang.per_server => service,
                (service, gang) => gang.or(service)?,
            };
            let facts = self.desk.slots[giver.slot];
            let spare = match self.desk.stakes[facts.workload] {
                Stake::Gang => self.trial.servers[giver.slot] - facts.least,
                _ => self.desk.spare(&self.trial, giver.slot),
            };
            let servers = match self.desk.stakes[facts.workload] {
                Stake::Gang => {
                    let campaign = campaign(&self.desk, view, giver.slot);
                    let release_hours = campaign.and_then(|of| of.release_hours(view.now));
                    let per_hour = giver.per_server * giver.servers as f64;
                    let undone = release_hours.unwrap_or(0.0) / self.desk.bar.payback_h;
                    undone_per_hour += per_hour * (1.0 + undone);
                    spare
                }
                // What is made good for elsewhere costs nothing, so it need not go step by step.
                _ => {
                    let elsewhere = self.free_elsewhere(&facts) / facts.rate;
                    giver.servers.max(elsewhere as u64).min(short).min(spare)
                }
            };
            let each = self.desk.own_effort(giver.slot, slot);
            effort = effort.and(each, servers as f64);
            let undone = self.desk.undone(&self.trial, giver.slot);
            undone_per_hour += undone * servers as f64;
            self.trial.give(giver.slot, &facts, servers);
            let rate = facts.rate * servers as f64;
            let missing = self.refill_elsewhere(facts.workload, facts.pool, rate);
            if facts.rate > 0.0 {
                lost += (giver.per_server - undone) * missing / facts.rate;
            }
            if lost + undone_per_hour > candidate.per_hour {
                return None;
            }
        }
        Some((effort, undone_per_hour))
    }

    /// What a service could serve with what is free in other pools of the trial, in requests per second.
    fn free_elsewhere(&self, facts: &Slot) -> f64 {
        let places = self.desk.places[facts.workload].iter();
        let others = places.filter(|&&slot| self.desk.slots[slot].pool != facts.pool);
        others
            .map(|&slot| {
                let facts = &self.desk.slots[slot];
                let room = facts.most.saturating_sub(self.trial.servers[slot]);
                let free = self.trial.free[facts.pool].min(room);
                self.trial.affords(facts, free) as f64 * facts.rate
            })
            .sum()
    }

    /// A service takes, of what is free in other pools of the trial, up to a rate; returns what of the
    /// rate is missing then.
    fn refill_elsewhere(&mut self, workload: usize, pool: usize, mut rate_per_s: f64) -> f64 {
        for &slot in &self.desk.places[workload] {
            let facts = self.desk.slots[slot];
            if facts.pool == pool || facts.rate <= 0.0 {
                continue;
            }
            let wanted = (rate_per_s / facts.rate).ceil() as u64;
            let room = facts.most.saturating_sub(self.trial.servers[slot]);
            let servers = wanted.min(room).min(self.trial.free[facts.pool]);
            let servers = self.trial.affords(&facts, servers);
            self.trial.take(slot, &facts, servers);
            rate_per_s -= servers as f64 * facts.rate;
            if rate_per_s <= 0.0 {
                break;
            }
        }
        rate_per_s.max(0.0)
    }
}

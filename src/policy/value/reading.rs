//! Reads the view at the beginning of a decision: what never changes once, the rest each time.

use super::desk::{Desk, Gang, Stake};
use super::holding::{Holding, Slot};
use super::standby::Standby;
use crate::id::{PoolId, WorkloadId};
use crate::kernel::Instant;
use crate::policy::view::{Need, SlotView, View};
use crate::workload::Workload;
use crate::workload::training::Campaign;

/// Coefficients of variation that tables are made for: a fifth or a quarter from one to the next.
const CVS: [f64; 26] = [
    0.0, 0.01, 0.0125, 0.016, 0.02, 0.025, 0.032, 0.04, 0.05, 0.063, 0.08, 0.1, 0.125, 0.16, 0.2,
    0.25, 0.32, 0.4, 0.5, 0.63, 0.8, 1.0, 1.25, 1.6, 2.0, 2.5,
];

/// The nearest of them.
fn rounded(cv: f64) -> f64 {
    let above = CVS.partition_point(|step| *step < cv);
    let least = CVS.get(above.saturating_sub(1)).copied().unwrap_or(0.0);
    let most = CVS.get(above).copied().unwrap_or(least);
    if cv - least < most - cv { least } else { most }
}

impl Desk {
    /// Reads the view, and what everybody holds now into `holding`.
    pub fn open(&mut self, view: &View<'_>, holding: &mut Holding) {
        if self.first.is_empty() {
            self.list_slots(view);
        }
        self.now = view.now;
        self.read_stakes(view);
        for slot in self.asking.drain(..) {
            self.gangs[slot] = None;
        }
        let (workloads, pools) = (view.workloads.len(), view.pools.len());
        let (slots, watts, vcpu) = (self.slots.len(), view.active_watts, view.companion_vcpu);
        holding.clear(workloads, pools, slots, watts, vcpu);
        for (index, pool) in view.pools.iter().enumerate() {
            let slots = self.of_pool(index);
            if self.seen[index] != (pool.spares, pool.installed) {
                self.seen[index] = (pool.spares, pool.installed);
                for standby in &mut self.standbys[slots.clone()] {
                    standby.look(pool);
                }
            }
            let mut held = 0;
            for (number, slot) in slots.zip(&pool.slots) {
                self.held[number] = slot.held;
                let keeps = self.read_slot(view, PoolId::new(index), number, slot);
                if keeps > 0 {
                    holding.open(number, &self.slots[number], keeps);
                    held += keeps;
                }
            }
            holding.free.push(pool.offered.saturating_sub(held));
        }
    }

    /// Lists what stays as it is in all decisions of a replication.
    fn list_slots(&mut self, view: &View<'_>) {
        self.places.resize(view.workloads.len(), Vec::new());
        self.worths.resize_with(view.workloads.len(), || None);
        for (index, workload) in view.workloads.iter().enumerate() {
            match workload {
                Workload::Training(_) => self.campaigns.push(index),
                Workload::Stream(_) | Workload::Serving(_) => self.divisible.push(index),
            }
        }
        for (index, pool) in view.pools.iter().enumerate() {
            self.first.push(self.slots.len());
            let mut traders = Vec::new();
            for slot in &pool.slots {
                let id = PoolId::new(index);
                let workload = slot.workload.index();
                let rate = match view.need(slot.workload) {
                    Need::Service(need) => need.rate_per_server(id).unwrap_or(0.0),
                    Need::Jobs(need) => need.accelerators_of(id, 1) as f64,
                    Need::Gang(_) | Need::Nothing => 0.0,
                };
                let mut standby = Standby::default();
                match &view.workloads[workload] {
                    Workload::Training(campaign) if campaign.is_elastic() => {
                        self.elastic.push(self.slots.len());
                    }
                    Workload::Training(campaign) => standby = Standby::new(campaign, id, view.step),
                    Workload::Stream(_) | Workload::Serving(_) => traders.push(self.slots.len()),
                }
                self.standbys.push(standby);
                self.places[workload].push(self.slots.len());
                self.slots.push(Slot {
                    pool: index,
                    site: pool.site.index(),
                    workload,
                    rate,
                    least: 0,
                    most: u64::MAX,
                    running: 0,
                    watts: slot.planning_watts,
                    vcpu: slot.companion_vcpu,
                });
            }
            self.traders.push(traders);
        }
        self.first.push(self.slots.len());
        self.list_efforts(view);
        self.seen.resize(view.pools.len(), (0, 0));
        self.gangs.resize(self.slots.len(), None);
        self.held.resize(self.slots.len(), 0);
        self.given.resize(self.slots.len(), Instant::EPOCH);
    }

    /// Reads what may have changed of a slot since the last decision, and returns how many servers it starts
    /// this one with.
    fn read_slot(&mut self, view: &View<'_>, pool: PoolId, number: usize, slot: &SlotView) -> u64 {
        let facts = &mut self.slots[number];
        facts.least = slot.least;
        match &self.stakes[facts.workload] {
            Stake::Nothing => slot.least,
            Stake::Service { .. } => slot.held,
            Stake::Gang => self.read_gang(view, pool, number, slot),
            Stake::Jobs { .. } => {
                if let Need::Jobs(need) = view.need(slot.workload) {
                    facts.running = need.running(pool);
                    let waiting = need.servers_for(pool, u64::MAX).unwrap_or(0);
                    facts.most = facts.running.saturating_add(waiting);
                }
                slot.held
            }
        }
    }

    /// The same for a campaign's slot: a gang that is not whole gives back its pieces, and one that is keeps those that
    /// stand by for it. Slots without servers are read once their gang is known to wait.
    fn read_gang(&mut self, view: &View<'_>, pool: PoolId, number: usize, slot: &SlotView) -> u64 {
        if slot.held == 0 {
            return 0;
        }
        let Need::Gang(campaign) = view.need(slot.workload) else {
            return slot.least;
        };
        let Some(gang) = self.gang(view, pool, number, campaign) else {
            return slot.least;
        };
        self.gangs[number] = Some(gang);
        self.asking.push(number);
        let Some(beyond) = slot.held.checked_sub(gang.servers) else {
            return slot.least;
        };
        let standing_by = beyond.min(self.most_standing_by(number));
        (gang.servers + standing_by).max(slot.least)
    }

    /// Reads where else the gang of a campaign could be, which waits.
    pub fn read_waiting(&mut self, view: &View<'_>, workload: usize) {
        let Need::Gang(campaign) = view.need(WorkloadId::new(workload)) else {
            return;
        };
        for index in 0..self.places[workload].len() {
            let number = self.places[workload][index];
            if self.gangs[number].is_some() {
                continue;
            }
            let pool = PoolId::new(self.slots[number].pool);
            if let Some(gang) = self.gang(view, pool, number, campaign) {
                self.gangs[number] = Some(gang);
                let after = self.asking.partition_point(|&asking| asking < number);
                self.asking.insert(after, number);
            }
        }
    }

    /// The gang of a campaign in a slot of a pool where it may run: as it is, or as it would like to be.
    fn gang(
        &self,
        view: &View<'_>,
        pool: PoolId,
        number: usize,
        campaign: &Campaign,
    ) -> Option<Gang> {
        let runs = campaign.running_servers(pool);
        let holds = match runs {
            Some(_) if !campaign.is_elastic() => runs,
            _ => runs.max(campaign.fit(pool, self.held[number])),
        };
        let servers = holds.or_else(|| campaign.gang_servers(pool))?;
        // A gang of as many servers of the same hardware earns the same.
        let places = &self.places[self.slots[number].workload];
        let earlier = places.iter().take_while(|&&slot| slot < number);
        let known = earlier.filter_map(|&slot| {
            let gang = self.gangs[slot].filter(|gang| gang.servers == servers)?;
            let other = PoolId::new(self.slots[slot].pool);
            campaign.works_alike(pool, other).then_some(gang.per_hour)
        });
        let per_hour = known
            .last()
            .unwrap_or_else(|| campaign.worth_per_hour(pool, servers, view.now, view.interval));
        Some(Gang {
            servers,
            fewest: campaign.least_servers(pool)?,
            per_hour,
            before: holds.map_or(0.0, |_| per_hour),
        })
    }

    fn read_stakes(&mut self, view: &View<'_>) {
        self.stakes.clear();
        for (index, worth) in self.worths.iter_mut().enumerate() {
            let stake = match view.need(WorkloadId::new(index)) {
                Need::Nothing => Stake::Nothing,
                Need::Jobs(need) => {
                    let curve = need.worth();
                    let hours = need.release_hours() / self.bar.payback_h;
                    Stake::Jobs {
                        curve,
                        undone: curve.most_per_unit() * hours,
                    }
                }
                Need::Gang(_) => Stake::Gang,
                Need::Service(need) => {
                    let worth =
                        worth.get_or_insert_with(|| need.worth().sharing(&self.rows, index));
                    need.reprice(worth);
                    let cv = need.forecast_cv().map_or(self.forecast_cv, rounded);
                    Stake::Service {
                        row: worth.row_for(need.forecast_per_s, cv),
                        rate_per_s: need.forecast_per_s,
                    }
                }
            };
            self.stakes.push(stake);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variation_is_rounded_to_the_nearest_step() {
        for step in CVS {
            assert_eq!(rounded(step), step);
        }
        for (cv, nearest) in [(0.004, 0.0), (0.11, 0.1), (0.115, 0.125), (99.0, 2.5)] {
            assert_eq!(rounded(cv), nearest);
        }
    }
}

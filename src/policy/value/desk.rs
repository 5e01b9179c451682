//! What a decision is made on: every slot's facts and every workload's stake in it, read off the view.
//! `market` tells what giving and taking servers gains and loses on it.

use super::holding::{Holding, Slot};
use crate::id::{PoolId, WorkloadId};
use crate::kernel::{Instant, Span};
use crate::policy::view::{Need, View};
use crate::scenario;
use crate::workload::serving::Worth;
use crate::workload::training::Campaign;
use crate::workload::{Curve, Workload};

/// What a workload stands for in a decision.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stake {
    /// Asks for nothing.
    Nothing,
    /// A service, and the row of its worth.
    Service { row: usize, rate_per_s: f64 },
    /// A gang; whether it runs, and what stopping it would cost in hours of its work.
    Gang { release_hours: Option<f64> },
    /// A stream of jobs, and what stopping one undoes: value per hour, spread over the payback time,
    /// of an accelerator.
    Jobs { curve: Curve<'static>, undone: f64 },
}

/// A gang in a pool.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gang {
    pub servers: u64,
    /// Servers with which it runs at least.
    pub fewest: u64,
    /// What it earns per hour there.
    pub per_hour: f64,
    /// What it earned there before the decision.
    pub before: f64,
}

/// What a move must earn.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bar {
    /// Share of the most that the moved servers could earn.
    pub hysteresis: f64,
    /// Hours within which a move must pay.
    pub payback_h: f64,
}

/// Everything that does not change while a decision is made.
#[derive(Debug, Default)]
pub(super) struct Desk {
    pub slots: Vec<Slot>,
    /// By pool: its first slot; one more at the end.
    pub first: Vec<usize>,
    /// By pool: the slots of services and streams, who exchange servers singly.
    pub traders: Vec<Vec<usize>>,
    /// By workload: its slots.
    pub places: Vec<Vec<usize>>,
    pub stakes: Vec<Stake>,
    /// By slot: the gang that wants to be there.
    pub gangs: Vec<Option<Gang>>,
    /// By slot: servers held before the decision.
    pub held: Vec<u64>,
    /// By slot: when its workload last was given servers there.
    pub given: Vec<Instant>,
    worths: Vec<Option<Worth>>,
    pub now: Instant,
    pub bar: Bar,
    minimum_hold: Span,
    forecast_cv: f64,
}

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

/// The gang of a campaign that holds so many servers of a pool, if it asks for one there: as it is, or as it
/// would like to be.
fn gang(view: &View<'_>, pool: PoolId, campaign: &Campaign, held: u64) -> Option<Gang> {
    let runs = campaign.running_servers(pool);
    let holds = runs.max(campaign.fit(pool, held));
    let servers = holds.or_else(|| campaign.gang_servers(pool))?;
    let per_hour = campaign.worth_per_hour(pool, servers, view.now, view.interval);
    Some(Gang {
        servers,
        fewest: campaign.least_servers(pool)?,
        per_hour,
        before: holds.map_or(0.0, |_| per_hour),
    })
}

impl Desk {
    pub fn new(value: &scenario::Value) -> Self {
        Self {
            bar: Bar {
                hysteresis: value.hysteresis,
                payback_h: value.payback.as_hours(),
            },
            minimum_hold: value.minimum_hold,
            forecast_cv: value.forecast_cv,
            ..Self::default()
        }
    }

    /// Reads the view, and what everybody holds now into `holding`.
    pub fn open(&mut self, view: &View<'_>, holding: &mut Holding) {
        if self.first.is_empty() {
            self.list_slots(view);
        }
        self.now = view.now;
        self.read_stakes(view);
        holding.clear(view.workloads.len(), view.active_watts, view.companion_vcpu);
        let mut number = 0;
        for (index, pool) in view.pools.iter().enumerate() {
            let mut held = 0;
            for slot in &pool.slots {
                self.held[number] = slot.held;
                self.read_slot(view, PoolId::new(index), number, slot.least);
                let facts = self.slots[number];
                let keeps = self.keeps(self.gangs[number], &facts, slot.held);
                holding.servers.push(0);
                holding.commit(number, &facts, keeps);
                held += keeps;
                number += 1;
            }
            holding.free.push(pool.offered.saturating_sub(held));
        }
    }

    /// Lists what stays as it is in all decisions of a replication.
    fn list_slots(&mut self, view: &View<'_>) {
        self.places.resize(view.workloads.len(), Vec::new());
        self.worths.resize_with(view.workloads.len(), || None);
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
                if !matches!(view.workloads[workload], Workload::Training(_)) {
                    traders.push(self.slots.len());
                }
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
        self.gangs.resize(self.slots.len(), None);
        self.held.resize(self.slots.len(), 0);
        self.given.resize(self.slots.len(), Instant::EPOCH);
    }

    /// What may have changed of a slot since the last decision.
    fn read_slot(&mut self, view: &View<'_>, pool: PoolId, number: usize, least: u64) {
        let facts = &mut self.slots[number];
        facts.least = least;
        self.gangs[number] = None;
        match self.stakes[facts.workload] {
            Stake::Nothing | Stake::Service { .. } => {}
            Stake::Gang { .. } | Stake::Jobs { .. } => {
                match view.need(WorkloadId::new(facts.workload)) {
                    Need::Gang(campaign) => {
                        self.gangs[number] = gang(view, pool, campaign, self.held[number]);
                    }
                    Need::Jobs(need) => {
                        facts.running = need.running(pool);
                        let waiting = need.servers_for(pool, u64::MAX).unwrap_or(0);
                        facts.most = facts.running.saturating_add(waiting);
                    }
                    Need::Nothing | Need::Service(_) => {}
                }
            }
        }
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
                Need::Gang(campaign) => Stake::Gang {
                    release_hours: campaign.release_hours(view.now),
                },
                Need::Service(need) => {
                    let worth = worth.get_or_insert_with(|| need.worth());
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

    /// Servers that a slot starts a decision with: a gang that is not whole gives back its pieces.
    fn keeps(&self, gang: Option<Gang>, slot: &Slot, held: u64) -> u64 {
        match (self.stakes[slot.workload], gang) {
            (Stake::Service { .. } | Stake::Jobs { .. }, _) => held,
            (Stake::Gang { .. }, Some(gang)) if held >= gang.servers => {
                gang.servers.max(slot.least)
            }
            (Stake::Gang { .. } | Stake::Nothing, _) => slot.least,
        }
    }

    /// The slots of a pool, by their numbers.
    pub fn of_pool(&self, pool: usize) -> std::ops::Range<usize> {
        self.first[pool]..self.first[pool + 1]
    }

    /// What a service's or a stream's capacity is worth.
    pub fn curve(&self, workload: usize) -> Option<Curve<'_>> {
        match self.stakes[workload] {
            Stake::Service { row, rate_per_s } => {
                let worth = self.worths[workload].as_ref()?;
                Some(worth.curve(row, rate_per_s))
            }
            Stake::Jobs { curve, .. } => Some(curve),
            Stake::Gang { .. } | Stake::Nothing => None,
        }
    }

    /// Value per hour that a server in this slot has at most; 0 for campaigns.
    pub fn most(&self, number: usize) -> f64 {
        let slot = &self.slots[number];
        let per_capacity = match (&self.stakes[slot.workload], &self.worths[slot.workload]) {
            (Stake::Jobs { curve, .. }, _) => curve.most_per_unit(),
            (_, Some(worth)) => worth.most_per_capacity(),
            _ => 0.0,
        };
        per_capacity * slot.rate
    }

    /// What all services' and streams' capacity is worth per hour.
    pub fn value(&self, holding: &Holding) -> f64 {
        let capacities = holding.capacity.iter().enumerate();
        let value = |(workload, &capacity): (usize, &f64)| {
            self.curve(workload)
                .map_or(0.0, |curve| curve.value(capacity))
        };
        capacities.map(value).sum()
    }

    /// Whether a slot was given servers too recently to give any away.
    pub fn is_held(&self, number: usize) -> bool {
        self.now < self.given[number] + self.minimum_hold
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

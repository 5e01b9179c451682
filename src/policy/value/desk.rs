//! What a decision is made on: every slot's facts, every workload's worth, and what giving and taking
//! servers gains and loses at the margin.

use super::holding::{Holding, Slot};
use crate::id::{PoolId, WorkloadId};
use crate::kernel::{Instant, Span};
use crate::policy::view::{Need, SlotView, View};
use crate::workload::serving::{Curve, Worth};

/// What a workload stands for in a decision.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stake {
    /// Asks for nothing.
    Nothing,
    /// A service, and the row of its worth.
    Service { row: usize, rate_per_s: f64 },
    /// A gang; whether it runs, and what stopping it would cost in hours of its work.
    Gang { release_hours: Option<f64> },
    /// A stream of jobs, which has no price yet: it keeps what it holds.
    Jobs,
}

/// A gang in a pool.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gang {
    pub servers: u64,
    /// Servers with which it runs at least.
    pub fewest: u64,
    /// What it earns per hour there.
    pub per_hour: f64,
}

/// An offer at the margin: what a server is worth per hour, and for how many that holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offer {
    pub slot: usize,
    pub per_server: f64,
    pub servers: u64,
}

/// Everything that does not change while a decision is made.
#[derive(Debug, Default)]
pub(super) struct Desk {
    pub slots: Vec<Slot>,
    /// By pool: its first slot; one more at the end.
    pub first: Vec<usize>,
    pub stakes: Vec<Stake>,
    /// By slot: the gang that wants to be there.
    pub gangs: Vec<Option<Gang>>,
    /// By slot: when its workload last was given servers there.
    pub given: Vec<Instant>,
    worths: Vec<Option<Worth>>,
    pub now: Instant,
    minimum_hold: Span,
    forecast_cv: f64,
}

/// The gang of a slot, if it asks for one there: as it is, or as it would like to be.
fn gang(view: &View<'_>, pool: PoolId, slot: &SlotView) -> Option<Gang> {
    match view.need(slot.workload) {
        Need::Gang(campaign) => {
            let runs = campaign.running_servers(pool);
            let holds = runs.or_else(|| campaign.fit(pool, slot.held));
            let servers = holds.or_else(|| campaign.gang_servers(pool))?;
            Some(Gang {
                servers,
                fewest: campaign.least_servers(pool)?,
                per_hour: campaign.worth_per_hour(pool, servers, view.now, view.interval),
            })
        }
        _ => None,
    }
}

impl Desk {
    pub fn new(minimum_hold: Span, forecast_cv: f64) -> Self {
        Self {
            minimum_hold,
            forecast_cv,
            ..Self::default()
        }
    }

    /// Reads the view, and what everybody holds now into `holding`.
    pub fn open(&mut self, view: &View<'_>, holding: &mut Holding) {
        self.now = view.now;
        self.read_stakes(view);
        self.slots.clear();
        self.gangs.clear();
        self.first.clear();
        holding.free.clear();
        holding.servers.clear();
        holding.capacity.clear();
        holding.capacity.resize(view.workloads.len(), 0.0);
        holding.watts.clear();
        holding.watts.extend_from_slice(view.active_watts);
        holding.vcpu.clear();
        holding.vcpu.extend_from_slice(view.companion_vcpu);
        for (index, pool) in view.pools.iter().enumerate() {
            self.first.push(self.slots.len());
            let mut held = 0;
            for slot in &pool.slots {
                let rate = match view.need(slot.workload) {
                    Need::Service(need) => need.rate_per_server(PoolId::new(index)),
                    _ => None,
                };
                let facts = Slot {
                    pool: index,
                    site: pool.site.index(),
                    workload: slot.workload.index(),
                    rate: rate.unwrap_or(0.0),
                    least: slot.least,
                    watts: slot.planning_watts,
                    vcpu: slot.companion_vcpu,
                };
                let gang = gang(view, PoolId::new(index), slot);
                let keeps = self.keeps(gang, &facts, slot.held);
                self.gangs.push(gang);
                holding.servers.push(0);
                holding.commit(self.slots.len(), &facts, keeps);
                held += keeps;
                self.slots.push(facts);
            }
            // What is held beyond what is offered is taken back by `shrink`.
            holding.free.push(pool.offered.saturating_sub(held));
        }
        self.first.push(self.slots.len());
        self.given.resize(self.slots.len(), Instant::EPOCH);
    }

    fn read_stakes(&mut self, view: &View<'_>) {
        self.stakes.clear();
        self.worths.resize_with(view.workloads.len(), || None);
        for (index, worth) in self.worths.iter_mut().enumerate() {
            let stake = match view.need(WorkloadId::new(index)) {
                Need::Nothing => Stake::Nothing,
                Need::Jobs(_) => Stake::Jobs,
                Need::Gang(campaign) => Stake::Gang {
                    release_hours: campaign.release_hours(view.now),
                },
                Need::Service(need) => {
                    let worth = worth.get_or_insert_with(|| need.worth(self.forecast_cv));
                    need.reprice(worth);
                    Stake::Service {
                        row: worth.row_for(need.forecast_per_s),
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
            (Stake::Service { .. } | Stake::Jobs, _) => held,
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

    fn curve(&self, workload: usize) -> Option<Curve<'_>> {
        let Stake::Service { row, rate_per_s } = self.stakes[workload] else {
            return None;
        };
        let worth = self.worths[workload].as_ref()?;
        Some(worth.curve(row, rate_per_s))
    }

    /// Value per hour that a server in this slot has at most; 0 for training.
    pub fn most(&self, number: usize) -> f64 {
        let slot = &self.slots[number];
        let worth = self.worths[slot.workload].as_ref();
        worth.map_or(0.0, |worth| worth.most_per_capacity() * slot.rate)
    }

    /// What all services' capacity is worth per hour.
    pub fn value(&self, holding: &Holding) -> f64 {
        let capacities = holding.capacity.iter().enumerate();
        let value = |(workload, &capacity): (usize, &f64)| {
            self.curve(workload)
                .map_or(0.0, |curve| curve.value(capacity))
        };
        capacities.map(value).sum()
    }

    /// What one more server would gain a service in this slot.
    pub fn gain(&self, holding: &Holding, number: usize) -> Option<Offer> {
        let slot = &self.slots[number];
        if slot.rate <= 0.0 {
            return None;
        }
        let capacity = holding.capacity[slot.workload];
        let curve = self.curve(slot.workload)?;
        let stretch = curve.above(capacity);
        let servers = stretch.length / slot.rate;
        // A stretch shorter than a server is left behind by it.
        let per_server = if servers < 1.0 {
            curve.value(capacity + slot.rate) - curve.value(capacity)
        } else {
            stretch.worth * slot.rate
        };
        (per_server > 0.0).then_some(Offer {
            slot: number,
            per_server,
            servers: (servers as u64).max(1),
        })
    }

    /// What one server less would cost a service in this slot.
    pub fn loss(&self, holding: &Holding, number: usize) -> Option<Offer> {
        let slot = &self.slots[number];
        let spare = holding.servers[number].saturating_sub(slot.least);
        if spare == 0 {
            return None;
        }
        let capacity = holding.capacity[slot.workload];
        let curve = self.curve(slot.workload)?;
        let stretch = curve.below(capacity);
        let servers = stretch.length / slot.rate;
        let per_server = if servers < 1.0 {
            curve.value(capacity) - curve.value(capacity - slot.rate)
        } else {
            stretch.worth * slot.rate
        };
        Some(Offer {
            slot: number,
            per_server,
            servers: (servers as u64).clamp(1, spare),
        })
    }

    /// Who in a pool would gain most by a server.
    pub fn best_taker(&self, holding: &Holding, pool: usize) -> Option<Offer> {
        self.best_of(holding, pool, |_| true)
    }

    /// Who would gain most by a server of those that the site can still carry.
    pub fn best_carried(&self, holding: &Holding, pool: usize) -> Option<Offer> {
        self.best_of(holding, pool, |slot| {
            holding.affords(&self.slots[slot], 1) > 0
        })
    }

    fn best_of(
        &self,
        holding: &Holding,
        pool: usize,
        may: impl Fn(usize) -> bool,
    ) -> Option<Offer> {
        let slots = self.of_pool(pool).filter(|&slot| may(slot));
        let gains = slots.filter_map(|slot| self.gain(holding, slot));
        gains.reduce(|best, offer| {
            if offer.per_server > best.per_server {
                offer
            } else {
                best
            }
        })
    }

    /// Whether a slot was given servers too recently to give any away.
    pub fn is_held(&self, number: usize) -> bool {
        self.now < self.given[number] + self.minimum_hold
    }

    /// Who in a pool would lose least by a server, of all workloads but one and of those that hold
    /// theirs for long enough.
    pub fn cheapest_giver(&self, holding: &Holding, pool: usize, but: usize) -> Option<Offer> {
        self.cheapest_of(holding, pool, |slot| {
            self.slots[slot].workload != but && !self.is_held(slot)
        })
    }

    /// Who in a pool would lose least by a server, of all that may be asked.
    pub fn cheapest_of(
        &self,
        holding: &Holding,
        pool: usize,
        may: impl Fn(usize) -> bool,
    ) -> Option<Offer> {
        let slots = self.of_pool(pool).filter(|&slot| may(slot));
        let losses = slots.filter_map(|slot| self.loss(holding, slot));
        losses.reduce(|best, offer| {
            if offer.per_server < best.per_server {
                offer
            } else {
                best
            }
        })
    }

    /// A stream of jobs that could give servers of a pool, if nobody else can.
    pub fn jobs(&self, holding: &Holding, pool: usize) -> Option<Offer> {
        let spared = |slot: usize| holding.servers[slot].saturating_sub(self.slots[slot].least);
        let mut slots = self.of_pool(pool);
        let slot = slots.find(|&slot| {
            matches!(self.stakes[self.slots[slot].workload], Stake::Jobs) && spared(slot) > 0
        })?;
        Some(Offer {
            slot,
            per_server: 0.0,
            servers: spared(slot),
        })
    }
}

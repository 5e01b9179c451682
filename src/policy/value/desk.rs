//! What a decision is made on: every slot's facts and every workload's stake in it, as `reading` has read them.
//! `market` tells what giving and taking servers gains and loses on it.

use super::effort::Effort;
use super::holding::{Holding, Slot};
use super::standby::Standby;
use crate::kernel::{Instant, Span};
use crate::scenario;
use crate::workload::Curve;
use crate::workload::serving::{Rows, Worth};

/// What a workload stands for in a decision.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stake {
    /// Asks for nothing.
    Nothing,
    /// A service, and the row of its worth.
    Service { row: usize, rate_per_s: f64 },
    /// A gang.
    Gang,
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
    /// By slot: what it takes to move a server there, by the slot of the pool that gives it.
    pub efforts: Vec<Vec<Effort>>,
    pub stakes: Vec<Stake>,
    /// By slot: the gang that wants to be there.
    pub gangs: Vec<Option<Gang>>,
    /// The slots where there is one.
    pub asking: Vec<usize>,
    /// The slots of campaigns whose gangs may change their size.
    pub elastic: Vec<usize>,
    /// The workloads that are campaigns, and the services and streams, whose capacity is worth something by the piece.
    pub campaigns: Vec<usize>,
    pub divisible: Vec<usize>,
    /// By slot: what servers that stand by for its gang are worth.
    pub standbys: Vec<Standby>,
    /// By pool: the spares that are left and the servers in place by which they were reckoned.
    pub seen: Vec<(u64, u64)>,
    /// By slot: servers held before the decision.
    pub held: Vec<u64>,
    /// By slot: when its workload last was given servers there.
    pub given: Vec<Instant>,
    pub worths: Vec<Option<Worth>>,
    /// Where they find what other replications have reckoned.
    pub rows: Rows,
    pub now: Instant,
    pub bar: Bar,
    minimum_hold: Span,
    /// How far forecasts are off, while that is unknown.
    pub forecast_cv: f64,
}

impl Desk {
    pub fn new(value: &scenario::Value, rows: &Rows) -> Self {
        Self {
            rows: rows.clone(),
            bar: Bar {
                hysteresis: value.hysteresis,
                payback_h: value.payback.as_hours(),
            },
            minimum_hold: value.minimum_hold,
            forecast_cv: value.forecast_cv,
            ..Self::default()
        }
    }

    /// The slots of a pool, by their numbers.
    pub fn of_pool(&self, pool: usize) -> std::ops::Range<usize> {
        self.first[pool]..self.first[pool + 1]
    }

    /// What a service's or a stream's capacity is worth.
    #[inline]
    pub fn curve(&self, workload: usize) -> Option<Curve<'_>> {
        match self.stakes[workload] {
            Stake::Service { row, rate_per_s } => {
                let worth = self.worths[workload].as_ref()?;
                Some(worth.curve(row, rate_per_s))
            }
            Stake::Jobs { curve, .. } => Some(curve),
            Stake::Gang | Stake::Nothing => None,
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
        let workloads = self.divisible.iter();
        workloads
            .map(|&workload| holding.value(workload, || self.curve(workload)))
            .sum()
    }

    /// Whether a campaign has its gang in some pool.
    pub fn has_started(&self, holding: &Holding, workload: usize) -> bool {
        self.places[workload].iter().any(|&slot| {
            let gang = self.gangs[slot];
            gang.is_some_and(|gang| holding.servers[slot] >= gang.fewest)
        })
    }

    /// Whether a slot was given servers too recently to give any away.
    pub fn is_held(&self, number: usize) -> bool {
        self.now < self.given[number] + self.minimum_hold
    }
}

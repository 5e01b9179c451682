//! From a trace to the program that bounds it: in every interval each workload may use any capacity
//! of the pools that it may use, nothing takes time to move, and training needs no gang, writes no
//! checkpoint and loses nothing.
//!
//! Pools of one hardware that the same workloads may use are one class of capacity. Services earn
//! along their ceilings while prices are looked for. A unit of training work earns, when it is done,
//! at its best efficiency what it can still earn: its share of what completing at that moment would
//! pay, and its accelerator-hours, less the energy that it takes. No more is done than has arrived.

use std::collections::BTreeMap;

use super::curve::{Curve, Priced};
use super::trace::{Asked, Interval, Trace};
use crate::id::{HardwareId, PoolId, WorkloadId};
use crate::kernel::Span;
use crate::supply::{Fleet, Pool};
use crate::workload::Workload;
use crate::workload::serving::{Ask, Service};
use crate::workload::training::{Campaign, JobStream};

/// The program of one replication.
#[derive(Debug, Default)]
pub struct Program {
    pub intervals: Vec<Slot>,
    /// By service: what a server of each class adds to its capacity, in requests per second.
    pub rates: Vec<Vec<f64>>,
    pub curves: Vec<Curve>,
    /// By curve: the interval whose ceiling it is.
    pub asks: Vec<Priced>,
    /// Training workloads.
    pub works: Vec<Work>,
    /// What comes whatever is done: misses are all paid for, and idle servers draw power.
    pub nothing_served: f64,
    /// What completing campaigns could at most earn for work done before.
    pub banked: f64,
}

/// One interval.
#[derive(Debug)]
pub struct Slot {
    /// By class: servers, on average.
    pub capacity: Vec<f64>,
    /// By service: position of its curve.
    pub curves: Vec<usize>,
    /// By training workload.
    pub offers: Vec<Offer>,
}

/// A training workload over the whole program.
#[derive(Clone, Copy, Debug)]
pub struct Work {
    /// Whether it is a campaign: all of it is there from the beginning, and it runs in one class at
    /// a time.
    pub campaign: bool,
}

/// What training may do in an interval.
#[derive(Debug)]
pub struct Offer {
    /// By class: what a server earns in the interval.
    pub worth: Vec<f64>,
    /// By class: work that a server does in it.
    pub work: Vec<f64>,
    /// By class: servers that it can use.
    pub most: Vec<f64>,
    /// Work that arrives.
    pub arrives: f64,
}

/// Pools that are alike.
struct Class {
    hardware: HardwareId,
    holders: Vec<WorkloadId>,
    pools: Vec<PoolId>,
    /// Price of the energy that a server-hour of training takes at least.
    training_energy: f64,
}

impl Class {
    /// A pool that stands for all of them.
    fn pool(&self) -> PoolId {
        self.pools.first().copied().unwrap_or(PoolId::new(0))
    }
}

impl Program {
    /// `holders` gives the workloads that may use each pool.
    pub fn new(
        trace: &Trace,
        workloads: &mut [Workload],
        fleet: &Fleet,
        holders: &[&[WorkloadId]],
    ) -> Self {
        let classes = classes(fleet, holders);
        let mut program = Self {
            banked: trace.opened.banked,
            nothing_served: -idle_energy(trace, fleet),
            ..Self::default()
        };
        for workload in workloads.iter() {
            if let Workload::Serving(service) = workload {
                let rate = |class: &Class| service.rate_of_server(class.pool());
                program.rates.push(classes.iter().map(rate).collect());
            } else {
                let campaign = matches!(workload, Workload::Training(_));
                program.works.push(Work { campaign });
            }
        }
        let mut arrived = trace.opened.arrived.clone();
        let mut known = BTreeMap::new();
        for (number, interval) in trace.intervals.iter().enumerate() {
            let mut slot = Slot::of(&classes, interval);
            for (index, workload) in workloads.iter_mut().enumerate() {
                let mut arrives = 0.0;
                if number == 0 {
                    arrives += trace.opened.to_do[index].max(0.0);
                }
                if let Asked::Work(so_far) = interval.asked[index] {
                    arrives += so_far - arrived[index];
                    arrived[index] = so_far;
                }
                match workload {
                    Workload::Serving(service) => {
                        let curve = program.curve(index, service, interval, &slot, &mut known);
                        slot.curves.push(curve);
                    }
                    Workload::Stream(stream) => {
                        slot.offer(&classes, arrives, |class| {
                            of_stream(stream, class, interval)
                        });
                    }
                    Workload::Training(campaign) => {
                        slot.offer(&classes, arrives, |class| {
                            of_campaign(campaign, class, interval)
                        });
                    }
                }
            }
            program.intervals.push(slot);
        }
        program
    }

    /// The position of a service's curve in an interval, and what missing everything costs it.
    fn curve(
        &mut self,
        index: usize,
        service: &mut Service,
        interval: &Interval,
        slot: &Slot,
        known: &mut BTreeMap<(usize, [u64; 4]), usize>,
    ) -> usize {
        let (rate_per_s, price) = match interval.asked[index] {
            Asked::Requests { rate_per_s, price } => (rate_per_s, price),
            Asked::Nothing | Asked::Work(_) => (0.0, 1.0),
        };
        service.reprice(price);
        let length_s = (interval.until - interval.from).as_seconds();
        self.nothing_served -= service.all_missed(rate_per_s * length_s);
        let rates = &self.rates[slot.curves.len()];
        let capacity = slot.capacity.iter().zip(rates);
        let most = rounded_up(capacity.map(|(servers, rate)| servers * rate).sum());
        let key = [price, rate_per_s, length_s, most].map(f64::to_bits);
        *known.entry((index, key)).or_insert_with(|| {
            let ask = Ask {
                length_s,
                rate_per_s,
                most,
            };
            let priced = Priced::new(WorkloadId::new(index), service, price, ask);
            self.curves.push(Curve::of(priced.ceiling()));
            self.asks.push(priced);
            self.curves.len() - 1
        })
    }
}

impl Slot {
    fn of(classes: &[Class], interval: &Interval) -> Self {
        let servers = |class: &Class| {
            class
                .pools
                .iter()
                .map(|pool| interval.servers[pool.index()])
                .sum()
        };
        Self {
            capacity: classes.iter().map(servers).collect(),
            curves: Vec::new(),
            offers: Vec::new(),
        }
    }

    /// Adds a training workload, of which `what` says what a server of a class earns, what it does,
    /// and how many it can use.
    fn offer(&mut self, classes: &[Class], arrives: f64, what: impl Fn(&Class) -> (f64, f64, f64)) {
        let mut offer = Offer {
            worth: Vec::new(),
            work: Vec::new(),
            most: Vec::new(),
            arrives,
        };
        for (class, &capacity) in classes.iter().zip(&self.capacity) {
            let (worth, work, most) = what(class);
            offer.worth.push(worth);
            offer.work.push(work);
            offer.most.push(most.min(capacity));
        }
        self.offers.push(offer);
    }
}

fn of_stream(stream: &JobStream, class: &Class, interval: &Interval) -> (f64, f64, f64) {
    let hours = (interval.until - interval.from).as_hours();
    let work = stream.accelerators_of(class.pool(), 1) as f64 * hours;
    let worth = work * stream.per_accelerator_hour() - class.training_energy * hours;
    (worth, work, f64::INFINITY)
}

/// Work is worth most as early as it can be done.
fn of_campaign(campaign: &Campaign, class: &Class, interval: &Interval) -> (f64, f64, f64) {
    let from = interval.from.max(campaign.submitted_at());
    let hours = (interval.until - from).max(Span::ZERO).as_hours();
    let work = campaign.most_share_per_hour(class.pool()) * hours;
    let worth = work * campaign.most_per_share(class.pool(), from) - class.training_energy * hours;
    let most = campaign.most_servers(class.pool()).unwrap_or(0);
    (worth, work, most as f64)
}

/// Pools of one hardware that the same workloads may use.
fn classes(fleet: &Fleet, holders: &[&[WorkloadId]]) -> Vec<Class> {
    let mut classes: Vec<Class> = Vec::new();
    for (index, (pool, holders)) in fleet.pools.iter().zip(holders).enumerate() {
        let site = &fleet.sites[pool.site.index()];
        let watts = site.pue * pool.active_watts_per_server * site.planning_activity.training;
        let energy = watts / 1000.0 * site.energy_price_per_kwh;
        let mut alike = classes.iter_mut();
        let alike =
            alike.find(|class| class.hardware == pool.hardware && class.holders == *holders);
        if let Some(class) = alike {
            class.pools.push(PoolId::new(index));
            class.training_energy = class.training_energy.min(energy);
        } else {
            classes.push(Class {
                hardware: pool.hardware,
                holders: holders.to_vec(),
                pools: vec![PoolId::new(index)],
                training_energy: energy,
            });
        }
    }
    classes
}

/// Price of the energy that servers draw whatever they do.
fn idle_energy(trace: &Trace, fleet: &Fleet) -> f64 {
    let of_interval = |interval: &Interval| -> f64 {
        let hours = (interval.until - interval.from).as_hours();
        let pools = fleet.pools.iter().zip(&interval.drawing);
        let price = |(pool, servers): (&Pool, &f64)| {
            let site = &fleet.sites[pool.site.index()];
            let kw = site.pue * servers * pool.idle_watts_per_server / 1000.0;
            kw * hours * site.energy_price_per_kwh
        };
        pools.map(price).sum()
    };
    trace.intervals.iter().map(of_interval).sum()
}

/// A number with few digits that is not smaller, so that like intervals share a curve.
fn rounded_up(number: f64) -> f64 {
    const DROPPED: u64 = (1 << 46) - 1;
    f64::from_bits((number.max(0.0).to_bits() | DROPPED) + 1)
}

//! `fair`: weighted max-min fairness over dominant resources by progressive filling (Ghodsi et al.,
//! Dominant Resource Fairness, NSDI 2011). A workload's share is the larger of its share of the
//! accelerators installed in the pools that it may use, whatever their speed, and its share of the
//! companion vCPU of those pools' sites, over its weight. Whoever has the least is next: a service
//! or a stream of jobs for one server more, a gang, which is no use in part, for all of itself or
//! nothing. A stream needs the servers of the jobs that run, everywhere before those of the jobs that
//! wait. What nobody needs stays with its holder.
//!
//! Of several pools a workload fills those first that the fewest others may use, so that who can
//! go elsewhere does, and then those that the scenario names first.

mod filling;
mod turn;

use filling::{Filling, Lack, Scratch, Taker};
use turn::Turn;

use super::sizes::Sizes;
use super::stock::Stock;
use super::view::Need;
use super::{Allocation, Policy, View};
use crate::id::{PoolId, SiteId, WorkloadId};
use crate::scenario::{self, Scenario};

/// The `fair` policy.
#[derive(Debug)]
pub struct Fair {
    headroom: f64,
    /// By `WorkloadId`.
    members: Vec<Member>,
    /// By `PoolId`: accelerators of a server.
    per_server: Vec<f64>,
    stock: Stock,
    sizes: Sizes,
    /// The gangs of this decision, in the order of their turns, those without weight last.
    turns: Vec<Turn>,
    /// The same gangs.
    order: Vec<WorkloadId>,
    /// The services and streams that are being served.
    takers: Vec<Taker>,
    scratch: Scratch,
}

/// What is known of a workload whatever happens.
#[derive(Debug)]
struct Member {
    weight: f64,
    /// Its pools and its slots there, in the order in which it fills them.
    places: Vec<(PoolId, usize)>,
    /// The sites of these pools.
    sites: Vec<SiteId>,
}

impl Fair {
    /// Takes the scenario's weights.
    #[must_use]
    pub fn new(scenario: &Scenario, fair: &scenario::Fair) -> Self {
        let member = |(index, (name, _)): (usize, (&str, _))| {
            let mut places = Vec::new();
            let mut sites = Vec::new();
            for (number, pool) in scenario.pool.values().enumerate() {
                let mut holders = scenario.holders(pool);
                let Some(slot) = holders.position(|(id, _)| id.index() == index) else {
                    continue;
                };
                places.push((scenario.holders(pool).count(), (PoolId::new(number), slot)));
                let site = scenario.site.get_index_of(&pool.site.name);
                sites.extend(site.map(SiteId::new));
            }
            places.sort_by_key(|&(holders, _)| holders);
            sites.sort();
            sites.dedup();
            Member {
                weight: fair.weights.get(name).copied().unwrap_or(1.0),
                places: places.into_iter().map(|(_, place)| place).collect(),
                sites,
            }
        };
        let members: Vec<_> = scenario.workloads().enumerate().map(member).collect();
        let per_server = |pool: &scenario::Pool| {
            let hardware = scenario.hardware.get(&pool.hardware.name);
            hardware.map_or(1.0, |hardware| f64::from(hardware.accelerators_per_server))
        };
        Self {
            headroom: fair.headroom,
            per_server: scenario.pool.values().map(per_server).collect(),
            stock: Stock::default(),
            sizes: Sizes::new(members.len(), scenario.pool.len()),
            members,
            turns: Vec::new(),
            order: Vec::new(),
            takers: Vec::new(),
            scratch: Scratch::default(),
        }
    }

    /// What one accelerator adds to a workload's share.
    fn share_each(&self, view: &View<'_>, workload: WorkloadId) -> f64 {
        let member = &self.members[workload.index()];
        let (mut accelerators, mut vcpu_each) = (0.0, 0.0_f64);
        for &(pool, slot) in &member.places {
            let pool_view = &view.pools[pool.index()];
            let per_server = self.per_server[pool.index()];
            accelerators += pool_view.installed as f64 * per_server;
            vcpu_each = vcpu_each.max(pool_view.slots[slot].companion_vcpu / per_server);
        }
        let sites = member.sites.iter();
        let vcpu: f64 = sites.map(|site| view.companion_vcpu[site.index()]).sum();
        let part = |needed: f64, all: f64| if all > 0.0 { needed / all } else { 0.0 };
        let weight = if member.weight > 0.0 {
            member.weight
        } else {
            1.0
        };
        // A share stays a number though the weight be next to nothing.
        (part(1.0, accelerators).max(part(vcpu_each, vcpu)) / weight).min(1e200)
    }

    /// Accelerators that a workload cannot give up now.
    fn kept(&self, view: &View<'_>, workload: WorkloadId) -> f64 {
        let places = self.members[workload.index()].places.iter();
        let kept = places.map(|&(pool, slot)| {
            let servers = view.pools[pool.index()].slots[slot].least;
            servers as f64 * self.per_server[pool.index()]
        });
        kept.sum()
    }

    fn has_weight(&self, workload: WorkloadId) -> bool {
        self.members[workload.index()].weight > 0.0
    }

    /// Puts the gangs into the order of their turns, which nothing but their own turn can change.
    fn line_up(&mut self, view: &View<'_>) {
        self.turns.clear();
        for workload in (0..self.members.len()).map(WorkloadId::new) {
            if let Need::Gang(campaign) = view.need(workload) {
                let each = self.share_each(view, workload);
                let kept = self.kept(view, workload);
                let gang = campaign.gang() as f64;
                self.turns.push(Turn::new(workload, each, kept, gang));
            }
        }
        let members = &self.members;
        let weightless = |turn: &Turn| members[turn.workload.index()].weight <= 0.0;
        self.turns
            .sort_unstable_by(|a, b| weightless(a).cmp(&weightless(b)).then(a.order(b)));
        self.order.clear();
        self.order
            .extend(self.turns.iter().map(|turn| turn.workload));
    }

    /// Serves those with weight, or those without.
    fn round(&mut self, view: &View<'_>, weighted: bool, allocation: &mut Allocation) {
        self.takers.clear();
        for workload in (0..self.members.len()).map(WorkloadId::new) {
            let lack = match view.need(workload) {
                Need::Service(need) => Lack::Service {
                    rate_per_s: need.forecast_per_s * (1.0 + self.headroom),
                    unserved: 1.0,
                },
                Need::Jobs(need) => Lack::Jobs {
                    waiting: need.waiting_accelerators(),
                },
                Need::Gang(_) | Need::Nothing => continue,
            };
            if self.has_weight(workload) == weighted {
                let each = self.share_each(view, workload);
                let kept = self.kept(view, workload);
                self.takers.push(Taker::new(workload, lack, each, kept));
            }
        }
        for position in 0..self.turns.len() {
            let turn = self.turns[position];
            if self.has_weight(turn.workload) != weighted {
                continue;
            }
            self.filling(view, allocation).fill(Some(&turn));
            if let Need::Gang(campaign) = view.need(turn.workload) {
                let places = self.members[turn.workload.index()].places.iter().copied();
                let below = &self.order[position + 1..];
                self.stock
                    .train(view, turn.workload, campaign, places, below, allocation);
            }
        }
        self.filling(view, allocation).fill(None);
    }

    fn filling<'a, 'v>(
        &'a mut self,
        view: &'a View<'v>,
        allocation: &'a mut Allocation,
    ) -> Filling<'a, 'v> {
        Filling {
            view,
            members: &self.members,
            per_server: &self.per_server,
            stock: &mut self.stock,
            sizes: &mut self.sizes,
            takers: &mut self.takers,
            scratch: &mut self.scratch,
            allocation,
        }
    }
}

impl Policy for Fair {
    fn decide(&mut self, view: &View<'_>, allocation: &mut Allocation) {
        self.stock.refill(view, allocation);
        self.sizes.refill();
        self.line_up(view);
        self.round(view, true, allocation);
        self.round(view, false, allocation);
        let all = (0..self.members.len()).map(WorkloadId::new);
        self.stock.enlarge(view, all.clone(), allocation);
        self.stock.leave_the_rest(view, all, allocation);
    }
}

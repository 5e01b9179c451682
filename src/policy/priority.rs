//! `priority`: strict order, preempting. Each workload in turn takes what it needs from what those
//! before it left: a service what keeps its promise at the forecast plus headroom, a gang all of
//! itself where there is room for it or nothing, a stream of jobs the servers of all that run and wait. What nobody needs stays with its holder, so that nothing moves
//! without a reason.

use super::sizes::Sizes;
use super::stock::{Stock, places};
use super::view::{Need, ServiceNeed};
use super::{Allocation, Policy, View};
use crate::id::WorkloadId;
use crate::scenario::{self, Scenario};

/// The `priority` policy.
#[derive(Debug)]
pub struct Priority {
    order: Vec<WorkloadId>,
    headroom: f64,
    stock: Stock,
    sizes: Sizes,
}

impl Priority {
    /// Takes the scenario's order.
    #[must_use]
    pub fn new(scenario: &Scenario, priority: &scenario::Priority) -> Self {
        Self {
            order: priority
                .order
                .iter()
                .filter_map(|reference| scenario.workload_id(&reference.name))
                .collect(),
            headroom: priority.headroom,
            stock: Stock::default(),
            sizes: Sizes::new(scenario.workloads().count(), scenario.pool.len()),
        }
    }

    /// Gives a service in each of its pools what of its need those before have not met.
    fn serve(
        &mut self,
        view: &View<'_>,
        workload: WorkloadId,
        need: &ServiceNeed<'_>,
        allocation: &mut Allocation,
    ) {
        let rate_per_s = need.forecast_per_s * (1.0 + self.headroom);
        let mut unserved = 1.0;
        for (pool, slot) in places(view, workload) {
            if unserved <= 0.0 {
                return;
            }
            let Some(alone) = self.sizes.alone(workload, need, pool, rate_per_s) else {
                continue;
            };
            if alone == 0 {
                return;
            }
            let wanted = (alone as f64 * unserved).ceil() as u64;
            let more = wanted.saturating_sub(allocation.pool(pool)[slot]);
            let more = self.stock.affords(view, pool, slot, more);
            self.stock.give(view, pool, slot, more, allocation);
            unserved -= allocation.pool(pool)[slot] as f64 / alone as f64;
        }
    }
}

impl Policy for Priority {
    fn decide(&mut self, view: &View<'_>, allocation: &mut Allocation) {
        self.stock.refill(view, allocation);
        self.sizes.refill();
        for position in 0..self.order.len() {
            let workload = self.order[position];
            match view.need(workload) {
                Need::Nothing => {}
                Need::Gang(campaign) => {
                    let below = &self.order[position + 1..];
                    let places = places(view, workload);
                    self.stock
                        .train(view, workload, campaign, places, below, allocation);
                }
                Need::Jobs(need) => self.stock.run_jobs(view, workload, &need, allocation),
                Need::Service(need) => self.serve(view, workload, &need, allocation),
            }
        }
        let order = self.order.iter().copied();
        self.stock.enlarge(view, order.clone(), allocation);
        self.stock.leave_the_rest(view, order, allocation);
    }
}

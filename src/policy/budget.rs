//! What a decision may still commit on each site: power, at the activity that planning reckons
//! with, and companion capacity.

use super::view::{SlotView, View};
use crate::id::SiteId;

/// What is left of one capacity, by site.
#[derive(Clone, Debug, Default)]
struct Left(Vec<f64>);

impl Left {
    fn refill(&mut self, all: &[f64]) {
        self.0.clear();
        self.0.extend_from_slice(all);
    }

    /// Servers of `wanted` for which there is enough at `each`.
    fn affords(&self, site: SiteId, each: f64, wanted: u64) -> u64 {
        let left = self.0[site.index()].max(0.0);
        if each * wanted as f64 <= left {
            wanted
        } else {
            ((left / each) as u64).min(wanted)
        }
    }

    fn covers(&self, site: usize, sum: f64) -> bool {
        sum <= self.0[site].max(0.0)
    }

    fn spend(&mut self, site: SiteId, each: f64, servers: u64) {
        self.0[site.index()] -= each * servers as f64;
    }
}

/// What is left on each site. A policy keeps one and refills it at every decision.
#[derive(Clone, Debug, Default)]
pub struct Budget {
    watts: Left,
    vcpu: Left,
}

impl Budget {
    /// Starts a decision with all that the sites have.
    pub fn refill(&mut self, view: &View<'_>) {
        self.watts.refill(view.active_watts);
        self.vcpu.refill(view.companion_vcpu);
    }

    /// Servers of `wanted` that the site can still carry for this slot.
    #[must_use]
    pub fn affords(&self, site: SiteId, slot: &SlotView, wanted: u64) -> u64 {
        let powered = self.watts.affords(site, slot.planning_watts, wanted);
        self.vcpu.affords(site, slot.companion_vcpu, powered)
    }

    /// Whether the site of this number can still carry so much power and companion capacity.
    pub(super) fn covers(&self, site: usize, watts: f64, vcpu: f64) -> bool {
        self.watts.covers(site, watts) && self.vcpu.covers(site, vcpu)
    }

    /// Commits what `servers` of this slot need.
    pub fn spend(&mut self, site: SiteId, slot: &SlotView, servers: u64) {
        self.watts.spend(site, slot.planning_watts, servers);
        self.vcpu.spend(site, slot.companion_vcpu, servers);
    }
}

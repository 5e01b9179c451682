//! The power that a decision may still commit on each site, at the activity that planning
//! reckons with.

use super::view::View;
use crate::id::SiteId;

/// Watts left on each site. A policy keeps one and refills it at every decision.
#[derive(Clone, Debug, Default)]
pub struct PowerBudget {
    left: Vec<f64>,
}

impl PowerBudget {
    /// Starts a decision with all that the sites may draw.
    pub fn refill(&mut self, view: &View<'_>) {
        self.left.clear();
        self.left.extend_from_slice(view.active_watts);
    }

    /// Servers of `wanted` that the site can still power at `watts` each.
    #[must_use]
    pub fn affords(&self, site: SiteId, watts: f64, wanted: u64) -> u64 {
        let left = self.left[site.index()].max(0.0);
        if watts * wanted as f64 <= left {
            wanted
        } else {
            ((left / watts) as u64).min(wanted)
        }
    }

    /// Commits power for `servers`.
    pub fn spend(&mut self, site: SiteId, watts: f64, servers: u64) {
        self.left[site.index()] -= watts * servers as f64;
    }
}

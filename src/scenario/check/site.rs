//! Checks of what a site must have for its pools' initial holdings: power at the planning activity,
//! and companion capacity.

use super::Checker;
use crate::scenario::{Pool, Site};

pub(super) fn check(checker: &mut Checker<'_>) {
    if checker.damage.touches(&["pool", "hardware"]) || checker.damage.touches(&super::WORKLOADS) {
        return;
    }
    for (name, site) in &checker.scenario.site {
        power(checker, name, site);
        companion(checker, name, site);
    }
}

fn pools<'a>(checker: &Checker<'a>, site: &str) -> impl Iterator<Item = &'a Pool> {
    let pools = checker.scenario.pool.values();
    pools.filter(move |pool| pool.site.name == site)
}

/// A little more than the limit is rounding.
const ROUNDING: f64 = 1.0 + 1e-9;

fn power(checker: &mut Checker<'_>, name: &str, site: &Site) {
    let Some(cap) = site.power_cap else { return };
    let scenario = checker.scenario;
    let mut watts = 0.0;
    for pool in pools(checker, name) {
        let Some(hardware) = scenario.hardware.get(&pool.hardware.name) else {
            return;
        };
        watts += pool.accelerators as f64 * hardware.power.idle.0;
        let active = hardware.power.peak.0 - hardware.power.idle.0;
        for (workload, held) in &pool.initial {
            let Some(kind) = scenario.kind_of(workload) else {
                continue;
            };
            watts += *held as f64 * active * site.planning_activity.of(kind);
        }
    }
    let needed = watts * site.pue;
    if needed > cap.0 * ROUNDING {
        let message = format!(
            "site `{name}` may draw {} MW, but the initial holdings of its pools are planned at {:.3} MW",
            cap.0 / 1e6,
            needed / 1e6
        );
        checker.error(
            checker.at(&format!("site.{name}.power_cap")),
            message,
            "raise the cap, or hold less at the start; `planning_activity` says what work draws",
        );
    }
}

fn companion(checker: &mut Checker<'_>, name: &str, site: &Site) {
    let Some(companion) = site.companion else {
        return;
    };
    let scenario = checker.scenario;
    let mut needed = 0.0;
    for pool in pools(checker, name) {
        for (workload, held) in &pool.initial {
            let service = scenario.ranking.get(workload);
            if let Some(each) = service.and_then(|service| service.companion) {
                needed += *held as f64 * each.vcpu;
            }
        }
    }
    if needed > companion.vcpu * ROUNDING {
        let message = format!(
            "site `{name}` has {} vCPU, but the ranking that its pools hold at the start needs {needed}",
            companion.vcpu
        );
        checker.error(
            checker.at(&format!("site.{name}.companion")),
            message,
            "give the site more, or let ranking hold less at the start",
        );
    }
}

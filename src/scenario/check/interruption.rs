//! Checks of maintenance and outages: no more than all there is, within the run.

use super::Checker;
use super::supply::whole_servers;
use crate::kernel::{Instant, Span};
use crate::scenario::{Maintenance, Place, date};

/// So many windows of one maintenance are compared with those of another; later ones repeat them
/// in all but contrived scenarios.
const WINDOWS_MAX: usize = 10_000;

pub(super) fn check(checker: &mut Checker<'_>) {
    if checker.damage.touches(&["run", "pool"]) {
        return;
    }
    let scenario = checker.scenario;
    for (name, maintenance) in &scenario.maintenance {
        size(checker, name, maintenance);
        late(checker, "maintenance", "start", name, maintenance.start);
    }
    for (position, (name, maintenance)) in scenario.maintenance.iter().enumerate() {
        for (other_name, other) in scenario.maintenance.iter().take(position) {
            together(checker, (name, maintenance), (other_name, other));
        }
    }
    for (name, outage) in &scenario.outage {
        if let Some(at) = outage.at {
            late(checker, "outage", "at", name, at);
        }
    }
}

/// The pools of a place, with their accelerators at the start.
pub(super) fn pools<'a>(
    checker: &Checker<'a>,
    place: &'a Place,
) -> impl Iterator<Item = (&'a str, u64)> {
    let pools = checker.scenario.pool.iter();
    pools
        .filter(move |(name, pool)| match place {
            Place::Pool(reference) => reference.name == **name,
            Place::Site(reference) => reference.name == pool.site.name,
        })
        .map(|(name, pool)| (name.as_str(), pool.accelerators))
}

fn size(checker: &mut Checker<'_>, name: &str, maintenance: &Maintenance) {
    let Some(accelerators) = maintenance.accelerators else {
        return;
    };
    let path = format!("maintenance.{name}.accelerators");
    let pools: Vec<_> = pools(checker, &maintenance.place).collect();
    for (pool, installed) in pools {
        if let Some(facts) = checker.scenario.pool.get(pool) {
            whole_servers(checker, facts, accelerators, &path);
        }
        if accelerators > installed {
            let message = format!(
                "maintenance `{name}` takes {accelerators} accelerators of pool `{pool}`, which has {installed}"
            );
            let hint = "take fewer, or a `share`; deliveries do not count";
            checker.error(checker.at(&path), message, hint);
        }
    }
}

fn late(checker: &mut Checker<'_>, table: &str, key: &str, name: &str, at: Instant) {
    let end = checker.scenario.end();
    if at >= end {
        let message = format!(
            "{table} `{name}` begins on {}, after the run ends on {}",
            date::show(at),
            date::show(end)
        );
        checker.warn(
            checker.at(&format!("{table}.{name}.{key}")),
            message,
            "it has no effect; lengthen `run.horizon` or move the date",
        );
    }
}

/// Share of a pool that a maintenance takes.
pub(super) fn share(maintenance: &Maintenance, installed: u64) -> f64 {
    match (maintenance.share, maintenance.accelerators) {
        (Some(share), _) => share,
        (None, Some(accelerators)) if installed > 0 => accelerators as f64 / installed as f64,
        _ => 0.0,
    }
}

/// Two maintenances may meet in a pool only if there is enough of it for both.
fn together(
    checker: &mut Checker<'_>,
    (name, one): (&String, &Maintenance),
    (other_name, other): (&String, &Maintenance),
) {
    let common: Vec<_> = pools(checker, &one.place)
        .filter(|(pool, _)| pools(checker, &other.place).any(|(name, _)| name == *pool))
        .collect();
    let too_much = common
        .iter()
        .find(|(_, installed)| share(one, *installed) + share(other, *installed) > 1.0 + 1e-9);
    let (Some((pool, _)), Some(at)) = (too_much, first_meeting(checker, one, other)) else {
        return;
    };
    let message = format!(
        "maintenance `{name}` overlaps `{other_name}` on {}, and together they take more than all of pool `{pool}`",
        date::show(at)
    );
    checker.error(
        checker.key_at("maintenance", name),
        message,
        "move one of them, or let them take smaller shares",
    );
}

/// The first time within the run at which windows of both are open.
fn first_meeting(checker: &Checker<'_>, one: &Maintenance, other: &Maintenance) -> Option<Instant> {
    let end = checker.scenario.end();
    let (mut a, mut b) = (one.start, other.start);
    for _ in 0..WINDOWS_MAX {
        let begin = a.max(b);
        if begin >= end {
            return None;
        }
        let (a_ends, b_ends) = (a + one.duration, b + other.duration);
        if begin < a_ends && begin < b_ends {
            return Some(begin);
        }
        // The window that ended first makes way for its next.
        let (window, every) = if a_ends <= begin {
            (&mut a, one.every)
        } else {
            (&mut b, other.every)
        };
        *window = later(*window, every?, begin);
    }
    None
}

/// The last window that begins by `until`, or the next one.
fn later(window: Instant, every: Span, until: Instant) -> Instant {
    let skipped = ((until - window) / every).floor() as i64;
    window + every * skipped.max(1)
}

//! Maintenance that lasts until the run ends retires what it takes, and then there may be no pool left that can hold a gang.

use super::Checker;
use super::interruption::{pools, share};
use crate::kernel::{Instant, Span};
use crate::scenario::{Campaign, Kind, Maintenance, Scenario, date};

pub(super) fn check(checker: &mut Checker<'_>) {
    if checker
        .damage
        .touches(&["run", "pool", "order", "hardware", "maintenance"])
    {
        return;
    }
    let scenario = checker.scenario;
    let end = scenario.end();
    let lasts = |of: &(&String, &Maintenance)| {
        of.1.every.is_none() && of.1.start < end && of.1.start + of.1.duration >= end
    };
    let mut retirements: Vec<_> = scenario.maintenance.iter().filter(lasts).collect();
    retirements.sort_by_key(|(_, of)| of.start);
    for (name, campaign) in scenario.campaigns() {
        for last in 0..retirements.len() {
            if leaves_no_room(checker, (name, campaign), &retirements[..=last]) {
                break;
            }
        }
    }
}

/// Warns if no pool holds a gang once the last of these retirements has begun, though one did before; returns whether it does.
fn leaves_no_room(
    checker: &mut Checker<'_>,
    (name, campaign): (&str, &Campaign),
    retirements: &[(&String, &Maintenance)],
) -> bool {
    let (scenario, least) = (checker.scenario, campaign.gang.min);
    let Some((retirement, Maintenance { start, .. })) = retirements.last() else {
        return false;
    };
    let left = |(pool_name, pool)| {
        let room = scenario.room(pool_name, pool);
        let taken = retirements.iter().flat_map(|(_, of)| {
            let here = pools(checker, &of.place).filter(|(name, _)| *name == pool_name);
            here.map(|(_, installed)| (share(of, installed) * installed as f64) as u64)
        });
        (room, room.saturating_sub(taken.sum()), pool_name)
    };
    let rooms = || scenario.pools_serving(name, Kind::Training).map(left);
    let held_before = rooms().any(|(room, _, _)| room >= least);
    let Some((_, most, pool)) = rooms().max_by_key(|(_, left, _)| *left) else {
        return false;
    };
    let is_done = earliest_end(scenario, name, campaign).is_some_and(|done| done <= *start);
    if most >= least || !held_before || is_done {
        return false;
    }
    let message = format!(
        "from {} on no pool can hold the gang of `{name}`: it needs {least} accelerators, and maintenance `{retirement}` leaves {most} of pool `{pool}` until the run ends",
        date::show(*start)
    );
    let hint = "what it has not done by then it never does; take less, end the maintenance before the run ends, or make the gang smaller";
    let at = checker.at(&format!("maintenance.{retirement}.duration"));
    checker.warn(at, message, hint);
    true
}

/// When a campaign is done that starts as it is submitted, at its largest, and never stops; none where its speed is not known.
fn earliest_end(scenario: &Scenario, name: &str, campaign: &Campaign) -> Option<Instant> {
    let pools = scenario.pools_serving(name, Kind::Training);
    let hours = pools.filter_map(|(_, pool)| {
        let hardware_name = pool.hardware.name.as_str();
        let hardware = scenario.hardware.get(hardware_name)?;
        campaign.accelerator_hours(hardware_name, hardware)
    });
    let hours = hours.reduce(f64::min)? / campaign.gang.max.max(1) as f64;
    let submit = campaign.submit.unwrap_or(scenario.run.start);
    Some(submit + Span::saturating_from_seconds_f64(hours * 3600.0))
}

//! Checks of campaigns: a gang that fits its pool and its pod, and a speed that is known wherever they
//! may run.

use super::Checker;
use crate::scenario::{Campaign, Hardware, Kind, Policy, Pool, Scenario, Within, Work};

pub(super) fn check(checker: &mut Checker<'_>) {
    for (name, campaign) in checker.scenario.campaigns() {
        gang(checker, name, campaign);
        speed(checker, name, campaign);
    }
}

fn gang(checker: &mut Checker<'_>, name: &str, campaign: &Campaign) {
    let scenario = checker.scenario;
    let gang = &campaign.gang;
    let at = checker.at(&format!("training.{name}.gang"));
    let mut largest: Option<(u64, &str)> = None;
    let mut largest_pod: Option<(u64, &str)> = None;
    for (pool_name, pool) in scenario.pools_serving(name, Kind::Training) {
        let room = scenario.room(pool_name, pool);
        if largest.is_none_or(|(most, _)| room > most) {
            largest = Some((room, pool_name));
        }
        let pod = pool.pod.map_or(room, |pod| pod.min(room));
        if largest_pod.is_none_or(|(most, _)| pod > most) {
            largest_pod = Some((pod, pool_name));
        }
        let Some(hardware) = scenario.hardware.get(&pool.hardware.name) else {
            continue;
        };
        let per = u64::from(hardware.accelerators_per_server);
        let multiple = gang.multiple;
        if multiple.checked_rem(per).is_some_and(|rest| rest != 0) {
            let of = if gang.is_elastic() {
                "multiple of the "
            } else {
                ""
            };
            let message = format!(
                "the {of}gang of `{name}`, {multiple}, is not a whole number of servers of {per} in pool `{pool_name}`"
            );
            let up = multiple.div_ceil(per).saturating_mul(per);
            let at = checker.at(&format!("training.{name}.gang.multiple"));
            checker.error(at, message, format!("write {up}"));
        }
    }
    if checker.damage.touches(&["pool", "order"]) {
        return;
    }
    let least = gang.min;
    if let Some((room, pool)) = largest
        && room < least
    {
        let message = format!(
            "the gang of `{name}` needs {least} accelerators in one pool, but the largest that may run it, `{pool}`, has {room}"
        );
        checker.error(
            at,
            message,
            "spares do not count, orders do; make the gang smaller or the pool larger",
        );
    } else if let Some((room, pool)) = largest_pod
        && room < least
        && campaign.within == Within::Pod
    {
        let message = format!(
            "the gang of `{name}` needs {least} accelerators in one pod, but the largest that may run it, in `{pool}`, has {room}"
        );
        let hint = "make the gang smaller or the pod larger, or let the gang span pods with `within = \"pool\"`";
        checker.error(at, message, hint);
    } else if let Some((room, pool)) = largest_pod
        .filter(|_| campaign.within == Within::Pod)
        .or(largest)
        && room < gang.preferred
    {
        let message = format!(
            "`{name}` never gets the {} accelerators that it prefers: the most in one {} are {room}, in pool `{pool}`",
            gang.preferred,
            campaign.within.word()
        );
        checker.warn(
            at,
            message,
            "spares do not count, orders do; prefer fewer, or make the pool larger",
        );
    }
    if largest.is_some_and(|(room, _)| room >= least) {
        obtainable(checker, name, least);
    }
}

/// What a gang can come to hold of a pool at most, and what it does not get.
struct Reach {
    accelerators: u64,
    reason: String,
    hint: String,
}

/// Warns of a gang that no pool will ever hold though it is large enough: by a fixed share that is smaller, or by
/// what stays with others. Who has no share at all is not meant to run.
fn obtainable(checker: &mut Checker<'_>, name: &str, least: u64) {
    let scenario = checker.scenario;
    let pools = scenario.pools_serving(name, Kind::Training);
    let reach = pools.filter_map(|(pool_name, pool)| reach(scenario, name, pool_name, pool));
    let Some(best) = reach.reduce(|a, b| {
        if b.accelerators > a.accelerators {
            b
        } else {
            a
        }
    }) else {
        return;
    };
    if best.accelerators < least {
        let message = format!(
            "`{name}` will never run: its gang needs {least} accelerators, but {}",
            best.reason
        );
        checker.warn(
            checker.at(&format!("training.{name}.gang")),
            message,
            best.hint,
        );
    }
}

fn reach(scenario: &Scenario, name: &str, pool_name: &str, pool: &Pool) -> Option<Reach> {
    let per = u64::from(
        scenario
            .hardware
            .get(&pool.hardware.name)?
            .accelerators_per_server,
    )
    .max(1);
    let fixed = |accelerators: u64| pool.fixed(accelerators / per) * per;
    let room = scenario.room(pool_name, pool);
    if let Policy::Dedicated(dedicated) = &scenario.policy {
        let own = pool.initial.get(name).copied().unwrap_or(0);
        let share = match dedicated.shares.get(pool_name) {
            Some(shares) => shares.get(name).copied().unwrap_or(0.0),
            None => own as f64 / pool.accelerators.max(1) as f64,
        };
        let ever = room.saturating_add(pool.spares);
        let due = (share * (ever / per) as f64).round() as u64 * per;
        let accelerators = due.max(fixed(own));
        return (accelerators > 0).then(|| Reach {
            accelerators,
            reason: format!("its share of pool `{pool_name}`, {share:.4} of {ever}, is {due}"),
            hint: format!(
                "raise `policy.dedicated.shares.{pool_name}.{name}` or what it holds at the start, or make the gang smaller"
            ),
        });
    }
    let others = pool.initial.iter().filter(|(other, _)| *other != name);
    let kept: u64 = others.map(|(_, &accelerators)| fixed(accelerators)).sum();
    Some(Reach {
        accelerators: room.saturating_sub(kept),
        reason: format!(
            "of the {room} of pool `{pool_name}` {kept} stay with others, as its `flexible_share` is {}",
            pool.flexible_share
        ),
        hint: "raise `flexible_share`, let the others hold less at the start, or make the gang smaller".to_owned(),
    })
}

fn speed(checker: &mut Checker<'_>, name: &str, campaign: &Campaign) {
    let Work::Flop(_) = campaign.work else { return };
    let scenario = checker.scenario;
    if campaign.mfu.is_none() {
        let at = checker.at(&format!("training.{name}.work"));
        let message = format!("the work of `{name}` is in FLOP, so it needs `mfu`");
        checker.error(at, message, "add `mfu = 0.40` (large runs reach 0.38 to 0.43), or give the work in accelerator-hours");
    }
    for (pool_name, pool) in scenario.pools_serving(name, Kind::Training) {
        let Some(hardware) = scenario.hardware.get(&pool.hardware.name) else {
            continue;
        };
        utilisation(checker, name, campaign, pool);
        peak(
            checker,
            name,
            campaign,
            pool_name,
            &pool.hardware.name,
            hardware,
        );
    }
}

fn utilisation(checker: &mut Checker<'_>, name: &str, campaign: &Campaign, pool: &Pool) {
    let Some(mfu) = &campaign.mfu else { return };
    let hardware = &pool.hardware.name;
    if mfu.on(hardware).is_none() {
        let at = checker.at(&format!("training.{name}.mfu"));
        checker.error(
            at,
            format!("`{name}` may run on `{hardware}`, but its `mfu` has no value for it"),
            format!("add `{hardware} = 0.40` there"),
        );
    }
}

fn peak(
    checker: &mut Checker<'_>,
    name: &str,
    campaign: &Campaign,
    pool: &str,
    hardware_name: &str,
    hardware: &Hardware,
) {
    if hardware.peak.contains_key(&campaign.precision) {
        return;
    }
    let word = campaign.precision.word();
    let known: Vec<&str> = hardware
        .peak
        .keys()
        .map(|precision| precision.word())
        .collect();
    let message = format!(
        "`{name}` computes in {word} and may run in pool `{pool}`, but `{hardware_name}` has no peak speed for {word}"
    );
    let hint = if known.is_empty() {
        format!("add `peak = {{ {word} = \"989 TFLOP/s\" }}` to [hardware.{hardware_name}]")
    } else {
        format!(
            "it has {}; change `training.{name}.precision`, or add {word} to `hardware.{hardware_name}.peak`",
            known.join(", ")
        )
    };
    checker.error(
        checker.at(&format!("training.{name}.precision")),
        message,
        hint,
    );
}

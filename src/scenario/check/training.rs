//! Checks of campaigns: a gang that fits its pool and its pod, and a speed that is known wherever they
//! may run.

use super::Checker;
use crate::scenario::{Campaign, Hardware, Kind, Pool, Within, Work};

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

//! Checks that there is work, and that every workload can run somewhere.

use super::Checker;
use crate::scenario::{Kind, names::nearest};

pub(super) fn check(checker: &mut Checker<'_>) {
    let scenario = checker.scenario;
    if scenario.workloads().next().is_none() && !checker.damage.touches(&super::WORKLOADS) {
        let hint = "add a `[training.…]`, `[inference.…]` or `[ranking.…]` table";
        checker.error(
            checker.at(""),
            "there is no workload, so there is nothing to simulate".to_owned(),
            hint,
        );
    }
    if checker.damage.touches(&["pool"]) {
        return;
    }
    for (workload, kind) in scenario.workloads() {
        if scenario.pools_serving(workload, kind).next().is_none() {
            homeless(checker, workload, kind);
        }
    }
}

fn homeless(checker: &mut Checker<'_>, workload: &str, kind: Kind) {
    let served = checker
        .scenario
        .pool
        .values()
        .flat_map(|pool| &pool.serves)
        .map(|served| served.name.as_str());
    let near = nearest(
        workload,
        served.filter(|name| checker.scenario.kind_of(name).is_none()),
    );
    let hint = match near {
        Some(near) => format!("a pool serves `{near}`: did you mean `{workload}` there?"),
        None => format!(
            "add \"{}\" or \"{workload}\" to the `serves` of a pool",
            kind.word()
        ),
    };
    let at = checker.key_at(kind.word(), workload);
    checker.error(
        at,
        format!("no pool serves `{workload}`, so it can never run"),
        hint,
    );
}

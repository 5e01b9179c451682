//! Checks of pools and orders: whole servers, holdings that fit, something to serve.

use super::Checker;
use crate::scenario::{Kind, Pool};

pub(super) fn check(checker: &mut Checker<'_>) {
    let scenario = checker.scenario;
    if scenario.pool.is_empty() && !checker.damage.touches(&["pool"]) {
        checker.error(
            checker.at(""),
            "there is no pool, so nothing can run".to_owned(),
            "add a `[pool.main]` with hardware, site, accelerators and serves",
        );
    }
    for (name, pool) in &scenario.pool {
        size(checker, name, pool);
        holdings(checker, name, pool);
        purpose(checker, name, pool);
    }
    for (name, order) in &scenario.order {
        if let Some(pool) = scenario.pool.get(&order.pool.name) {
            let path = format!("order.{name}.accelerators");
            whole_servers(checker, pool, order.accelerators, &path);
        }
    }
}

/// Accelerators in a server of the pool, if its hardware is defined.
pub(super) fn per_server(checker: &Checker<'_>, pool: &Pool) -> Option<u64> {
    checker
        .scenario
        .hardware
        .get(&pool.hardware.name)
        .map(|hardware| u64::from(hardware.accelerators_per_server))
        .filter(|per| *per > 0)
}

pub(super) fn whole_servers(checker: &mut Checker<'_>, pool: &Pool, accelerators: u64, path: &str) {
    let Some(per) = per_server(checker, pool) else {
        return;
    };
    if !accelerators.is_multiple_of(per) {
        let below = accelerators - accelerators % per;
        let message =
            format!("`{path}` is {accelerators}, which is not a whole number of servers of {per}");
        let hint = if below == 0 {
            format!("write {per}")
        } else {
            format!("write {below} or {}", below + per)
        };
        checker.error(checker.at(path), message, hint);
    }
}

fn size(checker: &mut Checker<'_>, name: &str, pool: &Pool) {
    let ordered = checker
        .scenario
        .order
        .values()
        .any(|order| order.pool.name == name);
    if pool.accelerators == 0 && !ordered && !checker.damage.touches(&["order"]) {
        let message = format!("pool `{name}` has no accelerators, and no order brings any");
        checker.error(
            checker.at(&format!("pool.{name}.accelerators")),
            message,
            "give it accelerators, add an order, or delete the pool",
        );
    }
    whole_servers(
        checker,
        pool,
        pool.accelerators,
        &format!("pool.{name}.accelerators"),
    );
    whole_servers(checker, pool, pool.spares, &format!("pool.{name}.spares"));
    for (workload, held) in &pool.initial {
        whole_servers(
            checker,
            pool,
            *held,
            &format!("pool.{name}.initial.{workload}"),
        );
    }
}

fn holdings(checker: &mut Checker<'_>, name: &str, pool: &Pool) {
    let held: u128 = pool.initial.values().map(|held| u128::from(*held)).sum();
    let total = held + u128::from(pool.spares);
    if total > u128::from(pool.accelerators) {
        let message = format!(
            "pool `{name}` has {} accelerators, but initial holdings of {held} and spares of {} make {total}",
            pool.accelerators, pool.spares
        );
        let key = if pool.initial.is_empty() {
            "spares"
        } else {
            "initial"
        };
        checker.error(
            checker.at(&format!("pool.{name}.{key}")),
            message,
            format!("take {} away", total - u128::from(pool.accelerators)),
        );
    }
    for workload in pool.initial.keys() {
        let Some(kind) = checker.scenario.kind_of(workload) else {
            continue;
        };
        if !pool.may_serve(workload, kind) {
            let message = format!(
                "`{workload}` holds accelerators of pool `{name}` at the start, but the pool does not serve it"
            );
            let hint = format!(
                "add \"{}\" or \"{workload}\" to `pool.{name}.serves`",
                kind.word()
            );
            checker.error(
                checker.key_at(&format!("pool.{name}.initial"), workload),
                message,
                hint,
            );
        }
    }
}

fn purpose(checker: &mut Checker<'_>, name: &str, pool: &Pool) {
    let path = format!("pool.{name}.serves");
    if pool.serves.is_empty() {
        checker.error(
            checker.at(&path),
            format!("pool `{name}` serves nothing"),
            "for example `serves = [\"training\", \"inference\", \"ranking\"]`",
        );
        return;
    }
    for served in &pool.serves {
        let at = checker.reference_at(served, &path);
        if pool
            .serves
            .iter()
            .filter(|other| other.name == served.name)
            .count()
            > 1
        {
            checker.error(
                at,
                format!("pool `{name}` serves `{}` twice", served.name),
                "name it once",
            );
            break;
        }
    }
    let used = checker
        .scenario
        .workloads()
        .any(|(workload, kind)| pool.may_serve(workload, kind));
    let known = pool
        .serves
        .iter()
        .all(|served| Kind::ALL.iter().any(|kind| kind.word() == served.name));
    if !used && known && !checker.damage.touches(&super::WORKLOADS) {
        checker.warn(
            checker.at(&path),
            format!("pool `{name}` serves no workload that this scenario has"),
            "it stays idle; add a workload of that kind",
        );
    }
}

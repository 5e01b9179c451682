//! Checks of the policy: an order names every workload once, shares fit their pools,
//! and somebody has a weight.

use super::Checker;
use crate::scenario::{Dedicated, Fair, Policy, Priority};

pub(super) fn check(checker: &mut Checker<'_>) {
    match &checker.scenario.policy {
        Policy::Priority(priority) => order(checker, priority),
        Policy::Dedicated(dedicated) => shares(checker, dedicated),
        Policy::Value(_) => {}
        Policy::Fair(fair) => weights(checker, fair),
    }
}

fn order(checker: &mut Checker<'_>, priority: &Priority) {
    let path = "policy.priority.order";
    for (position, reference) in priority.order.iter().enumerate() {
        if priority
            .order
            .iter()
            .take(position)
            .any(|earlier| earlier == reference)
        {
            let at = checker.reference_at(reference, path);
            checker.error(
                at,
                format!("`{}` stands twice in the order", reference.name),
                "name every workload once, the most important first",
            );
        }
    }
    let missing: Vec<&str> = checker
        .scenario
        .workloads()
        .map(|(name, _)| name)
        .filter(|name| {
            !priority
                .order
                .iter()
                .any(|reference| reference.name == *name)
        })
        .collect();
    if !missing.is_empty() {
        let mut all: Vec<String> = priority
            .order
            .iter()
            .map(|reference| format!("\"{}\"", reference.name))
            .collect();
        all.extend(missing.iter().map(|name| format!("\"{name}\"")));
        let message = format!("the order leaves out {}", missing.join(", "));
        checker.error(
            checker.at(path),
            message,
            format!("for example `order = [{}]`", all.join(", ")),
        );
    }
}

fn weights(checker: &mut Checker<'_>, fair: &Fair) {
    let weightless = |name: &str| fair.weights.get(name) == Some(&0.0);
    let mut workloads = checker.scenario.workloads().peekable();
    if workloads.peek().is_some() && workloads.all(|(name, _)| weightless(name)) {
        checker.error(
            checker.at("policy.fair.weights"),
            "every workload has weight 0".to_owned(),
            "leave the weights out for equal shares, or give somebody more than 0",
        );
    }
}

fn shares(checker: &mut Checker<'_>, dedicated: &Dedicated) {
    for (name, shares) in &dedicated.shares {
        let Some(pool) = checker.scenario.pool.get(name) else {
            continue;
        };
        let path = format!("policy.dedicated.shares.{name}");
        for workload in shares.keys() {
            let Some(kind) = checker.scenario.kind_of(workload) else {
                continue;
            };
            if !pool.may_serve(workload, kind) {
                let message =
                    format!("`{workload}` has a share of pool `{name}`, which does not serve it");
                checker.error(
                    checker.key_at(&path, workload),
                    message,
                    format!("add \"{workload}\" to `pool.{name}.serves`, or delete the share"),
                );
            }
        }
        let sum: f64 = shares.values().sum();
        let spares = if pool.accelerators > 0 {
            pool.spares as f64 / pool.accelerators as f64
        } else {
            0.0
        };
        // Shares are written as decimals; a billionth over is rounding, not a claim.
        if sum > 1.0 - spares + 1e-9 {
            let message = format!(
                "the shares of pool `{name}` add up to {sum:.4}, but without spares there are {:.4}",
                1.0 - spares
            );
            checker.error(
                checker.at(&path),
                message,
                "make the shares smaller, or hold fewer spares",
            );
        }
    }
}

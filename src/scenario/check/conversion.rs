//! Checks of conversions: keys that name kinds or workloads, delays that end within the run.

use super::Checker;
use super::names::{Target, resolve, table};
use super::time::show;
use crate::scenario::Kind;
use crate::scenario::conversion::{DEFAULT, TO};
use crate::scenario::problem::Problem;
use crate::scenario::tree::{Location, Node};

pub(super) fn check(checker: &mut Checker<'_>) {
    if checker.damage.touches(&["run"]) {
        return;
    }
    let horizon = checker.scenario.run.horizon;
    for (hardware, rules) in &checker.scenario.conversion {
        for (rule, conversion) in rules {
            if conversion.delay <= horizon {
                continue;
            }
            let path = format!("conversion.{hardware}.{rule}.delay");
            let message = format!(
                "`{path}` of {} is longer than the horizon of {}, so it would never end",
                show(conversion.delay),
                show(horizon)
            );
            let hint = "shorten it; to forbid a use, leave it out of the pool's `serves`";
            checker.error(checker.at(&path), message, hint);
        }
    }
}

/// Checks on the tree what the keys of all conversions name.
pub(super) fn names(tree: &Node, problems: &mut Vec<Problem>) {
    for (hardware, entry) in table(tree, "conversion") {
        let target = Target::One("hardware");
        resolve(tree, hardware, entry.key, target, "conversion", problems);
        for (rule, entry) in entry.node.as_table().into_iter().flatten() {
            let path = format!("conversion.{hardware}.{rule}");
            sides(tree, &path, rule, entry.key, problems);
        }
    }
}

/// A rule is `default`, or names two kinds or workloads.
fn sides(tree: &Node, path: &str, rule: &str, at: Location, problems: &mut Vec<Problem>) {
    let is_kind = |name: &str| Kind::ALL.iter().any(|kind| kind.word() == name);
    let is_workload = |name: &str| {
        let mut kinds = Kind::ALL.iter();
        kinds.any(|kind| table(tree, kind.word()).any(|(workload, _)| workload == name))
    };
    let is_defined = |name: &str| is_kind(name) || is_workload(name);
    // A workload's name may have `-to-` in it, so every place to split counts.
    let places = rule.match_indices(TO);
    let sides: Vec<_> = places
        .filter_map(|(place, _)| Some((rule.get(..place)?, rule.get(place + TO.len()..)?)))
        .collect();
    let converts = |(from, to): &(&str, &str)| {
        is_defined(from) && is_defined(to) && (from != to || is_kind(from))
    };
    if rule == DEFAULT || sides.iter().any(converts) {
        return;
    }
    let message = match sides.first() {
        Some((from, to)) if from == to && is_workload(from) => {
            format!("`{path}` converts `{from}` to itself, which never happens")
        }
        Some((from, to)) => {
            for name in [from, to] {
                resolve(tree, name, at, Target::KindOrWorkload, path, problems);
            }
            return;
        }
        None => format!("`{path}` is no conversion"),
    };
    let hint = "the keys are `default` and `<from>-to-<to>`, each a kind or a workload, \
                for example `training-to-ranking`";
    problems.push(Problem::error(at, message).hint(hint));
}

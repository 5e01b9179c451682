//! Names and references, on the tree: they can be checked though other keys are wrong. Every name
//! that refers to something must be defined, and a workload's name must mean one thing only.

use crate::scenario::Kind;
use crate::scenario::names::nearest;
use crate::scenario::problem::Problem;
use crate::scenario::tree::{Location, Node, Table, Value};
use indexmap::IndexSet;

/// The table of names that a key refers to.
#[derive(Clone, Copy)]
pub(super) enum Target {
    One(&'static str),
    Workload,
    KindOrWorkload,
}

/// Checks all names.
pub fn names(tree: &Node, problems: &mut Vec<Problem>) {
    unique(tree, problems);
    for (name, entry) in table(tree, "pool") {
        let pool = |key| entry.node.get(key);
        refer(
            tree,
            pool("hardware"),
            Target::One("hardware"),
            &format!("pool.{name}.hardware"),
            problems,
        );
        refer(
            tree,
            pool("site"),
            Target::One("site"),
            &format!("pool.{name}.site"),
            problems,
        );
        refer_each(
            tree,
            pool("serves"),
            Target::KindOrWorkload,
            &format!("pool.{name}.serves"),
            problems,
        );
        for (workload, entry) in entry
            .node
            .get("initial")
            .and_then(Node::as_table)
            .into_iter()
            .flatten()
        {
            resolve(
                tree,
                workload,
                entry.key,
                Target::Workload,
                &format!("pool.{name}.initial"),
                problems,
            );
        }
    }
    for (name, entry) in table(tree, "order") {
        refer(
            tree,
            entry.node.get("pool"),
            Target::One("pool"),
            &format!("order.{name}.pool"),
            problems,
        );
    }
    for kind in ["maintenance", "outage"] {
        for (name, entry) in table(tree, kind) {
            for place in ["pool", "site"] {
                let path = format!("{kind}.{name}.{place}");
                let node = entry.node.get(place);
                refer(tree, node, Target::One(place), &path, problems);
            }
        }
    }
    super::conversion::names(tree, problems);
    for (kind, key) in [("training", "mfu"), ("ranking", "speed")] {
        for (name, entry) in table(tree, kind) {
            let by_hardware = entry.node.get(key).and_then(Node::as_table);
            for (hardware, entry) in by_hardware.into_iter().flatten() {
                let path = format!("{kind}.{name}.{key}");
                let target = Target::One("hardware");
                resolve(tree, hardware, entry.key, target, &path, problems);
            }
        }
    }
    for kind in ["inference", "ranking"] {
        for (name, entry) in table(tree, kind) {
            let path = format!("{kind}.{name}.demand.profile");
            refer(
                tree,
                entry.node.find("demand.profile"),
                Target::One("demand"),
                &path,
                problems,
            );
        }
    }
    for (name, entry) in table(tree, "training") {
        let path = format!("training.{name}.stream.profile");
        let profile = entry.node.find("stream.profile");
        refer(tree, profile, Target::One("demand"), &path, problems);
    }
    refer_each(
        tree,
        tree.find("policy.priority.order"),
        Target::Workload,
        "policy.priority.order",
        problems,
    );
    for (workload, weight) in tree
        .find("policy.fair.weights")
        .and_then(Node::as_table)
        .into_iter()
        .flatten()
    {
        resolve(
            tree,
            workload,
            weight.key,
            Target::Workload,
            "policy.fair.weights",
            problems,
        );
    }
    for (pool, entry) in tree
        .find("policy.dedicated.shares")
        .and_then(Node::as_table)
        .into_iter()
        .flatten()
    {
        resolve(
            tree,
            pool,
            entry.key,
            Target::One("pool"),
            "policy.dedicated.shares",
            problems,
        );
        for (workload, share) in entry.node.as_table().into_iter().flatten() {
            resolve(
                tree,
                workload,
                share.key,
                Target::Workload,
                &format!("policy.dedicated.shares.{pool}"),
                problems,
            );
        }
    }
}

/// The entries of a table of names; none if it is no table.
pub(super) fn table<'t>(
    tree: &'t Node,
    name: &str,
) -> impl Iterator<Item = (&'t String, &'t crate::scenario::tree::Entry)> {
    tree.get(name)
        .and_then(Node::as_table)
        .into_iter()
        .flat_map(Table::iter)
}

/// A workload's name is unique over the three workload tables, and no pool has it.
fn unique(tree: &Node, problems: &mut Vec<Problem>) {
    let tables = ["pool", "training", "inference", "ranking"];
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for kind in tables {
        for (name, entry) in table(tree, kind) {
            if let Some((_, first)) = seen.iter().find(|(earlier, _)| earlier == name) {
                let message = format!("`{kind}.{name}` has the same name as `{first}.{name}`");
                let hint = "workloads have names of their own, different from each other's and from the pools'";
                problems.push(Problem::error(entry.key, message).hint(hint));
            }
            seen.push((name, kind));
        }
    }
}

fn refer(
    tree: &Node,
    node: Option<&Node>,
    target: Target,
    path: &str,
    problems: &mut Vec<Problem>,
) {
    if let Some((name, at)) = node.and_then(|node| node.as_text().map(|name| (name, node.at))) {
        resolve(tree, name, at, target, path, problems);
    }
}

fn refer_each(
    tree: &Node,
    node: Option<&Node>,
    target: Target,
    path: &str,
    problems: &mut Vec<Problem>,
) {
    if let Some(Value::Array(items)) = node.map(|node| &node.value) {
        for item in items {
            refer(tree, Some(item), target, path, problems);
        }
    }
}

/// Complains unless `name` is defined where `target` says.
pub(super) fn resolve(
    tree: &Node,
    name: &str,
    at: Location,
    target: Target,
    path: &str,
    problems: &mut Vec<Problem>,
) {
    let workload_tables = Kind::ALL.map(Kind::word);
    let (tables, words): (&[&str], &[&str]) = match &target {
        Target::One(table) => (std::slice::from_ref(table), &[]),
        Target::Workload => (&workload_tables, &[]),
        Target::KindOrWorkload => (&workload_tables, &workload_tables),
    };
    // A name that clashes is defined twice and told once.
    let defined: IndexSet<&str> = tables
        .iter()
        .flat_map(|kind| table(tree, kind))
        .map(|(name, _)| name.as_str())
        .collect();
    if defined.contains(name) || words.contains(&name) {
        return;
    }
    let what = match target {
        Target::One("demand") => "demand profile",
        Target::One(table) => table,
        Target::Workload | Target::KindOrWorkload => "workload",
    };
    let definition = tables
        .iter()
        .map(|table| format!("[{table}.{name}]"))
        .collect::<Vec<_>>()
        .join(", ");
    let hint = match nearest(name, defined.iter().chain(words).copied()) {
        Some(near) => format!("did you mean `{near}`? Otherwise define it as {definition}"),
        None if defined.is_empty() => format!("none is defined; {definition} would define it"),
        None => format!(
            "defined are {}; {definition} would define it",
            defined.into_iter().collect::<Vec<_>>().join(", ")
        ),
    };
    problems.push(
        Problem::error(
            at,
            format!("`{path}` names the {what} `{name}`, which is not defined"),
        )
        .label("not defined")
        .hint(hint),
    );
}

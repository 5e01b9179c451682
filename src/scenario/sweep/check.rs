//! Putting a sweep together from its file, and what must hold between its parts: axes that do not
//! contradict each other, groups and constraints that name axes, designs that can be made of them.

use super::super::base::{Base, Variant};
use super::super::multiple::least_common_multiple;
use super::super::names::nearest;
use super::super::problem::Problem;
use super::super::shipped;
use super::super::tree::{Location, Node};
use super::axis::{AxisKeys, Written};
use super::range::Ends;
use super::{Axis, Constraint, Design, SweepFile, SweepKeys, SweepPlan};
use crate::scenario::Scenario;

/// Columns that the tables of a sweep have beside its axes.
const COLUMNS: [&str; 15] = [
    "point",
    "replication",
    "replications",
    "seed",
    "status",
    "problem",
    "metric",
    "entity_type",
    "entity",
    "unit",
    "value",
    "mean",
    "std_dev",
    "ci95_low",
    "ci95_high",
];

/// Axes that one Sobol' sample can have: twice that many dimensions make indices.
const SOBOL_AXES_MAX: usize = 128;

/// What is wrong with a name that is no sweep.
pub(super) fn unknown_sweep(name: &str) -> String {
    match nearest(name, shipped::sweep_names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!(
            "shipped sweeps are {}; a path ends in `.toml`",
            shipped::sweep_names().collect::<Vec<_>>().join(", ")
        ),
    }
}

/// The scenario without any axis, which must be valid by itself.
pub(super) fn scenario(base: &Base, problems: &mut Vec<Problem>) -> Option<Variant> {
    match base.with(&[]) {
        Ok(variant) => Some(variant),
        Err(invalid) => {
            problems.extend(invalid.problems);
            None
        }
    }
}

/// The plan of a file whose tables were read.
pub(super) fn assemble(
    file: SweepFile,
    tree: &Node,
    mut base: Base,
    problems: &mut Vec<Problem>,
) -> Option<SweepPlan> {
    let place = |path: &str| tree.find(path).map_or(tree.at, |node| node.at);
    if let Some(replications) = file.sweep.replications {
        super::set_replications(&mut base, replications, place("sweep.replications"));
    }
    let variant = scenario(&base, problems)?;
    let mut axes = Vec::new();
    let before = problems.len();
    for (name, keys) in file.axis {
        let at = |key: &str| place(&format!("axis.{name}.{key}"));
        match written(&name, &keys, place(&format!("axis.{name}")), &at) {
            Err(problem) => problems.push(problem),
            Ok(written) => {
                let key = (keys.key, at("key"));
                match Axis::read(name.clone(), key, written, &base) {
                    Ok(axis) => axes.push(axis),
                    Err(found) => problems.extend(found),
                }
            }
        }
    }
    if axes.is_empty() && problems.len() == before {
        let problem = Problem::error(place("axis"), "there is no axis");
        problems.push(problem.hint("add `[axis.NAME]` with `key` and `values` or `range`"));
    }
    if problems.len() > before {
        return None;
    }
    conflicts(&axes, &base, problems);
    for axis in &mut axes {
        let quantum = whole_servers(&axis.key, &variant.scenario);
        if !axis.round_to(quantum) {
            let message = format!(
                "the range of the axis `{}` holds no multiple of {quantum}, the accelerators of whole servers",
                axis.name
            );
            let at = place(&format!("axis.{}.range", axis.name));
            problems.push(Problem::error(at, message).hint("widen it"));
        }
    }
    let groups = groups(&file.sweep, &axes, place("sweep.zip"), problems);
    let constraint = constraint(&file.sweep, &axes, place("sweep.constraint"), problems);
    let constrained = constraint.as_ref().map(|_| place("sweep.constraint"));
    design(
        file.sweep.design,
        &axes,
        &groups,
        (place("sweep.design"), constrained),
        problems,
    );
    Some(SweepPlan {
        name: file.sweep.name,
        description: file.sweep.description,
        design: file.sweep.design,
        axes,
        groups,
        replications: variant.scenario.run.replications,
        seed: variant.scenario.run.seed,
        constraint: constraint.map(|constraint| (constraint, place("sweep.constraint"))),
        base,
    })
}

/// The values of an axis, which are listed or a range.
fn written(
    name: &str,
    keys: &AxisKeys,
    table: Location,
    at: &impl Fn(&str) -> Location,
) -> Result<Written, Problem> {
    match (&keys.values, &keys.range) {
        (Some(values), None) => Ok(Written::List(values.clone(), at("values"))),
        (None, Some(range)) => Ok(Written::Ends(Box::new(Ends {
            from: range.from.clone(),
            to: range.to.clone(),
            step: range.step.clone(),
            at: at("range"),
        }))),
        (Some(_), Some(_)) => {
            let message = format!("the axis `{name}` has both `values` and a `range`");
            Err(Problem::error(at("range"), message).hint("keep one of them"))
        }
        (None, None) => {
            let message = format!("the axis `{name}` has neither `values` nor a `range`");
            let hint = "for example `values = [0.0, 0.5, 1.0]`, or `range = { from = 0.0, to = 1.0, step = 0.25 }`";
            Err(Problem::error(table, message).hint(hint))
        }
    }
}

/// Keys that a sweep has a use of its own for, or none, and why no axis may set them.
const NOT_SWEPT: [(&str, &str, &str); 3] = [
    (
        "run.replications",
        "all points of a sweep have as many replications",
        "write `sweep.replications`, or pass --replications",
    ),
    (
        "record",
        "a sweep writes no detail files",
        "leave the axis out; `flexcap run` records a point that is worth it",
    ),
    (
        "scenario",
        "names change nothing of what a point comes to",
        "leave the axis out",
    ),
];

/// No axis may set what another one, `--set` or the sweep itself sets, and none may be called like another column.
pub(super) fn conflicts(axes: &[Axis], base: &Base, problems: &mut Vec<Problem>) {
    for (index, axis) in axes.iter().enumerate() {
        if let Some((key, reason, hint)) =
            NOT_SWEPT.iter().find(|(key, ..)| overlap(&axis.key, key))
        {
            let message = format!("the axis `{}` sets `{key}`, but {reason}", axis.name);
            problems.push(Problem::error(axis.key_at, message).hint(*hint));
        }
        if let Some(set) = base.sets.iter().find(|set| overlap(&axis.key, &set.path)) {
            let message = format!(
                "the axis `{}` sets `{}`, and --set fixes `{}` at every point",
                axis.name, axis.key, set.path
            );
            problems.push(
                Problem::error(axis.key_at, message)
                    .label("set twice")
                    .hint("leave out the one or the other"),
            );
        }
        if COLUMNS.contains(&axis.name.as_str()) {
            let message = format!(
                "an axis cannot be called `{}`: the tables have that column",
                axis.name
            );
            problems.push(Problem::error(axis.key_at, message).hint("give it another name"));
        }
        if let Some(other) = axes
            .iter()
            .take(index)
            .find(|other| overlap(&axis.key, &other.key))
        {
            let message = format!(
                "the axes `{}` and `{}` both set `{}`",
                other.name, axis.name, axis.key
            );
            let hint = "let one axis set it, or `zip` two keys that do not contain each other";
            problems.push(
                Problem::error(axis.key_at, message)
                    .label("set twice")
                    .hint(hint),
            );
        }
    }
}

/// Whether two paths may mean the same key, or one a part of the other.
fn overlap(a: &str, b: &str) -> bool {
    let mut segments = a.split('.').zip(b.split('.'));
    segments.all(|(a, b)| a == b || a == "*" || b == "*")
}

/// The axes by what moves together.
fn groups(
    keys: &SweepKeys,
    axes: &[Axis],
    at: Location,
    problems: &mut Vec<Problem>,
) -> Vec<Vec<usize>> {
    let mut group_of: Vec<Option<usize>> = vec![None; axes.len()];
    for (group, names) in keys.zip.iter().enumerate() {
        for name in names {
            let position = axes.iter().position(|axis| axis.name == *name);
            match position.and_then(|axis| group_of.get_mut(axis)) {
                None => {
                    let known = axes.iter().map(|axis| axis.name.as_str());
                    let near = nearest(name, known).map(|near| format!("did you mean `{near}`?"));
                    let message = format!("`zip` names `{name}`, which is no axis");
                    problems.push(Problem::error(at, message).maybe_hint(near));
                }
                Some(Some(_)) => {
                    let message = format!("`zip` names the axis `{name}` twice");
                    problems.push(Problem::error(at, message));
                }
                Some(free) => *free = Some(group),
            }
        }
    }
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut seen: Vec<usize> = Vec::new();
    for (axis, group) in group_of.iter().enumerate() {
        match group {
            None => groups.push(vec![axis]),
            Some(group) if !seen.contains(group) => {
                seen.push(*group);
                let members = group_of.iter().enumerate();
                let members = members.filter(|(_, of)| **of == Some(*group));
                groups.push(members.map(|(axis, _)| axis).collect());
            }
            Some(_) => {}
        }
    }
    groups
}

fn constraint(
    keys: &SweepKeys,
    axes: &[Axis],
    at: Location,
    problems: &mut Vec<Problem>,
) -> Option<Constraint> {
    let text = keys.constraint.as_ref()?;
    match Constraint::parse(text, axes) {
        Ok(constraint) => Some(constraint),
        Err((range, complaint)) => {
            // Behind the opening quote; an escape before it moves the caret, not the message.
            let place = Location {
                source: at.source,
                start: (at.start + 1 + range.start).min(at.end),
                end: (at.start + 1 + range.end).min(at.end),
            };
            let message = format!("`sweep.constraint`: {}", complaint.message);
            problems.push(Problem::error(place, message).hint(complaint.hint));
            None
        }
    }
}

/// What a design asks of the axes.
fn design(
    design: Design,
    axes: &[Axis],
    groups: &[Vec<usize>],
    (at, constraint_at): (Location, Option<Location>),
    problems: &mut Vec<Problem>,
) {
    if let Design::Grid(_) = design {
        for axis in axes.iter().filter(|axis| axis.levels().is_none()) {
            let message = format!(
                "the range of the axis `{}` needs a `step` for a grid",
                axis.name
            );
            problems
                .push(Problem::error(axis.key_at, message).hint("other designs can do without"));
        }
        for group in groups {
            let lengths: Vec<(&str, u64)> = group
                .iter()
                .filter_map(|index| axes.get(*index))
                .filter_map(|axis| Some((axis.name.as_str(), axis.levels()?)))
                .collect();
            if lengths
                .iter()
                .any(|(_, levels)| Some(*levels) != lengths.first().map(|of| of.1))
            {
                let each: Vec<String> = lengths
                    .iter()
                    .map(|(name, levels)| format!("`{name}` has {levels}"))
                    .collect();
                let message = format!(
                    "axes that are zipped need as many values each, but {}",
                    each.join(", ")
                );
                problems.push(Problem::error(at, message));
            }
        }
    }
    if let Design::Morris(morris) = design
        && morris.levels % 2 == 1
    {
        let problem = Problem::error(
            at,
            format!(
                "Morris' design needs an even number of levels, not {}",
                morris.levels
            ),
        );
        problems.push(problem.hint("4 is usual"));
    }
    if matches!(design, Design::Sobol(_)) && groups.len() > SOBOL_AXES_MAX {
        let message = format!(
            "{} axes are more than a Sobol' design can have",
            groups.len()
        );
        problems.push(
            Problem::error(at, message).hint("at most 128; a Latin hypercube takes any number"),
        );
    }
    let estimates = matches!(design, Design::Morris(_))
        || matches!(design, Design::Sobol(sobol) if sobol.indices);
    if let (true, Some(constraint)) = (estimates, constraint_at) {
        let problem = Problem::error(
            constraint,
            "a design that estimates effects cannot leave points out",
        );
        problems.push(problem.hint("drop the constraint, or take a Latin hypercube"));
    }
    if estimates && axes.iter().any(|axis| axis.reached(0.0).is_none()) {
        let problem = Problem::error(at, "an axis with one value has no effect to measure");
        problems.push(problem.hint("give it more values, or leave it out"));
    }
}

/// What a number of accelerators must be a multiple of, in all pools that a key means.
fn whole_servers(key: &str, scenario: &Scenario) -> u64 {
    let segments: Vec<&str> = key.split('.').collect();
    let pools: Vec<&str> = match segments.as_slice() {
        ["pool", name, "accelerators" | "spares"] => {
            let names = scenario.pool.keys().map(String::as_str);
            names.filter(|pool| *name == "*" || pool == name).collect()
        }
        ["order", name, "accelerators"] => {
            let orders = scenario.order.iter();
            let meant = orders.filter(|(order, _)| *name == "*" || order == name);
            meant.map(|(_, order)| order.pool.name.as_str()).collect()
        }
        _ => return 1,
    };
    let sizes = pools.iter().filter_map(|pool| {
        let hardware = &scenario.pool.get(*pool)?.hardware.name;
        Some(u64::from(
            scenario.hardware.get(hardware)?.accelerators_per_server,
        ))
    });
    least_common_multiple(sizes)
}

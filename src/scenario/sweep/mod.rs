//! A sweep: a scenario, axes over its keys, and a design that says which combinations are run. This room
//! reads and checks what the user writes; which points a design has is for `experiment`.
//!
//! ```text
//! SWEEP.toml ─► keys ─┐                ┌► axis (values, range) ─┐
//!                     ├► base scenario ┤                        ├► SweepPlan ─► Variant of a point
//! --axis ─► argument ─┘                └► constraint, zip ──────┘
//! ```

mod argument;
mod axis;
mod check;
mod constraint;
mod range;
#[cfg(test)]
mod tests;

use indexmap::IndexMap;

use super::base::{Base, Variant};
use super::declare::{choice, table};
use super::form::Form;
use super::input::InputFile;
use super::layer::Gathering;
use super::leaf::Name;
use super::load::invalid;
use super::origin::Origin;
use super::parse::parse_document;
use super::problem::{Invalid, Problem, Sources};
use super::reader::{Read, Reader};
use super::series::DataFiles;
use super::set::{self, Assignment, Set};
use super::tree::{Location, Node, Value};
use super::{Scenario, merge};

pub use axis::{Axis, AxisKeys, Coordinate, RangeKeys};
pub use constraint::Constraint;

table! {
    /// A sweep file.
    #[derive(Clone, Debug)]
    pub struct SweepFile {
        /// What is swept, and how.
        pub sweep: SweepKeys,
        /// What varies, by the name of its column.
        pub axis: IndexMap<String, AxisKeys>,
    }
}

table! {
    /// What is swept, and how.
    #[derive(Clone, Debug)]
    pub struct SweepKeys {
        /// Name of the sweep, which also names its folder of results.
        pub name: String as Name,
        /// The question, in a sentence or two.
        pub description: String = "\"\"",
        /// The scenario that is varied: a path relative to this file, or a shipped name.
        pub scenario: String,
        /// Replications of every point, in place of the scenario's.
        pub replications: Option<u32> where ">= 1, <= 1000000",
        /// Which combinations of the axes are run.
        pub design: Design = "{ grid = {} }",
        /// Groups of axes that go together, value by value, instead of being combined.
        pub zip: Vec<Vec<String>> = "[]",
        /// Which points are kept: comparisons of axes with values, joined by `and`, `or`, `not`.
        pub constraint: Option<String>,
    }
}

choice! {
    /// Which combinations of the axes are run.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Design {
        /// Every combination.
        "grid" => Grid(Grid),
        /// Points spread so that each axis is covered evenly.
        "latin-hypercube" => LatinHypercube(LatinHypercube),
        /// Owen-scrambled Sobol' points; with `indices`, variance-based sensitivity.
        "sobol" => Sobol(Sobol),
        /// One axis at a time from random bases: which axes matter at all.
        "morris" => Morris(Morris),
    }
}

table! {
    /// Every combination.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Grid {}
}

table! {
    /// A Latin hypercube.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct LatinHypercube {
        /// Number of points.
        pub points: u32 where ">= 1, <= 10000000",
        /// Seed of the design, apart from the scenario's.
        pub seed: u32 = "1",
    }
}

table! {
    /// Sobol' points.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Sobol {
        /// Number of points; a power of two is best. With `indices`, of the base sample: each is run once and again for every axis and once more.
        pub points: u32 where ">= 1, <= 65536",
        /// Whether first-order and total sensitivity indices are estimated, by Saltelli's scheme.
        pub indices: bool = "false",
        /// Seed of the scrambling, apart from the scenario's.
        pub seed: u32 = "1",
    }
}

table! {
    /// Morris' elementary effects.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Morris {
        /// Number of trajectories, each of one point more than there are axes.
        pub trajectories: u32 where ">= 1, <= 1000000",
        /// Number of levels of an axis, even.
        pub levels: u32 = "4" where ">= 2, <= 1000",
        /// Seed of the trajectories, apart from the scenario's.
        pub seed: u32 = "1",
    }
}

/// A sweep that was checked.
#[derive(Clone, Debug)]
pub struct SweepPlan {
    /// Its name.
    pub name: String,
    /// Its question.
    pub description: String,
    /// Which combinations are run.
    pub design: Design,
    /// What varies.
    pub axes: Vec<Axis>,
    /// The axes by what moves together: each is in one group.
    pub groups: Vec<Vec<usize>>,
    /// Replications of every point.
    pub replications: u32,
    /// Seed of all points.
    pub seed: u64,
    /// The condition, and where it stands.
    constraint: Option<(Constraint, Location)>,
    base: Base,
}

impl SweepPlan {
    /// Loads a sweep file by path or shipped name, with the settings of `--set` on top of every point.
    ///
    /// # Errors
    /// Every problem of the sweep and its scenario, each with its place.
    pub fn load(path_or_name: &str, sets: &[Set]) -> Result<Self, Invalid> {
        let (mut sources, mut problems) = (Sources::default(), Vec::new());
        let plan = file(path_or_name, sets, &mut sources, &mut problems);
        finish(plan, problems, sources)
    }

    /// A grid over a scenario with axes as `--axis` writes them.
    ///
    /// # Errors
    /// Every problem of the scenario and the axes, each with its place.
    pub fn over(scenario: &str, axes: &[String], sets: &[Set]) -> Result<Self, Invalid> {
        let (mut sources, mut problems) = (Sources::default(), Vec::new());
        let plan = arguments(scenario, axes, sets, &mut sources, &mut problems);
        finish(plan, problems, sources)
    }

    /// Whether a point with these coordinates, one an axis, is run.
    #[must_use]
    pub fn keeps(&self, point: &[Coordinate]) -> bool {
        let constraint = self.constraint.as_ref();
        constraint.is_none_or(|(constraint, _)| constraint.keeps(point))
    }

    /// Whether points may be left out.
    #[must_use]
    pub fn is_constrained(&self) -> bool {
        self.constraint.is_some()
    }

    /// The refusal of a sweep of which the constraint keeps no point.
    #[must_use]
    pub fn without_points(&self) -> Invalid {
        let nowhere = Location {
            source: 0,
            start: 0,
            end: 0,
        };
        let at = self.constraint.as_ref().map_or(nowhere, |(_, at)| *at);
        let problem = Problem::error(at, "`sweep.constraint` keeps no point of the design");
        let hint = "`flexcap sweep FILE --dry-run` without it shows the points";
        invalid(vec![problem.hint(hint)], self.base.sources.clone())
    }

    /// The scenario at a point.
    ///
    /// # Errors
    /// What is wrong with it there.
    pub fn variant(&self, point: &[Coordinate]) -> Result<Variant, Invalid> {
        let settings: Vec<_> = self
            .axes
            .iter()
            .zip(point)
            .map(|(axis, at)| at.setting(axis))
            .collect();
        self.base.with(&settings)
    }

    /// The scenario as it is without any axis.
    ///
    /// # Errors
    /// Never for a plan that was loaded.
    pub fn scenario(&self) -> Result<Variant, Invalid> {
        self.base.with(&[])
    }

    /// What it was read from: its own text, the scenario's, and every data file that it or a point so far names.
    #[must_use]
    pub fn inputs(&self) -> Vec<InputFile> {
        self.base.files.after(&self.base.inputs)
    }
}

/// The plan, or all problems.
fn finish(
    plan: Option<SweepPlan>,
    problems: Vec<Problem>,
    sources: Sources,
) -> Result<SweepPlan, Invalid> {
    match plan {
        Some(plan) if problems.is_empty() => Ok(plan),
        _ => Err(invalid(problems, sources)),
    }
}

/// A plan from a file.
fn file(
    name: &str,
    sets: &[Set],
    sources: &mut Sources,
    problems: &mut Vec<Problem>,
) -> Option<SweepPlan> {
    let nowhere = |sources: &mut Sources| Location {
        source: sources.add(name, ""),
        start: 0,
        end: 0,
    };
    let origin = match Origin::find(name, Some(std::path::Path::new(""))) {
        Ok(origin) => origin,
        Err(mut problem) => {
            problem.at = nowhere(sources);
            problem.hint = Some(check::unknown_sweep(name));
            problems.push(problem);
            return None;
        }
    };
    let text = match origin.text() {
        Ok(text) => text,
        Err((message, hint)) => {
            let at = nowhere(sources);
            let is_path = name.ends_with(".toml");
            let hint = if is_path {
                hint
            } else {
                check::unknown_sweep(name)
            };
            problems.push(Problem::error(at, message).hint(hint));
            return None;
        }
    };
    let own = InputFile::copied(origin.input_name(), text.clone().into_bytes());
    let source = sources.add_in(origin.folder(), origin.name(), text.as_str());
    let mut tree = parse_document(&text, source, problems);
    if !problems.is_empty() {
        return None;
    }
    if tree.get("sweep").is_none() && tree.get("run").is_some() {
        let at = Location {
            source,
            start: 0,
            end: 0,
        };
        let hint =
            "give it axes: `--axis 'pool.main.accelerators=1024..4096/256'`, or write a sweep file";
        problems.push(Problem::error(at, "this is a scenario, not a sweep").hint(hint));
        return None;
    }
    let form = SweepFile::form();
    merge::fill_defaults(&mut tree, &form);
    let file = SweepFile::read(&tree, &mut Reader::new(&form, problems));
    let named = tree
        .find("sweep.scenario")
        .filter(|node| node.as_text().is_some())?;
    let scenario_form = Scenario::form();
    let mut gathering = Gathering::new(sources, problems, &scenario_form);
    gathering.inputs.push(own);
    let scenario = gathering.base(named, origin.folder());
    let inputs = gathering.inputs;
    let base = base(scenario?, scenario_form, inputs, sets, sources, problems)?;
    check::assemble(file?, &tree, base, problems)
}

/// A plan from a scenario and `--axis` arguments.
fn arguments(
    scenario: &str,
    axes: &[String],
    sets: &[Set],
    sources: &mut Sources,
    problems: &mut Vec<Problem>,
) -> Option<SweepPlan> {
    let form = Scenario::form();
    let mut gathering = Gathering::new(sources, problems, &form);
    let tree = gathering.named(scenario);
    let inputs = gathering.inputs;
    let mut base = base(tree?, form, inputs, sets, sources, problems)?;
    let mut read = Vec::new();
    for argument in axes {
        match argument::axis(argument, &base, sources) {
            Ok(axis) => read.push(axis),
            Err(found) => problems.extend(found),
        }
    }
    base.sources = sources.clone();
    check::conflicts(&read, &base, problems);
    let variant = check::scenario(&base, problems)?;
    let groups = (0..read.len()).map(|axis| vec![axis]).collect();
    Some(SweepPlan {
        name: format!("{}-sweep", variant.scenario.scenario.name),
        description: String::new(),
        design: Design::Grid(Grid {}),
        axes: read,
        groups,
        replications: variant.scenario.run.replications,
        seed: variant.scenario.run.seed,
        constraint: None,
        base,
    })
}

/// A scenario to vary, with its settings looked at once.
fn base(
    mut tree: Node,
    form: Form,
    inputs: Vec<InputFile>,
    sets: &[Set],
    sources: &mut Sources,
    problems: &mut Vec<Problem>,
) -> Option<Base> {
    if !problems.is_empty() {
        return None;
    }
    // A sweep has no detail files; what they would cover must not stand in the way of a swept step.
    if let Some(table) = tree.as_table_mut() {
        table.shift_remove("record");
    }
    // The settings go on top of each point; here they only show what is wrong with them.
    let mut trial = tree.clone();
    let mut assignments = Vec::new();
    for set in sets {
        match Assignment::read(set, &form, sources) {
            Ok(assignment) => {
                problems.extend(assignment.apply(&mut trial, &form).err());
                assignments.push(assignment);
            }
            Err(found) => problems.extend(found),
        }
    }
    problems.is_empty().then(|| Base {
        form,
        tree,
        sources: sources.clone(),
        inputs,
        sets: assignments,
        files: DataFiles::default(),
    })
}

/// The replications that a sweep asks for, as the scenario's own.
fn set_replications(base: &mut Base, replications: u32, at: Location) {
    let value = Node {
        value: Value::Integer(i64::from(replications)),
        at,
    };
    // `run.replications` is a key of every scenario.
    let _ = set::put(&mut base.tree, &base.form, "run.replications", &value);
}

//! From a path or a name to a checked scenario: the stages in their order, and what comes out.

use super::form::Form;
use super::heal::{Damage, heal};
use super::input::InputFile;
use super::layer::Gathering;
use super::merge::fill_defaults;
use super::parse::parse_document;
use super::problem::{Invalid, Problem, Severity, Sources, Warnings};
use super::reader::{Read, Reader};
use super::series::DataFiles;
use super::set::{self, Set};
use super::tree::{Node, Value};
use super::{Scenario, catalogue, check, series, write};

/// A scenario and what it was made of.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The checked scenario.
    pub scenario: Scenario,
    /// The scenario with every default, catalogue value and setting written out. Loading it gives the same scenario, where
    /// `inputs/` beside it has copies of the data files that it names.
    pub resolved_toml: String,
    /// The files that were read: the scenario's own text first, then what it extends, then data.
    pub inputs: Vec<InputFile>,
    /// What looks odd, but can be run.
    pub warnings: Warnings,
}

impl Loaded {
    /// The same scenario with another number of replications, as `--set run.replications=N` makes it.
    #[must_use]
    pub fn with_replications(&self, replications: u32) -> Self {
        let mut tree = parse_document(&self.resolved_toml, 0, &mut Vec::new());
        let at = tree.at;
        if let Some(table) = tree.as_table_mut()
            && let Some(run) = table.get_mut("run")
        {
            let value = Value::Integer(i64::from(replications));
            run.node.insert("replications", Node { value, at });
        }
        let mut changed = self.clone();
        changed.scenario.run.replications = replications;
        changed.resolved_toml = write::document(&tree, &Scenario::form());
        changed
    }
}

impl Scenario {
    /// Loads a scenario by path or shipped name, with the settings of `--set` on top.
    ///
    /// # Errors
    /// Every problem of the scenario at once, each with its place.
    pub fn load(path_or_name: &str, sets: &[Set]) -> Result<Loaded, Invalid> {
        load(sets, |gathering| gathering.named(path_or_name))
    }

    /// Reads a scenario from a text; `name` stands for its file in messages.
    ///
    /// # Errors
    /// Every problem of the scenario at once, each with its place.
    pub fn parse(name: &str, text: &str) -> Result<Loaded, Invalid> {
        Self::parse_with(name, text, &[])
    }

    /// Reads a scenario from a text, with the settings of `--set` on top.
    ///
    /// # Errors
    /// Every problem of the scenario at once, each with its place.
    pub fn parse_with(name: &str, text: &str, sets: &[Set]) -> Result<Loaded, Invalid> {
        load(sets, |gathering| gathering.text(name, text))
    }
}

fn load(
    sets: &[Set],
    gather: impl FnOnce(&mut Gathering<'_>) -> Option<Node>,
) -> Result<Loaded, Invalid> {
    let form = Scenario::form();
    let (mut sources, mut problems) = (Sources::default(), Vec::new());
    let mut gathering = Gathering::new(&mut sources, &mut problems, &form);
    let tree = gather(&mut gathering);
    let mut inputs = gathering.inputs;
    let Some(mut tree) = tree else {
        return Err(invalid(problems, sources));
    };
    // After a syntax error half the file may be missing; its absence would be told as nonsense.
    if !problems.is_empty() {
        return Err(invalid(problems, sources));
    }
    // Else everything that a scenario has would be told to be missing.
    if let (Some(sweep), None) = (tree.get("sweep"), tree.get("run")) {
        let problem = Problem::error(sweep.at, "this is a sweep, not a scenario");
        problems.push(problem.hint("`flexcap sweep` runs it, and with --dry-run checks it"));
        return Err(invalid(problems, sources));
    }
    for set in sets {
        set::apply(&mut tree, set, &form, &mut sources, &mut problems);
    }
    let files = DataFiles::default();
    let scenario = resolve(
        &mut tree,
        &form,
        (&files, &mut inputs),
        &sources,
        &mut problems,
    );
    let is_fatal = problems
        .iter()
        .any(|problem| problem.severity == Severity::Error);
    match scenario {
        Some(scenario) if !is_fatal => {
            let resolved_toml = write::document(&tree, &form);
            Ok(Loaded {
                scenario,
                resolved_toml,
                inputs,
                warnings: Warnings { problems, sources },
            })
        }
        _ => Err(invalid(problems, sources)),
    }
}

/// Catalogue, defaults, reading, data files, cross-checks.
pub(super) fn resolve(
    tree: &mut Node,
    form: &Form,
    (files, inputs): (&DataFiles, &mut Vec<InputFile>),
    sources: &Sources,
    problems: &mut Vec<Problem>,
) -> Option<Scenario> {
    catalogue::apply(tree, form, problems);
    fill_defaults(tree, form);
    let scenario = Scenario::read(tree, &mut Reader::new(form, problems));
    check::names(tree, problems);
    let is_whole = scenario.is_some();
    let (mut scenario, damage) = match scenario {
        Some(scenario) => (scenario, Damage::default()),
        None => heal(tree, form)?,
    };
    series::read_files(&mut scenario, tree, (files, inputs), sources, problems);
    check::scenario(&scenario, tree, &damage, problems);
    is_whole.then_some(scenario)
}

/// The error, its problems in the order of the text.
pub(super) fn invalid(mut problems: Vec<Problem>, sources: Sources) -> Invalid {
    problems.sort_by_key(|problem| (problem.at.source, problem.at.start));
    Invalid { problems, sources }
}

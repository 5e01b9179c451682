//! A scenario on which settings are laid again and again, as a sweep does: its files are read once,
//! and each variant goes through the same stages as a scenario that was loaded by itself.

use super::form::Form;
use super::input::InputFile;
use super::load::{invalid, resolve};
use super::merge::fill_defaults;
use super::problem::{Invalid, Problem, Severity, Sources};
use super::reader::{Read, Reader};
use super::series::DataFiles;
use super::set::{self, Assignment};
use super::tree::{Location, Node};
use super::{Scenario, catalogue, write};

/// A scenario as its files say it, before settings and defaults.
#[derive(Clone, Debug)]
pub(super) struct Base {
    pub(super) form: Form,
    pub(super) tree: Node,
    pub(super) sources: Sources,
    pub(super) inputs: Vec<InputFile>,
    /// What `--set` says, which goes on top of every variant.
    pub(super) sets: Vec<Assignment>,
    /// The data files that variants name, each read once.
    pub(super) files: DataFiles,
}

/// A value for a key: what one axis says at one point.
#[derive(Clone, Debug)]
pub(super) struct Setting<'a> {
    /// Dotted path, perhaps with `*`.
    pub(super) key: &'a str,
    pub(super) key_at: Location,
    pub(super) value: &'a Node,
}

/// A scenario with settings.
#[derive(Clone, Debug)]
pub struct Variant {
    /// The checked scenario.
    pub scenario: Scenario,
    /// All that decides what a replication comes to, as a resolved scenario: without the scenario's
    /// name and description, the number of replications and what of them is recorded.
    pub identity: String,
}

impl Base {
    /// The variant with these settings, later ones over earlier ones.
    pub(super) fn with(&self, settings: &[Setting<'_>]) -> Result<Variant, Invalid> {
        let mut tree = self.tree.clone();
        let (mut inputs, mut problems) = (self.inputs.clone(), Vec::new());
        for setting in settings {
            if let Err(refusal) = set::put(&mut tree, &self.form, setting.key, setting.value) {
                problems.push(refusal.at(setting.key_at));
            }
        }
        for set in &self.sets {
            problems.extend(set.apply(&mut tree, &self.form).err());
        }
        let scenario = resolve(
            &mut tree,
            &self.form,
            (&self.files, &mut inputs),
            &self.sources,
            &mut problems,
        );
        let is_fatal = problems
            .iter()
            .any(|problem| problem.severity == Severity::Error);
        match scenario {
            Some(scenario) if !is_fatal => Ok(Variant {
                scenario,
                identity: identity(&mut tree, &self.form),
            }),
            _ => Err(invalid(problems, self.sources.clone())),
        }
    }

    /// What is wrong with a value by itself, whatever else is set.
    pub(super) fn problems_of(&self, setting: &Setting<'_>) -> Vec<Problem> {
        let (mut tree, mut problems) = (self.tree.clone(), Vec::new());
        if let Err(refusal) = set::put(&mut tree, &self.form, setting.key, setting.value) {
            return vec![refusal.at(setting.key_at)];
        }
        catalogue::apply(&mut tree, &self.form, &mut problems);
        fill_defaults(&mut tree, &self.form);
        let _ = Scenario::read(&tree, &mut Reader::new(&self.form, &mut problems));
        let within = setting.value.at;
        problems.retain(|problem| {
            problem.severity == Severity::Error
                && problem.at.source == within.source
                && (within.start..=within.end).contains(&problem.at.start)
        });
        problems
    }
}

/// The resolved scenario without what no replication depends on.
fn identity(tree: &mut Node, form: &Form) -> String {
    if let Some(table) = tree.as_table_mut() {
        table.shift_remove("scenario");
        table.shift_remove("record");
        let run = table.get_mut("run");
        if let Some(run) = run.and_then(|entry| entry.node.as_table_mut()) {
            run.shift_remove("replications");
        }
    }
    write::document(tree, form)
}

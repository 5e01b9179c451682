//! The results that are compared: read and checked, and set against the first.

use std::path::PathBuf;

use anyhow::{Context as _, anyhow};
use flexcap::experiment::Comparison;
use flexcap::results::FLEET;
use flexcap::results::read::{ReplicationTable, ResultDirectory, ResultKind};
use flexcap::scenario::{KeyDifference, differences};
use rayon::prelude::*;

/// One of the results.
pub struct Subject {
    /// What stands for it in tables: A is the first.
    pub letter: String,
    /// The directory as the user wrote it.
    pub label: String,
    pub directory: ResultDirectory,
    pub replications: ReplicationTable,
    pub scenario_toml: String,
}

/// A result against the first.
pub struct Contrast<'a> {
    pub a: &'a Subject,
    pub b: &'a Subject,
    pub comparison: Comparison,
    /// The share of variance that pairing removed of the difference in net value, whatever is shown.
    pub variance_removed: Option<f64>,
    /// The same in the median of all rows.
    pub variance_removed_median: Option<f64>,
    /// The scenario's keys that differ.
    pub keys: Vec<KeyDifference>,
    /// Input files of the same name with another content.
    pub inputs: Vec<String>,
}

/// Reads all results, side by side.
pub fn read(paths: &[PathBuf]) -> anyhow::Result<Vec<Subject>> {
    let one = |(index, path): (usize, &PathBuf)| {
        let directory = ResultDirectory::open(path)?;
        if directory.facts().kind != ResultKind::Run {
            return Err(anyhow!(
                "{} is a sweep: compare takes results of `flexcap run`, and a sweep's tables have its points side by side",
                path.display()
            ));
        }
        let (replications, scenario_toml) =
            rayon::join(|| directory.replications(), || directory.scenario_toml());
        let replications = replications?;
        if replications.draws.is_empty() {
            let problem = format!("{} has no replications", path.display());
            return Err(anyhow!(problem));
        }
        Ok(Subject {
            letter: letter(index),
            label: path.display().to_string(),
            replications,
            scenario_toml: scenario_toml?,
            directory,
        })
    };
    // Of several errors the first result's is told.
    let read: Vec<anyhow::Result<Subject>> = paths.par_iter().enumerate().map(one).collect();
    read.into_iter().collect()
}

/// A, B, …, Z, R27, ….
fn letter(index: usize) -> String {
    match u8::try_from(index) {
        Ok(index @ 0..26) => char::from(b'A' + index).to_string(),
        _ => format!("R{}", index + 1),
    }
}

impl Subject {
    /// `starter, 10 replications, seed 42`.
    pub fn description(&self) -> String {
        let facts = self.directory.facts();
        let count = self.replications.draws.len();
        let plural = if count == 1 { "" } else { "s" };
        format!(
            "{}, {count} replication{plural}, seed {}",
            facts.name, facts.seed
        )
    }

    /// What to know of a result that another version wrote.
    pub fn note_of_version(&self) -> Option<String> {
        let facts = self.directory.facts();
        facts.is_of_another_version().then(|| {
            format!(
                "note: {} was written by flexcap {}, this is {}: its metrics may have meant something else",
                self.label,
                facts.version,
                env!("CARGO_PKG_VERSION"),
            )
        })
    }
}

/// Sets each result against the first.
pub fn contrasts(subjects: &[Subject]) -> anyhow::Result<Vec<Contrast<'_>>> {
    let [a, others @ ..] = subjects else {
        return Ok(Vec::new());
    };
    others.par_iter().map(|b| contrast(a, b)).collect()
}

fn contrast<'a>(a: &'a Subject, b: &'a Subject) -> anyhow::Result<Contrast<'a>> {
    let comparison = Comparison::of(&a.replications, &b.replications);
    if comparison.rows.is_empty() {
        let problem = format!(
            "{} and {} have no metric of any entity in common",
            a.label, b.label
        );
        return Err(anyhow!(problem));
    }
    let keys = differences(&a.scenario_toml, &b.scenario_toml).map_err(|(which, why)| {
        let of = if which == 0 { a } else { b };
        anyhow!("{}/scenario.toml is not valid TOML: {why}", of.label)
    });
    Ok(Contrast {
        variance_removed: comparison
            .row("net_value", FLEET)
            .and_then(|row| row.variance_removed),
        variance_removed_median: comparison.variance_removed(),
        comparison,
        keys: keys.context("cannot say which keys differ")?,
        inputs: inputs_that_differ(&a.directory, &b.directory),
        a,
        b,
    })
}

/// Data files that both read under one name, but not with one content. Scenario files are left out, since keys are
/// compared.
fn inputs_that_differ(a: &ResultDirectory, b: &ResultDirectory) -> Vec<String> {
    let differs = |(name, file): &(&str, _)| {
        let other = b.inputs().find(|(other, _)| other == name);
        !name.ends_with(".toml") && other.is_some_and(|(_, other)| other != *file)
    };
    let names = a.inputs().filter(differs);
    names.map(|(name, _)| name.to_owned()).collect()
}

//! What `datapackage.json` says about a result: what it is of, who made it, and what bytes its files had.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::error::ReadError;
use super::version;
use crate::fingerprint::Fingerprint;
use crate::results::package::GENERATOR;

/// What a result is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// One scenario, or a sweep over its points.
    pub kind: ResultKind,
    /// The name of the scenario or sweep.
    pub name: String,
    /// The version of flexcap that wrote it.
    pub version: String,
    /// The command line that made it; empty if the library was used directly.
    pub argv: Vec<String>,
    /// The run's seed.
    pub seed: u64,
    /// How many replications there are (of each point, in a sweep).
    pub replications: u64,
    /// How many of them the detail tables cover.
    pub detail_replications: u64,
    /// The currency of every amount.
    pub currency: String,
}

/// What wrote a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResultKind {
    /// `flexcap run`.
    Run,
    /// `flexcap sweep`.
    Sweep(SweepPlan),
}

/// What a sweep was over.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SweepPlan {
    /// Its question.
    #[serde(default)]
    pub description: String,
    /// The kind of design, as a sweep file writes it.
    pub design: String,
    /// Points of the design.
    pub points: u64,
    /// Those of them that failed.
    pub failed_points: u64,
    /// Its axes, in their order.
    pub axes: Vec<Axis>,
}

/// An axis of a sweep: a column of its tables.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Axis {
    /// Its name, which is the column's.
    pub name: String,
    /// The key that it varies.
    pub key: String,
}

impl Facts {
    /// Whether another version of flexcap wrote it, by which metrics may have been defined differently.
    #[must_use]
    pub fn is_of_another_version(&self) -> bool {
        self.version != version::OURS
    }
}

/// The data package as it stands in the file, as far as a reader needs it.
#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    #[serde(default)]
    argv: Vec<String>,
    seed: u64,
    replications: u64,
    #[serde(default)]
    detail_replications: u64,
    currency: String,
    scenario: Option<File>,
    #[serde(default)]
    inputs: Vec<File>,
    resources: Vec<File>,
}

/// A file that the package lists; the path is null where it was left out on purpose.
#[derive(Deserialize)]
struct File {
    path: Option<String>,
    bytes: u64,
    hash: String,
}

/// The facts and, by its path in the directory, what each file was.
pub(super) type Contents = (Facts, BTreeMap<String, Fingerprint>);

/// Reads the text of a data package that lies at `path`.
pub(super) fn parse(text: &str, path: &Path) -> Result<Contents, ReadError> {
    let refuse = |why: String| ReadError::Package {
        path: path.to_owned(),
        why,
    };
    let value: serde_json::Value =
        serde_json::from_str(text).map_err(|error| refuse(error.to_string()))?;
    let word = |key: &str| value.get(key).and_then(serde_json::Value::as_str);
    if word("generator") != Some(GENERATOR) {
        return Err(refuse("its generator is another".to_owned()));
    }
    // The version comes first: what else may be missing, or mean something else, depends on it.
    let theirs = word("version").unwrap_or_default();
    if let Some(why) = version::refusal(theirs) {
        return Err(ReadError::Version {
            path: path.parent().unwrap_or(path).to_owned(),
            theirs: theirs.to_owned(),
            ours: version::OURS,
            why,
        });
    }
    let kind = match value.get("design") {
        Some(_) => ResultKind::Sweep(
            SweepPlan::deserialize(&value).map_err(|error| refuse(error.to_string()))?,
        ),
        None => ResultKind::Run,
    };
    let package = Package::deserialize(&value).map_err(|error| refuse(error.to_string()))?;
    // They will be shown on terminals, where control characters do more than be shown.
    let shown = [&package.name, &package.version, &package.currency];
    if shown
        .into_iter()
        .any(|text| text.contains(char::is_control))
    {
        return Err(refuse("a name in it has control characters".to_owned()));
    }
    let mut files = BTreeMap::new();
    let listed = package.scenario.into_iter().chain(package.inputs);
    for file in listed.chain(package.resources) {
        let Some(name) = file.path else { continue };
        let fingerprint = Fingerprint {
            bytes: file.bytes,
            hash: file.hash,
        };
        // An input that was too large to be copied lies elsewhere, and is no part of the result.
        if is_inside(&name) && files.insert(name.clone(), fingerprint).is_some() {
            return Err(refuse(format!("it lists `{name}` twice")));
        }
    }
    let facts = Facts {
        kind,
        name: package.name,
        version: package.version,
        argv: package.argv,
        seed: package.seed,
        replications: package.replications,
        detail_replications: package.detail_replications,
        currency: package.currency,
    };
    Ok((facts, files))
}

/// Whether a path is a file's of the directory or of its `inputs/`.
fn is_inside(path: &str) -> bool {
    let name = path.strip_prefix("inputs/").unwrap_or(path);
    crate::results::inputs::is_plain_name(name)
}

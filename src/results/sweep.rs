//! The files of a sweep. They are prepared beside their names, and take them when all is written: the data package
//! last, so that its presence says that the tables are whole. The folder is there from the beginning, because it
//! also has the store that a sweep goes on from.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::error::ResultError;
use super::inputs;
use super::names::Names;
use super::package::{self, FILE_NAME, GENERATOR, Provenance};
use super::tables::{Line, Table, TableSchema, cell, sweep_schemas};
use super::time::TimeText;
use crate::fingerprint::Fingerprint;
use crate::scenario::InputFile;

/// The folder of the store inside of a sweep's.
pub const STORE: &str = "store";
/// What says, in the store, that the folder is a sweep's.
const MARK: &str = "README.txt";
const MARK_TEXT: &str = "\
This is the store of a flexcap sweep: what its runs came to. The same command goes on from here if it is stopped.
Whoever deletes it loses what was done; the tables beside it can be made from it, not the other way round.
";

/// A column for an axis.
#[derive(Clone, Debug)]
pub struct AxisColumn {
    /// Its heading: the axis' name.
    pub name: String,
    /// The key that it varies.
    pub key: String,
    /// Whether its cells are plain numbers.
    pub is_number: bool,
}

/// What the data package says of a sweep beside its files.
#[derive(Clone, Debug)]
pub struct SweepFacts {
    /// The sweep's name.
    pub name: String,
    /// Its question.
    pub description: String,
    /// The kind of design, as a sweep file writes it.
    pub design: &'static str,
    /// Points of the design.
    pub points: u64,
    /// Those of them that failed.
    pub failed: u64,
    /// Replications of each.
    pub replications: u32,
    /// Whether there is a sensitivity table.
    pub has_sensitivity: bool,
}

/// Makes sure that a sweep may use a folder: a new one, an empty one, or one that a sweep has used before.
///
/// # Errors
/// If it is something else, or cannot be made.
pub fn claim(directory: &Path) -> Result<(), ResultError> {
    match fs::metadata(directory) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(ResultError::io("use", directory)(error)),
        Ok(found) if !found.is_dir() => {
            return Err(ResultError::NotADirectory(directory.to_owned()));
        }
        Ok(_) if is_free(directory).map_err(ResultError::io("read", directory))? => {}
        Ok(_) => return Err(ResultError::NotASweep(directory.to_owned())),
    }
    let store = directory.join(STORE);
    fs::create_dir_all(&store).map_err(ResultError::io("create", directory))?;
    // Whole or not at all, whoever else is at it.
    let mark = store.join(MARK);
    let partial = store.join(format!(".{MARK}.{}", std::process::id()));
    fs::write(&partial, MARK_TEXT)
        .and_then(|()| fs::rename(&partial, &mark))
        .map_err(ResultError::io("write", &mark))
}

/// Whether a folder is empty, a sweep's, or one that a sweep has just begun to claim.
fn is_free(directory: &Path) -> std::io::Result<bool> {
    let names = |folder: &Path| -> std::io::Result<Vec<String>> {
        let entries = fs::read_dir(folder)?;
        let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
        names.collect()
    };
    let store = directory.join(STORE);
    let outside = names(directory)?;
    if !store.is_dir() {
        return Ok(outside.is_empty());
    }
    let inside = names(&store)?;
    let is_marked = fs::read(store.join(MARK)).is_ok_and(|text| text == MARK_TEXT.as_bytes());
    let is_young = outside.len() == 1
        && inside
            .iter()
            .all(|name| name.starts_with(&format!(".{MARK}")));
    Ok(is_marked || is_young)
}

/// Rows as text, in the making.
pub struct Rows<'a, R: 'static> {
    table: &'static Table<R>,
    names: &'a Names,
    times: TimeText,
    /// What was written so far.
    pub text: Vec<u8>,
}

impl<'a, R> Rows<'a, R> {
    /// No rows yet.
    #[must_use]
    pub fn new(table: &'static Table<R>, names: &'a Names) -> Self {
        Self {
            table,
            names,
            times: TimeText::default(),
            text: Vec::new(),
        }
    }

    /// Adds a row behind the cells of the axes.
    pub fn add(&mut self, axes: &[&str], row: &R) {
        let precision = self.table.precision;
        let mut line = Line::new(&mut self.text, self.names, &mut self.times, precision);
        self.table.write_after(axes, row, &mut line);
    }
}

/// One table of a sweep, being written.
#[derive(Debug)]
pub struct SweepTable {
    file: File,
    path: PathBuf,
    partial: PathBuf,
}

impl SweepTable {
    /// Begins a table with its header.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn create<R>(
        directory: &Path,
        table: &'static Table<R>,
        axes: &[AxisColumn],
    ) -> Result<Self, ResultError> {
        let path = directory.join(table.file_name());
        let partial = directory.join(format!(".{}.partial", table.file_name()));
        let file = File::create(&partial).map_err(ResultError::io("create", &path))?;
        let mut created = Self {
            file,
            path,
            partial,
        };
        let names: Vec<_> = axes.iter().map(|axis| cell(&axis.name)).collect();
        created.write(table.header_after(&names).as_bytes())?;
        Ok(created)
    }

    /// Adds rows.
    ///
    /// # Errors
    /// If the disk fails or is full.
    pub fn write(&mut self, text: &[u8]) -> Result<(), ResultError> {
        let written = self.file.write_all(text);
        written.map_err(ResultError::io("write", &self.path))
    }

    fn commit(self) -> Result<(), ResultError> {
        let synchronised = self.file.sync_all();
        synchronised
            .and_then(|()| fs::rename(&self.partial, &self.path))
            .map_err(ResultError::io("write", &self.path))
    }
}

/// Gives the tables their names and writes the data package.
///
/// # Errors
/// If the disk fails or is full; no data package is there then.
pub fn finish(
    directory: &Path,
    tables: Vec<SweepTable>,
    axes: &[AxisColumn],
    (facts, provenance): (&SweepFacts, &Provenance),
    names: &Names,
    inputs: &[InputFile],
) -> Result<(), ResultError> {
    let package = directory.join(FILE_NAME);
    remove(&package)?;
    if !facts.has_sensitivity {
        remove(&directory.join("sweep_sensitivity.csv"))?;
    }
    for table in tables {
        table.commit()?;
    }
    inputs::write(directory, directory, inputs)?;
    let text = describe(directory, axes, facts, provenance, names, inputs)?;
    let partial = directory.join(format!(".{FILE_NAME}.partial"));
    fs::write(&partial, text)
        .and_then(|()| fs::rename(&partial, &package))
        .map_err(ResultError::io("write", &package))
}

/// Takes away what an earlier sweep left, if it is there.
fn remove(path: &Path) -> Result<(), ResultError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(ResultError::io("replace", path)(error))
        }
        _ => Ok(()),
    }
}

fn describe(
    directory: &Path,
    axes: &[AxisColumn],
    facts: &SweepFacts,
    provenance: &Provenance,
    names: &Names,
    inputs: &[InputFile],
) -> Result<String, ResultError> {
    let lead: Vec<Value> = axes.iter().map(field).collect();
    let mut resources = Vec::new();
    for table in sweep_schemas() {
        let is_sensitivity = table.name == "sweep_sensitivity";
        if is_sensitivity && !facts.has_sensitivity {
            continue;
        }
        let lead = if is_sensitivity { &[][..] } else { &lead[..] };
        resources.push(resource(directory, &table, lead, names)?);
    }
    let inputs: Vec<Value> = inputs.iter().map(package::input).collect();
    let axes: Vec<Value> = axes
        .iter()
        .map(|axis| json!({ "name": axis.name, "key": axis.key }))
        .collect();
    let package = json!({
        "profile": "tabular-data-package",
        "name": facts.name,
        "title": format!("flexcap sweep {}", facts.name),
        "description": facts.description,
        "generator": GENERATOR,
        "version": provenance.version,
        "argv": provenance.argv,
        "seed": provenance.seed,
        "replications": facts.replications,
        "design": facts.design,
        "points": facts.points,
        "failed_points": facts.failed,
        "axes": axes,
        "currency": names.currency,
        "inputs": inputs,
        "resources": resources,
    });
    Ok(format!("{package:#}\n"))
}

fn resource(
    directory: &Path,
    table: &TableSchema,
    lead: &[Value],
    names: &Names,
) -> Result<Value, ResultError> {
    let path = directory.join(format!("{}.csv", table.name));
    let file = Fingerprint::of_file(&path).map_err(ResultError::io("read", &path))?;
    Ok(package::resource_after(lead, table, names, &file))
}

fn field(axis: &AxisColumn) -> Value {
    json!({
        "name": axis.name,
        "type": if axis.is_number { "number" } else { "string" },
        "title": axis.name,
        "description": format!("Value of `{}` at the point.", axis.key),
        "constraints": { "required": true },
    })
}

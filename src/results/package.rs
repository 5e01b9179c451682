//! `datapackage.json`: what the result is, in a form that tools read (Frictionless Data Package, version 1).
//! Each CSV has its schema, size and hash; the run has its scenario, inputs, seed and generator. It is written
//! last, so that its presence says that the result is complete.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::names::Names;
use super::tables::{ColumnSchema, Kind, Role, TableSchema, schemas};
use crate::fingerprint::Fingerprint;
use crate::scenario::{InputContent, InputFile};

/// The name of the file.
pub const FILE_NAME: &str = "datapackage.json";
/// What `generator` says.
pub(super) const GENERATOR: &str = "flexcap";

/// Where a result comes from; what the data package says about the run beside its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// The run's seed.
    pub seed: u64,
    /// The version of flexcap.
    pub version: String,
    /// The command line, the program's name first; empty if the library was used directly.
    pub argv: Vec<String>,
}

/// What an earlier result of flexcap consists of; none if a directory is no such result.
pub(super) fn files_of_result(directory: &Path) -> Option<BTreeSet<String>> {
    let file = File::open(directory.join(FILE_NAME)).ok()?;
    let package: Value = serde_json::from_reader(BufReader::new(file)).ok()?;
    if package.get("generator") != Some(&json!(GENERATOR)) {
        return None;
    }
    let resources = package.get("resources").and_then(Value::as_array);
    let paths = resources
        .into_iter()
        .flatten()
        .filter_map(|resource| resource.get("path")?.as_str().map(str::to_owned));
    let others = [FILE_NAME, "scenario.toml", "inputs"].map(str::to_owned);
    Some(paths.chain(others).collect())
}

/// The text of `datapackage.json`; `fingerprint` is asked for each CSV by its file name.
pub(super) fn describe<E>(
    names: &Names,
    provenance: &Provenance,
    replications: &[bool],
    scenario: &Fingerprint,
    inputs: &[InputFile],
    fingerprint: impl Fn(&str) -> Result<Fingerprint, E>,
) -> Result<String, E> {
    let mut resources = Vec::new();
    for table in schemas() {
        resources.push(resource(&table, names, &fingerprint)?);
    }
    let inputs: Vec<_> = inputs.iter().map(input).collect();
    let with_detail = replications.iter().filter(|detail| **detail).count();
    let package = json!({
        "profile": "tabular-data-package",
        "name": names.scenario,
        "title": format!("flexcap results of {}", names.scenario),
        "generator": GENERATOR,
        "version": provenance.version,
        "argv": provenance.argv,
        "seed": provenance.seed,
        "replications": replications.len(),
        "detail_replications": with_detail,
        "currency": names.currency,
        "scenario": {
            "path": "scenario.toml",
            "bytes": scenario.bytes,
            "hash": scenario.hash,
        },
        "inputs": inputs,
        "resources": resources,
    });
    Ok(format!("{package:#}\n"))
}

/// An input file of the run: its copy, or where it lies if it was too large to be copied.
pub(super) fn input(file: &InputFile) -> Value {
    let path = match &file.content {
        InputContent::Copy(_) => format!("inputs/{}", file.name),
        InputContent::Elsewhere(path) => path.display().to_string(),
    };
    json!({
        "name": file.name,
        "path": path,
        "bytes": file.fingerprint.bytes,
        "hash": file.fingerprint.hash,
    })
}

fn resource<E>(
    table: &TableSchema,
    names: &Names,
    fingerprint: impl Fn(&str) -> Result<Fingerprint, E>,
) -> Result<Value, E> {
    let file = fingerprint(&format!("{}.csv", table.name))?;
    Ok(resource_after(&[], table, names, &file))
}

/// A table with other columns before its own.
pub(super) fn resource_after(
    lead: &[Value],
    table: &TableSchema,
    names: &Names,
    file: &Fingerprint,
) -> Value {
    let path = format!("{}.csv", table.name);
    let own = table.columns.iter().map(|column| field(column, names));
    let fields: Vec<_> = lead.iter().cloned().chain(own).collect();
    let mut schema = json!({
        "fields": fields,
        "primaryKey": table.primary_key(),
        "missingValues": [""],
    });
    if let Some(reference) = table.reference {
        schema["foreignKeys"] = json!([{
            "fields": reference.columns,
            "reference": { "resource": reference.table, "fields": reference.columns },
        }]);
    }
    json!({
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": path,
        "description": table.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": { "delimiter": ",", "lineTerminator": "\n", "quoteChar": "\"", "doubleQuote": true },
        "bytes": file.bytes,
        "hash": file.hash,
        "schema": schema,
    })
}

fn field(column: &ColumnSchema, names: &Names) -> Value {
    let (kind, constraint) = match column.kind {
        Kind::Integer => ("integer", Some(("minimum", json!(0)))),
        Kind::Number => ("number", None),
        Kind::Text => ("string", None),
        Kind::Word(words) => ("string", Some(("enum", json!(words)))),
        Kind::Time => ("datetime", None),
        Kind::Day => ("date", None),
        Kind::Quarter => ("string", Some(("pattern", json!("[0-9]{4}Q[1-4]")))),
    };
    let mut field = Map::new();
    field.insert("name".into(), json!(column.name));
    field.insert("type".into(), json!(kind));
    field.insert("title".into(), json!(title(column.name)));
    field.insert("description".into(), json!(column.description));
    let unit = column.unit.text(&names.currency);
    if !unit.is_empty() {
        field.insert("unit".into(), json!(unit));
    }
    let mut constraints: Map<String, Value> = constraint
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    if column.role != Role::Optional {
        constraints.insert("required".into(), json!(true));
    }
    if !constraints.is_empty() {
        field.insert("constraints".into(), Value::Object(constraints));
    }
    Value::Object(field)
}

/// `served_in_slo` as `Served in slo`.
fn title(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_packages_are_ours() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join(FILE_NAME);
        assert!(files_of_result(home.path()).is_none());
        for (text, ours) in [
            (r#"{"generator": "flexcap"}"#, true),
            (r#"{"name": "somebody's data"}"#, false),
            ("not json", false),
        ] {
            std::fs::write(&file, text).unwrap();
            assert_eq!(files_of_result(home.path()).is_some(), ours, "{text}");
        }
    }

    #[test]
    fn titles() {
        assert_eq!(title("served_in_slo"), "Served in slo");
        assert_eq!(title(""), "");
    }
}

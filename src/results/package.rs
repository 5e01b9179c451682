//! `datapackage.json`: what the result is, in a form that tools read (Frictionless Data Package, version 1).
//! Each CSV has its schema, size and hash; the run has its scenario, inputs, seed and generator. It is written
//! last, so that its presence says that the result is complete.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::names::Names;
use super::tables::{ColumnSchema, Kind, Role, TableSchema, schemas};

/// The name of the file.
pub const FILE_NAME: &str = "datapackage.json";
/// What `generator` says.
const GENERATOR: &str = "flexcap";

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

/// A file's size and hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// Size in bytes.
    pub bytes: u64,
    /// `sha256:` and 64 hexadecimal digits.
    pub hash: String,
}

/// An input file of the run.
pub(super) struct InputEntry {
    pub name: String,
    pub fingerprint: Fingerprint,
    /// Whether `inputs/` has a copy.
    pub copied: bool,
}

impl Fingerprint {
    /// Of some bytes.
    #[must_use]
    pub fn of(contents: &[u8]) -> Self {
        Self::from_digest(contents.len() as u64, Sha256::new_with_prefix(contents))
    }

    /// Of a file, read in pieces.
    pub(super) fn of_file(path: &Path) -> io::Result<Self> {
        let mut digest = Sha256::new();
        let mut file = BufReader::with_capacity(1 << 16, File::open(path)?);
        let mut bytes = 0;
        loop {
            let piece = file.fill_buf()?;
            if piece.is_empty() {
                return Ok(Self::from_digest(bytes, digest));
            }
            digest.update(piece);
            let length = piece.len();
            bytes += length as u64;
            file.consume(length);
        }
    }

    fn from_digest(bytes: u64, digest: Sha256) -> Self {
        let mut hash = String::from("sha256:");
        for byte in digest.finalize() {
            for digit in [byte >> 4, byte & 15] {
                hash.extend(char::from_digit(u32::from(digit), 16));
            }
        }
        Self { bytes, hash }
    }
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
    inputs: &[InputEntry],
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

fn input(entry: &InputEntry) -> Value {
    let path = entry.copied.then(|| format!("inputs/{}", entry.name));
    json!({
        "name": entry.name,
        "path": path,
        "bytes": entry.fingerprint.bytes,
        "hash": entry.fingerprint.hash,
    })
}

fn resource<E>(
    table: &TableSchema,
    names: &Names,
    fingerprint: impl Fn(&str) -> Result<Fingerprint, E>,
) -> Result<Value, E> {
    let path = format!("{}.csv", table.name);
    let file = fingerprint(&path)?;
    let fields: Vec<_> = table
        .columns
        .iter()
        .map(|column| field(column, names))
        .collect();
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
    Ok(json!({
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
    }))
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
    fn hashes_are_the_published_ones() {
        let empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let abc = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Fingerprint::of(b"").hash, empty);
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("x"), "abc").unwrap();
        let of_file = Fingerprint::of_file(&home.path().join("x")).unwrap();
        assert_eq!((of_file.bytes, of_file.hash.as_str()), (3, abc));
    }

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

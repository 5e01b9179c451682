//! A result's directory, opened: its facts, and its files each checked against the data package when it is used.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::error::ReadError;
use super::facts::{self, Facts};
use super::outcomes::{self, ReplicationTable, SummaryLine};
use super::table::TableReader;
use crate::fingerprint::Fingerprint;
use crate::results::package::FILE_NAME;

/// What `flexcap run` or `flexcap sweep` wrote.
#[derive(Clone, Debug)]
pub struct ResultDirectory {
    path: PathBuf,
    facts: Facts,
    files: BTreeMap<String, Fingerprint>,
}

impl ResultDirectory {
    /// Opens a result: reads its data package, and makes sure that every file which the package lists is there and
    /// has its size. Hashes are checked as files are read, or by [`verify`](Self::verify) all at once.
    ///
    /// # Errors
    /// If there is no such directory, no data package in it or not one of flexcap's, it was written by a
    /// version that this one cannot read, or a file is missing or has another size.
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        let found = fs::metadata(path).map_err(|cause| match cause.kind() {
            io::ErrorKind::NotFound => ReadError::Missing(path.to_owned()),
            _ => io_error(path)(cause),
        })?;
        if !found.is_dir() {
            return Err(ReadError::NotADirectory(path.to_owned()));
        }
        let package = path.join(FILE_NAME);
        let text = fs::read_to_string(&package).map_err(|cause| match cause.kind() {
            io::ErrorKind::NotFound => ReadError::Incomplete(path.to_owned()),
            _ => io_error(&package)(cause),
        })?;
        let (facts, files) = facts::parse(&text, &package)?;
        let result = Self {
            path: path.to_owned(),
            facts,
            files,
        };
        for (name, written) in &result.files {
            result.check_size(name, written)?;
        }
        Ok(result)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it is of.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Whether it has a table of that name (without `.csv`).
    #[must_use]
    pub fn has_table(&self, name: &str) -> bool {
        self.files.contains_key(&format!("{name}.csv"))
    }

    /// What the run read: the name and the fingerprint of each file in `inputs/`.
    pub fn inputs(&self) -> impl Iterator<Item = (&str, &Fingerprint)> {
        let files = self.files.iter();
        files.filter_map(|(path, file)| Some((path.strip_prefix("inputs/")?, file)))
    }

    /// Checks the hash of every file, inputs included.
    ///
    /// # Errors
    /// The first file, by name, that is not what was written.
    pub fn verify(&self) -> Result<(), ReadError> {
        let files: Vec<_> = self.files.iter().collect();
        let checks: Vec<Result<(), ReadError>> = files
            .into_par_iter()
            .map(|(name, written)| self.check_hash(name, written))
            .collect();
        checks.into_iter().collect()
    }

    /// A table by its name (without `.csv`), for reading row by row. Its hash is checked before the first row.
    ///
    /// # Errors
    /// If there is no such table, or its file is not what was written.
    pub fn table(&self, name: &str) -> Result<TableReader, ReadError> {
        let file_name = format!("{name}.csv");
        let Some(written) = self.files.get(&file_name) else {
            return Err(ReadError::NoTable {
                path: self.path.clone(),
                table: name.to_owned(),
            });
        };
        self.check_hash(&file_name, written)?;
        let path = self.path.join(file_name);
        let file = File::open(&path).map_err(io_error(&path))?;
        TableReader::new(file, path)
    }

    /// `summary.csv`: every metric of every entity over all replications.
    ///
    /// # Errors
    /// If the table is not what was written, or not what such a table holds.
    pub fn summary(&self) -> Result<Vec<SummaryLine>, ReadError> {
        outcomes::summary(self.table("summary")?)
    }

    /// `replications.csv`: every metric of every entity in each replication.
    ///
    /// # Errors
    /// If the table is not what was written, or not what such a table holds.
    pub fn replications(&self) -> Result<ReplicationTable, ReadError> {
        outcomes::replications(self.table("replications")?)
    }

    /// `scenario.toml`: the scenario with every default.
    ///
    /// # Errors
    /// If it is not there or not what was written.
    pub fn scenario_toml(&self) -> Result<String, ReadError> {
        let name = "scenario.toml";
        let path = self.path.join(name);
        let Some(written) = self.files.get(name) else {
            return Err(ReadError::Missing(path));
        };
        self.check_size(name, written)?;
        let mut text = String::new();
        let mut file = File::open(&path).map_err(io_error(&path))?;
        file.read_to_string(&mut text).map_err(io_error(&path))?;
        match Fingerprint::of(text.as_bytes()) == *written {
            true => Ok(text),
            false => Err(ReadError::Edited(path)),
        }
    }

    fn check_size(&self, name: &str, written: &Fingerprint) -> Result<(), ReadError> {
        let path = self.path.join(name);
        let found = fs::metadata(&path).map_err(|cause| match cause.kind() {
            io::ErrorKind::NotFound => ReadError::NoFile(path.clone()),
            _ => io_error(&path)(cause),
        })?;
        match found.len() == written.bytes {
            true => Ok(()),
            false => Err(ReadError::Size {
                path,
                expected: written.bytes,
                found: found.len(),
            }),
        }
    }

    fn check_hash(&self, name: &str, written: &Fingerprint) -> Result<(), ReadError> {
        self.check_size(name, written)?;
        let path = self.path.join(name);
        match Fingerprint::of_file(&path).map_err(io_error(&path))? == *written {
            true => Ok(()),
            false => Err(ReadError::Edited(path)),
        }
    }
}

/// For `map_err`.
pub(super) fn io_error(path: &Path) -> impl FnOnce(io::Error) -> ReadError {
    move |cause| ReadError::Io {
        path: path.to_owned(),
        cause,
    }
}

//! The folder of a result: complete, of this version, and its files as they were written. Every file is hashed
//! while it is read, so that an edited one is found without reading it twice.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::error::ReportError;
use crate::fingerprint::{Fingerprint, Hasher};

const PACKAGE: &str = "datapackage.json";

/// A result's folder and what its data package says.
#[derive(Debug)]
pub struct Source {
    /// Where it is.
    pub directory: PathBuf,
    /// The scenario's or sweep's name.
    pub name: String,
    /// The data package.
    pub package: Value,
    files: BTreeMap<String, Fingerprint>,
}

impl Source {
    /// Opens a folder.
    ///
    /// # Errors
    /// If it holds no complete result of this version.
    pub fn open(directory: &Path) -> Result<Self, ReportError> {
        let path = directory.join(PACKAGE);
        let text = match std::fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(ReportError::Incomplete(directory.to_owned()));
            }
            read => read.map_err(ReportError::io("read", &path))?,
        };
        let refuse = |why: &str| ReportError::Package {
            path: path.clone(),
            why: why.to_owned(),
        };
        let package: Value = serde_json::from_str(&text)
            .map_err(|error| refuse(&format!("cannot be read as JSON: {error}")))?;
        if package["generator"] != "flexcap" {
            return Err(refuse("was not written by flexcap"));
        }
        let found = package["version"].as_str().unwrap_or("of no version");
        let own = env!("CARGO_PKG_VERSION");
        if found != own {
            return Err(ReportError::Version {
                path: directory.to_owned(),
                found: found.to_owned(),
                own,
            });
        }
        let mut files = BTreeMap::new();
        let resources = package["resources"].as_array();
        for file in resources.into_iter().flatten().chain([&package["scenario"]]) {
            let (Some(path), Some(bytes), Some(hash)) =
                (file["path"].as_str(), file["bytes"].as_u64(), file["hash"].as_str())
            else {
                continue;
            };
            let hash = hash.to_owned();
            files.insert(path.to_owned(), Fingerprint { bytes, hash });
        }
        let name = package["name"].as_str().unwrap_or_default().to_owned();
        Ok(Self {
            directory: directory.to_owned(),
            name,
            files,
            package,
        })
    }

    /// Whether the package lists a file.
    #[must_use]
    pub fn has(&self, file: &str) -> bool {
        self.files.contains_key(file)
    }

    /// A number of the package.
    #[must_use]
    pub fn count(&self, key: &str) -> u64 {
        self.package[key].as_u64().unwrap_or(0)
    }

    /// A text of the package; empty if it has none.
    #[must_use]
    pub fn text(&self, key: &str) -> &str {
        self.package[key].as_str().unwrap_or_default()
    }

    /// A file's path and a reader that hashes what passes.
    ///
    /// # Errors
    /// If the package does not list it or it cannot be opened.
    pub fn reader(&self, file: &str) -> Result<Checked, ReportError> {
        let path = self.directory.join(file);
        let Some(expected) = self.files.get(file) else {
            return Err(ReportError::Package {
                path: self.directory.join(PACKAGE),
                why: format!("does not list {file}"),
            });
        };
        let opened = File::open(&path).map_err(ReportError::io("read", &path))?;
        Ok(Checked {
            file: opened,
            hasher: Hasher::default(),
            expected: expected.clone(),
            path,
        })
    }

    /// A whole small file as text.
    ///
    /// # Errors
    /// If it cannot be read, or was edited.
    pub fn read(&self, file: &str) -> Result<String, ReportError> {
        let mut reader = self.reader(file)?;
        let mut bytes = Vec::new();
        let read = reader.read_to_end(&mut bytes);
        read.map_err(ReportError::io("read", &reader.path))?;
        let path = reader.path.clone();
        reader.finish()?;
        String::from_utf8(bytes).map_err(|_| ReportError::Table {
            path,
            why: "is not UTF-8".to_owned(),
        })
    }
}

/// A file that is hashed as it is read.
#[derive(Debug)]
pub struct Checked {
    /// Where it is.
    pub path: PathBuf,
    file: File,
    hasher: Hasher,
    expected: Fingerprint,
}

impl Checked {
    /// Reads what is left, and compares with what the data package says.
    ///
    /// # Errors
    /// If the file is not what was written.
    pub fn finish(mut self) -> Result<(), ReportError> {
        let path = self.path.clone();
        let mut rest = vec![0; 1 << 18];
        loop {
            match self.read(&mut rest) {
                Ok(0) => break,
                read => read.map_err(ReportError::io("read", &path))?,
            };
        }
        let found = self.hasher.finish();
        let why = if found.bytes != self.expected.bytes {
            format!("it has {} bytes and had {}", found.bytes, self.expected.bytes)
        } else if found.hash != self.expected.hash {
            "its SHA-256 is not the one in datapackage.json".to_owned()
        } else {
            return Ok(());
        };
        Err(ReportError::Edited { path, why })
    }
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.file.read(buffer)?;
        self.hasher.update(buffer.get(..length).unwrap_or_default());
        Ok(length)
    }
}

//! Why a result cannot be read. Every error names the file that the user knows and what is wrong with it; what
//! to do about it is in [`ReadError::hint`].

use std::io;
use std::path::PathBuf;

/// Why a result, or a table of it, cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Nothing has that name.
    #[error("{} does not exist", .0.display())]
    Missing(PathBuf),
    /// A file, where a result is a directory.
    #[error("{} is not a directory", .0.display())]
    NotADirectory(PathBuf),
    /// The data package is written last; without it the result is not whole, or none at all.
    #[error("{} holds no complete result: datapackage.json is missing", .0.display())]
    Incomplete(PathBuf),
    /// The data package is not what flexcap writes.
    #[error("{} is not a data package of flexcap: {why}", path.display())]
    Package {
        /// The data package.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// Another version of flexcap wrote it, and this one cannot read it.
    #[error("{} was written by flexcap {theirs}, which flexcap {ours} does not read: {why}", path.display())]
    Version {
        /// The result.
        path: PathBuf,
        /// The version that wrote it.
        theirs: String,
        /// The version that would read it.
        ours: &'static str,
        /// Why not.
        why: &'static str,
    },
    /// The data package does not list such a table.
    #[error("{} has no {table}.csv", path.display())]
    NoTable {
        /// The result.
        path: PathBuf,
        /// The table's name.
        table: String,
    },
    /// A file that the data package lists is gone.
    #[error("{} is missing, although the data package lists it", .0.display())]
    NoFile(PathBuf),
    /// A file has another length than when it was written: cut short, or added to.
    #[error("{} has {found} bytes, but {expected} were written", path.display())]
    Size {
        /// The file.
        path: PathBuf,
        /// Its size when it was written, in bytes.
        expected: u64,
        /// Its size now, in bytes.
        found: u64,
    },
    /// A file has other bytes than when it was written.
    #[error("{} was changed after it was written: its SHA-256 is not the one in the data package", .0.display())]
    Edited(PathBuf),
    /// A table has no such column, as an older version's may.
    #[error("{} has no column `{column}`", path.display())]
    Column {
        /// The table's file.
        path: PathBuf,
        /// The column's name.
        column: String,
    },
    /// A line or a cell is not what its table holds.
    #[error("{}:{line}: {why}", path.display())]
    Cell {
        /// The table's file.
        path: PathBuf,
        /// The line, from 1; the header is the first.
        line: u64,
        /// What is wrong.
        why: String,
    },
    /// The operating system refused.
    #[error("cannot read {}: {cause}", path.display())]
    Io {
        /// What was to be read.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
}

impl ReadError {
    /// What the user can do about it, if anything.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Missing(_) | Self::NotADirectory(_) => {
                Some("a result is the directory that `flexcap run SCENARIO --out DIR` writes")
            }
            Self::Incomplete(_) => Some(
                "flexcap writes datapackage.json last: copy it along with the CSVs, or run the scenario again",
            ),
            Self::Version { .. } => {
                Some("read it with that version, or run its scenario.toml again with this one")
            }
            Self::NoFile(_) | Self::Size { .. } | Self::Edited(_) => Some(
                "copy the result anew, or run its scenario.toml again: flexcap run DIR/scenario.toml --out NEW",
            ),
            _ => None,
        }
    }
}

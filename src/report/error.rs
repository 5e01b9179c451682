//! Why a report cannot be made. Nothing is drawn then: a page that shows half of a result would mislead.

use std::io;
use std::path::{Path, PathBuf};

/// Why a report cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// There is no finished result.
    #[error(
        "{} is no finished result: it has no datapackage.json, which is written last; run it again, or name the folder \
         that holds one",
        .0.display()
    )]
    Incomplete(PathBuf),
    /// The data package is not one of flexcap's.
    #[error("{}: {why}", path.display())]
    Package {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The columns may mean something else.
    #[error("{} was written by flexcap {found} and this is {own}: run it again with this version, or report with that one", path.display())]
    Version {
        /// The result.
        path: PathBuf,
        /// The version that wrote it.
        found: String,
        /// The version that runs.
        own: &'static str,
    },
    /// A file is not what the data package says.
    #[error("{} was changed after the run: {why}; run it again", path.display())]
    Edited {
        /// The file.
        path: PathBuf,
        /// How that shows.
        why: String,
    },
    /// A cell that cannot be read.
    #[error("{}:{line}: column `{column}`: `{cell}` is no {expected}", path.display())]
    Cell {
        /// The file.
        path: PathBuf,
        /// Its line, from 1.
        line: u64,
        /// Which column.
        column: &'static str,
        /// What stands there.
        cell: String,
        /// What should stand there.
        expected: &'static str,
    },
    /// A file without the form of its table.
    #[error("{}: {why}", path.display())]
    Table {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The results cannot be shown on one page.
    #[error("{0}")]
    Mixed(String),
    /// The operating system refused.
    #[error("cannot {action} {}: {cause}", path.display())]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A picture that cannot be painted.
    #[error("{name}.svg cannot be turned into a PNG: {why}")]
    Picture {
        /// The chart.
        name: String,
        /// What the painter said.
        why: String,
    },
}

impl ReportError {
    /// For `map_err`: what was tried, on which path.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |cause| Self::Io {
            action,
            path: path.to_owned(),
            cause,
        }
    }
}

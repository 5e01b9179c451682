//! Why a report cannot be made. Nothing is written then: a page that shows half of a result would mislead.

use std::io;
use std::path::{Path, PathBuf};

use crate::results::read::ReadError;

/// Why a report cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A result cannot be read: incomplete, of another version, edited.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The results cannot be shown on one page.
    #[error("{0}")]
    Mixed(String),
    /// Something that is no report of flexcap has the page's name.
    #[error("{} exists and is no report of flexcap; --overwrite replaces it", .0.display())]
    Exists(PathBuf),
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

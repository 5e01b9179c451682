//! What can go wrong when results are written. Every error names the path that the user knows (never the
//! hidden directory in which files are prepared) and its cause. It can be cloned, because the first error
//! of any replication is the answer of all of them.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why a result could not be written.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ResultError {
    /// Something has that name already, and replacing it was not asked for.
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
    /// A file, or something else that is no directory, has that name.
    #[error("{} is not a directory", .0.display())]
    NotADirectory(PathBuf),
    /// Replacing was asked for, but what is there was not written by flexcap.
    #[error("{} holds other things than a flexcap result and will not be replaced", .0.display())]
    NotAResult(PathBuf),
    /// A sweep cannot go on there: what is there was not begun by a sweep.
    #[error("{} holds other things than a flexcap sweep", .0.display())]
    NotASweep(PathBuf),
    /// Replacing was asked for, but the result holds a file that flexcap did not write.
    #[error("{} is not flexcap's and would be lost", .0.display())]
    Foreign(PathBuf),
    /// The path does not end in a name, as `..` and `/` do not.
    #[error("`{}` does not name a directory to create", .0.display())]
    Unnamed(PathBuf),
    /// An input file's name would lead out of `inputs/`, or is there twice.
    #[error("`{0}` cannot be the name of a file in inputs/")]
    InputName(String),
    /// The operating system refused.
    #[error("cannot {action} {}: {cause}", path.display())]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        cause: Arc<io::Error>,
    },
}

impl ResultError {
    /// For `map_err`: what was tried, on which path.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |cause| Self::Io {
            action,
            path: path.to_owned(),
            cause: Arc::new(cause),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_path_and_cause() {
        let full = io::Error::new(io::ErrorKind::StorageFull, "no space left");
        let error = ResultError::io("write", Path::new("results/x/fleet.csv"))(full);
        assert_eq!(
            error.to_string(),
            "cannot write results/x/fleet.csv: no space left"
        );
        let error = ResultError::Exists(PathBuf::from("out"));
        assert_eq!(error.to_string(), "out exists already");
    }
}

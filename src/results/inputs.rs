//! `inputs/`: copies of what a result was made from, large files aside, so that it can be made again.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path};

use super::error::ResultError;
use crate::scenario::{InputContent, InputFile};

/// Copies the input files into `directory/inputs`; messages call the directory `shown`.
pub(super) fn write(
    directory: &Path,
    shown: &Path,
    inputs: &[InputFile],
) -> Result<(), ResultError> {
    let folder = Path::new("inputs");
    let mut seen = BTreeSet::new();
    for input in inputs {
        if !is_plain_name(&input.name) || !seen.insert(&input.name) {
            return Err(ResultError::InputName(input.name.clone()));
        }
        let InputContent::Copy(contents) = &input.content else {
            continue;
        };
        fs::create_dir_all(directory.join(folder))
            .map_err(ResultError::io("create", &shown.join(folder)))?;
        let path = folder.join(&input.name);
        fs::write(directory.join(&path), contents)
            .map_err(ResultError::io("write", &shown.join(&path)))?;
    }
    Ok(())
}

/// Whether a name is one file's, and not a way to another folder.
pub(super) fn is_plain_name(name: &str) -> bool {
    let mut components = Path::new(name).components();
    let plain = matches!(components.next(), Some(Component::Normal(part)) if part == name);
    plain && components.next().is_none()
}

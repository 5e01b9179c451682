//! What a scenario was read from: its own text, what it extends, and the data files that it names. A
//! result keeps copies under these names, so that it can be run again; of large files only where they
//! lie and their hash.

use std::path::PathBuf;
use std::sync::Arc;

use crate::fingerprint::Fingerprint;

/// Larger data files are not copied; their hash has to do.
pub(super) const COPY_BYTES_MAX: u64 = 64_000_000;

/// A file that a scenario was read from, as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    /// Its name among a result's inputs; of a shipped scenario, the shipped name with `.toml`.
    pub name: String,
    /// Its size and hash.
    pub fingerprint: Fingerprint,
    /// What was in it.
    pub content: InputContent,
}

/// What is known of an input file's content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputContent {
    /// All of it.
    Copy(Arc<[u8]>),
    /// It is too large to be copied, and lies here.
    Elsewhere(PathBuf),
}

impl InputFile {
    /// A file whose content is at hand.
    #[must_use]
    pub fn copied(name: String, bytes: Vec<u8>) -> Self {
        Self {
            name,
            fingerprint: Fingerprint::of(&bytes),
            content: InputContent::Copy(bytes.into()),
        }
    }
}

/// The name, or with a number before it the first that no earlier file has.
pub(super) fn unused_name(inputs: &[InputFile], name: String) -> String {
    let taken = |name: &str| inputs.iter().any(|input| input.name == name);
    if !taken(&name) {
        return name;
    }
    (2..)
        .map(|number| format!("{number}-{name}"))
        .find(|name| !taken(name))
        .unwrap_or(name)
}

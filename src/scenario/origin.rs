//! Where a text comes from: a shipped scenario or a file; what a name means, and what can be wrong
//! with a file before a word of it is read.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::names::nearest;
use super::problem::Problem;
use super::shipped;
use super::tree::Location;

/// A scenario is text that people write; more than this is some other file.
const BYTES_MAX: u64 = 16 << 20;

/// Where a text comes from.
#[derive(Clone, Debug)]
pub enum Origin {
    /// A shipped scenario: its name and text.
    Shipped(&'static str, &'static str),
    /// A file.
    File(PathBuf),
}

impl Origin {
    /// What a name or path means, seen from a file in `folder` (or from a shipped scenario, which has none).
    pub fn find(name: &str, folder: Option<&Path>) -> Result<Self, Problem> {
        let path = folder.map(|folder| folder.join(name));
        let is_path = name.ends_with(".toml") || name.contains(['/', '\\']);
        let on_disk = path.as_ref().is_some_and(|path| is_path && path.exists());
        match (shipped::text(name), path) {
            (Some((name, text)), _) if !on_disk => Ok(Self::Shipped(name, text)),
            (_, Some(path)) if is_path || path.exists() => Ok(Self::File(path)),
            _ => {
                let nowhere = Location {
                    source: 0,
                    start: 0,
                    end: 0,
                };
                let hint = match nearest(name, shipped::names()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!(
                        "shipped are {}; a path ends in `.toml`",
                        shipped::names().collect::<Vec<_>>().join(", ")
                    ),
                };
                Err(
                    Problem::error(nowhere, format!("there is no shipped scenario `{name}`"))
                        .hint(hint),
                )
            }
        }
    }

    /// The name for messages.
    pub fn name(&self) -> String {
        match self {
            Self::Shipped(name, _) => (*name).to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }

    /// The same for two ways of naming one file.
    pub fn identity(&self) -> String {
        match self {
            Self::Shipped(name, _) => format!("shipped {name}"),
            Self::File(path) => path
                .canonicalize()
                .unwrap_or_else(|_| path.clone())
                .display()
                .to_string(),
        }
    }

    /// The folder that its own paths are relative to; a shipped scenario has none.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Shipped(..) => None,
            Self::File(path) => Some(path.parent().unwrap_or(Path::new(""))),
        }
    }

    /// The file name of its copy among a result's inputs.
    pub fn input_name(&self) -> String {
        match self {
            Self::Shipped(name, _) => format!("{}.toml", name.replace('/', "-")),
            Self::File(path) => path.file_name().map_or_else(
                || "scenario.toml".to_owned(),
                |name| name.to_string_lossy().into_owned(),
            ),
        }
    }

    /// Its text, or what is wrong with it and what to do.
    pub fn text(&self) -> Result<String, (String, String)> {
        match self {
            Self::Shipped(_, text) => Ok((*text).to_owned()),
            Self::File(path) => {
                String::from_utf8(read(path)?).map_err(|error| not_utf8(&self.name(), &error))
            }
        }
    }
}

/// A file's bytes, or what is wrong with it and what to do.
fn read(path: &Path) -> Result<Vec<u8>, (String, String)> {
    let name = path.display();
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => (format!("there is no file {name}"), not_found_hint(path)),
        _ => (
            format!("{name} cannot be read: {error}"),
            "check its permissions".to_owned(),
        ),
    };
    if std::fs::metadata(path).map_err(failed)?.is_dir() {
        return Err((
            format!("{name} is a directory, not a scenario"),
            format!(
                "name the file in it, such as {}",
                path.join("scenario.toml").display()
            ),
        ));
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(BYTES_MAX + 1).read_to_end(&mut bytes))
        .map_err(failed)?;
    if bytes.len() as u64 > BYTES_MAX {
        return Err((
            format!("{name} is too large for a scenario"),
            format!("scenarios have at most {} MB", BYTES_MAX >> 20),
        ));
    }
    Ok(bytes)
}

/// Says so if only the ending was forgotten.
fn not_found_hint(path: &Path) -> String {
    let with_ending = path.with_extension("toml");
    if with_ending != path && with_ending.is_file() {
        return format!("did you mean {}?", with_ending.display());
    }
    "a scenario is a path to a .toml file, or a shipped name (`flexcap list scenarios`)".to_owned()
}

fn not_utf8(name: &str, error: &std::string::FromUtf8Error) -> (String, String) {
    let valid = error.utf8_error().valid_up_to();
    let line = error
        .as_bytes()
        .iter()
        .take(valid)
        .filter(|byte| **byte == b'\n')
        .count()
        + 1;
    (
        format!(
            "{name} is not UTF-8 text: byte {} on line {line} is not",
            valid + 1
        ),
        "save it as UTF-8".to_owned(),
    )
}

//! The file behind a series or a table of forecasts: found beside the scenario that names it, read once from front to back
//! while it is hashed and kept, and written into the scenario as the copy that a result has of it.

use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::{Fault, set_text};
use crate::fingerprint::{Fingerprint, Hasher};
use crate::scenario::input::{COPY_BYTES_MAX, InputContent, InputFile, unused_name};
use crate::scenario::names::nearest;
use crate::scenario::tree::Node;

/// Ten million rows fit in; a larger file is some other one.
const BYTES_MAX: u64 = 4 << 30;

/// A file that was read: what was found in it, and what a result says and keeps of it.
#[derive(Debug)]
pub(super) struct Loaded<T> {
    pub(super) content: T,
    path: PathBuf,
    fingerprint: Fingerprint,
    kept: InputContent,
}

/// What a resolved scenario says of a file that was read.
pub(super) struct Attached {
    path: String,
    sha256: String,
}

impl Attached {
    /// Writes the path and the hash into the table that names the file.
    pub(super) fn write_into(self, node: &mut Node) {
        set_text(node, "file", self.path);
        set_text(node, "sha256", self.sha256);
    }
}

/// The file that a table names, and the content that it insists on.
#[derive(Clone, Copy)]
pub(super) struct Named<'a> {
    pub(super) file: &'a str,
    pub(super) sha256: Option<&'a str>,
}

/// Reads what `parse` finds in a file.
pub(super) fn read<T>(
    named: Named<'_>,
    folder: Option<&Path>,
    parse: impl FnOnce(&mut dyn BufRead) -> Result<T, Fault>,
) -> Result<Loaded<T>, Fault> {
    let path = place(named.file, folder)?;
    let file = open(&path)?;
    let mut source = BufReader::with_capacity(1 << 16, Tee::new(file));
    let parsed = match (parse(&mut source), named.sha256) {
        (Err(fault), None) => return Err(fault),
        (parsed, _) => parsed,
    };
    // To the end, for the hash: that the file is another one explains whatever else is wrong with it.
    io::copy(&mut source, &mut io::sink()).map_err(|error| unreadable(&error))?;
    let (fingerprint, kept) = source.into_inner().finish();
    if let Some(expected) = named.sha256
        && fingerprint.digits() != expected
    {
        let message = format!(
            "the file has changed since: its SHA-256 is {}, not {expected}",
            fingerprint.digits()
        );
        let hint = "put the file back as it was, or delete `sha256` to take it as it is";
        return Err(Fault::new("sha256", message, hint));
    }
    let kept = match kept {
        Some(bytes) => InputContent::Copy(bytes.into()),
        None => InputContent::Elsewhere(path.canonicalize().unwrap_or_else(|_| path.clone())),
    };
    Ok(Loaded {
        content: parsed?,
        path,
        fingerprint,
        kept,
    })
}

/// The path of a file that a text in `folder` names.
fn place(file: &str, folder: Option<&Path>) -> Result<PathBuf, Fault> {
    match folder {
        Some(folder) => Ok(folder.join(file)),
        None if Path::new(file).is_absolute() => Ok(PathBuf::from(file)),
        None => {
            let message = "the scenario is no file, so there is no folder to look in";
            Err(Fault::new("file", message, "write the whole path"))
        }
    }
}

/// Opens a plain file of a reasonable size.
fn open(path: &Path) -> Result<File, Fault> {
    let refused = |error: io::Error| match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => {
            let message = format!("there is no file {}", path.display());
            Fault::new("file", message, missing_hint(path))
        }
        _ => unreadable(&error),
    };
    let metadata = std::fs::metadata(path).map_err(refused)?;
    let wrong = |message: String, hint: &str| Err(Fault::new("file", message, hint));
    if metadata.is_dir() {
        return wrong(
            format!("{} is a directory", path.display()),
            "name the CSV file in it",
        );
    }
    // A pipe or a device could not be read a second time, nor be found the same.
    if !metadata.is_file() {
        return wrong(
            format!("{} is not a plain file", path.display()),
            "save what it gives as a CSV file",
        );
    }
    if metadata.len() > BYTES_MAX {
        return wrong(
            format!("{} is larger than {} GB", path.display(), BYTES_MAX >> 30),
            "average the rates over longer steps first",
        );
    }
    File::open(path).map_err(refused)
}

fn unreadable(error: &io::Error) -> Fault {
    let message = format!("the file cannot be read: {error}");
    Fault::new("file", message, "check its permissions")
}

/// Where paths begin, and a file there that may have been meant.
fn missing_hint(path: &Path) -> String {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let there = std::fs::read_dir(folder.unwrap_or(Path::new(".")));
    let names: Vec<String> = there
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    let wanted = path.file_name().unwrap_or_default().to_string_lossy();
    match nearest(&wanted, names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean {near}?"),
        None => "a path is relative to the scenario file that names it".to_owned(),
    }
}

impl<T> Loaded<T> {
    /// The same file with what follows from its content.
    pub(super) fn map<U>(
        self,
        change: impl FnOnce(T) -> Result<U, Fault>,
    ) -> Result<Loaded<U>, Fault> {
        Ok(Loaded {
            content: change(self.content)?,
            path: self.path,
            fingerprint: self.fingerprint,
            kept: self.kept,
        })
    }

    /// Puts the file among the inputs, once for each content.
    pub(super) fn attach(&self, inputs: &mut Vec<InputFile>) -> Attached {
        let known = inputs
            .iter()
            .find(|input| input.fingerprint == self.fingerprint && input.content == self.kept);
        let name = known.map(|input| input.name.clone()).unwrap_or_else(|| {
            let own = self.path.file_name().unwrap_or_default().to_string_lossy();
            let name = unused_name(inputs, own.into_owned());
            inputs.push(InputFile {
                name: name.clone(),
                fingerprint: self.fingerprint.clone(),
                content: self.kept.clone(),
            });
            name
        });
        Attached {
            path: match &self.kept {
                InputContent::Copy(_) => format!("inputs/{name}"),
                InputContent::Elsewhere(whole) => whole.display().to_string(),
            },
            sha256: self.fingerprint.digits().to_owned(),
        }
    }
}

/// Hashes what is read through it, and keeps it while it is small.
struct Tee {
    file: File,
    hasher: Hasher,
    kept: Option<Vec<u8>>,
}

impl Tee {
    fn new(file: File) -> Self {
        Self {
            file,
            hasher: Hasher::default(),
            kept: Some(Vec::new()),
        }
    }

    fn finish(self) -> (Fingerprint, Option<Vec<u8>>) {
        (self.hasher.finish(), self.kept)
    }
}

impl Read for Tee {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        let piece = buffer.get(..count).unwrap_or_default();
        self.hasher.update(piece);
        if let Some(kept) = &mut self.kept {
            kept.extend_from_slice(piece);
            if kept.len() as u64 > COPY_BYTES_MAX {
                self.kept = None;
            }
        }
        Ok(count)
    }
}

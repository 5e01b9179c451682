//! A directory that appears whole or not at all. Files are prepared in a hidden directory beside the target
//! and renamed into place at the end; if the run fails or is interrupted, the hidden one is removed.
//!
//! ```text
//!   results/.starter.partial-4711/       being written
//!   results/.starter.partial-4711.lock   held while its process lives, so that the next run can tell
//!                                        what a killed one left behind, and remove it
//!   results/starter/                     the result, after `commit`
//! ```
//!
//! All checks of the target happen before any work is done.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::error::ResultError;
use super::package;
use super::rename;

/// How many names are tried for the hidden directory; one process rarely needs a second.
const NAMES_TRIED: u32 = 1000;

/// A directory in the making.
#[derive(Debug)]
pub struct PartialDirectory {
    target: PathBuf,
    replace: bool,
    path: PathBuf,
    lock_path: PathBuf,
    /// Held, never read: closing it is what releases the lock.
    lock: Option<File>,
    /// Parents that did not exist, innermost first.
    made_parents: Vec<PathBuf>,
}

impl PartialDirectory {
    /// Checks that `out` can become a result, and starts its hidden counterpart. With `overwrite`, `out` may be
    /// an empty directory or an earlier result of flexcap; a symbolic link is followed. Parents are created.
    ///
    /// # Errors
    /// If `out` exists and may not be replaced, names no directory, or its parent cannot be written.
    pub fn create(out: &Path, overwrite: bool) -> Result<Self, ResultError> {
        let target = resolve(out)?;
        let (Some(parent), Some(name)) = (parent_of(&target), target.file_name()) else {
            return Err(ResultError::Unnamed(out.to_owned()));
        };
        let replace = check_free(&target, out, overwrite)?;

        let mut partial = Self {
            path: PathBuf::new(),
            lock_path: PathBuf::new(),
            lock: None,
            made_parents: missing(&parent),
            target: target.clone(),
            replace,
        };
        // From here on, dropping `partial` removes whatever was made.
        fs::create_dir_all(&parent).map_err(ResultError::io("create", &parent))?;
        remove_stale(&parent, name);
        partial
            .start(&parent, name)
            .map_err(ResultError::io("write into", &parent))?;
        Ok(partial)
    }

    /// Where files are prepared.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the result will be.
    #[must_use]
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Makes sure that everything is on disk and gives it its name, replacing what may be replaced.
    ///
    /// # Errors
    /// If the disk fails, or the target came into being meanwhile. Nothing is left behind then.
    pub fn commit(mut self) -> Result<PathBuf, ResultError> {
        sync_tree(&self.path).map_err(ResultError::io("write", &self.target))?;
        let renamed = if self.replace {
            // The old result is now at `self.path`, and goes away with the drop below.
            rename::swap(&self.path, &self.target)
        } else {
            rename::into_free(&self.path, &self.target)
        };
        renamed.map_err(|cause| match cause.kind() {
            io::ErrorKind::AlreadyExists | io::ErrorKind::DirectoryNotEmpty => {
                ResultError::Exists(self.target.clone())
            }
            _ => ResultError::io("create", &self.target)(cause),
        })?;
        self.made_parents.clear();
        // The name is in place; a parent that cannot be synchronised is no reason to call the run failed.
        let _ = parent_of(&self.target).map(|parent| sync_directory(&parent));
        Ok(self.target.clone())
    }

    /// Finds a name that is free, locks it and makes the directory.
    fn start(&mut self, parent: &Path, name: &OsStr) -> io::Result<()> {
        let prefix = partial_prefix(name);
        for attempt in 0..NAMES_TRIED {
            let mut own = prefix.clone();
            own.push(std::process::id().to_string());
            if attempt > 0 {
                own.push(format!("-{attempt}"));
            }
            let path = parent.join(&own);
            own.push(".lock");
            let lock_path = parent.join(own);
            match File::create_new(&lock_path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                lock => self.lock = Some(lock?),
            }
            self.lock_path = lock_path;
            // Where the file system has no locks, nobody can tell that a directory is stale: it stays.
            let _ = self.lock.as_ref().map(File::try_lock);
            match fs::create_dir(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    let _ = fs::remove_file(&self.lock_path);
                }
                made => {
                    made?;
                    self.path = path;
                    return Ok(());
                }
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }
}

impl Drop for PartialDirectory {
    fn drop(&mut self) {
        // Nothing useful can be done about a failure here; the next run tries again.
        if !self.path.as_os_str().is_empty() {
            let _ = fs::remove_dir_all(&self.path);
        }
        if self.lock.take().is_some() {
            let _ = fs::remove_file(&self.lock_path);
        }
        for parent in &self.made_parents {
            let _ = fs::remove_dir(parent);
        }
    }
}

/// The target without a trailing slash, and behind a symbolic link.
fn resolve(out: &Path) -> Result<PathBuf, ResultError> {
    let (Some(parent), Some(name)) = (parent_of(out), out.file_name()) else {
        return Err(ResultError::Unnamed(out.to_owned()));
    };
    let plain = match parent.as_os_str() == "." && !out.starts_with(".") {
        true => PathBuf::from(name),
        false => parent.join(name),
    };
    match fs::symlink_metadata(&plain) {
        Ok(found) if found.is_symlink() => {
            fs::canonicalize(&plain).map_err(ResultError::io("follow", out))
        }
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(ResultError::io("use", out)(error))
        }
        _ => Ok(plain),
    }
}

/// The directory that holds `path`, where the current one is `.`; none for `/`.
fn parent_of(path: &Path) -> Option<PathBuf> {
    let parent = path.parent()?;
    Some(match parent.as_os_str().is_empty() {
        true => PathBuf::from("."),
        false => parent.to_owned(),
    })
}

/// Whether there is something to replace; an error if there is something that must not be.
fn check_free(target: &Path, out: &Path, overwrite: bool) -> Result<bool, ResultError> {
    let found = match fs::metadata(target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        found => found.map_err(ResultError::io("use", out))?,
    };
    if !found.is_dir() {
        return Err(ResultError::NotADirectory(out.to_owned()));
    }
    if !overwrite {
        return Err(ResultError::Exists(out.to_owned()));
    }
    let ours = package::files_of_result(target);
    for entry in fs::read_dir(target).map_err(ResultError::io("read", out))? {
        let name = entry.map_err(ResultError::io("read", out))?.file_name();
        let Some(ours) = &ours else {
            return Err(ResultError::NotAResult(out.to_owned()));
        };
        if !name.to_str().is_some_and(|name| ours.contains(name)) {
            return Err(ResultError::Foreign(target.join(name)));
        }
    }
    Ok(true)
}

/// The ancestors of a directory, itself included, that do not exist yet; innermost first.
fn missing(directory: &Path) -> Vec<PathBuf> {
    let all = directory.ancestors();
    all.take_while(|path| !path.as_os_str().is_empty() && !path.exists())
        .map(Path::to_owned)
        .collect()
}

fn partial_prefix(name: &OsStr) -> OsString {
    let mut prefix = OsString::from(".");
    prefix.push(name);
    prefix.push(".partial-");
    prefix
}

/// Removes what killed runs towards the same target left behind: whatever has a lock that nobody holds.
fn remove_stale(parent: &Path, name: &OsStr) {
    let prefix = partial_prefix(name);
    let Ok(entries) = fs::read_dir(parent) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let starts = entry
            .file_name()
            .as_encoded_bytes()
            .starts_with(prefix.as_encoded_bytes());
        if !starts || path.extension() != Some(OsStr::new("lock")) {
            continue;
        }
        let Ok(lock) = File::options().write(true).open(&path) else {
            continue;
        };
        if lock.try_lock().is_ok() {
            // A failure leaves it for the next run.
            let _ = fs::remove_dir_all(path.with_extension(""));
            let _ = fs::remove_file(&path);
        }
    }
}

fn sync_tree(directory: &Path) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        match entry.file_type()?.is_dir() {
            true => sync_tree(&entry.path())?,
            false => File::options().write(true).open(entry.path())?.sync_all()?,
        }
    }
    sync_directory(directory)
}

#[cfg(unix)]
fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Other systems have no such operation.
#[cfg(not(unix))]
fn sync_directory(_directory: &Path) -> io::Result<()> {
    Ok(())
}

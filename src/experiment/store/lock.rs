//! Locks between processes. The system holds them, so that they end with their process however it ends; the file
//! says who has one. A file that names somebody although nobody holds it was left behind by a process that was
//! killed: the lock is taken, and that is said.

use std::fs::{File, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use super::StoreError;

/// A lock that is held until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    is_exclusive: bool,
}

impl Lock {
    /// Takes a lock, alone or with others that share it.
    pub(super) fn take(
        path: &Path,
        is_exclusive: bool,
        notes: &mut Vec<String>,
    ) -> Result<Self, StoreError> {
        let opened = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path);
        let mut file = opened.map_err(StoreError::io("write", path))?;
        let taken = match is_exclusive {
            true => file.try_lock(),
            false => file.try_lock_shared(),
        };
        match taken {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::Held {
                    path: path.to_owned(),
                    holder: holder(&mut file, path),
                });
            }
            Err(TryLockError::Error(cause)) => return Err(StoreError::io("lock", path)(cause)),
        }
        let mut lock = Self { file, is_exclusive };
        if is_exclusive {
            let before = text(&mut lock.file);
            if !before.is_empty() {
                notes.push(format!(
                    "{} was left behind by {before}, which has ended; the lock is taken over",
                    path.display()
                ));
            }
            lock.say(&format!("process {} on {}", std::process::id(), host()))
                .map_err(StoreError::io("write", path))?;
        }
        Ok(lock)
    }

    fn say(&mut self, text: &str) -> std::io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()?;
        self.file.write_all(text.as_bytes())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if self.is_exclusive {
            // If this fails the next one calls the lock stale, which does no harm.
            let _ = self.say("");
        }
    }
}

/// Who has a lock: what it says, or for one that is shared the locks beside it.
fn holder(file: &mut File, path: &Path) -> String {
    let own = text(file);
    if !own.is_empty() {
        return own;
    }
    let entries = path
        .parent()
        .and_then(|parent| std::fs::read_dir(parent).ok());
    let locks = entries
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    let mut held: Vec<String> = locks
        .filter(|lock| lock.extension().is_some_and(|end| end == "lock") && lock != path)
        .filter_map(|lock: PathBuf| {
            let mut file = File::open(&lock).ok()?;
            let name = lock.file_stem()?.to_string_lossy().into_owned();
            let is_held = matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock));
            is_held.then(|| format!("shard {name} ({})", text(&mut file)))
        })
        .collect();
    held.sort();
    match held.is_empty() {
        true => "another process".to_owned(),
        false => held.join(", "),
    }
}

fn text(file: &mut File) -> String {
    let mut text = String::new();
    let _ = file.rewind();
    let _ = file.take(1000).read_to_string(&mut text);
    text.trim().to_owned()
}

/// The name of this machine, where it can be told.
fn host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let name = name.or_else(|| std::env::var("HOSTNAME").ok());
    name.map_or_else(|| "this machine".to_owned(), |name| name.trim().to_owned())
}

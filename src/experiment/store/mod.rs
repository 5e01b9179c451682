//! The store of a sweep: what each (scenario, seed, version, replication) came to, so that no work is done twice
//! and none is lost. Files only grow; each entry has a checksum and goes to the system as soon as it is known, and
//! to the disk within half a second. Entries are found by what they are of, so that a changed sweep finds what
//! still applies.
//!
//! ```text
//!   store/sweep.lock             held whole by a run or a merge, shared by shards
//!   store/0-of-8-0.1.0.lock      held by the shard that writes the file beside it
//!   store/0-of-8-0.1.0.log       entries of that shard and version (see `record`)
//! ```

mod lock;
mod record;
mod scan;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use lock::Lock;
pub use record::{Entry, Found, Key};
use scan::Scanned;

/// Entries are on disk after this at most, and the time that the disk takes.
const SYNC_EVERY: Duration = Duration::from_millis(500);
/// Files that are open for reading at once: a sweep of thousands of shards has as many files, and a process may not
/// open them all.
const OPEN_MAX: usize = 64;
/// The lock over the whole store.
const WHOLE: &str = "sweep.lock";

/// Why the store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process is at it.
    #[error("{} is held by {holder}", path.display())]
    Held {
        /// The lock.
        path: PathBuf,
        /// Who has it, as far as it says.
        holder: String,
    },
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
}

impl StoreError {
    fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |cause| Self::Io {
            action,
            path: path.to_owned(),
            cause,
        }
    }
}

/// One of several processes that share a sweep: `index` of `count`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// From 0.
    pub index: u32,
    /// How many there are.
    pub count: u32,
}

impl Shard {
    /// The only one.
    pub const WHOLE: Self = Self { index: 0, count: 1 };

    /// Whether a run of that number is this one's.
    #[must_use]
    pub fn has(self, run: u64) -> bool {
        run % u64::from(self.count.max(1)) == u64::from(self.index)
    }

    /// Which of the replications of a point are this one's. Runs are numbered point by point.
    pub fn replications(self, point: u64, replications: u32) -> impl Iterator<Item = u32> {
        let first = point.saturating_mul(u64::from(replications));
        (0..replications).filter(move |replication| self.has(first + u64::from(*replication)))
    }
}

/// An open store.
#[derive(Debug)]
pub struct Store {
    /// What was odd about it when it was opened, in sentences.
    pub notes: Vec<String>,
    shared: Arc<Shared>,
    /// Files of which something was read lately, by their numbers; the last of them latest.
    readers: Mutex<VecDeque<(usize, File)>>,
    paths: Vec<PathBuf>,
    index: Mutex<BTreeMap<(Key, u32), Place>>,
    syncing: Option<JoinHandle<()>>,
    /// Held, never read: dropping them is what lets others in.
    _locks: Vec<Lock>,
}

/// Where an entry is.
#[derive(Clone, Copy, Debug)]
struct Place {
    file: u32,
    length: u32,
    offset: u64,
}

/// What the thread that synchronises shares with those that write.
#[derive(Debug)]
struct Shared {
    writer: Mutex<Writer>,
    wake: Condvar,
    /// A second handle, so that nobody waits for the disk.
    file: File,
}

#[derive(Debug)]
struct Writer {
    file: File,
    /// Where the next entry begins.
    end: u64,
    dirty: bool,
    closing: bool,
    /// What the disk said when it was last synchronised.
    failure: Option<io::Error>,
}

impl Store {
    /// Opens the store of a sweep in `directory`, making it if it is not there, for one shard to write.
    ///
    /// # Errors
    /// If another process writes the same, or the system refuses.
    pub fn open(directory: &Path, shard: Shard) -> Result<Self, StoreError> {
        fs::create_dir_all(directory).map_err(StoreError::io("create", directory))?;
        let mut notes = Vec::new();
        let whole = directory.join(WHOLE);
        let is_whole = shard == Shard::WHOLE;
        let mut locks = vec![Lock::take(&whole, is_whole, &mut notes)?];
        let version = env!("CARGO_PKG_VERSION");
        let own = format!("{}-of-{}-{version}", shard.index, shard.count);
        let own_lock = directory.join(format!("{own}.lock"));
        locks.push(Lock::take(&own_lock, true, &mut notes)?);

        let own_path = directory.join(format!("{own}.log"));
        let mut paths = scan::files(directory, version, &mut notes)?;
        // The file that grows is the last, and there even if it is empty.
        paths.retain(|path| *path != own_path);
        paths.push(own_path.clone());
        let mut index = BTreeMap::new();
        let mut end = 0;
        for (file, path) in paths.iter().enumerate() {
            let may_repair = is_whole || *path == own_path;
            let Scanned { entries, length } = scan::file(path, may_repair, &mut notes)?;
            end = length;
            for (key, replication, is_failure, offset, length) in entries {
                let place = Place {
                    file: file as u32,
                    length,
                    offset,
                };
                // What failed once may have been done since; never the other way round.
                if is_failure {
                    index.entry((key, replication)).or_insert(place);
                } else {
                    index.insert((key, replication), place);
                }
            }
        }
        let append = || {
            let options = File::options().append(true).create(true).open(&own_path);
            options.map_err(StoreError::io("write", &own_path))
        };
        let mut file = append()?;
        if end == 0 {
            file.write_all(record::HEADER)
                .map_err(StoreError::io("write", &own_path))?;
            end = record::HEADER.len() as u64;
        }
        let shared = Arc::new(Shared {
            writer: Mutex::new(Writer {
                file,
                end,
                dirty: true,
                closing: false,
                failure: None,
            }),
            wake: Condvar::new(),
            file: append()?,
        });
        let background = Arc::clone(&shared);
        let syncing = std::thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || background.keep_synchronised())
            .map_err(StoreError::io("write", &own_path))?;
        Ok(Self {
            notes,
            shared,
            readers: Mutex::default(),
            paths,
            index: Mutex::new(index),
            syncing: Some(syncing),
            _locks: locks,
        })
    }

    /// Whether a replication's values are known, so many of them.
    #[must_use]
    pub fn has(&self, key: Key, replication: u32, values: usize) -> bool {
        lock(&self.index)
            .get(&(key, replication))
            .is_some_and(|place| place.length as usize == record::length_of(values))
    }

    /// Adds an entry.
    ///
    /// # Errors
    /// If the disk fails or is full; earlier entries are safe.
    pub fn put(&self, key: Key, replication: u32, entry: &Entry<'_>) -> Result<(), StoreError> {
        let bytes = record::encode(key, replication, entry);
        let mut writer = lock(&self.shared.writer);
        let last = self.paths.len().saturating_sub(1);
        let path = || self.paths.last().cloned().unwrap_or_default();
        if let Some(cause) = writer.failure.take() {
            return Err(StoreError::io("write", &path())(cause));
        }
        writer
            .file
            .write_all(&bytes)
            .map_err(|cause| StoreError::io("write", &path())(cause))?;
        let place = Place {
            file: last as u32,
            length: bytes.len() as u32,
            offset: writer.end,
        };
        writer.end += bytes.len() as u64;
        writer.dirty = true;
        drop(writer);
        lock(&self.index).insert((key, replication), place);
        Ok(())
    }

    /// What is known of a replication.
    ///
    /// # Errors
    /// If it cannot be read back.
    pub fn get(&self, key: Key, replication: u32) -> Result<Option<Found>, StoreError> {
        let place = lock(&self.index).get(&(key, replication)).copied();
        let Some(place) = place else {
            return Ok(None);
        };
        let mut bytes = vec![0; place.length as usize];
        let number = place.file as usize;
        let Some(path) = self.paths.get(number) else {
            return Ok(None);
        };
        self.read_at(number, path, place.offset, &mut bytes)
            .map_err(StoreError::io("read", path))?;
        let decoded = record::decode(&bytes).map(|(_, _, found)| found);
        let damaged =
            || io::Error::new(io::ErrorKind::InvalidData, "an entry was damaged meanwhile");
        decoded
            .map(Some)
            .ok_or_else(|| StoreError::io("read", path)(damaged()))
    }
}

impl Store {
    /// Fills `bytes` from a place in a file, which is opened unless it is open still.
    fn read_at(&self, number: usize, path: &Path, offset: u64, bytes: &mut [u8]) -> io::Result<()> {
        let mut readers = lock(&self.readers);
        let open = readers.iter().position(|(of, _)| *of == number);
        let mut file = match open.and_then(|position| readers.remove(position)) {
            Some((_, file)) => file,
            None => File::open(path)?,
        };
        file.seek(SeekFrom::Start(offset))?;
        file.read_exact(bytes)?;
        if readers.len() >= OPEN_MAX {
            readers.pop_front();
        }
        readers.push_back((number, file));
        Ok(())
    }

    /// Ends the writing: everything is on the disk then. Entries can be read as before, but none is added.
    ///
    /// # Errors
    /// If the disk did not take what was written last.
    pub fn close(&mut self) -> Result<(), StoreError> {
        lock(&self.shared.writer).closing = true;
        self.shared.wake.notify_all();
        if let Some(thread) = self.syncing.take() {
            // It does not panic; if it did, the entries are with the system all the same.
            let _ = thread.join();
        }
        let path = self.paths.last().cloned().unwrap_or_default();
        match lock(&self.shared.writer).failure.take() {
            Some(cause) => Err(StoreError::io("write", &path)(cause)),
            None => Ok(()),
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // Whoever has to know what the disk said has closed it before.
        let _ = self.close();
    }
}

impl Shared {
    /// Lets the disk have what was written, again and again until the store closes.
    fn keep_synchronised(&self) {
        let mut writer = lock(&self.writer);
        loop {
            let dirty = std::mem::take(&mut writer.dirty);
            let closing = writer.closing;
            drop(writer);
            let synchronised = if dirty { self.file.sync_data() } else { Ok(()) };
            writer = lock(&self.writer);
            if let Err(error) = synchronised {
                writer.failure = Some(error);
            }
            if closing {
                return;
            }
            if !writer.closing {
                let waited = self.wake.wait_timeout(writer, SYNC_EVERY);
                writer = waited.unwrap_or_else(PoisonError::into_inner).0;
            }
        }
    }
}

/// A thread that panicked leaves nothing half-done behind in these.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

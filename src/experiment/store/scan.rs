//! Reading the files of a store when it is opened: which entries are whole, and what is damaged. A damaged file
//! is written anew from its whole entries if it is ours to write; in any case what it lost will be run again.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::StoreError;
use super::record::{self, Found, Key, MARK};

/// The file is read in pieces of this size, so that a large one takes no more memory than a small one.
const PIECE_BYTES: usize = 1 << 16;

/// What a file holds.
#[derive(Debug, Default)]
pub(super) struct Scanned {
    /// Key, replication, whether it is a failure, where it begins and how long it is.
    pub entries: Vec<(Key, u32, bool, u64, u32)>,
    /// The length of the file.
    pub length: u64,
}

/// The files of this version, in the order of their names; of others a note.
pub(super) fn files(
    directory: &Path,
    version: &str,
    notes: &mut Vec<String>,
) -> Result<Vec<PathBuf>, StoreError> {
    let (mut ours, mut others) = (Vec::new(), Vec::new());
    let entries = fs::read_dir(directory).map_err(StoreError::io("read", directory))?;
    for entry in entries {
        let path = entry.map_err(StoreError::io("read", directory))?.path();
        let name = path.file_name().map(|name| name.to_string_lossy());
        let Some(name) = name.as_ref().and_then(|name| name.strip_suffix(".log")) else {
            continue;
        };
        // `0-of-8-0.1.0`: the version is what follows the third dash.
        match name.splitn(4, '-').nth(3) {
            Some(of) if of == version => ours.push(path.clone()),
            Some(of) => others.push(of.to_owned()),
            None => {}
        }
    }
    ours.sort();
    others.sort();
    others.dedup();
    if !others.is_empty() {
        notes.push(format!(
            "{} also has results of flexcap {}, which version {version} does not use",
            directory.display(),
            others.join(" and ")
        ));
    }
    Ok(ours)
}

/// The entries of a file; a file that is not there has none.
pub(super) fn file(
    path: &Path,
    may_repair: bool,
    notes: &mut Vec<String>,
) -> Result<Scanned, StoreError> {
    let opened = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Scanned::default()),
        opened => opened.map_err(StoreError::io("read", path))?,
    };
    let (mut scanned, damages) = entries(opened).map_err(StoreError::io("read", path))?;
    if damages > 0 {
        let places = if damages == 1 { "place" } else { "places" };
        notes.push(format!(
            "{} is damaged in {damages} {places}; what it lost there is run again",
            path.display()
        ));
        if may_repair {
            repair(path, &mut scanned).map_err(StoreError::io("write", path))?;
        }
    }
    Ok(scanned)
}

/// The whole entries, and the number of stretches that are none.
fn entries(file: File) -> io::Result<(Scanned, u32)> {
    let mut window = Window {
        file,
        bytes: Vec::new(),
        from: 0,
        start: 0,
    };
    let mut scanned = Scanned::default();
    let is_ours = window.first(record::HEADER.len())? == record::HEADER;
    let mut damages = u32::from(!is_ours && !window.bytes.is_empty());
    let mut in_damage = !is_ours;
    if is_ours {
        window.pass(record::HEADER.len());
    }
    loop {
        let head = window.first(record::HEAD)?;
        if head.is_empty() {
            scanned.length = window.start;
            return Ok((scanned, damages));
        }
        let length = record::length(head).unwrap_or(0);
        let start = window.start;
        if let Some((key, replication, found)) = record::decode(window.first(length)?) {
            let is_failure = matches!(found, Found::Failure(_));
            scanned
                .entries
                .push((key, replication, is_failure, start, length as u32));
            window.pass(length);
            in_damage = false;
            continue;
        }
        damages += u32::from(!in_damage);
        in_damage = true;
        let piece = window.first(PIECE_BYTES)?;
        let mut next = piece.windows(MARK.len()).skip(1);
        // Where the piece has no mark, its last bytes may be the beginning of one.
        let step = match next.position(|four| four == MARK) {
            Some(position) => position + 1,
            None if piece.len() < PIECE_BYTES => piece.len(),
            None => piece.len() - MARK.len() + 1,
        };
        window.pass(step);
    }
}

/// The file from some byte on, as much of it as somebody asked for.
struct Window {
    file: File,
    bytes: Vec<u8>,
    /// Where the window begins in the bytes, and in the file.
    from: usize,
    start: u64,
}

impl Window {
    /// The first `count` bytes, or what is left of the file.
    fn first(&mut self, count: usize) -> io::Result<&[u8]> {
        while self.bytes.len() - self.from < count {
            self.bytes.drain(..self.from);
            self.from = 0;
            let missing = (count - self.bytes.len()).max(PIECE_BYTES) as u64;
            if (&self.file).take(missing).read_to_end(&mut self.bytes)? == 0 {
                break;
            }
        }
        let end = self.bytes.len().min(self.from + count);
        Ok(self.bytes.get(self.from..end).unwrap_or_default())
    }

    /// Goes on by so many bytes, which were asked for before.
    fn pass(&mut self, count: usize) {
        let count = count.min(self.bytes.len() - self.from);
        self.from += count;
        self.start += count as u64;
    }
}

/// Writes the whole entries beside the file and takes its name.
fn repair(path: &Path, scanned: &mut Scanned) -> io::Result<()> {
    let beside = path.with_extension("log.repaired");
    let (mut from, mut to) = (File::open(path)?, File::create(&beside)?);
    to.write_all(record::HEADER)?;
    let mut end = record::HEADER.len() as u64;
    for (_, _, _, offset, length) in &mut scanned.entries {
        from.seek(SeekFrom::Start(*offset))?;
        io::copy(&mut (&from).take(u64::from(*length)), &mut to)?;
        *offset = end;
        end += u64::from(*length);
    }
    to.sync_all()?;
    fs::rename(&beside, path)?;
    scanned.length = end;
    Ok(())
}

//! Reading the files of a store when it is opened: which entries are whole, and what is damaged. A damaged file
//! is written anew from its whole entries if it is ours to write; in any case what it lost will be run again.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::StoreError;
use super::record::{self, Found, Key, MARK};

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
    let bytes = match fs::read(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Scanned::default()),
        read => read.map_err(StoreError::io("read", path))?,
    };
    let mut scanned = Scanned {
        length: bytes.len() as u64,
        ..Scanned::default()
    };
    let header = bytes.starts_with(record::HEADER);
    let mut at = if header { record::HEADER.len() } else { 0 };
    let (mut damages, mut in_damage) = (0, !header && !bytes.is_empty());
    damages += usize::from(in_damage);
    while at < bytes.len() {
        let rest = bytes.get(at..).unwrap_or_default();
        let whole = record::length(rest).and_then(|length| rest.get(..length));
        match whole.and_then(|whole| Some((whole, record::decode(whole)?))) {
            Some((whole, (key, replication, found))) => {
                let is_failure = matches!(found, Found::Failure(_));
                let length = whole.len() as u32;
                scanned
                    .entries
                    .push((key, replication, is_failure, at as u64, length));
                at += whole.len();
                in_damage = false;
            }
            None => {
                damages += usize::from(!in_damage);
                in_damage = true;
                let next = rest
                    .windows(MARK.len())
                    .skip(1)
                    .position(|four| four == MARK);
                at = next.map_or(bytes.len(), |next| at + 1 + next);
            }
        }
    }
    if damages > 0 {
        let places = if damages == 1 { "place" } else { "places" };
        notes.push(format!(
            "{} is damaged in {damages} {places}; what it lost there is run again",
            path.display()
        ));
        if may_repair {
            repair(path, &bytes, &mut scanned).map_err(StoreError::io("write", path))?;
        }
    }
    Ok(scanned)
}

/// Writes the whole entries beside the file and takes its name.
fn repair(path: &Path, bytes: &[u8], scanned: &mut Scanned) -> std::io::Result<()> {
    let beside = path.with_extension("log.repaired");
    let mut file = File::create(&beside)?;
    file.write_all(record::HEADER)?;
    let mut end = record::HEADER.len() as u64;
    for (_, _, _, offset, length) in &mut scanned.entries {
        let start = *offset as usize;
        file.write_all(
            bytes
                .get(start..start + *length as usize)
                .unwrap_or_default(),
        )?;
        *offset = end;
        end += u64::from(*length);
    }
    file.sync_all()?;
    fs::rename(&beside, path)?;
    scanned.length = end;
    Ok(())
}

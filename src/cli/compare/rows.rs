//! The comparison as CSV, on stdout or in a file that appears whole or not at all.

use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use flexcap::results::sweep::Rows;
use flexcap::results::tables::COMPARISON;
use flexcap::results::{Names, ResultError};

use super::subject::Contrast;
use super::table::is_shown;

/// The columns before the table's own.
const LEAD: [&str; 2] = ["a", "b"];

/// Header and rows, with the directories of both results in each.
pub fn csv(contrasts: &[Contrast<'_>], all: bool) -> String {
    let names = Names::default();
    let mut rows = Rows::new(&COMPARISON, &names);
    rows.text = COMPARISON
        .header_after(&LEAD.map(str::to_owned))
        .into_bytes();
    for contrast in contrasts {
        let lead = [contrast.a.label.as_str(), contrast.b.label.as_str()];
        for row in &contrast.comparison.rows {
            if all || is_shown(row, contrast) {
                rows.add(&lead, row);
            }
        }
    }
    String::from_utf8_lossy(&rows.text).into_owned()
}

/// Makes sure, before anything is read, that the file may be written.
pub fn check_free(out: &Path, overwrite: bool) -> Result<(), ResultError> {
    if out.is_dir() || (out.exists() && !overwrite) {
        return Err(ResultError::Exists(out.to_owned()));
    }
    Ok(())
}

/// Writes the file beside its name and gives it that at the end.
pub fn write(out: &Path, overwrite: bool, text: &str) -> anyhow::Result<()> {
    let cannot = || format!("cannot write {}", out.display());
    let folder = match out.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut file = tempfile::NamedTempFile::new_in(folder).with_context(cannot)?;
    file.write_all(text.as_bytes()).with_context(cannot)?;
    file.as_file().sync_all().with_context(cannot)?;
    let kept = match overwrite {
        true => file.persist(out),
        false => file.persist_noclobber(out),
    };
    kept.with_context(cannot)?;
    Ok(())
}

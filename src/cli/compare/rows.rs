//! The comparison as CSV, on stdout or in a file that appears whole or not at all.

use std::path::Path;

use anyhow::Context as _;
use flexcap::results::sweep::Rows;
use flexcap::results::tables::COMPARISON;
use flexcap::results::{Names, ResultError, write_whole};

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

/// Writes the file, whole or not at all.
pub fn write(out: &Path, overwrite: bool, text: &str) -> anyhow::Result<()> {
    write_whole(out, text.as_bytes(), overwrite)
        .with_context(|| format!("cannot write {}", out.display()))
}

//! One result of `flexcap run`, read for drawing.

use std::path::Path;

use super::detail::Detail;
use super::error::ReportError;
use super::facts::Facts;
use super::happenings::Happenings;
use super::outcomes::Outcomes;
use super::source::Source;

/// A result.
#[derive(Debug)]
pub struct Run {
    /// What the page calls it: the scenario's name, or the folder's where two results share that.
    pub title: String,
    /// Its folder and data package.
    pub source: Source,
    /// What its scenario says.
    pub facts: Facts,
    /// What came out.
    pub outcomes: Outcomes,
    /// One replication over time; none if it was not recorded.
    pub detail: Option<Detail>,
    /// What happened in it.
    pub happenings: Happenings,
}

impl Run {
    /// Reads everything that is drawn, and checks every file against the data package.
    ///
    /// # Errors
    /// If a file cannot be read or was edited.
    pub fn read(source: Source, replication: u64) -> Result<Self, ReportError> {
        let facts = Facts::read(&source.read("scenario.toml")?);
        let (outcomes, (detail, happenings)) = rayon::join(
            || Outcomes::read(&source),
            || {
                rayon::join(
                    || Detail::read(&source, replication),
                    || Happenings::read(&source, &facts, replication),
                )
            },
        );
        Ok(Self {
            title: source.name.clone(),
            outcomes: outcomes?,
            detail: detail?,
            happenings: happenings?,
            facts,
            source,
        })
    }

    /// The folder.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.source.directory
    }

    /// The currency of its money.
    #[must_use]
    pub fn currency(&self) -> &str {
        self.source.text("currency")
    }
}

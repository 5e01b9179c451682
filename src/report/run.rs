//! One result of `flexcap run`, read for drawing.

use std::path::Path;

use super::detail::Detail;
use super::happenings::Happenings;
use super::outcomes::Outcomes;
use super::plan::Plan;
use crate::results::read::{ReadError, ResultDirectory};

/// A result.
#[derive(Debug)]
pub struct Run {
    /// What the page calls it: the scenario's name, or the folder's where two results share that.
    pub title: String,
    /// Its folder and data package.
    pub result: ResultDirectory,
    /// What its scenario says.
    pub plan: Plan,
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
    pub fn read(result: ResultDirectory, replication: u64) -> Result<Self, ReadError> {
        let plan = Plan::read(&result.scenario_toml()?);
        let (outcomes, (detail, happenings)) = rayon::join(
            || Outcomes::read(&result),
            || {
                rayon::join(
                    || Detail::read(&result, replication),
                    || Happenings::read(&result, &plan, replication),
                )
            },
        );
        Ok(Self {
            title: result.facts().name.clone(),
            outcomes: outcomes?,
            detail: detail?,
            happenings: happenings?,
            plan,
            result,
        })
    }

    /// The folder.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.result.path()
    }

    /// The currency of its money.
    #[must_use]
    pub fn currency(&self) -> &str {
        &self.result.facts().currency
    }
}

//! The kinds of files that a user writes. Schema, explanations and reference are walks over their forms.

use super::Scenario;
use super::form::Form;
use super::reader::Read;
use super::sweep::SweepFile;

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Document {
    /// A scenario, for `flexcap run`.
    Scenario,
    /// A sweep, for `flexcap sweep`.
    Sweep,
}

impl Document {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Scenario, Self::Sweep];

    /// What such a file may hold.
    pub(super) fn form(self) -> Form {
        match self {
            Self::Scenario => Scenario::form(),
            Self::Sweep => SweepFile::form(),
        }
    }
}

//! Results: what a run leaves behind. Metrics and columns are declared in tables; a recorder turns the
//! simulation's rows into CSV as they come; a writer puts the replications together into a directory that
//! appears whole or not at all, with a data package that describes every column.
//!
//! ```text
//!   simulation ──rows, totals──► recorder ──► part files ─┐
//!                                   │                     ├─► write ──► directory ──► DIR
//!                                   └► ReplicationResult ─┘     │
//!   names, metrics, tables ── what rows mean ───────────────► package
//! ```
//!
//! `read` takes such a directory back in, checked against its data package.
//!
//! This room knows columns, units and files; it knows no policy and no model.

mod directory;
mod error;
mod inputs;
pub mod metrics;
mod names;
mod number;
mod package;
pub mod read;
mod recorder;
pub mod reference;
mod rename;
pub mod sweep;
mod table_file;
pub mod tables;
mod time;
mod unit;
mod whole_file;
mod write;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use directory::PartialDirectory;
pub use error::ResultError;
pub use names::{EntityType, FLEET, IDLE, Names, WorkloadKind, WorkloadName};
pub use number::{Precision, thousands};
pub use package::Provenance;
pub use recorder::{DayValues, ReplicationRecorder, ReplicationResult};
pub use unit::Unit;
pub use whole_file::write_whole;
pub use write::{Findings, ResultWriter};

//! Reading results back: what `ResultWriter` leaves behind, checked before it is used. A directory is opened
//! by its data package, which says what the result is and what each file's bytes were; a table is handed out
//! only when its file still has that hash, so that nobody draws or compares half of a result.
//!
//! ```text
//!   DIR ──► ResultDirectory::open ──► Facts (name, version, seed, …)
//!                 │
//!                 ├─► table("fleet") ──► TableReader ──► rows, cells by type      any CSV, memory flat
//!                 ├─► summary()      ──► Vec<SummaryLine>
//!                 ├─► replications() ──► ReplicationTable                          series × (seed, replication)
//!                 └─► scenario_toml()
//! ```

mod directory;
mod error;
mod facts;
mod outcomes;
mod table;
#[cfg(test)]
mod tests;
mod version;

pub use directory::ResultDirectory;
pub use error::ReadError;
pub use facts::{Axis, Facts, ResultKind, SweepPlan};
pub use outcomes::{Draw, ReplicationTable, SeriesKey, SummaryLine};
pub use table::{ColumnIndex, Row, TableReader};

//! How many runs make an answer: replications in parallel, and the statistics over them.

mod names;
mod record;
mod run;
pub mod statistics;
pub mod summary;

pub use record::{Progress, RecordError, Recorded, prepare, record};
pub use run::{Outcome, run, run_with};

//! How many runs make an answer: replications in parallel, and the statistics over them.

mod bound;
mod names;
mod record;
mod run;
mod split;
pub mod statistics;
pub mod store;
pub mod summary;
mod sweep;

pub use bound::{BoundError, measure, run_with_bound};
pub use record::{Progress, RecordError, Recorded, prepare, record};
pub use run::{Outcome, run, run_with};
pub use split::{BestSplit, Search, SplitError, best_split};
pub use sweep::{
    Failure, Point, Points, Quiet, Shard, Sweep, SweepError, SweepOptions, SweepProgress, Swept,
    default_directory,
};

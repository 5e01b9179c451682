//! How many runs make an answer: replications in parallel, and the statistics over them.

mod compare;
mod names;
mod record;
mod run;
mod series_name;
mod split;
pub mod statistics;
pub mod store;
pub mod summary;
mod sweep;

pub use compare::{
    Beyond, CompareError, Comparison, Condition, ConditionError, Judgement, Pairing, compare,
};
pub use record::{Progress, RecordError, Recorded, prepare, record};
pub use run::{Outcome, run, run_with};
pub use series_name::SeriesName;
pub use split::{BestSplit, Search, SplitError, best_split};
pub use sweep::{
    Failure, Point, Points, Quiet, Shard, Sweep, SweepError, SweepOptions, SweepProgress, Swept,
    default_directory,
};

//! How many runs make an answer: replications in parallel, and the statistics over them.

mod bound;
mod compare;
mod names;
mod precision;
mod record;
mod run;
mod series_name;
mod split;
pub mod statistics;
pub mod steady;
pub mod store;
pub mod summary;
mod sweep;

pub use bound::{BoundError, measure, run_with_bound};
pub use compare::{
    Beyond, CompareError, Comparison, Condition, ConditionError, Judgement, Pairing, compare,
};
pub use precision::{PrecisionTarget, Reached, UnknownSeries};
pub use record::{Progress, RecordError, Recorded, prepare, record, record_until};
pub use run::{Outcome, run, run_with};
pub use series_name::SeriesName;
pub use split::{BestSplit, Search, SplitError, best_split};
pub use sweep::{
    Failure, Point, Points, Quiet, Shard, Sweep, SweepError, SweepOptions, SweepProgress, Swept,
    default_directory,
};

//! The three kinds of work, each with its own demand and its own progress under a grant of
//! accelerators. A workload sees what it holds and never who else holds what.

mod curve;
pub mod serving;
pub mod training;

pub use curve::{Curve, Stretch};
use serving::Service;
use training::{Campaign, JobStream};

/// Anything that asks for accelerators.
#[derive(Debug)]
pub enum Workload {
    /// A training campaign.
    Training(Campaign),
    /// A stream of training jobs.
    Stream(Box<JobStream>),
    /// An inference or ranking service.
    Serving(Service),
}

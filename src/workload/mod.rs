//! The three kinds of work, each with its own demand and its own progress under a grant of
//! accelerators. A workload sees what it holds and never who else holds what.

pub mod serving;
pub mod training;

use serving::Service;
use training::Campaign;

/// Anything that asks for accelerators.
#[derive(Debug)]
pub enum Workload {
    /// A training campaign.
    Training(Campaign),
    /// An inference or ranking service.
    Serving(Service),
}

//! Whose turn it is: who has the least, then who would have the least afterwards, then who stands
//! first in the scenario.

use std::cmp::Ordering;

use crate::id::WorkloadId;

/// A workload and what it would take next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn {
    pub workload: WorkloadId,
    /// Its weighted share before.
    pub before: f64,
    after: f64,
}

impl Turn {
    /// Of a workload that holds so many accelerators and would take so many more, each adding
    /// `each` to its share.
    pub fn new(workload: WorkloadId, each: f64, held: f64, more: f64) -> Self {
        Self {
            workload,
            before: held * each,
            after: (held + more) * each,
        }
    }

    /// Who is first.
    pub fn order(&self, other: &Self) -> Ordering {
        self.before
            .total_cmp(&other.before)
            .then(self.after.total_cmp(&other.after))
            .then(self.workload.cmp(&other.workload))
    }
}

//! From names to ids: a workload's id is its position among all workloads.

use super::{Pool, Scenario};
use crate::id::WorkloadId;

impl Scenario {
    /// The id of a workload; none for a name that is none.
    #[must_use]
    pub fn workload_id(&self, name: &str) -> Option<WorkloadId> {
        self.workloads()
            .position(|(other, _)| other == name)
            .map(WorkloadId::new)
    }

    /// The workloads that may hold servers of `pool`, in the order of ids.
    pub fn holders<'a>(
        &'a self,
        pool: &'a Pool,
    ) -> impl Iterator<Item = (WorkloadId, &'a str)> + 'a {
        self.workloads()
            .enumerate()
            .filter(|(_, (name, kind))| pool.may_serve(name, *kind))
            .map(|(index, (name, _))| (WorkloadId::new(index), name))
    }
}

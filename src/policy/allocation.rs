//! A policy's answer: servers by pool and slot.

use crate::id::PoolId;

/// How many servers each slot of each pool shall hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allocation {
    pools: Vec<Vec<u64>>,
}

impl Allocation {
    /// An allocation of nothing, for pools with these numbers of slots.
    #[must_use]
    pub fn new(slots: impl IntoIterator<Item = usize>) -> Self {
        Self {
            pools: slots.into_iter().map(|slots| vec![0; slots]).collect(),
        }
    }

    /// What the slots of a pool shall hold, in servers.
    #[must_use]
    pub fn pool(&self, pool: PoolId) -> &[u64] {
        &self.pools[pool.index()]
    }

    /// The same, to change.
    pub fn pool_mut(&mut self, pool: PoolId) -> &mut [u64] {
        &mut self.pools[pool.index()]
    }
}

//! A policy's answer: servers by pool and slot, and the pods in which gangs shall stand.

use crate::id::PoolId;
use crate::scenario::Part;

/// How many servers each slot of each pool shall hold, and where gangs shall stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allocation {
    pools: Vec<Vec<u64>>,
    gangs: Vec<Vec<Part>>,
}

impl Allocation {
    /// An allocation of nothing, for pools with these numbers of slots.
    #[must_use]
    pub fn new(slots: impl IntoIterator<Item = usize>) -> Self {
        let pools: Vec<_> = slots.into_iter().map(|slots| vec![0; slots]).collect();
        Self {
            gangs: vec![Vec::new(); pools.len()],
            pools,
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

    /// Where the gangs shall stand that the pool holds whole. A gang that is not named here stays
    /// where it stands, or goes where there is room once it is whole.
    #[must_use]
    pub fn gangs(&self, pool: PoolId) -> &[Part] {
        &self.gangs[pool.index()]
    }

    /// The same, to change.
    pub fn gangs_mut(&mut self, pool: PoolId) -> &mut Vec<Part> {
        &mut self.gangs[pool.index()]
    }

    /// Completes where the gangs of a pool shall stand, `fewest` being the servers with which a slot's
    /// gang runs at least: who gets fewer stands nowhere, and who was not placed keeps the place where
    /// it is standing, if it gets all the servers for that.
    pub fn complete_gangs(
        &mut self,
        pool: PoolId,
        standing: &[Part],
        fewest: impl Fn(usize) -> Option<u64>,
    ) {
        let targets = &self.pools[pool.index()];
        let target = |slot: usize| targets.get(slot).copied();
        let gangs = &mut self.gangs[pool.index()];
        let placed = gangs.len();
        // Most policies leave all as it stands, and then there is nobody to add.
        let unplaced = if gangs == standing { &[] } else { standing };
        for part in unplaced {
            let whole = standing.iter().filter(|other| other.slot == part.slot);
            let servers: u64 = whole.map(|other| other.servers).sum();
            let is_placed = gangs[..placed].iter().any(|other| other.slot == part.slot);
            if !is_placed && target(part.slot) >= Some(servers) {
                gangs.push(*part);
            }
        }
        gangs.retain(|part| {
            let target = target(part.slot);
            target.is_some_and(|target| fewest(part.slot).is_some_and(|fewest| target >= fewest))
        });
    }
}

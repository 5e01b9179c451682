//! The sizes at which a campaign's gang may run, in whole servers of a pool, and when another size
//! is worth the change.

use super::campaign::{Campaign, State};
use crate::id::PoolId;
use crate::kernel::Span;

/// Time within which a larger gang must have done more work than it does as it is, the change
/// included: gangs are not torn up for what the next step may take back.
const PAYBACK: Span = Span::from_micros(6 * Span::HOUR.as_micros());

impl Campaign {
    /// Accelerators of the gang that it prefers.
    #[must_use]
    pub fn gang(&self) -> u64 {
        self.gang.preferred
    }

    /// Whether its gang may run at several sizes.
    #[must_use]
    pub fn is_elastic(&self) -> bool {
        self.gang.is_elastic()
    }

    /// Whole servers of `pool` that make the gang that it prefers; none where it may not run.
    #[must_use]
    pub fn gang_servers(&self, pool: PoolId) -> Option<u64> {
        Some(self.places[pool.index()]?.preferred)
    }

    /// Failures per hour of so many servers of `pool`; 0 where they never fail.
    #[must_use]
    pub fn failures_per_hour(&self, pool: PoolId, servers: u64) -> f64 {
        let mtbf = self.places[pool.index()].and_then(|place| place.mtbf);
        mtbf.map_or(0.0, |mtbf| servers as f64 / mtbf.as_hours())
    }

    /// Fewest servers of `pool` with which it runs.
    #[must_use]
    pub fn least_servers(&self, pool: PoolId) -> Option<u64> {
        Some(self.places[pool.index()]?.least)
    }

    /// Most servers of `pool` that it can use.
    #[must_use]
    pub fn most_servers(&self, pool: PoolId) -> Option<u64> {
        self.servers(pool, self.gang.max)
    }

    /// The largest gang that it can make of so many servers of `pool`, in servers; none if they are
    /// too few.
    #[must_use]
    pub fn fit(&self, pool: PoolId, servers: u64) -> Option<u64> {
        let per = self.places[pool.index()]?.per_server;
        let size = self.gang.fit(servers.saturating_mul(per))?;
        Some(size / per)
    }

    /// Servers of the gang that runs in `pool`.
    #[must_use]
    pub fn running_servers(&self, pool: PoolId) -> Option<u64> {
        match self.state() {
            State::Running(place) if place == pool => self.servers(pool, self.size),
            _ => None,
        }
    }

    /// Of so many servers of `pool` those that are its gang's: that runs there, or could.
    #[must_use]
    pub fn gang_of(&self, pool: PoolId, held: u64) -> u64 {
        self.running_servers(pool)
            .or_else(|| self.fit(pool, held))
            .or_else(|| self.least_servers(pool))
            .unwrap_or(0)
    }

    /// Whether so many servers of `pool` in so many of its pods are what a gang of it asks for.
    #[must_use]
    pub fn stands(&self, pool: PoolId, servers: u64, pods: usize) -> bool {
        let spans = pods > 1 && self.within() == crate::scenario::Within::Pod;
        self.fit(pool, servers) == Some(servers) && !spans
    }

    /// Whether growing from so many servers of `pool` to more does more work within the payback
    /// time, though the gang then stands still for a write and the resharding.
    #[must_use]
    pub fn pays_to_grow(&self, pool: PoolId, from: u64, to: u64) -> bool {
        let left = (PAYBACK - self.growing()).max(Span::ZERO).as_hours();
        self.share_per_hour(pool, to) * left > self.share_per_hour(pool, from) * PAYBACK.as_hours()
    }

    /// Time that a gang stands still to grow: for a write and the resharding.
    #[must_use]
    pub fn growing(&self) -> Span {
        let write = self.checkpoint.map(|checkpoint| checkpoint.write);
        self.reshard() + write.unwrap_or(Span::ZERO)
    }

    /// Time that a change of size takes once what was done is saved.
    pub(super) fn reshard(&self) -> Span {
        self.gang.reshard.unwrap_or(self.restart)
    }

    /// Share of the whole work that a gang of so many servers of `pool` does in an hour.
    pub(super) fn share_per_hour(&self, pool: PoolId, servers: u64) -> f64 {
        self.places[pool.index()].map_or(0.0, |place| {
            let accelerators = servers * place.per_server;
            let efficient = accelerators as f64 * self.gang.efficiency(accelerators);
            efficient / place.accelerator_hours
        })
    }

    fn servers(&self, pool: PoolId, accelerators: u64) -> Option<u64> {
        Some(accelerators / self.places[pool.index()]?.per_server)
    }
}

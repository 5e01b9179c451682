//! Servers that stay with whoever holds them at the start: all of them during the warm-up, and the
//! part of a pool that is not flexible afterwards. Failures take servers from a holder and repairs
//! return them to the idle stock, so before every decision they are given back from there.

use super::ledger::Ledger;
use super::record::MoveReason;
use super::replication::Replication;
use crate::id::PoolId;
use crate::kernel::Instant;
use crate::scenario::Scenario;

/// Tied servers by pool and slot.
#[derive(Debug)]
pub(super) struct Tied {
    initial: Vec<Vec<u64>>,
    fixed: Vec<Vec<u64>>,
    /// By pool: whether any server is fixed.
    any_fixed: Vec<bool>,
}

impl Tied {
    /// What the ledger holds as it opens.
    pub fn new(scenario: &Scenario, ledger: &Ledger) -> Self {
        let initial: Vec<Vec<u64>> = ledger
            .pools()
            .map(|(_, pool)| pool.allocated().collect())
            .collect();
        let fixed = |(servers, pool): (&Vec<u64>, &crate::scenario::Pool)| {
            servers.iter().map(|&servers| pool.fixed(servers)).collect()
        };
        let pools = initial.iter().zip(scenario.pool.values());
        let fixed: Vec<Vec<u64>> = pools.map(fixed).collect();
        let any = |servers: &Vec<u64>| servers.iter().any(|&servers| servers > 0);
        Self {
            any_fixed: fixed.iter().map(any).collect(),
            fixed,
            initial,
        }
    }

    /// By slot: servers that are not flexible.
    pub fn fixed(&self, pool: PoolId) -> &[u64] {
        &self.fixed[pool.index()]
    }
}

impl Replication<'_> {
    /// Gives tied servers back to holders that are short of them, as far as idle ones go.
    pub(super) fn restore_tied(&mut self, reason: MoveReason, now: Instant) {
        for index in 0..self.fleet.pools.len() {
            if now >= self.start && !self.tied.any_fixed[index] {
                continue;
            }
            let pool = PoolId::new(index);
            for slot in 0..self.ledger.pool(pool).holders().len() {
                let tied = if now < self.start {
                    self.tied.initial[index][slot]
                } else {
                    self.tied.fixed[index][slot]
                };
                let short = tied.saturating_sub(self.held(pool, slot));
                let given = short.min(self.free_idle(pool));
                self.bind_idle(pool, slot, given, reason, now);
            }
        }
        self.start_waiting(now);
    }
}

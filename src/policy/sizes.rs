//! How many servers services need, remembered: within a decision pools of one station have the same
//! answer, and from one decision to the next the last answer is where the search begins.

use super::view::ServiceNeed;
use crate::id::{PoolId, WorkloadId};

/// By workload and station, the last answer of `servers_for`.
#[derive(Debug)]
pub(super) struct Sizes {
    last: Vec<Vec<Size>>,
    decision: u64,
}

/// Servers that once carried a rate, alone.
#[derive(Clone, Copy, Debug, Default)]
struct Size {
    rate_per_s: f64,
    servers: u64,
    decision: u64,
}

impl Size {
    /// What would carry another rate if servers and rate rose together.
    fn near(self, rate_per_s: f64) -> u64 {
        if self.rate_per_s > 0.0 {
            (self.servers as f64 * (rate_per_s / self.rate_per_s)) as u64
        } else {
            self.servers
        }
    }
}

impl Sizes {
    pub fn new(workloads: usize, pools: usize) -> Self {
        Self {
            last: vec![vec![Size::default(); pools]; workloads],
            decision: 0,
        }
    }

    /// Starts a decision, in which every service has one rate.
    pub fn refill(&mut self) {
        self.decision += 1;
    }

    /// Fewest servers of `pool` that, alone, keep the service's promise; none where it may not run.
    pub fn alone(
        &mut self,
        workload: WorkloadId,
        need: &ServiceNeed<'_>,
        pool: PoolId,
        rate_per_s: f64,
    ) -> Option<u64> {
        let size = &mut self.last[workload.index()][need.station(pool)?];
        if size.decision != self.decision {
            let servers = need.servers_for(pool, rate_per_s, size.near(rate_per_s))?;
            *size = Size {
                rate_per_s,
                servers,
                decision: self.decision,
            };
        }
        Some(size.servers)
    }
}

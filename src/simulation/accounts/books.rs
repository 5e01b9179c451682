//! What each pool cost: payments as they were made, and the depreciation of what is in service.

use crate::id::PoolId;
use crate::kernel::Instant;
use crate::simulation::ledger::{Account, Ledger};
use crate::simulation::totals::PoolTotals;
use crate::supply::{Delivery, Fleet, Lots, Pool};

/// One pool's money.
#[derive(Clone, Debug, Default)]
struct PoolBooks {
    lots: Lots,
    capex: f64,
    depreciation: f64,
    idle_depreciation: f64,
    /// Server-hours idle and installed when depreciation was last booked.
    booked_idle: f64,
    booked_installed: f64,
}

/// All pools' money.
#[derive(Debug)]
pub(in crate::simulation) struct Books {
    pools: Vec<PoolBooks>,
    booked_until: Instant,
}

impl Books {
    /// Of the fleet at hand, which is taken to be new at `start`, when the counted period starts.
    pub fn new(fleet: &Fleet, start: Instant, opened: Instant) -> Self {
        let books = |pool: &Pool| {
            let mut lots = Lots::default();
            let accelerators = pool.accelerators_of(pool.servers);
            lots.add(accelerators, pool.price, pool.life, start);
            PoolBooks {
                lots,
                ..PoolBooks::default()
            }
        };
        Self {
            pools: fleet.pools.iter().map(books).collect(),
            booked_until: opened,
        }
    }

    /// Books a payment for an order.
    pub fn pay(&mut self, pool: PoolId, amount: f64) {
        self.pools[pool.index()].capex += amount;
    }

    /// Begins to depreciate what a delivery brought.
    pub fn in_service(&mut self, delivery: &Delivery, pool: &Pool) {
        let lots = &mut self.pools[delivery.pool.index()].lots;
        lots.add(
            delivery.accelerators,
            pool.price,
            pool.life,
            delivery.delivered,
        );
    }

    /// Books depreciation until `now`; the idle part follows the idle share of the time since the
    /// last booking, a step at most.
    pub fn depreciate(&mut self, ledger: &Ledger, now: Instant) {
        let from = self.booked_until;
        if now <= from {
            return;
        }
        for (id, pool) in ledger.pools() {
            let books = &mut self.pools[id.index()];
            let idle = pool.server_hours(Account::Idle, now);
            let installed = pool.installed_hours(now);
            let (idle_since, installed_since) =
                (idle - books.booked_idle, installed - books.booked_installed);
            (books.booked_idle, books.booked_installed) = (idle, installed);
            let depreciation = books.lots.between(from, now);
            books.depreciation += depreciation;
            if installed_since > 0.0 {
                books.idle_depreciation += depreciation * idle_since / installed_since;
            }
        }
        self.booked_until = now;
    }

    /// What a pool cost so far, and no hours.
    pub fn totals(&self, pool: PoolId) -> PoolTotals {
        let books = &self.pools[pool.index()];
        PoolTotals {
            depreciation: books.depreciation,
            idle_depreciation: books.idle_depreciation,
            capex: books.capex,
            ..PoolTotals::default()
        }
    }
}

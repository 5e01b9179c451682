//! The transfers under way: who gives, who takes, and what remains to be done. Places are used
//! again, so that nothing is allocated in the long run.

use super::ledger::{Account, Ledger, PoolLedger};
use crate::id::PoolId;
use crate::scenario::Conversion;

/// A part of a transfer that takes time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leg {
    /// The giver finishes its last work.
    Drain,
    /// The servers are rebuilt for the taker.
    Convert,
    /// The taker starts up.
    WarmUp,
}

/// Servers on their way from one slot to another; none is the idle stock.
#[derive(Clone, Copy, Debug)]
pub(super) struct Transfer {
    pub pool: PoolId,
    pub from: Option<usize>,
    pub to: Option<usize>,
    pub servers: u64,
    pub conversion: Conversion,
    pub leg: Leg,
}

impl Transfer {
    /// A transfer that is about to begin.
    pub fn new(
        pool: PoolId,
        from: Option<usize>,
        to: Option<usize>,
        servers: u64,
        conversion: Conversion,
    ) -> Self {
        Self {
            pool,
            from,
            to,
            servers,
            conversion,
            leg: Leg::Drain,
        }
    }

    /// Where its servers are.
    fn account(&self) -> Option<Account> {
        match self.leg {
            Leg::Drain => self.from.map(Account::Draining),
            Leg::Convert => self.to.map(Account::Converting),
            Leg::WarmUp => self.to.map(Account::Warming),
        }
    }
}

/// All transfers under way.
#[derive(Debug)]
pub(super) struct Transfers {
    /// A place whose transfer has ended keeps it, with no servers.
    under_way: Vec<Transfer>,
    free: Vec<usize>,
    /// By pool and slot: servers that drain elsewhere on their way to this slot.
    incoming: Vec<Vec<u64>>,
    /// By pool: servers that drain on their way to the idle stock.
    to_idle: Vec<u64>,
    /// By pool: legs under way.
    legs: Vec<usize>,
}

impl Transfers {
    pub fn new(ledger: &Ledger) -> Self {
        let slots = |pool: &PoolLedger| vec![0; pool.holders().len()];
        let incoming: Vec<_> = ledger.pools().map(|(_, pool)| slots(pool)).collect();
        Self {
            under_way: Vec::new(),
            free: Vec::new(),
            to_idle: vec![0; incoming.len()],
            legs: vec![0; incoming.len()],
            incoming,
        }
    }

    /// Servers that are still draining elsewhere but promised to this slot.
    pub fn incoming(&self, pool: PoolId, slot: usize) -> u64 {
        self.incoming[pool.index()][slot]
    }

    /// Servers that are draining and promised to nobody.
    pub fn to_idle(&self, pool: PoolId) -> u64 {
        self.to_idle[pool.index()]
    }

    /// Whether anything is on its way in a pool.
    pub fn any(&self, pool: PoolId) -> bool {
        self.legs[pool.index()] > 0
    }

    /// Begins a leg, and returns its place.
    pub fn begin(&mut self, transfer: Transfer) -> usize {
        self.legs[transfer.pool.index()] += 1;
        if transfer.leg == Leg::Drain {
            *self.promised(&transfer) += transfer.servers;
        }
        match self.free.pop() {
            Some(place) => {
                self.under_way[place] = transfer;
                place
            }
            None => {
                self.under_way.push(transfer);
                self.under_way.len() - 1
            }
        }
    }

    /// Ends a leg, and returns it as it was.
    pub fn end(&mut self, place: usize) -> Transfer {
        self.free.push(place);
        let transfer = self.under_way[place];
        self.under_way[place].servers = 0;
        self.legs[transfer.pool.index()] -= 1;
        if transfer.leg == Leg::Drain {
            *self.promised(&transfer) -= transfer.servers;
        }
        transfer
    }

    /// `servers` servers of a pool's `account` are lost on their way.
    pub fn lose(&mut self, pool: PoolId, account: Account, servers: u64) {
        let mut left = servers;
        for place in 0..self.under_way.len() {
            let transfer = self.under_way[place];
            if transfer.pool == pool && transfer.account() == Some(account) {
                let lost = left.min(transfer.servers);
                self.under_way[place].servers -= lost;
                left -= lost;
                if transfer.leg == Leg::Drain {
                    *self.promised(&transfer) -= lost;
                }
            }
        }
        debug_assert_eq!(left, 0, "servers on no transfer");
    }

    fn promised(&mut self, transfer: &Transfer) -> &mut u64 {
        let pool = transfer.pool.index();
        match transfer.to {
            Some(slot) => &mut self.incoming[pool][slot],
            None => &mut self.to_idle[pool],
        }
    }
}

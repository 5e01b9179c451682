//! The ledger: where every server is, at every instant. All servers move through `shift`, which
//! takes from one account what it puts into another, so that
//! installed = allocated + draining + converting + warming + idle + failed + maintenance
//! holds by construction. It also integrates every account over time: all accelerator-hours that
//! flexcap reports are read off here and kept nowhere else.

use crate::id::{PoolId, WorkloadId};
use crate::kernel::Instant;

/// Where a server is: with nobody, or in one of a holder's stages. The holder is named by its
/// slot, the position of the workload among those that the pool may serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Account {
    /// With nobody: spares and what no workload wants. An idle server stays set up for the holder
    /// who used it last; one that is new or was repaired is unbound.
    Idle,
    /// Broken, under repair.
    Failed,
    /// In planned maintenance.
    Maintenance,
    /// Held and ready.
    Allocated(usize),
    /// Finishing its last work for the holder.
    Draining(usize),
    /// On its way to the holder, being rebuilt.
    Converting(usize),
    /// On its way to the holder, starting up.
    Warming(usize),
}

/// Accounts that belong to no holder, before the four of each slot.
const COMMON: usize = 3;
const PER_SLOT: usize = 4;

impl Account {
    /// The holder's slot, if there is one.
    fn slot(self) -> Option<usize> {
        match self {
            Account::Idle | Account::Failed | Account::Maintenance => None,
            Account::Allocated(slot)
            | Account::Draining(slot)
            | Account::Converting(slot)
            | Account::Warming(slot) => Some(slot),
        }
    }

    fn index(self) -> usize {
        let of_slot = |slot: usize, stage: usize| COMMON + slot * PER_SLOT + stage;
        match self {
            Account::Idle => 0,
            Account::Failed => 1,
            Account::Maintenance => 2,
            Account::Allocated(slot) => of_slot(slot, 0),
            Account::Draining(slot) => of_slot(slot, 1),
            Account::Converting(slot) => of_slot(slot, 2),
            Account::Warming(slot) => of_slot(slot, 3),
        }
    }
}

/// A count of servers and its integral over time.
#[derive(Clone, Copy, Debug)]
struct Balance {
    servers: u64,
    since: Instant,
    server_hours: f64,
}

impl Balance {
    fn new(servers: u64, since: Instant) -> Self {
        Self {
            servers,
            since,
            server_hours: 0.0,
        }
    }

    fn server_hours_at(&self, now: Instant) -> f64 {
        self.server_hours + self.servers as f64 * (now - self.since).as_hours()
    }

    fn set(&mut self, servers: u64, now: Instant) {
        self.server_hours = self.server_hours_at(now);
        self.since = now;
        self.servers = servers;
    }
}

/// One pool's accounts, in whole servers.
#[derive(Clone, Debug)]
pub struct PoolLedger {
    installed: Balance,
    accounts: Vec<Balance>,
    /// By slot: idle servers that are set up for it.
    configured: Vec<u64>,
    /// Idle servers that are set up for nobody.
    unbound: u64,
    holders: Vec<WorkloadId>,
    /// By workload: its slot here.
    slots: Vec<Option<usize>>,
}

impl PoolLedger {
    /// A pool of `servers` idle servers that `holders` may hold.
    #[must_use]
    pub fn new(servers: u64, holders: Vec<WorkloadId>, now: Instant) -> Self {
        let mut accounts = vec![Balance::new(0, now); COMMON + holders.len() * PER_SLOT];
        accounts[Account::Idle.index()].servers = servers;
        let workloads = holders.iter().map(|holder| holder.index() + 1).max();
        let mut slots = vec![None; workloads.unwrap_or(0)];
        for (slot, holder) in holders.iter().enumerate() {
            slots[holder.index()] = Some(slot);
        }
        Self {
            installed: Balance::new(servers, now),
            accounts,
            configured: vec![0; holders.len()],
            unbound: servers,
            holders,
            slots,
        }
    }

    /// The workloads that may hold servers here; a position in it is a slot.
    #[must_use]
    pub fn holders(&self) -> &[WorkloadId] {
        &self.holders
    }

    /// The slot of a workload; none where it may not hold servers.
    #[must_use]
    pub fn slot_of(&self, workload: WorkloadId) -> Option<usize> {
        self.slots.get(workload.index()).copied().flatten()
    }

    /// Servers in place, whatever their state.
    #[must_use]
    pub fn installed(&self) -> u64 {
        self.installed.servers
    }

    /// Servers in `account`.
    #[must_use]
    pub fn servers(&self, account: Account) -> u64 {
        self.accounts[account.index()].servers
    }

    /// By slot: servers held and ready.
    pub fn allocated(&self) -> impl Iterator<Item = u64> {
        let (slots, _) = self.accounts[COMMON..].as_chunks::<PER_SLOT>();
        slots.iter().map(|[allocated, ..]| allocated.servers)
    }

    /// Idle servers that are set up for a slot; for none, the unbound.
    #[must_use]
    pub fn idle_for(&self, slot: Option<usize>) -> u64 {
        slot.map_or(self.unbound, |slot| self.configured[slot])
    }

    /// Server-hours in place since the ledger was opened.
    #[must_use]
    pub fn installed_hours(&self, now: Instant) -> f64 {
        self.installed.server_hours_at(now)
    }

    /// Server-hours in `account` since the ledger was opened.
    #[must_use]
    pub fn server_hours(&self, account: Account, now: Instant) -> f64 {
        self.accounts[account.index()].server_hours_at(now)
    }

    /// Adds `servers` new servers, idle.
    pub fn install(&mut self, servers: u64, now: Instant) {
        self.installed.set(self.installed.servers + servers, now);
        let idle = &mut self.accounts[Account::Idle.index()];
        idle.set(idle.servers + servers, now);
        self.unbound += servers;
    }

    /// Moves up to `servers` servers and returns how many there were to move: the ledger never
    /// owes a server. What a holder gives to the idle stock stays set up for it; of the idle stock
    /// the unbound go first, then the others in slot order.
    pub fn shift(&mut self, from: Account, to: Account, servers: u64, now: Instant) -> u64 {
        let moved = self.book(from, to, servers, now);
        if from == to {
            return moved;
        }
        if to == Account::Idle {
            *self.stock(from.slot()) += moved;
        }
        if from == Account::Idle {
            let mut left = moved;
            for slot in std::iter::once(None).chain((0..self.holders.len()).map(Some)) {
                let stock = self.stock(slot);
                let taken = left.min(*stock);
                *stock -= taken;
                left -= taken;
            }
        }
        moved
    }

    /// Like `shift` to one of the stages of `taker`, but of the idle stock only servers that are set
    /// up for it.
    pub fn hand(
        &mut self,
        from: Account,
        taker: usize,
        to: Account,
        servers: u64,
        now: Instant,
    ) -> u64 {
        match from {
            Account::Idle => self.take_idle(Some(taker), to, servers, now),
            from => self.book(from, to, servers, now),
        }
    }

    /// Like `shift` from the idle stock, but only of the servers that are set up for `slot`; for
    /// none, of the unbound.
    pub fn take_idle(
        &mut self,
        slot: Option<usize>,
        to: Account,
        servers: u64,
        now: Instant,
    ) -> u64 {
        let stock = self.stock(slot);
        let taken = servers.min(*stock);
        *stock -= taken;
        self.book(Account::Idle, to, taken, now)
    }

    /// Like `shift` to the idle stock, the servers being set up for `slot`.
    pub fn put_idle(
        &mut self,
        from: Account,
        slot: Option<usize>,
        servers: u64,
        now: Instant,
    ) -> u64 {
        let put = self.book(from, Account::Idle, servers, now);
        *self.stock(slot) += put;
        put
    }

    /// Sets up to `servers` idle servers, used last by a slot or unbound, up for another, and
    /// returns how many there were.
    pub fn rebind(&mut self, from: Option<usize>, to: usize, servers: u64) -> u64 {
        let stock = self.stock(from);
        let bound = servers.min(*stock);
        *stock -= bound;
        self.configured[to] += bound;
        bound
    }

    fn stock(&mut self, slot: Option<usize>) -> &mut u64 {
        match slot {
            Some(slot) => &mut self.configured[slot],
            None => &mut self.unbound,
        }
    }

    fn book(&mut self, from: Account, to: Account, servers: u64, now: Instant) -> u64 {
        let giver = &mut self.accounts[from.index()];
        let moved = servers.min(giver.servers);
        if moved > 0 && from != to {
            giver.set(giver.servers - moved, now);
            let taker = &mut self.accounts[to.index()];
            taker.set(taker.servers + moved, now);
        }
        moved
    }

    /// Whether every installed server is in exactly one account, now and over all time so far.
    #[must_use]
    pub fn is_conserved(&self, now: Instant) -> bool {
        let servers: u64 = self.accounts.iter().map(|account| account.servers).sum();
        let hours: f64 = self
            .accounts
            .iter()
            .map(|account| account.server_hours_at(now))
            .sum();
        let installed_hours = self.installed_hours(now);
        let idle = self.unbound + self.configured.iter().sum::<u64>();
        idle == self.servers(Account::Idle)
            && servers == self.installed.servers
            && (hours - installed_hours).abs() <= 1e-9 * installed_hours.max(1.0)
    }
}

/// All pools' accounts.
#[derive(Clone, Debug)]
pub struct Ledger {
    pools: Vec<PoolLedger>,
}

impl Ledger {
    /// A ledger of these pools, by `PoolId`.
    #[must_use]
    pub fn new(pools: Vec<PoolLedger>) -> Self {
        Self { pools }
    }

    /// One pool's accounts.
    #[must_use]
    pub fn pool(&self, pool: PoolId) -> &PoolLedger {
        &self.pools[pool.index()]
    }

    /// One pool's accounts, to change.
    pub fn pool_mut(&mut self, pool: PoolId) -> &mut PoolLedger {
        &mut self.pools[pool.index()]
    }

    /// All pools with their ids.
    pub fn pools(&self) -> impl Iterator<Item = (PoolId, &PoolLedger)> {
        self.pools
            .iter()
            .enumerate()
            .map(|(index, pool)| (PoolId::new(index), pool))
    }

    /// Whether every pool conserves its servers.
    #[must_use]
    pub fn is_conserved(&self, now: Instant) -> bool {
        self.pools.iter().all(|pool| pool.is_conserved(now))
    }
}

#[cfg(test)]
mod tests;

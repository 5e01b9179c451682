//! Carries out a decision: servers leave their givers (draining), are handed to their takers
//! (warming up) and become ready. A transfer under way cannot be redirected.

use super::ledger::{Account, Ledger};
use super::record::{MoveReason, MoveRow};
use super::replication::Replication;
use crate::id::PoolId;
use crate::kernel::{Instant, Span};
use crate::workload::Workload;

/// A part of a transfer that takes time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leg {
    /// The giver finishes its last work.
    Drain,
    /// The taker starts up.
    WarmUp,
}

/// Servers on their way from one slot to another; none is the idle stock.
#[derive(Clone, Copy, Debug)]
struct Transfer {
    pool: PoolId,
    from: Option<usize>,
    to: Option<usize>,
    servers: u64,
    leg: Leg,
}

/// All transfers under way. Places are used again, so that nothing is allocated in the long run.
#[derive(Debug)]
pub(super) struct Transfers {
    under_way: Vec<Transfer>,
    free: Vec<usize>,
    /// By pool and slot: servers that drain elsewhere on their way to this slot.
    incoming: Vec<Vec<u64>>,
    /// By pool: servers that drain on their way to the idle stock.
    to_idle: Vec<u64>,
}

impl Transfers {
    pub fn new(ledger: &Ledger) -> Self {
        let slots = |pool: &super::ledger::PoolLedger| vec![0; pool.holders().len()];
        let incoming: Vec<_> = ledger.pools().map(|(_, pool)| slots(pool)).collect();
        Self {
            under_way: Vec::new(),
            free: Vec::new(),
            to_idle: vec![0; incoming.len()],
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

    /// Notes that a transfer begins a leg.
    pub fn enter(&mut self, transfer: usize, leg: Leg) {
        self.under_way[transfer].leg = leg;
    }

    fn begin(&mut self, transfer: Transfer) -> usize {
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

    fn promise(&mut self, transfer: &Transfer, servers: impl Fn(u64) -> u64) {
        let pool = transfer.pool.index();
        let promised = match transfer.to {
            Some(slot) => &mut self.incoming[pool][slot],
            None => &mut self.to_idle[pool],
        };
        *promised = servers(*promised);
    }
}

impl Replication<'_> {
    /// Servers that a slot holds or has been promised.
    pub(super) fn held(&self, pool: PoolId, slot: usize) -> u64 {
        let ledger = self.ledger.pool(pool);
        ledger.servers(Account::Allocated(slot)) + self.under_way_to(pool, slot)
    }

    /// Servers on their way to a slot.
    pub(super) fn under_way_to(&self, pool: PoolId, slot: usize) -> u64 {
        let ledger = self.ledger.pool(pool);
        ledger.servers(Account::Converting(slot))
            + ledger.servers(Account::Warming(slot))
            + self.transfers.incoming(pool, slot)
    }

    /// Idle servers of a pool beyond those that its spares keep.
    pub(super) fn free_idle(&self, pool: PoolId) -> u64 {
        let ledger = self.ledger.pool(pool);
        let spares = self.fleet.pools[pool.index()].spare_servers;
        let kept = spares.saturating_sub(ledger.servers(Account::Failed));
        ledger.servers(Account::Idle).saturating_sub(kept)
    }

    /// Moves servers so that every slot of `pool` comes to hold its target. Takers are served in
    /// slot order, from the idle stock first and then from givers in slot order.
    pub(super) fn carry_out(
        &mut self,
        pool: PoolId,
        targets: &[u64],
        reason: MoveReason,
        now: Instant,
    ) {
        let mut giver = 0;
        for (taker, &target) in targets.iter().enumerate() {
            let mut wanted = target.saturating_sub(self.held(pool, taker));
            let from_idle = wanted.min(self.free_idle(pool));
            self.transfer(pool, None, Some(taker), from_idle, reason, now);
            wanted -= from_idle;
            while wanted > 0 && giver < targets.len() {
                let surplus = self.held(pool, giver).saturating_sub(targets[giver]);
                let servers = wanted.min(surplus);
                self.transfer(pool, Some(giver), Some(taker), servers, reason, now);
                wanted -= servers;
                if servers == surplus {
                    giver += 1;
                }
            }
        }
        for (slot, &target) in targets.iter().enumerate().skip(giver) {
            let surplus = self.held(pool, slot).saturating_sub(target);
            self.transfer(pool, Some(slot), None, surplus, reason, now);
        }
    }

    pub(super) fn transfer(
        &mut self,
        pool: PoolId,
        from: Option<usize>,
        to: Option<usize>,
        servers: u64,
        reason: MoveReason,
        now: Instant,
    ) {
        if servers == 0 {
            return;
        }
        self.record_move(pool, from, to, servers, reason, now);
        let transfer = Transfer {
            pool,
            from,
            to,
            servers,
            leg: Leg::Drain,
        };
        let drain = from.map_or(Span::ZERO, |slot| self.delays(pool, slot).1);
        match from {
            Some(slot) if drain > Span::ZERO => {
                let ledger = self.ledger.pool_mut(pool);
                ledger.shift(
                    Account::Allocated(slot),
                    Account::Draining(slot),
                    servers,
                    now,
                );
                self.transfers
                    .promise(&transfer, |promised| promised + servers);
                let place = self.transfers.begin(transfer);
                self.schedule_transfer(place, Leg::Drain, drain, now);
            }
            Some(slot) => {
                self.hand_over(transfer, Account::Allocated(slot), now);
                self.settle_gang(pool, slot, now);
            }
            None => self.hand_over(transfer, Account::Idle, now),
        }
    }

    /// A leg ends.
    pub(super) fn transfer_due(&mut self, place: usize, now: Instant) {
        let transfer = self.transfers.under_way[place];
        self.transfers.free.push(place);
        match (transfer.leg, transfer.from, transfer.to) {
            (Leg::Drain, Some(from), _) => {
                let servers = transfer.servers;
                self.transfers
                    .promise(&transfer, |promised| promised - servers);
                self.hand_over(transfer, Account::Draining(from), now);
            }
            (Leg::WarmUp, _, Some(to)) => {
                let ledger = self.ledger.pool_mut(transfer.pool);
                let servers = transfer.servers;
                ledger.shift(Account::Warming(to), Account::Allocated(to), servers, now);
                self.settle_gang(transfer.pool, to, now);
            }
            (Leg::Drain, None, _) | (Leg::WarmUp, _, None) => {
                debug_assert!(false, "nobody drains or warms up: {transfer:?}");
            }
        }
    }

    /// Servers in `account` are the taker's now.
    fn hand_over(&mut self, transfer: Transfer, account: Account, now: Instant) {
        let Transfer {
            pool, to, servers, ..
        } = transfer;
        let Some(to) = to else {
            let ledger = self.ledger.pool_mut(pool);
            ledger.shift(account, Account::Idle, servers, now);
            return;
        };
        let start_up = self.delays(pool, to).0;
        let warms_up = start_up > Span::ZERO;
        let arrival = if warms_up {
            Account::Warming(to)
        } else {
            Account::Allocated(to)
        };
        let ledger = self.ledger.pool_mut(pool);
        ledger.shift(account, arrival, servers, now);
        if warms_up {
            let place = self.transfers.begin(transfer);
            self.schedule_transfer(place, Leg::WarmUp, start_up, now);
        } else {
            self.settle_gang(pool, to, now);
        }
    }

    /// Start-up and drain time of a slot's workload. A gang's start is part of its own restart.
    fn delays(&self, pool: PoolId, slot: usize) -> (Span, Span) {
        let workload = self.ledger.pool(pool).holders()[slot];
        match &self.workloads[workload.index()] {
            Workload::Training(_) => (Span::ZERO, Span::ZERO),
            Workload::Serving(service) => (service.start_delay(), service.drain_delay()),
        }
    }

    fn record_move(
        &mut self,
        pool: PoolId,
        from: Option<usize>,
        to: Option<usize>,
        servers: u64,
        reason: MoveReason,
        now: Instant,
    ) {
        if !self.recording {
            return;
        }
        let holders = self.ledger.pool(pool).holders();
        let workload = |slot: Option<usize>| slot.map(|slot| holders[slot]);
        self.recorder.moved(&MoveRow {
            time: now,
            pool,
            from: workload(from),
            to: workload(to),
            accelerators: self.fleet.pools[pool.index()].accelerators_of(servers),
            reason,
            expected_gain_per_hour: None,
            cost: 0.0,
            realised_gain: None,
        });
    }
}

//! Carries out a decision: servers leave their givers (draining), are rebuilt for their takers where
//! that takes time (converting), start up (warming) and are ready. A transfer under way cannot be
//! redirected.

use super::decision::Resized;
use super::event::{Event, WORKLOAD};
use super::ledger::Account;
use super::record::{MoveReason, MoveRow};
use super::replication::Replication;
use super::under_way::{Leg, Transfer};
use crate::id::PoolId;
use crate::kernel::{Instant, Span};
use crate::scenario::Conversion;
use crate::workload::Workload;

impl Replication<'_> {
    /// Servers that a slot holds or has been promised.
    pub(super) fn held(&self, pool: PoolId, slot: usize) -> u64 {
        let ledger = self.ledger.pool(pool);
        ledger.servers(Account::Allocated(slot)) + self.under_way_to(pool, slot)
    }

    /// Servers on their way to a slot.
    pub(super) fn under_way_to(&self, pool: PoolId, slot: usize) -> u64 {
        if !self.transfers.any(pool) {
            return 0;
        }
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

    /// Moves servers so that every slot of `pool` that is `resized` comes to hold its target. Takers
    /// are served in slot order, from the idle stock first and then from givers in slot order.
    pub(super) fn carry_out(
        &mut self,
        pool: PoolId,
        resized: &[Resized],
        reason: MoveReason,
        now: Instant,
    ) {
        let takers = resized.iter().filter(|each| each.target > each.held);
        let mut givers = resized.iter().filter(|each| each.target < each.held);
        let mut giver = givers.next();
        for taker in takers {
            let mut wanted = taker.target - taker.held;
            let from_idle = wanted.min(self.free_idle(pool));
            self.bind_idle(pool, taker.slot, from_idle, reason, now);
            wanted -= from_idle;
            while wanted > 0
                && let Some(&Resized { slot, target, .. }) = giver
            {
                let surplus = self.held(pool, slot).saturating_sub(target);
                let servers = wanted.min(surplus);
                let conversion = self.conversion(pool, slot, taker.slot);
                let (from, to) = (Some(slot), Some(taker.slot));
                let transfer = Transfer::new(pool, from, to, servers, conversion);
                self.transfer(transfer, reason, now);
                wanted -= servers;
                if servers == surplus {
                    giver = givers.next();
                }
            }
        }
        for &Resized { slot, target, .. } in giver.into_iter().chain(givers) {
            let surplus = self.held(pool, slot).saturating_sub(target);
            let nothing = Conversion::NOTHING;
            let transfer = Transfer::new(pool, Some(slot), None, surplus, nothing);
            self.transfer(transfer, reason, now);
        }
    }

    /// Gives idle servers to a taker. Those that are ready for it go first, as one move: set up for
    /// it, then unbound beyond the spares, then left by a use from which nothing need be done. The
    /// others must be converted, and go in slot order.
    pub(super) fn bind_idle(
        &mut self,
        pool: PoolId,
        taker: usize,
        servers: u64,
        reason: MoveReason,
        now: Instant,
    ) {
        if servers == 0 {
            return;
        }
        let ledger = self.ledger.pool(pool);
        let slots = ledger.holders().len();
        let spares = ledger.servers(Account::Idle) - self.free_idle(pool);
        let unbound = ledger.idle_for(None).saturating_sub(spares);
        let mut left = servers - servers.min(ledger.idle_for(Some(taker)));
        let ledger = self.ledger.pool_mut(pool);
        left -= ledger.rebind(None, taker, left.min(unbound));
        for slot in (0..slots).filter(|&slot| slot != taker) {
            if left == 0 {
                break;
            }
            if self.conversion(pool, slot, taker).is_nothing() {
                left -= self.ledger.pool_mut(pool).rebind(Some(slot), taker, left);
            }
        }
        let nothing = Conversion::NOTHING;
        let ready = Transfer::new(pool, None, Some(taker), servers - left, nothing);
        self.transfer(ready, reason, now);
        for slot in (0..slots).filter(|&slot| slot != taker) {
            if left == 0 {
                return;
            }
            let conversion = self.conversion(pool, slot, taker);
            let converted = self.ledger.pool_mut(pool).rebind(Some(slot), taker, left);
            left -= converted;
            let transfer = Transfer::new(pool, None, Some(taker), converted, conversion);
            self.transfer(transfer, reason, now);
        }
    }

    fn transfer(&mut self, transfer: Transfer, reason: MoveReason, now: Instant) {
        let Transfer { pool, servers, .. } = transfer;
        if servers == 0 {
            return;
        }
        let Some(giver) = transfer.from else {
            self.book_move(&transfer, Span::ZERO, reason, now);
            self.convert(transfer, Account::Idle, now);
            return;
        };
        let held = Account::Allocated(giver);
        let drain = self.drain(pool, giver, servers, now);
        self.book_move(&transfer, drain, reason, now);
        if drain > Span::ZERO {
            let ledger = self.ledger.pool_mut(pool);
            ledger.shift(held, Account::Draining(giver), servers, now);
            self.begin(transfer, Leg::Drain, drain, now);
            self.settle_gang(pool, giver, now);
        } else {
            self.convert(transfer, held, now);
            self.settle_gang(pool, giver, now);
        }
    }

    /// A leg ends.
    pub(super) fn transfer_due(&mut self, place: usize, now: Instant) {
        let transfer = self.transfers.end(place);
        match (transfer.leg, transfer.from, transfer.to) {
            (Leg::Drain, Some(from), _) => self.convert(transfer, Account::Draining(from), now),
            (Leg::Convert, _, Some(to)) => {
                self.warm_up(transfer, to, Account::Converting(to), now);
            }
            (Leg::WarmUp, _, Some(to)) => {
                let ledger = self.ledger.pool_mut(transfer.pool);
                let servers = transfer.servers;
                ledger.shift(Account::Warming(to), Account::Allocated(to), servers, now);
                self.settle_gang(transfer.pool, to, now);
            }
            (Leg::Drain, None, _) | (Leg::Convert | Leg::WarmUp, _, None) => {
                debug_assert!(false, "nobody drains or warms up: {transfer:?}");
            }
        }
    }

    /// Servers in `account` have left their giver, and are rebuilt if the taker needs that.
    fn convert(&mut self, transfer: Transfer, account: Account, now: Instant) {
        let Transfer { pool, servers, .. } = transfer;
        let delay = transfer.conversion.delay;
        match transfer.to {
            None => {
                let ledger = self.ledger.pool_mut(pool);
                ledger.shift(account, Account::Idle, servers, now);
            }
            Some(to) if delay > Span::ZERO => {
                let ledger = self.ledger.pool_mut(pool);
                ledger.hand(account, to, Account::Converting(to), servers, now);
                self.begin(transfer, Leg::Convert, delay, now);
            }
            Some(to) => self.warm_up(transfer, to, account, now),
        }
    }

    /// Servers in `account` are the taker's now, and start up.
    fn warm_up(&mut self, transfer: Transfer, to: usize, account: Account, now: Instant) {
        let Transfer { pool, servers, .. } = transfer;
        let start_up = self.start_up(pool, to);
        let ledger = self.ledger.pool_mut(pool);
        if start_up > Span::ZERO {
            ledger.hand(account, to, Account::Warming(to), servers, now);
            self.begin(transfer, Leg::WarmUp, start_up, now);
        } else {
            ledger.hand(account, to, Account::Allocated(to), servers, now);
            self.settle_gang(pool, to, now);
        }
    }

    /// Start-up time of a slot's workload. A gang's start is part of its own restart.
    fn start_up(&self, pool: PoolId, slot: usize) -> Span {
        let workload = self.ledger.pool(pool).holders()[slot];
        match &self.workloads[workload.index()] {
            Workload::Training(_) | Workload::Stream(_) => Span::ZERO,
            Workload::Serving(service) => service.start_delay(),
        }
    }

    /// For how long `servers` servers stay with a slot's workload that they are taken from: until a
    /// service has drained them, or training, if it gets notice, has written a checkpoint.
    fn drain(&mut self, pool: PoolId, slot: usize, servers: u64, now: Instant) -> Span {
        let ledger = self.ledger.pool(pool);
        let workload = ledger.holders()[slot];
        let left = ledger
            .servers(Account::Allocated(slot))
            .saturating_sub(servers);
        match &mut self.workloads[workload.index()] {
            Workload::Serving(service) => service.drain_delay(),
            Workload::Stream(stream) => stream.give_notice(pool, servers),
            Workload::Training(campaign) => {
                if campaign
                    .running_servers(pool)
                    .is_some_and(|size| left >= size)
                {
                    // Its gang stays whole.
                    return Span::ZERO;
                }
                let drain = campaign.give_notice(pool, now);
                let facts = &self.fleet.pools[pool.index()];
                let accelerators = facts.accelerators_of(servers) as f64;
                campaign.write_leaving(accelerators * drain.as_hours());
                drain
            }
        }
    }

    /// Begins a transfer's leg and schedules its end.
    fn begin(&mut self, transfer: Transfer, leg: Leg, delay: Span, now: Instant) {
        let place = self.transfers.begin(Transfer { leg, ..transfer });
        self.calendar
            .schedule(now + delay, WORKLOAD, Event::TransferDue(place));
    }

    /// What it takes to turn a server that was used by one slot over to another.
    pub(super) fn conversion(&self, pool: PoolId, from: usize, to: usize) -> Conversion {
        let holders = self.ledger.pool(pool).holders();
        let hardware = self.fleet.pools[pool.index()].hardware;
        self.conversions
            .between(hardware, holders[from], holders[to])
    }

    /// Charges the taker for the conversion, and books the move's row if it is wanted.
    fn book_move(&mut self, transfer: &Transfer, drain: Span, reason: MoveReason, now: Instant) {
        let pool = transfer.pool;
        let accelerators = self.fleet.pools[pool.index()].accelerators_of(transfer.servers);
        let cost = transfer.conversion.cost.0 * accelerators as f64;
        let holders = self.ledger.pool(pool).holders();
        let workload = |slot: Option<usize>| slot.map(|slot| holders[slot]);
        let (from, to) = (workload(transfer.from), workload(transfer.to));
        if let Some(taker) = to {
            self.accounts.convert(taker, cost);
        }
        if self.recording {
            let row = MoveRow {
                time: now,
                pool,
                from,
                to,
                accelerators,
                reason,
                expected_gain_per_hour: None,
                cost,
                realised_gain: None,
            };
            let start_up = transfer
                .to
                .map_or(Span::ZERO, |slot| self.start_up(pool, slot));
            let ready = now + drain + transfer.conversion.delay + start_up;
            let mut gains = std::mem::take(&mut self.gains);
            gains.book(self, transfer, row, ready);
            self.gains = gains;
        }
    }
}

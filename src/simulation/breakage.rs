//! Failures and repairs in the ledger. A broken server is replaced at once from the pool's idle
//! servers, spares first; what cannot be replaced, a gang's server in a pod without room included,
//! waits for the next decision. A running gang that is hit, or a stream's job, restarts from its last
//! checkpoint.
//! Nothing here wakes the policy.

use super::event::{Event, SUPPLY};
use super::ledger::{Account, Ledger};
use super::record::{EventEntity, EventKind, EventRow};
use super::replication::Replication;
use crate::id::PoolId;
use crate::kernel::{Instant, Span};
use crate::supply::{FAILURE_GRID, Failures};

/// What is broken and about to break.
#[derive(Debug)]
pub(super) struct Breakage {
    failures: Failures,
    /// By pool: servers that fail in this hour and hit no gang, by slot, the idle stock last.
    pending: Vec<Vec<u64>>,
    /// Servers that could break up to each slot, and hits by slot: while failures are split.
    reach: Vec<u32>,
    hits: Vec<u64>,
}

impl Breakage {
    pub fn new(failures: Failures, ledger: &Ledger) -> Self {
        let slots = |pool: &super::ledger::PoolLedger| vec![0; pool.holders().len() + 1];
        Self {
            failures,
            pending: ledger.pools().map(|(_, pool)| slots(pool)).collect(),
            reach: Vec::new(),
            hits: Vec::new(),
        }
    }

    /// Whether anything can break.
    pub fn any(&self) -> bool {
        self.failures.any()
    }
}

impl Replication<'_> {
    /// An hour of the failure grid begins: repairs end, and the hour's failures are drawn and
    /// split over those who hold servers now. Those of gangs and of streams of jobs happen at instants of their own,
    /// the others' together in the middle of the hour.
    pub(super) fn failure_hour(&mut self, now: Instant) {
        for index in 0..self.fleet.pools.len() {
            let pool = PoolId::new(index);
            self.repair(pool, now);
            let ledger = self.ledger.pool(pool);
            let down = ledger.servers(Account::Failed) + ledger.servers(Account::Maintenance);
            let up = ledger.installed() - down;
            let count = self.breakage.failures.strike(index, up);
            self.trace_failures(pool, count);
            if count > 0 {
                self.split_failures(pool, count, now);
            }
        }
        if now + FAILURE_GRID < self.end {
            self.schedule_failure_hour(now);
        }
    }

    /// Every failure picks its server among all that could break; who holds it is read off the
    /// ledger.
    fn split_failures(&mut self, pool: PoolId, count: u64, now: Instant) {
        let index = pool.index();
        let slots = self.ledger.pool(pool).holders().len();
        let (ledger, breakage) = (self.ledger.pool(pool), &mut self.breakage);
        let exposed = ledger.allocated().chain([ledger.servers(Account::Idle)]);
        let mut all = 0;
        let reach = exposed.map(|servers| {
            all += servers;
            all as u32
        });
        breakage.reach.clear();
        breakage.reach.extend(reach);
        breakage.hits.clear();
        breakage.hits.resize(slots + 1, 0);
        let (reach, hits) = (&breakage.reach, &mut breakage.hits);
        breakage.failures.split(index, count, reach, hits);
        let mut others = false;
        for slot in 0..=slots {
            let hits = self.breakage.hits[slot];
            if hits == 0 {
                continue;
            }
            if slot < slots && self.is_training(pool, slot) {
                for _ in 0..hits {
                    let at = now + self.breakage.failures.instant(index);
                    let event = Event::GangServerFails(pool, slot);
                    self.calendar.schedule(at, SUPPLY, event);
                }
            } else {
                self.breakage.pending[index][slot] += hits;
                others = true;
            }
        }
        if others {
            let at = now + Span::from_micros(FAILURE_GRID.as_micros() / 2);
            self.calendar
                .schedule(at, SUPPLY, Event::OtherServersFail(pool));
        }
    }

    /// Servers of services and of the idle stock break: as many as each has at once, and what they
    /// no longer have one by one, wherever there are any.
    pub(super) fn fail_other_servers(&mut self, pool: PoolId, now: Instant) {
        let slots = self.ledger.pool(pool).holders().len();
        let (mut failed, mut missed) = (0, 0);
        let mut pending = std::mem::take(&mut self.breakage.pending[pool.index()]);
        for (slot, hits) in pending.iter_mut().enumerate() {
            if *hits > 0 {
                let broken = self.fail_together(pool, exposed_account(slot, slots), *hits, now);
                failed += broken;
                missed += *hits - broken;
                *hits = 0;
            }
        }
        self.breakage.pending[pool.index()] = pending;
        self.pods.pool_mut(pool).break_others(failed);
        let found: u64 = (0..missed)
            .map(|_| self.fail_one(pool, Account::Idle, now))
            .sum();
        failed += found;
        self.put_off_failures(pool, missed - found, now);
        self.record_fleet_event(pool, EventKind::Failure, failed, now);
    }

    /// Breaks up to `servers` servers of a service or of the idle stock, and replaces a service's: one
    /// that is replaced at once leaves the idle stock one short. Returns the servers broken, which
    /// have yet to break in the pods.
    fn fail_together(&mut self, pool: PoolId, account: Account, servers: u64, now: Instant) -> u64 {
        let broken = servers.min(self.ledger.pool(pool).servers(account));
        let mut left = broken;
        if let Account::Allocated(slot) = account {
            let ready = self.make_ready(pool, slot, broken);
            let ledger = self.ledger.pool_mut(pool);
            left -= ledger.take_idle(Some(slot), Account::Failed, ready, now);
        }
        let ledger = self.ledger.pool_mut(pool);
        ledger.shift(account, Account::Failed, left, now);
        broken
    }

    /// Failures that found every server down already happen an hour later.
    fn put_off_failures(&mut self, pool: PoolId, failures: u64, now: Instant) {
        if failures > 0 {
            let slots = self.ledger.pool(pool).holders().len();
            self.breakage.pending[pool.index()][slots] += failures;
            self.calendar
                .schedule(now + FAILURE_GRID, SUPPLY, Event::OtherServersFail(pool));
        }
    }

    /// A server of a gang, or of a stream of jobs, breaks.
    pub(super) fn fail_gang_server(&mut self, pool: PoolId, slot: usize, now: Instant) {
        let failed = self.fail_one(pool, Account::Allocated(slot), now);
        self.put_off_failures(pool, 1 - failed, now);
        self.record_fleet_event(pool, EventKind::Failure, failed, now);
    }

    /// Breaks one server of `account`, or of the first other account that has one, what is on the
    /// move last: since the split was drawn the holder may have given its servers away. Returns the
    /// servers broken: none where all are down.
    fn fail_one(&mut self, pool: PoolId, account: Account, now: Instant) -> u64 {
        let has_any = self.ledger.pool(pool).servers(account) > 0;
        let account = if has_any {
            account
        } else if let Some(other) = self.other_account(pool) {
            other
        } else {
            return 0;
        };
        match account {
            Account::Allocated(slot) if self.is_training(pool, slot) => {
                let ledger = self.ledger.pool_mut(pool);
                let held_before = ledger.servers(account);
                ledger.shift(account, Account::Failed, 1, now);
                if self.hit_slot(pool, slot, held_before, now) {
                    let ready = self.make_ready(pool, slot, 1);
                    let ledger = self.ledger.pool_mut(pool);
                    ledger.take_idle(Some(slot), account, ready, now);
                }
                self.leave_if_incomplete(pool, slot);
                self.settle_gang(pool, slot, now);
            }
            Account::Draining(_) | Account::Converting(_) | Account::Warming(_) => {
                let ledger = self.ledger.pool_mut(pool);
                ledger.shift(account, Account::Failed, 1, now);
                self.transfers.lose(pool, account, 1);
                self.leave_incomplete(pool);
                self.pods.pool_mut(pool).break_others(1);
            }
            account => {
                self.fail_together(pool, account, 1, now);
                self.pods.pool_mut(pool).break_others(1);
            }
        }
        1
    }

    /// The first account that has a server to break, what is on the move last.
    fn other_account(&self, pool: PoolId) -> Option<Account> {
        let ledger = self.ledger.pool(pool);
        let slots = ledger.holders().len();
        let exposed = (0..=slots).rev().map(|slot| exposed_account(slot, slots));
        let on_the_move = (0..slots).flat_map(|slot| {
            [
                Account::Draining(slot),
                Account::Converting(slot),
                Account::Warming(slot),
            ]
        });
        exposed
            .chain(on_the_move)
            .find(|&account| ledger.servers(account) > 0)
    }

    /// Sets idle servers up for this slot, if there are any that are ready for it, to replace broken
    /// ones: spares or other unbound ones, ones set up for it, or ones left by a use from which
    /// nothing need be done. One that must be converted is not there at once, and waits for a
    /// decision. Returns up to how many of `servers` can be replaced.
    fn make_ready(&mut self, pool: PoolId, slot: usize, servers: u64) -> u64 {
        let slots = self.ledger.pool(pool).holders().len();
        let ledger = self.ledger.pool_mut(pool);
        if ledger.servers(Account::Idle) == 0 {
            return 0;
        }
        let mut ready = ledger.rebind(None, slot, servers) + ledger.idle_for(Some(slot));
        for other in (0..slots).filter(|&other| other != slot) {
            if ready >= servers {
                break;
            }
            if self.conversion(pool, other, slot).is_nothing() {
                let ledger = self.ledger.pool_mut(pool);
                ready += ledger.rebind(Some(other), slot, servers - ready);
            }
        }
        ready.min(servers)
    }

    /// One of the `held_before` servers of this slot broke, in a pod that is drawn here. Stops the
    /// campaign or job if it ran on that server: there may be more than the gang or the jobs need. Returns whether the server
    /// may be replaced: not one of a gang whose pod has no room left.
    fn hit_slot(&mut self, pool: PoolId, slot: usize, held_before: u64, now: Instant) -> bool {
        let Some((workload, campaign)) = self.campaign_in(pool, slot) else {
            self.strike_jobs(pool, slot, held_before, 1, now);
            self.pods.pool_mut(pool).break_others(1);
            return true;
        };
        let within = campaign.within();
        let gang = campaign.gang_of(pool, held_before);
        let runs_here = matches!(
            campaign.state(),
            crate::workload::training::State::Running(place) if place == pool
        );
        let spared = held_before > gang
            && self.breakage.failures.uniform(pool.index()) * held_before as f64 >= gang as f64;
        if runs_here && !spared {
            self.stop_gang(workload, now);
        }
        let pods = self.pods.pool_mut(pool);
        if spared || !pods.holds(slot) {
            pods.break_others(1);
            return true;
        }
        pods.break_gang(slot, within)
    }

    fn repair(&mut self, pool: PoolId, now: Instant) {
        let repaired = self.breakage.failures.repaired(pool.index());
        let down_together = self.interruptions.down(pool);
        let ledger = self.ledger.pool_mut(pool);
        let broken = ledger.servers(Account::Failed) - down_together;
        let back = ledger.shift(Account::Failed, Account::Idle, repaired.min(broken), now);
        self.pods.pool_mut(pool).repair(back);
        self.breakage
            .failures
            .postpone(pool.index(), repaired - back);
        self.record_fleet_event(pool, EventKind::Repair, back, now);
    }

    /// Schedules the next hour of the failure grid.
    fn schedule_failure_hour(&mut self, now: Instant) {
        self.calendar
            .schedule(now + FAILURE_GRID, SUPPLY, Event::FailureHour);
    }

    pub(super) fn record_fleet_event(
        &mut self,
        pool: PoolId,
        kind: EventKind,
        servers: u64,
        now: Instant,
    ) {
        if self.recording && servers > 0 {
            let accelerators = self.fleet.pools[pool.index()].accelerators_of(servers);
            self.recorder.event(&EventRow {
                time: now,
                kind,
                entity: EventEntity::Pool(pool),
                accelerators,
            });
        }
    }
}

/// What failures can hit: what each slot holds ready, and past the last slot the idle stock.
/// Servers on the move are spared for those minutes.
fn exposed_account(slot: usize, slots: usize) -> Account {
    if slot < slots {
        Account::Allocated(slot)
    } else {
        Account::Idle
    }
}

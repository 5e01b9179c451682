//! Maintenance and outages in the ledger. Both take many servers at once, keep in mind for whom each
//! was set up, and bring all back at their end; both wake the policy when they begin and end.
//!
//! Maintenance is planned and takes those first that are missed least: idle servers, then holders'
//! in reverse slot order, then what is on its way, the spares last. It goes through the pods in
//! order, round the gangs that keep all their servers. An outage strikes neighbours: a stretch of
//! servers from a drawn place goes down, whoever holds it (`neighbours`). What comes back is idle; in
//! the warm-up, where nobody decides, it goes to the holders that are short.

use super::event::{Event, SUPPLY};
use super::ledger::{Account, Ledger};
use super::neighbours::Hits;
use super::record::{EventKind, MoveReason};
use super::replication::Replication;
use crate::id::PoolId;
use crate::kernel::{Instant, Streams};
use crate::scenario::Scenario;
use crate::supply::{Maintenance, Outage};

/// Servers of one pool that are out, by the slot for which they are set up, the unbound last, and by
/// the pod that they are in.
#[derive(Debug)]
struct Out {
    pool: PoolId,
    by_slot: Vec<u64>,
    by_pod: Vec<u64>,
}

impl Out {
    fn of(pools: &[PoolId], ledger: &Ledger) -> Vec<Self> {
        let out = |&pool: &PoolId| Self {
            pool,
            by_slot: vec![0; ledger.pool(pool).holders().len() + 1],
            by_pod: Vec::new(),
        };
        pools.iter().map(out).collect()
    }

    fn add(&mut self, slot: Option<usize>, servers: u64) {
        let unbound = self.by_slot.len() - 1;
        self.by_slot[slot.unwrap_or(unbound)] += servers;
    }

    fn add_in(&mut self, pod: usize, servers: u64) {
        if self.by_pod.len() <= pod {
            self.by_pod.resize(pod + 1, 0);
        }
        self.by_pod[pod] += servers;
    }
}

/// All maintenance and outages, each with what it has taken.
#[derive(Debug)]
pub(super) struct Interruptions {
    maintenance: Vec<(Maintenance, Vec<Out>)>,
    outages: Vec<(Outage, Vec<Out>)>,
    /// By pool: failed servers that an outage took; nobody repairs them before it ends.
    down: Vec<u64>,
    /// Scratch space of an outage.
    hits: Hits,
}

impl Interruptions {
    pub fn new(scenario: &Scenario, streams: &Streams, ledger: &Ledger) -> Self {
        let maintenance = Maintenance::of(scenario).into_iter();
        let outages = Outage::draw(scenario, streams).into_iter();
        Self {
            maintenance: maintenance
                .map(|each| {
                    let out = Out::of(&each.pools, ledger);
                    (each, out)
                })
                .collect(),
            outages: outages
                .map(|each| {
                    let out = Out::of(&each.pools, ledger);
                    (each, out)
                })
                .collect(),
            down: vec![0; scenario.pool.len()],
            hits: Hits::default(),
        }
    }

    /// Failed servers of a pool that an outage took.
    pub fn down(&self, pool: PoolId) -> u64 {
        self.down[pool.index()]
    }
}

impl Replication<'_> {
    /// Schedules the first beginnings.
    pub(super) fn schedule_interruptions(&mut self, opening: Instant) {
        for (index, (maintenance, _)) in self.interruptions.maintenance.iter().enumerate() {
            if let Some(start) = maintenance.first_after(opening) {
                let event = Event::MaintenanceBegins(index, start);
                self.calendar.schedule(start.max(opening), SUPPLY, event);
            }
        }
        for (index, (outage, _)) in self.interruptions.outages.iter_mut().enumerate() {
            if let Some(start) = outage.first(opening) {
                let event = Event::OutageBegins(index, start);
                self.calendar.schedule(start.max(opening), SUPPLY, event);
            }
        }
    }

    /// A window of maintenance begins now, which was due at `start`: before the run, perhaps.
    pub(super) fn begin_maintenance(&mut self, index: usize, start: Instant, now: Instant) {
        let (maintenance, out) = &mut self.interruptions.maintenance[index];
        let ends = start + maintenance.duration;
        let again = maintenance.every.map(|every| start + every);
        let mut out = std::mem::take(out);
        for of_pool in &mut out {
            let pool = of_pool.pool;
            let installed = self.ledger.pool(pool).installed();
            let facts = &self.fleet.pools[pool.index()];
            let (maintenance, _) = &self.interruptions.maintenance[index];
            let servers = maintenance.servers(facts, installed);
            self.take_planned(of_pool, servers, now);
        }
        self.interruptions.maintenance[index].1 = out;
        self.calendar
            .schedule(ends, SUPPLY, Event::MaintenanceEnds(index));
        if let Some(again) = again {
            let event = Event::MaintenanceBegins(index, again);
            self.calendar.schedule(again, SUPPLY, event);
        }
        self.react(MoveReason::Maintenance, now);
    }

    pub(super) fn end_maintenance(&mut self, index: usize, now: Instant) {
        let mut out = std::mem::take(&mut self.interruptions.maintenance[index].1);
        for of_pool in &mut out {
            self.bring_back(of_pool, Account::Maintenance, now);
        }
        self.interruptions.maintenance[index].1 = out;
        self.react(MoveReason::Maintenance, now);
    }

    /// An outage begins now, which was due at `start`: before the run, perhaps.
    pub(super) fn begin_outage(&mut self, index: usize, start: Instant, now: Instant) {
        let (outage, out) = &mut self.interruptions.outages[index];
        let (place, duration) = outage.strike();
        let ends = start + duration;
        if ends > now {
            let mut out = std::mem::take(out);
            for of_pool in &mut out {
                let pool = of_pool.pool;
                let installed = self.ledger.pool(pool).installed();
                let servers = self.interruptions.outages[index].0.servers(installed);
                let first = (place * installed as f64) as u64;
                let hit = self.take_stretch(of_pool, first, servers, now);
                self.interruptions.down[pool.index()] += hit;
                self.record_fleet_event(pool, EventKind::Outage, hit, now);
            }
            self.interruptions.outages[index].1 = out;
            self.react(MoveReason::Outage, now);
        }
        self.calendar
            .schedule(ends.max(now), SUPPLY, Event::OutageEnds(index));
    }

    pub(super) fn end_outage(&mut self, index: usize, now: Instant) {
        let mut out = std::mem::take(&mut self.interruptions.outages[index].1);
        for of_pool in &mut out {
            let back = self.bring_back(of_pool, Account::Failed, now);
            self.interruptions.down[of_pool.pool.index()] -= back;
            self.record_fleet_event(of_pool.pool, EventKind::Repair, back, now);
        }
        let (outage, kept) = &mut self.interruptions.outages[index];
        *kept = out;
        if let Some(start) = outage.next(now) {
            let event = Event::OutageBegins(index, start);
            self.calendar.schedule(start, SUPPLY, event);
        }
        self.react(MoveReason::Outage, now);
    }

    /// Lets the policy decide, or in the warm-up gives holders back what they are short of.
    fn react(&mut self, reason: MoveReason, now: Instant) {
        if now < self.start {
            self.restore_tied(reason, now);
        } else {
            self.wake(reason, now);
        }
    }

    fn take_planned(&mut self, out: &mut Out, servers: u64, now: Instant) {
        let pool = out.pool;
        let slots = self.ledger.pool(pool).holders().len();
        let idle = |slot: usize| (Account::Idle, Some(slot));
        let in_transit = |slot| {
            [
                Account::Draining(slot),
                Account::Converting(slot),
                Account::Warming(slot),
            ]
        };
        let mut left = servers;
        // The spares are the last to go, so they are kept out of the idle stock until then.
        let mut free = self.free_idle(pool).min(left);
        for (account, slot) in (0..slots).map(idle).chain([(Account::Idle, None)]) {
            let taken = self.take(out, account, slot, free, Account::Maintenance, now);
            free -= taken;
            left -= taken;
        }
        let held = (0..slots).rev().map(Account::Allocated);
        let moving = (0..slots).rev().flat_map(in_transit);
        for account in held.chain(moving) {
            left -= self.take(out, account, None, left, Account::Maintenance, now);
        }
        for (account, slot) in (0..slots).map(idle).chain([(Account::Idle, None)]) {
            left -= self.take(out, account, slot, left, Account::Maintenance, now);
        }
        self.leave_incomplete(pool);
        let mut taken = servers - left;
        for pod in 0..self.pods.pool(pool).count() {
            let here = self.pods.pool_mut(pool).take_room(pod, taken);
            out.add_in(pod, here);
            taken -= here;
        }
        for slot in (0..slots).rev() {
            self.settle_gang(pool, slot, now);
        }
    }

    /// Takes `servers` neighbours from position `first` on, round the end, and returns how many of
    /// them were not down before. A gang that is hit stops even if it has servers to spare.
    fn take_stretch(&mut self, out: &mut Out, first: u64, servers: u64, now: Instant) -> u64 {
        let pool = out.pool;
        let mut hits = std::mem::take(&mut self.interruptions.hits);
        hits.find(self.ledger.pool(pool), self.pods.pool(pool), first, servers);
        let mut taken = 0;
        for (account, slot, servers) in hits.accounts() {
            let held_before = self.ledger.pool(pool).servers(account);
            let gone = self.take(out, account, slot, servers, Account::Failed, now);
            taken += gone;
            if let (Account::Allocated(holder), 1..) = (account, servers) {
                self.stop_gang_in(pool, holder, now);
                self.strike_jobs(pool, holder, held_before, gone, now);
                self.pods.pool_mut(pool).clear(holder);
            }
        }
        for (pod, servers) in hits.pods() {
            self.pods.pool_mut(pool).take_out(pod, servers);
            out.add_in(pod, servers);
        }
        self.interruptions.hits = hits;
        self.leave_incomplete(pool);
        for slot in 0..self.ledger.pool(pool).holders().len() {
            self.settle_gang(pool, slot, now);
        }
        taken
    }

    /// Takes up to `servers` servers of an account, of the idle stock those set up for `slot`, out
    /// of use in the ledger.
    fn take(
        &mut self,
        out: &mut Out,
        account: Account,
        slot: Option<usize>,
        servers: u64,
        to: Account,
        now: Instant,
    ) -> u64 {
        if servers == 0 {
            return 0;
        }
        let pool = out.pool;
        let ledger = self.ledger.pool_mut(pool);
        let taken = match account {
            Account::Idle => ledger.take_idle(slot, to, servers, now),
            account => ledger.shift(account, to, servers, now),
        };
        if taken == 0 {
            return 0;
        }
        match account {
            Account::Allocated(holder) => out.add(Some(holder), taken),
            Account::Draining(holder) | Account::Warming(holder) => {
                out.add(Some(holder), taken);
                self.transfers.lose(pool, account, taken);
            }
            // What was being rebuilt is set up for nobody.
            Account::Converting(_) => {
                out.add(None, taken);
                self.transfers.lose(pool, account, taken);
            }
            Account::Idle | Account::Failed | Account::Maintenance => out.add(slot, taken),
        }
        taken
    }

    fn bring_back(&mut self, out: &mut Out, from: Account, now: Instant) -> u64 {
        let slots = out.by_slot.len() - 1;
        let mut back = 0;
        for (position, servers) in out.by_slot.iter_mut().enumerate() {
            let servers = std::mem::take(servers);
            let slot = (position < slots).then_some(position);
            let ledger = self.ledger.pool_mut(out.pool);
            back += ledger.put_idle(from, slot, servers, now);
        }
        for (pod, servers) in out.by_pod.iter_mut().enumerate() {
            let pods = self.pods.pool_mut(out.pool);
            pods.bring_back(pod, std::mem::take(servers));
        }
        back
    }
}

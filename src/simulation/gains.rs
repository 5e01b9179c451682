//! Whether moves were worth it. A move's row waits here until what came of it is known: until its
//! taker has given the servers away again, the last ones that came first, or the time is over within
//! which the policy reckons that a move must pay.
//!
//! ```text
//! gain of a move = ∫ its servers × (worth to the taker − worth to the giver) dt − work undone
//! ```
//!
//! Worth of a service or a stream is that of `workload::Curve` at the demand that came: the slope between
//! what it has and what it would have if the moves of that decision that still stand had not been
//! made, so that the gains of one decision add up. A gang is worth what it was worth per
//! accelerator-hour as the move was decided, to the taker for the hours of useful work, to the giver
//! for as long as it waits; an elastic one by the moved servers' share of it, for as long as it is
//! smaller than it prefers. The taker gains nothing before its servers are ready, and a gang nothing by servers that
//! stand by for it: what would have stopped it otherwise cannot be told from what it did.

use std::collections::VecDeque;

use super::event::LONGEST_INTERVAL;
use super::ledger::Account;
use super::record::MoveRow;
use super::replication::Replication;
use super::under_way::Transfer;
use crate::id::{PoolId, WorkloadId};
use crate::kernel::Instant;
use crate::policy::Policy;
use crate::workload::serving::Worth;
use crate::workload::training::State;
use crate::workload::{Curve, Workload};

/// A move whose row is not yet told.
#[derive(Clone, Copy, Debug)]
struct Pending {
    row: MoveRow,
    from: Option<usize>,
    to: Option<usize>,
    servers: u64,
    /// Servers that the taker has not given away since.
    left: u64,
    /// The decision that it belongs to.
    decision: u64,
    /// When the servers are ready for the taker.
    ready: Instant,
    /// Until when it is watched; none until the policy has been asked.
    until: Option<Instant>,
    /// Value per accelerator-hour of the giver and of the taker, if they are gangs.
    gangs: [f64; 2],
}

impl Pending {
    fn is_over(&self, now: Instant) -> bool {
        self.until
            .is_some_and(|until| self.left == 0 || until <= now)
    }

    /// Servers that this move of the same decision adds to a slot's holder, or takes from it.
    fn moved(&self, slot: usize, servers: u64, now: Instant) -> f64 {
        let taken = self.to == Some(slot) && self.ready <= now;
        let given = self.from == Some(slot);
        (f64::from(u8::from(taken)) - f64::from(u8::from(given))) * servers as f64
    }
}

/// The moves that are watched, in the order of time, and what is needed to value them.
#[derive(Debug, Default)]
pub(super) struct Gains {
    moves: VecDeque<Pending>,
    decision: u64,
    /// By workload: the worth of a service's capacity.
    worths: Vec<Option<Worth>>,
    /// By workload: accelerator-hours of useful work until the last look.
    useful: Vec<f64>,
    /// When that was.
    settled: Instant,
}

impl Gains {
    /// Watches from now on.
    pub fn open(&mut self, replication: &Replication<'_>, now: Instant) {
        self.worths
            .resize_with(replication.workloads.len(), || None);
        self.settled = now;
        self.look(replication, now);
    }

    /// Books a move that is about to be carried out.
    pub fn book(
        &mut self,
        replication: &Replication<'_>,
        of: &Transfer,
        row: MoveRow,
        ready: Instant,
    ) {
        let mut given = of.servers;
        let decision = self.decision;
        for earlier in self.moves.iter_mut().rev() {
            let from_taker = of.from.is_some() && earlier.to == of.from;
            if earlier.row.pool == of.pool && from_taker && earlier.decision < decision {
                let back = given.min(earlier.left);
                earlier.left -= back;
                given -= back;
            }
        }
        let gang = |slot: Option<usize>, takes: bool| {
            let campaign = slot.and_then(|slot| replication.campaign_in(of.pool, slot));
            let worth = campaign.and_then(|(_, campaign)| {
                let runs = campaign.running_servers(of.pool);
                if takes && runs.is_some() && !campaign.is_elastic() {
                    // They stand by.
                    return None;
                }
                let servers = runs.or_else(|| campaign.gang_servers(of.pool))?;
                let per_hour =
                    campaign.worth_per_hour(of.pool, servers, row.time, LONGEST_INTERVAL);
                let facts = &replication.fleet.pools[of.pool.index()];
                Some(per_hour / facts.accelerators_of(servers) as f64)
            });
            worth.unwrap_or(0.0)
        };
        self.moves.push_back(Pending {
            row,
            from: of.from,
            to: of.to,
            servers: of.servers,
            left: of.servers,
            decision,
            ready,
            until: None,
            gangs: [gang(of.from, false), gang(of.to, true)],
        });
    }

    /// Asks the policy what it expects of the moves that were booked since it was asked last. Those
    /// that are not its own have no expectation.
    pub fn ask(
        &mut self,
        replication: &Replication<'_>,
        policy: Option<&dyn Policy>,
        now: Instant,
    ) {
        for index in 0..self.moves.len() {
            let Pending {
                row,
                from,
                to,
                servers,
                until: None,
                ..
            } = self.moves[index]
            else {
                continue;
            };
            let prospect = policy.and_then(|policy| policy.prospect(row.pool, from, to));
            let undone = prospect.map(|_| self.undone(replication, index, now));
            let pending = &mut self.moves[index];
            pending.row.expected_gain_per_hour =
                prospect.map(|prospect| prospect.per_server_hour * servers as f64);
            pending.row.realised_gain = undone.map(|undone| -undone);
            pending.until = Some(prospect.map_or(row.time, |prospect| now + prospect.payback));
        }
        self.decision += 1;
        self.look(replication, now);
    }

    /// Adds what the moves gained until now.
    pub fn settle(&mut self, replication: &Replication<'_>, now: Instant) {
        let from = self.settled;
        if now <= from {
            return;
        }
        for index in 0..self.moves.len() {
            if !self.moves[index].is_over(from) {
                let gained = self.gained(replication, index, from, now);
                if let Some(gain) = &mut self.moves[index].row.realised_gain {
                    *gain += gained;
                }
            }
        }
        self.settled = now;
        self.look(replication, now);
    }

    /// The next row of which all is known, or the next of all rows at the end.
    pub fn next(&mut self, now: Instant, at_end: bool) -> Option<MoveRow> {
        let first = self.moves.front()?;
        if !at_end && !first.is_over(now) {
            return None;
        }
        self.moves.pop_front().map(|pending| pending.row)
    }

    /// What a move gained in an interval.
    fn gained(
        &mut self,
        replication: &Replication<'_>,
        index: usize,
        from: Instant,
        now: Instant,
    ) -> f64 {
        let Pending {
            row,
            ready,
            until,
            left,
            ..
        } = self.moves[index];
        let until = until.map_or(now, |until| until.min(now));
        let hours = |since: Instant| (until - since.max(from)).as_hours().max(0.0);
        let [mut given, mut taken] = [0.0; 2];
        if let Some(slot) = self.moves[index].from {
            given = self.per_server(replication, index, slot, false, now) * hours(row.time);
        }
        if let Some(slot) = self.moves[index].to {
            let worked = self.per_server(replication, index, slot, true, now);
            taken = worked * hours(ready);
        }
        (taken - given) * left as f64
    }

    /// What a server of a move is worth per hour to its taker, or was to its giver, until now.
    fn per_server(
        &mut self,
        replication: &Replication<'_>,
        index: usize,
        slot: usize,
        takes: bool,
        now: Instant,
    ) -> f64 {
        let Pending {
            row,
            decision,
            gangs,
            ..
        } = self.moves[index];
        let workload = replication.ledger.pool(row.pool).holders()[slot];
        let state = &replication.workloads[workload.index()];
        let Workload::Training(campaign) = state else {
            let rate = rate_of(state, row.pool);
            return rate * self.slope(replication, workload, decision, now);
        };
        let of_gang = self.moved_whole(index, takes);
        if of_gang == 0 {
            return 0.0;
        }
        let runs = campaign.running_servers(row.pool);
        let parts = match runs.filter(|_| campaign.is_elastic()) {
            Some(runs) => runs.max(of_gang),
            None => of_gang,
        };
        let accelerators = campaign.gang() as f64 / parts as f64;
        let hours = (now - self.settled).as_hours();
        if takes {
            let useful = campaign.progress(now).useful - self.useful[workload.index()];
            return gangs[1] * accelerators * useful / campaign.gang() as f64 / hours;
        }
        let preferred = campaign.gang_servers(row.pool);
        if campaign.is_elastic() {
            let lacks = match campaign.state() {
                State::Waiting => true,
                State::Running(pool) => pool == row.pool && runs < preferred,
                State::NotSubmitted | State::Completed => false,
            };
            let facts = &replication.fleet.pools[row.pool.index()];
            return f64::from(u8::from(lacks)) * gangs[0] * facts.accelerators_of(1) as f64;
        }
        let lacks = matches!(campaign.state(), State::Waiting)
            && preferred.is_some_and(|gang| of_gang >= gang);
        f64::from(u8::from(lacks)) * gangs[0] * accelerators
    }

    /// Servers that the move's decision took from its giver, or gave to its taker, in its pool.
    fn moved_whole(&self, index: usize, takes: bool) -> u64 {
        let Pending {
            row,
            decision,
            from,
            to,
            ..
        } = self.moves[index];
        let alike = self.moves.iter().filter(|other| {
            let same = if takes {
                other.to == to
            } else {
                other.from == from
            };
            same && other.row.pool == row.pool && other.decision == decision
        });
        alike.map(|other| other.servers).sum()
    }

    /// What a move undid of its giver's work.
    fn undone(&self, replication: &Replication<'_>, index: usize, now: Instant) -> f64 {
        let Pending {
            row,
            from,
            servers,
            gangs,
            ..
        } = self.moves[index];
        let Some((workload, campaign)) =
            from.and_then(|slot| replication.campaign_in(row.pool, slot))
        else {
            return 0.0;
        };
        let undone = self.useful[workload.index()] - campaign.progress(now).useful;
        let share = servers as f64 / self.moved_whole(index, false).max(1) as f64;
        gangs[0] * undone.max(0.0) * share
    }

    /// Value per hour and capacity between what a service or a stream has and what it would have
    /// without what still stands of a decision's moves.
    fn slope(
        &mut self,
        replication: &Replication<'_>,
        workload: WorkloadId,
        decision: u64,
        now: Instant,
    ) -> f64 {
        let state = &replication.workloads[workload.index()];
        let (mut has, mut moved) = (0.0, 0.0);
        for (id, pool) in replication.ledger.pools() {
            let Some(slot) = pool.slot_of(workload) else {
                continue;
            };
            let rate = rate_of(state, id);
            has += rate * pool.servers(Account::Allocated(slot)) as f64;
            let alike = self
                .moves
                .iter()
                .filter(|other| other.row.pool == id && other.decision == decision);
            moved += rate
                * alike
                    .map(|other| other.moved(slot, other.left, now))
                    .sum::<f64>();
        }
        let Some(curve) = self.curve(replication, workload) else {
            return 0.0;
        };
        curve.slope_between((has - moved).max(0.0), has)
    }

    /// The worth of a service's or a stream's capacity at the demand of this interval.
    fn curve(&mut self, replication: &Replication<'_>, workload: WorkloadId) -> Option<Curve<'_>> {
        match &replication.workloads[workload.index()] {
            Workload::Training(_) => None,
            Workload::Stream(stream) => Some(stream.worth()),
            Workload::Serving(service) => {
                let rate_per_s = replication.traffic.rate_per_s(workload)?;
                let length_s = LONGEST_INTERVAL.min(replication.step()).as_seconds();
                let worth = self.worths.get_mut(workload.index())?;
                let worth = worth.get_or_insert_with(|| Worth::new(service, length_s));
                let row = worth.row_for(rate_per_s, 0.0);
                Some(worth.curve(row, rate_per_s))
            }
        }
    }

    /// Notes what campaigns have done until now.
    fn look(&mut self, replication: &Replication<'_>, now: Instant) {
        self.useful.clear();
        self.useful
            .extend(replication.workloads.iter().map(|workload| match workload {
                Workload::Training(campaign) => campaign.progress(now).useful,
                Workload::Stream(_) | Workload::Serving(_) => 0.0,
            }));
    }
}

/// What a server adds to a service's or a stream's capacity.
fn rate_of(workload: &Workload, pool: PoolId) -> f64 {
    match workload {
        Workload::Training(_) => 0.0,
        Workload::Stream(stream) => stream.accelerators_of(pool, 1) as f64,
        Workload::Serving(service) => {
            let station = service.station(pool);
            station.map_or(0.0, |station| station.service_rate(1.0))
        }
    }
}

impl Replication<'_> {
    /// Values the moves until now, and tells those of which all is known.
    pub(super) fn settle_gains(&mut self, now: Instant) {
        if self.recording {
            let mut gains = std::mem::take(&mut self.gains);
            gains.settle(self, now);
            while let Some(row) = gains.next(now, false) {
                self.recorder.moved(&row);
            }
            self.gains = gains;
        }
    }

    /// Asks the policy what it expects of the moves that were just carried out; none if it was not
    /// asked for them.
    pub(super) fn ask_of_gains(&mut self, policy: Option<&dyn Policy>, now: Instant) {
        if self.recording {
            let mut gains = std::mem::take(&mut self.gains);
            gains.ask(self, policy, now);
            self.gains = gains;
        }
    }

    /// Tells all moves that are left, at the end.
    pub(super) fn tell_moves(&mut self, now: Instant) {
        while let Some(row) = self.gains.next(now, true) {
            self.recorder.moved(&row);
        }
    }
}

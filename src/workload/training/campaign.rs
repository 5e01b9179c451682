//! A campaign: one job that needs a whole gang in one pool to make progress. It is submitted, waits
//! for a gang, computes, is stopped by failures or by the policy, and completes. An elastic gang may
//! start again at another size.
//!
//! Work counts in accelerator-hours of the preferred gang. executed = useful + lost + overhead holds
//! at every instant: work that is done but not yet in a checkpoint counts as useful until it is lost,
//! and what a gang of another size does less is overhead.

use super::job::slowdown;
use super::place::Place;
use super::rhythm::Rhythm;
use super::segment::{Segment, Spent};
use crate::id::PoolId;
use crate::kernel::{Instant, Span};
use crate::scenario::{self, AtHorizon, Gang, Hardware, Within};

/// Where a campaign stands.
#[derive(Clone, Copy, Debug)]
pub enum State {
    /// Its submission is yet to come.
    NotSubmitted,
    /// It wants a gang.
    Waiting,
    /// It has one, and restarts or computes.
    Running(PoolId),
    /// All its work is done.
    Completed,
}

/// What a campaign has done so far, in accelerator-hours and counts.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Progress {
    /// Kept work.
    pub useful: f64,
    /// Work undone by interruptions.
    pub lost: f64,
    /// Checkpoint writes, restarts, and what other sizes than the preferred do less.
    pub overhead: f64,
    /// Share of the whole work that is done.
    pub done: f64,
}

/// One training campaign.
#[derive(Clone, Debug)]
pub struct Campaign {
    pub(super) places: Vec<Option<Place>>,
    pub(super) gang: Gang,
    within: Within,
    work_accelerator_hours: f64,
    pub(super) checkpoint: Option<scenario::Checkpoint>,
    notice: Span,
    pub(super) restart: Span,
    submit: Instant,
    pub(super) value: scenario::CampaignValue,
    pub(super) at_horizon: AtHorizon,

    state: State,
    pub(super) segment: Option<Segment>,
    /// Accelerators of its gang: that runs, or the last that did, or that it prefers.
    pub(super) size: u64,
    /// Whether it was told that its gang will be broken up.
    noticed: bool,
    /// When it last lost a gang.
    stopped_at: Option<Instant>,
    /// Until when its last gang writes what it had done.
    writing_until: Option<Instant>,
    /// Accelerator-hours for which servers wrote that had left it.
    wrote_leaving: f64,
    /// At the start of the current segment, or now.
    pub(super) base: Progress,
    interruptions: u32,
    first_start: Option<Instant>,
    end: Option<Instant>,
}

impl Campaign {
    /// `pools` gives for every pool its hardware's name and hardware where the campaign may run;
    /// `start` is the submission where the scenario names none.
    #[must_use]
    pub fn new(
        campaign: &scenario::Campaign,
        pools: &[Option<(&str, &Hardware)>],
        start: Instant,
        at_horizon: AtHorizon,
    ) -> Self {
        let place = |pool: &Option<(&str, &Hardware)>| Place::new(campaign, (*pool)?);
        let places: Vec<_> = pools.iter().map(place).collect();
        let mut work = places.iter().flatten().map(|place| place.accelerator_hours);
        Self {
            gang: campaign.gang.clone(),
            within: campaign.within,
            work_accelerator_hours: work.next().unwrap_or(0.0),
            places,
            checkpoint: campaign.checkpoint,
            notice: campaign.preemption.notice,
            restart: campaign.restart,
            submit: campaign.submit.unwrap_or(start),
            value: campaign.value,
            at_horizon,
            state: State::NotSubmitted,
            segment: None,
            size: campaign.gang.preferred,
            noticed: false,
            stopped_at: None,
            writing_until: None,
            wrote_leaving: 0.0,
            base: Progress::default(),
            interruptions: 0,
            first_start: None,
            end: None,
        }
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> State {
        self.state
    }

    /// What must hold the whole gang.
    #[must_use]
    pub fn within(&self) -> Within {
        self.within
    }

    /// The whole work, in accelerator-hours of the first pool that may run it.
    #[must_use]
    pub fn work_accelerator_hours(&self) -> f64 {
        self.work_accelerator_hours
    }

    /// When it asks for capacity.
    #[must_use]
    pub fn submitted_at(&self) -> Instant {
        self.submit
    }

    /// When it first had a gang.
    #[must_use]
    pub fn first_start(&self) -> Option<Instant> {
        self.first_start
    }

    /// When it completed.
    #[must_use]
    pub fn end(&self) -> Option<Instant> {
        self.end
    }

    /// Its bounded slowdown, once it completed: against the time that its work takes where it runs
    /// at the size that it prefers, without a stop.
    #[must_use]
    pub fn slowdown(&self) -> Option<f64> {
        let hours = self.work_accelerator_hours / self.gang.preferred as f64;
        let ideal = Span::saturating_from_seconds_f64(hours * 3600.0);
        Some(slowdown(self.end? - self.submit, ideal))
    }

    /// When it last lost a gang.
    #[must_use]
    pub fn stopped_at(&self) -> Option<Instant> {
        self.stopped_at
    }

    /// Times it was stopped while it had a gang; one that grows is not.
    #[must_use]
    pub fn interruptions(&self) -> u32 {
        self.interruptions
    }

    /// Begins to ask for capacity.
    pub fn submit(&mut self) {
        if matches!(self.state, State::NotSubmitted) {
            self.state = State::Waiting;
        }
    }

    /// Gets a whole gang of so many servers in `pool` and returns when it will complete if nothing
    /// stops it. A campaign that ran before first ends its last write, and restarts; at another size
    /// than before it reshards instead.
    pub fn start(&mut self, pool: PoolId, servers: u64, now: Instant) -> Option<Instant> {
        let place = self.places[pool.index()]?;
        let size = servers * place.per_server;
        let restart = match self.first_start {
            None => Span::ZERO,
            Some(_) if size == self.size => self.restart,
            Some(_) => self.reshard(),
        };
        self.first_start.get_or_insert(now);
        self.size = size;
        self.noticed = false;
        let checkpoint = self.checkpoint;
        let segment = Segment {
            granted: now,
            computing: self.writing_until.map_or(now, |until| until.max(now)) + restart,
            hours_to_go: (1.0 - self.base.done).max(0.0) / self.share_per_hour(pool, servers),
            checkpoint: checkpoint.and_then(|each| Rhythm::of(each, place.mtbf, servers)),
        };
        self.state = State::Running(pool);
        self.segment = Some(segment);
        Some(segment.completion())
    }

    /// Is told that servers of its gang in `pool` will be taken, and returns for how long they stay
    /// to write a checkpoint.
    pub fn give_notice(&mut self, pool: PoolId, now: Instant) -> Span {
        match self.state {
            State::Running(place) if place == pool => {
                self.noticed = self.notice > Span::ZERO;
                let write = self.segment.and_then(|segment| segment.write_left(now));
                write.unwrap_or(self.notice).min(self.notice)
            }
            // It has been broken up a moment ago.
            _ => self
                .writing_until
                .map_or(Span::ZERO, |until| (until - now).max(Span::ZERO)),
        }
    }

    /// Servers that left the gang wrote for so many accelerator-hours.
    pub fn write_leaving(&mut self, accelerator_hours: f64) {
        self.base.overhead += accelerator_hours;
        self.wrote_leaving += accelerator_hours;
    }

    /// How long it would write to save all its work, if told now; none if the notice is too short,
    /// or there is none.
    pub(super) fn saves_on_notice(&self, now: Instant) -> Option<Span> {
        let write = self.segment?.write_left(now)?;
        (self.notice > Span::ZERO && write <= self.notice).then_some(write)
    }

    /// Loses its gang, and waits again. What no checkpoint holds is lost, unless it was given enough
    /// notice to write one.
    pub fn stop(&mut self, now: Instant) {
        let Some(segment) = self.segment else {
            return;
        };
        let saving = self.saves_on_notice(now).filter(|_| self.noticed);
        if self.noticed {
            let write = segment.write_left(now).unwrap_or(self.notice);
            self.writing_until = Some(now + write.min(self.notice));
        }
        self.interruptions += 1;
        let spent = segment.spent(now);
        let kept = saving.map_or(spent.saved, |_| spent.work);
        self.leave(spent, kept, now);
    }

    /// Saves all its work, to start again at another size.
    pub fn save(&mut self, now: Instant) {
        let Some(segment) = self.segment else {
            return;
        };
        self.writing_until = segment.write_left(now).map(|write| now + write);
        let spent = segment.spent(now);
        self.leave(spent, spent.work, now);
    }

    /// Has no gang any more; of the work of the last segment so much is kept.
    fn leave(&mut self, spent: Spent, kept: f64, now: Instant) {
        let State::Running(pool) = self.state else {
            return;
        };
        let lost = spent.work - kept;
        let accelerators = self.size as f64;
        let efficiency = self.gang.efficiency(self.size);
        self.base = self.after(
            pool,
            Spent {
                work: kept,
                ..spent
            },
        );
        self.base.lost += lost * accelerators * efficiency;
        self.base.overhead += lost * accelerators * (1.0 - efficiency);
        self.segment = None;
        self.noticed = false;
        self.stopped_at = Some(now);
        self.state = State::Waiting;
    }

    /// Stood still for a share of the time since `from`, at most since it got its gang, and returns
    /// when it will complete now; none if it does not run.
    pub fn hold_back(&mut self, share: f64, from: Instant, now: Instant) -> Option<Instant> {
        let segment = self.segment.as_mut()?;
        segment.hold_back(share, from, now);
        Some(segment.completion())
    }

    /// Ends with all its work done.
    pub fn complete(&mut self, now: Instant) {
        self.base = self.progress(now);
        self.base.done = 1.0;
        self.segment = None;
        self.end = Some(now);
        self.state = State::Completed;
    }

    /// What it has done until `now`.
    #[must_use]
    pub fn progress(&self, now: Instant) -> Progress {
        match (self.segment, self.state) {
            (Some(segment), State::Running(pool)) => self.after(pool, segment.spent(now)),
            _ => self.base,
        }
    }

    /// Accelerator-hours that its gang was busy until `now`, those of servers that wrote as they left
    /// not counted.
    #[must_use]
    pub fn executed(&self, now: Instant) -> f64 {
        let (useful, overhead) = match (self.segment, self.state) {
            (Some(segment), State::Running(_)) => self.worked(segment.spent(now)),
            _ => (self.base.useful, self.base.overhead),
        };
        useful + self.base.lost + overhead - self.wrote_leaving
    }

    /// The progress once a segment in `pool` has been spent so.
    fn after(&self, pool: PoolId, spent: Spent) -> Progress {
        let share_per_hour = self
            .running_servers(pool)
            .map_or(0.0, |servers| self.share_per_hour(pool, servers));
        let (useful, overhead) = self.worked(spent);
        Progress {
            useful,
            lost: self.base.lost,
            overhead,
            done: (self.base.done + spent.work * share_per_hour).min(1.0),
        }
    }

    /// Kept work and overhead, in accelerator-hours, once a segment has been spent so.
    fn worked(&self, spent: Spent) -> (f64, f64) {
        let accelerators = self.size as f64;
        let efficiency = self.gang.efficiency(self.size);
        let slack = spent.work * (1.0 - efficiency);
        (
            self.base.useful + spent.work * accelerators * efficiency,
            self.base.overhead + (spent.overhead + slack) * accelerators,
        )
    }
}

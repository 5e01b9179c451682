//! A campaign: one job that needs its whole gang in one pool to make progress. It is submitted,
//! waits for a gang, computes, is stopped by failures or by the policy, and completes.
//!
//! executed = useful + lost + overhead holds at every instant, in accelerator-hours: work that is
//! done but not yet in a checkpoint counts as useful until it is lost.

use super::job::slowdown;
use super::segment::{Segment, Spent};
use crate::id::PoolId;
use crate::kernel::{Instant, Span};
use crate::scenario::{self, AtHorizon, Hardware, Mfu, Within, Work};

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
    /// Checkpoint writes and restarts.
    pub overhead: f64,
    /// Share of the whole work that is done.
    pub done: f64,
}

/// A pool that may run the gang.
#[derive(Clone, Copy, Debug)]
struct Place {
    servers: u64,
    /// Share of the whole work that the gang does in an hour of computing.
    share_per_hour: f64,
}

/// One training campaign.
#[derive(Clone, Debug)]
pub struct Campaign {
    places: Vec<Option<Place>>,
    gang: u64,
    within: Within,
    work_accelerator_hours: f64,
    checkpoint: Option<scenario::Checkpoint>,
    restart: Span,
    submit: Instant,
    value: scenario::CampaignValue,
    at_horizon: AtHorizon,

    state: State,
    segment: Option<Segment>,
    /// At the start of the current segment, or now.
    base: Progress,
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
        let accelerator_hours =
            |pool: &Option<(&str, &Hardware)>| accelerator_hours(campaign, (*pool)?);
        let place = |pool: &Option<(&str, &Hardware)>| {
            let (_, hardware) = (*pool)?;
            Some(Place {
                servers: campaign.gang / u64::from(hardware.accelerators_per_server),
                share_per_hour: campaign.gang as f64 / accelerator_hours(pool)?,
            })
        };
        Self {
            places: pools.iter().map(place).collect(),
            gang: campaign.gang,
            within: campaign.within,
            work_accelerator_hours: pools.iter().find_map(accelerator_hours).unwrap_or(0.0),
            checkpoint: campaign.checkpoint,
            restart: campaign.restart,
            submit: campaign.submit.unwrap_or(start),
            value: campaign.value,
            at_horizon,
            state: State::NotSubmitted,
            segment: None,
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

    /// Whole servers of `pool` that make a gang; none where it may not run.
    #[must_use]
    pub fn gang_servers(&self, pool: PoolId) -> Option<u64> {
        self.places[pool.index()].map(|place| place.servers)
    }

    /// Accelerators of the gang.
    #[must_use]
    pub fn gang(&self) -> u64 {
        self.gang
    }

    /// What must hold the whole gang.
    #[must_use]
    pub fn within(&self) -> Within {
        self.within
    }

    /// Whether so many servers of `pool` in so many of its pods are what the gang asks for.
    #[must_use]
    pub fn stands(&self, pool: PoolId, servers: u64, pods: usize) -> bool {
        let spans = pods > 1 && self.within == Within::Pod;
        self.gang_servers(pool) == Some(servers) && !spans
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
    /// without a stop.
    #[must_use]
    pub fn slowdown(&self) -> Option<f64> {
        let hours = self.work_accelerator_hours / self.gang as f64;
        let ideal = Span::saturating_from_seconds_f64(hours * 3600.0);
        Some(slowdown(self.end? - self.submit, ideal))
    }

    /// Times it was stopped while it had a gang.
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

    /// Gets a complete gang in `pool` and returns when it will complete if nothing stops it.
    /// A campaign that ran before restarts first.
    pub fn start(&mut self, pool: PoolId, now: Instant) -> Option<Instant> {
        let place = self.places[pool.index()]?;
        let restart = if self.first_start.is_some() {
            self.restart
        } else {
            Span::ZERO
        };
        self.first_start.get_or_insert(now);
        let segment = Segment {
            granted: now,
            computing: now + restart,
            hours_to_go: (1.0 - self.base.done).max(0.0) / place.share_per_hour,
            checkpoint: self.checkpoint,
        };
        self.state = State::Running(pool);
        self.segment = Some(segment);
        Some(segment.completion())
    }

    /// Loses its gang without notice: what no checkpoint holds is lost. It waits again.
    pub fn stop(&mut self, now: Instant) {
        let (Some(segment), State::Running(pool)) = (self.segment, self.state) else {
            return;
        };
        let spent = segment.spent(now);
        let kept = Spent {
            work: spent.saved,
            ..spent
        };
        self.base = self.after(pool, kept);
        self.base.lost += (spent.work - spent.saved) * self.gang as f64;
        self.segment = None;
        self.interruptions += 1;
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

    /// Accelerator-hours that its gang was busy until `now`.
    #[must_use]
    pub fn executed(&self, now: Instant) -> f64 {
        let progress = self.progress(now);
        progress.useful + progress.lost + progress.overhead
    }

    /// Value earned until `now`, an unfinished campaign earning nothing for its completion.
    #[must_use]
    pub fn value(&self, now: Instant) -> f64 {
        let worked = self.value.per_accelerator_hour.0 * self.progress(now).useful;
        worked + self.end.map_or(0.0, |end| self.payoff(end))
    }

    /// Value per hour that its gang in `pool` is expected to earn from `now` on: of its work as it is
    /// done, and of completing, spread over the time that this will take, a `step` at least.
    #[must_use]
    pub fn worth_per_hour(&self, pool: PoolId, now: Instant, step: Span) -> f64 {
        let Some(place) = self.places[pool.index()] else {
            return 0.0;
        };
        let to_go = (1.0 - self.progress(now).done).max(0.0);
        let hours = to_go / place.share_per_hour;
        let completion = now + Span::saturating_from_seconds_f64(hours * 3600.0);
        let worked = self.value.per_accelerator_hour.0 * self.gang as f64;
        worked + self.payoff(completion) / hours.max(step.as_hours())
    }

    /// Hours of its gang that stopping it now would cost: the work that no checkpoint holds, and
    /// the restart. None while it does not run.
    #[must_use]
    pub fn release_hours(&self, now: Instant) -> Option<f64> {
        let spent = self.segment?.spent(now);
        Some(spent.work - spent.saved + self.restart.as_hours())
    }

    /// What the horizon at `end` adds for the work of an unfinished campaign.
    #[must_use]
    pub fn value_at_horizon(&self, end: Instant) -> f64 {
        match (self.at_horizon, self.state) {
            (AtHorizon::Prorate, State::Waiting | State::Running(_)) => {
                self.progress(end).done * self.payoff(end)
            }
            _ => 0.0,
        }
    }

    /// What completing at `at` pays: the full sum until the deadline, then half of it for every
    /// half-life that has passed.
    fn payoff(&self, at: Instant) -> f64 {
        let late = match (self.value.deadline, self.value.half_life_after) {
            (Some(deadline), Some(half_life)) if at > deadline => (at - deadline) / half_life,
            _ => 0.0,
        };
        self.value.on_completion.0 * (-late).exp2()
    }

    /// The progress once a segment in `pool` has been spent so.
    fn after(&self, pool: PoolId, spent: Spent) -> Progress {
        let share_per_hour = self.places[pool.index()].map_or(0.0, |place| place.share_per_hour);
        let gang = self.gang as f64;
        Progress {
            useful: self.base.useful + spent.work * gang,
            lost: self.base.lost,
            overhead: self.base.overhead + spent.overhead * gang,
            done: (self.base.done + spent.work * share_per_hour).min(1.0),
        }
    }
}

/// The campaign's work in accelerator-hours of this hardware: FLOP divided by what an accelerator
/// does in an hour, peak × model FLOP/s utilisation (MFU).
fn accelerator_hours(
    campaign: &scenario::Campaign,
    (name, hardware): (&str, &Hardware),
) -> Option<f64> {
    match campaign.work {
        Work::AcceleratorHours(hours) => Some(hours.0),
        Work::Flop(flop) => {
            let mfu = match campaign.mfu.as_ref()? {
                Mfu::Everywhere(mfu) => *mfu,
                Mfu::ByHardware(by_hardware) => *by_hardware.get(name)?,
            };
            let peak = hardware.peak.get(&campaign.precision)?.0;
            Some(flop.0 / (peak * mfu * 3600.0))
        }
    }
}

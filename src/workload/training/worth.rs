//! What a campaign has earned, and what a policy may expect it to earn.

use super::campaign::{Campaign, State};
use crate::id::PoolId;
use crate::kernel::{Instant, Span};
use crate::scenario::AtHorizon;

impl Campaign {
    /// Value earned until `now`, an unfinished campaign earning nothing for its completion.
    #[must_use]
    pub fn value(&self, now: Instant) -> f64 {
        let worked = self.value.per_accelerator_hour.0 * self.progress(now).useful;
        worked + self.end().map_or(0.0, |end| self.payoff(end))
    }

    /// Value per hour that a gang of so many servers in `pool` is expected to earn from `now` on: of
    /// its work as it is done, and of completing, spread over the time that this will take, a `step`
    /// at least.
    #[must_use]
    pub fn worth_per_hour(&self, pool: PoolId, servers: u64, now: Instant, step: Span) -> f64 {
        let Some(place) = self.places[pool.index()] else {
            return 0.0;
        };
        let accelerators = servers * place.per_server;
        let efficient = accelerators as f64 * self.gang.efficiency(accelerators);
        let worked = self.value.per_accelerator_hour.0 * efficient;
        if self.value.on_completion.0 == 0.0 {
            return worked;
        }
        let to_go = (1.0 - self.progress(now).done).max(0.0);
        let hours = to_go / self.share_per_hour(pool, servers);
        let completion = now + Span::saturating_from_seconds_f64(hours * 3600.0);
        worked + self.payoff(completion) / hours.max(step.as_hours())
    }

    /// Whether as many servers of one pool do as much of its work as those of another.
    #[must_use]
    pub fn works_alike(&self, one: PoolId, other: PoolId) -> bool {
        let work = |pool: PoolId| {
            let place = self.places[pool.index()]?;
            Some((place.per_server, place.accelerator_hours))
        };
        work(one) == work(other)
    }

    /// Hours of its gang that stopping it now would cost: the work that no checkpoint holds, or with
    /// enough notice the time to write one, and the restart. None while it does not run.
    #[must_use]
    pub fn release_hours(&self, now: Instant) -> Option<f64> {
        let spent = self.segment?.spent(now);
        let saving = self.saves_on_notice(now).map(Span::as_hours);
        Some(saving.unwrap_or(spent.work - spent.saved) + self.restart.as_hours())
    }

    /// What the horizon at `end` adds for the work of an unfinished campaign.
    #[must_use]
    pub fn value_at_horizon(&self, end: Instant) -> f64 {
        match (self.at_horizon, self.state()) {
            (AtHorizon::Prorate, State::Waiting | State::Running(_)) => {
                self.progress(end).done * self.payoff(end)
            }
            _ => 0.0,
        }
    }

    /// Share of the whole work that can still be done and count, at most. Where an accelerator-hour is paid and not
    /// worth the same share everywhere, what no checkpoint holds may be done again for more.
    #[must_use]
    pub fn still_to_do(&self, now: Instant) -> f64 {
        let mut hours = self
            .places
            .iter()
            .flatten()
            .map(|place| place.accelerator_hours);
        let first = hours.next();
        let alike = hours.all(|hours| Some(hours) == first);
        let done = if alike || self.value.per_accelerator_hour.0 <= 0.0 {
            self.progress(now).done
        } else {
            self.base.done
        };
        (1.0 - done).max(0.0)
    }

    /// What completing it can at most pay for the share of its work that is done.
    #[must_use]
    pub fn banked(&self, now: Instant) -> f64 {
        match self.state() {
            State::Completed => 0.0,
            _ => self.progress(now).done * self.payoff(now),
        }
    }

    /// Share of the whole work that a server of `pool` does in an hour, in the gang that uses it best.
    #[must_use]
    pub fn most_share_per_hour(&self, pool: PoolId) -> f64 {
        self.places[pool.index()].map_or(0.0, |place| {
            place.per_server as f64 * self.gang.best_efficiency() / place.accelerator_hours
        })
    }

    /// What the whole work, done in `pool` at `at`, is worth at most.
    #[must_use]
    pub fn most_per_share(&self, pool: PoolId, at: Instant) -> f64 {
        let hours = self.places[pool.index()].map_or(0.0, |place| place.accelerator_hours);
        self.value.per_accelerator_hour.0 * hours + self.payoff(at)
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
}

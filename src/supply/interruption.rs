//! What takes many servers away at once: maintenance by plan, outages by date or by chance. When an
//! outage comes, how long it lasts and where in a pool it strikes is drawn without regard to who
//! holds what, so that every policy meets the same outages.

use rand_distr::{Distribution as _, Exp1, Uniform};

use super::fleet::Pool;
use crate::distribution::Sampler;
use crate::id::PoolId;
use crate::kernel::{Instant, Span, Stream, Streams};
use crate::scenario::{self, Place, Scenario};

/// A planned maintenance.
#[derive(Clone, Debug)]
pub struct Maintenance {
    /// The pools that it concerns.
    pub pools: Vec<PoolId>,
    /// Length of a window.
    pub duration: Span,
    /// Time between the beginnings of two windows; none for a single one.
    pub every: Option<Span>,
    start: Instant,
    share: Option<f64>,
    accelerators: u64,
}

impl Maintenance {
    /// All maintenance of a checked scenario.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Vec<Self> {
        let resolve = |written: &scenario::Maintenance| Self {
            pools: pools(scenario, &written.place),
            duration: written.duration,
            every: written.every,
            start: written.start,
            share: written.share,
            accelerators: written.accelerators.unwrap_or(0),
        };
        scenario.maintenance.values().map(resolve).collect()
    }

    /// When the first window begins that ends after `from`; none if all have ended.
    #[must_use]
    pub fn first_after(&self, from: Instant) -> Option<Instant> {
        if self.start + self.duration > from {
            return Some(self.start);
        }
        let every = self.every?;
        let ended = ((from - self.start - self.duration) / every).floor() as i64;
        Some(self.start + every * (ended + 1))
    }

    /// Servers that it takes of a pool in which `installed` stand.
    #[must_use]
    pub fn servers(&self, pool: &Pool, installed: u64) -> u64 {
        match self.share {
            Some(share) => share_of(share, installed),
            None => pool.servers_of(self.accelerators).min(installed),
        }
    }
}

/// An outage that comes once or again and again.
#[derive(Debug)]
pub struct Outage {
    /// The pools that it hits.
    pub pools: Vec<PoolId>,
    share: f64,
    at: Option<Instant>,
    mtbf: Option<Span>,
    duration: Sampler,
    stream: Stream,
}

impl Outage {
    /// All outages of a checked scenario, with this replication's luck.
    #[must_use]
    pub fn draw(scenario: &Scenario, streams: &Streams) -> Vec<Self> {
        let resolve = |(name, written): (&String, &scenario::Outage)| Self {
            pools: pools(scenario, &written.place),
            share: written.share,
            at: written.at,
            mtbf: written.mtbf,
            duration: Sampler::new(&written.duration),
            stream: streams.stream(name, "outage"),
        };
        scenario.outage.iter().map(resolve).collect()
    }

    /// When it begins for the first time in a run that opens at `opening`.
    pub fn first(&mut self, opening: Instant) -> Option<Instant> {
        self.at.or_else(|| self.next(opening))
    }

    /// When it begins again after it ended; none if it comes only once.
    pub fn next(&mut self, ended: Instant) -> Option<Instant> {
        let mean_s = self.mtbf?.as_seconds();
        let gap: f64 = Exp1.sample(&mut self.stream);
        Some(ended + Span::saturating_from_seconds_f64(gap * mean_s).min(LONGEST))
    }

    /// Where in its pools it strikes, as a share of the way through them, and how long it lasts.
    pub fn strike(&mut self) -> (f64, Span) {
        let place = Uniform::new(0.0, 1.0).map_or(0.0, |uniform| uniform.sample(&mut self.stream));
        let seconds = self.duration.sample(&mut self.stream).max(0.0);
        (
            place,
            Span::saturating_from_seconds_f64(seconds).min(LONGEST),
        )
    }

    /// Servers of a pool in which `installed` stand that go down together.
    #[must_use]
    pub fn servers(&self, installed: u64) -> u64 {
        share_of(self.share, installed)
    }
}

/// Far beyond every horizon, and far inside the clock.
const LONGEST: Span = Span::from_micros(1000 * 365 * Span::DAY.as_micros());

fn share_of(share: f64, installed: u64) -> u64 {
    ((share * installed as f64).round() as u64).min(installed)
}

fn pools(scenario: &Scenario, place: &Place) -> Vec<PoolId> {
    let all = scenario.pool.iter().enumerate();
    all.filter(|(_, (name, pool))| match place {
        Place::Pool(reference) => reference.name == **name,
        Place::Site(reference) => reference.name == pool.site.name,
    })
    .map(|(index, _)| PoolId::new(index))
    .collect()
}

//! Jobs arrive as a Poisson process whose rate is constant within an hour (Law 2015, section 6.12).
//! An hour's count and instants come from a stream of that hour's number, a job's size, duration
//! and priority from streams of the hour's number and its place in the hour: whatever is decided, and however
//! often, the same jobs arrive; so they do after another warm-up, unless the rate's noise differs.

use rand::RngExt as _;
use rand_distr::{Distribution as _, Poisson};

use crate::demand::Curve;
use crate::distribution::Sampler;
use crate::kernel::{Grid, IndexedStreams, Instant, Span, Streams};
use crate::scenario;

/// Bits of a job's place in its hour: what would come after the first million of an hour stays
/// away.
const PLACE_BITS: u32 = 20;

/// A job as it arrives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Arrival {
    pub at: Instant,
    pub accelerators: u64,
    /// Ideal run time, a whole number of microseconds.
    pub duration: Span,
    /// Jobs of a higher priority wait before it.
    pub priority: f64,
}

/// The jobs that are to come.
#[derive(Clone, Debug)]
pub(super) struct Arrivals {
    jobs_per_hour: f64,
    /// What multiplies the rate; none where it is constant.
    curve: Option<Curve>,
    accelerators: Sampler,
    duration: Sampler,
    priority: Sampler,
    /// Accelerators of which a job has a whole multiple.
    unit: u64,
    hours: IndexedStreams,
    sizes: IndexedStreams,
    durations: IndexedStreams,
    priorities: IndexedStreams,
    opening: Instant,
    /// The hour that was drawn last.
    hour: i64,
    /// Its arrivals that are yet to come, the next last.
    due: Vec<Instant>,
    /// Arrivals that it has in all.
    count: u64,
}

impl Arrivals {
    /// The arrivals of the stream `name` from `opening` on.
    pub fn new(
        name: &str,
        arrivals: &scenario::Arrivals,
        unit: u64,
        curve: Option<Curve>,
        streams: &Streams,
        opening: Instant,
    ) -> Self {
        Self {
            jobs_per_hour: arrivals.arrivals.0 * 3600.0,
            curve,
            accelerators: Sampler::new(&arrivals.accelerators),
            duration: Sampler::new(&arrivals.duration),
            priority: Sampler::new(&arrivals.priority),
            unit,
            hours: streams.indexed(name, "arrivals"),
            sizes: streams.indexed(name, "job-accelerators"),
            durations: streams.indexed(name, "job-duration"),
            priorities: streams.indexed(name, "job-priority"),
            opening,
            hour: hours().map_or(0, |hours| hours.cell(opening)) - 1,
            due: Vec::new(),
            count: 0,
        }
    }

    /// The next job, if it arrives before `end`.
    pub fn next(&mut self, end: Instant) -> Option<Arrival> {
        let hours = hours()?;
        loop {
            let place = self.count - self.due.len() as u64;
            if let Some(at) = self.due.pop() {
                if at < self.opening {
                    continue;
                }
                return (at < end).then(|| self.job(at, place));
            }
            if hours.start(self.hour + 1) >= end || self.jobs_per_hour <= 0.0 {
                return None;
            }
            self.draw_hour(self.hour + 1, hours);
        }
    }

    fn draw_hour(&mut self, hour: i64, hours: Grid) {
        self.hour = hour;
        let start = hours.start(hour);
        let curve = self.curve.as_mut();
        let multiplier = curve.map_or(1.0, |curve| curve.mean_rate(start, start + Span::HOUR));
        let mut stream = self.hours.at(hour as u64);
        // No law has a mean of 0, which means that nobody comes.
        let count = Poisson::new(self.jobs_per_hour * multiplier)
            .map_or(0.0, |poisson| poisson.sample(&mut stream));
        self.count = (count as u64).min(1 << PLACE_BITS);
        for _ in 0..self.count {
            let share: f64 = stream.random();
            let after = Span::saturating_from_seconds_f64(share * Span::HOUR.as_seconds());
            self.due.push(start + after);
        }
        self.due.sort_unstable_by(|a, b| b.cmp(a));
    }

    fn job(&self, at: Instant, place: u64) -> Arrival {
        let number = ((self.hour as u64) << PLACE_BITS) | place;
        let accelerators = self.accelerators.sample(&mut self.sizes.at(number));
        let seconds = self.duration.sample(&mut self.durations.at(number));
        Arrival {
            at,
            accelerators: scenario::Arrivals::whole(accelerators, self.unit),
            duration: Span::saturating_from_seconds_f64(seconds).max(Span::MICROSECOND),
            priority: self.priority.sample(&mut self.priorities.at(number)),
        }
    }
}

/// UTC hours since the epoch, the grid of all demand.
fn hours() -> Option<Grid> {
    Grid::new(Instant::EPOCH, Span::HOUR)
}

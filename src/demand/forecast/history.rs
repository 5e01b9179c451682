//! The rates of the last hours: a ring of hourly means on the grid of whole hours from the start of
//! the run. Intervals never straddle an hour, however long the step is, so each falls into one of
//! them; what changed within an hour is forgotten, and memory does not grow with the run.

use crate::kernel::{Grid, Instant, Span};

/// Hourly means of what was seen last.
#[derive(Clone, Debug)]
pub(super) struct History {
    hours: Grid,
    /// The mean of an hour stands at its number modulo the length.
    means: Box<[f64]>,
    /// What has been seen, from and to; none before the first interval.
    seen: Option<(Instant, Instant)>,
}

/// An hour that has passed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Hour {
    /// Its number.
    pub(super) number: i64,
    /// Its mean rate; of its last part alone if the run opened within it.
    pub(super) mean: f64,
}

impl History {
    /// Room for what happened up to `reach` ago.
    pub(super) fn new(hours: Grid, reach: Span) -> Self {
        let count = (reach.as_micros() / hours.step().as_micros()).max(0) as usize;
        Self {
            hours,
            // One for the hour under way, one that the reach begins within.
            means: vec![0.0; count + 2].into(),
            seen: None,
        }
    }

    /// Adds the interval after the last one; returns the hour if that ends with it.
    pub(super) fn observe(&mut self, from: Instant, to: Instant, rate: f64) -> Option<Hour> {
        let number = self.hours.cell(from);
        let since = self.seen.map_or(from, |(since, _)| since);
        let begins = self.hours.start(number).max(since);
        let place = self.place(number);
        let mean = self.means.get_mut(place)?;
        // The first interval of an hour leaves nothing of what stood there; the rest are weighed.
        let share = (to - from) / (to - begins);
        *mean = if share < 1.0 {
            *mean + (rate - *mean) * share
        } else {
            rate
        };
        let mean = *mean;
        self.seen = Some((since, to));
        (to >= self.hours.start(number + 1)).then_some(Hour { number, mean })
    }

    /// The mean rate of a stretch; none if not all of it is remembered.
    pub(super) fn mean(&self, from: Instant, to: Instant) -> Option<f64> {
        let (since, until) = self.seen?;
        let newest = self.hours.cell(until - Span::MICROSECOND);
        let oldest = newest - self.means.len() as i64 + 1;
        if from < since || to > until || self.hours.cell(from) < oldest {
            return None;
        }
        Some(weighed(self.hours, from, to, |number| {
            self.means.get(self.place(number)).copied().unwrap_or(0.0)
        }))
    }

    fn place(&self, number: i64) -> usize {
        number.rem_euclid(self.means.len().max(1) as i64) as usize
    }
}

/// The mean over a stretch of rates that are given by hours.
pub(super) fn weighed(hours: Grid, from: Instant, to: Instant, rate: impl Fn(i64) -> f64) -> f64 {
    let (mut at, mut mean) = (from, 0.0);
    while at < to {
        let number = hours.cell(at);
        let until = hours.start(number + 1).min(to);
        // A running mean: of equal rates it is that rate, to the last bit.
        mean += (rate(number) - mean) * ((until - at) / (until - from));
        at = until;
    }
    mean
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Instant = Instant::from_micros(1_000_000_007);

    fn minute(minute: i64) -> Instant {
        START + Span::MINUTE * minute
    }

    fn history(reach: Span) -> History {
        History::new(Grid::new(START, Span::HOUR).unwrap(), reach)
    }

    #[test]
    fn parts_of_an_hour_make_its_mean() {
        let mut history = history(Span::HOUR * 3);
        assert_eq!(history.observe(minute(0), minute(45), 4.0), None);
        let hour = history.observe(minute(45), minute(60), 8.0);
        assert_eq!(
            hour,
            Some(Hour {
                number: 0,
                mean: 5.0
            })
        );
        history.observe(minute(60), minute(120), 1.0);
        history.observe(minute(120), minute(150), 9.0);
        let mean = |from, to| history.mean(minute(from), minute(to));
        assert_eq!(mean(0, 60), Some(5.0));
        assert_eq!(mean(30, 90), Some(3.0));
        assert_eq!(mean(105, 150), Some((15.0 + 30.0 * 9.0) / 45.0));
        assert_eq!(mean(120, 151), None);
        assert_eq!(mean(-1, 60), None);
    }

    #[test]
    fn what_lies_beyond_the_reach_is_forgotten() {
        let mut history = history(Span::HOUR * 3);
        for hour in 0..100 {
            history.observe(minute(60 * hour), minute(60 * hour + 60), hour as f64);
        }
        assert_eq!(history.mean(minute(97 * 60), minute(98 * 60)), Some(97.0));
        assert_eq!(history.mean(minute(94 * 60), minute(95 * 60)), None);
    }

    #[test]
    fn a_run_may_open_within_an_hour() {
        let mut history = history(Span::HOUR * 3);
        let hour = history.observe(minute(-90), minute(-60), 3.0);
        assert_eq!(
            hour,
            Some(Hour {
                number: -2,
                mean: 3.0
            })
        );
        assert_eq!(history.mean(minute(-90), minute(-60)), Some(3.0));
        assert_eq!(history.mean(minute(-100), minute(-60)), None);
    }
}

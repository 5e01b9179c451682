//! Holt-Winters triple exponential smoothing by hours, the season multiplicative because the demand
//! is: growth, launches and noise multiply the shape, so that an additive season would have to be
//! learnt anew after each (Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd
//! ed., 8.3, whose form this is: the season learns from what was expected of the level).
//!
//! A ratio breaks at zeros, so: an hour whose index is nearly zero says nothing about the level; no
//! hour counts for less than half or more than double the level; a level of nothing begins anew. The
//! first period with demand gives level and season; until then what was a day ago is the forecast.

use super::history::{History, Hour, weighed};
use super::persistence::Persistence;
use super::seasonal_naive::{lag, same_time_ago};
use crate::kernel::{Grid, Instant, Span};
use crate::scenario;

/// Hours below this share of the level are too few requests to tell the level by.
const TELLING_INDEX_MIN: f64 = 0.05;
/// A smaller level is none.
const LEVEL_MIN: f64 = 1e-200;

/// Level, trend and season.
#[derive(Clone, Debug)]
pub(super) struct HoltWinters {
    weights: scenario::HoltWinters,
    hours: Grid,
    /// By hour of the period: its rate over the level; until there is a level, its rate.
    season: Box<[f64]>,
    state: State,
    /// A day, for the time until there is a level.
    history: History,
    last: Persistence,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// The season is being seen for the first time: hours and the sum of their rates.
    Collecting { hours: usize, total: f64 },
    /// As of the hour of this number; the trend is per hour.
    Smoothing { hour: i64, level: f64, trend: f64 },
}

const BEGINNING: State = State::Collecting {
    hours: 0,
    total: 0.0,
};

impl HoltWinters {
    /// For steps of up to `step`.
    pub(super) fn new(weights: &scenario::HoltWinters, hours: Grid, step: Span) -> Self {
        let count = weights.period.as_micros() / hours.step().as_micros();
        Self {
            weights: weights.clone(),
            hours,
            season: vec![0.0; count.max(1) as usize].into(),
            state: BEGINNING,
            history: History::new(hours, lag(Span::DAY, step)),
            last: Persistence::default(),
        }
    }

    pub(super) fn observe(&mut self, from: Instant, to: Instant, rate: f64) {
        self.last.observe(rate);
        let Some(hour) = self.history.observe(from, to, rate) else {
            return;
        };
        self.state = match self.state {
            State::Collecting { hours, total } => self.collect(hour, hours, total),
            State::Smoothing { level, trend, .. } => self.smooth(hour, level, trend),
        };
    }

    pub(super) fn mean(&self, from: Instant, to: Instant) -> Option<f64> {
        match self.state {
            State::Collecting { .. } => {
                same_time_ago(&self.history, Span::DAY, from, to).or_else(|| self.last.mean())
            }
            State::Smoothing { hour, level, trend } => {
                Some(weighed(self.hours, from, to, |number| {
                    let ahead = (number - hour) as f64;
                    (level + trend * ahead).max(0.0) * self.index(number)
                }))
            }
        }
    }

    fn collect(&mut self, hour: Hour, hours: usize, total: f64) -> State {
        self.set_index(hour.number, hour.mean);
        let (hours, total) = (hours + 1, total + hour.mean);
        let level = total / hours as f64;
        if level < LEVEL_MIN {
            // Nothing has begun yet.
            return BEGINNING;
        }
        if hours < self.season.len() {
            return State::Collecting { hours, total };
        }
        for index in &mut self.season {
            *index /= level;
        }
        State::Smoothing {
            hour: hour.number,
            level,
            trend: 0.0,
        }
    }

    fn smooth(&mut self, hour: Hour, level: f64, trend: f64) -> State {
        let expected = level + trend;
        if expected < LEVEL_MIN {
            return self.collect(hour, 0, 0.0);
        }
        let index = self.index(hour.number);
        let told = if index < TELLING_INDEX_MIN {
            expected
        } else {
            (hour.mean / index).clamp(expected / 2.0, expected * 2.0)
        };
        let smoothed = expected + self.weights.alpha * (told - expected);
        // No hour can have more than the whole period's demand.
        let index_seen = (hour.mean / expected).min(self.season.len() as f64);
        self.set_index(
            hour.number,
            index + self.weights.gamma * (index_seen - index),
        );
        State::Smoothing {
            hour: hour.number,
            level: smoothed,
            trend: trend + self.weights.beta * (smoothed - level - trend),
        }
    }

    fn index(&self, number: i64) -> f64 {
        self.season.get(self.place(number)).copied().unwrap_or(1.0)
    }

    fn set_index(&mut self, number: i64, index: f64) {
        let place = self.place(number);
        if let Some(slot) = self.season.get_mut(place) {
            *slot = index;
        }
    }

    fn place(&self, number: i64) -> usize {
        number.rem_euclid(self.season.len().max(1) as i64) as usize
    }
}

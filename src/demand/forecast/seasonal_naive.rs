//! Seasonal naive: what was a period ago comes again. While the history is shorter, what was a day
//! ago; before that, persistence. A step longer than the period goes back as many whole periods as
//! it takes for all of it to have been seen.

use super::history::History;
use super::persistence::Persistence;
use crate::kernel::{Grid, Instant, Span};

/// The rate of the same time a period ago.
#[derive(Clone, Debug)]
pub(super) struct SeasonalNaive {
    period: Span,
    history: History,
    last: Persistence,
}

impl SeasonalNaive {
    /// For steps of up to `step`.
    pub(super) fn new(period: Span, hours: Grid, step: Span) -> Self {
        let reach = lag(period, step).max(lag(Span::DAY, step));
        Self {
            period,
            history: History::new(hours, reach),
            last: Persistence::default(),
        }
    }

    pub(super) fn observe(&mut self, from: Instant, to: Instant, rate: f64) {
        self.history.observe(from, to, rate);
        self.last.observe(rate);
    }

    pub(super) fn mean(&self, from: Instant, to: Instant) -> Option<f64> {
        same_time_ago(&self.history, self.period, from, to)
            .or_else(|| same_time_ago(&self.history, Span::DAY, from, to))
            .or_else(|| self.last.mean())
    }
}

/// The mean rate of the same stretch the fewest whole periods ago that let all of it be seen.
pub(super) fn same_time_ago(
    history: &History,
    period: Span,
    from: Instant,
    to: Instant,
) -> Option<f64> {
    let lag = lag(period, to - from);
    history.mean(from - lag, to - lag)
}

/// The fewest whole periods that are at least `length`.
pub(super) fn lag(period: Span, length: Span) -> Span {
    let micros = period.as_micros().max(1);
    let before_last = (length.as_micros() - 1).max(0) / micros;
    period * (before_last + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lags_are_whole_periods_and_reach_back_before_the_step() {
        for (period, length, expected) in [(168, 1, 168), (3, 3, 3), (3, 4, 6), (1, 24, 24)] {
            let found = lag(Span::HOUR * period, Span::HOUR * length);
            assert_eq!(found, Span::HOUR * expected);
        }
        assert_eq!(lag(Span::HOUR, Span::MINUTE), Span::HOUR);
    }
}

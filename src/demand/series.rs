//! A series read as a multiple of its own mean: the mean over any stretch in constant time, however
//! many rows it spans, repeated end to end if the scenario says so.

use crate::kernel::{Instant, Span};
use crate::scenario::Rates;

/// The rates of a series over their mean. Copies share the numbers.
#[derive(Clone, Debug)]
pub(super) struct SeriesCourse {
    rates: Rates,
    /// One over the mean; 0 for a series of zeros.
    scale: f64,
}

/// A place in a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    row: usize,
    /// Time since the row began; more than a step only where the last row holds on.
    since: Span,
}

impl SeriesCourse {
    pub(super) fn new(rates: Rates) -> Self {
        let scale = match rates.mean > 0.0 {
            true => 1.0 / rates.mean,
            false => 0.0,
        };
        Self { rates, scale }
    }

    /// When the rate of `at` ends.
    pub(super) fn until(&self, at: Instant) -> Instant {
        let step = self.rates.step.as_micros().max(1);
        let into = (at - self.rates.start).as_micros().rem_euclid(step);
        at + Span::from_micros(step - into)
    }

    /// The mean from `from` to `to`, which is later, over the series' mean.
    pub(super) fn mean(&self, from: Instant, to: Instant) -> f64 {
        self.rate(from, to) * self.scale
    }

    /// The mean rate from `from` to `to`, which is later, per second.
    pub(super) fn rate(&self, from: Instant, to: Instant) -> f64 {
        let steps = (to - from) / self.rates.step;
        let first = self.place(from);
        let within = (to - from).as_micros() <= (self.rates.step - first.since).as_micros();
        if within {
            // Most stretches lie in one row; its own number has all digits.
            return self.value(first.row);
        }
        let above = self.above_mean(self.place(to)) - self.above_mean(first);
        // Rounding must not make a rate of nothing less than nothing.
        (self.rates.mean + above / steps).max(0.0)
    }

    /// Where an instant falls; before the first row and after the last one of a series that is not repeated, these
    /// hold on.
    fn place(&self, at: Instant) -> Place {
        let (step, rows) = (
            self.rates.step.as_micros().max(1),
            self.rates.values.len().max(1) as i64,
        );
        let mut offset = (at - self.rates.start).as_micros();
        if self.rates.repeats {
            offset = offset.rem_euclid(step.saturating_mul(rows));
        }
        let row = offset.div_euclid(step).clamp(0, rows - 1);
        Place {
            row: row as usize,
            since: Span::from_micros(offset - row * step),
        }
    }

    /// What the series is above its mean from its start to a place, in steps. A whole repetition adds nothing.
    fn above_mean(&self, place: Place) -> f64 {
        let before = self.rates.above_mean.get(place.row).copied();
        let here = self.value(place.row) - self.rates.mean;
        before.unwrap_or(0.0) + here * (place.since / self.rates.step)
    }

    fn value(&self, row: usize) -> f64 {
        self.rates.values.get(row).copied().unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const START: Instant = Instant::from_micros(1_000_000_007);

    fn course(values: &[f64], repeats: bool) -> SeriesCourse {
        SeriesCourse::new(Rates::new(START, Span::MINUTE, repeats, values.to_vec()))
    }

    fn at(seconds: i64) -> Instant {
        START + Span::SECOND * seconds
    }

    #[test]
    fn means_are_those_of_the_rows_over_the_mean() {
        let course = course(&[1.0, 2.0, 6.0], false);
        for (from, to, expected) in [
            (0, 60, 1.0),
            (60, 120, 2.0),
            (70, 80, 2.0),
            (0, 180, 3.0),
            (30, 90, 1.5),
            (90, 180, (0.5 * 2.0 + 6.0) / 1.5),
            // Beyond its ends the first and the last row hold on.
            (-60, 60, 1.0),
            (-600, -300, 1.0),
            (120, 300, 6.0),
            (1000, 2000, 6.0),
        ] {
            let mean = course.mean(at(from), at(to)) * 3.0;
            assert!((mean - expected).abs() < 1e-12, "{from} {to}: {mean}");
        }
        assert_eq!(course.until(at(0)), at(60));
        assert_eq!(course.until(at(59)), at(60));
        assert_eq!(course.until(at(-1)), at(0));
    }

    #[test]
    fn what_repeats_has_its_mean_over_every_whole_repetition() {
        let course = course(&[1.0, 2.0, 6.0, 0.0, 0.5], true);
        for from in (-1000..1000).step_by(7) {
            let mean = course.mean(at(from), at(from + 300));
            assert!((mean - 1.0).abs() < 1e-12, "{from}: {mean}");
            let (here, later) = (
                course.mean(at(from), at(from + 40)),
                course.mean(at(from + 300 * 1000), at(from + 300 * 1000 + 40)),
            );
            assert!((here - later).abs() < 1e-12, "{from}: {here} {later}");
        }
        assert!((course.mean(at(-60), at(0)) * 1.9 - 0.5).abs() < 1e-12);
    }

    #[test]
    fn zeros_are_zero_and_equal_rates_are_one() {
        let zeros = course(&[0.0; 10], true);
        assert_eq!(zeros.mean(at(0), at(6000)), 0.0);
        let (equal, nothing) = (course(&[0.1; 10], true), course(&[], false));
        assert_eq!(equal.mean(at(7), at(6000)), 1.0);
        assert_eq!(nothing.mean(at(7), at(6000)), 0.0);
        let spike = course(&[1e9, 0.0, 0.0, 0.3, 0.1, 0.0], false);
        assert!(spike.mean(at(60), at(180)) >= 0.0);
    }

    proptest! {
        /// Against adding up second by second.
        #[test]
        fn means_agree_with_the_definition(
            values in proptest::collection::vec(0.0..1e3_f64, 1..40),
            from in -3000_i64..3000, length in 1_i64..3000, repeats: bool,
        ) {
            let course = course(&values, repeats);
            let rows = values.len() as i64;
            let value = |second: i64| {
                let row = second.div_euclid(60);
                let row = if repeats { row.rem_euclid(rows) } else { row.clamp(0, rows - 1) };
                values[row as usize]
            };
            let slow = (from..from + length).map(value).sum::<f64>() / length as f64;
            let fast = course.mean(at(from), at(from + length)) * course.rates.mean;
            prop_assert!((slow - fast).abs() <= 1e-9 * slow.max(1.0), "{} {}", slow, fast);
        }
    }
}

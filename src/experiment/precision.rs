//! How many replications are enough: as many as make the interval of a metric narrow against its mean.
//!
//! Replications come in batches, each sized by what the last one showed: the half-width falls with the square root of
//! their number. After a batch the interval is looked at, and every look is a chance to stop on a spread that came out
//! too small by luck (Chow and Robbins 1965), so looks are few: a batch adds a quarter at least. How many batches there are
//! depends on the values alone, never on threads.

use std::sync::Arc;

use super::series_name::SeriesName;
use super::statistics::{half_width, mean, std_dev};
use crate::results::ReplicationResult;
use crate::results::metrics::Series;

/// How narrow intervals shall be, and at what expense.
#[derive(Clone, Debug, PartialEq)]
pub struct PrecisionTarget {
    /// The metrics that must be precise, all of them.
    pub series: Vec<SeriesName>,
    /// Half the width of the 95% interval over the size of the mean.
    pub relative: f64,
    /// The number of replications at which it ends in any case.
    pub replications_max: u32,
}

/// How precise a metric is.
#[derive(Clone, Debug, PartialEq)]
pub struct Reached {
    /// Which metric of which entity.
    pub series: SeriesName,
    /// Replications that have a value.
    pub replications: usize,
    /// Their mean; none without any.
    pub mean: Option<f64>,
    /// Half the width of its 95% interval; none with fewer than two.
    pub half_width: Option<f64>,
    /// The same over the size of the mean; none where that is 0 and the half-width is not.
    pub relative: Option<f64>,
    /// Whether that is what was asked for.
    pub is_converged: bool,
}

/// A metric of an entity that a scenario does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the scenario has no {0}")]
pub struct UnknownSeries(pub SeriesName);

impl PrecisionTarget {
    /// The fewest replications that are looked at.
    pub const REPLICATIONS_MIN: u32 = 5;
    /// Where no other maximum is said.
    pub const REPLICATIONS_MAX_DEFAULT: u32 = 1000;

    /// Where each metric stands among a scenario's series.
    ///
    /// # Errors
    /// The first that is not among them.
    pub fn goals(&self, series: &[Arc<Series>]) -> Result<Vec<usize>, UnknownSeries> {
        let place = |name: &SeriesName| {
            let place = series.iter().position(|series| name.is_of(series));
            place.ok_or_else(|| UnknownSeries(name.clone()))
        };
        self.series.iter().map(place).collect()
    }

    /// The size of the first batch: what the scenario asks for, within the limits.
    #[must_use]
    pub fn first(&self, replications: u32) -> u32 {
        replications
            .max(Self::REPLICATIONS_MIN)
            .min(self.replications_max)
    }

    /// How precise each metric is after these replications, which are in order.
    pub(super) fn reached(
        &self,
        goals: &[usize],
        replications: &[ReplicationResult],
    ) -> Vec<Reached> {
        let reached = |(name, goal): (&SeriesName, &usize)| {
            let values = replications
                .iter()
                .filter_map(|of| of.values.get(*goal).copied().flatten());
            self.judge(name, &values.collect::<Vec<f64>>())
        };
        self.series.iter().zip(goals).map(reached).collect()
    }

    pub(super) fn judge(&self, name: &SeriesName, values: &[f64]) -> Reached {
        let mean = mean(values).filter(|mean| mean.is_finite());
        let spread = std_dev(values).filter(|std_dev| std_dev.is_finite());
        let half_width = spread.and_then(|spread| half_width(spread, values.len()));
        let relative = mean.zip(half_width).and_then(|(mean, half)| match half {
            // Nothing is as precise as a value that never varies, be it 0.
            0.0 => Some(0.0),
            half => Some(half / mean.abs()).filter(|share| share.is_finite()),
        });
        let enough = values.len() >= Self::REPLICATIONS_MIN as usize;
        Reached {
            series: name.clone(),
            replications: values.len(),
            mean,
            half_width,
            relative,
            is_converged: enough && relative.is_some_and(|relative| relative <= self.relative),
        }
    }

    /// How many replications there should be next; none when all metrics are precise enough or `done` is the maximum.
    pub(super) fn next(&self, reached: &[Reached], done: u32) -> Option<u32> {
        if done >= self.replications_max || reached.iter().all(|of| of.is_converged) {
            return None;
        }
        let missing = reached.iter().filter(|of| !of.is_converged);
        let wanted = missing.map(|of| match of.relative {
            // A tenth more, since the spread may have come out small.
            Some(relative) => 1.1 * f64::from(done) * (relative / self.relative).powi(2),
            None => f64::INFINITY,
        });
        let wanted = wanted.fold(0.0, f64::max);
        // The cast saturates. An estimate from few replications is not trusted for more than twice as many.
        let wanted = (wanted.ceil() as u32).min(done.saturating_mul(2));
        let at_least = done.saturating_add(done.div_ceil(4));
        Some(wanted.max(at_least).min(self.replications_max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(relative: f64) -> PrecisionTarget {
        PrecisionTarget {
            series: vec!["net_value[fleet]".parse().unwrap()],
            relative,
            replications_max: 100,
        }
    }

    fn reached(target: &PrecisionTarget, values: &[f64]) -> Reached {
        target.judge(&target.series[0], values)
    }

    /// 9, 10, 11, 10, 10 has standard deviation sqrt(1/2) and half-width 2.776445 sqrt(1/10) = 0.877989.
    #[test]
    fn precision_is_half_width_over_mean() {
        let values = [9.0, 10.0, 11.0, 10.0, 10.0];
        let found = reached(&target(0.088), &values);
        assert!(
            (found.half_width.unwrap() - 0.877_989).abs() < 1e-5,
            "{found:?}"
        );
        assert!((found.relative.unwrap() - 0.087_799).abs() < 1e-6 && found.is_converged);
        assert!(!reached(&target(0.087), &values).is_converged);
        let losses = values.map(|value| -value);
        assert_eq!(reached(&target(0.088), &losses).relative, found.relative);
    }

    #[test]
    fn few_values_and_none_never_converge() {
        let target = target(0.5);
        for values in [&[][..], &[1.0], &[1.0; 4]] {
            assert!(!reached(&target, values).is_converged, "{values:?}");
        }
        assert!(reached(&target, &[0.0; 5]).is_converged);
        let around_zero = reached(&target, &[-1.0, 1.0, -1.0, 1.0, 0.0]);
        assert_eq!(
            (around_zero.relative, around_zero.is_converged),
            (None, false)
        );
    }

    #[test]
    fn batches_follow_the_square_of_what_is_missing() {
        let target = target(0.01);
        let with = |relative: Option<f64>, is_converged| {
            [Reached {
                relative,
                is_converged,
                ..reached(&target, &[])
            }]
        };
        assert_eq!(target.first(3), 5);
        assert_eq!(target.first(10), 10);
        assert_eq!(target.first(1_000_000), 100);
        assert_eq!(target.next(&with(Some(0.009), true), 10), None);
        // 1.1 x 10 x 1.2^2 = 15.84; four times too wide wants far more than twice as many.
        assert_eq!(target.next(&with(Some(0.012), false), 10), Some(16));
        assert_eq!(target.next(&with(Some(0.04), false), 10), Some(20));
        assert_eq!(target.next(&with(Some(0.010_000_1), false), 10), Some(13));
        assert_eq!(target.next(&with(None, false), 64), Some(100));
        assert_eq!(target.next(&with(None, false), 100), None);
    }
}

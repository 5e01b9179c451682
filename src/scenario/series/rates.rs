//! The rates of a series as a run reads them: even steps from a first instant, and the sums that give
//! the mean over any stretch at once. Copies share the numbers.

use std::sync::Arc;

use crate::kernel::{Instant, Span};

/// Rates per second in even steps, each holding until the next.
#[derive(Clone, Debug)]
pub struct Rates {
    /// The first instant.
    pub start: Instant,
    /// How long each rate holds.
    pub step: Span,
    /// Whether the whole is repeated end to end, before and after itself.
    pub repeats: bool,
    /// The rates, per second.
    pub values: Arc<[f64]>,
    /// Their mean.
    pub mean: f64,
    /// For each rate and for the end, the sum of what the rates before it are above the mean. Sums of differences stay
    /// small where sums of rates would grow, so that differences of them keep their digits.
    pub above_mean: Arc<[f64]>,
}

impl Rates {
    /// Of rates per second, `step` apart.
    #[must_use]
    pub fn new(start: Instant, step: Span, repeats: bool, values: Vec<f64>) -> Self {
        let count = values.len().max(1) as f64;
        let rough = values.iter().sum::<f64>() / count;
        // The second pass makes the mean of equal rates that rate, to the last bit.
        let mean = rough + values.iter().map(|value| value - rough).sum::<f64>() / count;
        let mut above_mean = Vec::with_capacity(values.len() + 1);
        let mut sum = 0.0;
        above_mean.push(sum);
        for value in &values {
            sum += value - mean;
            above_mean.push(sum);
        }
        Self {
            start,
            step,
            repeats,
            values: values.into(),
            mean,
            above_mean: above_mean.into(),
        }
    }

    /// How long the series is.
    #[must_use]
    pub fn span(&self) -> Span {
        self.step * self.values.len() as i64
    }

    /// The first instant after it.
    #[must_use]
    pub fn end(&self) -> Instant {
        self.start + self.span()
    }

    /// Whether there is nothing: its file has not been read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

impl Default for Rates {
    fn default() -> Self {
        Self::new(Instant::EPOCH, Span::HOUR, false, Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_of_equal_rates_is_that_rate() {
        let rates = Rates::new(Instant::EPOCH, Span::MINUTE, false, vec![0.1; 100_003]);
        assert_eq!(rates.mean, 0.1);
        assert!(rates.above_mean.iter().all(|sum| *sum == 0.0));
        assert_eq!(rates.end(), Instant::EPOCH + Span::MINUTE * 100_003);
    }

    #[test]
    fn sums_begin_and_end_at_zero() {
        let rates = Rates::new(Instant::EPOCH, Span::HOUR, true, vec![1.0, 2.0, 6.0]);
        assert_eq!(rates.mean, 3.0);
        assert_eq!(&*rates.above_mean, [0.0, -2.0, -3.0, 0.0]);
        assert!(Rates::default().is_empty());
    }
}

//! The levels that demand takes within an interval. An hourly mean hides minutes that lie above
//! it, and those are what a service fails on: what becomes of an interval's requests is averaged
//! over levels, each of them a share of the time at a multiple of the mean rate.
//!
//! The multiples follow a log-normal law of mean 1, cut into cells of the standard normal deviate
//! that are a quarter wide around and above the middle, where promises are kept or broken; each
//! cell stands at its conditional mean, so that the mean is kept exactly. Fixed cells keep every
//! law of one level: a service never fares worse for having more. A threshold that falls within a
//! cell errs by less than the cell's share, a tenth at the middle and 0.003 above two deviations
//! (five Gauss-Hermite nodes: 0.53 and 0.011).

use crate::theory::normal::cdf;

/// Borders of the cells, in standard deviations of the logarithm.
const BORDERS: [f64; 20] = [
    -2.0, -1.5, -1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.25,
    2.5, 2.75, 3.0, 3.5,
];

/// One level of demand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Level {
    /// Share of the time.
    pub share: f64,
    /// Multiple of the mean rate.
    pub multiple: f64,
    /// Share of the requests that arrive at lower levels.
    pub requests_below: f64,
}

impl Level {
    /// Share of the requests that arrive at this level.
    pub fn requests(&self) -> f64 {
        self.share * self.multiple
    }
}

/// The levels within an interval, the highest first. Shares sum to 1, and so do the requests.
#[derive(Clone, Debug)]
pub(super) struct Levels {
    cv: f64,
    descending: Vec<Level>,
}

impl Levels {
    /// Levels with the coefficient of variation `cv`; a single one for 0.
    pub fn new(cv: f64) -> Self {
        if cv <= 0.0 {
            let all = Level {
                share: 1.0,
                multiple: 1.0,
                requests_below: 0.0,
            };
            return Self {
                cv: 0.0,
                descending: vec![all],
            };
        }
        let sigma = cv.powi(2).ln_1p().sqrt();
        // Share of the time, and of the requests, below a border (mean of a log-normal's part).
        let below = |border: f64| (cdf(border), cdf(border - sigma));
        let starts = BORDERS.iter().copied().map(below);
        let ends = starts.clone().chain([(1.0, 1.0)]);
        let cells = [(0.0, 0.0)].into_iter().chain(starts).zip(ends);
        let level = |(from, to): ((f64, f64), (f64, f64))| {
            let share = to.0 - from.0;
            Level {
                share,
                multiple: (to.1 - from.1) / share,
                requests_below: from.1,
            }
        };
        let mut levels: Vec<Level> = cells.map(level).collect();
        levels.reverse();
        Self {
            cv,
            descending: levels,
        }
    }

    /// Coefficient of variation of demand.
    pub fn cv(&self) -> f64 {
        self.cv
    }

    /// All levels, the highest first.
    pub fn descending(&self) -> impl Iterator<Item = &Level> {
        self.descending.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_mean_and_variance_are_kept() {
        for cv in [0.05, 0.15, 0.5, 1.0] {
            let levels = Levels::new(cv);
            let sum =
                |of: &dyn Fn(&Level) -> f64| -> f64 { levels.descending().map(of).sum::<f64>() };
            assert!((sum(&|level| level.share) - 1.0).abs() < 1e-12, "{cv}");
            assert!((sum(&Level::requests) - 1.0).abs() < 1e-12, "{cv}");
            // Conditional means lose the variance within the cells.
            let second = sum(&|level| level.share * level.multiple.powi(2));
            let lost = 1.0 - (second - 1.0) / (cv * cv);
            assert!(lost > 0.0 && lost < 0.1, "{cv}: {lost}");
        }
    }

    #[test]
    fn levels_fall_and_without_variation_there_is_one() {
        let levels = Levels::new(0.3);
        let multiples: Vec<f64> = levels.descending().map(|level| level.multiple).collect();
        assert!(multiples.is_sorted_by(|a, b| a > b), "{multiples:?}");
        assert_eq!(Levels::new(0.0).descending().count(), 1);
    }

    /// P(M > x) of the log-normal law itself, at thresholds all over, errs by half a cell on average.
    #[test]
    fn exceedance_is_that_of_the_law() {
        let sigma = 0.2_f64.powi(2).ln_1p().sqrt();
        for (z, off) in [
            (-0.6, 0.11),
            (0.1, 0.11),
            (1.1, 0.06),
            (2.3, 0.006),
            (3.2, 0.0012),
        ] {
            let threshold = (sigma * z - 0.5 * sigma * sigma).exp();
            let exceeds: f64 = Levels::new(0.2)
                .descending()
                .filter(|level| level.multiple > threshold)
                .map(|level| level.share)
                .sum();
            assert!((exceeds - (1.0 - cdf(z))).abs() < off, "{z}: {exceeds}");
        }
    }
}

//! How far off the last forecasts were: the empirical distribution of what came over what was
//! expected, which is a ratio because the demand's noise multiplies. The forecast's P90 is its mean
//! times the ratio that nine in ten of them did not exceed, so it also corrects a bias.

/// Forecasts that are remembered: a week of hours, so that all hours of the week have their say.
const REMEMBERED: usize = 168;
/// A forecast that was next to nothing says little about the others.
const RATIO_MAX: f64 = 1e3;

/// The last ratios of actual to forecast.
#[derive(Clone, Debug)]
pub(super) struct Spread {
    /// In the order of time, the oldest at `oldest` once it is full.
    ratios: Vec<f64>,
    oldest: usize,
    /// The same in the order of size.
    sorted: Vec<f64>,
}

impl Default for Spread {
    fn default() -> Self {
        // All the room that it will ever take, so that remembering allocates nothing.
        Self {
            ratios: Vec::with_capacity(REMEMBERED),
            oldest: 0,
            sorted: Vec::with_capacity(REMEMBERED),
        }
    }
}

impl Spread {
    /// Remembers how a forecast turned out; one of nothing has no ratio.
    pub(super) fn remember(&mut self, forecast: f64, actual: f64) {
        if forecast <= 0.0 {
            return;
        }
        let ratio = (actual / forecast).min(RATIO_MAX);
        if self.ratios.len() < REMEMBERED {
            self.ratios.push(ratio);
        } else if let Some(oldest) = self.ratios.get_mut(self.oldest) {
            let gone = std::mem::replace(oldest, ratio);
            self.oldest = (self.oldest + 1) % REMEMBERED;
            let place = self.sorted.partition_point(|other| *other < gone);
            self.sorted.remove(place);
        }
        let place = self.sorted.partition_point(|other| *other < ratio);
        self.sorted.insert(place, ratio);
    }

    /// Whether there are so many that nine in ten of them means something.
    pub(super) fn is_known(&self) -> bool {
        self.sorted.len() >= 10
    }

    /// The smallest ratio that at least nine in ten did not exceed; 1 before any is known.
    pub(super) fn p90(&self) -> f64 {
        let rank = (self.sorted.len() * 9).div_ceil(10);
        let ratio = rank.checked_sub(1).and_then(|place| self.sorted.get(place));
        ratio.copied().unwrap_or(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_ninth_decile_by_hand() {
        let mut spread = Spread::default();
        assert_eq!(spread.p90(), 1.0);
        assert!(!spread.is_known());
        for actual in [3.0, 1.0, 2.0, 5.0, 4.0, 10.0, 9.0, 8.0, 7.0, 6.0] {
            spread.remember(2.0, actual);
        }
        assert_eq!(spread.p90(), 4.5);
        assert!(spread.is_known());
        spread.remember(0.0, 7.0);
        assert_eq!(spread.ratios.len(), 10);
        spread.remember(1e-300, 1e300);
        assert_eq!(spread.p90(), 5.0);
    }

    proptest! {
        /// Against sorting the last ones anew.
        #[test]
        fn only_the_last_are_remembered(actuals in proptest::collection::vec(0_u8..20, 1..600)) {
            let mut spread = Spread::default();
            for &actual in &actuals {
                spread.remember(1.0, f64::from(actual));
            }
            let mut last: Vec<u8> = actuals.iter().rev().take(REMEMBERED).copied().collect();
            last.sort_unstable();
            let expected = last[(last.len() * 9).div_ceil(10) - 1];
            prop_assert_eq!(spread.p90(), f64::from(expected));
            prop_assert_eq!(spread.sorted.capacity(), REMEMBERED);
        }
    }
}

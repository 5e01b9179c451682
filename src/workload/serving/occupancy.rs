//! How many requests are in a service at once, waiting and in service: for how long there were how
//! many. A sum by number, so that a day's and a run's law are differences of two such sums.
//!
//! Numbers below 1024 are counted each by itself, larger ones in bins a thousandth wide: a law to a
//! thousandth in constant memory.

use std::ops::Sub;

/// Bins to a factor of two, and the first number that shares a bin.
const BINS_PER_OCTAVE: u64 = 1 << BITS;
const BITS: u32 = 10;

/// Seconds by number of requests.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Occupancy {
    seconds: Vec<f64>,
}

impl Occupancy {
    /// Adds time in which there were so many.
    pub(super) fn add(&mut self, requests: u64, seconds: f64) {
        let bin = bin(requests);
        if bin >= self.seconds.len() {
            self.seconds.resize(bin + 1, 0.0);
        }
        self.seconds[bin] += seconds;
    }

    /// Their mean number; none without any time.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        let whole = self.whole();
        let bins = self.seconds.iter().enumerate();
        let weighted: f64 = bins.map(|(bin, seconds)| middle(bin) * seconds).sum();
        (whole > 0.0).then(|| weighted / whole)
    }

    /// Share of the time in which there were at most so many; none without any time. From 1024
    /// on, those of the same bin count too.
    #[must_use]
    pub fn share_up_to(&self, requests: u64) -> Option<f64> {
        let whole = self.whole();
        let below: f64 = self.seconds.iter().take(bin(requests) + 1).sum();
        (whole > 0.0).then(|| below / whole)
    }

    /// The smallest number that was not exceeded for a share `p` of the time; none without any time.
    #[must_use]
    pub fn quantile(&self, p: f64) -> Option<f64> {
        let enough = p * self.whole();
        let mut below = 0.0;
        let mut bins = self.seconds.iter().enumerate();
        let found = bins.find(|(_, seconds)| {
            below += **seconds;
            **seconds > 0.0 && below >= enough
        });
        found.map(|(bin, _)| middle(bin))
    }

    fn whole(&self) -> f64 {
        self.seconds.iter().sum()
    }
}

impl Sub<&Self> for Occupancy {
    type Output = Self;
    fn sub(mut self, earlier: &Self) -> Self {
        for (seconds, earlier) in self.seconds.iter_mut().zip(&earlier.seconds) {
            *seconds -= earlier;
        }
        self
    }
}

/// The bin of a number: itself, or its leading bits and how many follow them.
fn bin(requests: u64) -> usize {
    let shift = requests
        .checked_ilog2()
        .map_or(0, |log2| log2.saturating_sub(BITS));
    (u64::from(shift) * BINS_PER_OCTAVE + (requests >> shift)) as usize
}

/// The number in the middle of a bin.
fn middle(bin: usize) -> f64 {
    let bin = bin as u64;
    let shift = (bin / BINS_PER_OCTAVE).saturating_sub(1);
    let width = (1_u64 << shift) as f64;
    (bin - shift * BINS_PER_OCTAVE) as f64 * width + 0.5 * (width - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_numbers_are_exact_and_large_ones_to_a_thousandth() {
        for n in 0..2 * BINS_PER_OCTAVE {
            assert_eq!((bin(n), middle(bin(n))), (n as usize, n as f64));
        }
        let mut last = 0;
        for n in (2_048..5_000).chain([1 << 20, (1 << 20) + 1, 1 << 40]) {
            assert!(bin(n) >= last);
            last = bin(n);
            assert!((middle(last) / n as f64 - 1.0).abs() < 1e-3, "{n}");
        }
    }

    #[test]
    fn a_law_and_the_difference_of_two() {
        let mut sum = Occupancy::default();
        assert_eq!((sum.mean(), sum.quantile(0.5)), (None, None));
        sum.add(3, 30.0);
        let earlier = sum.clone();
        sum.add(0, 50.0);
        sum.add(7, 50.0);
        let later = sum.clone() - &earlier;
        assert_eq!(later.mean(), Some(3.5));
        assert_eq!(later.share_up_to(6), Some(0.5));
        assert_eq!(later.quantile(0.5), Some(0.0));
        assert_eq!(later.quantile(0.51), Some(7.0));
        assert_eq!(sum.quantile(0.6), Some(3.0));
    }
}

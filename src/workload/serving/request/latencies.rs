//! An interval's latencies, counted in bins a thousandth wide: percentiles to a thousandth in
//! constant memory, however many requests there are.

/// Bins to a factor of two.
const BINS_PER_OCTAVE: usize = 1 << BITS;
/// Bits of the fraction that tell two bins apart.
const BITS: u32 = 10;
/// Latencies at or below 2 to the minus this, in seconds, are not told apart.
const SHORTEST: u64 = 20;
/// Factors of two up to the longest latency, about 194 days.
const OCTAVES: usize = 44;

/// Counts of latencies.
#[derive(Debug)]
pub(super) struct Latencies {
    counts: Vec<u64>,
}

impl Latencies {
    pub fn new() -> Self {
        Self {
            counts: vec![0; OCTAVES * BINS_PER_OCTAVE],
        }
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.counts.fill(0);
    }

    pub fn add(&mut self, latency_s: f64) {
        let bin = Self::bin(latency_s);
        if let Some(count) = self.counts.get_mut(bin) {
            *count += 1;
        }
    }

    /// The latency that a share `p` of `offered` requests stays under; none where fewer were
    /// answered.
    pub fn quantile_s(&self, p: f64, offered: f64) -> Option<f64> {
        let rank = (p * offered).ceil().max(1.0) as u64;
        let mut below = 0;
        for (bin, count) in self.counts.iter().enumerate() {
            below += count;
            if below >= rank {
                return Some(Self::middle_s(bin));
            }
        }
        None
    }

    /// A float's exponent and leading bits of its fraction are its place on a logarithmic scale.
    fn bin(latency_s: f64) -> usize {
        let place = latency_s.to_bits() >> (f64::MANTISSA_DIGITS - 1 - BITS);
        let first = (f64::MAX_EXP as u64 - 1 - SHORTEST) << BITS;
        (place.saturating_sub(first) as usize).min(OCTAVES * BINS_PER_OCTAVE - 1)
    }

    fn middle_s(bin: usize) -> f64 {
        let first = (f64::MAX_EXP as u64 - 1 - SHORTEST) << BITS;
        let edge =
            |bin: usize| f64::from_bits((first + bin as u64) << (f64::MANTISSA_DIGITS - 1 - BITS));
        0.5 * (edge(bin) + edge(bin + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_to_a_thousandth() {
        let mut latencies = Latencies::new();
        for n in 1..=10_000_u32 {
            latencies.add(f64::from(n) * 1e-3);
        }
        for (p, exact_s) in [(0.5, 5.0), (0.95, 9.5), (0.99, 9.9), (0.000_1, 1e-3)] {
            let found = latencies.quantile_s(p, 10_000.0).expect("answered");
            assert!((found / exact_s - 1.0).abs() < 1e-3, "{p}: {found}");
        }
        assert_eq!(latencies.quantile_s(0.99, 10_200.0), None);
        latencies.clear();
        assert_eq!(latencies.quantile_s(0.5, 1.0), None);
        latencies.add(0.0);
        assert!(
            latencies
                .quantile_s(0.5, 1.0)
                .is_some_and(|found| found < 1e-6)
        );
    }
}

//! Weighted values as a step function: sorted, equal values merged, weightless ones dropped.
//!
//! Drawn by inversion (binary search) rather than by an alias table: a draw then moves the same way as its uniform
//! number when the weights change, which keeps common random numbers common.

/// Sorted distinct values with their probabilities.
#[derive(Clone, Debug)]
pub(super) struct Atoms {
    values: Vec<f64>,
    /// P(X ≤ value); the last is exactly 1.
    cumulative: Vec<f64>,
}

impl Atoms {
    /// Pairs beyond the shorter of the two lists, and pairs without a positive weight, are left out.
    pub(super) fn new(values: &[f64], weights: &[f64]) -> Self {
        let mut pairs: Vec<(f64, f64)> = values
            .iter()
            .copied()
            .zip(weights.iter().copied())
            .filter(|&(_, weight)| weight > 0.0)
            .collect();
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        pairs.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        let total: f64 = pairs.iter().map(|pair| pair.1).sum();
        let mut sum = 0.0;
        let mut cumulative: Vec<f64> = Vec::with_capacity(pairs.len());
        for (_, weight) in &pairs {
            sum += weight;
            cumulative.push((sum / total).min(1.0));
        }
        if let Some(last) = cumulative.last_mut() {
            *last = 1.0;
        }
        Self {
            values: pairs.into_iter().map(|pair| pair.0).collect(),
            cumulative,
        }
    }

    /// The atoms up to and including `limit`, as (value, probability).
    pub(super) fn up_to(&self, limit: f64) -> impl Iterator<Item = (f64, f64)> {
        let mut below = 0.0;
        self.values
            .iter()
            .zip(&self.cumulative)
            .take_while(move |pair| *pair.0 <= limit)
            .map(move |(&value, &cumulative)| {
                let probability = cumulative - below;
                below = cumulative;
                (value, probability)
            })
    }

    pub(super) fn mean(&self) -> f64 {
        self.up_to(f64::INFINITY)
            .map(|(value, probability)| value * probability)
            .sum()
    }

    pub(super) fn cv2(&self) -> f64 {
        let mean = self.mean();
        let square: f64 = self
            .up_to(f64::INFINITY)
            .map(|(value, probability)| (value - mean) * (value - mean) * probability)
            .sum();
        square / (mean * mean)
    }

    pub(super) fn cdf(&self, x: f64) -> f64 {
        match self.values.partition_point(|value| *value <= x) {
            0 => 0.0,
            count => self.cumulative.get(count - 1).copied().unwrap_or(1.0),
        }
    }

    /// E[min(X, x)].
    pub(super) fn limited_mean(&self, x: f64) -> f64 {
        self.up_to(f64::INFINITY)
            .map(|(value, probability)| value.min(x) * probability)
            .sum()
    }

    /// The smallest value with cdf ≥ p; 0 if there is no atom at all.
    pub(super) fn quantile(&self, p: f64) -> f64 {
        let index = self
            .cumulative
            .partition_point(|cumulative| *cumulative < p);
        self.values
            .get(index)
            .or(self.values.last())
            .copied()
            .unwrap_or(0.0)
    }
}

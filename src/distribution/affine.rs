//! `offset + factor·X`: a fixed cost plus a cost per item (or token) times a random number of them.
//!
//! Most families are not closed under shifting, so this is a type of its own.

use super::{Distribution, Nodes, Sampler};
use rand::Rng;

/// The quantity `offset + factor·X`, ready to draw from and to evaluate; both numbers are finite and at least 0.
#[derive(Clone, Debug)]
pub struct Affine {
    offset: f64,
    factor: f64,
    part: Sampler,
    mean: f64,
    cv2: f64,
    gini: f64,
}

impl Affine {
    /// `offset` is in the unit of the result, `factor` in that unit per unit of `of`.
    pub fn new(offset: f64, factor: f64, of: &Distribution) -> Self {
        let scaled_mean = factor * of.mean();
        let mean = offset + scaled_mean;
        let random_share = if mean == 0.0 { 0.0 } else { scaled_mean / mean };
        let part = if factor == 0.0 {
            &Distribution::Constant(0.0)
        } else {
            of
        };
        Self {
            offset,
            factor,
            part: Sampler::new(part),
            mean,
            cv2: of.cv2() * random_share * random_share,
            gini: of.gini() * random_share,
        }
    }

    /// The mean.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// The squared coefficient of variation; 0 if the mean is 0.
    pub fn cv2(&self) -> f64 {
        self.cv2
    }

    /// The Gini coefficient; 0 if the mean is 0.
    pub fn gini(&self) -> f64 {
        self.gini
    }

    /// P(offset + factor·X ≤ x).
    pub fn cdf(&self, x: f64) -> f64 {
        self.part.cdf(self.part_of(x))
    }

    /// The smallest x with P(offset + factor·X ≤ x) ≥ p; `p` is cut to 0..=1.
    pub fn quantile(&self, p: f64) -> f64 {
        self.offset + self.factor * self.part.quantile(p)
    }

    /// One draw.
    pub fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        self.offset + self.factor * self.part.sample(rng)
    }

    /// One draw of X.
    pub fn sample_part<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        self.part.sample(rng)
    }

    /// The quantity where X is `part`.
    pub fn at(&self, part: f64) -> f64 {
        self.offset + self.factor * part
    }

    /// The nodes at or below `threshold`.
    pub fn nodes(&self, threshold: f64) -> Nodes {
        Nodes::new(&self.part, self.part_of(threshold)).mapped(self.offset, self.factor, threshold)
    }

    /// The X that makes the sum `x`. With factor 0 the part is the constant 0, and only the sign counts.
    fn part_of(&self, x: f64) -> f64 {
        let rest = x - self.offset;
        if self.factor == 0.0 {
            rest
        } else {
            rest / self.factor
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Streams;

    #[test]
    fn an_affine_map_moves_everything() {
        let items = Distribution::Lognormal {
            mean: 500.0,
            cv: 0.5,
        };
        let query = Affine::new(1e-3, 4e-6, &items);
        assert!((query.mean() - 3e-3).abs() < 1e-15);
        assert!((query.cv2() - 0.25 * 4.0 / 9.0).abs() < 1e-12);
        let mut rng = Streams::new(7, 0).stream("affine", "test");
        let draws: Vec<f64> = (0..100_000).map(|_| query.sample(&mut rng)).collect();
        let mean = draws.iter().sum::<f64>() / 1e5;
        assert!((mean - query.mean()).abs() < 4.5 * (query.cv2() / 1e5).sqrt() * query.mean());
        for p in [0.01, 0.5, 0.99] {
            assert!((query.cdf(query.quantile(p)) - p).abs() < 1e-12);
        }
        assert_eq!(query.cdf(0.9e-3), 0.0);
        let nodes = query.nodes(4e-3);
        assert!((nodes.reach() - query.cdf(4e-3)).abs() < 1e-14);
        assert!(
            nodes
                .as_slice()
                .iter()
                .all(|node| (1e-3..=4e-3).contains(&node.value))
        );
        assert!(query.nodes(1e-3).as_slice().is_empty());

        let fixed = Affine::new(2.0, 0.0, &items);
        assert_eq!(
            (fixed.mean(), fixed.cv2(), fixed.cdf(1.9), fixed.cdf(2.0)),
            (2.0, 0.0, 0.0, 1.0)
        );
        assert_eq!(fixed.nodes(3.0).sum_within(|slack| slack), 1.0);
    }
}

//! The normal truncated to non-negative values, and to so many standard deviations around its mean.
//!
//! Moments of the truncated normal: Johnson, Kotz & Balakrishnan, Continuous Univariate Distributions 1 (1994),
//! section 10.1.

use rand::{Rng, RngExt};
use rand_distr::{Distribution as _, StandardNormal};

pub(super) use crate::theory::normal::{cdf, quantile};
use crate::theory::normal::{density, survival};

/// More rejections in a row than any normal with a positive mean shows in 2⁶⁴ draws.
const TRIES: usize = 64;

/// A normal variable conditioned on lying between two ends; its mean before that must be above 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct TruncatedNormal {
    mean: f64,
    sd: f64,
    /// The least value, in standard deviations from the mean: that of 0 is −1/cv.
    low: f64,
    /// The greatest; may be infinite.
    high: f64,
    /// The probability that was kept.
    kept: f64,
}

impl TruncatedNormal {
    /// At least 0, and within so many standard deviations of the mean.
    pub(super) fn new(mean: f64, cv: f64, within: f64) -> Self {
        let low = (-1.0 / cv).max(-within);
        Self {
            mean,
            sd: mean * cv,
            low,
            high: within,
            kept: survival(low) - survival(within),
        }
    }

    /// The value at so many standard deviations from the mean.
    fn at(self, z: f64) -> f64 {
        (self.mean + self.sd * z).max(0.0)
    }

    /// Density at an end of what was kept: the inverse Mills ratio where there is no other end.
    fn mills(self, end: f64) -> f64 {
        density(end) / self.kept
    }

    /// How far truncation moves the mean, in standard deviations.
    fn shift(self) -> f64 {
        self.mills(self.low) - self.mills(self.high)
    }

    pub(super) fn mean(self) -> f64 {
        self.mean + self.sd * self.shift()
    }

    pub(super) fn cv2(self) -> f64 {
        if self.sd == 0.0 {
            return 0.0;
        }
        let shift = self.shift();
        let above = if self.high.is_finite() {
            self.high * self.mills(self.high)
        } else {
            0.0
        };
        let variance = 1.0 + self.low * self.mills(self.low) - above - shift * shift;
        let relative_sd = self.sd / self.mean();
        variance.max(0.0) * relative_sd * relative_sd
    }

    pub(super) fn cdf(self, x: f64) -> f64 {
        if x < self.at(self.low) {
            return 0.0;
        }
        if x >= self.at(self.high) {
            return 1.0;
        }
        let above = cdf((self.mean - x) / self.sd) - survival(self.high);
        1.0 - above / self.kept
    }

    /// E[min(X, x)] for x ≥ 0: what is certain, and then the antiderivative of Φ, zΦ(z) + φ(z).
    pub(super) fn limited_mean(self, x: f64) -> f64 {
        let certain = self.at(self.low);
        if x <= certain {
            return x;
        }
        let antiderivative = |z: f64| z * cdf(z) + density(z);
        let z = ((x - self.mean) / self.sd).min(self.high);
        let beyond = survival(self.high) * (z - self.low);
        let width = antiderivative(-self.low) - antiderivative(-z) - beyond;
        certain + self.sd * width / self.kept
    }

    /// Each half is solved in its own tail, where the normal's quantile is accurate.
    pub(super) fn quantile(self, p: f64) -> f64 {
        let above = (1.0 - p) * self.kept + survival(self.high);
        let z = if above < 0.5 {
            -quantile(above)
        } else {
            quantile(cdf(self.low) + p * self.kept)
        };
        self.at(z.max(self.low).min(self.high))
    }

    /// By rejection, where at least every second normal is kept; by inversion, where it is cut on both sides.
    pub(super) fn sample<R: Rng + ?Sized>(self, rng: &mut R) -> f64 {
        if self.high.is_finite() {
            return self.quantile(rng.random());
        }
        for _ in 0..TRIES {
            let z: f64 = StandardNormal.sample(rng);
            if z >= self.low {
                return self.mean + self.sd * z;
            }
        }
        0.0
    }
}

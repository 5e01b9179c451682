//! The normal truncated to non-negative values.
//!
//! Moments of the truncated normal: Johnson, Kotz & Balakrishnan, Continuous Univariate Distributions 1 (1994),
//! section 10.1.

use rand::Rng;
use rand_distr::{Distribution as _, StandardNormal};

use crate::theory::normal::density;
pub(super) use crate::theory::normal::{cdf, quantile};

/// More rejections in a row than any normal with a positive mean shows in 2⁶⁴ draws.
const TRIES: usize = 64;

/// A normal variable conditioned on being at least 0; its mean before that must be above 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct TruncatedNormal {
    mean: f64,
    sd: f64,
    /// Where 0 lies, in standard deviations from the mean: −1/cv.
    zero: f64,
    /// The probability that was kept.
    kept: f64,
}

impl TruncatedNormal {
    pub(super) fn new(mean: f64, cv: f64) -> Self {
        let zero = -1.0 / cv;
        Self {
            mean,
            sd: mean * cv,
            zero,
            kept: cdf(-zero),
        }
    }

    /// The inverse Mills ratio at 0: how far truncation moves the mean, in standard deviations.
    fn mills(self) -> f64 {
        density(self.zero) / self.kept
    }

    pub(super) fn mean(self) -> f64 {
        self.mean + self.sd * self.mills()
    }

    pub(super) fn cv2(self) -> f64 {
        if self.sd == 0.0 {
            return 0.0;
        }
        let mills = self.mills();
        let variance = 1.0 + self.zero * mills - mills * mills;
        let relative_sd = self.sd / self.mean();
        variance * relative_sd * relative_sd
    }

    pub(super) fn cdf(self, x: f64) -> f64 {
        if x < 0.0 {
            return 0.0;
        }
        1.0 - cdf((self.mean - x) / self.sd) / self.kept
    }

    /// E[min(X, x)] for x ≥ 0: the antiderivative of Φ is zΦ(z) + φ(z).
    pub(super) fn limited_mean(self, x: f64) -> f64 {
        let antiderivative = |z: f64| z * cdf(z) + density(z);
        let width = antiderivative(-self.zero) - antiderivative((self.mean - x) / self.sd);
        self.sd * width / self.kept
    }

    /// Each half is solved in its own tail, where the normal's quantile is accurate.
    pub(super) fn quantile(self, p: f64) -> f64 {
        let above = (1.0 - p) * self.kept;
        let z = if above < 0.5 {
            -quantile(above)
        } else {
            quantile(cdf(self.zero) + p * self.kept)
        };
        (self.mean + self.sd * z).max(0.0)
    }

    /// By rejection: at least every second normal is kept.
    pub(super) fn sample<R: Rng + ?Sized>(self, rng: &mut R) -> f64 {
        for _ in 0..TRIES {
            let z: f64 = StandardNormal.sample(rng);
            if z >= self.zero {
                return self.mean + self.sd * z;
            }
        }
        0.0
    }
}

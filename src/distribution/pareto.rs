//! The Pareto distribution truncated to an interval (Aban, Meerschaert & Panorska, JASA 101, 2006, section 2).
//!
//! With r = min/max and a the shape: P(X ≤ x) = (1 − (min/x)^a)/(1 − r^a). Written with `expm1` and `log1p`, so that
//! small shapes and narrow intervals lose no digits.

/// Parameters of a truncated Pareto with 0 < min < max.
#[derive(Clone, Copy, Debug)]
pub(super) struct TruncatedPareto {
    shape: f64,
    min: f64,
    max: f64,
    /// ln(max/min).
    log_width: f64,
    /// The untruncated probability below max: 1 − r^a.
    kept: f64,
}

impl TruncatedPareto {
    pub(super) fn new(shape: f64, min: f64, max: f64) -> Self {
        let log_width = libm::log(max / min);
        Self {
            shape,
            min,
            max,
            log_width,
            kept: -libm::expm1(-shape * log_width),
        }
    }

    /// E[X^k] = a·min^k/(1 − r^a) · (1 − r^(a−k))/(a − k), whose last factor is ln(1/r) where a = k.
    pub(super) fn moment(self, k: f64) -> f64 {
        if self.log_width == 0.0 {
            return libm::pow(self.min, k);
        }
        let excess = self.shape - k;
        let last = if excess == 0.0 {
            self.log_width
        } else {
            -libm::expm1(-excess * self.log_width) / excess
        };
        self.shape * libm::pow(self.min, k) / self.kept * last
    }

    pub(super) fn cv2(self) -> f64 {
        let mean = self.moment(1.0);
        (self.moment(2.0) / (mean * mean) - 1.0).max(0.0)
    }

    pub(super) fn cdf(self, x: f64) -> f64 {
        if x < self.min {
            0.0
        } else if x >= self.max {
            1.0
        } else {
            -libm::expm1(-self.shape * libm::log(x / self.min)) / self.kept
        }
    }

    /// E[min(X, x)] for x ≥ 0.
    pub(super) fn limited_mean(self, x: f64) -> f64 {
        if x <= self.min {
            return x;
        }
        let x = x.min(self.max);
        let (excess, log) = (self.shape - 1.0, libm::log(x / self.min));
        let area = if excess == 0.0 {
            log
        } else {
            -libm::expm1(-excess * log) / excess
        };
        self.min + (self.min * area - (1.0 - self.kept) * (x - self.min)) / self.kept
    }

    pub(super) fn quantile(self, p: f64) -> f64 {
        let x = self.min * libm::exp(-libm::log1p(-p * self.kept) / self.shape);
        x.min(self.max)
    }
}

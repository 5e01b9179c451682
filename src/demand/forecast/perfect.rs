//! Perfect: the demand to come is read off a second cursor on the same realisation. A bound on what
//! forecasting is worth, not a method.

use crate::demand::Curve;
use crate::kernel::Instant;

/// The curve, read ahead of time.
#[derive(Clone, Debug)]
pub(super) struct Perfect {
    ahead: Curve,
}

impl Perfect {
    pub(super) fn new(curve: &Curve) -> Self {
        Self {
            ahead: curve.clone(),
        }
    }

    pub(super) fn mean(&mut self, from: Instant, to: Instant) -> f64 {
        self.ahead.mean_rate(from, to)
    }
}

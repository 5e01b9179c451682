//! Persistence: the rate of the last interval goes on. What every other method falls back on while
//! it has seen too little.

/// The last rate seen.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Persistence {
    seen: Option<f64>,
}

impl Persistence {
    pub(super) fn observe(&mut self, rate: f64) {
        self.seen = Some(rate);
    }

    /// None before anything was seen.
    pub(super) fn mean(&self) -> Option<f64> {
        self.seen
    }
}

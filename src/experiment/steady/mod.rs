//! The mean of one long run at rest, with an interval: for questions without a horizon, as theory asks them. What comes
//! before the rest (an empty queue fills) is deleted; what is left is correlated, so its interval is that of the means
//! of long batches, which hardly are.
//!
//! ```text
//!   values ──► warm-up deleted ──► 20 batches ──► mean ± t(19) s / sqrt(20)
//!              fixed, or MSER-5      batch means
//! ```
//! A fixed warm-up of simulated time is the scenario's `run.warm_up`; this room is for series of values of any origin, and
//! [`steady_state`] for the days of a scenario.

mod days;
mod mser;
#[cfg(test)]
mod tests;

use super::statistics::{half_width, mean, std_dev};

pub use days::{SteadyStateError, steady_state};

/// Batches whose means make the interval: few enough to be long, and more gain little (Schmeiser 1982).
pub const BATCHES: usize = 20;

/// What is deleted from the start of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WarmUp {
    /// So many values.
    Fixed(usize),
    /// As many as make the rest's standard error least: MSER-5 (White 1997).
    Mser5,
}

/// The mean of a run at rest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SteadyMean {
    /// Values deleted from the start: the warm-up, and what the batches leave over.
    pub deleted: usize,
    /// Values in each of the [`BATCHES`].
    pub batch_length: usize,
    /// Mean of all that is left.
    pub mean: f64,
    /// Half the width of its 95% interval.
    pub half_width: f64,
    /// Correlation of each batch's mean with the next one's. Near 0 the batches are long enough; above about 0.4
    /// the run is too short for its interval.
    pub batch_correlation: f64,
}

/// Why a run has no steady mean.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SteadyError {
    /// There are too few values for batches.
    #[error("{0} values are too few for {BATCHES} batches of at least {BATCH_LENGTH_MIN}")]
    TooShort(usize),
    /// The warm-up takes more than half of the run.
    #[error(
        "the warm-up takes {deleted} of {of} values, more than half: the run is too short to have come to rest"
    )]
    TooMuchDeleted {
        /// Values that it takes.
        deleted: usize,
        /// Values that there are.
        of: usize,
    },
    /// A value is NaN or infinite.
    #[error("value {0} is no finite number")]
    NotFinite(usize),
}

/// Shorter batches have no mean to speak of.
const BATCH_LENGTH_MIN: usize = 2;

/// The mean of a series at rest and its 95% interval, by batch means.
///
/// # Errors
/// If the series is too short, a value is not finite, or the warm-up is more than half of it.
pub fn steady_mean(values: &[f64], warm_up: WarmUp) -> Result<SteadyMean, SteadyError> {
    if let Some(place) = values.iter().position(|value| !value.is_finite()) {
        return Err(SteadyError::NotFinite(place));
    }
    if values.len() < BATCHES * BATCH_LENGTH_MIN {
        return Err(SteadyError::TooShort(values.len()));
    }
    let deleted = match warm_up {
        WarmUp::Fixed(count) => count,
        WarmUp::Mser5 => mser::truncation(values),
    };
    let rest = values.get(deleted..).unwrap_or_default();
    if 2 * rest.len() < values.len() {
        return Err(SteadyError::TooMuchDeleted {
            deleted,
            of: values.len(),
        });
    }
    let batch_length = rest.len() / BATCHES;
    if batch_length < BATCH_LENGTH_MIN {
        return Err(SteadyError::TooShort(rest.len()));
    }
    // What does not fill a batch goes the way of the warm-up.
    let kept = rest.get(rest.len() % BATCHES..).unwrap_or_default();
    let means: Vec<f64> = kept.chunks_exact(batch_length).filter_map(mean).collect();
    let half = std_dev(&means).and_then(|spread| half_width(spread, means.len()));
    let (Some(mean), Some(half_width)) = (mean(&means), half) else {
        return Err(SteadyError::TooShort(rest.len()));
    };
    Ok(SteadyMean {
        deleted: values.len() - kept.len(),
        batch_length,
        mean,
        half_width,
        batch_correlation: correlation(&means, mean),
    })
}

/// Of each value with the next; 0 where nothing varies.
fn correlation(values: &[f64], mean: f64) -> f64 {
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let neighbours = values.iter().zip(values.iter().skip(1));
    let products: f64 = neighbours.map(|(a, b)| (a - mean) * (b - mean)).sum();
    if squares > 0.0 {
        products / squares
    } else {
        0.0
    }
}

//! Latency percentiles of a service whose requests are split over several pools: the quantile of
//! the mixture, by bisection on the share that exceeds it. Only rows that are written pay for it.

use super::fluid::Fluid;

/// Relative width at which the bisection stops.
const TOLERANCE: f64 = 0.005;
/// No latency beyond this is told apart from "never", in seconds.
const LONGEST_S: f64 = 1e7;

/// Latency that a share `p` of the arrivals stays under, in seconds, to half a percent; none where
/// a larger share than `1 − p` is never answered. `parts` are the pools with their shares.
pub(super) fn latency_quantile_s(parts: &[(f64, Fluid<'_>)], p: f64) -> Option<f64> {
    if let [(_, only)] = parts
        && let Some(unqueued_s) = only.unqueued_quantile_s(p)
    {
        return Some(unqueued_s);
    }
    let exceeds = |latency_s: f64| -> f64 {
        parts
            .iter()
            .map(|(share, fluid)| share * fluid.exceeds(latency_s))
            .sum()
    };
    let (mut low, mut high) = (0.0, 1e-3);
    while exceeds(high) > 1.0 - p {
        low = high;
        high *= 2.0;
        if high > LONGEST_S {
            return None;
        }
    }
    while high - low > TOLERANCE * high {
        let middle = 0.5 * (low + high);
        if exceeds(middle) > 1.0 - p {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(high)
}

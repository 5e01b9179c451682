//! Latency percentiles of a service: the quantile of the mixture over its pools, by bisection on
//! the share that exceeds it. Only rows that are written pay for it.

use super::fluid::Fluid;
use super::station::Station;

/// Relative width at which the bisection stops.
const TOLERANCE: f64 = 0.005;
/// No latency beyond this is told apart from "never", in seconds.
const LONGEST_S: f64 = 1e7;
/// A wait changes a percentile by less than the tolerance if it is rarer and shorter than this
/// part of it.
const NEGLIGIBLE: f64 = 0.005;

/// Latency that a share `p` of the arrivals stays under, in seconds, to half a percent; none where
/// a larger share than `1 − p` is never answered. `parts` are the pools' stations with their
/// shares of the requests.
pub(super) fn latency_quantile_s(parts: &[(f64, &Station)], fluid: &Fluid, p: f64) -> Option<f64> {
    if !fluid.serves() || fluid.refused() > 1.0 - p {
        return None;
    }
    if let [(_, only)] = parts {
        let unqueued_s = only.latency.quantile_s(p);
        if fluid.waits_longer(NEGLIGIBLE * unqueued_s) < NEGLIGIBLE * (1.0 - p) {
            return Some(unqueued_s);
        }
    }
    let exceeds = |latency_s: f64| -> f64 {
        let exceeds = |(share, station): &(f64, &Station)| {
            share
                * station
                    .latency
                    .exceeds(latency_s, |x_s| fluid.waits_longer(x_s))
        };
        parts.iter().map(exceeds).sum()
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

//! Latency percentiles of a service: the quantiles of the mixture over its stations and levels of
//! demand. Only rows that are written pay for them.

use super::fluid::Fluid;
use super::station::Station;
use super::tail::Tail;

/// Relative width at which a bisection stops.
const TOLERANCE: f64 = 0.005;
/// No latency beyond this is told apart from "never", in seconds.
const LONGEST_S: f64 = 1e7;
/// A wait changes a percentile by less than the tolerance if it is rarer and shorter than this
/// part of it.
const NEGLIGIBLE: f64 = 0.005;
/// How far the search goes first beyond the latency without waiting, relative to it.
const FIRST_STRIDE: f64 = 0.01;

/// Latencies that shares `p` of the arrivals stay under, in seconds, to about a percent; none where
/// a larger share than `1 − p` is never answered. `parts` are the stations with their shares of the
/// requests, `levels` the laws of waiting with the shares of the requests that arrive under them.
pub(super) fn latency_quantiles_s<const N: usize>(
    parts: &[(f64, &Station)],
    levels: &[(f64, Fluid)],
    shares: [f64; N],
) -> [Option<f64>; N] {
    let unserved = |(share, fluid): &(f64, Fluid)| share * fluid.unserved();
    let unserved: f64 = levels.iter().map(unserved).sum();
    let answered = |p: f64| !parts.is_empty() && unserved <= 1.0 - p;
    let unqueued = shares.map(|p| answered(p).then(|| unqueued_quantile_s(parts, p)));
    let Some(shortest_s) = unqueued.iter().flatten().copied().reduce(f64::min) else {
        return unqueued;
    };
    let waits_longer = |x_s: f64| -> f64 {
        let longer = |(share, fluid): &(f64, Fluid)| share * fluid.roughly_waits_longer(x_s);
        levels.iter().map(longer).sum()
    };
    let noticed_s = NEGLIGIBLE * shortest_s;
    let waiting = waits_longer(noticed_s);
    let mut tail = None;
    let mut quantile = |p: f64, unqueued_s: f64| {
        let late = 1.0 - p;
        if waiting < NEGLIGIBLE * late {
            return Some(unqueued_s);
        }
        let tail = tail.get_or_insert_with(|| Tail::new(noticed_s, LONGEST_S, waits_longer));
        let exceeds = |latency_s: f64| -> f64 {
            let exceeds = |(share, station): &(f64, &Station)| {
                let latency = &station.latency;
                share * latency.exceeds(latency_s, |x_s| tail.survival(x_s))
            };
            parts.iter().map(exceeds).sum()
        };
        // Waiting only adds, and mostly little.
        let above = |latency_s: f64| exceeds(latency_s) <= late;
        let mut low_s = unqueued_s.max(f64::MIN_POSITIVE);
        let mut stride_s = FIRST_STRIDE * low_s;
        while !above(low_s + stride_s) {
            low_s += stride_s;
            stride_s *= 2.0;
            if low_s > LONGEST_S {
                return None;
            }
        }
        Some(bisect(low_s, low_s + stride_s, above))
    };
    let mut quantiles = unqueued;
    for (found, p) in quantiles.iter_mut().zip(shares) {
        *found = found.and_then(|unqueued_s| quantile(p, unqueued_s));
    }
    quantiles
}

/// The quantile if nobody waits: between the stations' own.
fn unqueued_quantile_s(parts: &[(f64, &Station)], p: f64) -> f64 {
    let own = parts
        .iter()
        .map(|(_, station)| station.latency.quantile_s(p));
    let (low_s, high_s) = own.fold((f64::INFINITY, 0.0_f64), |(low, high), own| {
        (low.min(own), high.max(own))
    });
    let answered = |latency_s: f64| -> f64 {
        let within = |(share, station): &(f64, &Station)| share * station.latency.cdf(latency_s);
        parts.iter().map(within).sum()
    };
    bisect(low_s, high_s, |latency_s| answered(latency_s) >= p)
}

/// The border between `low` and `high` from which `holds` is true, to the tolerance.
fn bisect(mut low: f64, mut high: f64, holds: impl Fn(f64) -> bool) -> f64 {
    while high - low > TOLERANCE * high {
        let middle = 0.5 * (low + high);
        if holds(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

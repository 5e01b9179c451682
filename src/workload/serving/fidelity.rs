//! How a service lives through an interval: two implementations of one trait, the fluid law and
//! every request as an event. The service around them counts, prices and plans alike.

use super::stations::Stations;

/// The latency percentiles that are told of an interval.
pub const LATENCY_SHARES: [f64; 3] = [0.5, 0.95, 0.99];

/// What an interval brings to a service.
#[derive(Clone, Copy, Debug)]
pub(super) struct Interval<'a> {
    pub stations: &'a Stations,
    /// By pool: mean servers.
    pub servers: &'a [f64],
    pub length_s: f64,
    /// Mean arrival rate, per second.
    pub rate_per_s: f64,
    /// Requests that wait at the start.
    pub backlog: f64,
    /// Of them, those that have missed their SLO already.
    pub overdue: f64,
    /// Whether latency percentiles are wanted.
    pub wants_latency: bool,
}

/// What becomes of an interval's requests.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Outcome {
    /// Arrivals.
    pub offered: f64,
    /// Of them, those that meet their SLO.
    pub met: f64,
    /// Of them, those that found no slot free: they waited, left, or were refused.
    pub delayed: f64,
    /// Refused.
    pub shed: f64,
    /// Left before service.
    pub abandoned: f64,
    /// Waiting at the end, whenever they arrived.
    pub backlog: f64,
    /// Of them, those that have missed their SLO.
    pub overdue: f64,
    /// Waiting time of the admitted, in seconds.
    pub waiting_time_s: f64,
    /// Latency percentiles of the arrivals, in seconds; none where not wanted, without arrivals, or
    /// where too many are never answered.
    pub latency_s: [Option<f64>; LATENCY_SHARES.len()],
}

/// One way to live through intervals, one after another.
pub(super) trait Fidelity {
    /// Lives through `interval`. Fills `busy` with the share of its time that each station is at
    /// work.
    fn live(&mut self, interval: &Interval<'_>, busy: &mut Vec<f64>) -> Outcome;
}

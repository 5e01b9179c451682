//! Lasting changes of the level at known instants: each event takes its factor from 1 to `multiply` linearly over its
//! ramp, and leaves it there. Several events multiply.
//!
//! Between the ends of ramps the product is a polynomial, constant most of the time; the product of settled events is
//! kept until the next such end, so that a thousand past events cost nothing.

use crate::kernel::{Instant, Span};
use crate::scenario::Event;

/// Three-point Gauss-Legendre on 0..=1: exact to degree 5, which is five ramps at once.
const GAUSS_LEGENDRE: [(f64, f64); 3] = [
    (0.112_701_665_379_258_3, 5.0 / 18.0),
    (0.5, 8.0 / 18.0),
    (0.887_298_334_620_741_7, 5.0 / 18.0),
];

/// The product of all events, and the stretch of time in which its form does not change.
#[derive(Clone, Debug)]
pub(super) struct Events {
    events: Vec<Event>,
    stretch: Stretch,
}

#[derive(Clone, Copy, Debug)]
struct Stretch {
    since: Instant,
    until: Instant,
    /// The product of the events whose ramps are over.
    settled: f64,
    ramping: bool,
}

impl Events {
    pub(super) fn new(events: impl Iterator<Item = Event>) -> Self {
        let events: Vec<Event> = events.collect();
        let stretch = stretch_at(&events, Instant::MIN);
        Self { events, stretch }
    }

    /// The end of the stretch that holds `at`: the next instant at which a ramp begins or ends.
    pub(super) fn until(&mut self, at: Instant) -> Instant {
        if at < self.stretch.since || at >= self.stretch.until {
            self.stretch = stretch_at(&self.events, at);
        }
        self.stretch.until
    }

    /// Whether a ramp is in progress in the stretch that [`Events::until`] was asked about last.
    pub(super) fn are_ramping(&self) -> bool {
        self.stretch.ramping
    }

    /// The mean factor from `from` to `to`, which lie in the stretch that [`Events::until`] was asked about last.
    pub(super) fn mean(&self, from: Instant, to: Instant) -> f64 {
        if !self.stretch.ramping {
            return self.stretch.settled;
        }
        let length = (to - from).as_micros() as f64;
        let ramps: f64 = GAUSS_LEGENDRE
            .iter()
            .map(|(share, weight)| weight * self.ramps(from, share * length))
            .sum();
        self.stretch.settled * ramps
    }

    /// The product of the ramps in progress, `micros` after `from`.
    fn ramps(&self, from: Instant, micros: f64) -> f64 {
        self.events
            .iter()
            .filter(|event| event.at <= from && from < ramp_end(event))
            .map(|event| {
                let progress =
                    ((from - event.at).as_micros() as f64 + micros) / event.ramp.as_micros() as f64;
                1.0 + (event.multiply - 1.0) * progress
            })
            .product()
    }
}

fn ramp_end(event: &Event) -> Instant {
    event.at + event.ramp.max(Span::ZERO)
}

fn stretch_at(events: &[Event], at: Instant) -> Stretch {
    let mut stretch = Stretch {
        since: Instant::MIN,
        until: Instant::MAX,
        settled: 1.0,
        ramping: false,
    };
    for event in events {
        let end = ramp_end(event);
        for border in [event.at, end] {
            if border <= at {
                stretch.since = stretch.since.max(border);
            } else {
                stretch.until = stretch.until.min(border);
            }
        }
        if end <= at {
            stretch.settled *= event.multiply;
        } else if event.at <= at {
            stretch.ramping = true;
        }
    }
    stretch
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Instant {
        Instant::EPOCH + Span::HOUR * hours
    }

    fn mean(events: &mut Events, from: i64, to: i64) -> f64 {
        assert!(events.until(at(from)) >= at(to));
        events.mean(at(from), at(to))
    }

    #[test]
    fn jumps_ramps_and_their_products() {
        let jump = Event {
            at: at(10),
            multiply: 0.5,
            ramp: Span::ZERO,
        };
        let ramp = Event {
            at: at(20),
            multiply: 3.0,
            ramp: Span::HOUR * 8,
        };
        let other = Event {
            at: at(24),
            multiply: 0.0,
            ramp: Span::HOUR * 8,
        };
        let mut events = Events::new([ramp, jump, other].into_iter());
        assert_eq!(events.until(Instant::MIN), at(10));
        assert_eq!(mean(&mut events, 0, 10), 1.0);
        assert_eq!(mean(&mut events, 10, 20), 0.5);
        assert!((mean(&mut events, 20, 24) - 0.75).abs() < 1e-15);
        // 0.5 · mean of (2 + t)(1 − t/2) over t in 0..=1, t in units of 4 hours.
        assert!((mean(&mut events, 24, 28) - 0.5 * (2.0 - 1.0 / 6.0)).abs() < 1e-15);
        assert!((mean(&mut events, 28, 32) - 0.5 * 3.0 * 0.25).abs() < 1e-15);
        assert_eq!(mean(&mut events, 32, 1000), 0.0);
        assert_eq!(mean(&mut events, 10, 20), 0.5, "going back is allowed");
    }
}

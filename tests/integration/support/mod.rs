//! A first-come, first-served station, built on the kernel alone, for `kernel_queueing` and the benchmark.

use std::collections::VecDeque;

use flexcap::kernel::{Calendar, Instant, Phase, Span, Stream, Streams};
use rand_distr::{Distribution, Exp};

const SERVICE_ENDS: Phase = Phase(0);
const ARRIVAL: Phase = Phase(1);

enum Event {
    Arrival,
    ServiceEnds,
}

/// Poisson arrivals, `servers` alike, one queue without limit. Rates are per second.
pub struct Station {
    pub servers: u32,
    pub arrival_rate: f64,
    /// Customers that are served but not counted, because the station starts empty.
    pub warm_up: u64,
    /// Customers that are counted.
    pub customers: u64,
}

/// What the counted customers met.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Waits {
    /// The share that had to wait.
    pub probability: f64,
    /// The mean wait in seconds, zeros included.
    pub mean: f64,
}

impl Station {
    /// Serves every customer; `service` draws a duration in seconds.
    pub fn run(&self, streams: Streams, mut service: impl FnMut(&mut Stream) -> f64) -> Waits {
        let mut gaps = streams.stream("station", "gaps");
        let mut services = streams.stream("station", "services");
        let gap = Exp::new(self.arrival_rate).expect("a positive rate");
        let mut draw_gap = move || Span::saturating_from_seconds_f64(gap.sample(&mut gaps));
        let mut draw_service = move || Span::saturating_from_seconds_f64(service(&mut services));

        let mut calendar = Calendar::new(Instant::EPOCH);
        let mut queue: VecDeque<(u64, Instant)> = VecDeque::new();
        let (mut idle, mut arrived, mut waited, mut waits) = (self.servers, 0, 0_u64, Span::ZERO);
        calendar.schedule(calendar.now() + draw_gap(), ARRIVAL, Event::Arrival);
        while let Some((now, event)) = calendar.pop() {
            match event {
                Event::Arrival => {
                    if idle > 0 {
                        idle -= 1;
                        calendar.schedule(now + draw_service(), SERVICE_ENDS, Event::ServiceEnds);
                    } else {
                        queue.push_back((arrived, now));
                    }
                    arrived += 1;
                    if arrived < self.warm_up + self.customers {
                        calendar.schedule(now + draw_gap(), ARRIVAL, Event::Arrival);
                    }
                }
                Event::ServiceEnds => {
                    if let Some((customer, since)) = queue.pop_front() {
                        if customer >= self.warm_up {
                            waited += 1;
                            waits += now - since;
                        }
                        calendar.schedule(now + draw_service(), SERVICE_ENDS, Event::ServiceEnds);
                    } else {
                        idle += 1;
                    }
                }
            }
        }
        Waits {
            probability: waited as f64 / self.customers as f64,
            mean: waits.as_seconds() / self.customers as f64,
        }
    }
}

//! What a service gains in an interval by its capacity: along its ceiling while prices are looked for, and as closely as
//! it matters at the prices that the search ends with.

use crate::id::WorkloadId;
use crate::workload::Workload;
use crate::workload::serving::{Ask, Ceiling, Corner, Service};

/// A ceiling as stretches of falling slope.
#[derive(Debug)]
pub struct Curve {
    /// Gained without capacity: what rounding outward adds.
    pub base: f64,
    /// Slope and length.
    pub stretches: Vec<(f64, f64)>,
}

/// An interval of a service, at what its answers were worth.
#[derive(Debug)]
pub struct Priced {
    workload: WorkloadId,
    price: f64,
    ask: Ask,
    ceiling: Ceiling,
}

impl Curve {
    /// Of a ceiling.
    pub fn of(ceiling: &Ceiling) -> Self {
        let corners = ceiling.corners();
        let stretch = |pair: &[Corner]| {
            let length = pair[1].capacity - pair[0].capacity;
            ((pair[1].gain - pair[0].gain) / length, length)
        };
        Self {
            base: corners.first().map_or(0.0, |first| first.gain),
            stretches: corners.windows(2).map(stretch).collect(),
        }
    }

    /// What the curve gains at most beyond the price of its capacity.
    pub fn above(&self, price: f64) -> f64 {
        let dear = self
            .stretches
            .iter()
            .take_while(|(slope, _)| *slope > price);
        self.base
            + dear
                .map(|(slope, length)| (slope - price) * length)
                .sum::<f64>()
    }

    /// Adds at what prices servers of this rate are wanted, when the capacity has a price elsewhere.
    pub fn wants(&self, rate: f64, elsewhere: f64, wanted: &mut Vec<(f64, f64)>) {
        let mut at_once = 0.0;
        for &(slope, length) in &self.stretches {
            if slope > elsewhere {
                at_once += length;
            } else {
                wanted.push((slope * rate, length / rate));
            }
        }
        if at_once > 0.0 {
            wanted.push((elsewhere * rate, at_once / rate));
        }
    }
}

impl Priced {
    /// The interval of a service that has this price.
    pub fn new(workload: WorkloadId, service: &Service, price: f64, ask: Ask) -> Self {
        Self {
            workload,
            price,
            ask,
            ceiling: service.ceiling(ask),
        }
    }

    /// What none of its capacities earns more than.
    pub fn ceiling(&self) -> &Ceiling {
        &self.ceiling
    }

    /// The most that the service gains in it beyond a price per request per second: no more than by
    /// the ceiling, but for rounding.
    pub fn surplus(&self, price: f64, workloads: &mut [Workload]) -> f64 {
        match &mut workloads[self.workload.index()] {
            Workload::Serving(service) => {
                service.reprice(self.price);
                service.most_surplus(self.ask, &self.ceiling, price)
            }
            Workload::Training(_) | Workload::Stream(_) => 0.0,
        }
    }
}

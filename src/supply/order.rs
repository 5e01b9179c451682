//! Orders: accelerators paid for and delivered after a lead time that is drawn once per
//! replication.

use crate::id::{OrderId, PoolId};
use crate::kernel::{Instant, Span, Streams};
use crate::scenario::Scenario;

/// What an order brings, and when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Delivery {
    /// Which order.
    pub order: OrderId,
    /// Where it goes.
    pub pool: PoolId,
    /// How many accelerators.
    pub accelerators: u64,
    /// When it is placed.
    pub placed: Instant,
    /// When it arrives.
    pub delivered: Instant,
    /// Payment at placement, in the scenario's currency.
    pub pays_placed: f64,
    /// Payment on delivery.
    pub pays_delivered: f64,
}

impl Delivery {
    /// All orders of a checked scenario with this replication's lead times.
    #[must_use]
    pub fn draw(scenario: &Scenario, streams: &Streams) -> Vec<Self> {
        let draw = |(index, (name, order)): (usize, (&String, &crate::scenario::Order))| {
            let (pool, _, target) = scenario.pool.get_full(order.pool.name.as_str())?;
            let price = scenario
                .hardware
                .get(target.hardware.name.as_str())?
                .price
                .0;
            let mut stream = streams.stream(name, "lead-time");
            let lead_s = order.lead_time.sample(&mut stream).max(0.0);
            let cost = price * order.accelerators as f64;
            Some(Self {
                order: OrderId::new(index),
                pool: PoolId::new(pool),
                accelerators: order.accelerators,
                placed: order.placed,
                delivered: order.placed + Span::saturating_from_seconds_f64(lead_s),
                pays_placed: cost * order.pays.placed,
                pays_delivered: cost * order.pays.delivered,
            })
        };
        scenario.order.iter().enumerate().filter_map(draw).collect()
    }
}

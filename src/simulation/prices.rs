//! What answers are worth over time: the services whose value grows or changes by events are told,
//! as an interval begins, what multiplies it. A policy that decides within the interval sees that
//! price and none of the later ones.

use crate::demand::{Curve, UnknownTimeZone};
use crate::kernel::{Instant, Streams};
use crate::scenario::{Event, Growth, Scenario};
use crate::workload::Workload;
use indexmap::IndexMap;

/// The services whose value moves.
#[derive(Debug)]
pub(super) struct Prices {
    /// Position among the workloads, and the multiplier.
    moving: Vec<(usize, Curve)>,
}

impl Prices {
    /// Those of a checked scenario, read from `opening` on.
    pub fn new(
        scenario: &Scenario,
        streams: &Streams,
        opening: Instant,
    ) -> Result<Self, UnknownTimeZone> {
        let training = scenario.training.len();
        let inference = scenario.inference.iter();
        let inference =
            inference.map(|(name, service)| (name, &service.value.growth, &service.value.event));
        let ranking = scenario.ranking.iter();
        let ranking =
            ranking.map(|(name, service)| (name, &service.value.growth, &service.value.event));
        let moves =
            |(_, (_, growth, events)): &(usize, (&String, &Growth, &IndexMap<_, Event>))| {
                !growth.is_none() || !events.is_empty()
            };
        let curve =
            |(index, (name, growth, events)): (usize, (&String, &Growth, &IndexMap<_, _>))| {
                let instants = (scenario.run.start, opening);
                Ok((
                    index,
                    Curve::of_value(name, growth, events, instants, streams)?,
                ))
            };
        let services = (training..).zip(inference.chain(ranking));
        let moving = services
            .filter(moves)
            .map(curve)
            .collect::<Result<_, _>>()?;
        Ok(Self { moving })
    }

    /// Tells the services what multiplies their value in the interval from `now` to `until`, which
    /// follows the one before it.
    pub fn advance(&mut self, now: Instant, until: Instant, workloads: &mut [Workload]) {
        for (index, curve) in &mut self.moving {
            if let Some(Workload::Serving(service)) = workloads.get_mut(*index) {
                service.reprice(curve.mean_rate(now, until));
            }
        }
    }
}

//! Ranking: a query costs a fixed time plus a time per candidate item, on one of the slots that
//! an accelerator offers at once. The generic service is one slot per accelerator with a drawn
//! service time.

use super::station::{ServiceLatency, Station, spread};
use crate::distribution::Affine;
use crate::scenario::{Hardware, Ranking, RankingWork};

/// The station that a ranking service finds on a server of the hardware of that name when it ranks a `share` of each
/// query's candidate items.
pub(super) fn station(ranking: &Ranking, name: &str, hardware: &Hardware, share: f64) -> Station {
    let speed = ranking.speed.get(name).copied().unwrap_or(1.0);
    let (time, concurrency) = match &ranking.work {
        RankingWork::Query(query) => {
            let (fixed_s, per_item_s) = (query.fixed.0 / speed, query.per_item.0 / speed);
            let time = Affine::new(fixed_s, per_item_s * share, &query.items);
            (time, query.concurrency)
        }
        RankingWork::Service(service) => (Affine::new(0.0, 1.0 / speed, &service.time), 1),
    };
    Station {
        slots_per_server: f64::from(hardware.accelerators_per_server) * f64::from(concurrency),
        servers_per_replica: 1,
        mean_service_s: time.mean(),
        spread: spread(&time),
        occupancy: time.clone(),
        prompt_apart: false,
        latency: ServiceLatency::new(time, ranking.slo.latency.0),
    }
}

//! Ranking: a query costs a fixed time plus a time per candidate item, on one of the slots that
//! an accelerator offers at once. The generic service is one slot per accelerator with a drawn
//! service time.

use super::station::{ServiceLatency, Station};
use crate::distribution::Affine;
use crate::scenario::{Query, Ranking, RankingWork};

/// The station that a ranking service finds on a server of `accelerators_per_server`.
pub(super) fn station(ranking: &Ranking, accelerators_per_server: u32) -> Station {
    match &ranking.work {
        RankingWork::Query(query) => {
            of_query(query, accelerators_per_server, ranking.slo.latency.0)
        }
        RankingWork::Service(service) => {
            let time = Affine::new(0.0, 1.0, &service.time);
            of_time(time, 1, accelerators_per_server, ranking.slo.latency.0)
        }
    }
}

fn of_query(query: &Query, accelerators_per_server: u32, slo_s: f64) -> Station {
    let time = Affine::new(query.fixed.0, query.per_item.0, &query.items);
    of_time(time, query.concurrency, accelerators_per_server, slo_s)
}

fn of_time(time: Affine, concurrency: u32, accelerators_per_server: u32, slo_s: f64) -> Station {
    Station {
        slots_per_server: f64::from(accelerators_per_server) * f64::from(concurrency),
        servers_per_replica: 1,
        mean_service_s: time.mean(),
        service_cv2: time.cv2(),
        latency: ServiceLatency::new(time, slo_s),
    }
}

//! The tables of state over time: one row per record interval and entity. Accelerators are time-weighted
//! means over the interval, requests are counts, and `time` is where the interval starts.

use super::super::number::Precision;
use super::super::unit::{ACCELERATORS, REQUESTS, SECONDS, SHARE, Unit};
use super::{Column, Kind, Recorded, Reference, Table, replication_column};
use crate::simulation::record::{AllocationRow, FleetRow, ServiceRow};

macro_rules! time_column {
    () => {
        Column::key(
            "time",
            Kind::Time,
            "Start of the interval, UTC.",
            |of, line| line.time(of.row.time),
        )
    };
}

macro_rules! pool_column {
    () => {
        Column::key("pool", Kind::Text, "Name of the pool.", |of, line| {
            line.text(line.names.pool(of.row.pool))
        })
    };
}

/// `allocation.csv`: who holds what.
pub static ALLOCATION: Table<Recorded<AllocationRow>> = Table {
    name: "allocation",
    description: "Accelerators of each pool held by each workload that may use it: time-weighted means over \
                  the interval. Together with idle, failed and maintenance in fleet.csv, allocated + draining \
                  + converting + warming are all that is installed.",
    precision: Precision::SixDecimals,
    reference: Some(Reference {
        columns: &["replication", "time", "pool"],
        table: "fleet",
    }),
    columns: &[
        replication_column!(),
        time_column!(),
        pool_column!(),
        Column::key(
            "workload",
            Kind::Text,
            "Name of the training campaign or service.",
            |of, line| line.text(line.names.workload(of.row.workload)),
        ),
        Column::number(
            "allocated",
            ACCELERATORS,
            "Granted to the workload and ready for it.",
            |of, line| line.number(of.row.allocated),
        ),
        Column::number(
            "busy",
            ACCELERATORS,
            "Of those allocated, how many did work.",
            |of, line| line.number(of.row.busy),
        ),
        Column::number(
            "draining",
            ACCELERATORS,
            "Finishing their last work before they leave the workload.",
            |of, line| line.number(of.row.draining),
        ),
        Column::number(
            "converting",
            ACCELERATORS,
            "In conversion for the workload.",
            |of, line| line.number(of.row.converting),
        ),
        Column::number(
            "warming",
            ACCELERATORS,
            "Starting up for the workload.",
            |of, line| line.number(of.row.warming),
        ),
    ],
};

/// `fleet.csv`: what there is and what nobody uses.
pub static FLEET: Table<Recorded<FleetRow>> = Table {
    name: "fleet",
    description: "The state of each pool: time-weighted mean accelerators over the interval, and power.",
    precision: Precision::SixDecimals,
    reference: None,
    columns: &[
        replication_column!(),
        time_column!(),
        pool_column!(),
        Column::number(
            "installed",
            ACCELERATORS,
            "Owned and in place.",
            |of, line| line.number(of.row.installed),
        ),
        Column::number(
            "idle",
            ACCELERATORS,
            "Held by nobody, spares included.",
            |of, line| line.number(of.row.idle),
        ),
        Column::number("failed", ACCELERATORS, "Broken.", |of, line| {
            line.number(of.row.failed)
        }),
        Column::number(
            "maintenance",
            ACCELERATORS,
            "In planned maintenance.",
            |of, line| line.number(of.row.maintenance),
        ),
        Column::number(
            "on_order",
            ACCELERATORS,
            "Ordered and not yet delivered.",
            |of, line| line.number(of.row.on_order),
        ),
        Column::number(
            "power_kw",
            Unit::Fixed("kW"),
            "Mean power drawn from the grid, cooling and losses (PUE) included.",
            |of, line| line.number(of.row.power_kw),
        ),
    ],
};

/// `services.csv`: what was asked of each service and what became of it.
pub static SERVICES: Table<Recorded<ServiceRow>> = Table {
    name: "services",
    description: "Traffic and latency of each inference or ranking service over the interval.",
    precision: Precision::SixDecimals,
    reference: None,
    columns: &[
        replication_column!(),
        time_column!(),
        Column::key("service", Kind::Text, "Name of the service.", |of, line| {
            line.text(line.names.workload(of.row.service))
        }),
        Column::number(
            "offered",
            REQUESTS,
            "First attempts that arrived.",
            |of, line| line.number(of.row.offered),
        ),
        Column::number(
            "served_in_slo",
            REQUESTS,
            "Arrivals of the interval that were served within their SLO.",
            |of, line| line.number(of.row.served_in_slo),
        ),
        Column::number(
            "served_late",
            REQUESTS,
            "Requests past their SLO whose service ended in the interval.",
            |of, line| line.number(of.row.served_late),
        ),
        Column::number(
            "shed",
            REQUESTS,
            "Refused because the queue was full.",
            |of, line| line.number(of.row.shed),
        ),
        Column::number("abandoned", REQUESTS, "Left before service.", |of, line| {
            line.number(of.row.abandoned)
        }),
        Column::number(
            "waiting",
            REQUESTS,
            "Past their SLO and still waiting at the end of the interval: a level, not a count.",
            |of, line| line.number(of.row.waiting),
        ),
        Column::maybe(
            "latency_p50_s",
            SECONDS,
            "Median latency of the interval's arrivals; empty without arrivals or capacity.",
            |of, line| line.maybe(of.row.latency_p50_s),
        ),
        Column::maybe(
            "latency_p95_s",
            SECONDS,
            "95th percentile of latency; empty without arrivals or capacity.",
            |of, line| line.maybe(of.row.latency_p95_s),
        ),
        Column::maybe(
            "latency_p99_s",
            SECONDS,
            "99th percentile of latency; empty without arrivals or capacity.",
            |of, line| line.maybe(of.row.latency_p99_s),
        ),
        Column::maybe(
            "attainment",
            SHARE,
            "served_in_slo over offered; empty without arrivals.",
            |of, line| line.maybe(of.row.attainment),
        ),
        Column::maybe(
            "ranked_share",
            SHARE,
            "Mean share of their candidate items that the interval's queries were ranked with; empty for services without `degrade`.",
            |of, line| line.maybe(of.row.ranked_share),
        ),
        Column::number(
            "forecast_per_s",
            Unit::Fixed("requests/s"),
            "Mean rate that the policy expected for the interval.",
            |of, line| line.number(of.row.forecast_per_s),
        ),
    ],
};

//! The tables of what came out: summary over replications, each replication, day bands, and quarterly costs.
//! Their numbers are exact, because they are what comparisons and checks of accounts are made of.

use std::sync::Arc;

use super::super::metrics::Series;
use super::super::names::EntityType;
use super::super::number::Precision;
use super::super::unit::Unit;
use super::{Column, Kind, Reference, Role, Table, replication_column};
use crate::kernel::Instant;

/// A metric of one entity over all replications. Statistics are of the replications that have a value.
#[derive(Clone, Debug)]
pub struct SummaryRow {
    /// Which metric of which entity.
    pub series: Arc<Series>,
    /// Replications that have a value.
    pub replications: u64,
    /// Their mean; none without any.
    pub mean: Option<f64>,
    /// Their sample standard deviation; none with fewer than two.
    pub std_dev: Option<f64>,
    /// Student-t 95% interval of the mean, lower and upper end; none with fewer than two.
    pub ci95: Option<(f64, f64)>,
}

/// A metric of one entity in one replication.
#[derive(Clone, Debug)]
pub struct ReplicationRow {
    /// The replication, from 0.
    pub replication: u32,
    /// The run's seed.
    pub seed: u64,
    /// Which metric of which entity.
    pub series: Arc<Series>,
    /// Its value over the counted period; none where it has no meaning.
    pub value: Option<f64>,
}

/// A metric of one entity on one day, over all replications that have a value that day.
#[derive(Clone, Debug)]
pub struct BandRow {
    /// The first instant of the UTC day.
    pub day: Instant,
    /// Which metric of which entity.
    pub series: Arc<Series>,
    /// Mean over the replications.
    pub mean: f64,
    /// Their 5th, 50th and 95th percentiles.
    pub percentiles: [f64; 3],
}

/// An amount of money of one entity in one quarter.
#[derive(Clone, Debug)]
pub struct CostRow {
    /// The replication, from 0.
    pub replication: u32,
    /// The first instant of the UTC calendar quarter.
    pub quarter: Instant,
    /// Which metric, here called the category, of which entity.
    pub series: Arc<Series>,
    /// The amount in the scenario's currency.
    pub amount: f64,
}

pub(super) const ENTITY_TYPES: Kind = Kind::Word(&["fleet", "site", "pool", "workload", "service"]);

/// The metric, entity type, entity and unit columns that three tables share.
macro_rules! series_columns {
    ($($before:expr,)* => $($after:expr,)*) => {
        &[
            $($before,)*
            Column::key("metric", Kind::Text, "Name of the metric; `flexcap explain metrics` defines it.", |row, line| {
                line.text(row.series.metric.name)
            }),
            Column::plain("entity_type", ENTITY_TYPES, "What it is measured on.", |row, line| {
                line.text(EntityType::name(row.series.entity_type))
            }),
            Column::key("entity", Kind::Text, "Name of the entity; `fleet` for the whole.", |row, line| {
                line.text(&row.series.entity)
            }),
            Column::plain("unit", Kind::Text, "Unit of the row's values; `1` for a share.", |row, line| {
                line.text(&row.series.unit)
            }),
            $($after,)*
        ]
    };
}

pub(super) use series_columns;

pub(super) const ROW_UNIT: Unit = Unit::None;

const TO_SUMMARY: Option<Reference> = Some(Reference {
    columns: &["metric", "entity"],
    table: "summary",
});

/// `summary.csv`: the answer.
pub static SUMMARY: Table<SummaryRow> = Table {
    name: "summary",
    description: "Every metric of every entity over all replications, with a 95% confidence interval.",
    precision: Precision::Exact,
    reference: None,
    columns: series_columns![
        =>
        Column::plain("replications", Kind::Integer, "Replications that have a value.", |row, line| {
            line.integer(row.replications)
        }),
        Column::maybe("mean", ROW_UNIT, "Mean over them; empty without any.", |row, line| line.maybe(row.mean)),
        Column::maybe("std_dev", ROW_UNIT, "Their sample standard deviation; empty with fewer than two.", |row, line| {
            line.maybe(row.std_dev)
        }),
        Column::maybe("ci95_low", ROW_UNIT, "Lower end of the Student-t 95% interval of the mean.", |row, line| {
            line.maybe(row.ci95.map(|(low, _)| low))
        }),
        Column::maybe("ci95_high", ROW_UNIT, "Upper end of the Student-t 95% interval of the mean.", |row, line| {
            line.maybe(row.ci95.map(|(_, high)| high))
        }),
    ],
};

/// `replications.csv`: the answer of each replication.
pub static REPLICATIONS: Table<ReplicationRow> = Table {
    name: "replications",
    description: "Every metric of every entity in each replication.",
    precision: Precision::Exact,
    reference: TO_SUMMARY,
    columns: series_columns![
        replication_column!(),
        Column::plain("seed", Kind::Integer, "The run's seed.", |row, line| line.integer(row.seed)),
        =>
        Column::maybe("value", ROW_UNIT, "Over the counted period; empty where it has no meaning.", |row, line| {
            line.maybe(row.value)
        }),
    ],
};

/// `bands.csv`: how the daily metrics develop, and how far the replications spread.
pub static BANDS: Table<BandRow> = Table {
    name: "bands",
    description: "The daily metrics by UTC day: mean and percentiles over the replications that have a value.",
    precision: Precision::Exact,
    reference: TO_SUMMARY,
    columns: series_columns![
        Column::key("day", Kind::Day, "The UTC day.", |row, line| line.day(row.day)),
        =>
        Column::number("mean", ROW_UNIT, "Mean over the replications.", |row, line| line.number(row.mean)),
        Column::number("p05", ROW_UNIT, "5th percentile.", |row, line| line.number(row.percentiles[0])),
        Column::number("p50", ROW_UNIT, "Median.", |row, line| line.number(row.percentiles[1])),
        Column::number("p95", ROW_UNIT, "95th percentile.", |row, line| line.number(row.percentiles[2])),
    ],
};

/// `costs.csv`: the money by quarter.
pub static COSTS: Table<CostRow> = Table {
    name: "costs",
    description: "Money by UTC calendar quarter; what is zero is left out. Summed over quarters and entities, \
                  each category is the fleet's metric of that name.",
    precision: Precision::Exact,
    reference: None,
    columns: &[
        replication_column!(),
        Column::key(
            "quarter",
            Kind::Quarter,
            "The UTC calendar quarter.",
            |row, line| line.quarter(row.quarter),
        ),
        Column::key(
            "entity",
            Kind::Text,
            "The pool, site (energy) or workload (value, penalties, conversion).",
            |row, line| line.text(&row.series.entity),
        ),
        Column::key(
            "category",
            Kind::Word(&[
                "value",
                "penalties",
                "conversion",
                "energy",
                "depreciation",
                "idle_depreciation",
                "capex",
            ]),
            "What the money was for; idle_depreciation is a memo inside depreciation.",
            |row, line| line.text(row.series.metric.name),
        ),
        Column::new(
            Role::Filled,
            "amount",
            Kind::Number,
            Unit::Money,
            "The amount: earned if the category is value, spent otherwise.",
            |row, line| line.number(row.amount),
        ),
    ],
};

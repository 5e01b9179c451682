//! The tables of a sweep. They are tidy: before the columns here comes one for each axis, with the axis' name,
//! so that a row says by itself what it was run with. `point` is the number that the run matrix shows.

use std::sync::Arc;

use super::super::metrics::Series;
use super::super::names::EntityType;
use super::super::number::Precision;
use super::super::unit::Unit;
use super::outcomes::{ENTITY_TYPES, ROW_UNIT, series_columns};
use super::{Column, Kind, Reference, Role, Table};

/// A point of the design.
#[derive(Clone, Debug)]
pub struct PointRow {
    /// Its number, from 0.
    pub point: u64,
    /// Replications that were done.
    pub replications: u64,
    /// What went wrong, if anything did.
    pub problem: Option<String>,
}

/// A metric of one entity in one replication of a point.
#[derive(Clone, Debug)]
pub struct SweepReplicationRow {
    /// The point's number.
    pub point: u64,
    /// The replication, from 0.
    pub replication: u32,
    /// The seed.
    pub seed: u64,
    /// Which metric of which entity.
    pub series: Arc<Series>,
    /// Its value; none where it has no meaning.
    pub value: Option<f64>,
}

/// A metric of one entity over all replications of a point.
#[derive(Clone, Debug)]
pub struct SweepSummaryRow {
    /// The point's number.
    pub point: u64,
    /// Which metric of which entity.
    pub series: Arc<Series>,
    /// Mean, spread and interval.
    pub summary: super::SummaryRow,
}

/// How much an axis matters to a metric of one entity.
#[derive(Clone, Debug)]
pub struct SensitivityRow {
    /// The axis; of axes that move together all names, with `+` between them.
    pub axis: String,
    /// Which metric of which entity.
    pub series: Arc<Series>,
    /// What is measured.
    pub index: &'static str,
    /// The unit of the value: the metric's of an effect, `1` of a share of variance.
    pub unit: String,
    /// The estimate.
    pub value: f64,
    /// Its standard error; none of fewer than two samples, nor of `sigma`.
    pub std_error: Option<f64>,
    /// Samples that it rests on.
    pub samples: u64,
}

const TO_POINTS: Option<Reference> = Some(Reference {
    columns: &["point"],
    table: "sweep_points",
});

macro_rules! point_column {
    () => {
        Column::key(
            "point",
            Kind::Integer,
            "Number of the point, from 0, as `flexcap sweep --dry-run` shows it.",
            |row, line| line.integer(row.point),
        )
    };
}

/// `sweep_points.csv`: the design.
pub static SWEEP_POINTS: Table<PointRow> = Table {
    name: "sweep_points",
    description: "The points of the sweep with their values of the axes, and how they ended.",
    precision: Precision::Exact,
    reference: None,
    columns: &[
        point_column!(),
        Column::plain(
            "status",
            Kind::Word(&["done", "failed"]),
            "Whether all replications were done.",
            |row, line| {
                line.text(if row.problem.is_none() {
                    "done"
                } else {
                    "failed"
                });
            },
        ),
        Column::plain(
            "replications",
            Kind::Integer,
            "Replications that were done.",
            |row, line| line.integer(row.replications),
        ),
        Column::new(
            Role::Optional,
            "problem",
            Kind::Text,
            Unit::None,
            "Why the point failed; empty if it did not.",
            |row, line| line.text(row.problem.as_deref().unwrap_or_default()),
        ),
    ],
};

/// `sweep_replications.csv`: each replication of each point.
pub static SWEEP_REPLICATIONS: Table<SweepReplicationRow> = Table {
    name: "sweep_replications",
    description: "Every metric of every entity in each replication of each point.",
    precision: Precision::Exact,
    reference: TO_POINTS,
    columns: series_columns![
        point_column!(),
        Column::key("replication", Kind::Integer, "Number of the replication, from 0; points are paired by seed and replication.", |row, line| {
            line.integer(u64::from(row.replication))
        }),
        Column::plain("seed", Kind::Integer, "The seed, the same at every point unless an axis sets it.", |row, line| line.integer(row.seed)),
        =>
        Column::maybe("value", ROW_UNIT, "Over the counted period; empty where it has no meaning.", |row, line| {
            line.maybe(row.value)
        }),
    ],
};

/// `sweep_summary.csv`: the answer at each point.
pub static SWEEP_SUMMARY: Table<SweepSummaryRow> = Table {
    name: "sweep_summary",
    description: "Every metric of every entity at each point over its replications, with a 95% confidence interval.",
    precision: Precision::Exact,
    reference: TO_POINTS,
    columns: series_columns![
        point_column!(),
        =>
        Column::plain("replications", Kind::Integer, "Replications that have a value.", |row, line| {
            line.integer(row.summary.replications)
        }),
        Column::maybe("mean", ROW_UNIT, "Mean over them; empty without any.", |row, line| line.maybe(row.summary.mean)),
        Column::maybe("std_dev", ROW_UNIT, "Their sample standard deviation; empty with fewer than two.", |row, line| {
            line.maybe(row.summary.std_dev)
        }),
        Column::maybe("ci95_low", ROW_UNIT, "Lower end of the Student-t 95% interval of the mean.", |row, line| {
            line.maybe(row.summary.ci95.map(|(low, _)| low))
        }),
        Column::maybe("ci95_high", ROW_UNIT, "Upper end of the Student-t 95% interval of the mean.", |row, line| {
            line.maybe(row.summary.ci95.map(|(_, high)| high))
        }),
    ],
};

/// `sweep_sensitivity.csv`: which axes matter.
pub static SWEEP_SENSITIVITY: Table<SensitivityRow> = Table {
    name: "sweep_sensitivity",
    description: "How much each axis matters to each metric of each entity; only for designs that tell.",
    precision: Precision::Exact,
    reference: None,
    columns: &[
        Column::key(
            "axis",
            Kind::Text,
            "The axis; of axes that move together all names, with `+` between them.",
            |row, line| line.text(&row.axis),
        ),
        Column::key(
            "metric",
            Kind::Text,
            "Name of the metric; `flexcap explain metrics` defines it.",
            |row, line| line.text(row.series.metric.name),
        ),
        Column::plain(
            "entity_type",
            ENTITY_TYPES,
            "What it is measured on.",
            |row, line| line.text(EntityType::name(row.series.entity_type)),
        ),
        Column::key(
            "entity",
            Kind::Text,
            "Name of the entity; `fleet` for the whole.",
            |row, line| line.text(&row.series.entity),
        ),
        Column::key(
            "index",
            Kind::Word(&["first_order", "total", "mu", "mu_star", "sigma"]),
            "Sobol' indices: the share of variance that the axis explains alone, or takes part in. Morris: mean, mean \
             size and spread of the effect of moving the axis over its whole range.",
            |row, line| line.text(row.index),
        ),
        Column::plain(
            "unit",
            Kind::Text,
            "Unit of the row's value; `1` for a share.",
            |row, line| line.text(&row.unit),
        ),
        Column::number("value", ROW_UNIT, "The estimate.", |row, line| {
            line.number(row.value);
        }),
        Column::maybe(
            "std_error",
            ROW_UNIT,
            "Standard error of the estimate; empty of `sigma` and of fewer than two samples.",
            |row, line| line.maybe(row.std_error),
        ),
        Column::plain(
            "samples",
            Kind::Integer,
            "Samples that the estimate rests on.",
            |row, line| line.integer(row.samples),
        ),
    ],
};

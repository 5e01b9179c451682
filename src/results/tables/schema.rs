//! The tables described as data, without their row types: what the data package and the reference pages
//! are made from.

use super::{
    ALLOCATION, BANDS, COSTS, Column, EVENTS, FLEET, JOBS, Kind, MOVES, REPLICATIONS, Reference,
    Role, SERVICES, SUMMARY, SWEEP_POINTS, SWEEP_REPLICATIONS, SWEEP_SENSITIVITY, SWEEP_SUMMARY,
    Table,
};
use crate::results::unit::Unit;

/// A table without its rows.
#[derive(Clone, Debug)]
pub struct TableSchema {
    /// File name without `.csv`.
    pub name: &'static str,
    /// What the table holds.
    pub description: &'static str,
    /// Its columns, from left to right.
    pub columns: Vec<ColumnSchema>,
    /// Where its rows point to, if anywhere.
    pub reference: Option<Reference>,
}

/// A column without its cells.
#[derive(Clone, Copy, Debug)]
pub struct ColumnSchema {
    /// Its heading.
    pub name: &'static str,
    /// The type of its cells.
    pub kind: Kind,
    /// What its numbers are counted in.
    pub unit: Unit,
    /// What it means.
    pub description: &'static str,
    /// Whether it identifies a row, must be filled, or may be empty.
    pub role: Role,
}

/// All tables of a result, in the order of the documentation.
#[must_use]
pub fn schemas() -> Vec<TableSchema> {
    vec![
        SUMMARY.schema(),
        REPLICATIONS.schema(),
        BANDS.schema(),
        ALLOCATION.schema(),
        FLEET.schema(),
        SERVICES.schema(),
        JOBS.schema(),
        MOVES.schema(),
        EVENTS.schema(),
        COSTS.schema(),
    ]
}

/// The tables of a sweep, in the order of the documentation; a column for each axis comes before those of the
/// first three.
#[must_use]
pub fn sweep_schemas() -> Vec<TableSchema> {
    vec![
        SWEEP_POINTS.schema(),
        SWEEP_REPLICATIONS.schema(),
        SWEEP_SUMMARY.schema(),
        SWEEP_SENSITIVITY.schema(),
    ]
}

impl<R> Table<R> {
    /// The table described as data.
    #[must_use]
    pub fn schema(&self) -> TableSchema {
        let describe = |column: &Column<R>| ColumnSchema {
            name: column.name,
            kind: column.kind,
            unit: column.unit,
            description: column.description,
            role: column.role,
        };
        TableSchema {
            name: self.name,
            description: self.description,
            columns: self.columns.iter().map(describe).collect(),
            reference: self.reference,
        }
    }
}

impl TableSchema {
    /// The names of the columns that identify a row.
    #[must_use]
    pub fn primary_key(&self) -> Vec<&'static str> {
        let keys = self.columns.iter().filter(|c| c.role == Role::Key);
        keys.map(|column| column.name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::metrics::{METRICS, all_series};
    use crate::results::testing::names;

    #[test]
    fn headers_are_the_contract() {
        for (header, expected) in [
            (
                SUMMARY.header(),
                "metric,entity_type,entity,unit,replications,mean,std_dev,ci95_low,ci95_high\n",
            ),
            (
                REPLICATIONS.header(),
                "replication,seed,metric,entity_type,entity,unit,value\n",
            ),
            (
                BANDS.header(),
                "day,metric,entity_type,entity,unit,mean,p05,p50,p95\n",
            ),
            (
                ALLOCATION.header(),
                "replication,time,pool,workload,allocated,busy,draining,converting,warming\n",
            ),
            (
                FLEET.header(),
                "replication,time,pool,installed,idle,failed,maintenance,on_order,power_kw\n",
            ),
            (
                SERVICES.header(),
                "replication,time,service,offered,served_in_slo,served_late,shed,abandoned,waiting,\
                 latency_p50_s,latency_p95_s,latency_p99_s,attainment,ranked_share,forecast_per_s\n",
            ),
            (
                JOBS.header(),
                "replication,job,workload,submit,start,end,gang,priority,work_accelerator_hours,\
                 useful_accelerator_hours,lost_accelerator_hours,overhead_accelerator_hours,\
                 interruptions,outcome\n",
            ),
            (
                MOVES.header(),
                "replication,move_id,time,pool,from,to,accelerators,reason,expected_gain_per_hour,\
                 cost,realised_gain\n",
            ),
            (
                EVENTS.header(),
                "replication,event_id,time,kind,entity,accelerators\n",
            ),
            (
                COSTS.header(),
                "replication,quarter,entity,category,amount\n",
            ),
        ] {
            assert_eq!(header, expected);
        }
    }

    #[test]
    fn keys_are_the_contract() {
        let keys: Vec<_> = schemas()
            .iter()
            .map(|table| format!("{}: {}", table.name, table.primary_key().join(" ")))
            .collect();
        assert_eq!(
            keys,
            [
                "summary: metric entity",
                "replications: replication metric entity",
                "bands: day metric entity",
                "allocation: replication time pool workload",
                "fleet: replication time pool",
                "services: replication time service",
                "jobs: replication job",
                "moves: replication move_id",
                "events: replication event_id",
                "costs: replication quarter entity category",
            ]
        );
    }

    #[test]
    fn every_column_and_table_is_documented() {
        for table in schemas() {
            assert!(table.description.ends_with('.'), "{}", table.name);
            for column in &table.columns {
                let of = format!("{}.{}", table.name, column.name);
                assert!(column.description.ends_with('.'), "{of}");
                assert!(!column.description.contains("  "), "{of}");
            }
        }
    }

    #[test]
    fn references_lead_to_columns_of_both_tables() {
        let tables = schemas();
        for table in &tables {
            let Some(reference) = table.reference else {
                continue;
            };
            let target = tables.iter().find(|t| t.name == reference.table).unwrap();
            assert_eq!(target.primary_key(), reference.columns);
            for name in reference.columns {
                assert!(table.columns.iter().any(|c| c.name == *name));
            }
        }
    }

    /// The categories of costs are the booked metrics, no more and no less.
    #[test]
    fn cost_categories_follow_the_metric_table() {
        let booked: Vec<_> = METRICS
            .iter()
            .map(|metric| metric.name)
            .filter(|name| {
                let series = all_series(&names());
                series
                    .iter()
                    .any(|s| s.metric.name == *name && s.is_booked())
            })
            .collect();
        let category = COSTS.columns.iter().find(|c| c.name == "category").unwrap();
        assert_eq!(category.kind, Kind::Word(booked.leak()));
    }
}

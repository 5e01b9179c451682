//! The CSV tables. A column is declared once, with its name, type, unit, meaning and how a row fills it;
//! header, cells, data-package schema and documentation follow from that. To add a column, add it here.
//!
//! ```text
//!   detail     allocation, fleet, services     per interval, the first replications
//!   happenings jobs, moves, events             as they come, the first replications
//!   outcomes   summary, replications, bands, costs     all replications
//!   sweep      the same over the points of a sweep, with a column for each axis
//!   comparison of two results
//! ```

mod comparison;
mod detail;
mod happenings;
mod line;
mod outcomes;
mod schema;
mod sweep;

pub use comparison::{COMPARISON, ComparisonRow, Mark};
pub use detail::{ALLOCATION, FLEET, SERVICES};
pub use happenings::{EVENTS, JOBS, MOVES};
pub use line::{Line, cell};
pub use outcomes::{
    BANDS, BandRow, COSTS, CostRow, REPLICATIONS, ReplicationRow, SUMMARY, SummaryRow,
};
pub use schema::{ColumnSchema, TableSchema, schemas, sweep_schemas};
pub use sweep::{
    PointRow, SWEEP_POINTS, SWEEP_REPLICATIONS, SWEEP_SENSITIVITY, SWEEP_SUMMARY, SensitivityRow,
    SweepReplicationRow, SweepSummaryRow,
};

use super::number::Precision;
use super::unit::Unit;

/// One CSV file and how a row becomes its line.
#[derive(Debug)]
pub struct Table<R: 'static> {
    /// File name without `.csv`.
    pub name: &'static str,
    /// What the table holds.
    pub description: &'static str,
    /// How it writes fractional numbers.
    pub precision: Precision,
    /// Its columns, from left to right; the key first.
    pub columns: &'static [Column<R>],
    /// Where its rows point to, if anywhere.
    pub reference: Option<Reference>,
}

/// Columns that are also the key, or a part of it, of another table.
#[derive(Clone, Copy, Debug)]
pub struct Reference {
    /// The columns, named alike in both tables.
    pub columns: &'static [&'static str],
    /// The other table.
    pub table: &'static str,
}

/// One column.
#[derive(Debug)]
pub struct Column<R> {
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
    /// Writes a row's cell.
    pub write: fn(&R, &mut Line<'_>),
}

/// The type of a column's cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A whole number from zero up.
    Integer,
    /// A decimal number.
    Number,
    /// A name or another short text.
    Text,
    /// One of a few words.
    Word(&'static [&'static str]),
    /// A UTC time to the second, such as `2024-07-01T00:00:00Z`.
    Time,
    /// A UTC day, such as `2024-07-01`.
    Day,
    /// A UTC calendar quarter, such as `2024Q3`.
    Quarter,
}

/// What a column is to its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A part of the primary key.
    Key,
    /// Always filled.
    Filled,
    /// Empty where the value does not exist.
    Optional,
}

impl<R> Column<R> {
    const fn new(
        role: Role,
        name: &'static str,
        kind: Kind,
        unit: Unit,
        description: &'static str,
        write: fn(&R, &mut Line<'_>),
    ) -> Self {
        Self {
            name,
            kind,
            unit,
            description,
            role,
            write,
        }
    }

    /// A part of the primary key.
    const fn key(
        name: &'static str,
        kind: Kind,
        description: &'static str,
        write: fn(&R, &mut Line<'_>),
    ) -> Self {
        Self::new(Role::Key, name, kind, Unit::None, description, write)
    }

    /// A column without a unit that is always filled.
    const fn plain(
        name: &'static str,
        kind: Kind,
        description: &'static str,
        write: fn(&R, &mut Line<'_>),
    ) -> Self {
        Self::new(Role::Filled, name, kind, Unit::None, description, write)
    }

    /// A number that is always there.
    const fn number(
        name: &'static str,
        unit: Unit,
        description: &'static str,
        write: fn(&R, &mut Line<'_>),
    ) -> Self {
        Self::new(Role::Filled, name, Kind::Number, unit, description, write)
    }

    /// A number that may be missing.
    const fn maybe(
        name: &'static str,
        unit: Unit,
        description: &'static str,
        write: fn(&R, &mut Line<'_>),
    ) -> Self {
        Self::new(Role::Optional, name, Kind::Number, unit, description, write)
    }
}

impl<R> Table<R> {
    /// The name of its file.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{}.csv", self.name)
    }

    /// The first line, with its line feed.
    #[must_use]
    pub fn header(&self) -> String {
        let names: Vec<_> = self.columns.iter().map(|column| column.name).collect();
        names.join(",") + "\n"
    }

    /// The first line where other columns come before the table's own.
    #[must_use]
    pub fn header_after(&self, lead: &[impl AsRef<str>]) -> String {
        let own = self.header();
        let mut text = String::new();
        for name in lead {
            text.push_str(name.as_ref());
            text.push(',');
        }
        text + &own
    }

    /// Appends one row's line behind other cells, with its line feed.
    pub fn write_after(&self, lead: &[&str], row: &R, line: &mut Line<'_>) {
        for cell in lead {
            line.text(cell);
            line.separate();
        }
        self.write(row, line);
    }

    /// Appends one row's line, with its line feed.
    pub fn write(&self, row: &R, line: &mut Line<'_>) {
        for (index, column) in self.columns.iter().enumerate() {
            if index > 0 {
                line.separate();
            }
            (column.write)(row, line);
        }
        line.end();
    }
}

/// A row of the simulation with what the simulation does not say: which replication it belongs to, and how
/// many rows of its table came before it there.
#[derive(Clone, Copy, Debug)]
pub struct Recorded<T> {
    /// The replication, from 0.
    pub replication: u32,
    /// The row's number in its table and replication, from 0.
    pub number: u64,
    /// What the simulation said.
    pub row: T,
}

/// Declares the first key column of all tables that cover replications.
macro_rules! replication_column {
    () => {
        Column::key(
            "replication",
            Kind::Integer,
            "Number of the replication, from 0; results are paired by seed and replication.",
            |row, line| line.integer(u64::from(row.replication)),
        )
    };
}
use replication_column;

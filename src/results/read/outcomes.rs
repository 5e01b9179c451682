//! The two tables that comparisons and reports start from, typed: `summary.csv` and `replications.csv`.

use indexmap::{IndexMap, IndexSet};

use super::error::ReadError;
use super::table::{ColumnIndex, Row, TableReader};
use crate::results::metrics::Series;
use crate::results::names::EntityType;

/// A metric of one entity, as files name it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SeriesKey {
    /// The metric's name.
    pub metric: String,
    /// What it is measured on.
    pub entity_type: EntityType,
    /// The entity's name.
    pub entity: String,
    /// The unit as text; `1` for a share.
    pub unit: String,
}

impl From<&Series> for SeriesKey {
    fn from(series: &Series) -> Self {
        Self {
            metric: series.metric.name.to_owned(),
            entity_type: series.entity_type,
            entity: series.entity.clone(),
            unit: series.unit.clone(),
        }
    }
}

impl std::fmt::Display for SeriesKey {
    /// `net_value[fleet]`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}[{}]", self.metric, self.entity)
    }
}

/// A line of `summary.csv`; statistics are of the replications that have a value.
#[derive(Clone, Debug, PartialEq)]
pub struct SummaryLine {
    /// Which metric of which entity.
    pub series: SeriesKey,
    /// Replications that have a value.
    pub replications: u64,
    /// Their mean; none without any.
    pub mean: Option<f64>,
    /// Their sample standard deviation; none with fewer than two.
    pub std_dev: Option<f64>,
    /// Student-t 95% interval of the mean; none with fewer than two.
    pub ci95: Option<(f64, f64)>,
}

/// What random draws a replication rests on: replications of two results are paired by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Draw {
    /// The run's seed.
    pub seed: u64,
    /// The replication, from 0.
    pub replication: u64,
}

/// `replications.csv` as a table of series by draws.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReplicationTable {
    /// The draws, in the order of the file.
    pub draws: Vec<Draw>,
    /// The values of each metric of each entity, in the order of the file; each list as long as `draws`, with
    /// none where the metric has no meaning.
    pub series: IndexMap<SeriesKey, Vec<Option<f64>>>,
}

impl ReplicationTable {
    /// The values of a metric of an entity by draw, such as `("net_value", "fleet")`.
    #[must_use]
    pub fn values(&self, metric: &str, entity: &str) -> Option<&[Option<f64>]> {
        let mut series = self.series.iter();
        let found = series.find(|(key, _)| key.metric == metric && key.entity == entity)?;
        Some(found.1)
    }
}

/// The columns that name a series.
struct SeriesColumns {
    metric: ColumnIndex,
    entity_type: ColumnIndex,
    entity: ColumnIndex,
    unit: ColumnIndex,
}

impl SeriesColumns {
    fn of(table: &TableReader) -> Result<Self, ReadError> {
        Ok(Self {
            metric: table.column("metric")?,
            entity_type: table.column("entity_type")?,
            entity: table.column("entity")?,
            unit: table.column("unit")?,
        })
    }

    fn read(&self, row: &Row<'_>) -> Result<SeriesKey, ReadError> {
        let word = row.text(self.entity_type)?;
        let entity_type = EntityType::ALL.into_iter().find(|of| of.name() == word);
        // They will be shown on terminals, where control characters do more than be shown.
        let columns = [self.metric, self.entity, self.unit];
        for column in columns {
            if row.text(column)?.contains(char::is_control) {
                return Err(row.wrong(column, "a name or a unit"));
            }
        }
        Ok(SeriesKey {
            metric: row.text(self.metric)?.to_owned(),
            entity_type: entity_type
                .ok_or_else(|| row.wrong(self.entity_type, "a type of entity"))?,
            entity: row.text(self.entity)?.to_owned(),
            unit: row.text(self.unit)?.to_owned(),
        })
    }

    /// Whether a row is of that series, without making a key of it.
    fn is(&self, row: &Row<'_>, key: &SeriesKey) -> Result<bool, ReadError> {
        Ok(row.text(self.metric)? == key.metric
            && row.text(self.entity)? == key.entity
            && row.text(self.entity_type)? == key.entity_type.name()
            && row.text(self.unit)? == key.unit)
    }
}

pub(super) fn summary(mut table: TableReader) -> Result<Vec<SummaryLine>, ReadError> {
    let series = SeriesColumns::of(&table)?;
    let replications = table.column("replications")?;
    let [mean, std_dev, low, high] = [
        table.column("mean")?,
        table.column("std_dev")?,
        table.column("ci95_low")?,
        table.column("ci95_high")?,
    ];
    let mut lines = Vec::new();
    while let Some(row) = table.next_row()? {
        lines.push(SummaryLine {
            series: series.read(&row)?,
            replications: row.integer(replications)?,
            mean: row.number(mean)?,
            std_dev: row.number(std_dev)?,
            ci95: row.number(low)?.zip(row.number(high)?),
        });
    }
    Ok(lines)
}

pub(super) fn replications(mut table: TableReader) -> Result<ReplicationTable, ReadError> {
    let columns = SeriesColumns::of(&table)?;
    let replication = table.column("replication")?;
    let seed = table.column("seed")?;
    let value = table.column("value")?;
    let mut draws: IndexSet<Draw> = IndexSet::new();
    let mut series: IndexMap<SeriesKey, Vec<Option<Option<f64>>>> = IndexMap::new();
    let (mut of_draw, mut next) = (0, 0);
    while let Some(row) = table.next_row()? {
        let draw = Draw {
            seed: row.integer(seed)?,
            replication: row.integer(replication)?,
        };
        if draws.get_index(of_draw) != Some(&draw) {
            of_draw = draws.insert_full(draw).0;
        }
        // Every replication lists the same series in the same order: mostly it is the one after the last.
        let index = match series.get_index(next) {
            Some((key, _)) if columns.is(&row, key)? => next,
            _ => {
                let entry = series.entry(columns.read(&row)?);
                let index = entry.index();
                entry.or_default();
                index
            }
        };
        next = if index + 1 < series.len() {
            index + 1
        } else {
            0
        };
        let Some((key, values)) = series.get_index_mut(index) else {
            continue;
        };
        if values.len() <= of_draw {
            values.resize(of_draw + 1, None);
        }
        if let Some(cell) = values.get_mut(of_draw)
            && cell.replace(row.number(value)?).is_some()
        {
            let why = format!(
                "a second value of {}[{}] in that replication",
                key.metric, key.entity
            );
            return Err(row.error(why));
        }
    }
    let width = draws.len();
    let series = series.into_iter().map(|(key, mut values)| {
        values.resize(width, None);
        (key, values.into_iter().map(Option::flatten).collect())
    });
    Ok(ReplicationTable {
        series: series.collect(),
        draws: draws.into_iter().collect(),
    })
}

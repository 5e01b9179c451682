//! What came out over all replications: `summary.csv`, `replications.csv`, `costs.csv`, and the days of `bands.csv`.

use std::collections::BTreeMap;

use super::book::{Grid, Series};
use super::error::ReportError;
use super::rows::Rows;
use super::source::Source;

const DAY: i64 = 86_400;
/// Days that a band may have before it is folded.
const DAYS_MAX: u32 = 4000;
/// The days that are drawn, by metric and entity type.
const BANDS: &[(&str, &str)] = &[
    ("net_value", "fleet"),
    ("utilization", "fleet"),
    ("idle_accelerator_hours", "fleet"),
    ("failed_accelerator_hours", "fleet"),
    ("energy_kwh", "fleet"),
    ("slo_attainment", "service"),
];

/// A metric of one entity: a row of `summary.csv`.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The metric.
    pub metric: String,
    /// `fleet`, `pool`, …
    pub entity_type: String,
    /// On what.
    pub entity: String,
    /// Its unit.
    pub unit: String,
    /// The mean; none without any value.
    pub mean: Option<f64>,
    /// The 95% interval of the mean; none with fewer than two values.
    pub ci95: Option<(f64, f64)>,
    /// The value of each replication that has one.
    pub values: Vec<(u64, f64)>,
}

/// Money by quarter, entity and category.
pub type Costs = BTreeMap<(String, String, String), Vec<f64>>;

/// The days of a metric over all replications.
#[derive(Clone, Debug)]
pub struct Band {
    /// The metric.
    pub metric: String,
    /// On what.
    pub entity: String,
    /// Its unit.
    pub unit: String,
    /// 5th percentile, mean, 95th percentile.
    pub series: [Series; 3],
}

/// What came out.
#[derive(Clone, Debug)]
pub struct Outcomes {
    /// The metrics, in the file's order.
    pub answers: Vec<Answer>,
    /// Money, as `costs.csv` books it; an amount for each replication.
    pub costs: Costs,
    /// The days.
    pub days: Grid,
    /// Metrics by day.
    pub bands: Vec<Band>,
}

impl Outcomes {
    /// Reads the four tables.
    ///
    /// # Errors
    /// If a file cannot be read or was edited.
    pub fn read(source: &Source) -> Result<Self, ReportError> {
        let mut answers = summary(source)?;
        replications(source, &mut answers)?;
        let costs = costs(source)?;
        let (days, bands) = bands(source)?;
        Ok(Self {
            answers,
            costs,
            days,
            bands,
        })
    }

    /// A metric of one entity.
    #[must_use]
    pub fn answer(&self, metric: &str, entity: &str) -> Option<&Answer> {
        let mut answers = self.answers.iter();
        answers.find(|answer| answer.metric == metric && answer.entity == entity)
    }

    /// A metric's days.
    #[must_use]
    pub fn band(&self, metric: &str, entity: &str) -> Option<&Band> {
        let mut bands = self.bands.iter();
        bands.find(|band| band.metric == metric && band.entity == entity)
    }
}

fn summary(source: &Source) -> Result<Vec<Answer>, ReportError> {
    let columns = ["metric", "entity_type", "entity", "unit", "mean", "ci95_low", "ci95_high"];
    let mut rows = Rows::open(source, "summary", &columns)?;
    let mut answers = Vec::new();
    while rows.next()? {
        answers.push(Answer {
            metric: rows.text(0),
            entity_type: rows.text(1),
            entity: rows.text(2),
            unit: rows.text(3),
            mean: rows.maybe(4)?,
            ci95: rows.maybe(5)?.zip(rows.maybe(6)?),
            values: Vec::new(),
        });
    }
    rows.finish()?;
    Ok(answers)
}

/// The values of each replication; the metrics come in the summary's order.
fn replications(source: &Source, answers: &mut [Answer]) -> Result<(), ReportError> {
    let columns = ["replication", "metric", "entity", "value"];
    let mut rows = Rows::open(source, "replications", &columns)?;
    let mut turn = 0;
    while rows.next()? {
        let is = |answer: &Answer| {
            answer.metric.as_bytes() == rows.bytes(1) && answer.entity.as_bytes() == rows.bytes(2)
        };
        if !answers.get(turn).is_some_and(is) {
            turn = answers.iter().position(is).unwrap_or(usize::MAX);
        }
        let Some(answer) = answers.get_mut(turn) else {
            return Err(rows.refuse(1, "metric that summary.csv has for this entity"));
        };
        if let Some(value) = rows.maybe(3)? {
            answer.values.push((rows.integer(0)?, value));
        }
        turn = (turn + 1) % answers.len();
    }
    rows.finish()
}

fn costs(source: &Source) -> Result<Costs, ReportError> {
    let columns = ["quarter", "entity", "category", "amount"];
    let mut rows = Rows::open(source, "costs", &columns)?;
    let mut costs = Costs::new();
    while rows.next()? {
        let key = (rows.text(0), rows.text(1), rows.text(2));
        costs.entry(key).or_default().push(rows.number(3)?);
    }
    rows.finish()?;
    Ok(costs)
}

fn bands(source: &Source) -> Result<(Grid, Vec<Band>), ReportError> {
    let columns = ["day", "metric", "entity_type", "entity", "unit", "p05", "mean", "p95"];
    let mut rows = Rows::open(source, "bands", &columns)?;
    let mut days = Grid::new(0, DAYS_MAX);
    let mut bands: Vec<Band> = Vec::new();
    let mut today: Option<i64> = None;
    while rows.next()? {
        let cell = rows.text(0);
        let date = cell.parse::<jiff::civil::Date>().ok();
        let day = date.and_then(|date| date.to_zoned(jiff::tz::TimeZone::UTC).ok());
        let Some(day) = day.map(|day| day.timestamp().as_second()) else {
            return Err(rows.refuse(0, "day"));
        };
        match today {
            None => {
                days = Grid::new(day, DAYS_MAX);
                days.step = DAY;
            }
            // A day on which nothing has a value has no row.
            Some(mut last) => {
                while last < day {
                    last += DAY;
                    if days.advance(last) {
                        let all = bands.iter_mut().flat_map(|band| &mut band.series);
                        all.for_each(Series::fold);
                    }
                }
            }
        }
        today = Some(day);
        let (metric, entity_type, entity) = (rows.text(1), rows.text(2), rows.text(3));
        if !BANDS.contains(&(metric.as_str(), entity_type.as_str())) {
            continue;
        }
        let values = [rows.number(5)?, rows.number(6)?, rows.number(7)?];
        let is = |band: &Band| band.metric == metric && band.entity == entity;
        let place = match bands.iter().position(is) {
            Some(place) => place,
            None => {
                bands.push(Band {
                    metric,
                    entity,
                    unit: rows.text(4),
                    series: Default::default(),
                });
                bands.len() - 1
            }
        };
        if let Some(band) = bands.get_mut(place) {
            for (series, value) in band.series.iter_mut().zip(values) {
                series.put(&days, Some(value));
            }
        }
    }
    rows.finish()?;
    Ok((days, bands))
}

//! What came out over all replications: `summary.csv`, `replications.csv`, `costs.csv`, and the days of `bands.csv`.

use std::collections::BTreeMap;

use super::book::{Grid, Series};
use super::rows::Rows;
use crate::results::read::{ReadError, ResultDirectory};

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

impl Answer {
    /// The interval as far as the metric can go: no share is above one.
    #[must_use]
    pub fn interval(&self) -> Option<(f64, f64)> {
        let most = if self.unit == "1" { 1.0 } else { f64::INFINITY };
        self.ci95.map(|(low, high)| (low, high.min(most)))
    }
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
    pub fn read(result: &ResultDirectory) -> Result<Self, ReadError> {
        let mut answers = summary(result)?;
        replications(result, &mut answers)?;
        let costs = costs(result)?;
        let (days, bands) = bands(result)?;
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

fn summary(result: &ResultDirectory) -> Result<Vec<Answer>, ReadError> {
    let columns = ["metric", "entity", "unit", "mean", "ci95_low", "ci95_high"];
    let mut rows = Rows::open(result, "summary", &columns)?;
    let mut answers = Vec::new();
    while let Some(cells) = rows.next()? {
        answers.push(Answer {
            metric: cells.text(0)?.to_owned(),
            entity: cells.text(1)?.to_owned(),
            unit: cells.text(2)?.to_owned(),
            mean: cells.number(3)?,
            ci95: cells.number(4)?.zip(cells.number(5)?),
            values: Vec::new(),
        });
    }
    Ok(answers)
}

/// The values of each replication; the metrics come in the summary's order.
fn replications(result: &ResultDirectory, answers: &mut [Answer]) -> Result<(), ReadError> {
    let columns = ["replication", "metric", "entity", "value"];
    let mut rows = Rows::open(result, "replications", &columns)?;
    let mut turn = 0;
    while let Some(cells) = rows.next()? {
        let (metric, entity) = (cells.text(1)?, cells.text(2)?);
        let is = |answer: &Answer| answer.metric == metric && answer.entity == entity;
        if !answers.get(turn).is_some_and(is) {
            turn = answers.iter().position(is).unwrap_or(usize::MAX);
        }
        let Some(answer) = answers.get_mut(turn) else {
            return Err(cells.wrong("summary.csv has no such metric of this entity"));
        };
        if let Some(value) = cells.number(3)? {
            answer.values.push((cells.integer(0)?, value));
        }
        turn = (turn + 1) % answers.len();
    }
    Ok(())
}

fn costs(result: &ResultDirectory) -> Result<Costs, ReadError> {
    let columns = ["quarter", "entity", "category", "amount"];
    let mut rows = Rows::open(result, "costs", &columns)?;
    let mut costs = Costs::new();
    while let Some(cells) = rows.next()? {
        let key = (
            cells.text(0)?.to_owned(),
            cells.text(1)?.to_owned(),
            cells.text(2)?.to_owned(),
        );
        costs.entry(key).or_default().push(cells.filled(3)?);
    }
    Ok(costs)
}

fn bands(result: &ResultDirectory) -> Result<(Grid, Vec<Band>), ReadError> {
    let columns = [
        "day",
        "metric",
        "entity_type",
        "entity",
        "unit",
        "p05",
        "mean",
        "p95",
    ];
    let mut rows = Rows::open(result, "bands", &columns)?;
    let mut days = Grid::new(0, DAYS_MAX);
    let mut bands: Vec<Band> = Vec::new();
    let mut today: Option<i64> = None;
    while let Some(cells) = rows.next()? {
        let day = cells.day(0)?;
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
        let (metric, entity_type, entity) = (
            cells.text(1)?.to_owned(),
            cells.text(2)?.to_owned(),
            cells.text(3)?.to_owned(),
        );
        if !BANDS.contains(&(metric.as_str(), entity_type.as_str())) {
            continue;
        }
        let values = [cells.filled(5)?, cells.filled(6)?, cells.filled(7)?];
        let is = |band: &Band| band.metric == metric && band.entity == entity;
        let place = match bands.iter().position(is) {
            Some(place) => place,
            None => {
                bands.push(Band {
                    metric,
                    entity,
                    unit: cells.text(4)?.to_owned(),
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
    Ok((days, bands))
}

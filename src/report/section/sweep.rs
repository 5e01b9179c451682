//! A sweep: how metrics answer to the axes, and which axis moves them most.

use std::collections::BTreeMap;

use super::super::chart::{
    Chart, Curve, Curves, Figure, Heat, Tone, Whisker, Whiskers, amount, fine, share,
};
use super::super::rows::Rows;
use super::{Answer, Block, Section, Table};
use crate::results::read::{ReadError, ResultDirectory, SweepPlan};

/// Points of the best list.
const BEST: usize = 12;
/// Curves of one chart; with more, the others are left to the heat map.
const CURVES: usize = 6;
const TONES: [Tone; CURVES] = [
    Tone::Training0,
    Tone::Inference0,
    Tone::Ranking0,
    Tone::Changing,
    Tone::Inference1,
    Tone::Training1,
];

/// A point with its place in the design.
#[derive(Clone, Debug)]
struct Point {
    number: u64,
    /// The value of each axis, as text.
    values: Vec<String>,
    problem: String,
}

/// A metric at a point: mean and interval.
type Outcome = (f64, Option<(f64, f64)>);

/// A metric over the points.
#[derive(Clone, Debug)]
struct Response {
    metric: String,
    entity: String,
    unit: String,
    at: BTreeMap<u64, Outcome>,
}

/// How much an axis matters.
#[derive(Clone, Debug)]
struct Effect {
    axis: String,
    metric: String,
    entity: String,
    index: String,
    value: f64,
    std_error: Option<f64>,
}

/// A sweep, read for drawing.
#[derive(Clone, Debug)]
pub struct SweepResult {
    /// Its plan.
    pub plan: SweepPlan,
    points: Vec<Point>,
    responses: Vec<Response>,
    effects: Vec<Effect>,
}

impl SweepResult {
    /// Reads the tables of a sweep.
    ///
    /// # Errors
    /// If a file cannot be read or was edited.
    pub fn read(result: &ResultDirectory, plan: &SweepPlan) -> Result<Self, ReadError> {
        let axes: Vec<&str> = plan.axes.iter().map(|axis| axis.name.as_str()).collect();
        let names = [axes.as_slice(), &["point", "problem"]].concat();
        let mut rows = Rows::open(result, "sweep_points", &names)?;
        let mut points = Vec::new();
        while let Some(cells) = rows.next()? {
            let values = (0..axes.len()).map(|axis| Ok(cells.text(axis)?.to_owned()));
            points.push(Point {
                values: values.collect::<Result<_, ReadError>>()?,
                number: cells.integer(axes.len())?,
                problem: cells.text(axes.len() + 1)?.to_owned(),
            });
        }
        let effects = match result.has_table("sweep_sensitivity") {
            true => effects(result)?,
            false => Vec::new(),
        };
        Ok(Self {
            plan: plan.clone(),
            points,
            responses: responses(result)?,
            effects,
        })
    }

    /// An axis' value at a point as a place on a scale: its number, or which of the names it is.
    fn places(&self, axis: usize) -> (Vec<f64>, Vec<String>) {
        let texts: Vec<&str> = self.points.iter().map(|point| point.value(axis)).collect();
        let numbers: Result<Vec<f64>, _> = texts.iter().map(|text| text.parse::<f64>()).collect();
        if let Ok(numbers) = numbers {
            return (numbers, Vec::new());
        }
        let mut names: Vec<String> = Vec::new();
        for text in &texts {
            if !names.iter().any(|name| name == text) {
                names.push((*text).to_owned());
            }
        }
        let place = |text: &&str| names.iter().position(|name| name == text).unwrap_or(0) as f64;
        (texts.iter().map(place).collect(), names)
    }

    /// The different values of an axis in the order of its scale.
    fn values(&self, axis: usize) -> Vec<&str> {
        let (places, _) = self.places(axis);
        let mut values: Vec<(f64, &str)> = Vec::new();
        for (place, point) in places.into_iter().zip(&self.points) {
            if !values.iter().any(|(_, value)| *value == point.value(axis)) {
                values.push((place, point.value(axis)));
            }
        }
        values.sort_by(|one, other| one.0.total_cmp(&other.0));
        values.into_iter().map(|(_, value)| value).collect()
    }
}

impl Point {
    fn value(&self, axis: usize) -> &str {
        self.values.get(axis).map_or("", String::as_str)
    }

    /// `axis = value` of every axis.
    fn text(&self, plan: &SweepPlan) -> String {
        let pairs = plan.axes.iter().zip(&self.values);
        pairs
            .map(|(axis, value)| format!("{} = {value}", axis.name))
            .collect::<Vec<_>>()
            .join(", ")
    }
}

impl Response {
    fn name(&self) -> String {
        let metric = self.metric.replace('_', " ");
        if self.entity == "fleet" {
            metric
        } else {
            format!("{metric} of {}", self.entity)
        }
    }

    fn is_share(&self) -> bool {
        self.unit == "1"
    }

    fn write(&self) -> fn(f64) -> String {
        if self.is_share() { share } else { fine }
    }

    fn tip(&self, point: &Point, plan: &SweepPlan, (mean, interval): Outcome) -> String {
        let write = self.write();
        let interval = interval.map_or_else(String::new, |(low, high)| {
            format!(" ({} to {})", write(low), write(high))
        });
        format!(
            "point {}: {}: {} {}{interval}",
            point.number,
            point.text(plan),
            self.name(),
            write(mean)
        )
    }
}

fn responses(result: &ResultDirectory) -> Result<Vec<Response>, ReadError> {
    let names = [
        "point",
        "metric",
        "entity_type",
        "entity",
        "unit",
        "mean",
        "ci95_low",
        "ci95_high",
    ];
    let mut rows = Rows::open(result, "sweep_summary", &names)?;
    let mut responses: Vec<Response> = Vec::new();
    while let Some(cells) = rows.next()? {
        let (metric, entity_type, entity) = (cells.text(1)?, cells.text(2)?, cells.text(3)?);
        let shown = match entity_type {
            "fleet" => {
                ["net_value", "cost", "utilization", "regret", "gap_closed"].contains(&metric)
            }
            "service" => metric == "slo_attainment",
            _ => false,
        };
        let Some(mean) = cells.number(5)?.filter(|_| shown) else {
            continue;
        };
        let place = responses
            .iter()
            .position(|one| one.metric == metric && one.entity == entity);
        let place = place.unwrap_or(responses.len());
        if place == responses.len() {
            responses.push(Response {
                metric: metric.to_owned(),
                entity: entity.to_owned(),
                unit: cells.text(4)?.to_owned(),
                at: BTreeMap::new(),
            });
        }
        let interval = cells.number(6)?.zip(cells.number(7)?);
        if let Some(response) = responses.get_mut(place) {
            response.at.insert(cells.integer(0)?, (mean, interval));
        }
    }
    Ok(responses)
}

fn effects(result: &ResultDirectory) -> Result<Vec<Effect>, ReadError> {
    let names = ["axis", "metric", "entity", "index", "value", "std_error"];
    let mut rows = Rows::open(result, "sweep_sensitivity", &names)?;
    let mut effects = Vec::new();
    while let Some(cells) = rows.next()? {
        effects.push(Effect {
            axis: cells.text(0)?.to_owned(),
            metric: cells.text(1)?.to_owned(),
            entity: cells.text(2)?.to_owned(),
            index: cells.text(3)?.to_owned(),
            value: cells.filled(4)?,
            std_error: cells.number(5)?,
        });
    }
    Ok(effects)
}

/// The sections of a sweep's page.
#[must_use]
pub fn sweep(result: &SweepResult) -> Vec<Section> {
    let mut curves = Vec::new();
    let mut maps = Vec::new();
    let mut tornados = Vec::new();
    let is_grid = result.plan.design == "grid";
    for response in &result.responses {
        for axis in 0..result.plan.axes.len() {
            curves.push(Block::Figure(curve(result, response, axis, is_grid)));
        }
        if is_grid && result.plan.axes.len() >= 2 {
            maps.extend(heat(result, response).map(Block::Figure));
        }
        tornados.extend(tornado(result, response, is_grid).map(Block::Figure));
    }
    let section = |key, title, lead, blocks| Section {
        key,
        title,
        lead,
        answers: vec![Answer {
            of: String::new(),
            blocks,
        }],
    };
    let all = [
        section(
            "best",
            "The best points",
            "By net value; intervals are of the mean over replications.",
            vec![Block::Table(best(result))],
        ),
        section(
            "curves",
            "Response curves",
            "A metric along each axis. Bands are 95% intervals of the mean; where several points share a value of the \
             axis and no line of their own, each is a dot with its interval.",
            curves,
        ),
        section(
            "maps",
            "Two axes at once",
            "Every combination of two axes; of further axes, the mean over their values.",
            maps,
        ),
        section(
            "tornado",
            "Which axis matters most",
            "The longer the bar, the more the metric moves with the axis.",
            tornados,
        ),
        section("failed", "Points that failed", "", failed(result)),
    ];
    all.into_iter()
        .filter(|section| {
            section
                .answers
                .iter()
                .any(|answer| !answer.blocks.is_empty())
        })
        .collect()
}

fn failed(result: &SweepResult) -> Vec<Block> {
    let failed = result
        .points
        .iter()
        .filter(|point| !point.problem.is_empty());
    let rows: Vec<_> = failed
        .map(|point| {
            vec![
                point.number.to_string(),
                point.text(&result.plan),
                point.problem.clone(),
            ]
        })
        .collect();
    let header = ["point", "values", "problem"].map(str::to_owned).to_vec();
    match rows.is_empty() {
        true => Vec::new(),
        false => vec![Block::Table(Table {
            caption: String::new(),
            header,
            rows,
        })],
    }
}

fn best(result: &SweepResult) -> Table {
    let value = |point: &&Point| {
        let response = result
            .responses
            .iter()
            .find(|response| response.metric == "net_value");
        response
            .and_then(|response| response.at.get(&point.number))
            .map(|outcome| outcome.0)
    };
    let mut points: Vec<&Point> = result
        .points
        .iter()
        .filter(|point| value(point).is_some())
        .collect();
    points.sort_by(|one, other| {
        value(other)
            .partial_cmp(&value(one))
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    let row = |point: &&Point| {
        let cells = result.responses.iter().map(|response| {
            let write = response.write();
            response
                .at
                .get(&point.number)
                .map_or_else(String::new, |(mean, interval)| match interval {
                    Some((low, high)) => {
                        format!("{} ± {}", write(*mean), write(0.5 * (high - low)))
                    }
                    None => write(*mean),
                })
        });
        std::iter::once(point.number.to_string())
            .chain(point.values.iter().cloned())
            .chain(cells)
            .collect()
    };
    let axes = result.plan.axes.iter().map(|axis| axis.name.clone());
    let metrics = result.responses.iter().map(Response::name);
    Table {
        caption: format!(
            "{} of {} points",
            points.len().min(BEST),
            result.points.len()
        ),
        header: std::iter::once("point".to_owned())
            .chain(axes)
            .chain(metrics)
            .collect(),
        rows: points.iter().take(BEST).map(row).collect(),
    }
}

fn key(kind: &str, response: &Response, axis: &str) -> String {
    let text = format!("{kind}-{}-{}-{axis}", response.metric, response.entity);
    text.chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() {
                letter
            } else {
                '-'
            }
        })
        .collect()
}

fn curve(result: &SweepResult, response: &Response, axis: usize, is_grid: bool) -> Figure {
    let plan = &result.plan;
    let name = plan.axes.get(axis).map_or("", |axis| axis.name.as_str());
    let (places, names) = result.places(axis);
    // With a second axis each of its values has a line; otherwise points that share a place are dots.
    let other = (is_grid && plan.axes.len() == 2).then_some(1 - axis.min(1));
    let lines = match other {
        Some(other) => result
            .values(other)
            .into_iter()
            .map(|value| {
                (
                    Some((other, value)),
                    format!(
                        "{} = {value}",
                        plan.axes.get(other).map_or("", |axis| axis.name.as_str())
                    ),
                )
            })
            .collect(),
        None => vec![(None, String::new())],
    };
    let joined = is_grid && plan.axes.len() <= 2;
    let curve = |((only, name), tone): ((Option<(usize, &str)>, String), &Tone)| {
        let points = result
            .points
            .iter()
            .zip(&places)
            .filter(|(point, _)| only.is_none_or(|(other, value)| point.value(other) == value));
        let mut points: Vec<_> = points
            .filter_map(|(point, place)| {
                let outcome = *response.at.get(&point.number)?;
                Some((
                    *place,
                    outcome.0,
                    outcome.1,
                    response.tip(point, plan, outcome),
                ))
            })
            .collect();
        points.sort_by(|one, other| one.0.total_cmp(&other.0));
        Curve {
            name,
            tone: *tone,
            points,
        }
    };
    let shown = lines.len().min(CURVES);
    let note = match lines.len() > shown {
        true => format!("{shown} of {} lines; the map below has all.", lines.len()),
        false => String::new(),
    };
    Figure {
        key: key("curve", response, name),
        title: format!("{} along {name}", response.name()),
        note,
        chart: Chart::Curves(Curves {
            axis: name.to_owned(),
            unit: if response.is_share() {
                "share".to_owned()
            } else {
                response.unit.clone()
            },
            share: response.is_share(),
            names,
            curves: lines
                .into_iter()
                .take(shown)
                .zip(&TONES)
                .map(curve)
                .collect(),
            joined,
        }),
    }
}

/// The first two axes; over any others the mean.
fn heat(result: &SweepResult, response: &Response) -> Option<Figure> {
    let [first, second] = [result.plan.axes.first()?, result.plan.axes.get(1)?];
    let (columns, rows) = (result.values(0), result.values(1));
    let mut cells = Vec::new();
    for (x, column) in columns.iter().enumerate() {
        for (y, row) in rows.iter().enumerate() {
            let points = result
                .points
                .iter()
                .filter(|point| point.value(0) == *column && point.value(1) == *row);
            let means: Vec<f64> = points
                .filter_map(|point| response.at.get(&point.number))
                .map(|outcome| outcome.0)
                .collect();
            if means.is_empty() {
                continue;
            }
            let mean = means.iter().sum::<f64>() / means.len() as f64;
            let tip = format!(
                "{} = {column}, {} = {row}: {} {}",
                first.name,
                second.name,
                response.name(),
                response.write()(mean)
            );
            cells.push((x, y, mean, tip));
        }
    }
    let texts = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
    Some(Figure {
        key: key("map", response, ""),
        title: response.name(),
        note: String::new(),
        chart: Chart::Heat(Heat {
            x: (first.name.clone(), texts(&columns)),
            y: (second.name.clone(), texts(&rows)),
            cells,
            write: response.write(),
        }),
    })
}

/// Sensitivity indices where the design has them, otherwise how far the means of an axis' values lie apart.
fn tornado(result: &SweepResult, response: &Response, is_grid: bool) -> Option<Figure> {
    let own = result.effects.iter().filter(|effect| {
        effect.metric == response.metric
            && effect.entity == response.entity
            && ["total", "mu_star"].contains(&effect.index.as_str())
    });
    let indexed = own.map(|effect| {
        let error = effect.std_error.map(|error| 1.96 * error);
        let (unit, write): (_, fn(f64) -> String) = match effect.index.as_str() {
            "total" => (
                "share of variance in which the axis takes part (Sobol' total)",
                share,
            ),
            _ => (
                "mean size of the effect of the whole range (Morris mu*)",
                amount,
            ),
        };
        (
            unit,
            Whisker {
                name: effect.axis.clone(),
                mean: effect.value,
                interval: error.map(|error| (effect.value - error, effect.value + error)),
                tone: Tone::Training0,
                tip: format!("{}: {}", effect.axis, write(effect.value)),
            },
        )
    });
    let mut rows: Vec<_> = indexed.collect();
    if rows.is_empty() && is_grid {
        rows = (0..result.plan.axes.len())
            .filter_map(|axis| range(result, response, axis))
            .collect();
    }
    rows.sort_by(|one, other| other.1.mean.total_cmp(&one.1.mean));
    let unit = rows.first()?.0;
    Some(Figure {
        key: key("tornado", response, ""),
        title: format!("What moves {}", response.name()),
        note: String::new(),
        chart: Chart::Whiskers(Whiskers {
            unit: unit.to_owned(),
            rows: rows.into_iter().map(|row| row.1).collect(),
            bars: true,
        }),
    })
}

fn range(
    result: &SweepResult,
    response: &Response,
    axis: usize,
) -> Option<(&'static str, Whisker)> {
    let means = result.values(axis).into_iter().filter_map(|value| {
        let points = result
            .points
            .iter()
            .filter(|point| point.value(axis) == value);
        let outcomes: Vec<f64> = points
            .filter_map(|point| response.at.get(&point.number))
            .map(|outcome| outcome.0)
            .collect();
        (!outcomes.is_empty())
            .then(|| (outcomes.iter().sum::<f64>() / outcomes.len() as f64, value))
    });
    let means: Vec<_> = means.collect();
    let low = means
        .iter()
        .min_by(|one, other| one.0.total_cmp(&other.0))?;
    let high = means
        .iter()
        .max_by(|one, other| one.0.total_cmp(&other.0))?;
    let name = result.plan.axes.get(axis)?.name.clone();
    let write = response.write();
    Some((
        "largest less smallest mean along the axis",
        Whisker {
            tip: format!(
                "{name}: from {} at {} to {} at {}",
                write(low.0),
                low.1,
                write(high.0),
                high.1
            ),
            name,
            mean: high.0 - low.0,
            interval: None,
            tone: Tone::Training0,
        },
    ))
}

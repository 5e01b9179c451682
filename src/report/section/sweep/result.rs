//! A sweep's tables, read: its points, what each metric came to at each, and how much each axis matters.

use std::collections::BTreeMap;

use super::super::super::chart::{fine, share};
use super::super::super::rows::Rows;
use super::words::shorten;
use crate::results::read::{ReadError, ResultDirectory, SweepPlan};

/// A point with its place in the design.
#[derive(Clone, Debug)]
pub(super) struct Point {
    pub(super) number: u64,
    /// The value of each axis, as text.
    pub(super) values: Vec<String>,
    pub(super) problem: String,
}

/// A metric at a point: mean and interval.
pub(super) type Outcome = (f64, Option<(f64, f64)>);

/// A metric over the points.
#[derive(Clone, Debug)]
pub(super) struct Response {
    pub(super) metric: String,
    pub(super) entity: String,
    pub(super) unit: String,
    pub(super) at: BTreeMap<u64, Outcome>,
}

/// How much an axis matters.
#[derive(Clone, Debug)]
pub(super) struct Effect {
    pub(super) axis: String,
    pub(super) metric: String,
    pub(super) entity: String,
    pub(super) index: String,
    pub(super) value: f64,
    pub(super) std_error: Option<f64>,
}

/// A sweep, read for drawing.
#[derive(Clone, Debug)]
pub struct SweepResult {
    /// Its plan.
    pub plan: SweepPlan,
    pub(super) points: Vec<Point>,
    pub(super) responses: Vec<Response>,
    pub(super) effects: Vec<Effect>,
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
        for axis in 0..axes.len() {
            shorten(&mut points, axis);
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
    pub(super) fn places(&self, axis: usize) -> (Vec<f64>, Vec<String>) {
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
    pub(super) fn values(&self, axis: usize) -> Vec<&str> {
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
    pub(super) fn value(&self, axis: usize) -> &str {
        self.values.get(axis).map_or("", String::as_str)
    }

    /// `axis = value` of every axis.
    pub(super) fn text(&self, plan: &SweepPlan) -> String {
        let pairs = plan.axes.iter().zip(&self.values);
        pairs
            .map(|(axis, value)| format!("{} = {value}", axis.name))
            .collect::<Vec<_>>()
            .join(", ")
    }
}

impl Response {
    pub(super) fn name(&self) -> String {
        let metric = self.metric.replace('_', " ");
        if self.entity == "fleet" {
            metric
        } else {
            format!("{metric} of {}", self.entity)
        }
    }

    pub(super) fn is_share(&self) -> bool {
        self.unit == "1"
    }

    pub(super) fn write(&self) -> fn(f64) -> String {
        if self.is_share() { share } else { fine }
    }

    pub(super) fn tip(&self, point: &Point, plan: &SweepPlan, (mean, interval): Outcome) -> String {
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

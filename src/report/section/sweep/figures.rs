//! The charts of a sweep: a metric along an axis, over two axes, and how much each axis moves it.

use super::super::super::chart::{
    Chart, Curve, Curves, Figure, Heat, Tone, Whisker, Whiskers, amount, share,
};
use super::lines::Line;
use super::result::{Response, SweepResult};

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

pub(super) fn curve(
    result: &SweepResult,
    response: &Response,
    axis: usize,
    is_grid: bool,
) -> Figure {
    let plan = &result.plan;
    let name = plan.axes.get(axis).map_or("", |axis| axis.name.as_str());
    let (places, names) = result.places(axis);
    let lines = result.lines(axis);
    // Too many lines are not told apart, and no grid has any: each point is a dot then.
    let joined = is_grid && (lines.len() <= CURVES || result.varying().len() <= 2);
    let lines = if joined { lines } else { vec![Line::default()] };
    let curve = |line: &Line<'_>, tone: &Tone| {
        let points = result.points.iter().zip(&places);
        let points = points.filter(|(point, _)| line.has(point));
        let mut points: Vec<_> = points
            .filter_map(|(point, place)| {
                let (mean, interval) = *response.at.get(&point.number)?;
                let tip = response.tip(point, plan, (mean, interval));
                // No share is above one.
                let most = if response.is_share() {
                    1.0
                } else {
                    f64::INFINITY
                };
                let interval = interval.map(|(low, high)| (low, high.min(most)));
                Some((*place, mean, interval, tip))
            })
            .collect();
        points.sort_by(|one, other| one.0.total_cmp(&other.0));
        Curve {
            name: line.name(plan),
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
                .iter()
                .zip(&TONES)
                .map(|(line, tone)| curve(line, tone))
                .collect(),
            joined,
        }),
    }
}

/// The first two axes that vary; over any others the mean.
pub(super) fn heat(result: &SweepResult, response: &Response) -> Option<Figure> {
    let varying = result.varying();
    let (across, up) = (*varying.first()?, *varying.get(1)?);
    let [first, second] = [result.plan.axes.get(across)?, result.plan.axes.get(up)?];
    let (columns, rows) = (result.values(across), result.values(up));
    let mut cells = Vec::new();
    for (x, column) in columns.iter().enumerate() {
        for (y, row) in rows.iter().enumerate() {
            let points = result
                .points
                .iter()
                .filter(|point| point.value(across) == *column && point.value(up) == *row);
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
pub(super) fn tornado(result: &SweepResult, response: &Response, is_grid: bool) -> Option<Figure> {
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
        rows = result
            .varying()
            .into_iter()
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
    let (unit, factor) = match response.is_share() {
        true => (
            "largest less smallest mean along the axis, points of a percent",
            100.0,
        ),
        false => ("largest less smallest mean along the axis", 1.0),
    };
    Some((
        unit,
        Whisker {
            tip: format!(
                "{name}: from {} at {} to {} at {}",
                write(low.0),
                low.1,
                write(high.0),
                high.1
            ),
            name,
            mean: factor * (high.0 - low.0),
            interval: None,
            tone: Tone::Training0,
        },
    ))
}

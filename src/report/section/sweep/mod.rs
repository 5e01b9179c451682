//! A sweep: how metrics answer to the axes, and which axis moves them most.

mod figures;
mod lines;
mod result;
mod words;

use super::super::chart::measured;
use super::{Answer, Block, Section, Table};
use figures::{curve, heat, tornado};
pub use result::SweepResult;
use result::{Point, Response};

/// Points of the best list.
const BEST: usize = 12;

/// The sections of a sweep's page.
#[must_use]
pub fn sweep(result: &SweepResult) -> Vec<Section> {
    let mut curves = Vec::new();
    let mut maps = Vec::new();
    let mut tornados = Vec::new();
    let is_grid = result.plan.design == "grid";
    let varying = result.varying();
    for response in &result.responses {
        for axis in varying.iter().copied() {
            curves.push(Block::Figure(curve(result, response, axis, is_grid)));
        }
        if is_grid && varying.len() >= 2 {
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
                    Some((low, high)) => measured(*mean, 0.5 * (high - low), response.is_share()),
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

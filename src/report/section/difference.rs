//! What differs between results that share their draws: the mean of the paired differences with its interval.

use super::super::chart::{Chart, Figure, Tone, Whisker, Whiskers, amount, share};
use super::{Answer, Block, Section, Table};
use crate::results::tables::{ComparisonRow, Mark};

/// How a result differs from the first of the page.
pub type Differences = Vec<ComparisonRow>;

/// Metrics that have a chart of their own; all others are in the table.
const DRAWN: [&str; 4] = ["net_value", "cost", "utilization", "slo_attainment"];

/// The section: of each result after the first its differences from that one; none without any.
#[must_use]
pub fn difference(titles: &[String], differences: &[Differences]) -> Option<Section> {
    let first = titles.first()?;
    let answer = |((title, rows), number): ((&String, &Differences), usize)| {
        let drawn = DRAWN
            .iter()
            .filter_map(|metric| figure(number, metric, rows));
        let mut blocks: Vec<_> = drawn.map(Block::Figure).collect();
        blocks.push(Block::Table(table(first, title, rows)));
        Answer {
            of: format!("{title} less {first}"),
            blocks,
        }
    };
    let answers: Vec<_> = titles
        .iter()
        .skip(1)
        .zip(differences)
        .zip(0..)
        .map(answer)
        .collect();
    (!answers.is_empty()).then_some(Section {
        key: "difference",
        title: "What differs",
        lead: "Results of the same seed met the same luck and are paired replication by replication, so the interval is \
               that of the difference. Green is better, orange worse, grey not distinguishable from no difference.",
        answers,
    })
}

fn figure(number: usize, metric: &str, rows: &[ComparisonRow]) -> Option<Figure> {
    let rows: Vec<_> = rows
        .iter()
        .filter(|row| row.series.metric == metric && row.difference.is_some())
        .collect();
    let unit = &rows.first()?.series.unit;
    // Shares differ by points of a percent.
    let factor = if unit == "1" { 100.0 } else { 1.0 };
    let name = metric.replace('_', " ");
    let whisker = |row: &&ComparisonRow| {
        let entity = row.series.entity.as_str();
        Some(Whisker {
            name: if entity == "fleet" {
                name.clone()
            } else {
                entity.to_owned()
            },
            mean: factor * row.difference?,
            interval: row.ci95.map(|(low, high)| (factor * low, factor * high)),
            tone: tone(row.mark),
            tip: format!("{name} of {entity}: {}, {}", text(row), row.mark.word()),
        })
    };
    Some(Figure {
        key: format!("difference-{number}-{}", metric.replace('_', "-")),
        title: format!("Difference in {name}"),
        note: String::new(),
        chart: Chart::Whiskers(Whiskers {
            unit: if unit == "1" {
                "points of a percent".to_owned()
            } else {
                unit.clone()
            },
            rows: rows.iter().filter_map(whisker).collect(),
            bars: false,
        }),
    })
}

fn table(first: &str, second: &str, rows: &[ComparisonRow]) -> Table {
    let differ: Vec<_> = rows
        .iter()
        .filter(|row| row.mark != Mark::Same && row.difference.is_some())
        .collect();
    let line = |row: &&ComparisonRow| {
        let mean = |mean: Option<f64>| mean.map_or_else(String::new, writer(row));
        vec![
            format!("{} · {}", row.series.metric, row.series.entity),
            mean(row.mean_a),
            mean(row.mean_b),
            text(row),
            row.mark.word().to_owned(),
        ]
    };
    let header = [
        "metric · entity",
        first,
        second,
        "difference (95% interval)",
        "verdict",
    ];
    Table {
        caption: format!(
            "{second} less {first}: the {} of {} metrics that differ at all",
            differ.len(),
            rows.len()
        ),
        header: header.map(str::to_owned).to_vec(),
        rows: differ.iter().map(line).collect(),
    }
}

fn writer(row: &ComparisonRow) -> fn(f64) -> String {
    if row.series.unit == "1" {
        share
    } else {
        amount
    }
}

/// `+1.2M (0.8M to 1.6M)`.
fn text(row: &ComparisonRow) -> String {
    let write = |value: f64| {
        let sign = if value > 0.0 { "+" } else { "" };
        format!("{sign}{}", writer(row)(value))
    };
    let difference = row.difference.map_or_else(String::new, write);
    match row.ci95 {
        Some((low, high)) => format!("{difference} ({} to {})", write(low), write(high)),
        None => format!("{difference} (no interval)"),
    }
}

fn tone(mark: Mark) -> Tone {
    match mark {
        Mark::Better => Tone::Ranking0,
        Mark::Worse => Tone::Inference1,
        Mark::Changed => Tone::Training0,
        Mark::NoEvidence | Mark::Same => Tone::Maintenance,
    }
}

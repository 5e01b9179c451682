//! Capacity by use as charts of one line each: what the summary's means hide, in 80 columns and without colour.

use std::collections::BTreeMap;

use flexcap::results::tables::BandRow;
use flexcap::scenario::{Kind, Scenario};

use super::show::amount;

/// Blocks from an eighth of a line up.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Letters of a chart.
const WIDTH: usize = 40;
const HOURS_A_DAY: f64 = 24.0;
/// Fewer days make no chart.
const DAYS_MIN: usize = 2;

/// A line for each kind of work, for idle and for failed accelerators; empty for a run of a day.
pub fn capacity(scenario: &Scenario, bands: &[BandRow]) -> String {
    let mut days: BTreeMap<_, [f64; 5]> = BTreeMap::new();
    for row in bands {
        let place = match row.series.metric.name {
            "allocated_accelerator_hours" => kind(scenario, &row.series.entity),
            "idle_accelerator_hours" if row.series.entity == "fleet" => Some(3),
            "failed_accelerator_hours" if row.series.entity == "fleet" => Some(4),
            _ => None,
        };
        let day = days.entry(row.day).or_default();
        if let Some(sum) = place.and_then(|place| day.get_mut(place)) {
            *sum += row.mean / HOURS_A_DAY;
        }
    }
    if days.len() < DAYS_MIN {
        return String::new();
    }
    let mut text = format!(
        "{:<52}{}\n",
        "accelerators, day by day",
        columns(["lowest", "mean", "highest"])
    );
    let mut text_of = |name: &str, place: usize| {
        let values: Vec<f64> = days
            .values()
            .filter_map(|day| day.get(place).copied())
            .collect();
        text.push_str(&line(name, &values));
    };
    for (kind, place) in Kind::ALL.into_iter().zip(0..) {
        text_of(kind.word(), place);
    }
    text_of("idle", 3);
    text_of("failed", 4);
    text
}

fn kind(scenario: &Scenario, entity: &str) -> Option<usize> {
    let (_, kind) = scenario.workloads().find(|(name, _)| *name == entity)?;
    Kind::ALL.into_iter().position(|one| one == kind)
}

/// Name, chart, and the lowest, mean and highest value. A letter that covers several days shows their mean.
fn line(name: &str, values: &[f64]) -> String {
    let width = WIDTH.min(values.len());
    let high = values.iter().copied().fold(0.0, f64::max);
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let letter = |place: usize| {
        let (from, to) = (
            place * values.len() / width,
            (place + 1) * values.len() / width,
        );
        let share = mean(values.get(from..to).unwrap_or_default()) / high.max(f64::MIN_POSITIVE);
        let block = (share * BLOCKS.len() as f64).ceil() as usize;
        // Nothing at all is a blank.
        block
            .checked_sub(1)
            .and_then(|block| BLOCKS.get(block.min(BLOCKS.len() - 1)).copied())
            .unwrap_or(' ')
    };
    let chart: String = (0..width).map(letter).collect();
    let padding = " ".repeat(WIDTH - width);
    let numbers = [low, mean(values), high].map(amount);
    format!("{name:<10}  {chart}{padding}{}\n", columns(numbers))
}

fn columns(texts: [impl std::fmt::Display; 3]) -> String {
    texts.map(|text| format!("  {text:>7}")).concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_shows_shape_and_size() {
        assert_eq!(
            line("idle", &[0.0, 50.0, 100.0, 400.0]),
            format!(
                "idle         ▁▂█{}        0   137.50      400\n",
                " ".repeat(36)
            )
        );
        let year: Vec<f64> = (0..365).map(|day| f64::from(day) * 1e3).collect();
        let long = line("training", &year);
        assert!(long.chars().count() <= 80, "{long}");
        assert!(long.contains('█') && long.contains('▁'));
        // A value that never changes, zero included, is no division by zero.
        assert!(line("idle", &[0.0, 0.0]).contains("     0"));
    }
}

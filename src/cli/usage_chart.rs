//! Who had the capacity, day by day, as a line of blocks for every use: it follows the summary that `run` ends
//! with. Every block is a mean over its days and over the replications, on a scale from nothing to the line's own most.

use std::fmt::Write as _;

use flexcap::kernel::Instant;
use flexcap::results::tables::BandRow;
use flexcap::scenario::{Kind, Scenario};

/// Characters of a line of blocks, so that the whole line keeps within 80 columns.
const WIDTH: usize = 52;

/// From nothing to the most.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The chart, after an empty line; nothing where fewer than two days were simulated.
pub fn render(scenario: &Scenario, bands: &[BandRow]) -> String {
    let days = by_day(scenario, bands);
    if days.len() < 2 {
        return String::new();
    }
    let mut text = format!(
        "\nwho held the fleet over {} days, and the least and most of it in a day\n",
        days.len()
    );
    for (index, name) in USES.iter().enumerate() {
        let shares: Vec<f64> = days.iter().map(|day| day.share(index)).collect();
        let low = shares.iter().copied().fold(f64::INFINITY, f64::min);
        let high = shares.iter().copied().fold(0.0, f64::max);
        if high > 0.0 {
            let (low, high) = (100.0 * low, 100.0 * high);
            let _ = writeln!(
                text,
                "{name:<11}{}  {low:.1} to {high:.1}%",
                blocks(&shares)
            );
        }
    }
    text
}

/// In the order in which they are drawn; the first three are the kinds of workloads.
const USES: [&str; 6] = [
    "training",
    "inference",
    "ranking",
    "converting",
    "idle",
    "failed",
];

struct Day {
    start: Instant,
    /// Accelerator-hours.
    installed: f64,
    of_use: [f64; USES.len()],
}

impl Day {
    fn share(&self, index: usize) -> f64 {
        let hours = self.of_use.get(index).copied().unwrap_or(0.0);
        if self.installed > 0.0 {
            hours / self.installed
        } else {
            0.0
        }
    }
}

/// The bands come day by day.
fn by_day(scenario: &Scenario, bands: &[BandRow]) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for row in bands {
        if days.last().is_none_or(|day| day.start != row.day) {
            days.push(Day {
                start: row.day,
                installed: 0.0,
                of_use: [0.0; USES.len()],
            });
        }
        let Some(day) = days.last_mut() else {
            continue;
        };
        let entity = row.series.entity.as_str();
        let of_use = match (row.series.metric.name, entity) {
            ("installed_accelerator_hours", "fleet") => Some(&mut day.installed),
            ("allocated_accelerator_hours", workload) => {
                let found = scenario.workloads().find(|(name, _)| *name == workload);
                found.and_then(|(_, kind)| day.of_use.get_mut(use_of(kind)))
            }
            ("converting_accelerator_hours", "fleet") => day.of_use.get_mut(3),
            ("idle_accelerator_hours", "fleet") => day.of_use.get_mut(4),
            ("failed_accelerator_hours", "fleet") => day.of_use.get_mut(5),
            _ => None,
        };
        if let Some(hours) = of_use {
            *hours += row.mean;
        }
    }
    days
}

fn use_of(kind: Kind) -> usize {
    match kind {
        Kind::Training => 0,
        Kind::Inference => 1,
        Kind::Ranking => 2,
    }
}

/// As many blocks as there are values, or [`WIDTH`] means of neighbours where there are more.
fn blocks(values: &[f64]) -> String {
    let width = values.len().min(WIDTH);
    let means: Vec<f64> = (0..width)
        .map(|index| {
            let of_block =
                &values[index * values.len() / width..(index + 1) * values.len() / width];
            of_block.iter().sum::<f64>() / of_block.len() as f64
        })
        .collect();
    let most = means.iter().copied().fold(0.0, f64::max);
    let block = |mean: &f64| {
        let level = if most > 0.0 { mean / most } else { 0.0 };
        let index = (level * BLOCKS.len() as f64) as usize;
        BLOCKS[index.min(BLOCKS.len() - 1)]
    };
    means.iter().map(block).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_rise_with_their_values() {
        assert_eq!(blocks(&[0.0, 0.5, 1.0]), "▁▅█");
        assert_eq!(blocks(&[0.0, 0.0]), "▁▁");
    }

    #[test]
    fn many_days_share_blocks_and_none_is_left_out() {
        let mut values = vec![0.0; 1000];
        assert_eq!(blocks(&values).chars().count(), WIDTH);
        values[999] = 1.0;
        assert!(blocks(&values).ends_with('█'));
    }
}

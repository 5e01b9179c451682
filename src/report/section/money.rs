//! Money by quarter and category, as `costs.csv` books it.

use std::collections::{BTreeMap, BTreeSet};

use super::super::chart::{Chart, Column, Columns, Figure, Tone, amount};
use super::super::run::Run;
use super::{Block, Page, Table};

/// What is drawn: category, colour, and whether it is earned (up) or spent (down).
const FLOWS: &[(&str, Tone, f64)] = &[
    ("value", Tone::Ranking0, 1.0),
    ("penalties", Tone::Inference1, -1.0),
    ("conversion", Tone::Changing, -1.0),
    ("energy", Tone::Inference0, -1.0),
];
const OWNING: &[(&str, Tone, f64)] = &[
    ("depreciation", Tone::Training0, 1.0),
    ("energy", Tone::Inference0, 1.0),
    ("conversion", Tone::Changing, 1.0),
    ("rent", Tone::Training1, 1.0),
    ("maintenance", Tone::Maintenance, 1.0),
];
const CAPEX: &[(&str, Tone, f64)] = &[("capex", Tone::Training2, 1.0)];

/// Mean amount of a quarter and category.
type Sums<'a> = BTreeMap<(&'a str, &'a str), Sum>;

#[derive(Clone, Debug, Default)]
struct Sum {
    /// By replication.
    amounts: Vec<f64>,
}

pub fn ask<'a>(run: &'a Run, page: &mut Page<'_, 'a>) -> Vec<Block> {
    let mut sums = Sums::new();
    for ((quarter, _, category), amounts) in &run.outcomes.costs {
        let sum = sums.entry((quarter, category)).or_default();
        sum.amounts
            .resize(sum.amounts.len().max(amounts.len()), 0.0);
        for (sum, amount) in sum.amounts.iter_mut().zip(amounts) {
            *sum += amount;
        }
    }
    let quarters: BTreeSet<&str> = sums.keys().map(|key| key.0).collect();
    let mut blocks = Vec::new();
    for (name, title, flows) in [
        ("earned", "Earned and spent by allocation", FLOWS),
        ("owning", "Cost of owning and running", OWNING),
        ("capex", "Payments on orders", CAPEX),
    ] {
        let present: Vec<_> = flows
            .iter()
            .filter(|flow| {
                sums.iter()
                    .any(|(key, sum)| key.1 == flow.0 && sum.mean() != 0.0)
            })
            .collect();
        if present.is_empty() {
            continue;
        }
        let column = |quarter: &&str| Column {
            name: (*quarter).to_owned(),
            parts: present
                .iter()
                .filter_map(|(category, tone, sign)| {
                    let sum = sums.get(&(*quarter, *category))?;
                    let tip = format!("{quarter} {category}: {} {}", sum.text(), run.currency());
                    Some((*tone, sign * sum.mean(), tip))
                })
                .collect(),
        };
        blocks.push(Block::Figure(Figure {
            key: page.key(name),
            title: title.to_owned(),
            note: String::new(),
            chart: Chart::Columns(Columns {
                unit: run.currency().to_owned(),
                columns: quarters.iter().map(column).collect(),
                legend: present
                    .iter()
                    .map(|(category, tone, _)| (*tone, (*category).to_owned()))
                    .collect(),
            }),
        }));
    }
    blocks.push(Block::Table(table(run, &sums, &quarters)));
    blocks
}

fn table(run: &Run, sums: &Sums<'_>, quarters: &BTreeSet<&str>) -> Table {
    let categories: BTreeSet<&str> = sums.keys().map(|key| key.1).collect();
    let row = |category: &&str| {
        let cells = quarters.iter().map(|quarter| {
            let sum = sums.get(&(*quarter, *category));
            sum.map_or_else(String::new, Sum::text)
        });
        std::iter::once((*category).to_owned())
            .chain(cells)
            .collect()
    };
    Table {
        caption: format!(
            "{}, means over replications with their smallest and largest",
            run.currency()
        ),
        header: std::iter::once("category")
            .chain(quarters.iter().copied())
            .map(str::to_owned)
            .collect(),
        rows: categories.iter().map(row).collect(),
    }
}

impl Sum {
    fn mean(&self) -> f64 {
        self.amounts.iter().sum::<f64>() / self.amounts.len().max(1) as f64
    }

    fn text(&self) -> String {
        let low = self.amounts.iter().copied().fold(f64::INFINITY, f64::min);
        let high = self
            .amounts
            .iter()
            .copied()
            .fold(f64::NEG_INFINITY, f64::max);
        match high > low {
            true => format!(
                "{} ({} to {})",
                amount(self.mean()),
                amount(low),
                amount(high)
            ),
            false => amount(self.mean()),
        }
    }
}

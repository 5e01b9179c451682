//! The sections of a page: each asks its question of one result and answers with figures and tables. With several
//! results a section's answers stand side by side.

mod capacity;
mod cards;
mod difference;
mod energy;
mod growth;
mod money;
mod moves;
mod services;
mod spread;
mod sweep;
mod training;

use std::collections::BTreeMap;

pub use cards::{Card, cards};
pub use difference::{Differences, difference};
pub use sweep::{SweepResult, sweep};

use super::chart::{Atlas, Figure, Layer, RowOf, Shape, Tone};
use super::detail::{Detail, Of};
use super::plan::Kind;
use super::run::Run;

/// A part of the page.
#[derive(Clone, Debug)]
pub struct Section {
    /// Its name in links.
    pub key: &'static str,
    /// What it answers.
    pub title: &'static str,
    /// How to read it.
    pub lead: &'static str,
    /// Answers, one for each result.
    pub answers: Vec<Answer>,
}

/// What a section shows of one result.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// Whose it is; empty on a page of one result.
    pub of: String,
    /// Charts and tables, from the top down.
    pub blocks: Vec<Block>,
}

/// A chart or a table.
#[derive(Clone, Debug)]
pub enum Block {
    /// A chart.
    Figure(Figure),
    /// A heading above what follows.
    Heading(String),
    /// A table.
    Table(Table),
    /// A sentence, where there is nothing to draw.
    Words(String),
}

/// A table of texts.
#[derive(Clone, Debug)]
pub struct Table {
    /// What it holds.
    pub caption: String,
    /// Its columns; all but the first are set right.
    pub header: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
}

/// One section's question to a result.
type Ask = for<'a> fn(&'a Run, &mut Page<'_, 'a>) -> Vec<Block>;

const SECTIONS: &[(&str, &str, &str, Ask)] = &[
    (
        "capacity",
        "Who has the capacity",
        "Accelerators of each pool by use: workloads first, then those that change hands, and on top what nobody can \
         use. The height is what is installed.",
        capacity::ask,
    ),
    (
        "services",
        "Demand, served and promised",
        "What was asked of each service, what it served, what the policy expected, and whether the promise was kept.",
        services::ask,
    ),
    (
        "training",
        "Training campaigns",
        "From submission to end: waiting for a gang, running, and interrupted; in dark what of its work was lost.",
        training::ask,
    ),
    (
        "moves",
        "Moves",
        "Accelerators that changed hands: when, from whom, to whom, why, and what it brought.",
        moves::ask,
    ),
    (
        "growth",
        "Deliveries against demand",
        "Installed capacity and demand, both as multiples of their first week, so that one sees which grows first.",
        growth::ask,
    ),
    (
        "money",
        "Money by quarter",
        "Means over all replications, as costs.csv books them.",
        money::ask,
    ),
    (
        "energy",
        "Energy",
        "Power drawn from the grid, cooling and losses included.",
        energy::ask,
    ),
    (
        "spread",
        "How far replications spread",
        "Each dot is a replication. A mean alone would hide what a bad draw does.",
        spread::ask,
    ),
];

/// What the sections of a page share.
#[derive(Debug)]
pub struct Page<'p, 'a> {
    /// The series that charts point to.
    pub atlas: &'p mut Atlas<'a>,
    /// What keeps the figures of several results apart: empty, or `a-`, `b-`.
    pub prefix: String,
}

/// All sections of some results.
#[must_use]
pub fn sections<'a>(runs: &'a [Run], atlas: &mut Atlas<'a>) -> Vec<Section> {
    let ask = |&(key, title, lead, ask): &(&'static str, &'static str, &'static str, Ask)| {
        let answer = |(run, number): (&'a Run, u8)| Answer {
            of: if runs.len() > 1 {
                run.title.clone()
            } else {
                String::new()
            },
            blocks: ask(
                run,
                &mut Page {
                    atlas,
                    prefix: if runs.len() > 1 {
                        format!("{}-", char::from(b'a' + number))
                    } else {
                        String::new()
                    },
                },
            ),
        };
        let answers: Vec<_> = runs.iter().zip(0..).map(answer).collect();
        Section {
            key,
            title,
            lead,
            answers,
        }
    };
    let all = SECTIONS.iter().map(ask);
    all.filter(|section| {
        section
            .answers
            .iter()
            .any(|answer| !answer.blocks.is_empty())
    })
    .collect()
}

impl<'a> Page<'_, 'a> {
    /// A layer of a detail's series; none if there is none such.
    fn layer(
        &mut self,
        detail: &'a Detail,
        of: Of<'_>,
        name: &str,
        tone: Tone,
        shape: Shape,
    ) -> Option<Layer> {
        let (grid, series) = detail.series(of)?;
        let series = self.atlas.add(grid, series);
        Some(Layer {
            name: name.to_owned(),
            tone,
            shape,
            series,
            span: None,
            factor: 1.0,
            row: self.row(detail, of),
        })
    }

    /// The CSV's rows that a series is a column of.
    fn row(&mut self, detail: &'a Detail, of: Of<'_>) -> Option<usize> {
        let (sheet, keys): (_, Vec<&str>) = match of {
            Of::Allocation(pool, workload, _) => (&detail.allocation, vec![pool, workload]),
            Of::Fleet(pool, _) => (&detail.fleet, vec![pool]),
            Of::Service(service, _) | Of::Served(service) | Of::ForecastError(service) => {
                (detail.services.as_ref()?, vec![service])
            }
            _ => return None,
        };
        let entity = sheet.entities.get(sheet.find(&keys)?)?;
        let mut columns = Vec::new();
        for (name, series) in sheet.values.iter().zip(&entity.columns) {
            columns.push((*name, self.atlas.add(&sheet.grid, series)));
        }
        let keys = sheet
            .keys
            .iter()
            .copied()
            .zip(keys.into_iter().map(str::to_owned));
        let key = std::iter::once(("replication", detail.replication.to_string())).chain(keys);
        Some(self.atlas.row(RowOf {
            file: format!("{}.csv", sheet.table),
            key: key.collect(),
            columns,
        }))
    }

    fn key(&self, name: &str) -> String {
        let plain: String = name
            .chars()
            .map(|letter| {
                if letter.is_ascii_alphanumeric() {
                    letter.to_ascii_lowercase()
                } else {
                    '-'
                }
            })
            .collect();
        format!("{}{plain}", self.prefix)
    }
}

/// Each workload's colour: its kind's hue in a lightness of its own.
fn tones(run: &Run) -> BTreeMap<&str, Tone> {
    const OF: [[Tone; 4]; 3] = [
        [
            Tone::Training0,
            Tone::Training1,
            Tone::Training2,
            Tone::Training3,
        ],
        [
            Tone::Inference0,
            Tone::Inference1,
            Tone::Inference2,
            Tone::Inference3,
        ],
        [
            Tone::Ranking0,
            Tone::Ranking1,
            Tone::Ranking2,
            Tone::Ranking3,
        ],
    ];
    let mut used = [0_usize; 3];
    let mut tones = BTreeMap::new();
    for (name, kind) in &run.plan.workloads {
        let kind = match kind {
            Kind::Training => 0,
            Kind::Inference => 1,
            Kind::Ranking => 2,
        };
        if let (Some(hues), Some(used)) = (OF.get(kind), used.get_mut(kind)) {
            let tone = hues.get(*used % hues.len()).copied();
            tones.insert(name.as_str(), tone.unwrap_or(Tone::Muted));
            *used += 1;
        }
    }
    tones
}

//! Accelerators that changed hands: when, from whom, to whom, why, and what it brought.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::super::chart::{Chart, Figure, Item, Lane, Lanes, Tone, amount, date};
use super::super::happenings::{MOVES_SHOWN, Move};
use super::super::run::Run;
use super::{Block, Page, Table};

/// Lanes of the largest flows.
const LANES: usize = 14;
/// Rows of the table of single moves.
const ROWS: usize = 25;

const REASONS: [(&str, Tone); 4] = [
    ("decision", Tone::Training0),
    ("delivery", Tone::Ranking0),
    ("outage", Tone::Inference1),
    ("maintenance", Tone::Maintenance),
];

pub fn ask<'a>(run: &'a Run, page: &mut Page<'_, 'a>) -> Vec<Block> {
    let Some(detail) = &run.detail else {
        return Vec::new();
    };
    let happened = &run.happenings;
    if happened.moves.is_empty() {
        return vec![Block::Words(
            "No accelerators changed hands in this replication.".to_owned(),
        )];
    }
    let mut flows: Vec<_> = happened.flows.iter().collect();
    flows.sort_by_key(|((from, to), flow)| (Reverse(flow.accelerators), from, to));
    let mut lanes: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for ((from, to), _) in flows.iter().take(LANES) {
        lanes.insert((from, to), lanes.len());
    }
    let most = happened
        .moves
        .iter()
        .map(|one| one.accelerators)
        .max()
        .unwrap_or(1)
        .max(1);
    let name = |((from, to), _): &(&(String, String), _)| Lane {
        name: format!("{from} → {to}"),
        note: String::new(),
        items: Vec::new(),
    };
    let mut drawn: Vec<Lane> = flows.iter().take(LANES).map(name).collect();
    for one in &happened.moves {
        let lane = lanes.get(&(one.from.as_str(), one.to.as_str()));
        if let Some(lane) = lane.and_then(|lane| drawn.get_mut(*lane)) {
            lane.items.push(dot(one, most, run.currency()));
        }
    }
    let total: u64 = happened.reasons.values().sum();
    let mut note = String::new();
    if total > MOVES_SHOWN as u64 {
        note = format!(
            "The {MOVES_SHOWN} largest of {total} moves are drawn; the table below adds up all. "
        );
    }
    if flows.len() > LANES {
        note += &format!("The {LANES} largest of {} flows have a lane.", flows.len());
    }
    let legend = REASONS
        .iter()
        .filter(|(reason, _)| happened.reasons.contains_key(*reason));
    let figure = Figure {
        key: page.key("moves"),
        title: "Moves by giver and taker".to_owned(),
        note,
        chart: Chart::Lanes(Lanes {
            from: detail.allocation.grid.start,
            to: detail.allocation.grid.end(),
            lanes: drawn,
            legend: legend
                .map(|(reason, tone)| (*tone, (*reason).to_owned()))
                .collect(),
        }),
    };
    let flow_rows = flows.iter().take(40).map(|((from, to), flow)| {
        vec![
            format!("{from} → {to}"),
            flow.moves.to_string(),
            amount(flow.accelerators as f64),
            amount(flow.cost),
            flow.realised.map_or_else(String::new, amount),
        ]
    });
    let currency = run.currency();
    let flow_table = Table {
        caption: format!("All moves of this replication by giver and taker; money in {currency}"),
        header: [
            "from → to",
            "moves",
            "accelerators",
            "cost",
            "realised gain",
        ]
        .map(str::to_owned)
        .to_vec(),
        rows: flow_rows.collect(),
    };
    vec![
        Block::Figure(figure),
        Block::Table(flow_table),
        Block::Table(largest(happened.moves.iter().collect(), currency)),
    ]
}

fn dot(one: &Move, most: u64, currency: &str) -> Item {
    let found = REASONS.iter().find(|(reason, _)| *reason == one.reason);
    let gain = |gain: Option<f64>, what: &str| {
        gain.map_or_else(String::new, |gain| {
            format!("; {what} {} {currency}", amount(gain))
        })
    };
    Item {
        from: one.time,
        to: one.time,
        size: one.accelerators as f64 / most as f64,
        tone: found.map_or(Tone::Muted, |(_, tone)| *tone),
        tip: format!(
            "{}, pool {}: {} accelerators from {} to {}, {}{}{}; cost {} {currency}",
            date(one.time),
            one.pool,
            one.accelerators,
            one.from,
            one.to,
            one.reason,
            gain(one.expected, "expected an hour"),
            gain(one.realised, "realised"),
            amount(one.cost)
        ),
    }
}

fn largest(mut moves: Vec<&Move>, currency: &str) -> Table {
    moves.sort_by_key(|one| (Reverse(one.accelerators), one.id));
    let row = |one: &&Move| {
        let gain = |gain: Option<f64>| gain.map_or_else(String::new, amount);
        vec![
            date(one.time),
            one.pool.clone(),
            one.from.clone(),
            one.to.clone(),
            one.accelerators.to_string(),
            one.reason.clone(),
            gain(one.expected),
            amount(one.cost),
            gain(one.realised),
        ]
    };
    let header = [
        "time (UTC)",
        "pool",
        "from",
        "to",
        "accelerators",
        "why",
        "expected gain/h",
        "cost",
        "realised gain",
    ];
    Table {
        caption: format!("The largest moves; money in {currency}"),
        header: header.map(str::to_owned).to_vec(),
        rows: moves.iter().take(ROWS).map(row).collect(),
    }
}

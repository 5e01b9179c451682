//! Campaigns from submission to end: when they waited, ran and were interrupted, and what was lost.

use super::super::chart::{Chart, Figure, Item, Lane, Lanes, Tone, amount, date, share};
use super::super::detail::{Detail, Of};
use super::super::happenings::Campaign;
use super::super::run::Run;
use super::{Block, Page, Table, tones};

/// Below this share of its gang a campaign does not run.
const RUNS: f64 = 0.02;

pub fn ask<'a>(run: &'a Run, page: &mut Page<'_, 'a>) -> Vec<Block> {
    let Some(detail) = &run.detail else {
        return Vec::new();
    };
    let (from, to) = (detail.allocation.grid.start, detail.allocation.grid.end());
    let tones = tones(run);
    let tone = |workload: &str| tones.get(workload).copied().unwrap_or(Tone::Training0);
    let campaigns = &run.happenings.campaigns;
    let mut lanes: Vec<_> = campaigns
        .iter()
        .map(|one| campaign(one, detail, tone(&one.workload)))
        .collect();
    for (workload, stream) in &run.happenings.streams {
        let jobs: u64 = stream.outcomes.values().sum();
        lanes.push(Lane {
            name: workload.clone(),
            note: format!("{jobs} jobs"),
            items: busy(detail, workload, tone(workload)),
        });
    }
    if lanes.is_empty() {
        return Vec::new();
    }
    let legend = [
        (Tone::Idle, "waiting"),
        (
            Tone::Training0,
            "running (height: share of its gang, or of a stream's most)",
        ),
        (Tone::Promise, "interrupted"),
    ];
    let figure = Figure {
        key: page.key("campaigns"),
        title: "Campaigns".to_owned(),
        note: String::new(),
        chart: Chart::Lanes(Lanes {
            from: lanes
                .iter()
                .flat_map(|lane| &lane.items)
                .map(|item| item.from)
                .min()
                .unwrap_or(from)
                .clamp(from - (to - from) / 4, from),
            to,
            lanes,
            legend: legend.map(|(tone, name)| (tone, name.to_owned())).to_vec(),
        }),
    };
    vec![Block::Figure(figure), Block::Table(table(run))]
}

fn campaign(one: &Campaign, detail: &Detail, tone: Tone) -> Lane {
    let end_of_run = detail.allocation.grid.end();
    let until = one.end.unwrap_or(end_of_run);
    let mut items = Vec::new();
    let waited_until = one.start.unwrap_or(until);
    if waited_until > one.submit && one.outcome != "not_submitted" {
        items.push(Item {
            from: one.submit,
            to: waited_until,
            size: 0.45,
            tone: Tone::Idle,
            tip: format!(
                "{}: waiting from {} to {}",
                one.workload,
                date(one.submit),
                date(waited_until)
            ),
        });
    }
    if let (Some(start), Some((grid, series))) = (one.start, detail.series(Of::Held(&one.workload)))
    {
        // Rows of the same state join into one bar.
        for slot in 0..grid.slots() {
            let (from, to) = (
                grid.time(slot).max(start),
                (grid.time(slot) + grid.seconds()).min(until),
            );
            if from >= to {
                continue;
            }
            let held = series
                .at(slot as usize)
                .map_or(0.0, |[_, mean, _]| f64::from(mean));
            let size = (held / one.gang.max(1) as f64).min(1.0);
            let (size, tone, what) = match size >= RUNS {
                true => (0.2 + 0.8 * (size * 8.0).round() / 8.0, tone, "running"),
                false => (0.45, Tone::Promise, "interrupted"),
            };
            match items.last_mut() {
                Some(last) if last.to == from && last.tone == tone && last.size == size => {
                    last.to = to;
                    last.tip = told(one, what, last.from, to);
                }
                _ => items.push(Item {
                    from,
                    to,
                    size,
                    tone,
                    tip: told(one, what, from, to),
                }),
            }
        }
    }
    Lane {
        name: one.workload.clone(),
        note: one.outcome.clone(),
        items,
    }
}

fn told(one: &Campaign, what: &str, from: i64, to: i64) -> String {
    format!(
        "{}: {what} from {} to {}; {} interruptions in all, {} accelerator-hours lost",
        one.workload,
        date(from),
        date(to),
        one.interruptions,
        amount(one.hours[1])
    )
}

/// How busy a stream keeps its accelerators.
fn busy(detail: &Detail, workload: &str, tone: Tone) -> Vec<Item> {
    let Some((grid, series)) = detail.series(Of::Busy(workload)) else {
        return Vec::new();
    };
    let slots = grid.slots() as usize;
    let Some([_, _, most]) = series.over(0, slots).filter(|span| span[2] > 0.0) else {
        return Vec::new();
    };
    let per_item = slots.div_ceil(120).max(1);
    let item = |slot: usize| {
        let [low, mean, high] = series.over(slot, slot + per_item)?;
        let from = grid.time(slot as u32);
        Some(Item {
            from,
            to: (from + grid.seconds() * per_item as i64).min(grid.end()),
            size: f64::from(mean / most),
            tone,
            tip: format!(
                "{workload} from {}: {} accelerators busy ({} to {})",
                date(from),
                amount(f64::from(mean)),
                amount(f64::from(low)),
                amount(f64::from(high))
            ),
        })
    };
    (0..slots).step_by(per_item).filter_map(item).collect()
}

fn table(run: &Run) -> Table {
    let hours = |[useful, lost, overhead]: [f64; 3]| {
        let all = useful + lost + overhead;
        let goodput = if all > 0.0 {
            share(useful / all)
        } else {
            String::new()
        };
        [amount(useful), amount(lost), amount(overhead), goodput]
    };
    let mut rows: Vec<Vec<String>> = Vec::new();
    for one in &run.happenings.campaigns {
        let time = |time: Option<i64>| time.map_or_else(String::new, date);
        let [useful, lost, overhead, goodput] = hours(one.hours);
        let done = if one.work > 0.0 {
            share((one.hours[0] / one.work).min(1.0))
        } else {
            String::new()
        };
        rows.push(vec![
            one.workload.clone(),
            date(one.submit),
            time(one.start),
            time(one.end),
            done,
            useful,
            lost,
            overhead,
            goodput,
            one.interruptions.to_string(),
            one.outcome.replace('_', " "),
        ]);
    }
    for (workload, stream) in &run.happenings.streams {
        let [useful, lost, overhead, goodput] = hours(stream.hours);
        let outcomes = stream
            .outcomes
            .iter()
            .map(|(outcome, count)| format!("{count} {}", outcome.replace('_', " ")));
        let empty = String::new;
        rows.push(vec![
            workload.clone(),
            empty(),
            empty(),
            empty(),
            empty(),
            useful,
            lost,
            overhead,
            goodput,
            stream.interruptions.to_string(),
            outcomes.collect::<Vec<_>>().join(", "),
        ]);
    }
    let header = [
        "workload",
        "submitted",
        "started",
        "ended",
        "done",
        "useful acc-h",
        "lost",
        "overhead",
        "goodput",
        "stops",
        "outcome",
    ];
    Table {
        caption: "jobs.csv of this replication; times are UTC".to_owned(),
        header: header.map(str::to_owned).to_vec(),
        rows,
    }
}

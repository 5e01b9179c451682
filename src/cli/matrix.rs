//! `flexcap sweep --dry-run`: the run matrix, one line a point, with its number, its replications and what it sets.

use std::fmt::Write as _;

use flexcap::experiment::{Shard, Sweep};
use flexcap::results::tables::cell;
use flexcap::scenario::sweep::{Axis, Coordinate};
use serde_json::{Value, json};

use super::answer;
use super::exit::Exit;
use super::terminal::Terminal;

/// Lines that are printed at once, so that a matrix of any length takes little memory.
const LINES_AT_ONCE: usize = 1000;

/// Prints the points of which a shard has runs.
pub fn print(sweep: &Sweep, shard: Shard, terminal: &Terminal) -> anyhow::Result<Exit> {
    let plan = sweep.plan();
    let mut text = String::from(if terminal.json {
        "["
    } else {
        "point,replications"
    });
    if !terminal.json {
        for axis in &plan.axes {
            write!(text, ",{}", cell(&axis.name))?;
        }
        text.push('\n');
    }
    let (mut lines, mut runs, mut points) = (0, 0, 0_u64);
    for point in sweep.points() {
        let mine = shard.replications(point.number, plan.replications);
        let mine: Vec<u32> = mine.collect();
        if mine.is_empty() {
            continue;
        }
        runs += mine.len();
        points += 1;
        let values = plan.axes.iter().zip(&point.coordinates);
        if terminal.json {
            let axes: serde_json::Map<_, _> = values
                .map(|(axis, at)| (axis.name.clone(), value(axis, at)))
                .collect();
            let comma = if points > 1 { "," } else { "" };
            let line = json!({ "point": point.number, "replications": mine.len(), "axes": axes });
            write!(text, "{comma}\n  {line}")?;
        } else {
            write!(text, "{},{}", point.number, which(&mine))?;
            for (_, at) in values {
                write!(text, ",{}", cell(&at.text))?;
            }
            text.push('\n');
        }
        lines += 1;
        if lines % LINES_AT_ONCE == 0 {
            answer(&text)?;
            text.clear();
        }
    }
    if terminal.json {
        text.push_str("\n]\n");
    }
    answer(&text)?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    terminal.note(format_args!(
        "{}: {points} points, {runs} runs, seed {}; {threads} threads here",
        plan.name, plan.seed
    ));
    Ok(Exit::Done)
}

/// The replications of a point: `0-9`, or `0 8` of a shard.
fn which(replications: &[u32]) -> String {
    let run_on = replications
        .windows(2)
        .all(|two| matches!(two, [a, b] if a + 1 == *b));
    match (replications.first(), replications.last()) {
        (Some(first), Some(last)) if run_on && first < last => format!("{first}-{last}"),
        _ => {
            let each: Vec<String> = replications.iter().map(u32::to_string).collect();
            each.join(" ")
        }
    }
}

/// A number as such where the axis has nothing else, as in the tables.
fn value(axis: &Axis, at: &Coordinate) -> Value {
    let number = axis.is_number().then(|| serde_json::from_str(&at.text));
    number
        .and_then(Result::ok)
        .unwrap_or_else(|| json!(at.text))
}

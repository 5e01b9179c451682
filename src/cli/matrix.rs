//! `flexcap sweep --dry-run`: the run matrix, one line a point, with its number, its replications and what it sets.

use std::fmt::Write as _;

use flexcap::experiment::{Shard, Sweep};
use serde_json::json;

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
        let first = point.number.saturating_mul(u64::from(plan.replications));
        let mine = (0..plan.replications).filter(|of| shard.has(first + u64::from(*of)));
        let mine: Vec<String> = mine.map(|replication| replication.to_string()).collect();
        if mine.is_empty() {
            continue;
        }
        runs += mine.len();
        points += 1;
        let values = plan.axes.iter().zip(&point.coordinates);
        if terminal.json {
            let axes: serde_json::Map<_, _> = values
                .map(|(axis, at)| (axis.name.clone(), json!(at.text)))
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
fn which(replications: &[String]) -> String {
    let numbers: Vec<u64> = replications
        .iter()
        .filter_map(|of| of.parse().ok())
        .collect();
    let run_on = numbers
        .windows(2)
        .all(|two| matches!(two, [a, b] if a + 1 == *b));
    match (numbers.first(), numbers.last()) {
        (Some(first), Some(last)) if run_on && first < last => format!("{first}-{last}"),
        _ => replications.join(" "),
    }
}

fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

//! The comparison as a table for people, on a terminal or in Markdown: who is compared, what changed, and why it may
//! have.

use std::fmt::Write as _;

use comfy_table::presets;
use flexcap::experiment::Pairing;
use flexcap::results::read::SeriesKey;
use flexcap::results::tables::ComparisonRow;

use super::subject::Contrast;
use crate::cli::show::{significant, table, trimmed};

/// Digits of means, and of differences.
const DIGITS: (usize, usize) = (4, 3);
/// Longer values of keys are cut on the screen.
const VALUE_LENGTH_MAX: usize = 60;
/// More names of what only one result has are counted.
const NAMES_MAX: usize = 6;

/// Whether a row is shown where not all are: its interval excludes 0; without intervals, its replication differs.
pub fn is_shown(row: &ComparisonRow, contrast: &Contrast<'_>) -> bool {
    match contrast.comparison.pairing.has_intervals() {
        true => row.has_changed(),
        false => row.difference.is_some_and(|difference| difference != 0.0),
    }
}

pub fn text(contrast: &Contrast<'_>, all: bool, markdown: bool) -> String {
    let (a, b) = (contrast.a, contrast.b);
    // Two blanks make a line break in Markdown.
    let end = if markdown { "  \n" } else { "\n" };
    let mut text = String::new();
    for subject in [a, b] {
        // Writing into a string cannot fail.
        let _ = write!(
            text,
            "{}: {} ({}){end}",
            subject.letter,
            subject.label,
            subject.description()
        );
    }
    text.push_str(&pairing(contrast, end));
    text.push_str("\n\n");
    let rows: Vec<&ComparisonRow> = contrast
        .comparison
        .rows
        .iter()
        .filter(|row| all || is_shown(row, contrast))
        .collect();
    if !rows.is_empty() {
        text.push_str(&rows_text(&rows, contrast, markdown));
        text.push('\n');
    }
    text.push_str(&count(contrast, rows.len(), all));
    text.push('\n');
    text.push_str(&only_in(contrast, end));
    text.push_str(&causes(contrast, markdown));
    text
}

fn rows_text(rows: &[&ComparisonRow], contrast: &Contrast<'_>, markdown: bool) -> String {
    let (a, b) = (&contrast.a.letter, &contrast.b.letter);
    let headings = [
        "metric[entity]".to_owned(),
        a.clone(),
        b.clone(),
        format!("{b} - {a}"),
        format!("% of {a}"),
        "mark".to_owned(),
    ];
    let mut table = table(headings.each_ref().map(String::as_str));
    if markdown {
        table.load_style(presets::ASCII_MARKDOWN);
        for column in table.column_iter_mut() {
            column.set_padding((1, 1));
        }
    }
    for row in rows {
        let name = row.series.to_string();
        let name = if markdown {
            name.replace('|', "\\|")
        } else {
            name
        };
        table.add_row([
            name,
            number(row.mean_a, DIGITS.0),
            number(row.mean_b, DIGITS.0),
            difference(row),
            percent(row),
            row.mark.word().to_owned(),
        ]);
    }
    if let Some(column) = table.column_mut(5) {
        column.set_cell_alignment(comfy_table::CellAlignment::Left);
    }
    trimmed(&table)
}

fn number(value: Option<f64>, digits: usize) -> String {
    value.map_or_else(|| "-".to_owned(), |value| significant(value, digits))
}

/// `+12.3M ± 1.2M`: an interval of either kind is symmetric.
fn difference(row: &ComparisonRow) -> String {
    let Some(difference) = row.difference else {
        return "-".to_owned();
    };
    let mut text = signed(difference, significant(difference, DIGITS.1));
    if let Some((low, high)) = row.ci95 {
        let half = 0.5 * (high - low);
        let _ = write!(text, " ± {}", significant(half, DIGITS.1));
    }
    text
}

fn percent(row: &ComparisonRow) -> String {
    let Some(percent) = row.difference_percent() else {
        return "-".to_owned();
    };
    match percent.abs() {
        0.0 => "0%".to_owned(),
        size if size < 0.005 => format!("{}0.00%", if percent < 0.0 { "-" } else { "+" }),
        size if size < 1e4 => signed(percent, format!("{percent:.2}%")),
        _ => signed(percent, format!("{}%", significant(percent, DIGITS.1))),
    }
}

fn signed(value: f64, text: String) -> String {
    if value > 0.0 {
        format!("+{text}")
    } else {
        text
    }
}

/// How replications were matched, and what that was worth.
fn pairing(contrast: &Contrast<'_>, end: &str) -> String {
    let (a, b) = (&contrast.a.letter, &contrast.b.letter);
    match contrast.comparison.pairing {
        Pairing::Paired {
            pairs,
            left_out_of_a,
            left_out_of_b,
        } => {
            let plural = if pairs == 1 { "" } else { "s" };
            let mut text = format!("paired by seed and replication: {pairs} pair{plural}");
            for (left_out, letter) in [(left_out_of_a, a), (left_out_of_b, b)] {
                if left_out > 0 {
                    let _ = write!(text, ", {left_out} of {letter} left out");
                }
            }
            if pairs == 1 {
                text.push_str("; one has no interval, so nothing here is more than one draw");
            }
            let shares = [
                (
                    contrast.variance_removed,
                    "of the difference in net_value[fleet]",
                ),
                (
                    contrast.variance_removed_median,
                    "in the median of all rows",
                ),
            ];
            let told = shares.into_iter().filter_map(|(share, of)| {
                Some(format!("{:.1}% of the variance {of}", 100.0 * share?))
            });
            let told: Vec<String> = told.collect();
            if !told.is_empty() {
                let _ = write!(text, "{end}pairing removed {}", told.join(", "));
            }
            text
        }
        Pairing::Unpaired { of_a, of_b } => {
            let mut text = format!(
                "not paired: no seed and replication is in both, so these are Welch's intervals of {of_a} and {of_b} \
                 independent replications; run both with one seed for narrower ones"
            );
            if !contrast.comparison.pairing.has_intervals() {
                text.push_str("; one replication has no interval");
            }
            text
        }
    }
}

fn count(contrast: &Contrast<'_>, shown: usize, all: bool) -> String {
    let rows = &contrast.comparison.rows;
    let total = rows.len();
    if !contrast.comparison.pairing.has_intervals() {
        let rest = if all || shown == total {
            ""
        } else {
            "; --all shows the rest"
        };
        let differ = rows.iter().filter(|row| is_shown(row, contrast)).count();
        return format!("{differ} of {total} differ, without intervals{rest}\n");
    }
    let changed = rows.iter().filter(|row| row.has_changed()).count();
    let rest = if all || shown == total {
        ""
    } else {
        "; --all shows the rest"
    };
    format!(
        "{changed} of {total} changed: their 95% interval excludes 0, as by chance alone 5 in 100 would{rest}\n"
    )
}

/// What could not be compared.
fn only_in(contrast: &Contrast<'_>, end: &str) -> String {
    let mut text = String::new();
    for (letter, keys) in [
        (&contrast.a.letter, &contrast.comparison.only_in_a),
        (&contrast.b.letter, &contrast.comparison.only_in_b),
    ] {
        if keys.is_empty() {
            continue;
        }
        let name = |key: &SeriesKey| format!("{key} in {}", key.unit);
        let names: Vec<String> = keys.iter().take(NAMES_MAX).map(name).collect();
        let more = match keys.len().saturating_sub(NAMES_MAX) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let _ = write!(text, "only in {letter}: {}{more}{end}", names.join(", "));
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// The scenario's keys and the input files that differ.
fn causes(contrast: &Contrast<'_>, markdown: bool) -> String {
    if contrast.keys.is_empty() && contrast.inputs.is_empty() {
        return "the scenarios are the same, key by key\n".to_owned();
    }
    let (before, code) = if markdown { ("- ", "`") } else { ("  ", "") };
    let mut text = format!(
        "scenario keys that differ ({} -> {}):\n",
        contrast.a.letter, contrast.b.letter
    );
    if markdown {
        text.push('\n');
    }
    for key in &contrast.keys {
        let value = |value: &Option<String>| match value {
            Some(value) => format!("{code}{}{code}", cut(value)),
            None => "nothing".to_owned(),
        };
        let _ = writeln!(
            text,
            "{before}{code}{}{code}: {} -> {}",
            key.path,
            value(&key.old),
            value(&key.new)
        );
    }
    for input in &contrast.inputs {
        let _ = writeln!(
            text,
            "{before}{code}inputs/{input}{code} has another content"
        );
    }
    text
}

fn cut(value: &str) -> String {
    if value.chars().count() <= VALUE_LENGTH_MAX {
        return value.to_owned();
    }
    let start: String = value.chars().take(VALUE_LENGTH_MAX - 1).collect();
    start + "…"
}

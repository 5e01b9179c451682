//! The comparison as JSON: all that the table says, with every digit.

use flexcap::experiment::{Judgement, Pairing};
use flexcap::results::read::SeriesKey;
use flexcap::results::tables::ComparisonRow;
use serde_json::{Value, json};

use super::conditions::Verdict;
use super::subject::{Contrast, Subject};
use super::table::is_shown;

pub fn text(contrasts: &[Contrast<'_>], verdicts: &[Verdict], all: bool) -> String {
    let answer = json!({
        "a": contrasts.first().map(|contrast| subject(contrast.a)),
        "comparisons": contrasts.iter().map(|contrast| comparison(contrast, all)).collect::<Vec<_>>(),
        "fail_if": verdicts.iter().map(verdict).collect::<Vec<_>>(),
    });
    format!("{answer:#}\n")
}

fn subject(subject: &Subject) -> Value {
    let facts = subject.directory.facts();
    json!({
        "directory": subject.label,
        "scenario": facts.name,
        "version": facts.version,
        "seed": facts.seed,
        "replications": subject.replications.draws.len(),
    })
}

fn comparison(contrast: &Contrast<'_>, all: bool) -> Value {
    let shown = |row: &&ComparisonRow| all || is_shown(row, contrast);
    let rows = contrast.comparison.rows.iter().filter(shown);
    let names = |keys: &[SeriesKey]| keys.iter().map(SeriesKey::to_string).collect::<Vec<_>>();
    let keys = contrast.keys.iter();
    let keys = keys.map(|key| json!({ "key": key.path, "a": key.old, "b": key.new }));
    json!({
        "b": subject(contrast.b),
        "pairing": pairing(contrast.comparison.pairing),
        "variance_removed_median": contrast.variance_removed_median,
        "compared": contrast.comparison.rows.len(),
        "rows": rows.map(row).collect::<Vec<_>>(),
        "only_in_a": names(&contrast.comparison.only_in_a),
        "only_in_b": names(&contrast.comparison.only_in_b),
        "scenario_keys": keys.collect::<Vec<_>>(),
        "inputs": contrast.inputs,
    })
}

fn pairing(pairing: Pairing) -> Value {
    match pairing {
        Pairing::Paired {
            pairs,
            left_out_of_a,
            left_out_of_b,
        } => json!({
            "paired": true,
            "pairs": pairs,
            "left_out_of_a": left_out_of_a,
            "left_out_of_b": left_out_of_b,
        }),
        Pairing::Unpaired { of_a, of_b } => {
            json!({ "paired": false, "replications_a": of_a, "replications_b": of_b })
        }
    }
}

fn row(row: &ComparisonRow) -> Value {
    json!({
        "metric": row.series.metric,
        "entity_type": row.series.entity_type.name(),
        "entity": row.series.entity,
        "unit": row.series.unit,
        "replications_a": row.replications_a,
        "replications_b": row.replications_b,
        "mean_a": row.mean_a,
        "mean_b": row.mean_b,
        "difference": row.difference,
        "difference_percent": row.difference_percent(),
        "ci95_low": row.ci95.map(|(low, _)| low),
        "ci95_high": row.ci95.map(|(_, high)| high),
        "variance_removed": row.variance_removed,
        "mark": row.mark.word(),
    })
}

fn verdict(verdict: &Verdict) -> Value {
    let (holds, ends, problem) = match &verdict.judgement {
        Judgement::Holds(low, high) => (Some(true), Some((low, high)), None),
        Judgement::DoesNotHold(low, high) => (Some(false), Some((low, high)), None),
        Judgement::Unknown(why) => (None, None, Some(why)),
    };
    json!({
        "condition": verdict.condition,
        "b": verdict.result,
        "holds": holds,
        "low": ends.map(|(low, _)| low),
        "high": ends.map(|(_, high)| high),
        "problem": problem,
    })
}

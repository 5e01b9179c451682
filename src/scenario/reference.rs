//! The reference of scenarios and of sweeps as Markdown pages: every key with what it holds, its default and its
//! meaning, from the forms that read them.

use std::fmt::Write;

use super::document::Document;
use super::explain::{STEERING, walk};
use super::form::{Form, Key, Presence};
use super::quantity::Dimension;
use super::reader::first_sentence;

const INTRODUCTION: &str = "\
# Scenario reference

A scenario is one TOML file of named tables. This page lists every key; `flexcap explain KEY` says the same at the
prompt, `flexcap validate FILE` tells every problem of a file, and [scenario.schema.json](scenario.schema.json)
(`flexcap schema`) lets an editor complete and check: save it, and begin a scenario with
`#:schema ./scenario.schema.json`. In paths, `*` stands for a name that you choose.

- **Names** have lower-case letters, digits, `_` and `-`, and begin with a letter or digit.
- **Quantities** are strings with a unit: `\"12h\"`. A bare number where a unit is due is an error.
- **Money** is a plain number of `scenario.currency`; nothing is converted.
- **Dates** are `\"2024-07-01\"` (midnight UTC), or have a time of day with its offset: `\"2024-07-01T09:00:00-07:00\"`.
- **Unknown keys** are errors; the nearest known key is suggested.
- **`extends`** starts from another scenario: tables merge, scalars and arrays replace, a choice with a new tag replaces
  the old one whole. A key is required only where neither the parent nor a catalogue entry says it.
- **`--set KEY=VALUE`** sets a key on the command line, strings without quotes: `--set 'pool.*.flexible_share=0.5'`.
";

const SWEEP_INTRODUCTION: &str = "\
# Sweep reference

A sweep is one TOML file: `[sweep]` says what is run, and each `[axis.NAME]` what varies, in a column of that name. This page
lists every key; `flexcap explain sweep.design` says the same at the prompt, `flexcap sweep FILE --dry-run` tells every
problem of a file, and [sweep.schema.json](sweep.schema.json) (`flexcap schema sweep`) lets an editor complete and check: save
it, and begin a sweep with `#:schema ./sweep.schema.json`. [Sweeps](../sweep.md) says how to use them.
";

/// The page of a kind of file.
#[must_use]
pub fn page(document: Document) -> String {
    let mut text = match document {
        Document::Scenario => scenario_introduction(),
        Document::Sweep => SWEEP_INTRODUCTION.to_owned(),
    };
    tables(&mut text, &document.form());
    text
}

/// What there is beside tables, and at the top of a file.
fn scenario_introduction() -> String {
    let mut text = INTRODUCTION.to_owned();
    units(&mut text);
    distributions(&mut text, &Document::Scenario.form());
    text.push_str("\n## At the top\n\n| key | meaning |\n|---|---|\n");
    for (key, about) in STEERING {
        // Writing to memory cannot fail.
        let _ = writeln!(
            text,
            "| `{key}` | {} |",
            cell(about.split("\n\n").next().unwrap_or_default())
        );
    }
    text
}

fn tables(text: &mut String, form: &Form) {
    for key in form.keys() {
        let header = match key.form {
            Form::Map(_) => format!("[{}.*]", key.name),
            Form::Choice(_) => format!("[{}.…]", key.name),
            _ => format!("[{}]", key.name),
        };
        let presence = match key.presence {
            Presence::Required => " Required.",
            _ => "",
        };
        let _ = write!(text, "\n## `{header}`\n\n{}{presence}\n\n", cell(key.doc));
        text.push_str(&keys_below_in(form, key.name));
    }
}

/// A Markdown table of a scenario's keys below a path such as `pool` or `policy.priority`, their names relative to it.
#[must_use]
pub fn keys_below(path: &str) -> String {
    keys_below_in(&Document::Scenario.form(), path)
}

fn keys_below_in(form: &Form, path: &str) -> String {
    let prefix = format!("{path}.");
    let mut rows = String::new();
    walk(form, "", &mut |place, key| {
        if let Some(name) = place.strip_prefix(&prefix) {
            row(&mut rows, name.strip_prefix("*.").unwrap_or(name), key);
        }
    });
    if rows.is_empty() {
        return "It has no keys.\n".to_owned();
    }
    format!("| key | holds | if left out | meaning |\n|---|---|---|---|\n{rows}")
}

fn row(rows: &mut String, name: &str, key: &Key) {
    let absent = match key.presence {
        Presence::Required => "required".to_owned(),
        Presence::Optional => "—".to_owned(),
        Presence::Default(value) => format!("`{value}`"),
        Presence::SameAs(other) => format!("the value of `{other}`"),
    };
    let range = key
        .range
        .map_or(String::new(), |range| format!(" ({})", range.describe()));
    let holds = cell(&(holds(&key.form) + &range));
    let _ = writeln!(
        rows,
        "| `{name}` | {holds} | {} | {} |",
        cell(&absent),
        cell(key.doc)
    );
}

/// What a key holds, distributions by their name.
fn holds(form: &Form) -> String {
    match form {
        Form::Either(plain, table) if matches!(**table, Form::Choice(_)) => {
            format!("{}, or a distribution", plain.expectation())
        }
        other => other.expectation(),
    }
}

fn units(text: &mut String) {
    text.push_str("\n## Units\n\n| quantity | units | example |\n|---|---|---|\n");
    for dimension in Dimension::ALL {
        let units: Vec<String> = dimension
            .units()
            .iter()
            .map(|unit| format!("`{}`", unit.0))
            .collect();
        let _ = writeln!(
            text,
            "| {} | {} | `\"{}\"` |",
            dimension.name(),
            units.join(" "),
            dimension.example()
        );
    }
    text.push_str("\nA day has 24 hours, a year 365.25 days; months differ, so write a date.\n");
}

/// The tags of distributions, from the first key that takes one.
fn distributions(text: &mut String, form: &Form) {
    let mut tags: Option<Vec<Key>> = None;
    walk(form, "", &mut |_, key| {
        if let (Form::Either(_, table), None) = (&key.form, &tags)
            && let Form::Choice(found) = &**table
        {
            tags = Some(found.clone());
        }
    });
    text.push_str(
        "\n## Distributions\n\nA plain value, or a table with one of these. Parameters in the dimension of the values take \
         its unit:\n`{ lognormal = { mean = \"12h\", cv = 1.0 } }`.\n\n| tag | parameters | meaning |\n|---|---|---|\n",
    );
    for tag in tags.into_iter().flatten() {
        let parameters: Vec<String> = tag
            .form
            .keys()
            .iter()
            .map(|key| format!("`{}`: {}", key.name, first_sentence(key.doc)))
            .collect();
        let _ = writeln!(
            text,
            "| `{}` | {} | {} |",
            tag.name,
            cell(&parameters.join("; ")),
            cell(tag.doc)
        );
    }
}

/// Text as it may stand in a table's cell.
fn cell(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::explain;

    #[test]
    fn every_key_has_a_row() {
        for document in Document::ALL {
            let page = page(document);
            for line in explain::keys_of(document) {
                let path = line.path.as_str();
                let below = path.split_once('.').map_or(path, |(_, below)| below);
                let name = below.strip_prefix("*.").unwrap_or(below);
                assert!(
                    page.contains(&format!("| `{name}` |"))
                        || page.contains(&format!("## `[{path}")),
                    "{path} is not on the page"
                );
            }
        }
    }

    #[test]
    fn rows_say_what_is_known() {
        let rows = keys_below("site");
        assert!(
            rows.contains(
                "| `pue` | a number (at least 1 and at most 10) | `1.0` | Power usage effectiveness"
            ),
            "{rows}"
        );
        assert!(
            page(Document::Scenario)
                .contains("| `lognormal` | `mean`: The mean; `cv`: Coefficient of variation")
        );
        assert_eq!(keys_below("forecast.method.perfect"), "It has no keys.\n");
    }
}

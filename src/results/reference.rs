//! The dictionary of results as a Markdown page: every metric, and every column of every CSV, from the
//! tables that write them.

use std::fmt::Write;

use super::metrics::{Better, METRICS, Metric, Scope};
use super::tables::{COMPARISON, ColumnSchema, Kind, Role, TableSchema, schemas, sweep_schemas};

/// Stands for the scenario's currency in units.
const CURRENCY: &str = "currency";

const INTRODUCTION: &str = "\
# Results: metrics and files

`flexcap run` writes one CSV for each table below, `scenario.toml` (the scenario with every default; running it again
gives the same bytes), `inputs/` (the files that were read) and `datapackage.json`, a
[Frictionless Data Package](https://specs.frictionlessdata.io/data-package/) that holds for this run what this page
says for all: `frictionless validate datapackage.json` checks the files against it. `flexcap explain METRIC` says what
a metric means.

Times are UTC, `time` is the start of an interval, and counts are time-weighted means over it. Amounts of money are in
the scenario's currency. An empty cell is a value that does not exist, such as a share of nothing.
";

const SWEEPS: &str = "
## Sweeps

`flexcap sweep` writes the tables below. In all but the last, a column for each axis, called like the axis, comes before
those listed here.
";

const COMPARISONS: &str = "
## Comparisons

`flexcap compare --csv` prints the table below, and `--out FILE` writes it; `a` and `b`, the directories of both results,
come before its columns. [How to read it](../compare.md).
";

/// The page.
#[must_use]
pub fn page() -> String {
    let mut text = INTRODUCTION.to_owned();
    text.push_str(
        "\n## Metrics\n\nThey are in `summary.csv` and `replications.csv`, the daily ones also in `bands.csv`.\n\n\
         | metric | unit | measured on | better | daily | meaning |\n|---|---|---|---|---|---|\n",
    );
    for metric in METRICS {
        metric_row(&mut text, metric);
    }
    for table in schemas() {
        table_section(&mut text, &table);
    }
    text.push_str(SWEEPS);
    for table in sweep_schemas() {
        table_section(&mut text, &table);
    }
    text.push_str(COMPARISONS);
    table_section(&mut text, &COMPARISON.schema());
    text
}

fn metric_row(text: &mut String, metric: &Metric) {
    let levels: Vec<_> = metric
        .levels
        .iter()
        .map(|level| level.entity_type.name())
        .collect();
    let better = match metric.better {
        Better::Higher => "higher",
        Better::Lower => "lower",
        Better::Neutral => "—",
    };
    // Writing to memory cannot fail.
    let _ = writeln!(
        text,
        "| `{}` | {} | {} | {better} | {} | {} |",
        metric.name,
        metric.unit.text(CURRENCY),
        levels.join(", "),
        if metric.scope == Scope::Daily {
            "yes"
        } else {
            ""
        },
        metric.definition,
    );
}

fn table_section(text: &mut String, table: &TableSchema) {
    let _ = write!(text, "\n## `{}.csv`\n\n{}\n", table.name, table.description);
    if let Some(reference) = table.reference {
        let columns: Vec<String> = reference
            .columns
            .iter()
            .map(|column| format!("`{column}`"))
            .collect();
        let _ = writeln!(
            text,
            "Every {} is a row of `{}.csv`.",
            columns.join(", "),
            reference.table
        );
    }
    text.push_str("\n| column | type | unit | meaning |\n|---|---|---|---|\n");
    for column in &table.columns {
        column_row(text, column);
    }
}

fn column_row(text: &mut String, column: &ColumnSchema) {
    let kind = match column.kind {
        Kind::Integer => "integer".to_owned(),
        Kind::Number => "number".to_owned(),
        Kind::Text => "text".to_owned(),
        Kind::Word(words) => format!("one of {}", words.join(", ")),
        Kind::Time => "time".to_owned(),
        Kind::Day => "day".to_owned(),
        Kind::Quarter => "quarter".to_owned(),
    };
    let role = match column.role {
        Role::Key => " (key)",
        Role::Filled => "",
        Role::Optional => " (may be empty)",
    };
    let _ = writeln!(
        text,
        "| `{}` | {kind}{role} | {} | {} |",
        column.name,
        column.unit.text(CURRENCY),
        column.description,
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_and_column_has_a_row() {
        let page = page();
        for metric in METRICS {
            assert!(page.contains(&format!(
                "| `{}` | {}",
                metric.name,
                metric.unit.text(CURRENCY)
            )));
        }
        let all = schemas().into_iter().chain(sweep_schemas());
        for table in all.chain([COMPARISON.schema()]) {
            let section = page
                .split(&format!("\n## `{}.csv`", table.name))
                .nth(1)
                .unwrap();
            let section = section.split("\n## ").next().unwrap();
            for column in table.columns {
                assert!(
                    section.contains(&format!("| `{}` |", column.name)),
                    "{}",
                    column.name
                );
            }
        }
    }

    /// A bar would end the cell.
    #[test]
    fn no_text_breaks_its_row() {
        for line in page().lines().filter(|line| line.starts_with('|')) {
            assert!([5, 7].contains(&line.matches('|').count()), "{line}");
        }
    }
}

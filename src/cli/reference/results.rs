//! Reference results: `results/reference/<scenario>/` holds the summary of every shipped scenario and
//! its data package, so that a change of any number shows in a review. The test runs every scenario
//! and compares with a tolerance; the files themselves are made by a run like any user's.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use flexcap::experiment::{prepare, record};
use flexcap::scenario::{Scenario, shipped};
use serde_json::{Value, json};

use super::{Silent, write};
use crate::cli::interrupt;
use crate::cli::terminal::Terminal;

/// The file that is compared.
const SUMMARY: &str = "summary.csv";

/// Where a scenario's reference is, below the repository.
fn folder(scenario: &Scenario) -> PathBuf {
    Path::new("results/reference").join(&scenario.scenario.name)
}

/// Runs every shipped scenario and keeps the summary and its description.
pub fn remake(repository: &Path, terminal: &Terminal) -> anyhow::Result<()> {
    let stop = interrupt::flag();
    let scratch = tempfile::tempdir().context("cannot make a temporary directory")?;
    for name in shipped::names() {
        let loaded = Scenario::load(name, &[])?;
        let argv = ["flexcap", "run", name].map(str::to_owned).to_vec();
        let writer = prepare(
            &loaded,
            &scratch.path().join(&loaded.scenario.scenario.name),
            false,
            argv,
        )?;
        let made = record(&loaded, writer, stop, &Silent)?.directory;
        let read = |file: &str| {
            let path = made.join(file);
            std::fs::read_to_string(&path)
                .with_context(|| format!("cannot read {}", path.display()))
        };
        let package = of_the_summary(serde_json::from_str(&read("datapackage.json")?)?);
        let home = repository.join(folder(&loaded.scenario));
        write(&home.join(SUMMARY), &read(SUMMARY)?, terminal)?;
        write(
            &home.join("datapackage.json"),
            &format!("{package:#}\n"),
            terminal,
        )?;
    }
    Ok(())
}

/// The package of a whole result without the files that are not committed. The scenario's hash stays
/// and says what the summary was made from.
fn of_the_summary(mut package: Value) -> Value {
    if let Some(resources) = package["resources"].as_array_mut() {
        resources.retain(|resource| resource["path"] == SUMMARY);
    }
    package["scenario"]["path"] = json!(null);
    package["inputs"] = json!([]);
    package
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use flexcap::fingerprint::Fingerprint;
    use flexcap::results::tables::SummaryRow;

    use super::super::{REMAKE, committed};
    use super::*;

    /// What a number may differ by from its reference: mathematics libraries differ in last digits, and a policy
    /// that compares two of them may turn on one.
    const RELATIVE: f64 = 1e-6;
    const ABSOLUTE: f64 = 1e-9;

    fn is_near(found: f64, reference: f64) -> bool {
        (found - reference).abs() <= ABSOLUTE + RELATIVE * reference.abs()
    }

    /// The key of a row, and its columns from the unit on.
    type Row = (String, Vec<String>);

    fn rows_of_reference(text: &str) -> Vec<Row> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let row = |record: Result<csv::StringRecord, csv::Error>| {
            let record = record.expect("a row");
            let cells: Vec<String> = record.iter().map(str::to_owned).collect();
            (
                format!("{} of {} {}", cells[0], cells[1], cells[2]),
                cells[3..].to_vec(),
            )
        };
        reader.records().map(row).collect()
    }

    fn row_of(row: &SummaryRow) -> Row {
        let number = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
        let series = &row.series;
        let cells = vec![
            series.unit.clone(),
            row.replications.to_string(),
            number(row.mean),
            number(row.std_dev),
            number(row.ci95.map(|(low, _)| low)),
            number(row.ci95.map(|(_, high)| high)),
        ];
        (
            format!(
                "{} of {} {}",
                series.metric.name,
                series.entity_type.name(),
                series.entity
            ),
            cells,
        )
    }

    /// What differs, one line a row.
    fn differences(found: &[Row], reference: &[Row]) -> Vec<String> {
        const COLUMNS: [&str; 6] = [
            "unit",
            "replications",
            "mean",
            "std_dev",
            "ci95_low",
            "ci95_high",
        ];
        let mut differences = Vec::new();
        for (key, cells) in found {
            let Some((_, expected)) = reference.iter().find(|(other, _)| other == key) else {
                differences.push(format!("{key} is new"));
                continue;
            };
            for ((column, cell), expected) in COLUMNS.iter().zip(cells).zip(expected) {
                let same = match (cell.parse::<f64>(), expected.parse::<f64>()) {
                    (Ok(cell), Ok(expected)) => is_near(cell, expected),
                    _ => cell == expected,
                };
                if !same {
                    differences.push(format!(
                        "{key}: {column} is {cell}, the reference says {expected}"
                    ));
                    break;
                }
            }
        }
        let gone = reference
            .iter()
            .filter(|(key, _)| found.iter().all(|(other, _)| other != key));
        differences.extend(gone.map(|(key, _)| format!("{key} is gone")));
        differences
    }

    #[test]
    fn shipped_scenarios_come_to_what_the_reference_says() {
        let mut names = BTreeSet::new();
        for name in shipped::names() {
            let scenario = Scenario::load(name, &[]).expect(name).scenario;
            let folder = folder(&scenario);
            assert!(
                names.insert(folder.clone()),
                "two shipped scenarios have the results {}",
                folder.display()
            );
            let path = folder.join(SUMMARY);
            let reference = rows_of_reference(&committed(&path.to_string_lossy()));
            let found: Vec<Row> = flexcap::run(&scenario)
                .expect(name)
                .summary
                .iter()
                .map(row_of)
                .collect();
            let differences = differences(&found, &reference);
            assert!(
                differences.is_empty(),
                "{name} does not come to {} (tolerance {RELATIVE:e} relative, {ABSOLUTE:e} absolute), {} rows differ:\n  \
                 {}\nIf that is meant, say why in CHANGELOG.md and remake the references with\n  {REMAKE}",
                path.display(),
                differences.len(),
                differences[..differences.len().min(10)].join("\n  "),
            );
        }
    }

    #[test]
    fn references_are_packages_of_today() {
        for name in shipped::names() {
            let loaded = Scenario::load(name, &[]).expect(name);
            let path = folder(&loaded.scenario).join("datapackage.json");
            let package: Value =
                serde_json::from_str(&committed(&path.to_string_lossy())).expect("JSON");
            let of_today = [
                ("/argv", json!(["flexcap", "run", name])),
                ("/version", json!(env!("CARGO_PKG_VERSION"))),
                (
                    "/scenario/hash",
                    json!(Fingerprint::of(loaded.resolved_toml.as_bytes()).hash),
                ),
                ("/resources/0/path", json!(SUMMARY)),
            ];
            for (pointer, value) in of_today {
                let found = package.pointer(pointer);
                assert_eq!(
                    found,
                    Some(&value),
                    "{pointer} of {} is old; {REMAKE}",
                    path.display()
                );
            }
            assert_eq!(package["resources"].as_array().map(Vec::len), Some(1));
        }
    }

    #[test]
    fn a_difference_is_told_with_its_row_and_column() {
        let row = |key: &str, mean: &str| {
            (
                key.to_owned(),
                vec!["1".to_owned(), "10".to_owned(), mean.to_owned()],
            )
        };
        let reference = [row("a", "1.0"), row("b", "0"), row("c", "")];
        assert!(
            differences(
                &[row("a", "1.0000005"), row("b", "1e-10"), row("c", "")],
                &reference
            )
            .is_empty()
        );
        let found = [row("a", "1.00001"), row("b", ""), row("d", "1")];
        assert_eq!(
            differences(&found, &reference),
            [
                "a: mean is 1.00001, the reference says 1.0",
                "b: mean is , the reference says 0",
                "d is new",
                "c is gone"
            ]
        );
    }
}

//! What docs/ranking-on-training-hardware.md says of its variants.

use flexcap::scenario::{Scenario, Set};

const PAGE: &str = include_str!("../../../docs/ranking-on-training-hardware.md");

/// Net value in thousands, of the variable names that a line of the page's commands sets.
fn net_value(line: &str) -> f64 {
    let sets = line.split("\"$").skip(1).map(|rest| {
        let name = rest.split('"').next().unwrap();
        let start = format!("{name}='");
        let definition = PAGE.lines().find(|line| line.starts_with(&start)).unwrap();
        Set::new(definition.split('\'').nth(1).unwrap())
    });
    let sets: Vec<Set> = sets.collect();
    let loaded = Scenario::load("training-to-ranking", &sets).expect("it is right");
    let outcome = flexcap::run(&loaded.scenario).expect("it runs");
    let of = |totals: &flexcap::simulation::totals::Totals| -> f64 {
        let workloads = totals.workloads.iter();
        workloads
            .map(|of| of.value - of.penalties - of.conversion)
            .sum()
    };
    let values: Vec<f64> = outcome.replications.iter().map(of).collect();
    values.iter().sum::<f64>() / values.len() as f64 / 1e3
}

#[test]
fn the_page_has_the_numbers_of_its_commands() {
    let rows = PAGE.lines().filter(|line| line.starts_with("| "));
    let rows = rows.filter(|line| line.ends_with("% |"));
    let commands = PAGE.rsplit("```sh").next().unwrap().lines();
    let commands = commands.filter(|line| line.starts_with("flexcap run"));
    let mut checked = 0;
    for (row, command) in rows.zip(commands) {
        let told = row.split('|').nth(2).unwrap().replace(',', "");
        let told: f64 = told.trim().parse().unwrap();
        let value = net_value(command);
        assert!((value - told).abs() < 0.51, "{row}: {value}");
        checked += 1;
    }
    assert_eq!(checked, 7);
}

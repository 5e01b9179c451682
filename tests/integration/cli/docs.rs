//! What the documentation shows is what the program does.

use super::Sandbox;

/// The text of the first block of a kind on a page.
fn block<'p>(page: &'p str, kind: &str) -> &'p str {
    let (_, after) = page.split_once(&format!("```{kind}\n")).expect(kind);
    after.split_once("```").expect("a block ends").0
}

#[test]
fn the_example_of_demand_from_a_file_runs() {
    let page = include_str!("../../../docs/demand.md");
    let sandbox = Sandbox::new();
    sandbox.write("rates.csv", block(page, "csv"));
    sandbox.write("mine.toml", block(page, "toml"));
    let valid = sandbox.flexcap(["validate", "mine.toml"]).exits(0);
    assert!(!valid.stderr.contains("warning"), "{valid}");
    let short = ["run", "mine.toml", "--replications", "1", "--set"];
    sandbox
        .flexcap(short.into_iter().chain(["run.horizon=2w"]))
        .exits(0)
        .prints(&["assistant"]);
    assert!(sandbox.exists("results/mine/inputs/rates.csv"));
}

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

#[test]
fn the_example_of_a_stream_of_jobs_runs() {
    let page = include_str!("../../../docs/jobs.md");
    let sandbox = Sandbox::new();
    sandbox.write("research.toml", block(page, "toml"));
    let valid = sandbox.flexcap(["validate", "research.toml"]).exits(0);
    assert!(!valid.stderr.contains("warning"), "{valid}");
    let run = ["run", "research.toml", "--replications", "2"];
    sandbox.flexcap(run).exits(0).prints(&["research"]);
}

#[test]
fn the_guides_scenario_runs_as_do_its_commands() {
    let page = include_str!("../../../docs/guide.md");
    let sandbox = Sandbox::new();
    sandbox.write("mine.toml", block(page, "toml"));
    let valid = sandbox.flexcap(["validate", "mine.toml"]).exits(0);
    assert!(!valid.stderr.contains("warning"), "{valid}");
    let short = ["--replications", "1", "--set", "run.horizon=2w"];
    let run = ["run", "mine.toml"].into_iter().chain(short);
    sandbox
        .flexcap(run)
        .exits(0)
        .prints(&["assistant", "a-bad-autumn"]);
    for set in ["policy={ dedicated = {} }", "order.*.lead_time=52w"] {
        assert!(page.contains(set), "{set}");
        let run = ["run", "meta-2024", "--dry-run", "--set", set];
        sandbox.flexcap(run).exits(0);
    }
    sandbox
        .flexcap(["list", "scenarios"])
        .exits(0)
        .prints(&["meta-2024"]);
}

/// The README's first command, and what it says that comes out.
#[test]
fn the_readme_shows_what_its_first_command_prints() {
    let page = include_str!("../../../README.md");
    assert!(page.contains("cargo run --release -- run meta-2024"));
    let sandbox = Sandbox::new();
    let printed = sandbox.flexcap(["run", "meta-2024"]).exits(0);
    let shown = block(page, "text");
    assert_eq!(shown.trim_end(), printed.stdout.trim_end());
}

#[test]
fn the_example_of_a_forecast_from_a_file_runs() {
    let page = include_str!("../../../docs/forecast.md");
    let sandbox = Sandbox::new();
    sandbox.write("p50p90.csv", block(page, "csv"));
    sandbox.write("mine.toml", block(page, "toml"));
    let valid = sandbox.flexcap(["validate", "mine.toml"]).exits(0);
    assert!(!valid.stderr.contains("warning"), "{valid}");
    sandbox
        .flexcap(["run", "mine.toml", "--replications", "1"])
        .exits(0)
        .prints(&["assistant"]);
    assert!(sandbox.exists("results/mine/inputs/p50p90.csv"));
}

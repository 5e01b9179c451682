//! `flexcap run` where all is well: where results go, what `--dry-run` leaves alone, several scenarios in one call,
//! and what the shipped scenarios promise.

use super::tables::{number, read};
use super::{Sandbox, changed, with_sets};

#[test]
fn the_starter_runs_in_an_empty_directory() {
    let sandbox = Sandbox::new();
    std::fs::remove_file(sandbox.path("small.toml")).unwrap();
    let answer = sandbox
        .flexcap(["run", "starter", "--replications", "2"])
        .exits(0);
    answer.prints(&[
        "starter: 91 days, 2 replications, seed 42",
        "assistant",
        "feed",
        "llama",
        "research",
    ]);
    assert_eq!(sandbox.entries("."), ["results"]);
    assert_eq!(sandbox.entries("results"), ["starter"]);
}

#[test]
fn the_result_goes_to_results_and_the_name() {
    let sandbox = Sandbox::new();
    let answer = sandbox.flexcap(["run", "small.toml"]).exits(0);
    answer.says(&["result in results/small"]);
    assert_eq!(sandbox.entries("results"), ["small"]);
}

#[test]
fn out_may_be_deep_or_end_in_a_slash() {
    let sandbox = Sandbox::new();
    for out in ["a/b/c", "slash/", "dot/.", "./here"] {
        sandbox.run_small(out, &[]).exits(0);
        assert!(sandbox.path(out).join("datapackage.json").exists(), "{out}");
    }
    assert_eq!(
        sandbox.entries("."),
        ["a", "dot", "here", "slash", "small.toml"]
    );
}

#[test]
fn several_scenarios_get_a_folder_each() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "other.toml",
        changed("name = \"small\"", "name = \"other\""),
    );
    let files = ["run", "small.toml", "other.toml"];
    let answer = sandbox
        .flexcap(files.into_iter().chain(["--out", "both"]))
        .exits(0);
    answer.prints(&["small: 2 days", "other: 2 days"]);
    assert_eq!(sandbox.entries("both"), ["other", "small"]);
    sandbox.flexcap(files).exits(0);
    assert_eq!(sandbox.entries("results"), ["other", "small"]);
    assert!(sandbox.exists("results/other/datapackage.json"));
}

#[test]
fn two_scenarios_of_one_name_are_refused_before_any_work() {
    let sandbox = Sandbox::new();
    let answer = sandbox.flexcap(["run", "small.toml", "small.toml"]);
    answer
        .exits(2)
        .prints_nothing()
        .says(&["called `small`", "collide"]);
    assert_eq!(sandbox.entries("."), ["small.toml"]);
}

#[test]
fn a_dry_run_writes_nothing() {
    let sandbox = Sandbox::new();
    let answer = sandbox.flexcap(["run", "small.toml", "starter", "--dry-run", "--out", "x/y"]);
    let answer = answer.exits(0).prints(&[
        "small: 3 replications of 48 steps, seed 7, result in x/y/small",
        "starter: 10 replications of 2184 steps, seed 42, result in x/y/starter",
    ]);
    assert_eq!(answer.stderr, "");
    assert_eq!(sandbox.entries("."), ["small.toml"]);
    let answer = sandbox
        .flexcap(["run", "small.toml", "--dry-run", "--json"])
        .exits(0);
    let plan: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!(plan[0]["steps"], 48);
    assert_eq!(sandbox.entries("."), ["small.toml"]);
}

#[test]
fn a_dry_run_finds_what_the_run_would() {
    let sandbox = Sandbox::new();
    sandbox.flexcap(["run", "small.toml"]).exits(0);
    let answer = sandbox.flexcap(["run", "small.toml", "--dry-run"]);
    answer
        .exits(1)
        .says(&["results/small exists already", "--overwrite"]);
    sandbox
        .flexcap(["run", "small.toml", "--dry-run", "--overwrite"])
        .exits(0);
    sandbox.flexcap(["run", "gone.toml", "--dry-run"]).exits(3);
    assert!(
        sandbox.exists("results/small/summary.csv"),
        "the old result is still there"
    );
}

#[test]
fn overwrite_replaces_the_whole_result() {
    let sandbox = Sandbox::new();
    sandbox.run_small("out", &["run.seed=1"]).exits(0);
    let answer = sandbox.flexcap([
        "run",
        "small.toml",
        "--out",
        "out",
        "--overwrite",
        "--seed",
        "2",
    ]);
    answer.exits(0);
    assert_eq!(
        read(&sandbox, "out/replications.csv").distinct("seed"),
        ["2"]
    );
    assert_eq!(sandbox.entries("."), ["out", "small.toml"]);
}

#[test]
fn every_step_of_the_schema_runs() {
    let sandbox = Sandbox::new();
    for step in ["1m", "7m", "30m", "50m", "2h", "5h", "6h", "1d"] {
        let sets = [format!("run.step={step}"), format!("record.every={step}")];
        let sets = with_sets(
            &["run", "small.toml", "--out", step],
            &sets.each_ref().map(String::as_str),
        )
        .join("\n");
        sandbox.flexcap(sets.lines()).exits(0);
        let offered = read(&sandbox, &format!("{step}/summary.csv"));
        let offered = number(offered.cell(&[("metric", "offered"), ("entity", "chat")], "mean"));
        // The demand does not depend on how often the policy decides.
        assert!((offered / 20.6e6 - 1.0).abs() < 0.01, "{step}: {offered}");
    }
}

#[test]
fn a_horizon_need_not_be_whole_steps() {
    let sandbox = Sandbox::new();
    for (index, sets) in [
        ["run.horizon=90m", "run.warm_up=30m"],
        ["run.horizon=3600001ms", "run.warm_up=0s"],
    ]
    .iter()
    .enumerate()
    {
        sandbox.run_small(&index.to_string(), sets).exits(0);
    }
    let fleet = read(&sandbox, "0/fleet.csv");
    assert_eq!(
        fleet.distinct("time"),
        ["2024-07-01T00:00:00Z", "2024-07-01T01:00:00Z"]
    );
}

#[test]
fn the_square_wave_serves_what_its_comment_says() {
    let sandbox = Sandbox::new();
    let served = |out: &str, sets: &[&str]| {
        let run = ["run", "square-wave", "--quiet", "--out", out];
        sandbox.flexcap(with_sets(&run, sets)).exits(0);
        let summary = read(&sandbox, &format!("{out}/summary.csv"));
        let sum = |metric| {
            let of =
                |entity| number(summary.cell(&[("metric", metric), ("entity", entity)], "mean"));
            of("day") + of("night")
        };
        (sum("served_in_slo") + sum("served_late")) / sum("offered")
    };
    let dedicated = served("dedicated", &[]);
    assert!((dedicated - 0.7).abs() < 1e-3, "{dedicated}");
    let priority = "policy={ priority = { order = [\"day\", \"night\"], headroom = 0.0 } }";
    let flexible = served("flexible", &[priority]);
    assert!((flexible - 1.0).abs() < 1e-3, "{flexible}");
}

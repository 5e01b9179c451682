//! The commands that answer questions: what is shipped, a scenario to start from, what a word means.

use super::{Answer, Sandbox};

#[test]
fn list_names_scenarios_and_policies() {
    let answer = Sandbox::new().flexcap(["list"]).exits(0);
    assert_eq!(answer.stderr, "");
    answer.prints(&[
        "scenarios\n",
        "starter",
        "theory/mmc",
        "square-wave",
        "policies\n",
        "dedicated",
        "priority",
    ]);
}

#[test]
fn the_catalogue_names_its_sources() {
    let answer = Sandbox::new().flexcap(["list", "catalogue"]).exits(0);
    answer.prints(&["h100-sxm", "llama-3-405b", "azure2024-conversation"]);
}

#[test]
fn list_in_json_is_json_only() {
    for what in ["scenarios", "policies", "catalogue"] {
        let answer = Sandbox::new().flexcap(["list", what, "--json"]).exits(0);
        assert_eq!(answer.stderr, "");
        let items: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
        let items = items.as_array().unwrap();
        assert!(!items.is_empty());
        for item in items {
            for key in ["section", "name", "description"] {
                let text = item[key].as_str().unwrap();
                assert!(!text.trim().is_empty(), "{key} of {item}");
            }
        }
    }
}

/// A flag that does nothing is worse than none.
#[test]
fn json_is_honoured_or_refused_everywhere() {
    let sandbox = Sandbox::new();
    for arguments in [
        ["explain", "metrics"],
        ["explain", "run.horizon"],
        ["validate", "small.toml"],
    ] {
        let answer = sandbox.flexcap(arguments.into_iter().chain(["--json"]));
        let is_json = serde_json::from_str::<serde_json::Value>(&answer.stdout).is_ok();
        assert!(
            is_json || answer.code == Some(2),
            "{arguments:?} --json: {answer}"
        );
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    for arguments in [
        vec!["list", "catalogue"],
        vec!["explain", "keys"],
        vec!["init"],
        vec!["--help"],
    ] {
        let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin!("flexcap"))
            .args(&arguments)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let answer = Answer::from(child.wait_with_output().unwrap()).exits(0);
        assert_eq!(answer.stderr, "", "{arguments:?}");
    }
}

#[test]
fn what_init_prints_runs() {
    let sandbox = Sandbox::new();
    let answer = sandbox.flexcap(["init"]).exits(0);
    assert_eq!(answer.stderr, "");
    assert!(
        answer.stdout.matches('#').count() > 20,
        "it is commented: {answer}"
    );
    sandbox.write("mine.toml", answer.stdout);
    let run = [
        "run",
        "mine.toml",
        "--replications",
        "1",
        "--set",
        "scenario.name=mine",
    ];
    sandbox.flexcap(run).exits(0);
    assert!(sandbox.exists("results/mine/datapackage.json"));
}

#[test]
fn explain_knows_every_metric_of_a_result() {
    let sandbox = Sandbox::new();
    sandbox.run_small("out", &[]).exits(0);
    let all = sandbox.flexcap(["explain", "metrics"]).exits(0).stdout;
    let mut metrics: Vec<String> =
        super::tables::read(&sandbox, "out/summary.csv").column("metric");
    metrics.dedup();
    assert!(metrics.len() > 20, "{metrics:?}");
    for metric in metrics {
        assert!(all.contains(&metric), "{metric} in {all}");
        let one = sandbox.flexcap(["explain", &metric]).exits(0);
        assert!(one.stdout.starts_with(&metric), "{one}");
    }
}

#[test]
fn explain_knows_every_key_that_it_lists() {
    let sandbox = Sandbox::new();
    let keys = sandbox.flexcap(["explain", "keys"]).exits(0).stdout;
    let keys: Vec<&str> = keys
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(keys.len() > 50, "{keys:?}");
    // Starting a process for each would take long: every seventh, and the ones that users meet first.
    let chosen = keys.iter().step_by(7).copied();
    for key in chosen.chain(["run.horizon", "pool.main.spares", "policy.priority.order"]) {
        let answer = sandbox.flexcap(["explain", key]).exits(0);
        assert!(answer.stdout.lines().count() >= 2, "{key}: {answer}");
    }
}

#[test]
fn explain_knows_policies_and_exit_codes() {
    let sandbox = Sandbox::new();
    sandbox
        .flexcap(["explain", "policies"])
        .exits(0)
        .prints(&["dedicated", "priority"]);
    sandbox
        .flexcap(["explain", "priority"])
        .exits(0)
        .prints(&["policy priority:", "order"]);
    let codes = sandbox.flexcap(["explain", "exit-codes"]).exits(0);
    codes.prints(&["0 ", "1 ", "2 ", "3 ", "130 "]);
}

#[test]
fn explain_tells_apart_what_shares_a_name() {
    let sandbox = Sandbox::new();
    let value = sandbox.flexcap(["explain", "value"]).exits(0);
    value.prints(&["value [currency]", "policy value: ", "policy.value"]);
}

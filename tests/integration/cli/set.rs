//! `--set`: what it can do, and what it refuses. A bad setting is a bad scenario: exit 3, and the message shows the
//! argument with a caret below what is wrong.

use super::{Sandbox, with_sets};

#[track_caller]
fn refused(set: &str, texts: &[&str]) {
    let sandbox = Sandbox::new();
    let answer = sandbox.flexcap(with_sets(&["run", "small.toml"], &[set]));
    let answer = answer.exits(3).prints_nothing().says(texts);
    assert!(answer.stderr.contains("--set"), "{answer}");
    assert_eq!(sandbox.entries("."), ["small.toml"]);
}

#[track_caller]
fn resolved(sets: &[&str]) -> String {
    let sandbox = Sandbox::new();
    sandbox.run_small("out", sets).exits(0);
    sandbox.read("out/scenario.toml")
}

#[test]
fn an_unknown_path_names_the_nearest() {
    refused(
        "run.horzion=5d",
        &[
            "there is no key `run.horzion`",
            "did you mean `run.horizon`?",
        ],
    );
    refused(
        "pool.mian.spares=8",
        &["there is no `pool.mian`", "did you mean `pool.main`?"],
    );
    refused(
        "pool.main.sparse=8",
        &["`pool.main.sparse`", "did you mean `pool.main.spares`?"],
    );
    refused(
        "weather.rain=1",
        &["there is no key `weather`", "the keys are scenario, run"],
    );
    refused("run.horizon.unit=1", &["`run.horizon.unit`", "a duration"]);
    refused("=5", &["there is no key"]);
    refused("..=1", &["there is no key"]);
    refused("run.*.x=1", &["there is no key"]);
}

#[test]
fn a_wrong_type_says_what_the_key_holds() {
    refused(
        "run.replications=many",
        &["`run.replications` holds a whole number"],
    );
    refused(
        "run.replications=1.5",
        &["`run.replications`", "whole number"],
    );
    refused(
        "run.replications=\"3\"",
        &["`run.replications`", "whole number"],
    );
    refused("run=1", &["`run` must be a table"]);
    refused("run.horizon=5", &["`run.horizon`: \"5\" has no unit"]);
    refused("run.horizon={", &["`run.horizon`"]);
    refused("policy.priority.order=feed", &["not an array"]);
    refused("pool.main.initial=8", &["`pool.main.initial`", "table"]);
    refused(
        "scenario.name=../../evil",
        &["\"../../evil\" cannot be a name"],
    );
}

#[test]
fn no_equals_sign() {
    refused(
        "run.horizon",
        &["`--set run.horizon` has no `=`", "--set run.horizon=12w"],
    );
}

#[test]
fn one_setting_cannot_smuggle_in_another() {
    refused("pool.main.spares=8\naccelerators=5", &["pool.main.spares"]);
    refused("pool.main.spares=8 # more", &["pool.main.spares"]);
}

#[test]
fn a_wildcard_that_matches_nothing_is_an_error() {
    let sandbox = Sandbox::new();
    let sets = ["order.*.accelerators=8"];
    sandbox.write(
        "child.toml",
        "extends = \"small.toml\"\nremove = [\"order.more\"]\n",
    );
    let answer = sandbox.flexcap(with_sets(&["validate", "child.toml"], &sets));
    answer
        .exits(3)
        .says(&["`order.*.accelerators` matches nothing"]);
}

#[test]
fn every_bad_setting_is_reported() {
    let sandbox = Sandbox::new();
    let sets = ["run.horzion=5d", "run.seed=x", "record.every=7"];
    let answer = sandbox
        .flexcap(with_sets(&["run", "small.toml"], &sets))
        .exits(3);
    answer.says(&["run.horzion", "run.seed", "record.every"]);
}

#[test]
fn strings_need_no_quotes_and_may_have_them() {
    let text = resolved(&[
        "run.horizon=1d",
        "scenario.name='quoted'",
        "run.start=2024-08-01",
    ]);
    for line in [
        "horizon = \"1d\"",
        "name = \"quoted\"",
        "start = \"2024-08-01\"",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
}

#[test]
fn a_star_sets_all() {
    let text = resolved(&["inference.*.demand.base=5 /s"]);
    assert!(text.contains("base = \"5 /s\""), "{text}");
    assert!(text.contains("base = \"70000 /s\""), "{text}");
}

#[test]
fn the_last_setting_wins_and_short_forms_come_last() {
    let text = resolved(&["run.horizon=2d", "run.horizon=1d"]);
    assert!(text.contains("horizon = \"1d\""), "{text}");
    let sandbox = Sandbox::new();
    let arguments = [
        "run",
        "small.toml",
        "--seed",
        "3",
        "--set",
        "run.seed=4",
        "--replications",
        "2",
    ];
    sandbox.flexcap(arguments).exits(0);
    let text = sandbox.read("results/small/scenario.toml");
    assert!(
        text.contains("seed = 3") && text.contains("replications = 2"),
        "{text}"
    );
}

#[test]
fn a_policy_is_replaced_whole() {
    for set in [
        "policy={ dedicated = {} }",
        "policy.dedicated={}",
        "policy={dedicated={shares={main={llama=0.5}}}}",
    ] {
        let text = resolved(&[set]);
        assert!(
            text.contains("dedicated") && !text.contains("priority"),
            "{set}: {text}"
        );
    }
}

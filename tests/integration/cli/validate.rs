//! `flexcap validate`: finds every problem of every file, runs nothing and writes nothing. What is valid stays valid:
//! every shipped scenario, a workload of rate zero, a pool of nothing.

use super::{SMALL, Sandbox, changed, with_sets};

#[test]
fn a_valid_file_is_called_valid_and_nothing_is_written() {
    let sandbox = Sandbox::new();
    let answer = sandbox
        .flexcap(["validate", "small.toml"])
        .exits(0)
        .prints_nothing();
    assert_eq!(answer.stderr, "small.toml: valid\n");
    assert_eq!(sandbox.entries("."), ["small.toml"]);
}

#[test]
fn every_shipped_scenario_is_valid() {
    let sandbox = Sandbox::new();
    let list = sandbox.flexcap(["list", "scenarios", "--json"]).exits(0);
    let list: serde_json::Value = serde_json::from_str(&list.stdout).unwrap();
    let names: Vec<&str> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["name"].as_str().unwrap())
        .collect();
    assert!(
        names.contains(&"starter") && names.contains(&"theory/mmc"),
        "{names:?}"
    );
    for name in names {
        let answer = sandbox.flexcap(["validate", name]).exits(0);
        assert_eq!(
            answer.stderr,
            format!("{name}: valid\n"),
            "no warning either"
        );
    }
}

#[test]
fn several_problems_are_all_reported_at_once() {
    let sandbox = Sandbox::new();
    let text = SMALL
        .replace("name = \"small\"", "name = \"Small\"")
        .replace("horizon = \"2d\"", "horizon = 48")
        .replace("seed = 7", "seeed = 7")
        .replace("site = \"main\"", "site = \"mian\"")
        .replace("headroom = 0.15", "headroom = -1.0");
    sandbox.write("many.toml", text);
    let answer = sandbox
        .flexcap(["validate", "many.toml"])
        .exits(3)
        .prints_nothing();
    let line = |text: &str| {
        let line = 1 + SMALL[..SMALL.find(text).unwrap()].matches('\n').count();
        format!("many.toml:{line}:")
    };
    let texts = [
        "\"Small\" cannot be a name",
        "`run.horizon` needs a unit",
        "no key `seeed` in `run`",
        "did you mean `seed`?",
        "names the site `mian`",
        "`policy.priority.headroom`",
    ];
    let lines = [
        "name = \"small\"",
        "horizon =",
        "seed = 7",
        "site = \"main\"",
        "headroom =",
    ];
    let lines = lines.map(line);
    let answer = answer
        .says(&texts)
        .says(&lines.each_ref().map(String::as_str));
    // In the order of the file.
    let places = lines
        .each_ref()
        .map(|line| answer.stderr.find(line).unwrap());
    assert!(places.is_sorted(), "{answer}");
}

#[test]
fn a_number_that_is_none_does_not_hide_the_rest() {
    let sandbox = Sandbox::new();
    let text = SMALL
        .replace("seed = 7", "seeed = 7")
        .replace("mean = 1155", "mean = nan");
    sandbox.write("many.toml", text);
    let answer = sandbox.flexcap(["validate", "many.toml"]).exits(3);
    answer.says(&["`nan` is not a finite number", "did you mean `seed`?"]);
}

#[test]
fn a_syntax_error_does_not_hide_the_next_one() {
    let sandbox = Sandbox::new();
    let text = SMALL
        .replace("seed = 7", "seed = ")
        .replace("spares = 8", "spares = = 8");
    sandbox.write("broken.toml", text);
    let answer = sandbox.flexcap(["validate", "broken.toml"]).exits(3);
    answer.says(&["broken.toml:10:", "broken.toml:27:", "this is not TOML"]);
}

#[test]
fn cross_checks_do_not_wait_for_spelling() {
    let sandbox = Sandbox::new();
    let text = SMALL
        .replace("spares = 8", "spares = 9")
        .replace("gang = 128", "gangs = 128")
        .replace("[\"feed\", \"chat\", \"llama\"]", "[\"feed\", \"llama\"]");
    sandbox.write("many.toml", text);
    let answer = sandbox.flexcap(["validate", "many.toml"]).exits(3);
    let texts = [
        "did you mean `gang`?",
        "write 8 or 16",
        "the order leaves out chat",
    ];
    answer.says(&texts);
}

#[test]
fn what_is_missing_is_told_and_what_has_a_default_is_not() {
    let sandbox = Sandbox::new();
    sandbox.write("bare.toml", "[scenario]\nname = \"bare\"\n");
    let answer = sandbox.flexcap(["validate", "bare.toml"]).exits(3);
    let answer = answer.says(&["no `[run]` table", "no `[policy.…]` table"]);
    assert!(!answer.stderr.contains("record"), "{answer}");
}

#[test]
fn all_files_are_checked_though_the_first_is_wrong() {
    let sandbox = Sandbox::new();
    sandbox.write("one.toml", changed("\"2d\"", "2"));
    sandbox.write("two.toml", changed("\"8 MW\"", "8"));
    let answer = sandbox.flexcap([
        "validate",
        "one.toml",
        "small.toml",
        "gone.toml",
        "two.toml",
    ]);
    let texts = [
        "one.toml:8:",
        "small.toml: valid",
        "there is no file gone.toml",
        "two.toml:21:",
    ];
    answer.exits(3).prints_nothing().says(&texts);
}

#[test]
fn each_report_ends_its_line() {
    let sandbox = Sandbox::new();
    sandbox.write("one.toml", changed("\"2d\"", "2"));
    let answer = sandbox
        .flexcap(["validate", "one.toml", "one.toml"])
        .exits(3);
    assert!(answer.stderr.ends_with('\n'), "{answer}");
    let starts = answer
        .stderr
        .lines()
        .filter(|line| line.starts_with("error: "))
        .count();
    assert_eq!(starts, 2, "{answer}");
}

#[test]
fn run_refuses_what_validate_refuses_before_any_work() {
    let sandbox = Sandbox::new();
    sandbox.write("one.toml", changed("\"2d\"", "2"));
    sandbox.write("two.toml", changed("name = \"small\"", "name = \"Two\""));
    let answer = sandbox.flexcap(["run", "small.toml", "one.toml", "two.toml"]);
    answer
        .exits(3)
        .prints_nothing()
        .says(&["one.toml:8:", "two.toml:3:"]);
    assert!(!sandbox.exists("results"), "nothing ran");
}

#[test]
fn settings_are_checked_as_the_run_would() {
    let sandbox = Sandbox::new();
    let validate = |sets: &[&str]| sandbox.flexcap(with_sets(&["validate", "small.toml"], sets));
    validate(&["run.horizon=1d", "pool.*.spares=0"]).exits(0);
    validate(&["run.horizon=1"])
        .exits(3)
        .says(&["`run.horizon`", "no unit"]);
}

#[test]
fn a_workload_of_rate_zero_is_valid() {
    let sandbox = Sandbox::new();
    let rate = "inference.chat.demand.base=0 /s";
    sandbox
        .flexcap(["validate", "small.toml", "--set", rate])
        .exits(0);
}

#[test]
fn a_pool_of_no_accelerators_needs_an_order() {
    let sandbox = Sandbox::new();
    let pool = "[pool.later]\nhardware = \"h100\"\nsite = \"main\"\naccelerators = 0\n";
    let pool = format!("{pool}serves = [\"training\"]\n[order.more]");
    let answer = sandbox.validate_changed("[order.more]", &pool);
    answer
        .exits(3)
        .says(&["`later` has no accelerators, and no order brings any"]);
    let order = "[order.first]\npool = \"later\"\naccelerators = 8\nplaced = \"2024-07-01\"\n";
    let order = format!("{order}lead_time = \"1d\"\n{pool}");
    sandbox.validate_changed("[order.more]", &order).exits(0);
}

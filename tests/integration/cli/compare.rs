//! `flexcap compare` as a user drives it: what it prints in each form, what it says about results that are not alike or
//! not whole, and when it fails a build.

use std::fs;

use super::{Answer, Sandbox};

/// Two results of `small.toml` with the same seed: in `b` the pool is larger.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.run_small("a", &["run.replications=5"]).exits(0);
    let sets = ["run.replications=5", "pool.main.accelerators=320"];
    sandbox.run_small("b", &sets).exits(0);
    sandbox
}

fn compare(sandbox: &Sandbox, arguments: &[&str]) -> Answer {
    sandbox.flexcap(["compare"].into_iter().chain(arguments.iter().copied()))
}

fn json(sandbox: &Sandbox, arguments: &[&str]) -> serde_json::Value {
    let answer = compare(sandbox, arguments);
    serde_json::from_str(&answer.stdout).unwrap_or_else(|error| panic!("{error}: {answer}"))
}

#[test]
fn the_table_says_what_changed_and_why_it_may_have() {
    let sandbox = sandbox();
    let answer = compare(&sandbox, &["a", "b"]).exits(0).prints(&[
        "A: a (small, 5 replications, seed 7)",
        "B: b (small, 5 replications, seed 7)",
        "paired by seed and replication: 5 pairs\npairing removed",
        "installed_accelerator_hours[fleet]",
        "+21.27%",
        "scenario keys that differ (A -> B):",
        "  pool.main.accelerators: 256 -> 320",
        "--all shows the rest",
    ]);
    assert!(!answer.stdout.contains(" no evidence"), "{answer}");
    let all = compare(&sandbox, &["a", "b", "--all"]).exits(0);
    let all = all.prints(&["same", "slo_attainment[chat]"]);
    let rows = |answer: &Answer| {
        answer
            .stdout
            .lines()
            .filter(|line| line.contains('['))
            .count()
    };
    assert!(rows(&all) > rows(&answer));
}

/// The CSV holds every row, and each follows from both `replications.csv`.
#[test]
fn differences_follow_from_the_replications() {
    let sandbox = sandbox();
    let csv = compare(&sandbox, &["a", "b", "--all", "--csv"])
        .exits(0)
        .stdout;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    assert_eq!(
        reader
            .headers()
            .unwrap()
            .iter()
            .collect::<Vec<_>>()
            .join(","),
        "a,b,metric,entity_type,entity,unit,replications_a,replications_b,mean_a,mean_b,difference,\
         difference_percent,ci95_low,ci95_high,variance_removed,mark"
    );
    let value = |result: &str, replication: usize| -> f64 {
        let text = sandbox.read(&format!("{result}/replications.csv"));
        let start = format!("{replication},7,net_value,fleet,fleet,USD,");
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(&start))
            .unwrap();
        line.parse().unwrap()
    };
    let differences: Vec<f64> = (0..5).map(|n| value("b", n) - value("a", n)).collect();
    let mean = differences.iter().sum::<f64>() / 5.0;
    let squares: f64 = differences.iter().map(|d| (d - mean).powi(2)).sum();
    // t(4) is 2.776 445.
    let half = 2.776_445_105_197_794_4 * (squares / 4.0 / 5.0).sqrt();
    let mut rows = reader.records().map(Result::unwrap);
    let row = rows.find(|row| &row[2] == "net_value").unwrap();
    let number = |index: usize| row[index].parse::<f64>().unwrap();
    let scale = mean.abs().max(half);
    for (found, expected) in [
        (number(10), mean),
        (number(11), 100.0 * mean / number(8).abs()),
        (number(12), mean - half),
        (number(13), mean + half),
    ] {
        assert!(
            (found - expected).abs() < 1e-9 * scale,
            "{found} {expected} in {row:?}"
        );
    }
    assert_eq!((&row[0], &row[1], &row[6]), ("a", "b", "5"));
}

#[test]
fn the_forms_agree_and_exclude_each_other() {
    let sandbox = sandbox();
    let json = json(&sandbox, &["a", "b", "--json"]);
    let csv = compare(&sandbox, &["a", "b", "--csv"]).exits(0).stdout;
    let markdown = compare(&sandbox, &["a", "b", "--markdown"]).exits(0).stdout;
    let comparison = &json["comparisons"][0];
    let rows = comparison["rows"].as_array().unwrap();
    assert_eq!(csv.lines().count(), rows.len() + 1);
    let lines = markdown.lines().filter(|line| line.starts_with('|'));
    assert_eq!(lines.count(), rows.len() + 2);
    assert!(
        markdown.contains("- `pool.main.accelerators`: `256` -> `320`"),
        "{markdown}"
    );
    assert_eq!(comparison["pairing"]["pairs"], 5);
    assert_eq!(
        comparison["scenario_keys"],
        serde_json::json!([{ "key": "pool.main.accelerators", "a": "256", "b": "320" }])
    );
    assert_eq!(
        (&json["a"]["directory"], &json["a"]["seed"]),
        (&"a".into(), &7.into())
    );
    for forms in [
        ["--json", "--csv"],
        ["--csv", "--markdown"],
        ["--markdown", "--json"],
    ] {
        let answer = compare(&sandbox, &[&["a", "b"], &forms[..]].concat());
        answer.exits(2).prints_nothing();
    }
}

#[test]
fn filters_take_names_and_suggest_the_nearest() {
    let sandbox = sandbox();
    let filter = [
        "--metric",
        "value",
        "--metric",
        "idle_accelerator_hours",
        "--entity",
        "fleet",
    ];
    let found = json(
        &sandbox,
        &[&["a", "b", "--all", "--json"], &filter[..]].concat(),
    );
    let rows = found["comparisons"][0]["rows"].as_array().unwrap().iter();
    let names: Vec<_> = rows
        .map(|row| (row["metric"].as_str(), row["entity"].as_str()))
        .collect();
    assert_eq!(
        names,
        [
            (Some("value"), Some("fleet")),
            (Some("idle_accelerator_hours"), Some("fleet"))
        ]
    );
    let one = ["a", "b", "--all", "--json", "--metric", "value[fleet]"];
    let one = json(&sandbox, &one);
    assert_eq!(
        one["comparisons"][0]["rows"].as_array().map(Vec::len),
        Some(1)
    );
    for (arguments, said) in [
        (
            ["--metric", "net_valeu"],
            "no metric `net_valeu` in these results; did you mean `net_value`?",
        ),
        (
            ["--entity", "chta"],
            "no entity `chta` in these results; did you mean `chat`?",
        ),
        (
            ["--metric", "net_value[chat]"],
            "net_value[chat] is not in these results; net_value is measured on fleet",
        ),
        (
            ["--metric", "value[fleet"],
            "write METRIC[ENTITY], as in net_value[fleet]",
        ),
        (["--metric", "xyzzyxyzzy"], "there are: "),
        (
            ["--fail-if", "net_valeu[fleet] < 0"],
            "did you mean `net_value`?",
        ),
        (
            ["--fail-if", "net_value[chat] < 0"],
            "net_value is measured on fleet",
        ),
        (
            ["--fail-if", "net_value[fleet] < lots"],
            "`lots` is not a number",
        ),
        (["--fail-if", "net_value[fleet]"], "there is no < or >"),
        (
            ["--fail-if", "net_value < -1%"],
            "does not name a metric of an entity",
        ),
    ] {
        let answer = compare(&sandbox, &[&["a", "b"], &arguments[..]].concat());
        answer.exits(2).prints_nothing().says(&[said]);
    }
}

/// Installed hours grow by as much in every replication, so the interval is a point; the rest is judged by its ends.
#[test]
fn conditions_fail_only_where_the_whole_interval_is_beyond() {
    let sandbox = sandbox();
    let all = json(&sandbox, &["a", "b", "--all", "--json"]);
    let rows = all["comparisons"][0]["rows"].as_array().unwrap();
    let row = rows
        .iter()
        .find(|row| row["metric"] == "net_value")
        .unwrap();
    let end = |name: &str| row[name].as_f64().unwrap();
    let (low, high) = (end("ci95_low"), end("ci95_high"));
    assert!(low < high);
    let (middle, width) = (0.5 * (low + high), high - low);
    for (limit, exit) in [
        (format!("net_value[fleet] < {}", high + 0.01 * width), 5),
        (format!("net_value[fleet] < {}", high - 0.01 * width), 0),
        (format!("net_value[fleet] < {middle}"), 0),
        (format!("net_value[fleet] > {}", low - 0.01 * width), 5),
        (format!("net_value[fleet] > {}", low + 0.01 * width), 0),
        ("installed_accelerator_hours[fleet] > 21.2%".to_owned(), 5),
        ("installed_accelerator_hours[fleet] > 21.3%".to_owned(), 0),
        ("installed_accelerator_hours[fleet] < -1%".to_owned(), 0),
    ] {
        let answer = compare(&sandbox, &["a", "b", "--quiet", "--fail-if", &limit]).exits(exit);
        if exit == 5 {
            answer.says(&["failed: ", "holds for b: the difference is between"]);
        } else {
            assert!(answer.stderr.is_empty(), "{answer}");
        }
    }
    // Of several one is enough, whatever is shown.
    let both = [
        "--fail-if",
        "value[fleet] < -99%",
        "--fail-if",
        "installed_accelerator_hours[fleet] > 1%",
    ];
    let hidden = ["a", "b", "--metric", "cost"];
    let answer = compare(&sandbox, &[&hidden[..], &both[..]].concat()).exits(5);
    assert_eq!(answer.stderr.matches("failed: ").count(), 1, "{answer}");
    let told = json(&sandbox, &[&["a", "b", "--json"], &both[..]].concat());
    assert_eq!(
        (&told["fail_if"][0]["holds"], &told["fail_if"][1]["holds"]),
        (&false.into(), &true.into())
    );
}

#[test]
fn a_condition_that_cannot_be_judged_is_an_error_of_its_own() {
    let sandbox = Sandbox::new();
    sandbox.run_small("a", &["run.replications=1"]).exits(0);
    sandbox
        .run_small("b", &["run.replications=1", "pool.main.accelerators=320"])
        .exits(0);
    let answer = compare(&sandbox, &["a", "b", "--fail-if", "value[fleet] < -1%"]).exits(1);
    let answer = answer.says(&["value[fleet] < -1% cannot be judged for b", "no interval"]);
    let answer = answer.prints(&["1 pair; one has no interval", "differ, without intervals"]);
    // What differs is shown although nothing is certain; no interval is made up.
    let answer = answer.prints(&["installed_accelerator_hours[fleet]", "no evidence"]);
    assert!(!answer.stdout.contains('±'), "{answer}");
}

#[test]
fn results_of_other_seeds_are_compared_by_welch() {
    let sandbox = Sandbox::new();
    sandbox.run_small("a", &["run.replications=4"]).exits(0);
    sandbox
        .run_small("b", &["run.replications=6", "run.seed=8"])
        .exits(0);
    let answer = compare(&sandbox, &["a", "b", "--all"]).exits(0).prints(&[
        "not paired: no seed and replication is in both",
        "Welch's intervals of 4 and 6",
        "run.seed: 7 -> 8",
    ]);
    assert!(!answer.stdout.contains("pairing removed"), "{answer}");
    let found = json(&sandbox, &["a", "b", "--json"]);
    let pairing = &found["comparisons"][0]["pairing"];
    assert_eq!(
        (&pairing["paired"], &pairing["replications_b"]),
        (&false.into(), &6.into())
    );
}

#[test]
fn replications_that_only_one_has_are_left_out_and_said() {
    let sandbox = Sandbox::new();
    sandbox.run_small("a", &["run.replications=4"]).exits(0);
    sandbox.run_small("b", &["run.replications=6"]).exits(0);
    // The pairs are the same draws of the same scenario: nothing but the number of replications differs.
    compare(&sandbox, &["a", "b"]).exits(0).prints(&[
        "4 pairs, 2 of B left out",
        "0 of ",
        "run.replications: 4 -> 6",
    ]);
}

#[test]
fn a_result_and_itself_are_the_same() {
    let sandbox = Sandbox::new();
    sandbox.run_small("a", &[]).exits(0);
    let answer = compare(&sandbox, &["a", "a", "--all"]).exits(0);
    answer.prints(&["the scenarios are the same, key by key"]);
    let found = json(&sandbox, &["a", "a", "--all", "--json"]);
    let rows = found["comparisons"][0]["rows"].as_array().unwrap();
    assert!(rows.len() > 50);
    for row in rows {
        let expected = if row["mean_a"].is_null() {
            "no evidence"
        } else {
            "same"
        };
        assert_eq!(row["mark"], expected, "{row}");
    }
}

#[test]
fn several_results_are_each_compared_with_the_first() {
    let sandbox = sandbox();
    sandbox
        .run_small("c", &["run.replications=5", "policy={ dedicated = {} }"])
        .exits(0);
    compare(&sandbox, &["a", "b", "c"]).exits(0).prints(&[
        "B: b (small",
        "C: c (small",
        "C - A",
        "policy: { priority = ",
        " -> { dedicated = ",
    ]);
    let csv = compare(&sandbox, &["a", "b", "c", "--all", "--csv"])
        .exits(0)
        .stdout;
    assert!(
        csv.contains("\na,b,net_value,") && csv.contains("\na,c,net_value,"),
        "{csv}"
    );
}

#[test]
fn scenarios_with_other_workloads_are_compared_in_what_they_share() {
    let sandbox = Sandbox::new();
    sandbox.run_small("a", &[]).exits(0);
    sandbox.write("other.toml", super::SMALL.replace("feed", "reels"));
    sandbox
        .flexcap(["run", "other.toml", "--out", "b", "--quiet"])
        .exits(0);
    let answer = compare(&sandbox, &["a", "b"]).exits(0);
    answer.prints(&[
        "only in A: value[feed] in USD",
        "only in B: value[reels] in USD",
        " more",
        "ranking.feed: { ",
        " -> nothing",
        "ranking.reels: nothing -> { ",
    ]);
    // A name of either side is known; its condition cannot be judged.
    compare(
        &sandbox,
        &["a", "b", "--metric", "shed", "--entity", "reels"],
    )
    .exits(0);
    let answer = compare(&sandbox, &["a", "b", "--fail-if", "shed[reels] > 0"]).exits(1);
    answer.says(&["the two results do not both have it"]);
}

#[test]
fn a_data_file_with_another_content_is_named() {
    let sandbox = Sandbox::new();
    let page = include_str!("../../../docs/demand.md");
    let block = |kind: &str| {
        page.split_once(&format!("```{kind}\n"))
            .unwrap()
            .1
            .split_once("```")
            .unwrap()
            .0
    };
    sandbox.write("mine.toml", block("toml"));
    let rates = block("csv");
    for (out, rates) in [
        ("a", rates.to_owned()),
        ("b", rates.replacen("61000", "62000", 1)),
    ] {
        assert!(out == "a" || rates != block("csv"));
        sandbox.write("rates.csv", rates);
        let short = ["--replications", "2", "--set", "run.horizon=1w"];
        let run = ["run", "mine.toml", "--quiet", "--out", out];
        sandbox.flexcap(run.into_iter().chain(short)).exits(0);
    }
    compare(&sandbox, &["a", "b"])
        .exits(0)
        .prints(&["inputs/rates.csv has another content"]);
}

#[test]
fn all_rows_go_into_a_file() {
    let sandbox = sandbox();
    compare(&sandbox, &["a", "b", "--out", "all.csv"])
        .exits(0)
        .says(&["all rows are in all.csv"]);
    let printed = compare(&sandbox, &["a", "b", "--all", "--csv"])
        .exits(0)
        .stdout;
    assert_eq!(sandbox.read("all.csv"), printed);
    sandbox.write("all.csv", "mine");
    compare(&sandbox, &["a", "b", "--out", "all.csv"])
        .exits(1)
        .says(&["all.csv exists already", "--overwrite"]);
    assert_eq!(sandbox.read("all.csv"), "mine");
    compare(&sandbox, &["a", "b", "--out", "all.csv", "--overwrite"]).exits(0);
    assert_eq!(sandbox.read("all.csv"), printed);
    compare(&sandbox, &["a", "b", "--out", "no/such/folder.csv"])
        .exits(1)
        .says(&["cannot write no/such/folder.csv"]);
    compare(&sandbox, &["a", "b", "--overwrite"]).exits(2);
    assert_eq!(sandbox.entries("."), ["a", "all.csv", "b", "small.toml"]);
}

#[test]
fn what_is_no_whole_result_is_named_with_what_to_do() {
    let sandbox = sandbox();
    let table = fs::read(sandbox.path("b/replications.csv")).unwrap();
    let package = sandbox.read("b/datapackage.json");
    let refused = |said: &[&str]| {
        let answer = compare(&sandbox, &["a", "b"]).exits(1).prints_nothing();
        answer.says(said);
    };
    compare(&sandbox, &["a", "gone"])
        .exits(1)
        .says(&["gone does not exist", "hint: a result is the directory"]);
    compare(&sandbox, &["a", "small.toml"])
        .exits(1)
        .says(&["small.toml is not a directory"]);
    compare(&sandbox, &["a"]).exits(2);

    sandbox.write("b/replications.csv", &table[..table.len() / 3]);
    refused(&[
        "b/replications.csv has ",
        "bytes, but ",
        " were written",
        "hint: ",
    ]);
    let mut edited = table.clone();
    let last = edited.len() - 3;
    edited[last] = if edited[last] == b'1' { b'2' } else { b'1' };
    sandbox.write("b/replications.csv", &edited);
    refused(&[
        "b/replications.csv was changed after it was written",
        "hint: ",
    ]);
    fs::remove_file(sandbox.path("b/replications.csv")).unwrap();
    refused(&["b/replications.csv is missing"]);
    sandbox.write("b/replications.csv", &table);

    fs::remove_file(sandbox.path("b/datapackage.json")).unwrap();
    refused(&[
        "b holds no complete result: datapackage.json is missing",
        "hint: ",
    ]);
    for (version, said) in [
        (
            "\"version\": \"9.0.0\"",
            "b was written by flexcap 9.0.0, which flexcap",
        ),
        ("\"version\": \"0.99.0\"", "it is newer"),
    ] {
        sandbox.write(
            "b/datapackage.json",
            package.replacen("\"version\": \"0.1.0\"", version, 1),
        );
        refused(&[said, "hint: read it with that version"]);
    }
    sandbox.write("b/datapackage.json", &package[..package.len() / 2]);
    refused(&["b/datapackage.json is not a data package of flexcap"]);
    // An older patch or minor version is read, and said.
    sandbox.write(
        "b/datapackage.json",
        package.replacen("\"version\": \"0.1.0\"", "\"version\": \"0.0.9\"", 1),
    );
    compare(&sandbox, &["a", "b"])
        .exits(0)
        .says(&["b was written by flexcap 0.0.9"]);
}

#[test]
fn a_sweep_is_no_result_of_a_run() {
    let sandbox = super::sweep::sandbox();
    sandbox.flexcap(["sweep", "try.toml", "--quiet"]).exits(0);
    let answer = compare(&sandbox, &["results/try", "results/try"])
        .exits(1)
        .prints_nothing();
    answer.says(&["results/try is a sweep"]);
}

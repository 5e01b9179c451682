//! Demand from a file: where the file is looked for, what a run makes of it, and what a result keeps, so that it can be
//! run again and says when it cannot.

use std::fs;

use serde_json::Value;

use super::tables::{assert_same, read};
use super::{Sandbox, changed};

/// What `small.toml` says of its profile, noise aside.
pub const SHAPE: &str = "time_zone = \"America/New_York\"\nshape = \"azure2024-conversation\"\nnoise = { cv = 0.3, correlation = \"6h\" }";
/// The series that tests put in its place.
pub const SERIES: &str =
    "series = { file = \"rates.csv\", time = \"timestamp\", value = \"rpm\", unit = \"/m\" }";

/// Four days of ten minutes, from a day before `small.toml` starts.
pub fn four_days() -> String {
    let row = |index: u32| {
        let (day, minute) = (index / 144, index % 144 * 10);
        let date = ["2024-06-30", "2024-07-01", "2024-07-02", "2024-07-03"][day as usize];
        let rate = 5000 + 200 * (index * 7 % 13);
        format!("{date} {:02}:{:02}:00,{rate},x\n", minute / 60, minute % 60)
    };
    "timestamp,rpm,note\n".to_owned() + &(0..4 * 144).map(row).collect::<String>()
}

/// A sandbox with the file, and `mine.toml`, which is `small.toml` with this in place of the shape.
pub fn with_series(series: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("rates.csv", four_days());
    sandbox.write("mine.toml", changed(SHAPE, series));
    sandbox
}

/// Requests offered to `chat` in the first replication.
fn offered(sandbox: &Sandbox, result: &str) -> f64 {
    let table = read(sandbox, &format!("{result}/replications.csv"));
    let value = table.index("value");
    let of_chat = [
        ("replication", "0"),
        ("metric", "offered"),
        ("entity", "chat"),
    ];
    let row = table.having(&of_chat).next().expect("a service");
    row[value].parse().expect("a number")
}

#[test]
fn a_share_is_of_the_rates_of_the_file_and_a_base_of_its_shape() {
    let sandbox = with_series(SERIES);
    let run = |out: &str, sets: &[&str]| {
        let sets = sets.iter().flat_map(|set| ["--set", set]);
        let run = ["run", "mine.toml", "--quiet", "--out", out].into_iter();
        sandbox.flexcap(run.chain(sets)).exits(0);
        offered(&sandbox, out)
    };
    // Two days of minutes from the second day on: rows 144 to 431.
    let rates: Vec<f64> = (0..576)
        .map(|i| f64::from(5000 + 200 * (i * 7 % 13)))
        .collect();
    let in_run: f64 = rates[144..432].iter().sum::<f64>() * 10.0;
    let mean = rates.iter().sum::<f64>() / 576.0;
    let close = |found: f64, expected: f64| {
        assert!((found / expected - 1.0).abs() < 1e-9, "{found} {expected}")
    };
    close(
        run("share", &["inference.chat.demand.share=0.5"]),
        0.5 * in_run,
    );
    close(run("base", &[]), 120.0 * 60.0 * in_run / mean);
    close(
        run(
            "scaled",
            &[
                "inference.chat.demand.share=1",
                "demand.social.series.scale=0.1",
            ],
        ),
        0.1 * in_run,
    );
    // A step that no row fits into, and a launch: both are as they are without a series.
    close(
        run(
            "step",
            &[
                "inference.chat.demand.share=1",
                "run.step=35m",
                "record.every=35m",
                "run.horizon=48h",
            ],
        ),
        in_run,
    );
    close(
        run(
            "event",
            &[
                "inference.chat.demand.share=1",
                "demand.social.event={ x = { at = \"2024-07-02\", multiply = 2 } }",
            ],
        ),
        in_run + rates[288..432].iter().sum::<f64>() * 10.0,
    );
}

#[test]
fn a_series_is_shifted_and_repeated() {
    let series = SERIES.replace(" }", ", starts = \"2024-01-01\", repeat = true }");
    let sandbox = with_series(&series);
    sandbox
        .flexcap([
            "run",
            "mine.toml",
            "--quiet",
            "--out",
            "out",
            "--set",
            "inference.chat.demand.share=1",
        ])
        .exits(0);
    // 2024-07-01 is 182 days after 2024-01-01: 45 repetitions and two days.
    let in_run: f64 = (288..576)
        .map(|i| f64::from(5000 + 200 * (i * 7 % 13)) * 10.0)
        .sum();
    assert!((offered(&sandbox, "out") / in_run - 1.0).abs() < 1e-9);
}

#[test]
fn plain_numbers_count_from_a_date() {
    let sandbox = with_series(
        "series = { file = \"t.csv\", time = \"t_s\", value = \"rps\", unit = \"/s\", time_unit = \"s\", starts = \"2024-06-30\" }",
    );
    let rows: String = (0..4 * 24)
        .map(|hour| format!("{},{}\n", hour * 3600, 10 + hour))
        .collect();
    sandbox.write("t.csv", format!("t_s,rps\n{rows}"));
    sandbox
        .flexcap([
            "run",
            "mine.toml",
            "--quiet",
            "--out",
            "out",
            "--set",
            "inference.chat.demand.share=1",
        ])
        .exits(0);
    let in_run: f64 = (24..72).map(|hour| f64::from(10 + hour) * 3600.0).sum();
    assert!((offered(&sandbox, "out") / in_run - 1.0).abs() < 1e-9);
}

#[test]
fn a_result_keeps_the_file_and_gives_the_same_bytes_again() {
    let sandbox = with_series(SERIES);
    sandbox
        .flexcap(["run", "mine.toml", "--out", "one"])
        .exits(0);
    assert_eq!(sandbox.entries("one/inputs"), ["mine.toml", "rates.csv"]);
    assert_eq!(sandbox.read("one/inputs/rates.csv"), four_days());
    let package: Value = serde_json::from_str(&sandbox.read("one/datapackage.json")).unwrap();
    let input = &package["inputs"][1];
    assert_eq!(
        (&input["name"], &input["path"]),
        (&"rates.csv".into(), &"inputs/rates.csv".into())
    );
    let hash = flexcap::fingerprint::Fingerprint::of(four_days().as_bytes()).hash;
    assert_eq!(input["hash"], hash.as_str());
    let resolved = sandbox.read("one/scenario.toml");
    assert!(
        resolved.contains("file = \"inputs/rates.csv\""),
        "{resolved}"
    );
    assert!(
        resolved.contains(&format!("sha256 = \"{}\"", &hash[7..])),
        "{resolved}"
    );

    // The original may go.
    fs::remove_file(sandbox.path("rates.csv")).unwrap();
    sandbox
        .flexcap(["run", "one/scenario.toml", "--out", "two"])
        .exits(0);
    assert_same(&sandbox, "one", "two");
    assert_eq!(resolved, sandbox.read("two/scenario.toml"));

    sandbox.write("one/inputs/rates.csv", four_days().replace("5200", "5201"));
    for command in ["run", "validate"] {
        sandbox
            .flexcap([command, "one/scenario.toml"])
            .exits(3)
            .prints_nothing()
            .says(&[
                "inputs/rates.csv: the file has changed since",
                &hash[7..],
                "put the file back",
                "one/scenario.toml:",
            ]);
    }
}

#[test]
fn files_are_found_beside_the_scenario_that_names_them() {
    let sandbox = with_series(SERIES);
    for folder in ["base", "child"] {
        fs::create_dir(sandbox.path(folder)).unwrap();
    }
    for name in ["mine.toml", "rates.csv"] {
        fs::rename(sandbox.path(name), sandbox.path("base").join(name)).unwrap();
    }
    sandbox.flexcap(["validate", "base/mine.toml"]).exits(0);
    let extends = "extends = \"../base/mine.toml\"\n[demand.social.series]\nscale = 2\n";
    sandbox.write("child/child.toml", extends);
    sandbox.flexcap(["validate", "child/child.toml"]).exits(0);
    // What the child says is looked for beside the child, and what the command line says where one stands.
    sandbox.write(
        "child/other.toml",
        extends.to_owned() + "file = \"other.csv\"\n",
    );
    let refused = sandbox.flexcap(["validate", "child/other.toml"]);
    refused
        .exits(3)
        .says(&["there is no file child/other.csv", "child/other.toml:4:8"]);
    fs::copy(sandbox.path("base/rates.csv"), sandbox.path("here.csv")).unwrap();
    let here = [
        "validate",
        "child/other.toml",
        "--set",
        "demand.social.series.file=here.csv",
    ];
    sandbox.flexcap(here).exits(0);
}

#[test]
fn a_series_replaces_the_shape_of_a_base_and_a_share_its_rate() {
    let sandbox = with_series(SERIES);
    let patch = "extends = \"small.toml\"\n[demand.social]\n";
    let share = "[ranking.feed]\ndemand = { share = 2 }\n";
    sandbox.write("patch.toml", format!("{patch}{SERIES}\n{share}"));
    sandbox
        .flexcap(["run", "patch.toml", "--out", "out"])
        .exits(0);
    let resolved = sandbox.read("out/scenario.toml");
    assert!(!resolved.contains("shape = "), "{resolved}");
    assert!(
        resolved.contains("{ profile = \"social\", share = 2 }"),
        "{resolved}"
    );
}

#[test]
fn files_of_one_name_are_kept_apart_and_one_file_is_kept_once() {
    let sandbox = with_series(SERIES);
    fs::create_dir(sandbox.path("other")).unwrap();
    sandbox.write("other/rates.csv", four_days().replace("5200", "5201"));
    let more = [("again", "rates.csv"), ("second", "other/rates.csv")]
        .map(|(name, file)| format!("[demand.{name}]\n{}\n", SERIES.replace("rates.csv", file)));
    let text = sandbox.read("mine.toml") + &more.concat();
    sandbox.write("mine.toml", text);
    sandbox
        .flexcap(["run", "mine.toml", "--out", "one"])
        .exits(0);
    assert_eq!(
        sandbox.entries("one/inputs"),
        ["2-rates.csv", "mine.toml", "rates.csv"]
    );
    sandbox
        .flexcap(["run", "one/scenario.toml", "--out", "two"])
        .exits(0);
    assert_eq!(
        sandbox.read("one/scenario.toml"),
        sandbox.read("two/scenario.toml")
    );
}

#[test]
fn a_large_file_is_not_copied_but_found_again() {
    let sandbox = with_series(SERIES);
    // Every row twice, at a step of five minutes, with a note of 60,000 letters: 69 MB.
    let note = "n".repeat(60_000);
    let mut large = String::from("timestamp,rpm,note\n");
    for line in four_days().lines().skip(1) {
        let (time, rest) = line.split_at("2024-06-30 00:0".len());
        let rest = rest.trim_start_matches('0').trim_end_matches('x');
        large.extend([0, 5].map(|minute| format!("{time}{minute}{rest}{note}\n")));
    }
    assert!(large.len() > 64_000_000);
    sandbox.write("rates.csv", &large);
    sandbox
        .flexcap(["run", "mine.toml", "--out", "one"])
        .exits(0);
    assert_eq!(sandbox.entries("one/inputs"), ["mine.toml"]);
    let package: Value = serde_json::from_str(&sandbox.read("one/datapackage.json")).unwrap();
    let whole = sandbox.path("rates.csv").canonicalize().unwrap();
    assert_eq!(package["inputs"][1]["path"], whole.display().to_string());
    assert_eq!(package["inputs"][1]["bytes"], large.len());
    let resolved = sandbox.read("one/scenario.toml");
    assert!(
        resolved.contains(&whole.display().to_string()),
        "{resolved}"
    );
    sandbox
        .flexcap(["run", "one/scenario.toml", "--out", "two"])
        .exits(0);
    assert_same(&sandbox, "one", "two");
    sandbox.write("rates.csv", four_days());
    sandbox
        .flexcap(["validate", "one/scenario.toml"])
        .exits(3)
        .says(&["has changed since"]);
}

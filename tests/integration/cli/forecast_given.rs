//! The planner's own forecast from a file: what a run makes of it, what a result keeps, and what is refused, with the
//! line of the file and the place in the scenario. And what is refused of the other methods.

use super::tables::{assert_same, read};
use super::{SMALL, Sandbox};

const GIVEN: &str = "given = { file = \"p50p90.csv\" }";

/// A row of both services every twelve hours of the run: `feed` before `chat`, the order of no scenario.
fn table() -> String {
    let mut text = "service,time,p90,p50,note\n".to_owned();
    for half_day in 0..4 {
        let time = format!("2024-07-0{} {:02}:00", 1 + half_day / 2, half_day % 2 * 12);
        text += &format!(
            "feed,{time},90000,{}\n",
            format_args!("{},x", 60000 + 1000 * half_day)
        );
        text += &format!("chat,{time},150,{},y\n", 100 + 10 * half_day);
    }
    text
}

fn with_method(method: &str, table: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("p50p90.csv", table);
    sandbox.write(
        "mine.toml",
        format!("{SMALL}\n[forecast]\nmethod = {{ {method} }}\n"),
    );
    sandbox
}

/// Refused at the method's line with all of these texts, once.
#[track_caller]
fn refused(method: &str, table: &str, texts: &[&str]) {
    let sandbox = with_method(method, table);
    for command in ["validate", "run"] {
        let answer = sandbox
            .flexcap([command, "mine.toml"])
            .exits(3)
            .prints_nothing();
        let line = 3 + SMALL.matches('\n').count();
        let answer = answer
            .says(&[&format!("mine.toml:{line}:"), "^", "= help: "])
            .says(texts);
        assert_eq!(answer.stderr.matches("error: ").count(), 1, "{answer}");
    }
    assert!(!sandbox.exists("results"));
}

/// The table with one piece of text replaced.
fn changed(from: &str, to: &str) -> String {
    let text = table();
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

#[test]
fn a_table_is_what_the_policy_expects_and_a_result_keeps_it() {
    let sandbox = with_method(GIVEN, &table());
    let answer = sandbox
        .flexcap(["run", "mine.toml", "--quiet", "--out", "first"])
        .exits(0);
    assert!(!answer.stderr.contains("warning"), "{answer}");
    let services = read(&sandbox, "first/services.csv");
    let (time, forecast) = (services.index("time"), services.index("forecast_per_s"));
    let mut rows = 0;
    for (service, base, rise) in [("chat", 100.0, 10.0), ("feed", 60000.0, 1000.0)] {
        for row in services.having(&[("replication", "0"), ("service", service)]) {
            let half_day = if &row[time][..10] == "2024-07-01" {
                0.0
            } else {
                2.0
            } + if row[time][11..13].parse::<u32>().unwrap() < 12 {
                0.0
            } else {
                1.0
            };
            assert_eq!(
                row[forecast].parse::<f64>().unwrap(),
                base + rise * half_day
            );
            rows += 1;
        }
    }
    assert_eq!(rows, 96);
    assert!(sandbox.exists("first/inputs/p50p90.csv"));
    sandbox
        .flexcap(["run", "first/scenario.toml", "--quiet", "--out", "again"])
        .exits(0);
    assert_same(&sandbox, "first", "again");
    sandbox.write("first/inputs/p50p90.csv", changed("150", "151"));
    sandbox
        .flexcap(["validate", "first/scenario.toml"])
        .exits(3)
        .says(&["`forecast.method.given`", "has changed since"]);
}

#[test]
fn units_and_scales_are_those_of_series() {
    let sandbox = with_method(
        "given = { file = \"p50p90.csv\", unit = \"/m\", scale = 60 }",
        &table(),
    );
    sandbox
        .flexcap(["run", "mine.toml", "--quiet", "--out", "scaled"])
        .exits(0);
    let plain = with_method(GIVEN, &table());
    plain
        .flexcap(["run", "mine.toml", "--quiet", "--out", "plain"])
        .exits(0);
    assert_eq!(
        sandbox.read("scaled/replications.csv"),
        plain.read("plain/replications.csv")
    );
}

#[test]
fn tables_with_gaps_are_refused_with_the_place_unless_filled() {
    let gap = changed("chat,2024-07-01 12:00,150,110,y\n", "");
    refused(
        GIVEN,
        &gap,
        &[
            "`forecast.method.given`: p50p90.csv, line 6: of `chat`, 1 row is missing between",
            "2024-07-01 (line 3) and 2024-07-02 (line 6)",
            "`gaps = \"interpolate\"`",
        ],
    );
    with_method("given = { file = \"p50p90.csv\", gaps = \"hold\" }", &gap)
        .flexcap(["validate", "mine.toml"])
        .exits(0);
}

#[test]
fn tables_that_leave_something_out_are_refused() {
    let without_feed: String = table()
        .lines()
        .filter(|line| !line.starts_with("feed"))
        .map(|line| format!("{line}\n"))
        .collect();
    refused(
        GIVEN,
        &without_feed,
        &[
            "p50p90.csv has no rows for `feed`",
            "whose `service` is feed",
        ],
    );
    let short: String = table()
        .lines()
        .take(7)
        .map(|line| format!("{line}\n"))
        .collect();
    let sandbox = with_method(GIVEN, &short);
    sandbox.flexcap(["validate", "mine.toml"]).exits(3).says(&[
        "covers 2024-07-01 to 2024-07-02T12:00:00Z for `chat`",
        "the run goes from 2024-07-01 to 2024-07-03",
    ]);
    refused(
        GIVEN,
        "time,service,p50,p90\n",
        &["has a header and no rows"],
    );
    refused(GIVEN, "", &["the file is empty"]);
}

#[test]
fn services_that_do_not_exist_are_pointed_out() {
    refused(
        GIVEN,
        &table().replace("chat,", "chatt,"),
        &[
            "no rows for `chat`",
            "rows for \"chatt\": is it meant?",
            "which is no service",
        ],
    );
    let more = table() + "llama,2024-07-01,1,2,z\nllama,2024-07-02,2,2,z\n";
    let more = more.replace("llama,2024-07-01,1,2,z", "llama,2024-07-01,2,1,z");
    with_method(GIVEN, &more)
        .flexcap(["validate", "mine.toml"])
        .exits(0)
        .says(&["warning", "\"llama\", which is no service", "chat, feed"]);
}

#[test]
fn wrong_headers_and_rows_are_refused_with_their_line() {
    for (from, to, texts) in [
        (
            "p90,p50,note",
            "p95,p50,note",
            ["line 1: the file has no column \"p90\"", "did you mean"],
        ),
        (
            "p90,p50,note",
            "p90,p50,p90",
            ["line 1: two columns are called \"p90\"", "another name"],
        ),
        (
            "90000,60000",
            "59999,60000",
            [
                "line 2: the p90 of 59999 is less than the p50 of 60000",
                "nine cases",
            ],
        ),
        (
            "chat,2024-07-01 00:00,150",
            "chat,2024-07-01 00:00,-150",
            ["line 3: the value -150 is negative", "0 or more"],
        ),
        (
            "chat,2024-07-01 00:00,150",
            "chat,2024-07-01 00:00,",
            ["line 3: the row has no value", "gaps"],
        ),
        (
            "feed,2024-07-01 12:00",
            "feed,2024-07-01 00:00",
            [
                "line 4: the time \"2024-07-01 00:00\" is the same",
                "one row",
            ],
        ),
        (
            "chat,2024-07-01 00:00",
            "chat,0",
            ["line 3: \"0\" is not a time", "write dates"],
        ),
        (
            ",100,y",
            ",100",
            [
                "line 3: the row has 4 fields, but the header 5",
                "as many fields",
            ],
        ),
    ] {
        refused(GIVEN, &changed(from, to), &texts);
    }
    refused(
        "given = { file = \"p50p91.csv\" }",
        &table(),
        &["there is no file", "did you mean p50p90.csv?"],
    );
    refused("given = {}", &table(), &["needs the key `file`"]);
}

#[test]
fn periods_and_weights_out_of_range_are_refused() {
    for (method, texts) in [
        (
            "seasonal-naive = { period = \"0h\" }",
            ["at least 1 h and at most 1 y", "How long ago"],
        ),
        (
            "seasonal-naive = { period = \"90m\" }",
            ["a period of 90 m is not a whole number of hours", "\"1w\""],
        ),
        (
            "holt-winters = { period = \"0s\" }",
            ["at least 1 h", "season"],
        ),
        (
            "holt-winters = { period = \"36001s\" }",
            ["not a whole number of hours", "\"1w\""],
        ),
        (
            "holt-winters = { alpha = 1.1 }",
            ["at least 0 and at most 1", "level"],
        ),
        (
            "holt-winters = { gamma = -0.1 }",
            ["at least 0 and at most 1", "season"],
        ),
        (
            "holt-winters = { beta = nan }",
            ["not a finite number", "finite"],
        ),
        (
            "holt-winter = {}",
            ["holt-winter", "did you mean `holt-winters`"],
        ),
    ] {
        refused(method, "", &texts);
    }
    // One that is longer than all that will be seen falls back.
    with_method("seasonal-naive = { period = \"52w\" }", "")
        .flexcap(["run", "mine.toml", "--quiet"])
        .exits(0);
}

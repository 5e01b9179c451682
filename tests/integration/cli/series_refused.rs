//! Files that are no series, or not the one that the scenario means: exit 3, with the line of the file, the place in the
//! scenario and what to do. Nothing is run and nothing panics.

use std::fs;

use super::series::{SERIES, SHAPE, four_days, with_series};
use super::{Sandbox, changed};

/// `rates.csv` with this content is refused with all of `texts`, once, at the series of `mine.toml`.
#[track_caller]
fn refused(csv: impl AsRef<[u8]>, texts: &[&str]) {
    refused_with(SERIES, csv, texts);
}

#[track_caller]
fn refused_with(series: &str, csv: impl AsRef<[u8]>, texts: &[&str]) {
    let sandbox = with_series(series);
    sandbox.write("rates.csv", csv);
    answers(&sandbox, texts);
}

#[track_caller]
fn answers(sandbox: &Sandbox, texts: &[&str]) {
    for command in ["validate", "run"] {
        let answer = sandbox
            .flexcap([command, "mine.toml"])
            .exits(3)
            .prints_nothing();
        let line = 1 + sandbox
            .read("mine.toml")
            .lines()
            .take_while(|line| !line.starts_with("series"))
            .count();
        let answer = answer
            .says(&[&format!("mine.toml:{line}:"), "^", "= help: "])
            .says(texts);
        assert_eq!(answer.stderr.matches("error: ").count(), 1, "{answer}");
    }
    assert!(!sandbox.exists("results"));
}

/// Four days with one piece of text replaced.
fn csv(from: &str, to: &str) -> String {
    let text = four_days();
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

#[test]
fn files_that_are_not_there_or_are_no_files() {
    let sandbox = with_series(SERIES);
    fs::rename(sandbox.path("rates.csv"), sandbox.path("rate.csv")).unwrap();
    answers(
        &sandbox,
        &[
            "`demand.social.series`: rates.csv: there is no file rates.csv",
            "did you mean rate.csv?",
        ],
    );
    fs::create_dir(sandbox.path("rates.csv")).unwrap();
    answers(&sandbox, &["rates.csv is a directory"]);
    sandbox.write(
        "mine.toml",
        changed(SHAPE, &SERIES.replace("rates.csv", "no/where.csv")),
    );
    answers(
        &sandbox,
        &[
            "there is no file no/where.csv",
            "relative to the scenario file",
        ],
    );
}

#[cfg(target_os = "linux")]
#[test]
fn files_that_cannot_be_read() {
    let sandbox = with_series(SERIES);
    for (file, message) in [
        ("/dev/zero", "is not a plain file"),
        // Its first page belongs to nobody.
        ("/proc/self/mem", "cannot be read"),
    ] {
        sandbox.write(
            "mine.toml",
            changed(SHAPE, &SERIES.replace("rates.csv", file)),
        );
        answers(&sandbox, &[message]);
    }
}

#[test]
fn files_that_were_cut_off() {
    let text = four_days();
    let texts = [
        "line 577",
        "the row has 2 fields, but the header 3",
        "it was cut off",
        "fetch it again",
    ];
    refused(&text[..text.len() - 3], &texts);
    let narrow = text.replace(",x\n", "\n").replace(",note", "");
    refused(
        &narrow[..narrow.len() - 2],
        &["line 577", "without a line's end", "half of what it was"],
    );
    // A whole field behind those that are read says that they are whole.
    let sandbox = with_series(SERIES);
    sandbox.write("rates.csv", text.trim_end());
    sandbox.flexcap(["validate", "mine.toml"]).exits(0);
}

#[test]
fn a_series_that_does_not_cover_the_run() {
    let text = four_days();
    let half = text.find("2024-07-02 12:00").unwrap();
    let covers = [
        "rates.csv covers 2024-06-30 to 2024-07-02T12:00:00Z",
        "the run goes from 2024-06-30T18:00:00Z (warm-up included) to 2024-07-03",
    ];
    refused(&text[..half], &covers);
    let last_year = text.replace("2024-0", "2023-0");
    refused(
        &last_year,
        &["covers 2023-06-30 to 2023-07-04", "`starts` lays"],
    );
    let short = text.find("2024-07-01").unwrap();
    refused(
        &text[..short],
        &["covers 2024-06-30 to 2024-07-01", "`repeat = true`"],
    );
}

#[test]
fn headers_that_do_not_match() {
    refused(
        csv("rpm", "rpms"),
        &[
            "line 1",
            "no column \"rpm\"",
            "did you mean \"rpms\"?",
            "timestamp, rpms, note",
        ],
    );
    refused(
        csv("timestamp", "when"),
        &["no column \"timestamp\"", "the columns are when, rpm, note"],
    );
    refused(csv("note", "rpm"), &["two columns are called \"rpm\""]);
    refused(
        four_days().replace(',', ";"),
        &["separated by commas", "timestamp;rpm;note"],
    );
    refused(
        &four_days()["timestamp,rpm,note\n".len()..],
        &["no column", "2024-06-30 00:00:00, 5000, x"],
    );
}

#[test]
fn times_out_of_order_twice_or_no_times() {
    let (first, second) = ("2024-06-30 01:00:00", "2024-06-30 01:10:00");
    refused(
        csv(second, first),
        &[
            "line 9",
            "\"2024-06-30 01:00:00\" is the same as that of the row before it, on line 8",
        ],
    );
    refused(
        csv(second, "2024-06-30 00:55:00"),
        &[
            "line 9",
            "before that of the row before it",
            "sort the rows",
        ],
    );
    refused(
        csv(second, "2024-06-31 01:10:00"),
        &["line 9", "\"2024-06-31 01:10:00\" is not a time"],
    );
    refused(
        csv(second, "2024-06-30 01:13:00"),
        &["line 9", "13 m after the one before it", "step is 10 m"],
    );
    let numbers: String = (0..9).map(|row| format!("{row},1\n")).collect();
    refused(
        format!("timestamp,rpm\n{numbers}"),
        &["line 2", "\"0\" is not a time", "time_unit"],
    );
}

#[test]
fn times_of_another_zone() {
    let new_york = SERIES.replace(" }", ", time_zone = \"America/New_York\" }");
    let with_offset = |offset: &str| four_days().replace(":00,", &format!(":00{offset},"));
    let texts = [
        "line 2",
        "\"2024-06-30 00:00:00Z\" is not of America/New_York, whose offset then is -04",
    ];
    refused_with(&new_york, with_offset("Z"), &texts);
    refused_with(
        &new_york,
        with_offset("+02:00"),
        &["is not of America/New_York"],
    );
    let sandbox = with_series(&new_york);
    sandbox.write("rates.csv", with_offset("-04:00"));
    sandbox.flexcap(["validate", "mine.toml"]).exits(0);
    sandbox.write(
        "mine.toml",
        changed(SHAPE, &SERIES.replace(" }", ", time_zone = \"Mars\" }")),
    );
    answers(&sandbox, &["not a time zone"]);
}

#[test]
fn gaps_are_told_or_filled() {
    let gap = csv(
        "2024-06-30 01:10:00,7000,x\n2024-06-30 01:20:00,5800,x\n",
        "",
    );
    let texts = [
        "line 9",
        "2 rows are missing between 2024-06-30T01:00:00Z (line 8) and 2024-06-30T01:30:00Z (line 9)",
        "interpolate",
    ];
    refused(&gap, &texts);
    for gaps in ["interpolate", "hold"] {
        let sandbox = with_series(&SERIES.replace(" }", &format!(", gaps = \"{gaps}\" }}")));
        sandbox.write("rates.csv", &gap);
        sandbox.flexcap(["validate", "mine.toml"]).exits(0);
    }
    refused_with(
        &SERIES.replace(" }", ", gaps = \"fill\" }"),
        &gap,
        &["must be \"refuse\", \"interpolate\" or \"hold\""],
    );
}

#[test]
fn values_that_are_no_rates() {
    for (value, message) in [
        ("-5", "the value -5 is negative"),
        ("NaN", "not a finite number"),
        ("inf", "not a finite number"),
        ("1e400", "not a finite number"),
        ("1e300", "too large"),
        ("", "the row has no value"),
        ("five", "\"five\" is not a number"),
        ("1,5", "the row has 4 fields, but the header 3"),
    ] {
        refused(
            csv("01:00:00,5600", &format!("01:00:00,{value}")),
            &["line 8", message],
        );
    }
}

#[test]
fn files_of_nothing_and_of_junk() {
    refused("", &["the file is empty"]);
    refused("\n\n", &["the file is empty"]);
    refused("timestamp,rpm\n", &["a header and no rows"]);
    refused("timestamp,rpm\n2024-06-30,5\n", &["one row"]);
    refused([0xff, 0xfe, 0, 1, 2], &["line 1", "not UTF-8"]);
    refused([0; 100_000], &["line 1", "longer than 65536 bytes"]);
    refused(
        csv("5200", "\"5200"),
        &["line 4", "a quoted field does not end"],
    );
}

#[test]
fn zeros_cannot_be_scaled_but_shared() {
    let text = four_days();
    let zeros: String = text
        .lines()
        .map(|line| match line.split_once(":00,") {
            Some((time, _)) => format!("{time}:00,0,x\n"),
            None => format!("{line}\n"),
        })
        .collect();
    let sandbox = with_series(SERIES);
    sandbox.write("rates.csv", zeros);
    let answer = sandbox.flexcap(["validate", "mine.toml"]).exits(3);
    answer.says(&[
        "`inference.chat.demand.base`: all values of rates.csv are zero",
        "`ranking.feed.demand.base`",
    ]);
    let shares = ["--set", "*.*.demand.share=1"];
    let shares = [
        "--set",
        "inference.chat.demand.share=1",
        "--set",
        "ranking.feed.demand.share=1",
    ]
    .into_iter()
    .chain(shares.into_iter().skip(2));
    sandbox
        .flexcap(
            ["run", "mine.toml", "--out", "out"]
                .into_iter()
                .chain(shares),
        )
        .exits(0);
}

#[test]
fn a_file_that_has_changed_since() {
    let hash = "0".repeat(64);
    let series = SERIES.replace(" }", &format!(", sha256 = \"{hash}\" }}"));
    refused_with(
        &series,
        four_days(),
        &["has changed since", &hash, "delete `sha256`"],
    );
    // Whatever else is wrong with it.
    refused_with(&series, "junk", &["has changed since"]);
    refused_with(
        &SERIES.replace(" }", ", sha256 = \"abc\" }"),
        four_days(),
        &["must be 64 hexadecimal digits"],
    );
}

/// Elsewhere a rate per minute is "/m", which is as near to "/s".
#[test]
fn a_unit_is_not_guessed() {
    let texts = [
        "`demand.social.series.unit`: \"/m\" must be",
        "write one of /s, /min, /h, /d",
    ];
    refused_with(&SERIES.replace("/min", "/m"), four_days(), &texts);
}

#[test]
fn keys_that_contradict_each_other() {
    refused_with(
        &SERIES.replace(" }", ", time_unit = \"s\" }"),
        four_days(),
        &["need a date to count from"],
    );
    let sandbox = with_series(&format!("shape = {{}}\n{SERIES}"));
    answers(&sandbox, &["`demand.social` has both `shape` and `series`"]);
    let sandbox = Sandbox::new();
    for (demand, texts) in [
        (
            "{ profile = \"social\", share = 0.5 }",
            ["the profile `social` has no series", "base ="],
        ),
        ("{ share = 0.5 }", ["there is no profile", "base ="]),
        (
            "{ profile = \"social\", base = \"1 /s\", share = 0.5 }",
            ["has both `base` and `share`", "keep one"],
        ),
        (
            "{ profile = \"social\" }",
            ["none of `base`, `share`", "exactly one"],
        ),
        (
            "{ profile = \"social\", share = -1 }",
            ["a share of -1", "half of the series"],
        ),
    ] {
        sandbox.write(
            "odd.toml",
            changed("{ profile = \"social\", base = \"120 /s\" }", demand),
        );
        sandbox
            .flexcap(["validate", "odd.toml"])
            .exits(3)
            .says(&texts)
            .says(&["odd.toml:"]);
    }
}

#[test]
fn odd_but_possible_series_are_warned_of() {
    let sandbox = with_series(&SERIES.replace(" }", ", repeat = true }"));
    let text = four_days();
    let cut = text.find("2024-07-03 12:00").unwrap();
    sandbox.write("rates.csv", &text[..cut]);
    let answer = sandbox.flexcap(["validate", "mine.toml"]).exits(0);
    answer.says(&["no whole number of days", "whole weeks"]);
    sandbox.write(
        "mine.toml",
        changed(SHAPE, &format!("time_zone = \"Europe/Berlin\"\n{SERIES}")),
    );
    sandbox.write("rates.csv", four_days());
    let answer = sandbox.flexcap(["validate", "mine.toml"]).exits(0);
    answer.says(&["which a series does not follow", "`series.time_zone`"]);
}

#[test]
fn byte_order_marks_windows_lines_and_quotes_are_no_problem() {
    let text = four_days();
    let quoted = text.replace(
        "2024-06-30 01:00:00,5600,x",
        "\"2024-06-30 01:00:00\" , \"5600\" ,\"x, \"\"y\"\"\"",
    );
    assert_ne!(text, quoted);
    for csv in [
        format!("\u{feff}{text}"),
        text.replace('\n', "\r\n"),
        format!("{text}\n\n"),
        quoted,
    ] {
        let sandbox = with_series(SERIES);
        sandbox.write("rates.csv", csv);
        sandbox
            .flexcap(["validate", "mine.toml"])
            .exits(0)
            .says(&["mine.toml: valid"]);
    }
}

//! Rows that make no series, and keys that make no sense of them: exit 3 with the line and the place, or a warning where
//! something odd is possible.

use super::series::{SERIES, SHAPE, four_days, with_series};
use super::series_refused::{answers, csv, refused, refused_with};
use super::{Sandbox, changed, with_sets};

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
    let shares = [
        "inference.chat.demand.share=1",
        "ranking.feed.demand.share=1",
    ];
    let run = with_sets(&["run", "mine.toml", "--out", "out"], &shares);
    sandbox.flexcap(run).exits(0);
}

#[test]
fn a_unit_is_not_guessed() {
    let texts = [
        "`demand.social.series.unit`: \"/min\" must be",
        "write one of /s, /m, /h, /d",
    ];
    refused_with(&SERIES.replace("/m", "/min"), four_days(), &texts);
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

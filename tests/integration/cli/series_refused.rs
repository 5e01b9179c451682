//! Files that are no series, or not the one that the scenario means: exit 3, with the line of the file, the place in the
//! scenario and what to do. Nothing is run and nothing panics.

use std::fs;

use super::series::{SERIES, SHAPE, four_days, with_series};
use super::{Sandbox, changed};

/// `rates.csv` with this content is refused with all of `texts`, once, at the series of `mine.toml`.
#[track_caller]
pub fn refused(csv: impl AsRef<[u8]>, texts: &[&str]) {
    refused_with(SERIES, csv, texts);
}

#[track_caller]
pub fn refused_with(series: &str, csv: impl AsRef<[u8]>, texts: &[&str]) {
    let sandbox = with_series(series);
    sandbox.write("rates.csv", csv);
    answers(&sandbox, texts);
}

#[track_caller]
pub fn answers(sandbox: &Sandbox, texts: &[&str]) {
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
pub fn csv(from: &str, to: &str) -> String {
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

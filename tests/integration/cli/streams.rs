//! Who hears what: data on stdout, notes and errors on stderr, less with `--quiet`, JSON alone with `--json`. Streams that
//! break do not break the run.

use std::process::Command;

use super::{Answer, Sandbox, changed};

#[test]
fn the_summary_goes_to_stdout_and_notes_to_stderr() {
    let sandbox = Sandbox::new();
    let answer = sandbox.flexcap(["run", "small.toml"]).exits(0);
    assert!(
        answer
            .stdout
            .starts_with("small: 2 days, 3 replications, seed 7"),
        "{answer}"
    );
    assert!(!answer.stdout.contains("result in"), "{answer}");
    let notes: Vec<&str> = answer.stderr.lines().collect();
    let [note] = notes.as_slice() else {
        panic!("one note is enough: {answer}");
    };
    assert!(note.starts_with("small: 3 replications in "), "{answer}");
    assert!(note.ends_with(", result in results/small"), "{answer}");
}

#[test]
fn the_summary_names_every_workload_and_fits_a_terminal() {
    let sandbox = Sandbox::new();
    let answer = sandbox.flexcap(["run", "small.toml"]).exits(0);
    let answer = answer.prints(&[
        "chat",
        "feed",
        "llama",
        "idle",
        "failed",
        "net value, USD",
        "±",
    ]);
    for line in answer.stdout.lines() {
        assert!(line.chars().count() <= 80, "`{line}`");
        assert_eq!(line, line.trim_end());
    }
}

#[test]
fn quiet_is_silent_on_stderr() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "other.toml",
        changed("name = \"small\"", "name = \"other\""),
    );
    let answer = sandbox
        .flexcap(["run", "small.toml", "other.toml", "--quiet"])
        .exits(0);
    assert_eq!(answer.stderr, "");
    assert!(
        answer.stdout.contains("small:") && answer.stdout.contains("other:"),
        "{answer}"
    );
    assert_eq!(
        sandbox
            .flexcap(["-q", "validate", "small.toml"])
            .exits(0)
            .stderr,
        ""
    );
    // Errors are still told.
    sandbox
        .flexcap(["run", "gone.toml", "--quiet"])
        .exits(3)
        .says(&["gone.toml"]);
}

#[test]
fn json_is_json_and_nothing_else() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "other.toml",
        changed("name = \"small\"", "name = \"other\""),
    );
    let answer = sandbox
        .flexcap(["run", "small.toml", "other.toml", "--json"])
        .exits(0);
    let results: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
    let results = results.as_array().unwrap();
    let names: Vec<_> = results
        .iter()
        .map(|result| result["scenario"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["small", "other"]);
    for result in results {
        assert_eq!(result["seed"], 7);
        let directory = result["directory"].as_str().unwrap();
        let rows = result["summary"].as_array().unwrap();
        let csv = super::tables::read(&sandbox, &format!("{directory}/summary.csv"));
        assert_eq!(rows.len(), csv.rows.len());
        for (row, cells) in rows.iter().zip(&csv.rows) {
            assert_eq!(row["metric"], cells[0].as_str());
            // Reading JSON rounds the last digit.
            let (mean, cell) = (row["mean"].as_f64(), cells[5].parse::<f64>().ok());
            let same = |mean: f64, cell: f64| (mean - cell).abs() <= 1e-12 * cell.abs();
            let same = match (mean, cell) {
                (Some(mean), Some(cell)) => same(mean, cell),
                (mean, cell) => mean == cell,
            };
            assert!(same, "{mean:?} {cells:?}");
        }
    }
}

#[test]
fn json_stays_json_where_a_value_is_missing() {
    let sandbox = Sandbox::new();
    let rate = "inference.chat.demand.base=0 /s";
    let answer = sandbox
        .flexcap(["run", "small.toml", "--json", "--set", rate])
        .exits(0);
    let results: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
    let rows = results[0]["summary"].as_array().unwrap();
    let attainment = rows
        .iter()
        .find(|row| row["metric"] == "slo_attainment" && row["entity"] == "chat");
    assert!(attainment.unwrap()["mean"].is_null());
}

#[test]
fn an_error_leaves_stdout_empty_even_with_json() {
    let sandbox = Sandbox::new();
    sandbox
        .flexcap(["run", "gone.toml", "--json"])
        .exits(3)
        .prints_nothing();
    sandbox
        .flexcap(["run", "small.toml", "--out", "small.toml", "--json"])
        .exits(1)
        .prints_nothing();
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_stdout_is_told_and_the_result_is_kept() {
    let sandbox = Sandbox::new();
    let full = || {
        std::fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap()
    };
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("flexcap"));
    command
        .current_dir(sandbox.path("."))
        .args(["run", "small.toml"])
        .stdout(full());
    let answer = Answer::from(command.output().unwrap()).exits(1);
    answer.says(&["stdout", "No space left"]);
    assert!(sandbox.exists("results/small/datapackage.json"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_stderr_changes_no_exit_code() {
    let sandbox = Sandbox::new();
    sandbox.write("bad.toml", changed("\"2d\"", "2"));
    let full = || {
        std::fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap()
    };
    for (arguments, code) in [
        (vec!["run", "small.toml"], 0),
        (vec!["validate", "small.toml"], 0),
        (vec!["validate", "bad.toml"], 3),
        (vec!["run", "small.toml"], 1),
        (vec!["explain", "nonsense"], 2),
    ] {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("flexcap"));
        command
            .current_dir(sandbox.path("."))
            .args(&arguments)
            .stderr(full());
        let answer = Answer::from(command.output().unwrap());
        assert_eq!(answer.code, Some(code), "{arguments:?}: {answer}");
    }
}

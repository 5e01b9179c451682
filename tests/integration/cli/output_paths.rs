//! Places where a result cannot be written: exit 1, a message that names the path and says what to do, nothing half
//! written, and whatever was there before untouched. `--overwrite` replaces results of flexcap and nothing else.

use std::fs;
use std::process::Command;

use super::tables::assert_same;
use super::{Answer, Sandbox};

/// The run cannot write to `out`, says all of `texts`, and changes nothing in the sandbox.
#[track_caller]
fn refused(sandbox: &Sandbox, out: &str, flags: &[&str], texts: &[&str]) {
    let before = sandbox.entries(".");
    let run = ["run", "small.toml", "--out", out];
    let answer = sandbox.flexcap(run.iter().chain(flags).copied());
    answer.exits(1).prints_nothing().says(texts);
    assert_eq!(sandbox.entries("."), before, "--out {out}");
}

#[test]
fn a_result_that_exists() {
    let sandbox = Sandbox::new();
    sandbox.run_small("out", &[]).exits(0);
    sandbox.run_small("copy", &[]).exits(0);
    refused(
        &sandbox,
        "out",
        &["--seed", "9"],
        &["out exists already", "--overwrite", "--out DIR"],
    );
    assert_same(&sandbox, "out", "copy");
    sandbox.flexcap(["run", "small.toml"]).exits(0);
    let answer = sandbox.flexcap(["run", "small.toml"]);
    answer.exits(1).says(&["results/small exists already"]);
}

#[test]
fn all_outputs_are_checked_before_the_first_run() {
    let sandbox = Sandbox::new();
    fs::create_dir_all(sandbox.path("both/starter")).unwrap();
    let answer = sandbox.flexcap(["run", "small.toml", "starter", "--out", "both"]);
    answer
        .exits(1)
        .prints_nothing()
        .says(&["both/starter exists already"]);
    assert_eq!(sandbox.entries("both"), ["starter"]);
}

#[test]
fn a_file() {
    let sandbox = Sandbox::new();
    sandbox.write("file", "precious");
    for flags in [&[][..], &["--overwrite"]] {
        refused(
            &sandbox,
            "file",
            flags,
            &["file is not a directory", "--out DIR"],
        );
        refused(
            &sandbox,
            "file/below",
            flags,
            &["file/below", "Not a directory"],
        );
        refused(
            &sandbox,
            "file/far/below",
            flags,
            &["file/far/below", "Not a directory"],
        );
    }
    assert_eq!(sandbox.read("file"), "precious");
}

#[test]
fn paths_that_name_no_directory() {
    let sandbox = Sandbox::new();
    for out in [".", "..", "/"] {
        for flags in [&[][..], &["--overwrite"]] {
            refused(
                &sandbox,
                out,
                flags,
                &["does not name a directory to create"],
            );
        }
    }
    let long = "x".repeat(300);
    refused(&sandbox, &long, &[], &["File name too long"]);
}

#[test]
fn overwrite_replaces_nothing_but_results() {
    let sandbox = Sandbox::new();
    fs::create_dir_all(sandbox.path("home/documents")).unwrap();
    sandbox.write("home/thesis.md", "three years of work");
    let texts = ["home holds other things than a flexcap result", "--out DIR"];
    refused(&sandbox, "home", &["--overwrite"], &texts);
    // A data package of another program is no flexcap result either.
    sandbox.write(
        "home/datapackage.json",
        "{\"name\": \"mine\", \"resources\": []}",
    );
    refused(&sandbox, "home", &["--overwrite"], &texts);
    sandbox.write("home/datapackage.json", "not even JSON");
    refused(&sandbox, "home", &["--overwrite"], &texts);
    assert_eq!(sandbox.read("home/thesis.md"), "three years of work");
    assert_eq!(
        sandbox.entries("home"),
        ["datapackage.json", "documents", "thesis.md"]
    );
}

#[test]
fn an_empty_directory_may_be_replaced_if_asked() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("empty")).unwrap();
    refused(&sandbox, "empty", &[], &["empty exists already"]);
    sandbox
        .flexcap(["run", "small.toml", "--out", "empty", "--overwrite"])
        .exits(0);
    assert!(sandbox.exists("empty/summary.csv"));
}

#[cfg(unix)]
#[test]
fn links_are_followed_and_stay() {
    use std::os::unix::fs::symlink;
    let sandbox = Sandbox::new();
    sandbox.run_small("real", &["run.seed=1"]).exits(0);
    symlink("real", sandbox.path("link")).unwrap();
    symlink("nowhere", sandbox.path("dangling")).unwrap();
    refused(&sandbox, "link", &[], &["link exists already"]);
    refused(
        &sandbox,
        "dangling",
        &["--overwrite"],
        &["dangling", "No such file"],
    );
    sandbox
        .flexcap(["run", "small.toml", "--out", "link", "--overwrite"])
        .exits(0);
    assert!(sandbox.path("link").is_symlink());
    assert!(sandbox.read("real/scenario.toml").contains("seed = 7"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_place_where_nobody_may_write() {
    let sandbox = Sandbox::new();
    // Not even root makes files in /proc.
    refused(&sandbox, "/proc/result", &[], &["cannot write into /proc"]);
    refused(
        &sandbox,
        "/dev/null",
        &[],
        &["/dev/null is not a directory"],
    );
}

#[test]
fn of_two_runs_to_one_place_one_wins_and_the_other_says_so() {
    let sandbox = Sandbox::new();
    let spawn = || {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("flexcap"));
        command.current_dir(sandbox.path(".")).args([
            "run",
            "small.toml",
            "--quiet",
            "--out",
            "out",
        ]);
        command
            .args(["--replications", "40"])
            .stdout(std::process::Stdio::null());
        command
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap()
    };
    let children = [spawn(), spawn(), spawn()];
    let answers = children.map(|child| Answer::from(child.wait_with_output().unwrap()));
    let mut codes = answers.each_ref().map(|answer| answer.code.unwrap());
    codes.sort_unstable();
    assert_eq!(codes, [0, 1, 1], "{answers:?}");
    for answer in answers.iter().filter(|answer| answer.code == Some(1)) {
        assert!(answer.stderr.contains("out exists already"), "{answer}");
    }
    assert_eq!(sandbox.entries("."), ["out", "small.toml"]);
}

//! Disks that are full or read-only: exit 1 and nothing half written. Each disk is a small tmpfs in a mount namespace of
//! its own, so that it goes away with the command whatever the test does.
#![cfg(target_os = "linux")]

use std::fs;
use std::process::Command;

use super::{Answer, Sandbox};

/// Runs a line of shell where `mnt` is a small file system of its own that goes away with the shell; nothing if
/// this machine does not let us have one.
fn with_tmpfs(sandbox: &Sandbox, options: &str, line: &str) -> Option<Answer> {
    fs::create_dir_all(sandbox.path("mnt")).unwrap();
    let mount = |namespace: &str, line: &str| {
        let line = format!("mount -t tmpfs -o {options} tmpfs mnt && {{ {line}; }}");
        let mut command = Command::new("unshare");
        command.args([namespace, "sh", "-c", &line]);
        command.env("FLEXCAP", assert_cmd::cargo::cargo_bin!("flexcap"));
        command.current_dir(sandbox.path(".")).output()
    };
    let works =
        |namespace: &&str| mount(namespace, "true").is_ok_and(|output| output.status.success());
    let Some(namespace) = ["-m", "-rm"].into_iter().find(works) else {
        println!(
            "skipped: a tmpfs cannot be mounted here, neither as root nor in a user namespace"
        );
        return None;
    };
    Some(Answer::from(mount(namespace, line).unwrap()))
}

#[test]
fn a_read_only_place() {
    let sandbox = Sandbox::new();
    let line = "$FLEXCAP run small.toml --out mnt/out";
    let Some(answer) = with_tmpfs(&sandbox, "ro", line) else {
        return;
    };
    answer
        .exits(1)
        .prints_nothing()
        .says(&["cannot write into mnt", "Read-only", "--out DIR"]);
}

/// The disk fills at a different moment each time: in a detail file, in the summary, in the data package.
#[test]
fn a_full_disk_leaves_nothing_behind() {
    let sandbox = Sandbox::new();
    for size in ["4k", "16k", "64k", "96k", "120k"] {
        let line = "$FLEXCAP run small.toml --out mnt/deep/out; code=$?; ls -A mnt; exit $code";
        let Some(answer) = with_tmpfs(&sandbox, &format!("size={size}"), line) else {
            return;
        };
        let answer = answer
            .exits(1)
            .says(&["No space left on device", "free some space"]);
        assert_eq!(answer.stdout, "", "nothing is in mnt: {answer}");
        assert!(
            !answer.stderr.contains(".partial"),
            "hidden names are ours: {answer}"
        );
    }
}

#[test]
fn a_full_disk_keeps_the_old_result() {
    let sandbox = Sandbox::new();
    let sum = "cat mnt/out/*.csv | cksum; ls -A mnt";
    let run = "$FLEXCAP run small.toml --quiet --out mnt/out";
    let line =
        format!("{run} >/dev/null; {sum}; {run} --overwrite --seed 3; code=$?; {sum}; exit $code");
    let Some(answer) = with_tmpfs(&sandbox, "size=200k", &line) else {
        return;
    };
    let answer = answer.exits(1).says(&["No space left on device"]);
    let lines: Vec<&str> = answer.stdout.lines().collect();
    let [before, "out", after, "out"] = lines.as_slice() else {
        panic!("only the old result is in mnt: {answer}");
    };
    assert_eq!(before, after);
}

/// A sweep on a full disk says so and keeps what it has; with room again it goes on.
#[test]
fn a_sweep_on_a_full_disk() {
    let sandbox = Sandbox::new();
    let sweep = "$FLEXCAP sweep small.toml --axis 'run.seed=1..40/1' --threads 1 --out mnt/out";
    let line = format!("{sweep}; echo exit $?; mount -o remount,size=16m mnt; {sweep} 2>&1");
    let Some(answer) = with_tmpfs(&sandbox, "size=48k", &line) else {
        return;
    };
    answer
        .exits(0)
        .says(&[
            "No space left on device",
            "the same command goes on where it stopped",
        ])
        .prints(&["exit 1", "from the store"]);
}

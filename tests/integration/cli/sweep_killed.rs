//! Sweeps that are stopped: kill -9 at any moment loses nothing that was done, Ctrl-C says how far it came, and two
//! processes never write the same. The bytes of the tables are those of a sweep that nobody disturbed.
#![cfg(unix)]

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::sweep::{sandbox, tables};
use super::{Answer, Sandbox};

/// Long enough for a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// Slow enough to be met at work: 10 points of 3 replications, each some tens of milliseconds.
const SLOW: [&str; 2] = ["--set", "run.horizon=52w"];
/// Never done.
const ENDLESS: [&str; 4] = ["--set", "run.horizon=90y", "--set", "run.step=1m"];

/// A process that ends with the test, whatever happens.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(sandbox: &Sandbox, more: &[&str]) -> Running {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("flexcap"));
    command.current_dir(sandbox.path("."));
    command
        .args(["sweep", "try.toml", "--out", "out"])
        .args(more);
    Running(
        command
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap(),
    )
}

fn log_bytes(sandbox: &Sandbox) -> u64 {
    let log = format!("out/store/0-of-1-{}.log", env!("CARGO_PKG_VERSION"));
    std::fs::metadata(sandbox.path(log)).map_or(0, |found| found.len())
}

fn wait_for(what: &str, is_so: impl Fn() -> bool) {
    let since = Instant::now();
    while !is_so() {
        assert!(since.elapsed() < PATIENCE, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn kill_minus_nine_at_any_moment() {
    let sandbox = sandbox();
    let whole = ["sweep", "try.toml", "--out", "whole"]
        .into_iter()
        .chain(SLOW);
    sandbox.flexcap(whole).exits(0);
    let mut before = 0;
    for wait_ms in [1, 5, 20, 45, 80, 150, 10] {
        let mut running = start(&sandbox, &SLOW);
        std::thread::sleep(Duration::from_millis(wait_ms));
        running.0.kill().unwrap();
        running.0.wait().unwrap();
        let after = log_bytes(&sandbox);
        assert!(after >= before, "what was done is kept");
        before = after;
    }
    let again = ["sweep", "try.toml", "--out", "out"]
        .into_iter()
        .chain(SLOW);
    sandbox.flexcap(again).exits(0);
    assert_eq!(tables(&sandbox, "out"), tables(&sandbox, "whole"));
}

/// What was done when the signal came is found by the next run, and the lock of the killed one is told.
#[test]
fn a_killed_sweep_goes_on_where_it_stopped() {
    let sandbox = sandbox();
    let mut running = start(&sandbox, &["--set", "run.horizon=520w", "--threads", "1"]);
    wait_for("a run to be done", || log_bytes(&sandbox) > 500);
    running.0.kill().unwrap();
    running.0.wait().unwrap();
    let answer = sandbox.flexcap([
        "sweep",
        "try.toml",
        "--out",
        "out",
        "--set",
        "run.horizon=520w",
    ]);
    answer.exits(0).says(&[
        "was left behind by process",
        "taken over",
        "of them from the store",
    ]);
}

#[test]
fn ctrl_c_keeps_what_was_done() {
    let sandbox = sandbox();
    let running = start(&sandbox, &ENDLESS);
    wait_for("the store", || log_bytes(&sandbox) > 0);
    std::thread::sleep(Duration::from_millis(300));
    let id = running.0.id().to_string();
    let sent = Command::new("kill").args(["-INT", &id]).status().unwrap();
    assert!(sent.success());
    let mut running = running;
    let status = running.0.wait().unwrap();
    assert_eq!(status.code(), Some(130));
    assert!(!sandbox.exists("out/datapackage.json"));
}

#[test]
fn two_processes_never_write_the_same() {
    let sandbox = sandbox();
    let arguments = |more: &[&str]| -> Answer {
        let first = ["sweep", "try.toml", "--out", "out"];
        sandbox.flexcap(first.into_iter().chain(more.iter().copied()))
    };
    let running = start(&sandbox, &[&ENDLESS[..], &["--shard", "1/2"]].concat());
    let lock = format!("out/store/1-of-2-{}.lock", env!("CARGO_PKG_VERSION"));
    let text = || std::fs::read_to_string(sandbox.path(&lock)).unwrap_or_default();
    wait_for("the lock", || text().contains("process"));
    let who = format!("process {}", running.0.id());
    arguments(&["--shard", "1/2"])
        .exits(1)
        .says(&["is held by", &who]);
    arguments(&["--merge"])
        .exits(1)
        .says(&["is held by shard 1-of-2", &who]);
    arguments(&[])
        .exits(1)
        .says(&["is held by shard 1-of-2", "wait until it is done"]);
    arguments(&["--shard", "0/2"]).exits(0);
    drop(running);
    arguments(&["--shard", "1/2"])
        .exits(0)
        .says(&["was left behind by"]);
    arguments(&["--merge"]).exits(0);
}

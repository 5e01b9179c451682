//! A run that is stopped: Ctrl-C exits 130 and leaves nothing, kill -9 leaves no result and the next run tidies up.
//! The runs here would take hours, so that they are still busy when the signal comes.
#![cfg(unix)]

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{Answer, Sandbox};

const ENDLESS: [&str; 8] = [
    "--set",
    "run.horizon=90y",
    "--set",
    "run.step=1m",
    "--set",
    "record.every=1m",
    "--replications",
    "50",
];

/// Long enough for a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A run that is ended with the test, whatever happens.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Running {
    /// Starts an endless run and waits until it is under way, its hidden directory in `parent`.
    fn start(sandbox: &Sandbox, parent: &str, arguments: &[&str]) -> Self {
        let child = Command::new(assert_cmd::cargo::cargo_bin!("flexcap"))
            .current_dir(sandbox.path("."))
            .args(arguments)
            .args(ENDLESS)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let running = Self(child);
        let is_hidden = |name: &String| name.starts_with('.');
        wait_for("the hidden directory", || {
            sandbox.exists(parent) && sandbox.entries(parent).iter().any(is_hidden)
        });
        // From the directory to the simulation it is a moment.
        std::thread::sleep(Duration::from_millis(300));
        running
    }

    fn signal(&self, signal: &str) {
        let mut kill = Command::new("kill");
        let sent = kill
            .args([signal, &self.0.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success(), "the run ended by itself");
    }

    /// How it ended, in time.
    fn end(mut self) -> Answer {
        wait_for("the end of the run", || {
            self.0.try_wait().unwrap().is_some()
        });
        let read = |stream: &mut dyn std::io::Read| {
            let mut bytes = Vec::new();
            stream.read_to_end(&mut bytes).unwrap();
            bytes
        };
        Answer::from(std::process::Output {
            status: self.0.wait().unwrap(),
            stdout: read(self.0.stdout.as_mut().unwrap()),
            stderr: read(self.0.stderr.as_mut().unwrap()),
        })
    }
}

#[track_caller]
fn wait_for(what: &str, condition: impl FnMut() -> bool) {
    let started = Instant::now();
    let mut condition = condition;
    while !condition() {
        assert!(started.elapsed() < PATIENCE, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn ctrl_c_leaves_nothing_behind() {
    let sandbox = Sandbox::new();
    let running = Running::start(&sandbox, "results", &["run", "small.toml"]);
    running.signal("-INT");
    let answer = running.end().exits(130).prints_nothing();
    assert_eq!(answer.stderr, "interrupted; no result was written\n");
    assert_eq!(sandbox.entries("."), ["small.toml"]);
}

#[test]
fn other_polite_signals_do_the_same() {
    for signal in ["-TERM", "-HUP"] {
        let sandbox = Sandbox::new();
        let running = Running::start(
            &sandbox,
            "a/b",
            &["run", "small.toml", "--out", "a/b/out", "-q"],
        );
        running.signal(signal);
        let answer = running.end().exits(130);
        assert_eq!(answer.stderr, "");
        assert_eq!(sandbox.entries("."), ["small.toml"], "{signal}");
    }
}

#[test]
fn ctrl_c_keeps_what_was_there_before() {
    let sandbox = Sandbox::new();
    sandbox.run_small("results/small", &[]).exits(0);
    sandbox.run_small("copy", &[]).exits(0);
    let running = Running::start(&sandbox, "results", &["run", "small.toml", "--overwrite"]);
    running.signal("-INT");
    running.end().exits(130);
    assert_eq!(sandbox.entries("results"), ["small"]);
    super::tables::assert_same(&sandbox, "results/small", "copy");
}

#[test]
fn ctrl_c_during_several_scenarios_leaves_nothing_of_any() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "other.toml",
        super::changed("name = \"small\"", "name = \"other\""),
    );
    let arguments = ["run", "small.toml", "other.toml", "--out", "both"];
    let running = Running::start(&sandbox, "both", &arguments);
    running.signal("-INT");
    running.end().exits(130);
    assert_eq!(sandbox.entries("."), ["other.toml", "small.toml"]);
}

#[test]
fn kill_leaves_no_result_and_the_next_run_tidies_up() {
    let sandbox = Sandbox::new();
    let running = Running::start(&sandbox, "results", &["run", "small.toml"]);
    running.signal("-KILL");
    assert_eq!(running.end().code, None);
    assert!(!sandbox.exists("results/small"));
    let left = sandbox.entries("results");
    assert!(left.iter().all(|name| name.starts_with('.')), "{left:?}");
    sandbox.flexcap(["run", "small.toml"]).exits(0);
    assert_eq!(sandbox.entries("results"), ["small"]);
}

#[test]
fn tidying_up_spares_a_run_that_lives() {
    let sandbox = Sandbox::new();
    let running = Running::start(&sandbox, "results", &["run", "small.toml"]);
    let hidden = sandbox.entries("results");
    sandbox.flexcap(["run", "small.toml"]).exits(0);
    let mut now = sandbox.entries("results");
    now.retain(|name| name != "small");
    assert_eq!(now, hidden);
    running.signal("-INT");
    running.end().exits(130);
    assert_eq!(sandbox.entries("results"), ["small"]);
}

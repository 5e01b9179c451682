//! The built command, driven as a user would, and as one would who wishes it ill. Every test has an empty directory
//! of its own and an environment without surprises. `small.toml` has every kind of workload on one pool and takes
//! milliseconds; tests change it by `--set` or by replacing a piece of its text.

mod bound;
mod compare;
mod deploy;
mod determinism;
mod disks;
mod docs;
mod extends;
mod files;
mod forecast_given;
mod hostile;
mod interrupt;
mod job_streams;
mod links;
mod list_init_explain;
mod meaning;
mod numbers;
mod output_paths;
mod outputs;
mod pages;
mod problems;
mod report;
mod run;
mod series;
mod series_refused;
mod series_rows;
mod set;
mod streams;
mod sweep;
mod sweep_killed;
mod tables;
mod terminal;
mod until_precision;
mod usage;
mod validate;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use assert_cmd::Command;
use assert_cmd::cargo::cargo_bin;
use tempfile::TempDir;

/// The scenario that most tests start from.
pub const SMALL: &str = include_str!("small.toml");

/// Long enough for a busy machine; a test that hangs fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// An empty directory in which the command runs. `small.toml` is always there.
pub struct Sandbox(TempDir);

impl Sandbox {
    pub fn new() -> Self {
        let sandbox = Self(tempfile::tempdir().unwrap());
        sandbox.write("small.toml", SMALL);
        sandbox
    }

    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, contents: impl AsRef<[u8]>) {
        fs::write(self.path(name), contents).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub fn exists(&self, name: &str) -> bool {
        self.path(name).symlink_metadata().is_ok()
    }

    /// What is in a directory, hidden files too, in order.
    pub fn entries(&self, directory: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(directory)).unwrap();
        let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
        let mut names: Vec<_> = entries.map(|entry| name(entry.unwrap())).collect();
        names.sort_unstable();
        names
    }

    /// The command, ready to be given arguments.
    pub fn command(&self) -> Command {
        let mut command = Command::new(cargo_bin!("flexcap"));
        command.current_dir(self.0.path()).timeout(PATIENCE);
        command.env_clear().env("HOME", self.0.path());
        command
    }

    /// Runs the command; a panic is never the right answer.
    pub fn flexcap<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Answer {
        Answer::of(self.command().args(arguments))
    }

    /// Runs `small.toml` with settings into `out` and says nothing of it.
    pub fn run_small(&self, out: &str, sets: &[&str]) -> Answer {
        self.flexcap(with_sets(
            &["run", "small.toml", "--quiet", "--out", out],
            sets,
        ))
    }

    /// Validates `small.toml` with `from` replaced by `to`, which must be there exactly once.
    pub fn validate_changed(&self, from: &str, to: &str) -> Answer {
        self.write("changed.toml", changed(from, to));
        self.flexcap(["validate", "changed.toml"])
    }
}

/// `small.toml` with one piece of text replaced.
pub fn changed(from: &str, to: &str) -> String {
    assert_eq!(SMALL.matches(from).count(), 1, "`{from}` in small.toml");
    SMALL.replace(from, to)
}

/// `small.toml` with `from` replaced by `to` is refused at that line with all of `texts`, and nothing else is wrong.
#[track_caller]
pub fn refused(from: &str, to: &str, texts: &[&str]) {
    let sandbox = Sandbox::new();
    let answer = sandbox.validate_changed(from, to).exits(3).prints_nothing();
    let line = 1 + SMALL[..SMALL.find(from).unwrap()].matches('\n').count();
    let answer = answer
        .says(&[&format!("changed.toml:{line}:"), "^", "= help: "])
        .says(texts);
    assert_eq!(answer.stderr.matches("error: ").count(), 1, "{answer}");
}

/// A sandbox with the result of `small.toml`, so changed, in `out`.
pub fn result(sets: &[&str]) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.run_small("out", sets).exits(0);
    sandbox
}

/// Arguments with a `--set` before each setting.
pub fn with_sets<'a>(arguments: &[&'a str], sets: &[&'a str]) -> Vec<&'a str> {
    let sets = sets.iter().flat_map(|set| ["--set", set]);
    arguments.iter().copied().chain(sets).collect()
}

/// What the command answered.
#[derive(Debug)]
pub struct Answer {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Answer {
    pub fn of(command: &mut Command) -> Self {
        Self::from(command.output().unwrap())
    }

    /// Checks the exit code; everything is shown if it is another.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }

    /// Checks that each text is on stderr.
    #[track_caller]
    pub fn says(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(
                self.stderr.contains(text),
                "missing on stderr: `{text}` in {self}"
            );
        }
        self
    }

    /// Checks that each text is on stdout.
    #[track_caller]
    pub fn prints(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(
                self.stdout.contains(text),
                "missing on stdout: `{text}` in {self}"
            );
        }
        self
    }

    /// Checks that stdout is empty.
    #[track_caller]
    pub fn prints_nothing(self) -> Self {
        assert_eq!(self.stdout, "", "{self}");
        self
    }
}

impl From<std::process::Output> for Answer {
    #[track_caller]
    fn from(output: std::process::Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("answers are UTF-8");
        let answer = Self {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        };
        assert!(!answer.stderr.contains("panicked"), "{answer}");
        answer
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            code,
            stdout,
            stderr,
        } = self;
        write!(
            f,
            "exit code {code:?}\n--- stdout\n{stdout}\n--- stderr\n{stderr}"
        )
    }
}

//! From an error to what the user reads and the exit code that a script sees.

use flexcap::experiment::store::StoreError;
use flexcap::experiment::{RecordError, SweepError};
use flexcap::report::ReportError;
use flexcap::results::ResultError;
use flexcap::results::read::ReadError;
use flexcap::scenario::Invalid;

use super::exit::Exit;
use super::terminal::{Terminal, complain};

/// A command line that parses but makes no sense.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct UsageError(pub String);

/// Prints an error and says how the process shall end.
pub fn report(error: &anyhow::Error, terminal: &Terminal) -> Exit {
    if let Some(invalid) = error.downcast_ref::<Invalid>() {
        complain(invalid.render(terminal.color).trim_end());
        return Exit::InvalidScenario;
    }
    if let Some(RecordError::Interrupted) = error.downcast_ref::<RecordError>() {
        terminal.note("interrupted; no result was written");
        return Exit::Interrupted;
    }
    match error.downcast_ref::<SweepError>() {
        Some(SweepError::Interrupted { done, runs }) => {
            terminal.note(format_args!(
                "interrupted: {done} of {runs} runs are kept; the same command goes on from there"
            ));
            return Exit::Interrupted;
        }
        Some(SweepError::Scenario(invalid)) => {
            complain(invalid.render(terminal.color).trim_end());
            return Exit::InvalidScenario;
        }
        _ => {}
    }
    complain(format_args!("error: {error:#}"));
    if let Some(hint) = hint(error) {
        complain(format_args!("  hint: {hint}"));
    }
    if error.is::<UsageError>() {
        Exit::Usage
    } else {
        Exit::Failed
    }
}

fn hint(error: &anyhow::Error) -> Option<&'static str> {
    let of_report = error
        .downcast_ref::<ReportError>()
        .and_then(|error| match error {
            ReportError::Read(error) => Some(error),
            _ => None,
        });
    if let Some(error) = error.downcast_ref::<ReadError>().or(of_report) {
        return error.hint();
    }
    if let Some(error) = error.downcast_ref::<SweepError>() {
        return match error {
            SweepError::Result(error) => hint_of_result(error),
            SweepError::Store(StoreError::Held { .. }) => {
                Some("wait until it is done, or write somewhere else with --out DIR")
            }
            SweepError::Store(StoreError::Io { cause, .. }) => match cause.kind() {
                std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                    Some("free some space; the same command goes on where it stopped")
                }
                _ => None,
            },
            SweepError::Missing { .. } => {
                Some("run the shards that have them again, or the sweep without --merge")
            }
            _ => None,
        };
    }
    let result_error = error.downcast_ref::<ResultError>().or_else(|| {
        match error.downcast_ref::<RecordError>()? {
            RecordError::Result(error) => Some(error),
            RecordError::Run(_) | RecordError::Precision(_) | RecordError::Interrupted => None,
        }
    })?;
    hint_of_result(result_error)
}

fn hint_of_result(error: &ResultError) -> Option<&'static str> {
    match error {
        ResultError::Exists(_) => Some("--overwrite replaces it, --out DIR writes somewhere else"),
        ResultError::NotADirectory(_)
        | ResultError::NotAResult(_)
        | ResultError::NotASweep(_)
        | ResultError::Unnamed(_) => Some("--out DIR names the directory to create"),
        ResultError::Foreign(_) => {
            Some("move it elsewhere first, or write somewhere else with --out DIR")
        }
        ResultError::InputName(_) => None,
        ResultError::Io { cause, .. } => match cause.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Some(
                "free some space, or write to another disk with --out DIR; nothing was left behind",
            ),
            std::io::ErrorKind::NotADirectory => {
                Some("a part of that path is a file; --out DIR names the directory to create")
            }
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                Some("--out DIR writes somewhere else")
            }
            _ => None,
        },
    }
}

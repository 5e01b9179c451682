//! Whom the command talks to: a person at a terminal or a script.

use std::fmt::Display;
use std::io::{IsTerminal as _, Write as _};

use clap::Args;
use flexcap::scenario::Warnings;

/// How much to say; every command has these.
#[derive(Clone, Copy, Debug, Args)]
pub struct Options {
    /// Say nothing on stderr but errors
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Answer in JSON
    #[arg(long, global = true)]
    json: bool,
    /// Draw no progress bar
    #[arg(long, global = true)]
    no_progress: bool,
}

/// How to talk.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// Whether notes are wanted.
    pub notes: bool,
    /// Whether the answer is to be JSON.
    pub json: bool,
    /// Whether a progress bar would be seen.
    pub progress: bool,
    /// Whether stderr shows colours.
    pub color: bool,
}

impl Terminal {
    /// Asks the environment what the options leave open.
    pub fn new(options: &Options) -> Self {
        let seen = std::io::stderr().is_terminal();
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            notes: !options.quiet,
            json: options.json,
            progress: seen && !options.quiet && !options.no_progress,
            color: seen && !no_color,
        }
    }

    /// What looks odd in a scenario, on stderr.
    pub fn warn(&self, warnings: &Warnings) {
        if !warnings.problems.is_empty() {
            self.note(warnings.render(self.color).trim_end());
        }
    }

    /// A line for a person, on stderr.
    pub fn note(&self, text: impl Display) {
        if self.notes {
            complain(text);
        }
    }
}

/// A line on stderr, whatever the options. Where even stderr fails there is nobody to tell.
pub fn complain(text: impl Display) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

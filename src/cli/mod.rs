//! The command line: one file a command. Data goes to stdout, everything else to stderr, and the
//! exit code says what happened (`exit`).

mod best;
mod compare;
mod completions;
mod exit;
mod explain;
mod init;
mod interrupt;
mod list;
mod matrix;
mod progress;
mod reference;
mod report;
mod report_errors;
mod run;
mod schema;
mod setup;
mod show;
mod summary;
mod sweep;
mod terminal;
mod until_precision;
mod usage_chart;
mod validate;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use exit::Exit;
use terminal::Terminal;

/// Simulates an AI-datacenter fleet shared by training, inference and ranking
#[derive(Debug, Parser)]
#[command(
    name = "flexcap",
    version,
    max_term_width = 100,
    propagate_version = true
)]
#[command(after_help = "Start with:  flexcap run starter\n\
    Then:        flexcap init > mine.toml, edit it, flexcap run mine.toml\n\
    Exit codes:  0 done, 1 run failed, 2 usage, 3 invalid scenario, 4 points failed,\n              5 compare --fail-if, 130 interrupted")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    terminal: terminal::Options,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Arguments),
    Compare(compare::Arguments),
    Sweep(sweep::Arguments),
    Report(report::Arguments),
    Validate(validate::Arguments),
    List(list::Arguments),
    Init(init::Arguments),
    Explain(explain::Arguments),
    Schema(schema::Arguments),
    Completions(completions::Arguments),
    #[command(hide = true)]
    Reference(reference::Arguments),
}

/// Reads the command line and does what it says.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let terminal = Terminal::new(&arguments.terminal);
    let done = match arguments.command {
        Command::Run(arguments) => run::run(&arguments, &terminal),
        Command::Compare(arguments) => compare::run(&arguments, &terminal),
        Command::Sweep(arguments) => sweep::run(&arguments, &terminal),
        Command::Report(arguments) => report::run(&arguments, &terminal),
        Command::Validate(arguments) => validate::run(&arguments, &terminal),
        Command::List(arguments) => list::run(&arguments, &terminal),
        Command::Init(arguments) => init::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments, &terminal),
        Command::Schema(arguments) => schema::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments, &terminal),
        Command::Reference(arguments) => reference::run(&arguments, &terminal),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(error) => report_errors::report(&error, &terminal).into(),
    }
}

/// Writes a command's answer to stdout. A reader that has gone away (`flexcap list | head -1`) is
/// not an error.
fn answer(text: &str) -> anyhow::Result<Exit> {
    use std::io::Write as _;
    let mut stdout = std::io::stdout().lock();
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(anyhow::Error::new(error).context("cannot write to stdout"))
        }
        _ => Ok(Exit::Done),
    }
}

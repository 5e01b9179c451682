//! `flexcap schema`: the JSON Schema of scenarios or sweeps, for editors.

use clap::{Args, ValueEnum};
use flexcap::scenario::{Document, json_schema};

use super::answer;
use super::exit::Exit;

/// Print the JSON Schema of scenarios, or of sweeps
#[derive(Debug, Args)]
#[command(
    after_help = "Example:  flexcap schema > scenario.schema.json\n          \
    and begin a scenario with `#:schema ./scenario.schema.json`: editors then complete and check it\n          \
    flexcap schema sweep > sweep.schema.json"
)]
pub struct Arguments {
    /// Of which kind of file
    #[arg(value_enum, default_value_t = Of::Scenario)]
    of: Of,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Of {
    /// Scenarios, for `flexcap run`
    Scenario,
    /// Sweeps, for `flexcap sweep`
    Sweep,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<Exit> {
    answer(&text(match arguments.of {
        Of::Scenario => Document::Scenario,
        Of::Sweep => Document::Sweep,
    }))
}

/// What is printed, and committed as a part of the reference.
pub fn text(document: Document) -> String {
    format!("{:#}\n", json_schema(document))
}

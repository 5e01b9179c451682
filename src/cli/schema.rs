//! `flexcap schema`: the JSON Schema of scenarios, for editors.

use clap::Args;
use flexcap::scenario::json_schema;

use super::answer;
use super::exit::Exit;

/// Print the JSON Schema of scenarios
#[derive(Debug, Args)]
#[command(
    after_help = "Example:  flexcap schema > scenario.schema.json\n          \
    and begin a scenario with `#:schema ./scenario.schema.json`: editors then complete and check it"
)]
pub struct Arguments {}

pub fn run(_arguments: &Arguments) -> anyhow::Result<Exit> {
    answer(&text())
}

/// What is printed, and committed as a part of the reference.
pub fn text() -> String {
    format!("{:#}\n", json_schema())
}

//! `flexcap init`: prints the commented starter scenario, to be saved and changed.

use clap::Args;
use flexcap::scenario::shipped;

use super::answer;
use super::exit::Exit;

/// Print a commented starter scenario
#[derive(Debug, Args)]
#[command(after_help = "Example:  flexcap init > mine.toml")]
pub struct Arguments {}

pub fn run(_arguments: &Arguments) -> anyhow::Result<Exit> {
    let (_, text) = shipped::text("starter")
        .ok_or_else(|| anyhow::anyhow!("this build ships no starter scenario"))?;
    answer(text)
}

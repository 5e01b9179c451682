//! `flexcap validate`: reports every problem of every scenario and runs nothing.

use clap::Args;
use flexcap::scenario::{Scenario, Set};

use super::exit::Exit;
use super::terminal::Terminal;

/// Check scenarios and report every problem; runs nothing
#[derive(Debug, Args)]
#[command(after_help = "Example:  flexcap validate mine.toml --set run.horizon=26w")]
pub struct Arguments {
    /// Scenario files, or names of shipped scenarios
    #[arg(required = true, value_name = "SCENARIO")]
    scenarios: Vec<String>,
    /// Set a key, as the run would: KEY=VALUE (repeatable; `*` matches names)
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
}

pub fn run(arguments: &Arguments, terminal: &Terminal) -> anyhow::Result<Exit> {
    let sets: Vec<Set> = arguments.set.iter().map(Set::new).collect();
    let mut exit = Exit::Done;
    for name in &arguments.scenarios {
        match Scenario::load(name, &sets) {
            Ok(loaded) => {
                terminal.warn(&loaded.warnings);
                terminal.note(format_args!("{name}: valid"));
            }
            Err(invalid) => {
                eprintln!("{}", invalid.render(terminal.color).trim_end());
                exit = Exit::InvalidScenario;
            }
        }
    }
    Ok(exit)
}

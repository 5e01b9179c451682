//! `flexcap validate`: reports every problem of every scenario and runs nothing.

use clap::Args;
use flexcap::scenario::problem::{Problem, Severity, Sources};
use flexcap::scenario::{Scenario, Set, Warnings};
use serde_json::{Value, json};

use super::answer;
use super::exit::Exit;
use super::terminal::{Terminal, complain};

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
    let mut verdicts = Vec::new();
    for name in &arguments.scenarios {
        match Scenario::load(name, &sets) {
            Ok(loaded) => {
                let Warnings { problems, sources } = &loaded.warnings;
                verdicts.push(verdict(name, true, problems, sources));
                if !terminal.json {
                    terminal.warn(&loaded.warnings);
                    terminal.note(format_args!("{name}: valid"));
                }
            }
            Err(invalid) => {
                exit = Exit::InvalidScenario;
                verdicts.push(verdict(name, false, &invalid.problems, &invalid.sources));
                if !terminal.json {
                    complain(invalid.render(terminal.color).trim_end());
                }
            }
        }
    }
    if terminal.json {
        answer(&format!("{:#}\n", json!(verdicts)))?;
    }
    Ok(exit)
}

fn verdict(name: &str, valid: bool, problems: &[Problem], sources: &Sources) -> Value {
    let problem = |problem: &Problem| {
        let (file, line, column) = sources.position(problem.at);
        json!({
            "severity": match problem.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            "file": file,
            "line": line,
            "column": column,
            "message": problem.message,
            "hint": problem.hint,
        })
    };
    let problems: Vec<Value> = problems.iter().map(problem).collect();
    json!({ "scenario": name, "valid": valid, "problems": problems })
}

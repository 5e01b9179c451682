//! `flexcap list`: the shipped scenarios and sweeps, the policies and the catalogue.

use std::fmt::Write as _;

use clap::{Args, ValueEnum};
use flexcap::experiment::Sweep;
use flexcap::policy::POLICIES;
use flexcap::scenario::{Scenario, catalogue_entries, shipped};
use serde_json::json;

use super::answer;
use super::exit::Exit;
use super::terminal::Terminal;

/// List shipped scenarios, sweeps, policies or the catalogue
#[derive(Debug, Args)]
#[command(after_help = "Example:  flexcap list catalogue")]
pub struct Arguments {
    /// What to list; scenarios and policies where nothing is said
    what: Option<What>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    /// Scenarios that `flexcap run` knows by name
    Scenarios,
    /// Sweeps that `flexcap sweep` knows by name
    Sweeps,
    /// Policies that `[policy]` may name
    Policies,
    /// Hardware, models and demand shapes with their sources
    Catalogue,
}

/// One line of a list.
struct Item {
    section: &'static str,
    name: String,
    description: String,
}

pub fn run(arguments: &Arguments, terminal: &Terminal) -> anyhow::Result<Exit> {
    let items = match arguments.what {
        Some(What::Scenarios) => scenarios(),
        Some(What::Sweeps) => sweeps(),
        Some(What::Policies) => policies(),
        Some(What::Catalogue) => catalogue(),
        None => scenarios().into_iter().chain(policies()).collect(),
    };
    if terminal.json {
        let item = |item: &Item| json!({ "section": item.section, "name": item.name, "description": item.description });
        let list: Vec<_> = items.iter().map(item).collect();
        return answer(&format!("{:#}\n", json!(list)));
    }
    let width = items.iter().map(|item| item.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    let mut section = "";
    for item in &items {
        if item.section != section {
            let gap = if section.is_empty() { "" } else { "\n" };
            section = item.section;
            writeln!(text, "{gap}{section}")?;
        }
        writeln!(text, "  {:width$}  {}", item.name, item.description)?;
    }
    answer(&text)
}

fn sweeps() -> Vec<Item> {
    let item = |name: &str| Item {
        section: "sweeps",
        name: name.to_owned(),
        description: Sweep::load(name, &[])
            .map(|sweep| sweep.plan().description.clone())
            .unwrap_or_default(),
    };
    shipped::sweep_names().map(item).collect()
}

fn scenarios() -> Vec<Item> {
    let item = |name: &str| Item {
        section: "scenarios",
        name: name.to_owned(),
        description: Scenario::load(name, &[])
            .map(|loaded| loaded.scenario.scenario.description)
            .unwrap_or_default(),
    };
    shipped::names().map(item).collect()
}

fn policies() -> Vec<Item> {
    let item = |policy: &flexcap::policy::PolicyInfo| Item {
        section: "policies",
        name: policy.name.to_owned(),
        description: policy.rule.to_owned(),
    };
    POLICIES.iter().map(item).collect()
}

fn catalogue() -> Vec<Item> {
    let item = |entry: flexcap::scenario::CatalogueEntry| Item {
        section: entry.kind,
        name: entry.name,
        description: entry.source,
    };
    catalogue_entries().into_iter().map(item).collect()
}

//! The generated pages: scenario and results from the library's own tables, the lists of shipped
//! scenarios and policies from what the program ships.

use std::fmt::Write as _;

use flexcap::policy::POLICIES;
use flexcap::scenario::reference::keys_below;
use flexcap::scenario::{Document, Scenario, shipped};
use flexcap::{results, scenario};

use crate::cli::schema;

/// Path below the repository and text of every page.
pub fn pages() -> Vec<(&'static str, String)> {
    vec![
        (
            "docs/reference/scenario.schema.json",
            schema::text(Document::Scenario),
        ),
        (
            "docs/reference/scenario.md",
            scenario::reference::page(Document::Scenario),
        ),
        (
            "docs/reference/sweep.schema.json",
            schema::text(Document::Sweep),
        ),
        (
            "docs/reference/sweep.md",
            scenario::reference::page(Document::Sweep),
        ),
        ("docs/reference/results.md", results::reference::page()),
        ("docs/reference/scenarios.md", scenarios()),
        ("docs/reference/policies.md", policies()),
    ]
}

fn scenarios() -> String {
    let mut text = String::from(
        "# Shipped scenarios\n\nThey are part of the program: `flexcap run NAME` works in any directory, and \
         `extends = \"NAME\"` starts a\nscenario from one. Each file begins with what it shows and with the sources of \
         its numbers. What they come to is in\n[results/reference](../../results/reference), and a test compares every \
         change with it.\n\n| name | what it is | horizon | replications | pools | workloads | policy |\n|---|---|---|---|---|---|---|\n",
    );
    for name in shipped::names() {
        // Shipped scenarios are valid, as a test says; one that is not would only be missing here.
        let Ok(loaded) = Scenario::load(name, &[]) else {
            continue;
        };
        let scenario = loaded.scenario;
        let accelerators: u64 = scenario.pool.values().map(|pool| pool.accelerators).sum();
        let workloads: Vec<&str> = scenario.workloads().map(|(name, _)| name).collect();
        let weeks = (scenario.run.horizon / flexcap::kernel::Span::WEEK).round();
        let horizon = match weeks >= 1.0 {
            true => format!("{weeks} weeks"),
            false => format!("{} hours", scenario.run.horizon.as_hours()),
        };
        let _ = writeln!(
            text,
            "| [`{name}`](../../scenarios/{name}.toml) | {} | {horizon} | {} | {} with {accelerators} \
             accelerators | {} | `{}` |",
            scenario.scenario.description,
            scenario.run.replications,
            scenario.pool.len(),
            workloads.join(", "),
            scenario.policy.tag(),
        );
    }
    text
}

fn policies() -> String {
    let mut text = String::from(
        "# Policies\n\nA scenario names exactly one, as a table: `[policy.priority]`. `flexcap run NAME --set \
         'policy={ dedicated = {} }'` runs\na scenario under another one. All policies start from the same state and meet \
         the same draws.\n",
    );
    for policy in POLICIES {
        let keys = keys_below(&format!("policy.{}", policy.name));
        let _ = write!(text, "\n## `{}`\n\n{}\n\n{keys}", policy.name, policy.rule);
    }
    text
}

#[cfg(test)]
mod tests {
    use flexcap::results::metrics::METRICS;

    use super::super::{REMAKE, committed};
    use super::*;

    #[test]
    fn committed_pages_are_what_the_program_says() {
        for (path, text) in pages() {
            let old = committed(path);
            let line = old
                .lines()
                .zip(text.lines())
                .position(|(old, new)| old != new);
            assert!(
                old == text,
                "{path} is old, from line {}; remake it with\n  {REMAKE}",
                line.unwrap_or(old.lines().count().min(text.lines().count())) + 1,
            );
        }
    }

    #[test]
    fn the_docs_list_every_scenario_policy_and_metric() {
        let (scenarios, policies) = (
            committed("docs/reference/scenarios.md"),
            committed("docs/reference/policies.md"),
        );
        let results = committed("docs/reference/results.md");
        for name in shipped::names() {
            assert!(
                scenarios.contains(&format!("[`{name}`]")),
                "{name} is not documented; {REMAKE}"
            );
        }
        for policy in POLICIES {
            assert!(
                policies.contains(&format!("## `{}`", policy.name)),
                "{} is not documented; {REMAKE}",
                policy.name
            );
        }
        for metric in METRICS {
            assert!(
                results.contains(&format!("| `{}` |", metric.name)),
                "{} is not documented; {REMAKE}",
                metric.name
            );
        }
    }
}

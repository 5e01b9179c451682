//! Is one policy better than another? Both are run on the same draws, so that what they share cancels and their difference
//! has a narrow interval.
//!
//! ```text
//!  run(priority) ─┐
//!                 ├─► compare ──► Comparison ──► row("net_value", "fleet"): B - A, interval, mark
//!  run(dedicated)─┘
//! ```
//! Run it with `cargo run --release --example compare`. `flexcap compare` does the same with results on disk.

use flexcap::experiment::Pairing;
use flexcap::scenario::{Scenario, Set};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let short = ["run.horizon=4w", "run.replications=10"];
    let under = |policy: &str| -> Result<flexcap::Outcome, Box<dyn std::error::Error>> {
        let sets: Vec<Set> = short.into_iter().chain([policy]).map(Set::new).collect();
        Ok(flexcap::run(&Scenario::load("starter", &sets)?.scenario)?)
    };
    let dedicated = under("policy={ dedicated = {} }")?;
    let priority = under(
        "policy={ priority = { order = [\"feed\", \"assistant\", \"llama\", \"research\"] } }",
    )?;

    for comparison in flexcap::compare(&[&dedicated, &priority])? {
        if let Pairing::Paired { pairs, .. } = comparison.pairing {
            println!(
                "{pairs} pairs of replications; priority less dedicated, what changed of the fleet:"
            );
        }
        let of_fleet = comparison
            .rows
            .iter()
            .filter(|row| row.series.entity == "fleet");
        for row in of_fleet.filter(|row| row.has_changed()) {
            let (Some(difference), Some((low, high))) = (row.difference, row.ci95) else {
                continue;
            };
            println!(
                "{}: {difference:.0} ({low:.0} to {high:.0}) {}, {}",
                row.series,
                row.series.unit,
                row.mark.word(),
            );
        }
        if let Some(removed) = comparison
            .row("net_value", "fleet")
            .and_then(|row| row.variance_removed)
        {
            println!(
                "pairing removed {:.1}% of the variance of net_value's difference",
                100.0 * removed
            );
        }
    }
    Ok(())
}

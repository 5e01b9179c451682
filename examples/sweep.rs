//! How much flexibility is enough? A sweep through the library: the share of the starter's pool that may change hands,
//! under its own policy, with the same draws at every point.
//!
//! ```text
//!  Sweep::over(scenario, axes) ──► run(folder) ──► Swept ──► metric(point, …)
//!                                     └► store, sweep_*.csv
//! ```
//! Run it with `cargo run --release --example sweep`; a second run finds everything in the store.

use std::sync::atomic::AtomicBool;

use flexcap::experiment::{Quiet, Sweep, SweepOptions};
use flexcap::scenario::Set;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let axes = ["pool.main.flexible_share=0..1/0.25".to_owned()];
    let sets = ["run.horizon=4w", "run.replications=5"].map(Set::new);
    let sweep = Sweep::over("starter", &axes, &sets)?;

    let options = SweepOptions::new("results/example-sweep");
    let swept = sweep.run(&options, &AtomicBool::new(false), &Quiet)?;

    println!(
        "{} runs, {} of them from the store",
        swept.runs, swept.found
    );
    for point in sweep.points() {
        let Some(row) = swept.metric(point.number, "net_value", "fleet")? else {
            continue;
        };
        let half = row.ci95.map_or(0.0, |(low, high)| (high - low) / 2.0);
        println!(
            "{}: net value {:.0} ± {half:.0} {}",
            sweep.overrides(&point.coordinates),
            row.mean.unwrap_or_default(),
            row.series.unit,
        );
    }
    Ok(())
}

//! How much flexibility is enough? A sweep through the library: the share of the starter's pool that may change hands,
//! under its own policy, with the same draws at every point, so that points can be compared replication by replication.
//!
//! ```text
//!  Sweep::over(scenario, axes) ──► run(folder) ──► Swept ──► metric(point, …), replications(point, …)
//!                                     └► store, sweep_*.csv
//! ```
//! Run it with `cargo run --release --example sweep`; a second run finds everything in the store.

use std::sync::atomic::AtomicBool;

use flexcap::experiment::statistics::{half_width, mean, std_dev};
use flexcap::experiment::{Quiet, Sweep, SweepOptions};
use flexcap::scenario::Set;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let axes = ["pool.main.flexible_share=0..1/0.25".to_owned()];
    let sets = ["run.horizon=4w", "run.replications=5"].map(Set::new);
    let sweep = Sweep::over("starter", &axes, &sets)?;

    let options = SweepOptions::new("results/example-sweep");
    let swept = sweep.run(&options, &AtomicBool::new(false), &Quiet)?;
    println!(
        "{} runs, {} of them from the store; net value, and what is gained over the first point:",
        swept.runs, swept.found
    );

    let net_value = |point| swept.replications(point, "net_value", "fleet");
    let base = net_value(0)?.unwrap_or_default();
    for point in sweep.points() {
        let Some(values) = net_value(point.number)? else {
            continue;
        };
        let gains: Vec<f64> = values.iter().zip(&base).map(|(b, a)| b - a).collect();
        let (value, value_half) = interval(&values);
        let (gain, gain_half) = interval(&gains);
        println!(
            "{}: {value:.0} ± {value_half:.0}, gained {gain:.0} ± {gain_half:.0}",
            sweep.overrides(&point.coordinates),
        );
    }
    Ok(())
}

/// The mean and half of its 95% interval; the interval of gains is far narrower than that of values.
fn interval(values: &[f64]) -> (f64, f64) {
    let half = std_dev(values).and_then(|sd| half_width(sd, values.len()));
    (mean(values).unwrap_or_default(), half.unwrap_or_default())
}

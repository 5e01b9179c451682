//! The best static split of a scenario, as TOML to paste into one of its own that extends it:
//! `cargo run --release --example best_split -- meta-2024 --seed 7`
//!
//! The seed must be another than the scenario's. What was found goes to the standard output, how good it is to the
//! standard error.

use flexcap::experiment::{Search, best_split};
use flexcap::scenario::Scenario;

const USAGE: &str = "usage: best_split SCENARIO --seed N";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, flag, seed] = arguments.as_slice() else {
        return Err(USAGE.into());
    };
    if flag != "--seed" {
        return Err(USAGE.into());
    }
    let search = Search::new(seed.parse()?);
    let scenario = Scenario::load(name, &[])?.scenario;
    let best = best_split(&scenario, &search)?;
    print!("{}", best.to_toml());
    eprintln!(
        "net value {:.0} on seed {seed}, against {:.0} of the scenario's own split; {} replications were simulated",
        best.net_value, best.net_value_at_start, best.simulated
    );
    Ok(())
}

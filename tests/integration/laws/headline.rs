//! The headline: on `meta-2024`, capacity that follows value earns more than the best fixed split, and
//! slow conversion takes that away. Held on two replications; docs/meta-2024.md has all ten.

use flexcap::results::metrics::net_value;
use flexcap::scenario::{Scenario, Set};

fn net_values(name: &str, sets: &[&str]) -> Vec<f64> {
    let sets = ["run.replications=2"].iter().chain(sets);
    let sets: Vec<Set> = sets.map(|set| Set::new(*set)).collect();
    let scenario = Scenario::load(name, &sets).expect("it is shipped").scenario;
    let outcome = flexcap::run(&scenario).expect("it runs");
    outcome.replications.iter().map(net_value).collect()
}

fn gains(sets: &[&str]) -> Vec<f64> {
    let flexible = net_values("meta-2024", sets);
    let fixed = net_values("meta-2024-dedicated", sets);
    let pairs = flexible.iter().zip(&fixed);
    pairs
        .map(|(flexible, fixed)| flexible / fixed - 1.0)
        .collect()
}

#[test]
fn capacity_that_follows_value_beats_the_best_fixed_split() {
    for gain in gains(&[]) {
        assert!((0.08..0.25).contains(&gain), "{gain}");
    }
}

#[test]
fn slow_conversion_takes_the_advantage_away() {
    for gain in gains(&["conversion.*.*.delay=48h"]) {
        assert!(gain.abs() < 0.05, "{gain}");
    }
}

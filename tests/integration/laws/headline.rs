//! The headline: on `meta-2024`, capacity that follows value earns more than the best fixed split, and
//! slow conversion makes it earn less. Held on two replications; docs/meta-2024.md has all ten.

use flexcap::results::metrics::net_value;
use flexcap::scenario::{Scenario, Set};

fn net_values(name: &str, sets: &[&str]) -> Vec<f64> {
    let sets = ["run.replications=2"].iter().chain(sets);
    let sets: Vec<Set> = sets.map(|set| Set::new(*set)).collect();
    let scenario = Scenario::load(name, &sets).expect("it is shipped").scenario;
    let outcome = flexcap::run(&scenario).expect("it runs");
    outcome.replications.iter().map(net_value).collect()
}

fn gains(flexible: &[&str], fixed: &[&str]) -> Vec<f64> {
    let flexible = net_values("meta-2024", flexible);
    let fixed = net_values("meta-2024-dedicated", fixed);
    let pairs = flexible.iter().zip(&fixed);
    pairs
        .map(|(flexible, fixed)| flexible / fixed - 1.0)
        .collect()
}

#[test]
fn capacity_that_follows_value_beats_the_best_fixed_split() {
    for gain in gains(&[], &[]) {
        assert!((0.01..0.05).contains(&gain), "{gain}");
    }
}

#[test]
fn slow_conversion_turns_the_advantage_round() {
    for payback in ["6h", "7d"] {
        let payback = format!("policy.value.payback={payback}");
        let delay = "conversion.*.*.delay=48h";
        for gain in gains(&[delay, &payback], &[delay]) {
            assert!((-0.2..-0.02).contains(&gain), "{payback}: {gain}");
        }
    }
}

//! What nobody can beat: no policy does, on any draw, and where the optimum is known the bound is
//! close to it.

use super::draft::{texts, texts_with_elastic};
use flexcap::policy;
use flexcap::results::metrics::net_value;
use flexcap::scenario::{Loaded, Scenario, Set};
use flexcap::simulation::record::Ignore;
use flexcap::simulation::totals::{Totals, Yardsticks};
use flexcap::simulation::{Ended, can_bound, simulate_with_bound};
use proptest::prelude::*;

const POLICIES: [&str; 4] = [
    "[policy.dedicated]\n",
    "[policy.fair]\n",
    "[policy.value]\npayback = \"1d\"\n",
    "",
];

/// Totals and yardsticks of a scenario's first replication.
fn measured(scenario: &Scenario) -> (Totals, Yardsticks) {
    can_bound(scenario).expect("a bound is known");
    let mut policy = policy::build(scenario);
    match simulate_with_bound(scenario, 0, &mut *policy, &mut Ignore) {
        Ok(Ended::Horizon(totals)) => {
            let yardsticks = totals.yardsticks.expect("a bound was asked for");
            (*totals, yardsticks)
        }
        other => panic!("the replication ended early: {other:?}"),
    }
}

/// The scenario under each policy that fits it, its own among them.
fn under_all(text: &str) -> Vec<Scenario> {
    let own = text.find("[policy.").unwrap_or(text.len());
    let texts = POLICIES.iter().map(|policy| match *policy {
        "" => text.to_owned(),
        policy => format!("{}{policy}", &text[..own]),
    });
    let loaded = texts.map(|text| Scenario::parse("draft.toml", &text));
    loaded
        .filter_map(|loaded: Result<Loaded, _>| Some(loaded.ok()?.scenario))
        .collect()
}

fn nobody_beats_it(text: &str) -> Result<(), TestCaseError> {
    let mut runs = Vec::new();
    for scenario in under_all(text) {
        let (totals, yardsticks) = measured(&scenario);
        runs.push((net_value(&totals), yardsticks));
    }
    for (number, (_, yardsticks)) in runs.iter().enumerate() {
        prop_assert!(yardsticks.bound >= yardsticks.nothing_served, "{yardsticks:?}");
        for (of, (net_value, _)) in runs.iter().enumerate() {
            let room = 1e-9 * yardsticks.bound.abs() + 1e-6;
            prop_assert!(
                *net_value <= yardsticks.bound + room,
                "policy {of} came to {net_value}, the bound of {number} is {}",
                yardsticks.bound
            );
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(super::support::cases(300))]

    /// Whatever policy it was read off.
    #[test]
    fn no_policy_beats_the_bound(text in texts()) {
        nobody_beats_it(&text)?;
    }
}

proptest! {
    #![proptest_config(super::support::cases(200))]

    #[test]
    fn no_policy_of_elastic_gangs_beats_the_bound(text in texts_with_elastic()) {
        nobody_beats_it(&text)?;
    }
}

/// A flexible pool serves everything, and the bound is hardly more than that.
#[test]
fn the_square_waves_bound_is_all_of_it() {
    let sets = [Set::new("run.horizon=4d")];
    let loaded = Scenario::load("square-wave", &sets).expect("it is shipped");
    let (totals, yardsticks) = measured(&loaded.scenario);
    let everything = 10_000.0 * 0.001 * 3600.0 * 24.0 * 4.0;
    assert!(yardsticks.bound <= everything * (1.0 + 1e-6), "{yardsticks:?}");
    assert!(yardsticks.bound >= everything * 0.999, "{yardsticks:?}");
    assert!((net_value(&totals) / everything - 0.7).abs() < 0.01);
}

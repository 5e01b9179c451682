//! What nobody can beat: no policy does, on any draw, and where the optimum is known the bound is
//! close to it.

use super::draft::{texts, texts_with_elastic, try_instead};
use super::support::{PRELUDE, near, scenario, totals_of};
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

/// The bound is read off one policy's run, now of the one and now of the other.
fn nobody_beats_it(text: &str) -> Result<(), TestCaseError> {
    // Five times as many intervals would take five times as long and show the same.
    let text = try_instead(text.to_owned(), "step = \"2m\"", "step = \"10m\"");
    let scenarios = under_all(&text);
    let traced = text.len() % scenarios.len();
    let (_, yardsticks) = measured(&scenarios[traced]);
    let room = 1e-9 * yardsticks.bound.abs() + 1e-6;
    prop_assert!(
        yardsticks.bound >= yardsticks.nothing_served - room,
        "{yardsticks:?}"
    );
    for scenario in &scenarios {
        let earned = net_value(&totals_of(scenario, 0));
        prop_assert!(
            earned <= yardsticks.bound + room,
            "{:?} came to {earned}, the bound is {}",
            scenario.policy,
            yardsticks.bound
        );
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
    assert!(
        yardsticks.bound <= everything * (1.0 + 1e-6),
        "{yardsticks:?}"
    );
    assert!(yardsticks.bound >= everything * 0.999, "{yardsticks:?}");
    assert!((net_value(&totals) / everything - 0.7).abs() < 0.01);
}

/// Two services ask for 140% of a pool: all of the dearer and what is left of the cheaper is the
/// best. A policy that knows the order comes close.
#[test]
fn of_two_services_the_dearer_is_served_first() {
    let service = |name: &str, rate: u32, value: f64| {
        format!(
            "[ranking.{name}]\ndemand = {{ base = \"{rate} /s\" }}\nservice = {{ time = \"1s\" }}\n\
             slo = {{ latency = \"10s\" }}\nqueue = {{ limit = \"5s\" }}\n\
             value = {{ per_request = {value:?}, miss = 0.25 }}\n"
        )
    };
    let text = format!(
        "{PRELUDE}[run]\nstart = \"2024-01-01\"\nhorizon = \"1d\"\n[pool.p]\nhardware = \"unit\"\nsite = \"here\"\n\
         accelerators = 10000\nserves = [\"ranking\"]\ninitial = {{ cheap = 10000 }}\n{}{}\
         [forecast]\nmethod = {{ perfect = {{}} }}\n[policy.priority]\norder = [\"dear\", \"cheap\"]\nheadroom = 0.0\n",
        service("dear", 8000, 1.0),
        service("cheap", 6000, 0.5),
    );
    let (totals, yardsticks) = measured(&scenario(&text));
    let best = (8000.0 + 0.5 * 2000.0 - 0.25 * 4000.0) * 86_400.0;
    assert!(near(
        yardsticks.nothing_served,
        -0.25 * 14_000.0 * 86_400.0,
        1e-12
    ));
    assert!(
        near(yardsticks.bound, best, 0.006),
        "{yardsticks:?}, not {best}"
    );
    let earned = net_value(&totals);
    assert!(
        earned < yardsticks.bound && earned > 0.98 * yardsticks.bound,
        "{earned}"
    );
}

/// What a campaign alone in a pool earns is known: its work, or what its gang can do of it.
#[test]
fn a_campaigns_bound_is_its_work_or_its_gang() {
    let bound = |work: u32, value: &str, at_horizon: &str| {
        let text = format!(
            "{PRELUDE}[run]\nstart = \"2024-01-01\"\nhorizon = \"1d\"\nat_horizon = \"{at_horizon}\"\n\
             [pool.p]\nhardware = \"unit\"\nsite = \"here\"\naccelerators = 100\nserves = [\"training\"]\n\
             initial = {{ c = 50 }}\n[training.c]\nwork = \"{work} accelerator-hours\"\ngang = 50\nvalue = {value}\n\
             [policy.dedicated]\n"
        );
        let (totals, yardsticks) = measured(&scenario(&text));
        assert!(net_value(&totals) <= yardsticks.bound * (1.0 + 1e-9));
        yardsticks.bound
    };
    for (work, value, expected) in [
        (600, "{ per_accelerator_hour = 2.0 }", 1200.0),
        (5000, "{ per_accelerator_hour = 2.0 }", 2400.0),
        (2400, "{ on_completion = 1000.0 }", 500.0),
        (1200, "{ on_completion = 1000.0 }", 1000.0),
        // In time by a moment.
        (
            600,
            "{ on_completion = 1000.0, deadline = \"2024-01-01T12:00:00Z\", half_life_after = \"1h\" }",
            1000.0,
        ),
    ] {
        let found = bound(work, value, "prorate");
        assert!(near(found, expected, 1e-6), "{work}, {value}: {found}");
    }
    // A bound does not know that an unfinished campaign earns nothing.
    assert!(near(
        bound(2400, "{ on_completion = 1000.0 }", "zero"),
        500.0,
        1e-6
    ));
}

/// The comparison can fail: with a tenth of the pool less than the policy had there is a lower bound.
#[test]
fn a_smaller_fleets_bound_is_beaten() {
    let of = |accelerators: u32| {
        let sets = [
            format!("pool.shared.accelerators={accelerators}"),
            format!(
                "pool.shared.initial={{ day = {}, night = {} }}",
                accelerators / 2,
                accelerators / 2
            ),
            "policy={ priority = { order = [\"day\", \"night\"], headroom = 0.0 } }".to_owned(),
            "run.horizon=2d".to_owned(),
        ];
        let loaded = Scenario::load("square-wave", &sets.map(Set::new));
        measured(&loaded.expect("it is shipped").scenario)
    };
    let (whole, _) = of(10_000);
    let (_, smaller) = of(9_000);
    assert!(net_value(&whole) > 1.05 * smaller.bound);
}

//! Servers that stand by for a gang: how long it stands still with so many, against theory, and how many `value` has stand by.

use super::support::{id, run, run_under, scenario};
use flexcap::id::PoolId;
use flexcap::kernel::Span;
use flexcap::policy::{Allocation, Policy, View};
use flexcap::scenario::Scenario;
use flexcap::simulation::totals::Totals;
use flexcap::theory::standby::standstill;

const GANG: u64 = 400;
/// Failures of the gang's servers between two decisions, an hour apart.
const HITS: f64 = 2.0;

/// A gang that two failures hit every hour, beside a service that has plenty.
fn hall(keys: &str) -> Scenario {
    scenario(&format!(
        r#"
[scenario]
name = "standby"
[run]
start = "2024-01-01"
horizon = "120d"
[hardware.frail]
accelerators_per_server = 1
mtbf = "200h"
repair = {{ exponential = {{ mean = "2h" }} }}
[site.here]
[pool.hall]
hardware = "frail"
site = "here"
accelerators = 700
serves = ["training", "ranking"]
initial = {{ model = {GANG}, feed = 200 }}
[training.model]
work = "1e9 accelerator-hours"
gang = {GANG}
checkpoint = {{ every = "1h", write = "0s" }}
value = {{ per_accelerator_hour = 1.0 }}
[ranking.feed]
demand = {{ base = "20 /s" }}
service = {{ time = "1s" }}
slo = {{ latency = "4s" }}
value = {{ per_request = 0.001 }}
{keys}
"#
    ))
}

/// Share of the time for which the gang stands still.
fn stands_still(scenario: &Scenario, totals: &Totals) -> f64 {
    let model = &totals.training[id(scenario, "model").index()];
    let busy = model.useful + model.lost + model.overhead;
    1.0 - busy / (scenario.run.horizon.as_hours() * GANG as f64)
}

/// Gives the gang so many servers at every decision, and the service all others.
struct Holds(u64);

impl Policy for Holds {
    fn decide(&mut self, view: &View<'_>, allocation: &mut Allocation) {
        let others = view.pools[0].offered - self.0;
        allocation
            .pool_mut(PoolId::new(0))
            .copy_from_slice(&[self.0, others]);
    }
}

#[test]
fn a_gang_stands_still_for_as_long_as_theory_says() {
    let scenario = hall("[policy.dedicated]");
    for standing_by in 0..=5 {
        let (totals, _) = run_under(&scenario, 0, &mut Holds(GANG + standing_by));
        let (found, expected) = (
            stands_still(&scenario, &totals),
            standstill(HITS, standing_by),
        );
        assert!(
            (found - expected).abs() < 0.015,
            "{standing_by}: {found}, not {expected}"
        );
    }
}

#[test]
fn value_has_servers_stand_by_until_one_more_is_worth_no_more_than_one_of_the_gang() {
    let scenario = hall("[policy.value]");
    let (totals, rows) = run(&scenario, 0);
    let found = stands_still(&scenario, &totals);
    assert!(found < 0.005, "{found}");
    let model = id(&scenario, "model");
    let first = rows.moves[0].time;
    let stand_by = rows
        .moves
        .iter()
        .filter(|row| row.time == first && row.to == Some(model));
    let (mut standing_by, mut expected) = (0, 0.0);
    for row in stand_by {
        standing_by += row.accelerators;
        expected += row.expected_gain_per_hour.expect("it is expected");
        assert!(row.realised_gain.expect("it is told") <= 0.0, "{row:?}");
    }
    let worth = |standing_by| GANG as f64 * (1.0 - standstill(HITS, standing_by));
    assert!(worth(standing_by) - worth(standing_by - 1) >= 1.0);
    assert!(worth(standing_by + 1) - worth(standing_by) < 1.0);
    let gained = worth(standing_by) - worth(0);
    assert!(
        (expected / gained - 1.0).abs() < 0.02,
        "{expected} {gained}"
    );
}

#[test]
fn nobody_stands_by_where_enough_spares_are_left() {
    let mut scenario = hall("[policy.value]");
    scenario.pool["hall"].spares = 60;
    let (totals, rows) = run(&scenario, 0);
    let model = id(&scenario, "model");
    assert_eq!(rows.moves.iter().find(|row| row.to == Some(model)), None);
    assert!(stands_still(&scenario, &totals) < 1e-6);
}

#[test]
fn servers_that_stand_by_do_not_prolong_a_gang_s_hold() {
    let late = r#"
[training.better]
work = "1e9 accelerator-hours"
gang = 400
submit = "2024-01-02T12:00:00Z"
checkpoint = { every = "1h", write = "0s" }
value = { per_accelerator_hour = 3.0 }
[policy.value]
minimum_hold = "5h"
"#;
    let scenario = hall(late);
    let (_, rows) = run(&scenario, 0);
    let better = rows
        .jobs
        .iter()
        .find(|row| row.workload == id(&scenario, "better"));
    let start = better.and_then(|row| row.start).expect("it starts");
    let submit = scenario.run.start + Span::HOUR * 36;
    assert!(start < submit + Span::HOUR, "{start:?}");
}

//! Corners of who holds what, each once the scene of a fault: gangs that change pools or have two,
//! shares that differ from the initial holdings, parts that are not flexible, repairs in the
//! warm-up. Each test is the smallest scenario that shows it.

use super::support::{PRELUDE, id, near, run, scenario, totals};
use flexcap::id::PoolId;
use flexcap::simulation::record::EventKind;

#[test]
fn a_gang_that_moves_to_an_earlier_pool_goes_on() {
    let scenario = scenario(&format!(
        r#"{PRELUDE}
[run]
start = "2024-01-01"
horizon = "2d"
[pool.first]
hardware = "unit"
site = "here"
accelerators = 4
serves = ["job"]
[pool.second]
hardware = "unit"
site = "here"
accelerators = 4
serves = ["job", "service"]
initial = {{ job = 4 }}
[demand.evening]
shape = {{ day = [0,0,0,0,0,0,0,0,0,0,0,0,2,2,2,2,2,2,2,2,2,2,2,2] }}
[training.job]
work = "1000 accelerator-hours"
gang = 4
restart = "0s"
[ranking.service]
demand = {{ profile = "evening", base = "10 /s" }}
service = {{ time = "1s" }}
slo = {{ latency = "2s" }}
queue = {{ limit = "10s" }}
[forecast]
method = {{ perfect = {{}} }}
[policy.priority]
order = ["service", "job"]
"#
    ));
    let (_, rows) = run(&scenario, 0);
    let (first, second) = (PoolId::new(0), PoolId::new(1));
    let job = id(&scenario, "job");
    assert_eq!(
        rows.held(second, job)[11].busy,
        4.0,
        "it runs where it starts"
    );
    let moved = rows.held(first, job)[13];
    assert_eq!(moved.allocated, 4.0, "it was given the other pool");
    assert!(near(moved.busy, 4.0, 1e-9), "it runs there: {moved:?}");
}

#[test]
fn a_complete_gang_in_another_pool_takes_over() {
    // Both pools are the job's own; when the first breaks, the second is complete and at hand.
    let scenario = scenario(&format!(
        r#"{PRELUDE}
[hardware.frail]
accelerators_per_server = 1
mtbf = "200h"
repair = "20h"
[run]
start = "2024-01-01"
horizon = "20d"
[pool.first]
hardware = "frail"
site = "here"
accelerators = 4
serves = ["job"]
initial = {{ job = 4 }}
[pool.second]
hardware = "unit"
site = "here"
accelerators = 4
serves = ["job"]
initial = {{ job = 4 }}
[training.job]
work = "100000 accelerator-hours"
gang = 4
restart = "0s"
[policy.dedicated]
"#
    ));
    let (totals, rows) = run(&scenario, 0);
    assert!(
        rows.events
            .iter()
            .any(|event| event.kind == EventKind::Failure)
    );
    let idle_gang = 1.0 - totals.workloads[0].busy / (4.0 * totals.hours);
    assert!(
        idle_gang < 1e-9,
        "a complete gang stood idle {idle_gang:.3} of the time"
    );
}

#[test]
fn dedicated_shares_hold_from_the_start_of_the_run() {
    let text = format!(
        r#"{PRELUDE}
[run]
start = "2024-01-01"
horizon = "1d"
[pool.hall]
hardware = "unit"
site = "here"
accelerators = 8
serves = ["ranking"]
initial = {{ one = 8 }}
[ranking.one]
demand = {{ base = "1 /s" }}
service = {{ time = "1s" }}
slo = {{ latency = "2s" }}
[ranking.two]
demand = {{ base = "1 /s" }}
service = {{ time = "1s" }}
slo = {{ latency = "2s" }}
[policy.dedicated]
shares = {{ hall = {{ one = 0.25, two = 0.75 }} }}
"#
    );
    let totals = totals(&text);
    let hours: Vec<f64> = totals
        .workloads
        .iter()
        .map(|of| of.allocated / totals.hours)
        .collect();
    assert_eq!(hours, [2.0, 6.0]);
}

#[test]
fn what_is_not_flexible_comes_back_after_a_repair() {
    // Nothing may move, yet `high` could use everything. Failures must not carry servers over.
    let scenario = scenario(&format!(
        r#"{PRELUDE}
[hardware.frail]
accelerators_per_server = 1
mtbf = "30d"
repair = "5h"
[run]
start = "2024-01-01"
horizon = "120d"
[pool.hall]
hardware = "frail"
site = "here"
accelerators = 20
serves = ["ranking"]
flexible_share = 0.0
initial = {{ high = 10, low = 10 }}
[ranking.high]
demand = {{ base = "100 /s" }}
service = {{ time = "1s" }}
slo = {{ latency = "2s" }}
queue = {{ limit = "10s" }}
[ranking.low]
demand = {{ base = "1 /s" }}
service = {{ time = "1s" }}
slo = {{ latency = "2s" }}
[policy.priority]
order = ["high", "low"]
"#
    ));
    let (_, rows) = run(&scenario, 0);
    let low = rows.held(PoolId::new(0), id(&scenario, "low"));
    let last = low.len() - 24 * 7;
    let late = low[last..].iter().map(|row| row.allocated).sum::<f64>() / (24.0 * 7.0);
    assert!(
        late > 9.0,
        "`low` may keep 10 servers and holds {late:.2} in the last week"
    );
}

#[test]
fn a_gang_is_whole_again_after_a_repair_in_the_warm_up() {
    let text = format!(
        r#"{PRELUDE}
[hardware.frail]
accelerators_per_server = 1
mtbf = "400h"
repair = "3h"
[run]
start = "2024-03-01"
horizon = "1d"
warm_up = "60d"
[pool.hall]
hardware = "frail"
site = "here"
accelerators = 10
serves = ["job"]
initial = {{ job = 10 }}
[training.job]
work = "1e6 accelerator-hours"
gang = 10
submit = "2024-01-01"
checkpoint = {{ every = "10m", write = "1s" }}
[policy.dedicated]
"#
    );
    // In 60 days of failures every 40 hours with repairs of 3 hours the gang is whole 90% of the time.
    let (_, rows) = run(&scenario(&text), 0);
    let warm_up_hours = 60.0 * 24.0 * 10.0;
    let useful = rows.jobs[0].useful_accelerator_hours / warm_up_hours;
    assert!(useful > 0.8, "it worked {useful:.3} of the warm-up");
}

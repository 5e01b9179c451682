//! Corners of supply, each once the scene of a fault: orders placed and delivered as the counted
//! period opens, failures while every server is on its way from one holder to the next.

use super::support::{PRELUDE, run, scenario, totals};
use flexcap::simulation::record::EventKind;

/// A pool of four, an order of two more placed and delivered at the given times, a lonely service.
fn ordered(placed: &str, lead: &str, warm_up: &str) -> String {
    format!(
        r#"{PRELUDE}
[run]
start = "2024-01-01"
horizon = "10d"
warm_up = "{warm_up}"
[pool.hall]
hardware = "unit"
site = "here"
accelerators = 4
serves = ["ranking"]
[order.more]
pool = "hall"
accelerators = 2
placed = "{placed}"
lead_time = "{lead}"
pays = {{ placed = 0.25, delivered = 0.75 }}
[ranking.service]
demand = {{ base = "0 /s" }}
service = {{ time = "1s" }}
slo = {{ latency = "2s" }}
[policy.dedicated]
"#
    )
}

#[test]
fn what_is_paid_as_the_run_starts_is_counted() {
    for warm_up in ["0h", "3d"] {
        let capex =
            |placed: &str, lead: &str| totals(&ordered(placed, lead, warm_up)).pools[0].capex;
        assert_eq!(capex("2024-01-02", "2d"), 2000.0, "both in the run");
        assert_eq!(capex("2024-01-01", "2d"), 2000.0, "placed at the start");
        assert_eq!(capex("2023-12-01", "31d"), 1500.0, "delivered at the start");
        assert_eq!(capex("2023-12-31", "5d"), 1500.0, "placed before the start");
        assert_eq!(capex("2023-12-01", "5d"), 0.0, "all before the start");
        assert_eq!(capex("2024-01-09", "5d"), 500.0, "delivered after the end");
        assert_eq!(capex("2024-01-09", "2d"), 500.0, "delivered at the end");
    }
}

#[test]
fn a_delivery_as_the_run_starts_is_an_event() {
    for warm_up in ["0h", "3d"] {
        let (_, rows) = run(&scenario(&ordered("2023-12-01", "31d", warm_up)), 0);
        let deliveries = rows
            .events
            .iter()
            .filter(|event| event.kind == EventKind::Delivery);
        assert_eq!(deliveries.count(), 1, "warm-up {warm_up}");
        assert_eq!(rows.fleet[0].installed, 6.0);
    }
}

#[test]
fn failures_do_not_vanish_while_everything_is_on_the_move() {
    // The same pool under two policies: at rest, and restarting its servers all the time.
    let failures = |policy: &str| {
        let scenario = scenario(&format!(
            r#"{PRELUDE}
[hardware.frail]
accelerators_per_server = 1
mtbf = "20h"
repair = "2h"
[run]
start = "2024-01-01"
horizon = "10d"
[pool.hall]
hardware = "frail"
site = "here"
accelerators = 10
serves = ["ranking"]
initial = {{ one = 10 }}
[demand.even]
shape = {{ day = [1,1,0,0,1,1,0,0,1,1,0,0,1,1,0,0,1,1,0,0,1,1,0,0] }}
[demand.odd]
shape = {{ day = [0,0,1,1,0,0,1,1,0,0,1,1,0,0,1,1,0,0,1,1,0,0,1,1] }}
[ranking.one]
demand = {{ profile = "even", base = "50 /s" }}
service = {{ time = "1s" }}
slo = {{ latency = "2s" }}
queue = {{ limit = "0s" }}
replica = {{ start = "90m" }}
[ranking.two]
demand = {{ profile = "odd", base = "50 /s" }}
service = {{ time = "1s" }}
slo = {{ latency = "2s" }}
queue = {{ limit = "0s" }}
replica = {{ start = "90m" }}
[forecast]
method = {{ perfect = {{}} }}
{policy}
"#
        ));
        let (_, rows) = run(&scenario, 0);
        let failed = rows
            .events
            .iter()
            .filter(|event| event.kind == EventKind::Failure);
        failed.map(|event| event.accelerators).sum::<u64>()
    };
    let at_rest = failures("[policy.dedicated]");
    assert!(at_rest > 50);
    assert_eq!(
        at_rest,
        failures("[policy.priority]\norder = [\"one\", \"two\"]")
    );
}

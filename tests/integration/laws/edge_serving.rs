//! Corners of serving, each once the scene of a fault: no capacity at all, a model that leaves no
//! room for a request, numbers of another width, steps that do not divide the run.

use super::support::{PRELUDE, near, run, scenario, totals};

#[test]
fn without_capacity_nobody_is_served_at_once() {
    // An hour without servers: whoever comes waits, half an hour on average within that hour alone.
    let text = format!(
        r#"{PRELUDE}
[run]
start = "2024-01-01"
horizon = "1h"
[pool.hall]
hardware = "unit"
site = "here"
accelerators = 4
serves = ["ranking"]
[ranking.service]
demand = {{ base = "1 /s" }}
service = {{ time = "1s" }}
slo = {{ latency = "2s" }}
[policy.dedicated]
"#
    );
    let service = totals(&text).services[0];
    assert_eq!((service.offered, service.served_in_slo), (3600.0, 0.0));
    let mean_s = service.waiting_time / service.admitted;
    assert!(
        mean_s >= 1800.0,
        "a mean wait of {mean_s} s without any server"
    );
}

#[test]
fn a_model_without_room_for_a_request_does_no_work() {
    // The weights take 95% of the memory: the check lets it pass, the engine has room for none.
    let text = format!(
        r#"{PRELUDE}
[hardware.h100]
catalogue = "h100-sxm"
accelerators_per_server = 1
mtbf = "100000y"
[run]
start = "2024-01-01"
horizon = "1d"
[pool.hall]
hardware = "h100"
site = "here"
accelerators = 4
serves = ["inference"]
initial = {{ service = 4 }}
[inference.service]
demand = {{ base = "1 /s" }}
model = {{ parameters = 76e9, layers = 80, kv_bytes_per_token = "163840 B", precision = "fp8" }}
input_tokens = 1000
output_tokens = 100
slo = {{ ttft = "2s", tpot = "200ms" }}
queue = {{ limit = "60s" }}
[policy.dedicated]
"#
    );
    // A validation that refuses this scenario is as good an answer as a service that does nothing.
    let Ok(loaded) = flexcap::scenario::Scenario::parse("edge.toml", &text) else {
        return;
    };
    let (totals, _) = run(&loaded.scenario, 0);
    assert_eq!(totals.services[0].served_in_slo, 0.0);
    assert_eq!(
        totals.workloads[0].busy, 0.0,
        "it serves nothing, so nothing is busy"
    );
}

#[test]
fn a_wider_precision_takes_more_cache() {
    // `kv_bytes_per_token` is at one byte a number: in bf16 a sequence takes twice as much, so a replica whose
    // memory limits its batch serves less than half as many (the weights double too).
    let served = |precision: &str, memory: &str| {
        let totals = totals(&format!(
            r#"{PRELUDE}
[hardware.wide]
accelerators_per_server = 1
peak = {{ fp8 = "1e9 TFLOP/s", bf16 = "1e9 TFLOP/s" }}
memory = "{memory}"
bandwidth = "1e9 TB/s"
step_cost = {{ fixed = "10 ms", weights = 1.0, kv_cache = 1.0, compute = 1.0, all_reduce = "0 us" }}
[run]
start = "2024-01-01"
horizon = "1d"
[pool.hall]
hardware = "wide"
site = "here"
accelerators = 1
serves = ["inference"]
initial = {{ service = 1 }}
[inference.service]
demand = {{ base = "1e6 /s" }}
model = {{ parameters = 1e9, layers = 10, kv_bytes_per_token = "1 MB", precision = "{precision}" }}
input_tokens = 900
output_tokens = 200
slo = {{ ttft = "2s", tpot = "100ms" }}
queue = {{ limit = "0s" }}
[policy.dedicated]
"#
        ));
        let service = totals.services[0];
        (service.offered - service.shed) / totals.hours
    };
    // Usable memory is 90%: 100 GB hold 1 GB of weights and 89 sequences of 1 GB, or 2 GB and 44 of 2 GB.
    let (narrow, wide) = (served("fp8", "100 GB"), served("bf16", "100 GB"));
    assert!(
        near(wide / narrow, 44.0 / 89.0, 0.02),
        "{wide} against {narrow}"
    );
}

#[test]
fn a_step_that_does_not_divide_the_run_loses_nothing() {
    for (step, every, warm_up) in [
        ("7m", "7m", "50m"),
        ("7m", "70m", "0h"),
        ("1d", "1d", "90m"),
    ] {
        let scenario = scenario(&format!(
            r#"{PRELUDE}
[run]
start = "2024-01-01"
horizon = "1501m"
step = "{step}"
warm_up = "{warm_up}"
[record]
every = "{every}"
[pool.hall]
hardware = "unit"
site = "here"
accelerators = 4
serves = ["ranking"]
initial = {{ service = 4 }}
[ranking.service]
demand = {{ base = "3 /s" }}
service = {{ time = "1s" }}
slo = {{ latency = "2s" }}
[policy.dedicated]
"#
        ));
        let (totals, rows) = run(&scenario, 0);
        assert!(near(totals.hours, 1501.0 / 60.0, 1e-12));
        assert!(near(totals.services[0].offered, 3.0 * 60.0 * 1501.0, 1e-9));
        let covered = rows.fleet.last().map(|row| row.time < scenario.end());
        assert_eq!(covered, Some(true));
        let starts = rows
            .fleet
            .windows(2)
            .map(|pair| pair[1].time - pair[0].time);
        let every = scenario.record.every;
        assert!(
            starts.into_iter().all(|between| between == every),
            "{every:?}"
        );
    }
}

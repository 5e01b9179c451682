//! Hardware on which workloads differ: the same campaign and the same service on two generations.

use super::support::{Rows, agree, parsed};
use flexcap::policy;
use flexcap::simulation::totals::Totals;
use flexcap::simulation::{Ended, simulate};

/// A pool of each of two generations, and what each serves.
fn two(new_serves: &str, newer_serves: &str) -> (Totals, Rows) {
    let text = format!(
        r#"
[scenario]
name = "generations"
[run]
start = "2024-03-01"
horizon = "2d"
[hardware.new]
catalogue = "h100-sxm"
[hardware.newer]
catalogue = "h200-sxm"
[site.here]
[pool.one]
hardware = "new"
site = "here"
accelerators = 80
serves = {new_serves}
[pool.two]
hardware = "newer"
site = "here"
accelerators = 80
serves = {newer_serves}
[training.job]
work = "1e21 FLOP"
gang = 80
mfu = {{ new = 0.4, newer = 0.5 }}
[inference.chat]
demand = {{ base = "1 /s" }}
model = {{ catalogue = "llama-3-70b", precision = "fp8", tensor_parallel = 4 }}
input_tokens = 1000
output_tokens = 200
slo = {{ ttft = "2s", tpot = "50ms" }}
[policy.priority]
order = ["chat", "job"]
"#
    );
    let scenario = parsed(&text);
    let mut rows = Rows::default();
    match simulate(&scenario, 0, &mut *policy::build(&scenario), &mut rows) {
        Ok(Ended::Horizon(totals)) => (*totals, rows),
        other => panic!("the replication ended early: {other:?}"),
    }
}

fn job_hours(rows: &Rows) -> f64 {
    let job = rows.jobs[0];
    (job.end.expect("it completes") - job.submit).as_hours()
}

#[test]
fn a_campaign_runs_at_the_speed_of_the_hardware_that_it_gets() {
    let (_, slow) = two("[\"training\"]", "[\"inference\"]");
    let (_, fast) = two("[\"inference\"]", "[\"training\"]");
    // Both have a peak of 989 TFLOP/s in bf16; only the utilisation differs.
    agree(
        "hours",
        job_hours(&slow),
        1e21 / (80.0 * 989e12 * 0.4 * 3600.0),
    );
    agree(
        "hours",
        job_hours(&fast),
        1e21 / (80.0 * 989e12 * 0.5 * 3600.0),
    );
}

#[test]
fn a_service_takes_more_of_the_slower_hardware() {
    let held = |totals: &Totals| totals.workloads[1].allocated;
    let (on_new, _) = two("[\"inference\"]", "[\"training\"]");
    let (on_newer, _) = two("[\"training\"]", "[\"inference\"]");
    assert!(held(&on_newer) <= held(&on_new));
    for totals in [&on_new, &on_newer] {
        assert!(totals.services[1].served_in_slo >= 0.99 * totals.services[1].offered);
    }
}

/// A feed on hardware of another `speed`, its query stated in times that are `times` as long.
fn feed(speed: &str, times: f64) -> (Totals, Rows) {
    let (fixed_ms, item_us) = (4.0 * times, 50.0 * times);
    let text = format!(
        r#"
[scenario]
name = "speed"
[run]
start = "2024-03-01"
horizon = "2d"
[hardware.old]
accelerators_per_server = 8
[site.here]
[pool.one]
hardware = "old"
site = "here"
accelerators = 800
serves = ["ranking"]
initial = {{ feed = 800 }}
[demand.people]
shape = "azure2024-conversation"
[ranking.feed]
demand = {{ profile = "people", base = "90000 /s" }}
query = {{ fixed = "{fixed_ms} ms", per_item = "{item_us} us", items = {{ lognormal = {{ mean = 1000, cv = 0.5 }} }}, concurrency = 8 }}
{speed}
slo = {{ latency = "250ms" }}
queue = {{ limit = "1s" }}
[policy.dedicated]
"#
    );
    super::support::run(&text, 0)
}

#[test]
fn ranking_runs_at_the_speed_that_is_stated_for_its_hardware() {
    let (plain, _) = feed("", 1.0);
    let (same, rows) = feed("speed = { old = 0.5 }", 0.5);
    agree(
        "served",
        same.services[0].served_in_slo,
        plain.services[0].served_in_slo,
    );
    let (slow, slow_rows) = feed("speed = { old = 0.5 }", 1.0);
    assert!(slow.services[0].served_in_slo < 0.8 * plain.services[0].served_in_slo);
    let p50 = |rows: &Rows| rows.services[4].latency_p50_s.expect("requests are served");
    assert!(p50(&slow_rows) > 1.9 * p50(&rows));
}

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

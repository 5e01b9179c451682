//! What training is worth, in cases small enough to do by hand: an unfinished campaign at the
//! horizon, a completion after its deadline, hours of useful work, and the work of a gang that
//! writes checkpoints.

use super::support::{near, run, scenario, totals};
use flexcap::simulation::record::JobOutcome;

/// Ten servers and a campaign of ten from the start; `keys` are the campaign's, two days long.
fn campaign(run: &str, keys: &str) -> String {
    format!(
        r#"
[scenario]
name = "value"
[run]
start = "2024-01-01"
horizon = "2d"
{run}
[hardware.unit]
accelerators_per_server = 1
[site.here]
[pool.hall]
hardware = "unit"
site = "here"
accelerators = 10
serves = ["job"]
initial = {{ job = 10 }}
[training.job]
gang = 10
{keys}
[policy.dedicated]
"#
    )
}

#[test]
fn unfinished_work_earns_its_share_or_nothing() {
    // 480 of 960 accelerator-hours are done when the run ends.
    let keys = "work = \"960 accelerator-hours\"\nvalue = { on_completion = 1000.0 }";
    let value = |at_horizon: &str| {
        totals(&campaign(&format!("at_horizon = \"{at_horizon}\""), keys)).workloads[0].value
    };
    assert!(near(value("prorate"), 500.0, 1e-9), "{}", value("prorate"));
    assert_eq!(value("zero"), 0.0);
}

#[test]
fn a_share_is_worth_what_completing_at_the_horizon_would_be() {
    // The deadline lies one half-life before the horizon: half of the half that is done.
    let keys = "work = \"960 accelerator-hours\"\n\
                value = { on_completion = 1000.0, deadline = \"2024-01-02\", half_life_after = \"1d\" }";
    let value = totals(&campaign("", keys)).workloads[0].value;
    assert!(near(value, 250.0, 1e-9), "{value}");
}

#[test]
fn completing_late_halves_the_payoff_each_half_life() {
    // 300 accelerator-hours on ten take 30 hours.
    for (deadline, half_life, expected) in [
        ("2024-01-02T06:00:00Z", "6h", 1000.0),
        ("2024-01-02T00:00:00Z", "6h", 500.0),
        ("2024-01-01T18:00:00Z", "6h", 250.0),
        ("2024-01-02T00:00:00Z", "12h", 1000.0 * 0.5_f64.sqrt()),
        ("2024-01-03T00:00:00Z", "12h", 1000.0),
    ] {
        let keys = format!(
            "work = \"300 accelerator-hours\"\nvalue = {{ on_completion = 1000.0, \
             deadline = \"{deadline}\", half_life_after = \"{half_life}\" }}"
        );
        for at_horizon in ["prorate", "zero"] {
            let text = campaign(&format!("at_horizon = \"{at_horizon}\""), &keys);
            let value = totals(&text).workloads[0].value;
            assert!(
                near(value, expected, 1e-9),
                "{deadline}: {value} against {expected}"
            );
        }
    }
}

#[test]
fn hours_earn_as_they_are_worked() {
    // 48 hours: 44 cycles of an hour's work and 5 minutes' writing, and 20 minutes of a 45th.
    let keys = "work = \"1e6 accelerator-hours\"\ncheckpoint = { every = \"1h\", write = \"5m\" }\n\
                value = { per_accelerator_hour = 2.0 }";
    let (totals, rows) = run(&scenario(&campaign("", keys)), 0);
    let useful = 10.0 * (44.0 + 20.0 / 60.0);
    assert!(
        near(totals.training[0].useful, useful, 1e-9),
        "{:?}",
        totals.training[0]
    );
    assert!(near(totals.training[0].overhead, 480.0 - useful, 1e-9));
    assert!(near(totals.workloads[0].value, 2.0 * useful, 1e-9));
    assert!(near(totals.workloads[0].busy, 480.0, 1e-9));
    assert_eq!(rows.jobs[0].outcome, JobOutcome::Running);
    assert_eq!(rows.jobs[0].interruptions, 0);
}

#[test]
fn the_day_of_submission_and_of_completion_are_counted() {
    // Submitted at noon, 300 accelerator-hours: ends at 18 h of the second day.
    let keys = "work = \"300 accelerator-hours\"\nsubmit = \"2024-01-01T12:00:00Z\"";
    let (totals, rows) = run(&scenario(&campaign("", keys)), 0);
    let training = totals.training[0];
    assert_eq!((training.jobs_started, training.jobs_completed), (1.0, 1.0));
    assert_eq!(
        (training.queueing_time, training.completion_time),
        (0.0, 30.0)
    );
    let job = rows.jobs[0];
    assert_eq!(job.end.map(|end| (end - job.submit).as_hours()), Some(30.0));
    assert!(near(job.useful_accelerator_hours, 300.0, 1e-9));
}

#[test]
fn flop_become_hours_by_peak_and_utilisation() {
    // 1 TFLOP/s at 50% on ten accelerators: 36e15 FLOP take 2 hours.
    let keys = "work = \"36e15 FLOP\"\nmfu = 0.5\nprecision = \"bf16\"";
    let text = campaign("", keys).replace(
        "accelerators_per_server = 1",
        "accelerators_per_server = 1\npeak = { bf16 = \"1 TFLOP/s\" }",
    );
    let training = totals(&text).training[0];
    assert!(near(training.completion_time, 2.0, 1e-9), "{training:?}");
    assert!(near(training.useful, 20.0, 1e-9));
}

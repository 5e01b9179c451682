//! Campaigns whose gangs break: goodput against the exact renewal formula (Daly 2006), and the
//! published shape of the Llama 3 405B run. Failures come as one Poisson count an hour and pool
//! with uniform instants, which for a gang that is always replaced is the Poisson process of theory.

use super::support::{mean_and_error, run, scenario, totals, totals_of};
use flexcap::scenario::Scenario;
use flexcap::theory::checkpoint::Checkpointing;

/// Sixteen servers that together fail every three hours, and spares enough never to wait.
fn campaign(every_s: f64, seed: u64) -> String {
    campaign_saving(&format!("{every_s} s"), seed)
}

fn campaign_saving(every: &str, seed: u64) -> String {
    format!(
        r#"
[scenario]
name = "checkpoints"
[run]
start = "2024-01-01"
horizon = "52w"
seed = {seed}
[hardware.frail]
accelerators_per_server = 1
mtbf = "48h"
repair = {{ exponential = {{ mean = "3h" }} }}
[site.here]
[pool.hall]
hardware = "frail"
site = "here"
accelerators = 40
spares = 24
serves = ["job"]
initial = {{ job = 16 }}
[training.job]
work = "1e9 accelerator-hours"
gang = 16
checkpoint = {{ every = "{every}", write = "60s" }}
restart = "300s"
[policy.dedicated]
"#
    )
}

#[test]
fn goodput_is_dalys() {
    const REPLICATIONS: u32 = 12;
    /// Student's t with 11 degrees of freedom, two-sided 99%.
    const T99: f64 = 3.106;
    let theory = Checkpointing {
        mtbf_s: 10_800.0,
        save_s: 60.0,
        restart_s: 300.0,
    };
    for every_s in [1098.776, 300.0, 5000.0] {
        let scenario = scenario(&campaign(every_s, 7));
        let goodput: Vec<f64> = (0..REPLICATIONS)
            .map(|replication| {
                let totals = totals_of(&scenario, replication);
                let training = totals.training[0];
                // It never waited: all the time is executed.
                assert!(totals.workloads[0].busy > 0.999_999 * 16.0 * totals.hours);
                training.useful / (training.useful + training.lost + training.overhead)
            })
            .collect();
        let (mean, error) = mean_and_error(&goodput);
        let exact = theory.goodput(every_s);
        assert!(
            (mean - exact).abs() < T99 * error,
            "every {every_s} s: {mean} ± {error} against {exact}"
        );
        assert!(error < 0.002, "the test would not notice: {error}");
    }
}

#[test]
fn the_best_interval_is_that_of_theory() {
    let theory = Checkpointing {
        mtbf_s: 10_800.0,
        save_s: 60.0,
        restart_s: 300.0,
    };
    let best = (theory.optimal_interval_s() * 1e6).round() / 1e6;
    assert!((best - 1_098.776_3).abs() < 5e-5);
    assert_eq!(
        totals(&campaign_saving("optimal", 5)),
        totals(&campaign(best, 5))
    );
}

/// The same failures for every interval: what it gains on the best one is a paired difference.
#[test]
fn no_interval_beats_the_best() {
    const REPLICATIONS: u32 = 20;
    /// Student's t with 19 degrees of freedom, two-sided 99%.
    const T99: f64 = 2.861;
    let goodput = |every: &str| -> Vec<f64> {
        let scenario = scenario(&campaign_saving(every, 11));
        let one = |replication| {
            let training = totals_of(&scenario, replication).training[0];
            training.useful / (training.useful + training.lost + training.overhead)
        };
        (0..REPLICATIONS).map(one).collect()
    };
    let best = goodput("optimal");
    for (every, is_far) in [
        ("400 s", true),
        ("700 s", true),
        ("950 s", false),
        ("1250 s", false),
        ("1800 s", true),
        ("3000 s", true),
    ] {
        let gains: Vec<f64> = goodput(every)
            .iter()
            .zip(&best)
            .map(|(other, best)| other - best)
            .collect();
        let (mean, error) = mean_and_error(&gains);
        assert!(mean < T99 * error, "{every}: {mean} ± {error}");
        assert!(!is_far || mean < -T99 * error, "{every}: {mean} ± {error}");
    }
}

#[test]
fn the_shipped_campaign_comes_to_what_its_comment_says() {
    let loaded = Scenario::load("theory/checkpoint", &[]).expect("it is shipped");
    let outcome = flexcap::run(&loaded.scenario).expect("it runs");
    let goodput = outcome.metric("goodput", "job").expect("it trains");
    let (low, high) = goodput.ci95.expect("it has replications");
    assert!(low < 0.873_653 && 0.873_653 < high, "{low} to {high}");
    assert!(high - low < 0.002, "the test would not notice");
}

#[test]
fn interruptions_are_failures_of_the_gang() {
    // 52 weeks at one every three hours: 2912, and a Poisson count's spread.
    let interruptions = totals(&campaign(1098.776, 3)).training[0].interruptions;
    assert!(
        (interruptions - 2912.0).abs() < 3.3 * 2912.0_f64.sqrt(),
        "{interruptions}"
    );
}

#[test]
fn llama_3_405b_lands_where_it_did() {
    // 16,384 H100 for 54 days: 419 interruptions (± 41), effective training time .90 to .97. The
    // checkpoint's 10 s and the restart's 5 minutes are assumptions; with 60 s it would be .87.
    let scenario = scenario(
        r#"
[scenario]
name = "llama"
[run]
start = "2024-01-01"
horizon = "54d"
[hardware.h100]
catalogue = "h100-sxm"
[site.here]
[pool.hall]
hardware = "h100"
site = "here"
accelerators = 17408
spares = 1024
serves = ["llama"]
initial = { llama = 16384 }
[training.llama]
work = "3.8e25 FLOP"
gang = 16384
mfu = 0.40
checkpoint = { every = "8m", write = "10s" }
restart = "5m"
[policy.dedicated]
"#,
    );
    let mut interruptions = Vec::new();
    for replication in 0..10 {
        let (totals, rows) = run(&scenario, replication);
        let training = totals.training[0];
        let effective = training.useful / (16_384.0 * totals.hours);
        assert!((0.90..0.97).contains(&effective), "{effective}");
        interruptions.push(training.interruptions);
        // 3.8e25 FLOP at 40% of 989 TFLOP/s: 26.7M H100-hours.
        let work = rows.jobs[0].work_accelerator_hours;
        assert!((work / 26.68e6 - 1.0).abs() < 0.001, "{work}");
    }
    let (mean, error) = mean_and_error(&interruptions);
    assert!(
        (mean - 419.0).abs() < 41.0 && (mean - 418.9).abs() < 3.25 * error,
        "{mean} ± {error}"
    );
}

//! How much of a pool is broken, and how often a gang lacks a server: against the alternating
//! renewal process and the binomial law. Failures are counted hourly with the servers up as the
//! hour begins, and repairs end on whole hours, which shifts both by less than an hour in MTBF.

use super::support::{mean_and_error, scenario, totals_of};
use flexcap::theory::spares::enough_up;

/// Student's t with 9 degrees of freedom, two-sided 99%, for ten replications.
const T99: f64 = 3.250;

/// Mean share of a pool of 100 that is broken, by replication.
fn failed_share(mtbf: &str, repair: &str) -> Vec<f64> {
    let scenario = scenario(&format!(
        r#"
[scenario]
name = "availability"
[run]
start = "2024-03-01"
warm_up = "60d"
horizon = "52w"
[hardware.frail]
accelerators_per_server = 1
mtbf = "{mtbf}"
repair = {repair}
[site.here]
[pool.hall]
hardware = "frail"
site = "here"
accelerators = 100
serves = ["ranking"]
initial = {{ service = 60 }}
[ranking.service]
demand = {{ base = "1 /s" }}
service = {{ time = "1s" }}
slo = {{ latency = "2s" }}
[policy.dedicated]
"#
    ));
    let share = |replication| {
        let totals = totals_of(&scenario, replication);
        totals.pools[0].failed / totals.pools[0].installed
    };
    (0..10).map(share).collect()
}

#[test]
fn the_broken_share_is_repair_over_cycle() {
    for (mtbf, mtbf_h, repair, repair_h) in [
        (
            "10d",
            240.0,
            "{ lognormal = { mean = \"24h\", cv = 1.0 } }",
            24.0,
        ),
        ("10d", 240.0, "{ exponential = { mean = \"6h\" } }", 6.0),
        (
            "49d",
            1176.0,
            "{ lognormal = { mean = \"24h\", cv = 0.5 } }",
            24.0,
        ),
        ("10d", 240.0, "\"4h\"", 4.0),
        ("10d", 240.0, "\"90m\"", 1.5),
        ("10d", 240.0, "\"1h\"", 1.0),
    ] {
        let (mean, error) = mean_and_error(&failed_share(mtbf, repair));
        let theory = repair_h / (mtbf_h + repair_h);
        // Beyond the sampling error: half a grid hour of the time between failures.
        let grid = theory * 0.5 / mtbf_h;
        assert!(
            (mean - theory).abs() < T99 * error + grid,
            "MTBF {mtbf}, repair {repair}: {mean} ± {error} against {theory}"
        );
    }
}

/// Share of the time that a gang of 128 waits with these spares, at an availability of 0.98.
fn waiting_share(spares: u64) -> (f64, f64) {
    let scenario = scenario(&format!(
        r#"
[scenario]
name = "spares"
[run]
start = "2024-03-01"
warm_up = "60d"
horizon = "52w"
[hardware.frail]
accelerators_per_server = 1
mtbf = "49d"
repair = {{ exponential = {{ mean = "24h" }} }}
[site.here]
[pool.hall]
hardware = "frail"
site = "here"
accelerators = {}
spares = {spares}
serves = ["job"]
initial = {{ job = 128 }}
[training.job]
work = "1e9 accelerator-hours"
gang = 128
[policy.dedicated]
"#,
        128 + spares
    ));
    let share = |replication| {
        let totals = totals_of(&scenario, replication);
        1.0 - totals.workloads[0].busy / (128.0 * totals.hours)
    };
    mean_and_error(&(0..10).map(share).collect::<Vec<_>>())
}

#[test]
fn a_gang_waits_as_the_binomial_law_says() {
    for spares in [3, 5, 9, 14] {
        let (mean, error) = waiting_share(spares);
        let theory = 1.0 - enough_up(128, 128 + spares, 0.98);
        // A gang that is complete again waits for the next step: up to an hour after a repair on
        // the grid, which is none here; failures within the hour it shares with theory.
        assert!(
            mean <= theory + T99 * error + 1e-4,
            "{spares} spares: {mean} ± {error} against {theory}"
        );
        assert!(
            spares > 5 || mean >= theory - T99 * error,
            "{spares}: {mean} below {theory}"
        );
    }
}

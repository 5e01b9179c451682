//! Demand that varies within the hour: what an hourly mean hides.

use super::support::{near, totals};
use flexcap::simulation::totals::{ServiceTotals, Totals};
use flexcap::theory::normal::cdf;

const CV: f64 = 0.2;
const SERVERS: f64 = 20_000.0;

/// Twenty thousand servers of a second, whose queue is as good as none, at a mean load of `rho`.
fn hall(rho: f64, noise: &str, policy: &str) -> Totals {
    let rate = rho * SERVERS;
    totals(&format!(
        r#"
[scenario]
name = "hall"
[run]
start = "2024-01-01"
horizon = "1w"
[hardware.box]
accelerators_per_server = 1
[site.here]
[pool.hall]
hardware = "box"
site = "here"
accelerators = {SERVERS}
serves = ["ranking"]
[demand.people]
noise = {{ {noise} }}
[ranking.feed]
demand = {{ profile = "people", base = "{rate:?} /s" }}
service = {{ time = "1s" }}
slo = {{ latency = "1.01s", attainment = 0.99 }}
queue = {{ limit = "0.1s" }}
[policy.{policy}]
"#
    ))
}

const ALL: &str = "dedicated]\nshares = { hall = { feed = 1.0 } }\n[record";

fn attainment(service: &ServiceTotals) -> f64 {
    service.served_in_slo / service.offered
}

/// With so many servers a level is either carried or drowned: what is met is the share of the
/// requests that arrive at levels below the capacity, a log-normal law's. The capacities are those
/// at which a quarter of a standard deviation ends, where the levels are exact.
#[test]
fn what_is_met_is_what_arrives_below_the_capacity() {
    let sigma = (CV * CV).ln_1p().sqrt();
    for z in [-1.0, 0.0, 0.5, 1.0, 2.0, 3.0] {
        let capacity_over_mean = (sigma * z - 0.5 * sigma * sigma).exp();
        let noise = format!("subhourly_cv = {CV}");
        let found = hall(1.0 / capacity_over_mean, &noise, ALL).services[0];
        let expected = cdf(z - sigma);
        assert!(
            (attainment(&found) - expected).abs() < 0.002,
            "{z}: {} instead of {expected}",
            attainment(&found)
        );
    }
}

/// Of an overloaded level as much is refused as its rate exceeds the capacity.
#[test]
fn what_is_shed_is_the_excess_of_the_levels_above_the_capacity() {
    let sigma = (CV * CV).ln_1p().sqrt();
    let capacity_over_mean = (sigma - 0.5 * sigma * sigma).exp();
    let noise = format!("subhourly_cv = {CV}");
    let found = hall(1.0 / capacity_over_mean, &noise, ALL).services[0];
    // E[(M − c)⁺] of a log-normal M of mean 1.
    let expected = cdf(sigma - 1.0) - capacity_over_mean * cdf(-1.0);
    let shed = found.shed / found.offered;
    assert!(
        (shed - expected).abs() < 2e-4,
        "{shed} instead of {expected}"
    );
}

#[test]
fn requests_and_other_draws_stay_as_they_are() {
    let steady = hall(0.7, "cv = 0.2", ALL).services[0];
    let varied = hall(0.7, "cv = 0.2, subhourly_cv = 0.3", ALL).services[0];
    assert!(near(steady.offered, varied.offered, 1e-12));
    assert!(attainment(&varied) < attainment(&steady) - 0.001);
}

#[test]
fn priority_sizes_for_the_minutes_above_the_mean() {
    let policy = "priority]\norder = [\"feed\"]\nheadroom = 0.0\n[record";
    let steady = hall(0.5, "", policy);
    let varied = hall(0.5, "subhourly_cv = 0.2", policy);
    for totals in [&steady, &varied] {
        assert!(attainment(&totals.services[0]) >= 0.99);
    }
    let busy_share = |totals: &Totals| totals.workloads[0].busy / totals.workloads[0].allocated;
    // 1% of the requests arrive above 2.13 deviations, which is 1.5 times the mean.
    assert!(busy_share(&steady) > 0.97, "{}", busy_share(&steady));
    let varied = busy_share(&varied);
    assert!((0.60..0.70).contains(&varied), "{varied}");
}

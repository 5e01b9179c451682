//! Queues that theory solves, through the whole simulator.
//!
//! Every stretch (a step, but at most an hour) starts from the mean backlog that the last one left,
//! not from its law. A Brownian motion with drift −θ, reflected at 0 and started at its own mean
//! σ²/2θ, waits less on average over a time T by the share σ²/(4θ²T) (Poisson's equation; with
//! θ = 1 − rho and σ² = 2·E[S]/c). That share, and a tenth more for the empty start, is the
//! tolerance here.

use super::support::{near, totals};
use flexcap::scenario::{Scenario, Set};
use flexcap::theory::erlang::mean_wait_s;
use flexcap::theory::square_wave::SquareWave;

fn mmc(servers: u32, rho: f64, service_s: f64, step: &str) -> String {
    let rate = rho * f64::from(servers) / service_s;
    format!(
        r#"
[scenario]
name = "mmc"
[run]
start = "2024-01-01"
horizon = "2w"
step = "{step}"
[hardware.server]
accelerators_per_server = 1
[site.theory]
[pool.servers]
hardware = "server"
site = "theory"
accelerators = {servers}
serves = ["ranking"]
initial = {{ queue = {servers} }}
[ranking.queue]
demand = {{ base = "{rate:?} /s" }}
service = {{ time = {{ exponential = {{ mean = "{service_s} s" }} }} }}
slo = {{ latency = "1000s", attainment = 0.9 }}
[policy.dedicated]
"#
    )
}

#[test]
fn waiting_time_is_erlangs() {
    for (step, stretch_s) in [
        ("10m", 600.0),
        ("1h", 3600.0),
        ("6h", 3600.0),
        ("1d", 3600.0),
    ] {
        for (servers, rho) in [
            (1, 0.5),
            (1, 0.8),
            (2, 0.9),
            (10, 0.9),
            (100, 0.95),
            (1000, 0.99),
        ] {
            for service_s in [0.1, 1.0] {
                let service = totals(&mmc(servers, rho, service_s, step)).services[0];
                let wait_s = service.waiting_time / service.admitted;
                let c = f64::from(servers);
                let theory_s = mean_wait_s(c, rho * c, service_s);
                let share = 2.0 * service_s / c / (1.0 - rho).powi(2) / 4.0 / stretch_s;
                assert!(
                    near(wait_s, theory_s, 1.1 * share + 1e-9),
                    "M/M/{servers} at {rho}, {service_s} s, step {step}: {wait_s} against \
                     {theory_s}, tolerance {share:e}"
                );
            }
        }
    }
}

/// The README's figures for what short steps cost: each interval starts from the mean queue.
#[test]
fn short_steps_understate_the_wait_as_the_readme_says() {
    let missing = |step: &str| {
        let service = totals(&mmc(10, 0.9, 1.0, step)).services[0];
        1.0 - service.waiting_time / service.admitted / mean_wait_s(10.0, 9.0, 1.0)
    };
    let (minute, hour) = (missing("1m"), missing("1h"));
    assert!((0.045..0.055).contains(&minute), "{minute}");
    assert!((0.0005..0.0015).contains(&hour), "{hour}");
}

#[test]
fn the_shipped_queue_waits_as_its_comment_says() {
    let loaded = Scenario::load("theory/mmc", &[]).or_else(|_| Scenario::load("mmc", &[]));
    let outcome = flexcap::run(&loaded.expect("it is shipped").scenario).expect("it runs");
    let wait = outcome
        .metric("waiting_time_mean", "queue")
        .expect("it has traffic");
    assert!(
        wait.mean
            .is_some_and(|mean| (mean - 0.668_732).abs() < 0.005),
        "{:?}",
        wait.mean
    );
}

#[test]
fn the_shipped_single_server_waits_as_its_comment_says() {
    let other = |time: &str| format!("ranking.queue.service.time={time}");
    for (cs2, set) in [
        (0.5, None),
        (0.0, Some(other("1s"))),
        (1.0, Some(other("{ exponential = { mean = \"1s\" } }"))),
        (
            4.0,
            Some(other("{ lognormal = { mean = \"1s\", cv = 2.0 } }")),
        ),
    ] {
        let sets: Vec<Set> = set.into_iter().map(Set::new).collect();
        let loaded = Scenario::load("theory/mg1", &sets).expect("it is shipped");
        let outcome = flexcap::run(&loaded.scenario).expect("it runs");
        let wait = outcome.metric("waiting_time_mean", "queue");
        let wait_s = wait
            .and_then(|wait| wait.mean)
            .expect("the queue has traffic");
        let theory_s = flexcap::theory::mg1::mean_wait_s(0.8, 1.0, cs2);
        let share = (1.0 + cs2) / 4.0 / 0.2_f64.powi(2) / 3600.0;
        assert!(
            near(wait_s, theory_s, 1.1 * share),
            "cs² = {cs2}: {wait_s} against {theory_s}"
        );
    }
}

#[test]
fn the_shipped_fair_pool_is_divided_as_its_comment_says() {
    let loaded = Scenario::load("theory/drf", &[]).expect("it is shipped");
    let outcome = flexcap::run(&loaded.scenario).expect("it runs");
    for (service, accelerators) in [("memory", 3000.0), ("compute", 6000.0)] {
        let hours = outcome.metric("allocated_accelerator_hours", service);
        let held = hours.and_then(|hours| hours.mean).expect("it holds some") / 168.0;
        assert!((held - accelerators).abs() <= 1.0, "{service}: {held}");
    }
}

/// The served share of the shipped square wave.
fn square_wave(set: &[&str]) -> f64 {
    let sets: Vec<Set> = set.iter().map(|text| Set::new(*text)).collect();
    let loaded = Scenario::load("square-wave", &sets).expect("it is shipped");
    let outcome = flexcap::run(&loaded.scenario).expect("it runs");
    let totals = &outcome.replications[0];
    let sum = |of: fn(&flexcap::simulation::totals::ServiceTotals) -> f64| -> f64 {
        totals.services.iter().map(of).sum()
    };
    sum(|service| service.served_in_slo) / sum(|service| service.offered)
}

const PRIORITY: &str = "policy={ priority = { order = [\"day\", \"night\"], headroom = 0.0 } }";
const WAVE: SquareWave = SquareWave {
    high: 80.0,
    low: 20.0,
    capacity: 100.0,
    half_period_h: 12.0,
};

#[test]
fn square_wave_dedicated_and_free() {
    // Erlang's loss on 10,000 servers, four fifths or all of them loaded, adds less than a percent.
    let dedicated = square_wave(&[]);
    assert!(
        (dedicated - WAVE.dedicated_share()).abs() < 0.001,
        "{dedicated}"
    );
    let free = square_wave(&[PRIORITY]);
    assert!((free - WAVE.flexible_share(0.0)).abs() < 0.01, "{free}");
}

#[test]
fn square_wave_with_start_up_loses_what_theory_says() {
    // Starting a replica for an hour takes the place of a conversion: 5% for every hour.
    for hours in [1_u32, 3] {
        let start = format!("ranking.*.replica.start={hours}h");
        let share = square_wave(&[PRIORITY, &start]);
        let theory = WAVE.flexible_share(f64::from(hours));
        assert!(
            (share - theory).abs() < 0.01,
            "{hours} h: {share} against {theory}"
        );
    }
}

/// The oracle of the square wave: a flexible pool serves (100 − 5d)% where moving takes d hours, fixed
/// halves 70% whatever it takes, so that flexibility pays for d below 6 h.
#[test]
fn square_wave_with_conversion_breaks_even_at_six_hours() {
    assert!((WAVE.break_even_h().expect("units move") - 6.0).abs() < 1e-9);
    let dedicated = square_wave(&[]);
    for hours in 0..=8_u32 {
        let delay = format!("conversion.unit.*.delay={hours}h");
        let share = square_wave(&[PRIORITY, &delay]);
        let theory = WAVE.flexible_share(f64::from(hours));
        // The first half-day of 56 starts from even halves: it loses half as much, and no more.
        let first = theory.mul_add(-1.0, 1.0) / 56.0;
        assert!(
            (share - theory).abs() < first + 0.004,
            "{hours} h: {share} against {theory}"
        );
        let better = share > dedicated;
        assert!(hours == 6 || better == (hours < 6), "{hours} h: {share}");
    }
}

/// Sums over the replications of the shipped scenario of that name: of the metric's numerator over its
/// denominator, mean and half width of the 99.9% interval.
fn shipped(
    name: &str,
    sets: &[&str],
    of: impl Fn(&flexcap::simulation::totals::Totals) -> f64,
) -> (f64, f64) {
    /// Student's t with 9 degrees of freedom at 0.9995: the shipped queues have ten replications.
    const T: f64 = 4.781;
    let sets: Vec<Set> = sets.iter().map(|text| Set::new(*text)).collect();
    let loaded = Scenario::load(name, &sets).expect("it is shipped");
    let outcome = flexcap::run(&loaded.scenario).expect("it runs");
    assert_eq!(outcome.replications.len(), 10);
    let values: Vec<f64> = outcome.replications.iter().map(of).collect();
    let (mean, error) = super::support::mean_and_error(&values);
    (mean, T * error)
}

#[test]
fn the_shipped_endless_servers_hold_what_palm_says() {
    for set in [None, Some("ranking.queue.service.time=3s")] {
        let sets: Vec<&str> = set.into_iter().collect();
        let (mean, half) = shipped("theory/mginf", &sets, |of| {
            of.occupancy[0].mean().expect("it was counted")
        });
        assert!(half < 0.1 && (mean - 36.0).abs() < half, "{mean} ± {half}");
        let (share, half) = shipped("theory/mginf", &sets, |of| {
            of.occupancy[0].share_up_to(48).expect("it was counted")
        });
        let exact = flexcap::theory::mginf::occupancy_cdf(36.0, 48);
        assert!((exact - 0.977_459_517_0).abs() < 5e-11);
        assert!(
            half < 0.002 && (share - exact).abs() < half,
            "{share} ± {half}"
        );
        let (p99, half) = shipped("theory/mginf", &sets, |of| {
            of.occupancy[0].quantile(0.99).expect("it was counted")
        });
        assert!((p99 - 51.0).abs() <= half.max(0.2), "{p99} ± {half}");
    }
}

#[test]
fn the_shipped_impatient_queue_is_erlang_a() {
    let patience = "ranking.queue.queue.patience={ exponential = { mean = \"1s\" } }";
    let fluid = "ranking.queue.fidelity=fluid";
    let delayed =
        |of: &flexcap::simulation::totals::Totals| of.services[0].delayed / of.services[0].offered;
    let abandoned = |of: &flexcap::simulation::totals::Totals| {
        of.services[0].abandoned / of.services[0].offered
    };
    for (sets, exact) in [
        (&[][..], 0.596_703_138_0),
        (&[patience][..], 0.513_298_798_3),
    ] {
        let (share, half) = shipped("theory/abandonment", sets, delayed);
        assert!(
            half < 0.006 && (share - exact).abs() < half,
            "{share} ± {half} against {exact}"
        );
        let (share, _) = shipped("theory/abandonment", &[sets, &[fluid]].concat(), delayed);
        assert!(
            (share - exact).abs() < 1e-8,
            "fluid: {share} against {exact}"
        );
    }
    let exact = 0.033_030_152_5;
    let (share, half) = shipped("theory/abandonment", &[], abandoned);
    assert!(
        half < 0.001 && (share - exact).abs() < half,
        "{share} ± {half} against {exact}"
    );
    let (share, _) = shipped("theory/abandonment", &[fluid], abandoned);
    assert!(
        (share - exact).abs() < 1e-8,
        "fluid: {share} against {exact}"
    );
}

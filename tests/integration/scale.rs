//! Scale: more accelerators, shorter steps, more pools and workloads, longer horizons. Each runs to
//! its end with the books closed, and with memory that grows with none of them.

mod crowd;
pub mod fleet;
mod memory;

use fleet::Jobs;
use flexcap::kernel::Span;
use flexcap::policy;
use flexcap::scenario::{Scenario, Set};
use flexcap::simulation::record::Ignore;
use flexcap::simulation::totals::Totals;
use flexcap::simulation::{Ended, simulate};
use memory::Usage;

fn shipped(name: &str, settings: &[String]) -> Scenario {
    let sets: Vec<Set> = settings
        .iter()
        .map(|text| Set::new(text.as_str()))
        .collect();
    match Scenario::load(name, &sets) {
        Ok(loaded) => loaded.scenario,
        Err(invalid) => panic!("{}", invalid.render(false)),
    }
}

/// What came of replication 0, and the memory that it took beyond the scenario.
fn run(scenario: &Scenario) -> (Totals, Usage) {
    let mut policy = policy::build(scenario);
    let before = Usage::start();
    match simulate(scenario, 0, &mut *policy, &mut Ignore) {
        Ok(Ended::Horizon(totals)) => (*totals, before.end()),
        other => panic!("the replication ended early: {other:?}"),
    }
}

/// Every accelerator-hour is in one state, every request has one outcome.
fn books_close(totals: &Totals) {
    for pool in &totals.pools {
        let states = pool.allocated
            + pool.draining
            + pool.converting
            + pool.warming
            + pool.idle
            + pool.failed
            + pool.maintenance;
        assert!((states - pool.installed).abs() <= 1e-9 * pool.installed.max(1.0));
    }
    for service in &totals.services {
        let outcomes = service.served_in_slo
            + service.served_late
            + service.shed
            + service.abandoned
            + service.waiting;
        assert!((outcomes - service.offered).abs() <= 1e-9 * service.offered.max(1.0));
    }
}

fn settings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

#[test]
fn a_million_accelerators_take_the_memory_of_a_hundred_thousand() {
    let short = settings(&["run.horizon=2w", "run.warm_up=1d"]);
    let mut runs = Vec::new();
    for (factor, jobs) in [(1, Jobs::Same), (3, Jobs::Same), (3, Jobs::AsLarge)] {
        let mut sets = fleet::times(&shipped("meta-2024", &[]), factor, jobs);
        sets.extend(short.iter().cloned());
        let scenario = shipped("meta-2024", &sets);
        let (totals, used) = run(&scenario);
        books_close(&totals);
        let installed: u64 = scenario.pool.values().map(|pool| pool.accelerators).sum();
        runs.push((installed, used));
    }
    let [(_, few), large @ ..] = &runs[..] else {
        panic!("several runs");
    };
    for (accelerators, many) in large {
        assert!(*accelerators > 1_000_000);
        assert!(
            many.peak_bytes < 2 * few.peak_bytes + 100_000,
            "{few:?} {many:?}"
        );
    }
}

#[test]
fn minute_steps_serve_the_same_demand_in_the_same_memory() {
    let mut of_step = Vec::new();
    for step in ["1h", "1m"] {
        let step = format!("run.step={step}");
        let scenario = shipped(
            "meta-2024",
            &settings(&["run.horizon=3d", "run.warm_up=1d", &step]),
        );
        let (totals, usage) = run(&scenario);
        books_close(&totals);
        of_step.push((totals, usage));
    }
    let [(hours, at_hours), (minutes, at_minutes)] = &of_step[..] else {
        panic!("two runs");
    };
    for (by_hour, by_minute) in hours.services.iter().zip(&minutes.services) {
        assert!((by_hour.offered - by_minute.offered).abs() <= 1e-9 * by_hour.offered.max(1.0));
    }
    assert!(
        at_minutes.peak_bytes < 2 * at_hours.peak_bytes + 200_000,
        "{at_hours:?} {at_minutes:?}"
    );
}

#[test]
fn fifty_pools_and_forty_workloads_run() {
    let text = crowd::scenario(50, 40);
    let scenario = match Scenario::parse("crowd.toml", &text) {
        Ok(loaded) => loaded.scenario,
        Err(invalid) => panic!("{}", invalid.render(false)),
    };
    assert_eq!(
        (scenario.pool.len(), scenario.workloads().count()),
        (50, 40)
    );
    let (totals, _) = run(&scenario);
    books_close(&totals);
    let served: f64 = totals
        .services
        .iter()
        .map(|service| service.served_in_slo)
        .sum();
    let offered: f64 = totals.services.iter().map(|service| service.offered).sum();
    assert!(served > 0.9 * offered, "{served} of {offered}");
    assert!(totals.training.iter().any(|training| training.useful > 0.0));
}

#[test]
fn ten_years_take_the_memory_of_one() {
    let mut of_horizon = Vec::new();
    for years in [1, 10] {
        let horizon = format!("run.horizon={}w", 52 * years);
        let sets = settings(&[&horizon, "policy={ dedicated = {} }"]);
        let scenario = shipped("starter", &sets);
        let (totals, usage) = run(&scenario);
        books_close(&totals);
        assert_eq!(
            totals.hours,
            (Span::HOUR * (52 * 7 * 24 * years)).as_hours()
        );
        of_horizon.push(usage);
    }
    let [one, ten] = &of_horizon[..] else {
        panic!("two runs");
    };
    assert!(ten.peak_bytes < one.peak_bytes + 50_000, "{one:?} {ten:?}");
    // Days and quarters ask for sums; an hour asks for nothing.
    let days = 10 * 52 * 7;
    assert!(ten.allocations < 20 * days, "{ten:?}");
}

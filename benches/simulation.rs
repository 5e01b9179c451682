//! One replication of the starter and of meta-2024: simulated only, and with the recorder that
//! writes every CSV. The reference for the second is the first. Those that are simulated only know what the
//! services' capacity is worth from the replications before, as in a run; one case does not.

#[path = "../tests/integration/scale/fleet.rs"]
mod fleet;

use std::hint::black_box;
use std::sync::atomic::AtomicBool;

use criterion::{Criterion, criterion_group, criterion_main};
use fleet::Jobs;
use flexcap::experiment::{Progress, prepare, record};
use flexcap::policy;
use flexcap::scenario::{Loaded, Scenario, Set};
use flexcap::simulation::record::Ignore;
use flexcap::simulation::{simulate, simulate_with_bound};
use flexcap::workload::serving::Rows;

fn shipped(name: &str, settings: &[&str]) -> Loaded {
    let sets: Vec<Set> = settings.iter().map(|set| Set::new(*set)).collect();
    Scenario::load(name, &sets).expect("a shipped scenario is valid")
}

const DEDICATED: &str = "policy={ dedicated = {} }";

fn simulated(criterion: &mut Criterion) {
    let meta = shipped("meta-2024", &[]).scenario;
    let same_jobs = fleet::times(&meta, 10, Jobs::Same);
    let larger_jobs = fleet::times(&meta, 10, Jobs::AsLarge);
    let dedicated = |sets: &'_ [String]| {
        let sets = sets.iter().cloned();
        sets.chain([DEDICATED.to_owned()]).collect::<Vec<_>>()
    };
    let cases = [
        ("starter", "value", Vec::new()),
        ("starter", "dedicated", dedicated(&[])),
        ("meta-2024", "value", Vec::new()),
        ("meta-2024", "dedicated", dedicated(&[])),
        (
            "meta-2024",
            "dedicated, ten times the accelerators, the same jobs",
            dedicated(&same_jobs),
        ),
        (
            "meta-2024",
            "value, ten times the accelerators, the same jobs",
            same_jobs,
        ),
        (
            "meta-2024",
            "dedicated, ten times the accelerators, gangs ten times as large",
            dedicated(&larger_jobs),
        ),
        (
            "meta-2024",
            "value, ten times the accelerators, gangs ten times as large",
            larger_jobs,
        ),
    ];
    for (name, case, settings) in cases {
        let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
        let scenario = shipped(name, &settings).scenario;
        let rows = Rows::default();
        let mut group = criterion.benchmark_group(name);
        group.sample_size(20);
        group.bench_function(case, |bencher| {
            bencher.iter(|| {
                let mut policy = policy::build_sharing(&scenario, &rows);
                black_box(simulate(&scenario, 0, &mut *policy, &mut Ignore))
            });
        });
        group.finish();
    }
}

/// The first replication of a run, which reckons what capacity is worth.
fn first(criterion: &mut Criterion) {
    let scenario = shipped("meta-2024", &[]).scenario;
    let mut group = criterion.benchmark_group("meta-2024");
    group.sample_size(20);
    group.bench_function("value, the first of its run", |bencher| {
        bencher.iter(|| {
            let mut policy = policy::build(&scenario);
            black_box(simulate(&scenario, 0, &mut *policy, &mut Ignore))
        });
    });
    group.finish();
}

/// A week of the starter with what nobody could have beaten.
fn bounded(criterion: &mut Criterion) {
    let scenario = shipped("starter", &["run.horizon=1w"]).scenario;
    let mut group = criterion.benchmark_group("starter");
    group.sample_size(10);
    group.bench_function("priority, one week with its bound", |bencher| {
        bencher.iter(|| {
            let mut policy = policy::build(&scenario);
            black_box(simulate_with_bound(&scenario, 0, &mut *policy, &mut Ignore))
        });
    });
    group.finish();
}

struct Silent;

impl Progress for Silent {
    fn replication_done(&self) {}
}

fn recorded(criterion: &mut Criterion) {
    for (name, case) in [
        ("starter", "value, with every CSV"),
        ("meta-2024", "value, with every CSV"),
    ] {
        let loaded = shipped(name, &["run.replications=1"]);
        let folder = tempfile::tempdir().expect("a temporary folder");
        let out = folder.path().join("result");
        let stop = AtomicBool::new(false);
        let mut group = criterion.benchmark_group(name);
        group.sample_size(10);
        group.bench_function(case, |bencher| {
            bencher.iter(|| {
                let writer = prepare(&loaded, &out, true, Vec::new()).expect("a free folder");
                black_box(record(&loaded, writer, &stop, &Silent)).expect("a result")
            });
        });
        group.finish();
    }
}

criterion_group!(benches, simulated, first, bounded, recorded);
criterion_main!(benches);

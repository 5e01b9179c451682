//! One replication of the starter and of meta-2024: simulated only, and with the recorder that
//! writes every CSV. The reference for the second is the first.

#[path = "../tests/integration/scale/fleet.rs"]
mod fleet;

use std::hint::black_box;
use std::sync::atomic::AtomicBool;

use criterion::{Criterion, criterion_group, criterion_main};
use flexcap::experiment::{Progress, prepare, record};
use flexcap::policy;
use flexcap::scenario::{Loaded, Scenario, Set};
use flexcap::simulation::record::Ignore;
use flexcap::simulation::simulate;

fn shipped(name: &str, settings: &[&str]) -> Loaded {
    let sets: Vec<Set> = settings.iter().map(|set| Set::new(*set)).collect();
    Scenario::load(name, &sets).expect("a shipped scenario is valid")
}

const DEDICATED: &str = "policy={ dedicated = {} }";

fn simulated(criterion: &mut Criterion) {
    let ten_times = fleet::times(&shipped("meta-2024", &[]).scenario, 10);
    let mut fleet: Vec<&str> = ten_times.iter().map(String::as_str).collect();
    fleet.push(DEDICATED);
    let cases: [(&str, &str, &[&str]); 6] = [
        ("starter", "priority", &[]),
        ("starter", "dedicated", &[DEDICATED]),
        ("meta-2024", "priority", &[]),
        ("meta-2024", "dedicated", &[DEDICATED]),
        ("meta-2024", "dedicated, ten times the accelerators", &fleet),
        (
            "meta-2024",
            "priority, ten times the accelerators",
            &fleet[..fleet.len() - 1],
        ),
    ];
    for (name, case, settings) in cases {
        let scenario = shipped(name, settings).scenario;
        let mut group = criterion.benchmark_group(name);
        group.sample_size(20);
        group.bench_function(case, |bencher| {
            bencher.iter(|| {
                let mut policy = policy::build(&scenario);
                black_box(simulate(&scenario, 0, &mut *policy, &mut Ignore))
            });
        });
        group.finish();
    }
}

struct Silent;

impl Progress for Silent {
    fn replication_done(&self) {}
}

fn recorded(criterion: &mut Criterion) {
    for (name, case) in [
        ("starter", "priority, with every CSV"),
        ("meta-2024", "priority, with every CSV"),
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

criterion_group!(benches, simulated, recorded);
criterion_main!(benches);

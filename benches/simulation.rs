//! One replication of the starter: simulated only, and with the recorder that writes every CSV.
//! The reference for the second is the first.

use std::hint::black_box;
use std::sync::atomic::AtomicBool;

use criterion::{Criterion, criterion_group, criterion_main};
use flexcap::experiment::{Progress, prepare, record};
use flexcap::policy;
use flexcap::scenario::{Loaded, Scenario, Set};
use flexcap::simulation::record::Ignore;
use flexcap::simulation::simulate;

fn starter(settings: &[&str]) -> Loaded {
    let sets: Vec<Set> = settings.iter().map(|set| Set::new(*set)).collect();
    Scenario::load("starter", &sets).expect("the starter is valid")
}

fn simulated(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("starter");
    for (name, settings) in [
        ("priority", [].as_slice()),
        ("dedicated", &["policy={ dedicated = {} }"]),
        (
            "dedicated, ten times the accelerators",
            &[
                "policy={ dedicated = {} }",
                "pool.main.accelerators=40960",
                "site.main.power_cap=80 MW",
            ],
        ),
    ] {
        let scenario = starter(settings).scenario;
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut policy = policy::build(&scenario);
                black_box(simulate(&scenario, 0, &mut *policy, &mut Ignore))
            });
        });
    }
    group.finish();
}

struct Silent;

impl Progress for Silent {
    fn replication_done(&self) {}
}

fn recorded(criterion: &mut Criterion) {
    let loaded = starter(&["run.replications=1"]);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("result");
    let stop = AtomicBool::new(false);
    criterion.bench_function("starter/priority, with every CSV", |bencher| {
        bencher.iter(|| {
            let writer = prepare(&loaded, &out, true, Vec::new()).expect("a free folder");
            black_box(record(&loaded, writer, &stop, &Silent)).expect("a result")
        });
    });
}

criterion_group!(benches, simulated, recorded);
criterion_main!(benches);

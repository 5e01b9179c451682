//! A sweep of 100 points of 10 replications of `tests/integration/cli/small.toml` over 32 days, about a millisecond each:
//! the replications alone (the reference), the whole sweep on 1 and 2 threads, and a sweep that finds all of it in the
//! store, which is all that a sweep adds but the writing of the store.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use flexcap::experiment::{Quiet, Sweep, SweepOptions};
use flexcap::policy;
use flexcap::scenario::Set;
use flexcap::simulation::record::Ignore;
use flexcap::simulation::simulate;

const REPLICATIONS: u32 = 10;

fn sweep() -> Sweep {
    let small = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/integration/cli/small.toml"
    );
    let axes = ["pool.main.flexible_share=0..0.99/0.01".to_owned()];
    let sets = ["run.horizon=32d", "run.replications=10"].map(Set::new);
    Sweep::over(small, &axes, &sets).expect("the small scenario is valid")
}

fn run(sweep: &Sweep, out: &Path) {
    let swept = sweep.run(&SweepOptions::new(out), &AtomicBool::new(false), &Quiet);
    swept.expect("a sweep that can be run");
}

fn simulate_only(sweep: &Sweep) {
    for point in sweep.points() {
        let variant = sweep.plan().variant(&point.coordinates);
        let scenario = variant.expect("a valid point").scenario;
        for replication in 0..REPLICATIONS {
            let mut policy = policy::build(&scenario);
            let ended = simulate(&scenario, replication, &mut *policy, &mut Ignore);
            ended.expect("a replication that can be run");
        }
    }
}

fn sweeps(criterion: &mut Criterion) {
    let sweep = sweep();
    let mut group = criterion.benchmark_group("sweep of 1,000 runs");
    group.sample_size(10);
    group.bench_function("points and replications alone", |bencher| {
        bencher.iter(|| simulate_only(&sweep));
    });
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("threads");
        group.bench_function(format!("{threads} threads"), |bencher| {
            let home = || tempfile::tempdir().expect("a temporary directory");
            let whole = |home: tempfile::TempDir| {
                pool.install(|| run(&sweep, home.path()));
                home
            };
            bencher.iter_batched(home, whole, BatchSize::PerIteration);
        });
    }
    let home = tempfile::tempdir().expect("a temporary directory");
    run(&sweep, home.path());
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let pool = pool.expect("threads");
    group.bench_function("all of it in the store, 1 thread", |bencher| {
        bencher.iter(|| pool.install(|| run(&sweep, home.path())));
    });
    group.finish();
}

criterion_group!(benches, sweeps);
criterion_main!(benches);

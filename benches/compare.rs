//! Two results of 1,000 replications each, of `tests/integration/cli/small.toml`: reading and checking one, and reading both
//! and comparing every metric of every entity, as `flexcap compare` does.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use criterion::{Criterion, criterion_group, criterion_main};
use flexcap::experiment::{Comparison, Progress, prepare, record};
use flexcap::results::read::{ReplicationTable, ResultDirectory};
use flexcap::scenario::{Scenario, Set};

struct Nobody;

impl Progress for Nobody {
    fn replication_done(&self) {}
}

fn write(out: &Path, accelerators: &str) {
    let small = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/integration/cli/small.toml"
    );
    let sets = ["run.replications=1000", accelerators].map(Set::new);
    let loaded = Scenario::load(small, &sets).expect("the small scenario is valid");
    let writer = prepare(&loaded, out, false, Vec::new()).expect("a new folder");
    record(&loaded, writer, &AtomicBool::new(false), &Nobody).expect("a run that can be run");
}

fn read(path: &Path) -> ReplicationTable {
    let result = ResultDirectory::open(path).expect("a result");
    result.replications().expect("its replications")
}

fn comparisons(criterion: &mut Criterion) {
    let home = tempfile::tempdir().expect("a temporary directory");
    let (a, b) = (home.path().join("a"), home.path().join("b"));
    write(&a, "pool.main.accelerators=256");
    write(&b, "pool.main.accelerators=320");
    let mut group = criterion.benchmark_group("1,000 replications");
    group.sample_size(20);
    group.bench_function("read and check one result", |bencher| {
        bencher.iter(|| read(&a));
    });
    group.bench_function("read two and compare them", |bencher| {
        bencher.iter(|| {
            let (a, b) = rayon::join(|| read(&a), || read(&b));
            Comparison::of(&a, &b)
        });
    });
    let (a, b) = (read(&a), read(&b));
    group.bench_function("compare alone", |bencher| {
        bencher.iter(|| Comparison::of(&a, &b));
    });
    group.finish();
}

criterion_group!(benches, comparisons);
criterion_main!(benches);

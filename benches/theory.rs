//! Erlang-C against its recursion, and the waiting law, over the sizes the simulator meets.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use flexcap::theory::erlang::erlang_c;
use flexcap::theory::waiting::{Spread, WaitingLaw};
use std::hint::black_box;

/// The named reference: Erlang-C by the recursion of Erlang-B, time proportional to the servers.
fn recursion(servers: u32, offered_load: f64) -> f64 {
    let step = offered_load.recip();
    let inverse = (1..=servers).fold(1.0, |inverse, k| 1.0 + f64::from(k) * step * inverse);
    let c = f64::from(servers);
    (offered_load / c + (c - offered_load) / c * inverse).recip()
}

fn delay(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("erlang_c");
    for servers in [1_u32, 4, 16, 100, 1_000, 10_000, 100_000] {
        let load = f64::from(servers) * 0.93;
        group.bench_with_input(
            BenchmarkId::new("uniform", servers),
            &servers,
            |bencher, &c| {
                bencher.iter(|| erlang_c(black_box(f64::from(c)), black_box(load)));
            },
        );
        group.bench_with_input(
            BenchmarkId::new("recursion", servers),
            &servers,
            |bencher, &c| {
                bencher.iter(|| recursion(black_box(c), black_box(load)));
            },
        );
    }
    group.bench_function("uniform/3.7", |bencher| {
        bencher.iter(|| erlang_c(black_box(3.7), black_box(3.4)));
    });
    group.bench_function("uniform/14.5", |bencher| {
        bencher.iter(|| erlang_c(black_box(14.5), black_box(14.0)));
    });
    group.finish();
}

fn waiting(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("waiting_law");
    for (name, load, backlog_wait_s) in [
        ("idle_start", 950.0, 0.0),
        ("backlog", 950.0, 3.0),
        ("full", 1_000.0, 3.0),
        ("overload", 1_100.0, 3.0),
    ] {
        let build = || {
            WaitingLaw::new(
                black_box(1_000.0),
                black_box(load),
                10.0,
                1.0,
                Spread::gamma(1.5),
                black_box(backlog_wait_s),
            )
        };
        let law = build();
        group.bench_function(BenchmarkId::new("new", name), |bencher| bencher.iter(build));
        group.bench_function(BenchmarkId::new("mean_survival", name), |bencher| {
            bencher.iter(|| black_box(law).mean_survival(black_box(3_600.0), black_box(2.0)));
        });
        group.bench_function(BenchmarkId::new("mean_wait", name), |bencher| {
            bencher.iter(|| black_box(law).waits(black_box(3_600.0)).mean_s);
        });
        group.bench_function(BenchmarkId::new("shed_work", name), |bencher| {
            bencher.iter(|| black_box(law).shed_work(black_box(3_600.0), black_box(20.0)));
        });
    }
    group.finish();
}

criterion_group!(benches, delay, waiting);
criterion_main!(benches);

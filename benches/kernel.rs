//! The calendar's speed, against a simulation written by hand on the standard library's `BinaryHeap`.
//!
//! Both simulate the same M/M/10 queue with the same streams and draws, and must give the same waits. The ratio printed
//! at the end is the median over pairs of runs taken in turns, so that a busy machine slows both sides alike.

#[path = "../tests/integration/support/mod.rs"]
mod support;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::hint::black_box;
use std::time::Instant as Stopwatch;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group};
use flexcap::kernel::{Calendar, Instant, Phase, Span, Streams};
use rand::{Rng, RngExt};
use rand_distr::{Distribution, Exp, Exp1};
use support::{Station, Waits};

const STATION: Station = Station {
    servers: 10,
    arrival_rate: 9.0,
    warm_up: 0,
    customers: 1_000_000,
};
const STREAMS: Streams = Streams::new(1, 0);

fn on_the_calendar() -> Waits {
    STATION.run(STREAMS, |stream| Exp1.sample(stream))
}

/// The same queue without the kernel: bare microseconds in a `BinaryHeap`, with time, kind and sequence packed into
/// one number, which was a fifth faster than a tuple.
fn by_hand() -> Waits {
    const SERVICE_ENDS: u64 = 0;
    const ARRIVAL: u64 = 1;
    let mut gaps = STREAMS.stream("station", "gaps");
    let mut services = STREAMS.stream("station", "services");
    let gap = Exp::new(STATION.arrival_rate).expect("a positive rate");
    let mut draw_gap = || (gap.sample(&mut gaps) * 1e6 + 0.5) as u64;
    let mut draw_service = || {
        let seconds: f64 = Exp1.sample(&mut services);
        (seconds * 1e6 + 0.5) as u64
    };

    let mut heap: BinaryHeap<Reverse<u128>> = BinaryHeap::with_capacity(16);
    let mut queue: VecDeque<u64> = VecDeque::new();
    let (mut idle, mut arrived, mut sequence) = (STATION.servers, 0, 0_u64);
    let (mut waited, mut waits) = (0_u64, 0_u64);
    let mut key = move |time: u64, kind: u64| {
        sequence += 1;
        Reverse(u128::from(time) << 64 | u128::from(kind << 56 | sequence))
    };
    heap.push(key(draw_gap(), ARRIVAL));
    while let Some(Reverse(next)) = heap.pop() {
        let now = (next >> 64) as u64;
        if next as u64 >> 56 == ARRIVAL {
            if idle > 0 {
                idle -= 1;
                heap.push(key(now + draw_service(), SERVICE_ENDS));
            } else {
                queue.push_back(now);
            }
            arrived += 1;
            if arrived < STATION.customers {
                heap.push(key(now + draw_gap(), ARRIVAL));
            }
        } else if let Some(since) = queue.pop_front() {
            waited += 1;
            waits += now - since;
            heap.push(key(now + draw_service(), SERVICE_ENDS));
        } else {
            idle += 1;
        }
    }
    Waits {
        probability: waited as f64 / STATION.customers as f64,
        mean: waits as f64 / 1e6 / STATION.customers as f64,
    }
}

fn m_m_10(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("m_m_10");
    group.sample_size(10);
    group.throughput(Throughput::Elements(STATION.customers));
    group.bench_function("calendar", |b| b.iter(on_the_calendar));
    group.bench_function("binary_heap_by_hand", |b| b.iter(by_hand));
    group.finish();
}

/// The hold model (Jones 1986): a fixed number of pending events, each popped event schedules one.
fn hold(criterion: &mut Criterion) {
    const SPREAD: u32 = 1 << 24;
    let mut group = criterion.benchmark_group("hold");
    group.throughput(Throughput::Elements(1));
    for pending in [100_u64, 10_000, 1_000_000] {
        group.bench_function(BenchmarkId::new("calendar", pending), |b| {
            let mut delays = STREAMS.stream("hold", "delays");
            let mut calendar = Calendar::new(Instant::EPOCH);
            let mut delay = || Span::from_micros(delays.random_range(0..SPREAD).into());
            for event in 0..pending {
                calendar.schedule(Instant::EPOCH + delay(), Phase(0), [event; 2]);
            }
            b.iter(|| {
                if let Some((now, event)) = calendar.pop() {
                    calendar.schedule(now + delay(), Phase(0), event);
                }
            });
        });
        group.bench_function(BenchmarkId::new("binary_heap_by_hand", pending), |b| {
            let mut delays = STREAMS.stream("hold", "delays");
            let mut heap = BinaryHeap::new();
            let mut delay = || u64::from(delays.random_range(0..SPREAD));
            let mut sequence = 0_u32;
            for event in 0..pending {
                sequence += 1;
                heap.push(Reverse((delay(), sequence, [event; 2])));
            }
            b.iter(|| {
                if let Some(Reverse((now, _, event))) = heap.pop() {
                    sequence = sequence.wrapping_add(1);
                    heap.push(Reverse((now + delay(), sequence, event)));
                }
            });
        });
    }
    group.finish();
}

/// A timeout that is set and nearly always called off, among a thousand other events.
fn cancel(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("cancel");
    group.throughput(Throughput::Elements(1));
    group.bench_function("schedule_then_cancel", |b| {
        let mut calendar = Calendar::new(Instant::EPOCH);
        for i in 0..1_000 {
            calendar.schedule(Instant::EPOCH + Span::SECOND * i, Phase(0), ());
        }
        let mut delays = STREAMS.stream("cancel", "delays");
        b.iter(|| {
            let delay = Span::from_micros(delays.random_range(0_i64..1_000_000_000));
            let ticket = calendar.schedule(Instant::EPOCH + delay, Phase(0), ());
            calendar.cancel(ticket)
        });
    });
    group.finish();
}

fn streams(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("streams");
    group.throughput(Throughput::Elements(1));
    group.bench_function("create", |b| {
        b.iter(|| STREAMS.stream(black_box("pool-a"), black_box("failures")));
    });
    let mut stream = STREAMS.stream("pool-a", "failures");
    group.bench_function("next_u64", |b| b.iter(|| stream.next_u64()));
    let jobs = STREAMS.indexed("training", "size");
    let mut index = 0;
    group.bench_function("first_u64_of_an_index", |b| {
        b.iter(|| {
            index += 1;
            jobs.at(index).next_u64()
        });
    });
    group.finish();
}

fn print_ratio() {
    const PAIRS: usize = 15;
    assert_eq!(on_the_calendar(), by_hand(), "the two simulations differ");
    let seconds = |run: fn() -> Waits| {
        let watch = Stopwatch::now();
        black_box(run());
        watch.elapsed().as_secs_f64()
    };
    let mut ratios: Vec<f64> = (0..PAIRS)
        .map(|_| seconds(by_hand) / seconds(on_the_calendar))
        .collect();
    ratios.sort_by(f64::total_cmp);
    println!(
        "m_m_10: the calendar runs at {:.2} times the speed of the BinaryHeap by hand \
         (median of {PAIRS} pairs, from {:.2} to {:.2}; wanted: at least 0.80)",
        ratios[PAIRS / 2],
        ratios[0],
        ratios[PAIRS - 1]
    );
}

criterion_group!(benches, m_m_10, hold, cancel, streams);

fn main() {
    benches();
    Criterion::default().configure_from_args().final_summary();
    if std::env::args().any(|argument| argument == "--bench") {
        print_ratio();
    }
}

//! One decision of a policy alone: the policies decide all of a replication of meta-2024 as the simulator asks
//! them to, and only their own time is counted, over the hourly decisions of 26 and 1 weeks and those that
//! deliveries and outages bring. What the services' capacity is worth is known from the replications before, as in
//! a run.

use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use flexcap::id::PoolId;
use flexcap::policy::{self, Allocation, Policy, Prospect, View};
use flexcap::scenario::{Scenario, Set};
use flexcap::simulation::record::Ignore;
use flexcap::simulation::simulate;
use flexcap::workload::serving::Rows;

/// A policy with a stop-watch, whose own cost is counted with it: some 40 ns a decision.
struct Timed {
    inner: Box<dyn Policy>,
    spent: Duration,
    decisions: u32,
}

impl Policy for Timed {
    fn decide(&mut self, view: &View<'_>, allocation: &mut Allocation) {
        let start = Instant::now();
        self.inner.decide(view, allocation);
        self.spent += start.elapsed();
        self.decisions += 1;
    }

    fn prospect(&self, pool: PoolId, from: Option<usize>, to: Option<usize>) -> Option<Prospect> {
        self.inner.prospect(pool, from, to)
    }
}

fn decisions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("meta-2024, one decision");
    group.sample_size(20);
    for name in ["value", "fair"] {
        let set = Set::new(format!("policy={{ {name} = {{}} }}"));
        let scenario = Scenario::load("meta-2024", &[set])
            .expect("it is shipped")
            .scenario;
        let rows = Rows::default();
        group.bench_function(name, |bencher| {
            bencher.iter_custom(|iterations| {
                let (mut spent, mut decisions) = (Duration::ZERO, 0);
                while u64::from(decisions) < iterations {
                    let mut timed = Timed {
                        inner: policy::build_sharing(&scenario, &rows),
                        spent: Duration::ZERO,
                        decisions: 0,
                    };
                    let ended = simulate(&scenario, 0, &mut timed, &mut Ignore);
                    assert!(ended.is_ok());
                    spent += timed.spent;
                    decisions += timed.decisions;
                }
                spent.mul_f64(iterations as f64 / f64::from(decisions))
            });
        });
    }
    group.finish();
}

criterion_group!(benches, decisions);
criterion_main!(benches);

//! Jordan and Graves: what pools sell that serve one, two or all of three workloads, replication by replication what
//! theory says of the demands that were drawn.

use flexcap::results::Names;
use flexcap::results::metrics::all_series;
use flexcap::scenario::{Scenario, Set};
use flexcap::theory::flexibility::{
    chain_sales, dedicated_sales, expected_dedicated_sales, full_sales,
};

/// Requests of one unit of demand: 100 a second for a day.
const UNIT: f64 = 8_640_000.0;

/// Of each replication of a scenario what its workloads ask for, and what is sold, in units.
fn sold<const N: usize>(name: &str, workloads: [&str; N], sets: &[&str]) -> Vec<([f64; N], f64)> {
    let sets: Vec<Set> = sets.iter().copied().map(Set::new).collect();
    let scenario = Scenario::load(name, &sets).unwrap().scenario;
    let series = all_series(&Names::from(&scenario));
    let outcome = flexcap::run(&scenario).unwrap();
    let read = |totals, metric: &str, entity: &str| {
        let of = series
            .iter()
            .find(|of| of.metric.name == metric && of.entity == entity);
        of.unwrap().read(totals).unwrap()
    };
    outcome
        .replications
        .iter()
        .map(|totals| {
            let demands = workloads.map(|of| read(totals, "offered", of) / UNIT);
            (demands, read(totals, "value", "fleet"))
        })
        .collect()
}

#[test]
fn pools_sell_what_theory_says_of_their_demands() {
    let few = "run.replications=200";
    let chain = [
        few,
        "pool.north.serves=[\"red\", \"green\"]",
        "pool.south.serves=[\"green\", \"blue\"]",
        "pool.west.serves=[\"blue\", \"red\"]",
    ];
    let full = [few, "pool.*.serves=[\"ranking\"]"];
    let sold = |sets: &[&str]| sold("chain", ["red", "green", "blue"], sets);
    let (dedicated, chain, full) = (sold(&[few]), sold(&chain), sold(&full));
    let mut sums = [0.0; 3];
    for ((dedicated, chain), full) in dedicated.iter().zip(&chain).zip(&full) {
        assert_eq!((dedicated.0, chain.0), (chain.0, full.0), "the same draws");
        let expected =
            [dedicated_sales, chain_sales, full_sales].map(|sales| sales(&full.0, 100.0));
        for ((sum, found), expected) in sums
            .iter_mut()
            .zip([dedicated.1, chain.1, full.1])
            .zip(expected)
        {
            // Full pools turn a few away, and serve 5 s of what waits at the end.
            assert!(
                (found - expected).abs() < 0.002 * expected,
                "{found} {expected}"
            );
            *sum += found / 200.0;
        }
    }
    // Four standard deviations of 35 units over 200 draws.
    let dedicated = 3.0 * expected_dedicated_sales(100.0, 40.0, 2.0);
    for (mean, known) in sums.iter().zip([dedicated, 275.457, 275.457]) {
        assert!(
            (mean - known).abs() < 4.0 * 35.0 / 200.0_f64.sqrt(),
            "{mean} {known}"
        );
    }
    assert!(sums[1] - sums[0] > 10.0);
}

/// In a ring of ten, what a workload lacks may lie nine pools away.
#[test]
fn a_long_ring_sells_what_a_maximum_flow_does() {
    let workloads = ["w0", "w1", "w2", "w3", "w4", "w5", "w6", "w7", "w8", "w9"];
    let rows = sold("theory/ring", workloads, &["run.replications=200"]);
    let mut sums = [0.0; 2];
    for (demands, sold) in &rows {
        let expected = chain_sales(demands, 100.0);
        assert!(
            (sold - expected).abs() < 0.0002 * expected,
            "{sold} {expected}"
        );
        sums[0] += sold / 200.0;
        sums[1] += dedicated_sales(demands, 100.0) / 200.0;
    }
    // What the ring gains over dedicated pools has a standard deviation of 36 units.
    let gain = 951.73 - 10.0 * expected_dedicated_sales(100.0, 40.0, 2.0);
    let error = 3.4 * 36.0 / 200.0_f64.sqrt();
    assert!((sums[0] - sums[1] - gain).abs() < error, "{sums:?}");
}

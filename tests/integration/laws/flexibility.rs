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

/// Of each replication what is asked for, and what is sold, in units.
fn sold(sets: &[&str]) -> Vec<([f64; 3], f64)> {
    let sets: Vec<Set> = sets.iter().copied().map(Set::new).collect();
    let scenario = Scenario::load("chain", &sets).unwrap().scenario;
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
            let demands = ["red", "green", "blue"].map(|of| read(totals, "offered", of) / UNIT);
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
    // Four standard deviations of 35 units over 200 draws, and what the slices of the distribution change.
    let dedicated = 3.0 * expected_dedicated_sales(100.0, 40.0, 2.0);
    for (mean, known) in sums.iter().zip([dedicated, 275.457, 275.457]) {
        assert!(
            (mean - known).abs() < 4.0 * 35.0 / 200.0_f64.sqrt() + 0.02,
            "{mean} {known}"
        );
    }
    assert!(sums[1] - sums[0] > 10.0);
}

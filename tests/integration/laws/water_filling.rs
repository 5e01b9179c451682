//! The policy `value` on services whose value is a logarithm of their capacity, against the closed form that
//! equalises marginal values.

use super::support::{id, run};
use flexcap::id::PoolId;
use flexcap::scenario::{Scenario, Set};
use flexcap::theory::fairness::water_filling;

const GAINS: [f64; 3] = [5.0, 3.0, 1.0];

/// Thousands of servers that each service comes to hold, and what all of them earn an hour.
fn shipped(thousands: f64) -> (Vec<f64>, f64) {
    let set = Set::new(format!("pool.servers.accelerators={}", thousands * 1000.0));
    let loaded = Scenario::load("theory/water-filling", &[set]).expect("it is shipped");
    let scenario = loaded.scenario;
    let (totals, rows) = run(&scenario, 0);
    let held = ["five", "three", "one"].map(|name| {
        let rows = rows.held(PoolId::new(0), id(&scenario, name));
        rows.last().expect("it is there").allocated / 1000.0
    });
    let earned: f64 = totals.workloads.iter().map(|of| of.value).sum();
    (held.into(), earned / scenario.run.horizon.as_hours())
}

fn worth(held: &[f64]) -> f64 {
    let gains = GAINS.iter().zip(held);
    gains.map(|(gain, held)| gain * held.ln_1p()).sum()
}

#[test]
fn value_fills_water() {
    // The policy's tables know every tenth of the items that a service may rank, so a holding may be off by half
    // of that; what is earned is as much off as shares of a hundredth cost.
    for (thousands, exact, missing) in [
        (10.0, [6.2222, 3.3333, 0.4444], 0.0005),
        (5.0, [3.375, 1.625, 0.0], 0.01),
        (2.0, [1.5, 0.5, 0.0], 0.025),
    ] {
        let best = water_filling(&GAINS, thousands);
        for (found, exact) in best.iter().zip(exact) {
            assert!((found - exact).abs() < 5e-5, "{best:?}");
        }
        let (held, earned) = shipped(thousands);
        for (held, (best, all)) in held.iter().zip(best.iter().zip([7.0, 4.0, 1.0])) {
            assert!(
                (held - best).abs() <= 0.05 * all,
                "{held} of {thousands}, not {best}"
            );
        }
        let least = worth(&best) * (1.0 - missing);
        assert!(
            (least..=worth(&best) + 1e-9).contains(&earned),
            "{earned}, not {}",
            worth(&best)
        );
        assert!(worth(&held) > worth(&best) * 0.999, "{held:?}");
    }
}

/// What a policy that shares by need makes of the same: the test above can fail.
#[test]
fn equal_shares_earn_less() {
    let best = worth(&water_filling(&GAINS, 10.0));
    assert!(worth(&[10.0 / 3.0; 3]) < 0.91 * best);
}

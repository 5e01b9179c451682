//! What a limited queue sheds, against a random walk between an empty queue and a full one.

use super::{Spread, WaitingLaw};

/// Mean overflow of a random walk between 0 and the limit: the doubly reflected motion on a grid.
fn walk_overflow_s(theta: f64, variance: f64, start_s: f64, limit_s: f64, horizon_s: f64) -> f64 {
    let cells = 100;
    let h = limit_s / f64::from(cells);
    let (up, steps) = (
        0.5 * (1.0 - theta * h / variance),
        (horizon_s * variance / (h * h)).round(),
    );
    let mut p = vec![0.0; cells as usize + 1];
    p[(start_s / h).round() as usize] = 1.0;
    let mut overflow_s = 0.0;
    for _ in 0..steps as u64 {
        let last = p.len() - 1;
        overflow_s += p[last] * up * h;
        let stays = (p[0] * (1.0 - up), p[last] * up);
        let mut below = 0.0;
        for k in 0..last {
            let here = p[k];
            p[k] = below * up + p[k + 1] * (1.0 - up);
            below = here;
        }
        p[last] = below * up + stays.1;
        p[0] += stays.0;
    }
    overflow_s
}

#[test]
fn close_to_the_walk_between_two_walls() {
    let (limit_s, variance) = (1.0, 0.02);
    for load in [98.0, 99.0, 100.0, 100.5, 101.0, 102.0, 105.0, 120.0] {
        for start_s in [0.0, 0.3, 0.6, 1.0] {
            for horizon_s in [1.0, 5.0, 20.0, 60.0, 240.0] {
                let exact =
                    walk_overflow_s(1.0 - load / 100.0, variance, start_s, limit_s, horizon_s);
                let law = WaitingLaw::new(100.0, load, 1.0, 1.0, Spread::gamma(1.0), start_s);
                let value = law.shed_work(horizon_s, limit_s);
                let scale = variance * horizon_s / (2.0 * limit_s);
                let error_s = (value - exact).abs();
                assert!(
                    error_s < scale,
                    "{load} {start_s} {horizon_s}: {value} {exact}"
                );
            }
        }
    }
}

#[test]
fn the_plain_flow_balance_would_punish_servers() {
    // ℓT + min(0, w0 - m∞) with the start just below the mean: a hundredth of a server more, more work shed.
    let plain = |servers: f64| {
        let law = WaitingLaw::new(
            servers,
            100.0,
            1.0,
            1.0,
            Spread::gamma(1.0),
            490.0 / servers,
        );
        let gap_s = 490.0 / servers - law.stationary_mean_with_limit(10.0);
        (law.loss_rate(10.0) * 600.0 + gap_s.min(0.0)).max(0.0)
    };
    assert!(plain(100.01) > plain(100.0) + 0.01);
}

//! The law against its formula and its limits; against brute force, a chain and random input in the files below.

mod brute_force;
mod chain;
mod properties;
mod two_walls;

use super::*;
use crate::theory::erlang::mean_wait_s;
use brute_force::CASES;

/// M/M/c unless the variabilities say otherwise.
pub(super) fn law(
    servers: f64,
    offered_load: f64,
    mean_service_s: f64,
    backlog: f64,
) -> WaitingLaw {
    let backlog_wait_s = backlog * mean_service_s / servers;
    WaitingLaw::new(
        servers,
        offered_load,
        mean_service_s,
        1.0,
        Spread::gamma(1.0),
        backlog_wait_s,
    )
}

#[test]
fn survival_is_the_formula() {
    // The three terms written out, where nothing overflows.
    for (servers, load, service_s, backlog) in [CASES[0], CASES[1], CASES[2], CASES[7]] {
        let law = law(servers, load, service_s, backlog);
        let (theta, w0) = (1.0 - load / servers, backlog * service_s / servers);
        let variance = 2.0 * service_s / servers;
        let c = erlang_c(servers, load);
        for t in [0.5_f64, 5.0, 20.0] {
            for x in [0.0, 0.2, 1.0] {
                let sd = (variance * t).sqrt();
                let upper = |z: f64| 0.5 * libm::erfc(z / 2f64.sqrt());
                let expected = upper((x - w0 + theta * t) / sd)
                    + c * (-2.0 * theta * x / variance).exp() * upper((x + w0 - theta * t) / sd)
                    - (1.0 - c)
                        * (2.0 * theta * w0 / variance).exp()
                        * upper((x + w0 + theta * t) / sd);
                assert!((law.survival_at(t, x) - expected).abs() < 1e-12);
            }
        }
    }
}

#[test]
fn at_rest_it_is_erlang_c() {
    for (servers, load) in [(1.0, 0.5), (10.0, 8.0), (10.5, 8.0), (100.0, 99.0)] {
        let (law, horizon_s) = (law(servers, load, 2.0, 0.0), 1e8);
        for x_s in [0.0, 0.1, 3.0] {
            let exact = erlang_c(servers, load) * (-(servers - load) / 2.0 * x_s).exp();
            assert!((law.survival_at_rest(x_s) - exact).abs() < 1e-13);
            assert!((law.survival_at(horizon_s, x_s) - exact).abs() < 1e-13);
            // The start is forgotten like its relaxation time over the horizon.
            assert!((law.mean_survival(horizon_s, x_s) - exact).abs() < 2e-4);
        }
        let mean_s = mean_wait_s(servers, load, 2.0);
        assert!((law.waits(horizon_s).at_end_s / mean_s - 1.0).abs() < 1e-10);
        assert!((law.waits(horizon_s).mean_s / mean_s - 1.0).abs() < 1e-3);
    }
}

#[test]
fn in_overload_it_is_the_fluid() {
    let law = law(1e6, 1.5e6, 1.0, 2e6);
    assert!((law.waits(60.0).at_end_s - 32.0).abs() < 1e-9);
    assert!((law.waits(60.0).mean_s - 17.0).abs() < 1e-9);
    // W passes 7 s after 10 of 60 seconds, blurred by σ²/(2θ²) = 4e-6 s.
    assert!((law.mean_survival(60.0, 7.0) - 50.0 / 60.0).abs() < 2e-7);
    assert_eq!(law.survival_at_rest(1e9), 1.0);
    // Clockwork, emptying: W = 2 - t/2.
    let clockwork = WaitingLaw::new(100.0, 50.0, 1.0, 0.0, Spread::gamma(0.0), 2.0);
    assert!((clockwork.waits(10.0).mean_s - 0.4).abs() < 1e-8);
    assert!((clockwork.mean_survival(10.0, 1.0) - 0.2).abs() < 1e-8);
}

#[test]
fn no_seam_at_full_load() {
    for servers in [1.0, 30.0, 1e4] {
        for backlog in [0.0, 10.0] {
            for distance in [1e-9, 1e-6] {
                let (below, above) = (
                    law(servers, servers * (1.0 - distance), 1.0, backlog),
                    law(servers, servers * (1.0 + distance), 1.0, backlog),
                );
                // 1 - C grows like √(πc/2)·(1 - rho), so this is the law's own slope, not a seam.
                let slope = 4.0 * distance * (servers.sqrt() + 3_600.0);
                for x_s in [0.0, 0.02, 0.5] {
                    let gap = above.mean_survival(3_600.0, x_s) - below.mean_survival(3_600.0, x_s);
                    assert!((-1e-12..slope).contains(&gap), "{servers} {x_s}: {gap:e}");
                }
                let gap_s = above.waits(3_600.0).mean_s - below.waits(3_600.0).mean_s;
                assert!((-1e-9..3_600.0 * slope).contains(&gap_s), "{gap_s:e}");
            }
        }
    }
}

#[test]
fn no_servers_no_time_no_sense() {
    let none = WaitingLaw::new(0.0, 5.0, 1.0, 1.0, Spread::gamma(1.0), f64::INFINITY);
    assert_eq!(none.mean_survival(60.0, 1e12), 1.0);
    assert_eq!(
        (none.waits(60.0).mean_s, none.waits(60.0).at_end_s),
        (f64::INFINITY, f64::INFINITY)
    );
    assert_eq!(
        WaitingLaw::new(f64::NAN, 5.0, 1.0, 1.0, Spread::gamma(1.0), 0.0),
        none
    );
    let start = law(10.0, 8.0, 1.0, 20.0);
    assert_eq!(
        (start.survival_at(0.0, 1.9), start.survival_at(0.0, 2.1)),
        (1.0, 0.0)
    );
    assert_eq!(
        (start.mean_survival(0.0, 1.9), start.waits(0.0).mean_s),
        (1.0, 2.0)
    );
    assert_eq!(start.survival_at(5.0, -1.0), 1.0);
    let sliver = law(1e-12, 8.0, 1.0, 20.0);
    assert_eq!(sliver.mean_survival(60.0, 1e3), 1.0);
}

/// Uneven arrivals find all servers busy more often and even ones less; more servers still never hurt.
#[test]
fn delay_follows_the_arrivals_and_falls_in_servers() {
    let delay = |c: f64, load: f64, arrival_cv2: f64, service_cv2: f64| {
        WaitingLaw::new(c, load, 1.0, arrival_cv2, Spread::gamma(service_cv2), 0.0)
            .delay_probability()
    };
    for load in [0.5, 3.0, 7.2, 100.0, 5_000.0] {
        for service_cv2 in [0.0, 1.0, 9.0] {
            for arrival_cv2 in [0.0, 0.25, 0.9, 1.1, 2.25, 9.0, 100.0] {
                let mut last = 1.0;
                for step in 0..400 {
                    let c = load * (1.0 + f64::from(step) * 0.01);
                    let here = delay(c, load, arrival_cv2, service_cv2);
                    assert!(
                        here <= last + 1e-13,
                        "{load} {service_cv2} {arrival_cv2} {c}"
                    );
                    let poisson = delay(c, load, 1.0, service_cv2);
                    assert!((here - poisson) * (arrival_cv2 - 1.0) >= -1e-13);
                    last = here;
                }
            }
        }
    }
}

//! The law against the M/M/c birth-death chain, which knows nothing of diffusion.

use super::law;
use crate::theory::erlang::erlang_c;
use crate::theory::normal::survival;

/// Time-averaged `P(W > x)` of the M/M/c chain itself, Euler steps. Without backlog it starts from the law at
/// rest given that nobody waits, which is what an empty queue tells.
fn chain(
    servers: usize,
    load: f64,
    service_s: f64,
    backlog: usize,
    horizon_s: f64,
    x_s: f64,
) -> f64 {
    let (c, mu, states) = (servers as f64, service_s.recip(), servers + 1_200);
    let lambda = load * mu;
    let mut p = vec![0.0; states + 1];
    if backlog > 0 {
        p[servers + backlog] = 1.0;
    } else {
        let mut weight = 1.0;
        for (n, slot) in p.iter_mut().enumerate().take(servers + 1) {
            weight *= if n > 0 { load / n as f64 } else { 1.0 };
            *slot = weight;
        }
        let total: f64 = p.iter().sum();
        p.iter_mut().for_each(|slot| *slot /= total);
    }
    // With n present an arrival waits for n - c + 1 completions: P(W > x) is a Poisson distribution function.
    let mut late = vec![0.0; states + 1];
    let mut term = (-c * mu * x_s).exp();
    let mut sum = 0.0;
    for (j, slot) in late.iter_mut().skip(servers).enumerate() {
        sum += term;
        *slot = sum;
        term *= c * mu * x_s / (j + 1) as f64;
    }
    let steps = (horizon_s * (lambda + c * mu) * 2.0).ceil() as usize;
    let dt = horizon_s / steps as f64;
    let mut total = 0.0;
    for _ in 0..steps {
        total += p.iter().zip(&late).map(|(p, l)| p * l).sum::<f64>();
        let flow: Vec<f64> = (0..states)
            .map(|n| p[n] * lambda - p[n + 1] * mu * (n + 1).min(servers) as f64)
            .collect();
        for (n, flow) in flow.iter().enumerate() {
            p[n] -= flow * dt;
            p[n + 1] += flow * dt;
        }
    }
    total / steps as f64
}

#[test]
fn close_to_the_chain_in_a_minute() {
    // (servers, load, E[S], backlog, x, how far the law may be off). The diffusion's error is largest with few servers,
    // long jobs and a wait of zero.
    for (servers, load, service_s, backlog, x_s, off) in [
        (100, 95.0, 10.0, 0, 0.0, 0.15),
        (10, 8.0, 10.0, 0, 0.0, 0.10),
        (100, 80.0, 10.0, 0, 0.0, 0.002),
        (100, 90.0, 1.0, 0, 0.0, 0.005),
        (100, 90.0, 1.0, 0, 0.05, 0.003),
        (100, 95.0, 1.0, 0, 0.1, 0.013),
        (10, 8.0, 1.0, 0, 1.0, 0.001),
        (100, 95.0, 10.0, 50, 1.0, 0.002),
        (100, 95.0, 10.0, 50, 3.0, 0.003),
        (100, 80.0, 10.0, 100, 2.0, 0.004),
        (100, 80.0, 10.0, 20, 1.0, 0.006),
        (10, 8.0, 10.0, 5, 2.0, 0.016),
        (100, 105.0, 1.0, 0, 2.0, 0.028),
    ] {
        let exact = chain(servers, load, service_s, backlog, 60.0, x_s);
        let value = law(servers as f64, load, service_s, backlog as f64).mean_survival(60.0, x_s);
        let error = (value - exact).abs();
        assert!(
            error < off,
            "{servers} {load} {service_s} {backlog} {x_s}: {value} {exact}"
        );
    }
}

#[test]
fn the_image_term_earns_its_place() {
    // T1 + C·T2 alone lets the noise of a motion that starts at zero pass for waiting, whatever C says.
    for (servers, load, off) in [(100, 95.0, 0.25), (10, 8.0, 0.2), (100, 80.0, 0.04)] {
        let exact = chain(servers, load, 10.0, 0, 60.0, 0.0);
        let c = servers as f64;
        let counted = erlang_c(c, load);
        let two_terms = |t: f64| {
            let z = (1.0 - load / c) * t / (20.0 / c * t).sqrt();
            survival(z) + counted * survival(-z)
        };
        let mean: f64 = (0..1_000)
            .map(|k| (f64::from(k) + 0.5) / 1_000.0)
            .map(|u| 2e-3 * u * two_terms(60.0 * u * u))
            .sum();
        let error = (law(c, load, 10.0, 0.0).mean_survival(60.0, 0.0) - exact).abs();
        assert!(
            mean - exact > off && mean - exact > 1.9 * error,
            "{mean} {exact}"
        );
    }
}

//! The closed forms against adaptive integration of the law they integrate.

use super::law;

/// Adaptive Simpson's rule.
fn integrate(f: &dyn Fn(f64) -> f64, from: f64, to: f64, tolerance: f64) -> f64 {
    fn refine(
        f: &dyn Fn(f64) -> f64,
        ends: [f64; 2],
        values: [f64; 3],
        whole: f64,
        tolerance: f64,
        depth: u32,
    ) -> f64 {
        let [a, b] = ends;
        let [fa, fm, fb] = values;
        let m = 0.5 * (a + b);
        let (fl, fr) = (f(0.5 * (a + m)), f(0.5 * (m + b)));
        let (left, right) = (
            (m - a) / 6.0 * (fa + 4.0 * fl + fm),
            (b - m) / 6.0 * (fm + 4.0 * fr + fb),
        );
        let change = left + right - whole;
        if depth == 0 || change.abs() < 15.0 * tolerance {
            return left + right + change / 15.0;
        }
        refine(f, [a, m], [fa, fl, fm], left, 0.5 * tolerance, depth - 1)
            + refine(f, [m, b], [fm, fr, fb], right, 0.5 * tolerance, depth - 1)
    }
    let panels = 64;
    let width = (to - from) / f64::from(panels);
    (0..panels)
        .map(|k| {
            let (a, b) = (from + f64::from(k) * width, from + f64::from(k + 1) * width);
            let values = [f(a), f(0.5 * (a + b)), f(b)];
            let whole = (b - a) / 6.0 * (values[0] + 4.0 * values[1] + values[2]);
            refine(f, [a, b], values, whole, tolerance / f64::from(panels), 40)
        })
        .sum()
}

/// Time average over the horizon, by brute force in √t, which is smooth at the start.
fn time_average(f: &dyn Fn(f64) -> f64, horizon_s: f64) -> f64 {
    let root = horizon_s.sqrt();
    integrate(&|u| 2.0 * u * f(u * u), 0.0, root, 1e-11 * horizon_s) / horizon_s
}

/// (servers, load, E[S], backlog) from a toy to a fleet, on both sides of rho = 1.
pub(super) const CASES: [(f64, f64, f64, f64); 16] = [
    (10.0, 8.0, 1.0, 0.0),
    (10.0, 8.0, 1.0, 30.0),
    (100.0, 95.0, 10.0, 50.0),
    (100.0, 99.99, 1.0, 20.0),
    (100.0, 100.0, 1.0, 20.0),
    (100.0, 100.0, 1.0, 0.0),
    (100.0, 100.01, 1.0, 20.0),
    (100.0, 105.0, 10.0, 0.0),
    (100.0, 150.0, 0.1, 500.0),
    (1_000.5, 950.0, 30.0, 4_000.0),
    (1_000.5, 1_200.0, 30.0, 0.0),
    (0.4, 0.3, 5.0, 0.0),
    (0.4, 0.9, 5.0, 3.0),
    (1e5, 9.99e4, 1.0, 1e5),
    (1e5, 1.001e5, 1.0, 0.0),
    (50.0, 0.0, 2.0, 400.0),
];

#[test]
fn mean_survival_is_the_time_average() {
    let mut worst = 0.0_f64;
    for (servers, load, service_s, backlog) in CASES {
        let law = law(servers, load, service_s, backlog);
        for horizon_s in [1.0, 60.0, 3_600.0] {
            for x_s in [0.0, 0.01, 0.3, 2.0, 30.0] {
                let brute = time_average(&|t| law.survival_at(t, x_s), horizon_s);
                let error = (law.mean_survival(horizon_s, x_s) - brute).abs();
                worst = worst.max(error);
                assert!(
                    error < 1e-11,
                    "{servers} {load} {backlog} T={horizon_s} x={x_s}: {error:e}"
                );
            }
        }
    }
    println!("worst absolute error of mean_survival: {worst:.2e}");
}

#[test]
fn mean_wait_is_the_time_average_and_the_integral_over_waits() {
    for (servers, load, service_s, backlog) in CASES {
        let law = law(servers, load, service_s, backlog);
        for horizon_s in [1.0, 60.0, 3_600.0] {
            let brute = time_average(&|t| law.waits(t).at_end_s, horizon_s);
            let mean_s = law.waits(horizon_s).mean_s;
            assert!(
                (mean_s - brute).abs() < 1e-8 * (1.0 + brute),
                "{servers} {load}: {mean_s} {brute}"
            );
            let motion = law.motion.expect("there are servers");
            let drifted_s = (motion.start_s - motion.drift * horizon_s).max(motion.start_s);
            let longest_s = drifted_s + 12.0 * motion.sigma * horizon_s.sqrt();
            let area_s = integrate(&|x| law.survival_at(horizon_s, x), 0.0, longest_s, 1e-9);
            let end_s = law.waits(horizon_s).at_end_s;
            assert!(
                (end_s - area_s).abs() < 1e-7 * (1.0 + area_s),
                "{servers} {load}: {end_s} {area_s}"
            );
        }
    }
}

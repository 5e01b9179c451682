//! The kernel against queueing theory. Each test simulates independent replications of a station and asks whether the
//! known value lies in the Student-t interval around their mean. Seeds are fixed, so a test passes always or never.

use crate::support::{Station, Waits};
use flexcap::kernel::Streams;
use rand_distr::{Distribution, Exp1, Gamma};

const REPLICATIONS: u32 = 20;
/// The 99.5% quantile of Student's t with 19 degrees of freedom: a 99% interval from 20 replications.
const T_99: f64 = 2.860_935;
/// The 97.5% quantile with 19 degrees of freedom: a 95% interval.
const T_95: f64 = 2.093_024;

struct Interval {
    mean: f64,
    half_width: f64,
}

impl Interval {
    fn of(values: &[f64], t: f64) -> Self {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
        let half_width = t * (variance / n).sqrt();
        Self { mean, half_width }
    }

    fn covers(&self, value: f64) -> bool {
        (value - self.mean).abs() <= self.half_width
    }

    /// The interval must hold `truth`, and be narrow enough to refuse what is wrong by `tolerance` (relative).
    fn check(&self, what: &str, truth: f64, tolerance: f64) {
        let Self { mean, half_width } = self;
        println!("{what}: {mean:.5} ± {half_width:.5}, theory {truth:.5}");
        assert!(
            self.covers(truth),
            "{what}: {mean} ± {half_width} misses {truth}"
        );
        for wrong in [truth * (1.0 - tolerance), truth * (1.0 + tolerance)] {
            assert!(
                !self.covers(wrong),
                "{what}: {mean} ± {half_width} would accept {wrong}"
            );
        }
    }
}

fn replicate(seed: u64, run: impl Fn(Streams) -> Waits) -> Vec<Waits> {
    (0..REPLICATIONS)
        .map(|replication| run(Streams::new(seed, replication)))
        .collect()
}

fn means(waits: &[Waits]) -> Vec<f64> {
    waits.iter().map(|w| w.mean).collect()
}

/// Erlang-C for ten servers with load 8. The station forgets its start within some 9 s = 72 customers.
#[test]
fn m_m_10_waits_as_erlang_c_says() {
    let station = Station {
        servers: 10,
        arrival_rate: 8.0,
        warm_up: 2_000,
        customers: 500_000,
    };
    let waits = replicate(1, |streams| {
        station.run(streams, |stream| Exp1.sample(stream))
    });
    let probabilities: Vec<f64> = waits.iter().map(|w| w.probability).collect();
    Interval::of(&probabilities, T_99).check("P(wait)", 0.409_180_150_8, 0.02);
    Interval::of(&means(&waits), T_99).check("Wq", 0.204_590_075_4, 0.05);
}

/// Pollaczek-Khinchine: Wq = ρ (1 + cs²) / (2 (1 − ρ)) mean services, at ρ = 0.8.
fn check_m_g_1(
    cs2: f64,
    expected: f64,
    customers: u64,
    service: impl Fn(&mut flexcap::kernel::Stream) -> f64,
) {
    let station = Station {
        servers: 1,
        arrival_rate: 0.8,
        warm_up: 5_000,
        customers,
    };
    let waits = replicate(2, |streams| station.run(streams, &service));
    Interval::of(&means(&waits), T_99).check(&format!("cs² = {cs2}: Wq"), expected, 0.05);
}

#[test]
fn m_d_1_waits_as_pollaczek_khinchine_says() {
    check_m_g_1(0.0, 2.0, 300_000, |_| 1.0);
}

#[test]
fn m_m_1_waits_as_pollaczek_khinchine_says() {
    check_m_g_1(1.0, 4.0, 500_000, |stream| Exp1.sample(stream));
}

#[test]
fn m_g_1_with_steady_service_waits_as_pollaczek_khinchine_says() {
    let service = Gamma::new(2.0, 0.5).unwrap();
    check_m_g_1(0.5, 3.0, 500_000, |stream| service.sample(stream));
}

#[test]
fn m_g_1_with_erratic_service_waits_as_pollaczek_khinchine_says() {
    let service = Gamma::new(0.25, 4.0).unwrap();
    check_m_g_1(4.0, 10.0, 500_000, |stream| service.sample(stream));
}

/// Of 200 intervals that each claim 95%, 190 should hold the truth; a binomial count is within 180 to 199 with
/// probability 0.998. This is what a hidden correlation between streams or replications would break.
#[test]
fn intervals_cover_as_often_as_they_claim() {
    let station = Station {
        servers: 10,
        arrival_rate: 8.0,
        warm_up: 500,
        customers: 2_000,
    };
    let covered = (0..200)
        .map(|seed| {
            replicate(1_000 + seed, |streams| {
                station.run(streams, |stream| Exp1.sample(stream))
            })
        })
        .filter(|waits| Interval::of(&means(waits), T_95).covers(0.204_590_075_4))
        .count();
    println!("{covered} of 200");
    assert!(
        (180..=199).contains(&covered),
        "{covered} of 200 intervals hold the truth"
    );
}

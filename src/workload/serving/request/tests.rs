//! The engine against what queueing theory knows, each figure within the confidence interval of its
//! own replications.

use super::*;
use crate::distribution::Distribution;
use crate::id::PoolId;
use crate::theory::{erlang, mg1};
use crate::units::Seconds;

/// One station of whole slots, one to a server, whose service takes `time`.
fn station(time: &Distribution) -> Stations {
    Stations::alone(time, 1.0)
}

fn queue() -> Queue {
    Queue {
        limit: None,
        patience: None,
        arrival_cv: 1.0,
    }
}

/// Mean and half width of the 99.9% interval over replications of what `of` says of the sums of a
/// run of `hours` hours after one hour of warm-up.
fn estimate(
    servers: f64,
    rate_per_s: f64,
    time: &Distribution,
    queue: &Queue,
    hours: u32,
    of: impl Fn(&Outcome) -> f64,
) -> (f64, f64) {
    const REPLICATIONS: u32 = 12;
    /// Student's t with 11 degrees of freedom at 0.9995.
    const T: f64 = 4.437;
    let stations = station(time);
    let run = |replication: u32| {
        let streams = Streams::new(11, replication);
        let mut requests = Requests::new("queue", queue, 1.0, 0.0, &streams);
        let (mut sum, mut busy) = (Outcome::default(), Vec::new());
        for hour in 0..=hours {
            let interval = Interval {
                stations: &stations,
                servers: &[servers],
                length_s: 3600.0,
                rate_per_s,
                backlog: 0.0,
                overdue: 0.0,
                wants_latency: false,
            };
            let outcome = requests.live(&interval, &mut busy);
            if hour > 0 {
                sum.offered += outcome.offered;
                sum.met += outcome.met;
                sum.shed += outcome.shed;
                sum.abandoned += outcome.abandoned;
                sum.waiting_time_s += outcome.waiting_time_s;
            }
        }
        of(&sum)
    };
    let values: Vec<f64> = (0..REPLICATIONS).map(run).collect();
    let n = f64::from(REPLICATIONS);
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, T * (variance / n).sqrt())
}

fn assert_known(what: &str, (mean, half): (f64, f64), exact: f64, widest: f64) {
    assert!(
        half < widest * exact,
        "{what}: {mean} ± {half} is no statement"
    );
    assert!(
        (mean - exact).abs() < half,
        "{what}: {mean} ± {half}, not {exact}"
    );
}

fn wait_s(sum: &Outcome) -> f64 {
    sum.waiting_time_s / (sum.offered - sum.shed)
}

const EXPONENTIAL: Distribution = Distribution::Exponential { mean: 1.0 };

#[test]
fn waiting_is_erlangs() {
    for (servers, rho, hours) in [(1.0, 0.7, 30), (10.0, 0.9, 20), (100.0, 0.95, 5)] {
        let found = estimate(
            servers,
            rho * servers,
            &EXPONENTIAL,
            &queue(),
            hours,
            wait_s,
        );
        let exact_s = erlang::mean_wait_s(servers, rho * servers, 1.0);
        assert_known(&format!("M/M/{servers}"), found, exact_s, 0.15);
    }
}

#[test]
fn waiting_is_that_of_pollaczek_and_khinchine() {
    for cv in [0.0, 0.5, 2.0] {
        let time = Distribution::Lognormal { mean: 1.0, cv };
        let found = estimate(1.0, 0.7, &time, &queue(), 60, wait_s);
        let exact_s = mg1::mean_wait_s(0.7, 1.0, cv * cv);
        assert_known(&format!("M/G/1, cv {cv}"), found, exact_s, 0.2);
    }
}

#[test]
fn abandonment_is_erlang_as() {
    let impatient = Queue {
        patience: Some(Distribution::Exponential { mean: 2.0 }),
        ..queue()
    };
    let run = |of: fn(&Outcome) -> f64| estimate(100.0, 100.0, &EXPONENTIAL, &impatient, 2, of);
    let leaves = run(|sum| sum.abandoned / sum.offered);
    assert_known("P(abandon)", leaves, 0.033_030_152_5, 0.05);
    assert_known("Lq/lambda", run(wait_s), 6.606_030_5 / 100.0, 0.05);
}

/// Whoever would wait at all is refused: Erlang's loss, whatever the law of service.
#[test]
fn without_places_the_loss_is_erlangs() {
    for time in [EXPONENTIAL, Distribution::Lognormal { mean: 1.0, cv: 2.0 }] {
        let full = Queue {
            limit: Some(Seconds(0.0)),
            ..queue()
        };
        let lost = estimate(10.0, 9.0, &time, &full, 4, |sum| sum.shed / sum.offered);
        assert_known("M/G/10/10", lost, erlang::erlang_b(10.0, 9.0), 0.05);
    }
}

/// With a limit on the work ahead the density of the wait is cut off above it, and its tail beyond the limit is
/// what is refused.
#[test]
fn a_limit_refuses_what_the_law_of_the_wait_says() {
    let limited = Queue {
        limit: Some(Seconds(0.5)),
        ..queue()
    };
    let lost = estimate(10.0, 10.0, &EXPONENTIAL, &limited, 6, |sum| {
        sum.shed / sum.offered
    });
    let law = crate::theory::impatience::ImpatientLaw::new(10.0, 10.0, 1.0, 1.0, 1e9, 0.5);
    assert_known("limit", lost, law.refused(), 0.05);
}

/// Two slots of one second and one of a quarter: six requests a second when all are busy, two thirds of them by
/// the fast one.
#[test]
fn stations_share_a_queue_by_their_rates() {
    let stations = Stations::pair(&Distribution::Constant(1.0), [1.0, 4.0]);
    let mut requests = Requests::new("queue", &queue(), 1.0, 0.0, &Streams::new(1, 0));
    let mut busy = Vec::new();
    let mut interval = Interval {
        stations: &stations,
        servers: &[2.0, 1.0],
        length_s: 1_000.0,
        rate_per_s: 12.0,
        backlog: 0.0,
        overdue: 0.0,
        wants_latency: true,
    };
    let first = requests.live(&interval, &mut busy);
    assert!(busy.iter().all(|share| *share > 0.995), "{busy:?}");
    let served = first.offered - first.backlog;
    assert!((served - 6_000.0).abs() < 10.0, "{served}");
    assert!(first.overdue > 0.99 * first.backlog);
    assert!(first.latency_s[0].is_some_and(|p50| p50 > 100.0));
    // Without further arrivals and with twice the slots the queue is served in half the time that it took to grow.
    interval.rate_per_s = 0.0;
    interval.servers = &[4.0, 2.0];
    interval.length_s = 400.0;
    let second = requests.live(&interval, &mut busy);
    assert!((first.backlog - second.backlog - 4_800.0).abs() < 20.0);
    interval.servers = &[0.0, 0.0];
    interval.rate_per_s = 1.0;
    let third = requests.live(&interval, &mut busy);
    assert_eq!(third.backlog, second.backlog + third.offered);
    assert_eq!((third.met, busy.clone()), (0.0, vec![0.0, 0.0]));
    assert_eq!(stations.number(PoolId::new(1)), Some(1));
}

/// The n-th request comes when it comes and asks for what it asks, whatever serves it.
#[test]
fn other_servers_meet_the_same_requests() {
    let stations = station(&Distribution::Lognormal { mean: 1.0, cv: 1.5 });
    let live = |servers: &[f64]| {
        let mut requests = Requests::new("queue", &queue(), 1e9, 0.0, &Streams::new(5, 2));
        let (mut busy, mut sums, mut busy_s) = (Vec::new(), Vec::new(), 0.0);
        for &servers in servers {
            let interval = Interval {
                stations: &stations,
                servers: &[servers],
                length_s: 500.0,
                rate_per_s: 7.3,
                backlog: 0.0,
                overdue: 0.0,
                wants_latency: false,
            };
            sums.push(requests.live(&interval, &mut busy).offered);
            busy_s += busy[0] * servers * 500.0;
        }
        (sums, busy_s)
    };
    let (few, few_s) = live(&[20.0, 20.0, 20.0]);
    let (many, many_s) = live(&[20.0, 12.0, 33.0]);
    assert_eq!(few, many);
    // The same work, but for what is under way at the end and what a leaving server finishes elsewhere.
    assert!((few_s - many_s).abs() < 30.0, "{few_s} {many_s}");
}

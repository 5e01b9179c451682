//! Do 95% intervals hold the truth 95 times in 100? Asked of the two processes whose means are known and whose values hang
//! on each other: the waits of an M/M/1 queue, one customer after the other, and a first-order autoregression.
//! The variance that their means should have is known too (oracles: asymptotic variance of M/M/1 waits 29 at load 0.5 and 1976
//! at 0.8; of an autoregression with 0.9, 19 times that of independent values).

use rand_distr::{Distribution as _, Exp1, StandardNormal};
use rayon::prelude::*;

use super::*;
use crate::experiment::PrecisionTarget;
use crate::experiment::statistics::{mean, std_dev};
use crate::kernel::{Stream, Streams};

/// How far the share of intervals that hold the truth may be from 95%.
const TOLERANCE: f64 = 0.02;

/// A process at rest.
#[derive(Clone, Copy)]
enum Process {
    /// Waits in M/M/1 with unit mean service, at a load.
    Waits(f64),
    /// x' = phi x + normal.
    Autoregression(f64),
}

impl Process {
    fn mean(self) -> f64 {
        match self {
            Self::Waits(load) => load / (1.0 - load),
            // Moved away from 0, so that a relative precision makes sense.
            Self::Autoregression(_) => 10.0,
        }
    }

    /// What the mean of n values has as variance, times n.
    fn asymptotic_variance(self) -> f64 {
        match self {
            Self::Waits(0.5) => 29.0,
            Self::Waits(_) => 1976.0,
            // 1/(1 - phi)^2 of unit innovations: 19 times the variance 1/(1 - 0.81) of one value.
            Self::Autoregression(_) => 19.0 / (1.0 - 0.81),
        }
    }

    /// Trials: fewer of the process that needs the longest runs.
    fn trials(self) -> usize {
        match self {
            Self::Waits(load) if load > 0.5 => 400,
            _ => 1000,
        }
    }

    /// Values from the law at rest on, or from an extreme start.
    fn values(self, count: usize, draws: &mut Stream, start: Option<f64>) -> Vec<f64> {
        match self {
            Self::Waits(load) => {
                // At rest a customer waits with probability `load`, and then exponentially with rate 1 - load.
                let exponential = |draws: &mut Stream| -> f64 { Exp1.sample(draws) };
                let waits = exponential(draws) < -libm::log(1.0 - load);
                let at_rest = f64::from(u8::from(waits)) * exponential(draws) / (1.0 - load);
                let mut wait = start.unwrap_or(at_rest);
                let next = || {
                    let this = wait;
                    // Lindley's recursion.
                    wait = (wait + exponential(draws) - exponential(draws) / load).max(0.0);
                    this
                };
                std::iter::repeat_with(next).take(count).collect()
            }
            Self::Autoregression(phi) => {
                let normal = |draws: &mut Stream| -> f64 { StandardNormal.sample(draws) };
                let at_rest = normal(draws) / (1.0 - phi * phi).sqrt();
                let mut from_mean = start.map_or(at_rest, |start| start - 10.0);
                let next = || {
                    let this = 10.0 + from_mean;
                    from_mean = phi * from_mean + normal(draws);
                    this
                };
                std::iter::repeat_with(next).take(count).collect()
            }
        }
    }
}

fn draws(trial: usize, purpose: &str) -> Stream {
    Streams::new(2024, trial as u32).stream("coverage", purpose)
}

/// The share of trials whose interval holds the truth, of each of N intervals of a trial.
fn coverage<const N: usize>(
    process: Process,
    intervals: impl Fn(usize) -> [(f64, f64); N] + Sync,
) -> [f64; N] {
    let holds = |(middle, half): (f64, f64)| (middle - process.mean()).abs() <= half;
    let trials: Vec<[bool; N]> = (0..process.trials())
        .into_par_iter()
        .map(|trial| intervals(trial).map(holds))
        .collect();
    std::array::from_fn(|of| {
        let held = trials.iter().filter(|trial| trial[of]).count();
        held as f64 / trials.len() as f64
    })
}

fn check(what: &str, found: f64) {
    println!("{what}: {found}");
    assert!(
        (found - 0.95).abs() <= TOLERANCE,
        "{what}: {found} of the intervals hold the truth"
    );
}

/// Process, and how many values a replication must have for its mean to be near normal.
const CASES: [(Process, usize); 3] = [
    (Process::Waits(0.5), 2000),
    (Process::Waits(0.8), 20_000),
    (Process::Autoregression(0.9), 50),
];

#[test]
fn intervals_over_replications_cover() {
    for (process, length) in CASES {
        let interval = |trial: usize| {
            let mut draws = draws(trial, "replications");
            let mut one = || mean(&process.values(length, &mut draws, None)).unwrap();
            let means: Vec<f64> = (0..10).map(|_| one()).collect();
            let half = half_width(std_dev(&means).unwrap(), means.len());
            [(mean(&means).unwrap(), half.unwrap())]
        };
        let [found] = coverage(process, interval);
        check("replications", found);
    }
}

/// `run --until-precision` on the means of replications: it stops at a number that luck has a part in.
#[test]
fn intervals_of_a_run_until_precise_cover() {
    for (process, length, relative) in [
        (Process::Waits(0.5), 2000, 0.015),
        (Process::Waits(0.8), 8000, 0.02),
        (Process::Autoregression(0.9), 50, 0.015),
    ] {
        let target = PrecisionTarget {
            series: vec!["value[x]".parse().unwrap()],
            relative,
            replications_max: 10_000,
        };
        let interval = |trial: usize| {
            let mut draws = draws(trial, "precision");
            let mut means: Vec<f64> = Vec::new();
            let mut planned = target.first(5);
            loop {
                let more = planned as usize - means.len();
                for _ in 0..more {
                    means.extend(mean(&process.values(length, &mut draws, None)));
                }
                let reached = target.judge(&target.series[0], &means);
                match target.next(std::slice::from_ref(&reached), planned) {
                    Some(next) => planned = next,
                    None => break [(reached.mean.unwrap(), reached.half_width.unwrap())],
                }
            }
        };
        let [found] = coverage(process, interval);
        check("until precise", found);
    }
}

/// One run from an extreme start: MSER-5 deletes what it must, and the batches cover.
#[test]
fn intervals_of_batch_means_cover() {
    for (process, length, start) in [
        (Process::Waits(0.5), 60_000, 0.0),
        (Process::Waits(0.8), 600_000, 0.0),
        (Process::Autoregression(0.9), 10_000, 60.0),
    ] {
        let intervals = |trial: usize| {
            let values = process.values(length, &mut draws(trial, "batches"), Some(start));
            [WarmUp::Mser5, WarmUp::Fixed(length / 20)].map(|warm_up| {
                let steady = steady_mean(&values, warm_up).unwrap();
                (steady.mean, steady.half_width)
            })
        };
        let [of_mser, of_fixed] = coverage(process, intervals);
        check("batch means after MSER-5", of_mser);
        check("batch means after a fixed warm-up", of_fixed);
    }
}

/// The half-widths are not only right in number but in size: 2.093 sqrt(v / n), with v known.
#[test]
fn half_widths_are_those_of_the_known_variance() {
    for (process, length) in [
        (Process::Waits(0.5), 20_000),
        (Process::Waits(0.8), 200_000),
        (Process::Autoregression(0.9), 10_000),
    ] {
        let squared = |trial: usize| {
            let values = process.values(length, &mut draws(trial, "variance"), None);
            let steady = steady_mean(&values, WarmUp::Fixed(0)).unwrap();
            (steady.half_width / 2.093_024_054_408_309_8).powi(2) * length as f64
        };
        let squared: Vec<f64> = (0..250).into_par_iter().map(squared).collect();
        let (found, known) = (mean(&squared).unwrap(), process.asymptotic_variance());
        println!("asymptotic variance: {found} of {known}");
        assert!(
            (found / known - 1.0).abs() < 0.1,
            "{found} instead of {known}"
        );
    }
}

#[test]
fn batches_use_all_but_the_warm_up_and_a_rest() {
    let values: Vec<f64> = (0..1007).map(|i| f64::from(i % 2)).collect();
    let steady = steady_mean(&values, WarmUp::Fixed(100)).unwrap();
    assert_eq!((steady.deleted, steady.batch_length), (107, 45));
    assert!((steady.mean - 0.5).abs() < 0.001);
    // Batches of odd length alternate between 22/45 and 23/45.
    assert!(steady.batch_correlation < -0.9, "{steady:?}");
    let constant = steady_mean(&[3.0; 100], WarmUp::Mser5).unwrap();
    assert_eq!(
        (constant.mean, constant.half_width, constant.deleted),
        (3.0, 0.0, 0)
    );
}

#[test]
fn what_has_no_steady_mean_is_refused() {
    let rising: Vec<f64> = (0..1000).map(f64::from).collect();
    assert_eq!(
        steady_mean(&rising, WarmUp::Mser5),
        Err(SteadyError::TooMuchDeleted {
            deleted: 501,
            of: 1000
        })
    );
    assert_eq!(
        steady_mean(&rising, WarmUp::Fixed(501)),
        Err(SteadyError::TooMuchDeleted {
            deleted: 501,
            of: 1000
        })
    );
    assert!(steady_mean(&rising, WarmUp::Fixed(500)).is_ok());
    assert!(steady_mean(&rising, WarmUp::Fixed(usize::MAX)).is_err());
    assert_eq!(
        steady_mean(&[1.0; 39], WarmUp::Fixed(0)),
        Err(SteadyError::TooShort(39))
    );
    assert_eq!(
        steady_mean(&[1.0; 50], WarmUp::Fixed(20)),
        Err(SteadyError::TooShort(30))
    );
    let mut holed = vec![1.0; 100];
    holed[7] = f64::NAN;
    assert_eq!(
        steady_mean(&holed, WarmUp::Mser5),
        Err(SteadyError::NotFinite(7))
    );
}

/// M/G/1 at load 0.8 with every request an event, 80 s of service each: Pollaczek and Khinchine's wait is 240 s.
#[test]
fn a_scenario_at_rest_has_the_wait_of_theory() {
    use crate::scenario::{Scenario, Set};
    let sets = [
        "run.horizon=600d",
        "ranking.queue.fidelity=request",
        "ranking.queue.demand.base=0.01 /s",
        "ranking.queue.service.time={ lognormal = { mean = \"80s\", cv = 0.7071067811865476 } }",
        "ranking.queue.slo.latency=1d",
    ]
    .map(Set::new);
    let scenario = Scenario::load("theory/mg1", &sets).unwrap().scenario;
    let wait = "waiting_time_mean[queue]".parse().unwrap();
    let steady = steady_state(&scenario, &wait, WarmUp::Mser5).unwrap();
    assert!(
        (steady.mean - 240.0).abs() <= steady.half_width,
        "{steady:?}"
    );
    assert!(
        steady.half_width < 25.0 && steady.deleted < 300,
        "{steady:?}"
    );
    let nothing = "waiting_time_mean[nobody]".parse().unwrap();
    let unknown = steady_state(&scenario, &nothing, WarmUp::Mser5);
    assert!(matches!(unknown, Err(SteadyStateError::Unknown(_))));
}

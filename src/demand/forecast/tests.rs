//! Forecasters against shapes whose continuation is known, hour by hour.

use proptest::prelude::*;

use super::{Forecasters, Outlook};
use crate::demand::Curve;
use crate::kernel::{Instant, Span, Streams};
use crate::scenario::Scenario;

const HOUR: Span = Span::HOUR;

fn scenario(method: &str, step: &str) -> Scenario {
    let text = format!(
        r#"
[scenario]
name = "forecasts"
[run]
start = "2024-01-01"
horizon = "4w"
step = "{step}"
[hardware.unit]
accelerators_per_server = 1
[site.here]
[pool.one]
hardware = "unit"
site = "here"
accelerators = 4
serves = ["ranking"]
initial = {{ desk = 4 }}
[demand.people]
[ranking.desk]
demand = {{ profile = "people", base = "2 /s" }}
service = {{ time = "1s" }}
slo = {{ latency = "4s", attainment = 0.9 }}
[forecast]
method = {{ {method} }}
[policy.dedicated]
"#
    );
    Scenario::parse("forecasts.toml", &text)
        .expect("a valid scenario")
        .scenario
}

/// What is expected of each step, `rates` being those of the hours from the start on.
fn outlooks(method: &str, step: Span, rates: &[f64]) -> Vec<Outlook> {
    let minutes = step.as_micros() / Span::MINUTE.as_micros();
    let scenario = scenario(method, &format!("{minutes}m"));
    let start = scenario.run.start;
    let streams = Streams::new(1, 0);
    let profile = &scenario.demand["people"];
    let curve = Curve::new("people", profile, start, start, &streams).unwrap();
    let mut forecasters = Forecasters::new(&scenario, &[curve]);
    let end = start + HOUR * rates.len() as i64;
    let rate = |at: Instant| rates[((at - start).as_micros() / HOUR.as_micros()) as usize];
    let mut outlooks = Vec::new();
    let mut now = start;
    while now < end {
        let next = (now + step).min(end);
        forecasters.forecast(now, next, &[rate(now)]);
        outlooks.push(forecasters.of(0, Some(0), 1.0));
        let (mut at, mut area) = (now, 0.0);
        while at < next {
            // As the simulation cuts its intervals.
            let into = (at - start).as_micros() % HOUR.as_micros();
            let until = (at + (HOUR - Span::from_micros(into))).min(next);
            forecasters.observe(at, until, &[rate(at)]);
            area += rate(at) * (until - at).as_hours();
            at = until;
        }
        forecasters.score(&[area / (next - now).as_hours()]);
        now = next;
    }
    outlooks
}

fn means(method: &str, step: Span, rates: &[f64]) -> Vec<f64> {
    let outlooks = outlooks(method, step, rates);
    outlooks.iter().map(|outlook| outlook.mean).collect()
}

/// A week without two like days, repeated; its nights are nothing.
fn weekly(hours: usize) -> Vec<f64> {
    let rate = |hour: usize| match hour % 24 {
        2..5 => 0.0,
        of_day => 1.0 + 0.3 * of_day as f64 + 0.7 * (hour / 24 % 7) as f64,
    };
    (0..hours).map(rate).collect()
}

#[track_caller]
fn assert_close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (place, (found, expected)) in found.iter().zip(expected).enumerate() {
        let error = (found - expected).abs();
        assert!(
            error < 1e-12 * expected.abs().max(1.0),
            "{place}: {found} {expected}"
        );
    }
}

#[test]
fn persistence_lags_by_exactly_one_step() {
    let rates = weekly(400);
    let found = means("persistence = {}", HOUR, &rates);
    assert_eq!(found[0], rates[0]);
    assert_eq!(found[1..], rates[..399]);
}

#[test]
fn seasonal_naive_is_exact_once_it_has_seen_the_period() {
    let rates = weekly(24 * 30);
    let found = means("seasonal-naive = {}", HOUR, &rates);
    assert_eq!(found[168..], rates[168..]);
    // Before that, what was a day ago, and in the first day what was last.
    assert_eq!(found[24..168], rates[..144]);
    assert_eq!(found[1..24], rates[..23]);
    let daily = means("seasonal-naive = { period = \"1d\" }", HOUR, &rates);
    assert_eq!(daily[24..], rates[..24 * 29]);
}

#[test]
fn a_period_shorter_than_the_step_goes_back_as_far_as_it_takes() {
    let rates: Vec<f64> = (0..96).map(|hour| [1.0, 5.0, 3.0][hour % 3]).collect();
    let found = means("seasonal-naive = { period = \"3h\" }", HOUR * 4, &rates);
    let steps: Vec<f64> = rates
        .chunks(4)
        .map(|step| step.iter().sum::<f64>() / 4.0)
        .collect();
    // Four hours were six hours ago from the second step on; there is more to see from the third on.
    assert_close(&found[2..], &steps[2..]);
}

#[test]
fn holt_winters_is_exact_on_a_shape_that_repeats() {
    let rates = weekly(24 * 70);
    let found = means("holt-winters = {}", HOUR, &rates);
    assert_close(&found[168..], &rates[168..]);
    assert_eq!(found[24..168], rates[..144]);
    assert_eq!(found[1..24], rates[..23]);
}

#[test]
fn steps_of_other_lengths_are_forecast_from_hours() {
    let rates = weekly(24 * 28);
    let days: Vec<f64> = rates
        .chunks(24)
        .map(|day| day.iter().sum::<f64>() / 24.0)
        .collect();
    let halves: Vec<f64> = rates.iter().flat_map(|&rate| [rate, rate]).collect();
    let odd: Vec<f64> = rates
        .iter()
        .flat_map(|&rate| [rate; 4])
        .collect::<Vec<_>>()
        .chunks(7)
        .map(|step| step.iter().sum::<f64>() / step.len() as f64)
        .collect();
    for method in ["seasonal-naive = {}", "holt-winters = {}"] {
        assert_close(&means(method, Span::DAY, &rates)[7..], &days[7..]);
        let half = means(method, Span::MINUTE * 30, &rates);
        assert_close(&half[336..], &halves[336..]);
        let found = means(method, Span::MINUTE * 105, &rates);
        assert_close(&found[97..], &odd[97..]);
    }
}

#[test]
fn holt_winters_follows_growth_and_launches() {
    let shape = weekly(24 * 70);
    let growing: Vec<f64> = shape
        .iter()
        .enumerate()
        .map(|(hour, rate)| rate * (1.0 + 1e-3 * hour as f64))
        .collect();
    let wape = |method: &str, rates: &[f64]| {
        let found = means(method, HOUR, rates);
        let counted = found.iter().zip(rates).skip(1000);
        let error: f64 = counted.map(|(found, rate)| (found - rate).abs()).sum();
        error / rates[1000..].iter().sum::<f64>()
    };
    let (smooth, naive) = (
        wape("holt-winters = {}", &growing),
        wape("seasonal-naive = {}", &growing),
    );
    assert!(smooth < 0.005 && smooth < naive / 10.0, "{smooth} {naive}");
    let mut launched = shape.clone();
    launched[1200..].iter_mut().for_each(|rate| *rate *= 5.0);
    let found = means("holt-winters = {}", HOUR, &launched);
    for hour in 1224..1240 {
        assert!(
            (found[hour] - launched[hour]).abs() <= 0.01 * launched[hour],
            "{hour}"
        );
    }
}

#[test]
fn demand_that_begins_after_a_time_of_nothing_is_learnt() {
    let mut rates = vec![0.0; 400];
    rates.extend(weekly(24 * 28));
    let found = means("holt-winters = {}", HOUR, &rates);
    assert!(found[..400].iter().all(|rate| *rate == 0.0));
    assert_close(&found[568..], &rates[568..]);
}

#[test]
fn the_p90_is_what_nine_in_ten_forecasts_did_not_fall_short_of() {
    // Persistence of 1, 2, 1, 2, … is off by a factor of 2 or 1/2 in turn.
    let rates: Vec<f64> = (0..300).map(|hour| [1.0, 2.0][hour % 2]).collect();
    let found = outlooks("persistence = {}", HOUR, &rates);
    assert_eq!(found[0].p90, found[0].mean);
    assert_eq!((found[299].mean, found[299].p90), (1.0, 2.0));
    assert_eq!((found[298].mean, found[298].p90), (2.0, 4.0));
    let certain = outlooks("perfect = {}", HOUR, &[1.0; 50]);
    assert!(
        certain
            .iter()
            .all(|outlook| *outlook == Outlook::certain(1.0))
    );
}

fn rates() -> impl Strategy<Value = Vec<f64>> {
    let rate = prop_oneof![Just(0.0), Just(1e-300), Just(1e250), 0.0..10.0_f64];
    proptest::collection::vec(rate, 300)
}

fn methods() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "persistence = {}",
        "seasonal-naive = { period = \"5h\" }",
        "holt-winters = { period = \"1d\" }",
        "holt-winters = { alpha = 1.0, beta = 1.0, gamma = 1.0, period = \"3h\" }",
        "holt-winters = { alpha = 0.0, beta = 0.0, gamma = 0.0, period = \"1h\" }",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever happens, a forecast is a rate.
    #[test]
    fn forecasts_are_rates(
        rates in rates(), method in methods(), minutes in proptest::sample::select(vec![7, 60, 100, 1440]),
    ) {
        for outlook in outlooks(method, Span::MINUTE * minutes, &rates) {
            prop_assert!(outlook.mean.is_finite() && outlook.mean >= 0.0, "{:?}", outlook);
            prop_assert!(outlook.p90.is_finite() && outlook.p90 >= 0.0, "{:?}", outlook);
        }
    }

    /// What comes after a forecast does not change it; before anything was seen, the hour under way stands for it.
    #[test]
    fn nobody_sees_the_future(
        rates in rates(), other in rates(), method in methods(), change in 1_usize..300,
        minutes in proptest::sample::select(vec![30, 60, 100, 1440]),
    ) {
        let step = Span::MINUTE * minutes;
        let mut changed = rates.clone();
        changed[change..].copy_from_slice(&other[change..]);
        let (before, after) = (outlooks(method, step, &rates), outlooks(method, step, &changed));
        let made = (change as i64 * 60).div_euclid(minutes) as usize;
        // The forecast at the very moment of the change is made before it is seen.
        prop_assert_eq!(&before[..=made.min(before.len() - 1)], &after[..=made.min(before.len() - 1)]);
    }
}

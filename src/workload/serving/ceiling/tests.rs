//! No step of a service earns more than its ceiling says, and the ceiling is close where it can be.

use super::gain::{Gains, Try};
use super::stretch::corners_between;
use super::*;
use crate::id::PoolId;
use crate::kernel::Streams;
use crate::scenario::{Hardware, Scenario};
use crate::workload::serving::Place;
use proptest::prelude::*;

#[test]
fn the_hull_is_concave_and_rises() {
    let corner = |(capacity, gain)| Corner { capacity, gain };
    let points = [(0.0, 0.0), (1.0, 1.0), (2.0, 5.0), (3.0, 4.0), (4.0, 6.0)];
    let hull = Ceiling::over(points.map(corner).to_vec());
    let expected = [(0.0, 0.0), (2.0, 5.0), (4.0, 6.0)].map(corner);
    assert_eq!(hull.corners(), expected);
    assert_eq!((hull.at(1.0), hull.at(3.0), hull.at(9.0)), (2.5, 5.5, 6.0));
}

/// A ranking service on two kinds of hardware, of which the second has this speed.
fn service(keys: &str, speed: f64, subhourly_cv: f64) -> Service {
    let text = format!(
        "[scenario]\nname = \"c\"\n[run]\nstart = \"2024-01-01\"\nhorizon = \"1d\"\n\
         [hardware.a]\naccelerators_per_server = 1\n[hardware.b]\naccelerators_per_server = 2\n[site.s]\n\
         [pool.a]\nhardware = \"a\"\nsite = \"s\"\naccelerators = 8\nserves = [\"ranking\"]\n\
         [ranking.r]\ndemand = {{ base = \"1 /s\" }}\nspeed = {{ b = {speed:?} }}\n{keys}\n\
         [policy.dedicated]\n"
    );
    let scenario = match Scenario::parse("c.toml", &text) {
        Ok(loaded) => loaded.scenario,
        Err(invalid) => panic!("{text}\n{invalid:?}"),
    };
    let hardware = |name: &'static str| -> Option<(&str, &Hardware)> {
        Some((name, &scenario.hardware[name]))
    };
    let place = Place {
        name: "r",
        pools: &[hardware("a"), hardware("b")],
        subhourly_cv,
        streams: &Streams::new(1, 0),
    };
    Service::of_ranking(&scenario.ranking["r"], place)
}

fn keys() -> impl Strategy<Value = String> {
    let work = prop::sample::select(vec![
        "service = { time = { exponential = { mean = \"1s\" } } }",
        "service = { time = \"2s\" }",
        "query = { fixed = \"100ms\", per_item = \"1ms\", items = { lognormal = { mean = 500, cv = 1.5 } }, concurrency = 2 }\n\
         degrade = [[1.0, 1.0], [0.6, 0.9], [0.3, 0.5]]",
    ]);
    let queue = prop::sample::select(vec![
        "",
        "queue = { limit = \"5s\" }",
        "queue = { limit = \"0s\", arrival_cv = 2.0 }",
        "queue = { patience = { exponential = { mean = \"3s\" } } }",
    ]);
    let slo = prop::sample::select(vec!["1s", "4.0s", "60s"]);
    (work, queue, slo).prop_map(|(work, queue, slo)| {
        format!(
            "{work}\n{queue}\nslo = {{ latency = \"{slo}\", attainment = 0.9 }}\n\
             value = {{ per_request = 1.0, miss = 0.5 }}"
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    /// Whatever servers it has of which kind, and whatever waits.
    #[test]
    fn no_step_earns_more_than_its_ceiling(
        keys in keys(), speed in prop::sample::select(vec![1.0, 0.3, 2.5]), length_s in 60.0_f64..3600.0,
        steps in prop::collection::vec((0.0_f64..40.0, 0.0_f64..1.0, 0.0_f64..1.0), 1..5),
    ) {
        let mut service = service(&keys, speed, if keys.contains("4.0") { 0.3 } else { 0.0 });
        for (rate_per_s, a, b) in steps {
            let servers = [60.0 * a * a, 60.0 * b * b];
            let rate_of = |pool: usize| service.rate_of_server(PoolId::new(pool));
            let (of_a, of_b) = (rate_of(0), rate_of(1));
            let capacity = servers[0] * of_a + servers[1] * of_b;
            let ceiling = service.ceiling(Ask { length_s, rate_per_s, most: 60.0 * (of_a + of_b) });
            let step = service.step(length_s, rate_per_s, &servers, false, |_, _| {});
            let earned = step.value - step.penalties + service.all_missed(step.offered);
            prop_assert!(earned <= ceiling.at(capacity) + 1e-9,
                "{earned} with {servers:?}, but at most {}", ceiling.at(capacity));
        }
    }
}

/// Without a limit, a backlog or unlike hardware the ceiling is the step itself where that is
/// concave: here it is linear, since what does not fit is shed at once.
#[test]
fn a_ceiling_is_tight() {
    let keys = "service = { time = \"1s\" }\nqueue = { limit = \"5s\" }\nslo = { latency = \"10s\" }\n\
                value = { per_request = 1.0 }";
    let service = service(keys, 1.0, 0.0);
    let ceiling = service.ceiling(Ask {
        length_s: 3600.0,
        rate_per_s: 8000.0,
        most: 10_000.0,
    });
    for share in [0.1, 0.3, 0.6, 0.9, 0.99] {
        let earned = ceiling.at(8000.0 * share) / (8000.0 * 3600.0);
        assert!(
            (share..share + 0.004).contains(&earned),
            "{share}: {earned}"
        );
    }
    assert!(ceiling.corners().len() < 20, "{ceiling:?}");
}

/// Services of one kind of work and queue or another, from hardly any load to much, and intervals from seconds on.
fn asks() -> impl Strategy<Value = (String, Ask)> {
    let time = prop::sample::select(vec![
        "\"1s\"",
        "{ exponential = { mean = \"1s\" } }",
        "{ lognormal = { mean = \"1s\", cv = 0.4 } }",
        "{ lognormal = { mean = \"1s\", cv = 3.0 } }",
    ]);
    let slo_s = prop::sample::select(vec![0.5, 1.2, 2.0, 8.0, 60.0]);
    let arrival_cv = prop::sample::select(vec![1.0, 0.0, 0.6, 1.2, 3.0]);
    let wait_s = || prop::option::of((-3.0_f64..5.0).prop_map(f64::exp));
    let limit_s = prop_oneof![wait_s(), Just(Some(0.0))];
    (time, slo_s, arrival_cv, limit_s, wait_s(), 0.0_f64..1.0, -3.0_f64..9.0, 1.0_f64..8.2).prop_map(
        |(time, slo_s, arrival_cv, limit_s, patience_s, leaves, log_rate, log_length)| {
            let limit = limit_s.map_or(String::new(), |limit_s| format!(", limit = \"{limit_s} s\""));
            let patience = patience_s.filter(|_| leaves < 0.3).map_or(String::new(), |patience_s| {
                format!(", patience = {{ exponential = {{ mean = \"{patience_s} s\" }} }}")
            });
            let keys = format!(
                "service = {{ time = {time} }}\nqueue = {{ arrival_cv = {arrival_cv:?}{limit}{patience} }}\n\
                 slo = {{ latency = \"{slo_s} s\" }}\nvalue = {{ per_request = 1.0 }}"
            );
            let rate_per_s = log_rate.exp();
            let ask = Ask { length_s: log_length.exp(), rate_per_s, most: 4.0 * rate_per_s + 10.0 };
            (keys, ask)
        },
    )
}

/// Capacities everywhere, around the rate, and close together somewhere.
fn grid(ask: Ask, somewhere: f64) -> Vec<f64> {
    let Ask {
        rate_per_s, most, ..
    } = ask;
    let deviation = rate_per_s.sqrt();
    let everywhere = (1..=100).map(|step| most * f64::from(step) / 100.0);
    let low = (0..40).map(|step| 0.002 * 1.25_f64.powi(step));
    let around = (-80..120).map(|step| rate_per_s + 0.05 * f64::from(step) * deviation);
    let close =
        (0..60).map(|step| (rate_per_s + somewhere * deviation) * (1.0 + 1e-5 * f64::from(step)));
    let all = everywhere.chain(low).chain(around).chain(close);
    let mut grid: Vec<f64> = all
        .filter(|capacity| (1e-9..=most).contains(capacity))
        .collect();
    grid.sort_by(f64::total_cmp);
    grid
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    /// The two things that all stretches rely on, on grids, with and without a second kind of hardware.
    #[test]
    fn gains_never_fall_and_stay_below_their_lines(
        (keys, ask) in asks(), somewhere in -4.0_f64..4.0, speed in prop::sample::select(vec![1.0, 1.0, 0.4]),
    ) {
        let service = service(&keys, speed, 0.0);
        let gains = Gains::new(&service, ask).expect("something is asked");
        let mut last: Option<Try> = None;
        for capacity in grid(ask, somewhere) {
            let here = gains.at(capacity);
            for (part, line) in here.parts.iter().zip(&gains.lines) {
                let most = line.all * capacity + gains.rounding();
                prop_assert!(!line.all.is_finite() || part.gain <= most, "{capacity}: {} above {most}", part.gain);
                let punctual = part.punctual - gains.rounding();
                prop_assert!(punctual <= 0.0 || punctual <= line.punctual * capacity, "{capacity}: {punctual}");
            }
            if let Some(last) = last.filter(|last| last.capacity >= gains.few) {
                for (before, part) in last.parts.iter().zip(&here.parts) {
                    let least = before.gain - gains.rounding();
                    prop_assert!(part.gain >= least, "{} earns {least}, {capacity} {}", last.capacity, part.gain);
                    let late = [before, part].map(|part| part.gain - part.punctual);
                    prop_assert!(speed < 1.0 || late[1] >= late[0] - gains.rounding(), "{capacity}: {late:?}");
                }
            }
            last = Some(here);
        }
    }

    /// Whatever was tried, and where demand varies within the hour.
    #[test]
    fn nothing_between_earns_more(
        (keys, ask) in asks(), somewhere in -4.0_f64..4.0, speed in prop::sample::select(vec![1.0, 0.4]),
        cv in prop::sample::select(vec![0.0, 0.1, 0.5]), apart in 2_usize..60,
    ) {
        let service = service(&keys, speed, cv);
        let gains = Gains::new(&service, ask).expect("something is asked");
        let capacities = [0.0].into_iter().chain(grid(ask, somewhere)).filter(|capacity| *capacity >= gains.few);
        let tried: Vec<Try> = capacities.map(|capacity| gains.at(capacity)).collect();
        for stretch in tried.chunks(apart) {
            let [from, between @ .., to] = stretch else { continue };
            let above = Ceiling::over(corners_between(&gains, from, to));
            for here in between {
                prop_assert!(here.gain() <= above.at(here.capacity), "{} earns {}", here.capacity, here.gain());
            }
        }
    }

    /// No capacity gains more beyond its price, and some gains nearly as much.
    #[test]
    fn a_surplus_is_the_most_there_is(
        (keys, ask) in asks(), somewhere in -4.0_f64..4.0, part in 0.0_f64..1.2,
        cv in prop::sample::select(vec![0.0, 0.1, 0.5]),
    ) {
        let service = service(&keys, 1.0, cv);
        let gains = Gains::new(&service, ask).expect("something is asked");
        let ceiling = service.ceiling(ask);
        let price = part * ask.length_s;
        let most = service.most_surplus(ask, &ceiling, price);
        let tried = grid(ask, somewhere).into_iter().map(|capacity| gains.at(capacity).gain() - price * capacity);
        let best = tried.fold(0.0, f64::max);
        prop_assert!(most >= best, "{best} above {most}");
        let few = if gains.few > 0.0 { gains.by_lines(gains.few) } else { 0.0 };
        let near = best + few + 0.02 * price * ask.most + 0.01 * ask.length_s * ask.rate_per_s;
        prop_assert!(most <= near, "{most} far above {best}");
        let promised = ceiling.corners().iter().map(|corner| corner.surplus(price));
        let promised = promised.fold(0.0, f64::max);
        prop_assert!(most <= promised + gains.rounding(), "{most} above {promised}");
    }
}

/// Where an interval's capacity is less than one request, the noise that an overloaded queue turns away grows faster
/// than what it serves: gains fall, and only the lines are relied on.
#[test]
fn of_less_than_a_request_more_capacity_may_earn_less() {
    let keys = "service = { time = \"1s\" }\nqueue = { limit = \"35ms\" }\nslo = { latency = \"100s\" }\n\
                value = { per_request = 1.0 }";
    let service = service(keys, 1.0, 0.0);
    let ask = Ask {
        length_s: 1.476,
        rate_per_s: 0.413,
        most: 2.0,
    };
    let gains = Gains::new(&service, ask).expect("something is asked");
    let [less, more] = [0.06, 0.322].map(|capacity| gains.at(capacity));
    assert!(less.gain() > 10.0 * more.gain() && more.capacity < gains.few);
    let above = Ceiling::over(corners_between(&gains, &gains.at(0.0), &more));
    assert!(above.at(less.capacity) >= less.gain());
}

//! No step of a service earns more than its ceiling says, and the ceiling is close where it can be.

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
fn service(keys: &str, speed: f64) -> Service {
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
        subhourly_cv: if keys.contains("4.0") { 0.3 } else { 0.0 },
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
        let mut service = service(&keys, speed);
        for (rate_per_s, a, b) in steps {
            let servers = [60.0 * a * a, 60.0 * b * b];
            let rate_of = |pool: usize| service.rate_of_server(PoolId::new(pool));
            let (of_a, of_b) = (rate_of(0), rate_of(1));
            let capacity = servers[0] * of_a + servers[1] * of_b;
            let ceiling = service.ceiling(length_s, rate_per_s, 60.0 * (of_a + of_b));
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
    let service = service(keys, 1.0);
    let ceiling = service.ceiling(3600.0, 8000.0, 10_000.0);
    for share in [0.1, 0.3, 0.6, 0.9, 0.99] {
        let earned = ceiling.at(8000.0 * share) / (8000.0 * 3600.0);
        assert!(
            (share..share + 0.004).contains(&earned),
            "{share}: {earned}"
        );
    }
    assert!(ceiling.corners().len() < 20, "{ceiling:?}");
}

use super::{Search, SplitError, best_split};
use crate::scenario::{Policy, Scenario};

/// Six servers, two services and a gang of two: few enough to try every split.
const SMALL: &str = r#"
[scenario]
name = "small"
[run]
start = "2024-01-01"
horizon = "2d"
seed = 1
replications = 1
[hardware.box]
accelerators_per_server = 1
power = { idle = "100 W", peak = "1 kW" }
[site.here]
[pool.hall]
hardware = "box"
site = "here"
accelerators = 6
serves = ["training", "ranking"]
initial = { near = 3, far = 3 }
[training.model]
work = "1e6 accelerator-hours"
gang = 2
value = { per_accelerator_hour = 900.0 }
[ranking.near]
demand = { base = "1.1 /s" }
service = { time = "1s" }
slo = { latency = "5s" }
queue = { limit = "20s" }
value = { per_request = 1.0 }
[ranking.far]
demand = { base = "1.7 /s" }
service = { time = "1s" }
slo = { latency = "5s" }
queue = { limit = "20s" }
value = { per_request = 0.4 }
[policy.dedicated]
"#;

fn parsed(text: &str) -> Scenario {
    match Scenario::parse("small.toml", text) {
        Ok(loaded) => loaded.scenario,
        Err(invalid) => panic!("{}", invalid.render(false)),
    }
}

fn small(sets: &[&str]) -> Scenario {
    let mut scenario = parsed(SMALL);
    for set in sets {
        if *set == "worthless" {
            scenario.training.clear();
            for service in scenario.ranking.values_mut() {
                service.value.per_request.0 = 0.0;
            }
        }
    }
    scenario
}

fn search() -> Search {
    Search {
        replications: 1,
        ranking_replications: 1,
        ..Search::new(7)
    }
}

/// The net value of a split of the six servers, on the draws of the search.
fn net_value(scenario: &Scenario, split: [u64; 3]) -> f64 {
    let mut scenario = scenario.clone();
    scenario.run.seed = 7;
    scenario.run.replications = 2;
    let Policy::Dedicated(dedicated) = &mut scenario.policy else {
        panic!("it is dedicated");
    };
    let names = ["model", "near", "far"];
    let shares = names.iter().zip(split);
    let shares = shares.map(|(name, servers)| ((*name).to_owned(), servers as f64 / 6.0));
    dedicated.shares.insert("hall".to_owned(), shares.collect());
    let outcome = crate::run(&scenario).expect("it runs");
    crate::results::metrics::net_value(&outcome.replications[1])
}

#[test]
fn the_best_of_all_splits_is_found() {
    let scenario = small(&[]);
    let mut best = f64::NEG_INFINITY;
    for model in [0, 2] {
        for near in 0..=6 - model {
            best = best.max(net_value(&scenario, [model, near, 6 - model - near]));
        }
    }
    let found = best_split(&scenario, &search()).expect("there is one");
    assert!(
        (found.net_value - best).abs() <= 1e-9 * best.abs(),
        "{} against {best}",
        found.net_value
    );
    assert!(found.net_value > found.net_value_at_start);
}

/// A gang that is hit once in six hours, and no spares: what nobody holds replaces what breaks.
#[test]
fn a_split_leaves_servers_to_nobody_where_a_gang_would_stand_still() {
    let text = SMALL
        .replace("accelerators = 6", "accelerators = 80")
        .replace("near = 3, far = 3", "near = 40, far = 40")
        .replace(
            "gang = 2",
            "gang = 20\ncheckpoint = { every = \"1h\", write = \"0s\" }",
        )
        .replace("per_request = 0.4", "per_request = 0.1")
        .replace("1.1 /s", "20 /s")
        .replace("1.7 /s", "34 /s")
        .replace("horizon = \"2d\"", "horizon = \"14d\"")
        .replace(
            "[site.here]",
            "mtbf = \"120h\"\nrepair = { exponential = { mean = \"6h\" } }\n[site.here]",
        );
    let scenario = parsed(&text);
    let found = best_split(&scenario, &search()).expect("there is one");
    let shares = &found.dedicated.shares["hall"];
    assert_eq!(shares["model"], 0.25, "{shares:?}");
    let unheld = 1.0 - shares.values().sum::<f64>();
    assert!((0.03..0.3).contains(&unheld), "{shares:?}");
    for service in ["near", "far"] {
        let mut fuller = found.clone();
        let shares = fuller.dedicated.shares.get_mut("hall");
        let share = shares.and_then(|shares| shares.get_mut(service));
        *share.expect("it has a share") += unheld;
        let mut fuller = fuller.applied_to(&scenario);
        fuller.run.seed = 7;
        fuller.run.replications = 2;
        let outcome = crate::run(&fuller).expect("it runs");
        let net_value = crate::results::metrics::net_value(&outcome.replications[1]);
        assert!(net_value < found.net_value, "{service}: {net_value}");
    }
}

#[test]
fn a_search_that_makes_no_sense_is_refused() {
    let scenario = small(&[]);
    let own = Search {
        seed: 1,
        ..search()
    };
    let none = Search {
        replications: 0,
        ..search()
    };
    assert!(matches!(
        best_split(&scenario, &own),
        Err(SplitError::OwnSeed(1))
    ));
    assert!(matches!(
        best_split(&scenario, &none),
        Err(SplitError::NoReplications)
    ));
    assert!(matches!(
        best_split(&small(&["worthless"]), &search()),
        Err(SplitError::Worthless)
    ));
    let mut alone = small(&[]);
    alone.training.clear();
    alone.ranking.shift_remove("far");
    alone.pool["hall"].initial.shift_remove("far");
    assert!(matches!(
        best_split(&alone, &search()),
        Err(SplitError::NothingToDivide)
    ));
}

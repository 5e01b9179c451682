//! Whole scenarios through the whole room: the shipped ones, layers, every bad input with the place
//! and the hint that a user gets, and text that nobody would write.

mod bad_input;
mod fuzz;
mod layers;
mod schema;

use super::shipped;
use super::{Course, Invalid, Loaded, Policy, Precision, Scenario, Set, Work};

/// The starter with one piece of text replaced; the piece must be there.
/// Under a policy that has more to be said wrongly than the starter's own.
const STRICT_ORDER: &str = "[forecast]
method = { persistence = {} }

[policy.priority]
order = [\"feed\", \"assistant\", \"llama\", \"research\"]
";

fn starter_with(old: &str, new: &str) -> String {
    let (_, starter) = shipped::text("starter").expect("shipped");
    let (before, _) = starter.split_once("[forecast]").expect("it forecasts");
    let starter = format!("{before}{STRICT_ORDER}");
    assert!(starter.contains(old), "the starter has no `{old}`");
    starter.replacen(old, new, 1)
}

fn problems_of(text: &str) -> Invalid {
    match Scenario::parse("test.toml", text) {
        Ok(_) => panic!("this should not be valid:\n{text}"),
        Err(invalid) => invalid,
    }
}

fn loaded(text: &str) -> Loaded {
    match Scenario::parse("test.toml", text) {
        Ok(loaded) => loaded,
        Err(invalid) => panic!("{}", invalid.render(false)),
    }
}

fn work_of(scenario: &Scenario, campaign: &str) -> Work {
    let training = &scenario.training[campaign];
    training.campaign().expect("it is a campaign").work
}

#[test]
fn shipped_scenarios_are_valid_and_without_warnings() {
    for name in shipped::names() {
        match Scenario::load(name, &[]) {
            Ok(loaded) => assert!(loaded.warnings.problems.is_empty(), "{}", loaded.warnings),
            Err(invalid) => panic!("{}", invalid.render(false)),
        }
    }
}

#[test]
fn the_starter_says_what_it_should() {
    let scenario = loaded(&starter_with("", "")).scenario;
    assert_eq!(
        scenario
            .workloads()
            .map(|(name, _)| name)
            .collect::<Vec<_>>(),
        ["llama", "research", "assistant", "feed"]
    );
    let h100 = &scenario.hardware["h100"];
    assert_eq!(h100.peak[&Precision::Bf16].0, 989e12);
    assert_eq!(h100.power.peak.0, 1275.0);
    assert!(
        matches!(work_of(&scenario, "llama"), Work::Flop(flop) if (flop.0 - 3.8e24).abs() < 1e10)
    );
    assert_eq!(scenario.record.every, scenario.run.step);
    assert!(matches!(&scenario.policy, Policy::Priority(priority) if priority.order.len() == 4));
    let Course::Shape(shape) = &scenario.demand["social"].course else {
        panic!("the starter's demand has a shape");
    };
    assert!((shape.week.iter().sum::<f64>() - 7.0).abs() < 1e-12);
    assert_eq!(
        scenario.end().as_micros() - scenario.run.start.as_micros(),
        13 * 604_800_000_000
    );
    assert_eq!(
        scenario.pools_serving("feed", super::Kind::Ranking).count(),
        1
    );
}

#[test]
fn a_resolved_scenario_resolves_to_itself() {
    for name in shipped::names() {
        let first = Scenario::load(name, &[]).expect(name);
        let again = loaded(&first.resolved_toml);
        assert_eq!(first.resolved_toml, again.resolved_toml);
        assert_eq!(
            format!("{:?}", strip_places(&first)),
            format!("{:?}", strip_places(&again))
        );
    }
}

/// The scenario's text without the places of references, which differ between two files.
fn strip_places(loaded: &Loaded) -> String {
    let text = format!("{:?}", loaded.scenario);
    let mut parts = text.split(", at: Some(Location");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + part.split_once(')').map_or("", |(_, rest)| rest)
    })
}

#[test]
fn settings_are_typed_by_their_key() {
    let (_, starter) = shipped::text("starter").expect("shipped");
    let sets = [
        "run.horizon=12w",
        "run.start=2024-08-01",
        "scenario.description=42",
        "pool.*.flexible_share=0.5",
        "pool.main.initial.llama=1024",
        "hardware.h100.mtbf = \"100d\"",
        "order.more.lead_time=3w",
        "inference.assistant.input_tokens=1000",
        "policy={ dedicated = { shares = { main = { llama = 0.5 } } } }",
        "training.llama.work=1e24 FLOP",
        "demand.social.shape={ day = [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,2] }",
    ];
    let sets: Vec<Set> = sets.into_iter().map(Set::new).collect();
    let loaded = Scenario::parse_with("test.toml", starter, &sets)
        .unwrap_or_else(|invalid| panic!("{}", invalid.render(false)));
    let scenario = loaded.scenario;
    assert_eq!(scenario.run.horizon.as_micros(), 12 * 604_800_000_000);
    assert_eq!(scenario.scenario.description, "42");
    assert_eq!(scenario.pool["main"].flexible_share, 0.5);
    assert_eq!(scenario.pool["main"].initial["llama"], 1024);
    assert_eq!(scenario.order["more"].lead_time.mean(), 3.0 * 604_800.0);
    assert!(matches!(scenario.policy, Policy::Dedicated(_)));
    assert!(matches!(work_of(&scenario, "llama"), Work::Flop(flop) if flop.0 == 1e24));
}

#[test]
fn a_setting_turns_a_choice() {
    let (_, starter) = shipped::text("starter").expect("shipped");
    let sets = [
        Set::new("policy.dedicated.shares.main.llama=0.5"),
        Set::new("hardware.h100.repair.gamma={ mean = \"1h\", cv = 1.0 }"),
    ];
    let loaded = Scenario::parse_with("test.toml", starter, &sets)
        .unwrap_or_else(|invalid| panic!("{}", invalid.render(false)));
    assert!(
        matches!(loaded.scenario.policy, Policy::Dedicated(dedicated) if dedicated.shares["main"]["llama"] == 0.5)
    );
    assert_eq!(loaded.scenario.hardware["h100"].repair.mean(), 3600.0);
}

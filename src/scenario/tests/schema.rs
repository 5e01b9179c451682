//! The schema held against the program, with a validator that is not ours: it accepts every shipped
//! scenario and what extends them, and rejects each bad scenario whose flaw a schema can see.

use jsonschema::{Validator, draft202012};
use serde_json::Value;

use super::super::{Document, json_schema, shipped};
use super::bad_input::CASES;
use super::{loaded, problems_of, starter_with};

fn validator() -> Validator {
    validator_of(Document::Scenario)
}

fn validator_of(document: Document) -> Validator {
    let schema = json_schema(document);
    assert!(
        draft202012::meta::is_valid(&schema),
        "not a schema: {schema:#}"
    );
    draft202012::new(&schema).expect("a schema")
}

/// A document as an editor hands it to a schema: dates as strings, and no number for NaN.
fn json(value: toml::Value) -> Value {
    match value {
        toml::Value::Datetime(date) => date.to_string().into(),
        toml::Value::Float(float) => float.into(),
        toml::Value::Integer(integer) => integer.into(),
        toml::Value::Boolean(boolean) => boolean.into(),
        toml::Value::String(text) => text.into(),
        toml::Value::Array(items) => items.into_iter().map(json).collect(),
        toml::Value::Table(table) => table
            .into_iter()
            .map(|(key, value)| (key, json(value)))
            .collect(),
    }
}

/// What the schema says about a text; nothing if it is content, none if the text is not TOML at all.
fn complaints(validator: &Validator, text: &str) -> Option<Vec<String>> {
    let document = json(toml::from_str(text).ok()?);
    let errors = validator.iter_errors(&document);
    Some(
        errors
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect(),
    )
}

#[test]
fn shipped_and_resolved_scenarios_are_accepted() {
    let validator = validator();
    for name in shipped::names() {
        let (_, text) = shipped::text(name).expect("shipped");
        let resolved = loaded(text).resolved_toml;
        for text in [text, resolved.as_str()] {
            assert_eq!(complaints(&validator, text), Some(Vec::new()), "{name}");
        }
    }
}

#[test]
fn shipped_sweeps_are_accepted_and_slips_are_not() {
    let validator = validator_of(Document::Sweep);
    for name in shipped::sweep_names() {
        let (_, text) = shipped::text(name).expect("shipped");
        assert_eq!(complaints(&validator, text), Some(Vec::new()), "{name}");
    }
    let good = "[sweep]\nname = \"s\"\nscenario = \"starter\"\ndesign = { morris = { trajectories = 4 } }\n[axis.a]\nkey = \"run.step\"\nvalues = [\"1h\", \"2h\"]\n";
    assert_eq!(complaints(&validator, good), Some(Vec::new()));
    for (from, to) in [
        ("name = \"s\"\n", ""),
        ("name = \"s\"", "name = \"S s\""),
        ("morris", "moris"),
        ("trajectories = 4", "trajectories = 0"),
        ("trajectories = 4", ""),
        ("key = \"run.step\"\n", ""),
        ("values", "vlaues"),
        ("[axis.a]", "[axes.a]"),
    ] {
        assert!(good.contains(from));
        let told = complaints(&validator, &good.replace(from, to));
        assert!(told.is_some_and(|told| !told.is_empty()), "{from} -> {to}");
    }
}

/// Words of messages about flaws that can be seen without knowing what other tables say.
const VISIBLE: &[&str] = &[
    "there is no key",
    "needs the key",
    "needs a unit",
    "not a unit",
    "but this is a",
    "not a finite number",
    "`site.main.pue` must be",
    "must be at least 0",
    "must be at most 1000000000",
    "is negative",
    "is not a date",
    "cannot be a name",
    "it takes exactly one of",
    "must be \"prorate\"",
];

#[test]
fn bad_scenarios_are_rejected_where_a_schema_can_see_why() {
    let validator = validator();
    let (mut rejected, mut overlooked) = (0, Vec::new());
    for (old, new, _, message, _) in CASES {
        let text = starter_with(old, new);
        let Some(found) = complaints(&validator, &text) else {
            continue;
        };
        let is_visible = problems_of(&text).problems.iter().any(|problem| {
            let said = problem.message.as_str();
            said.contains(message) && VISIBLE.iter().any(|words| said.contains(words))
        });
        match found.is_empty() {
            true if is_visible => overlooked.push(*new),
            true => {}
            false => rejected += 1,
        }
    }
    assert!(overlooked.is_empty(), "accepted: {overlooked:#?}");
    assert!(rejected >= 25, "only {rejected} bad scenarios are rejected");
}

#[test]
fn what_a_parent_or_the_catalogue_may_say_is_not_asked_for() {
    let validator = validator();
    let accepted = [
        "extends = \"starter\"\n",
        "extends = \"starter\"\nremove = [\"order.more\"]\n[run]\nhorizon = \"4w\"\n",
        "extends = \"starter\"\n[pool.main]\nspares = 8\n[ranking.feed.slo]\nattainment = 0.99\n",
        "extends = \"starter\"\n[order.more]\nlead_time = { lognormal = { cv = 0.5 } }\n",
        "extends = \"starter\"\n[policy.value]\nhysteresis = 0.3\n",
        "extends = \"starter\"\n[demand.even]\ngrowth = { annual = 1.5 }\n",
    ];
    for text in accepted {
        assert_eq!(complaints(&validator, text), Some(Vec::new()), "{text}");
        loaded(text);
    }
    let starter = starter_with(
        "catalogue = \"h100-sxm\"",
        "catalogue = \"h100-sxm\"\nstep_cost = { weights = 1.1 }",
    );
    assert_eq!(complaints(&validator, &starter), Some(Vec::new()));
    let refused = [
        ("catalogue = \"h100-sxm\"", "accelerators_per_servr = 8"),
        ("catalogue = \"h100-sxm\"", "step_cost = { weights = 1.1 }"),
        ("catalogue = \"llama-3-70b\", ", ""),
        ("cv = 0.3 } }", "} }"),
        ("query = { fixed = \"1ms\"", "qeury = { fixed = \"1ms\""),
        (
            "order = [\"feed\", \"assistant\", \"llama\", \"research\"]",
            "",
        ),
        (
            "[scenario]\nname = \"starter\"",
            "remove = [\"order.more\"]\n[scenario]\nname = \"starter\"",
        ),
        ("base = \"1500 /s\"", "share = 1, base = \"1500 /s\""),
        (", base = \"1500 /s\"", ""),
        (SHAPE, SHAPE_AND_SERIES),
        (SHAPE, "series = { file = \"a.csv\" }"),
        (SHAPE, SERIES_OF_WORDS),
    ];
    for (old, new) in refused {
        let found = complaints(&validator, &starter_with(old, new));
        assert!(
            found.is_none_or(|found| !found.is_empty()),
            "{new:?} is accepted"
        );
    }
}

const SHAPE: &str = "shape = \"azure2024-conversation\"";
const SERIES: &str =
    "series = { file = \"a.csv\", time = \"t\", value = \"v\", unit = \"/m\", repeat = true }";
const SHAPE_AND_SERIES: &str =
    "shape = {}\nseries = { file = \"a.csv\", time = \"t\", value = \"v\", unit = \"/m\" }";
const SERIES_OF_WORDS: &str =
    "series = { file = \"a.csv\", time = \"t\", value = \"v\", unit = \"/m\", repeat = \"yes\" }";

#[test]
fn a_profile_may_have_a_series_and_a_service_a_share() {
    let validator = validator();
    let text = starter_with(SHAPE, SERIES).replace("base = \"1500 /s\"", "share = 0.5");
    assert_eq!(complaints(&validator, &text), Some(Vec::new()));
}

#[test]
fn an_editor_finds_documentation_default_and_range() {
    let schema = json_schema(Document::Scenario);
    let pue = &schema["properties"]["site"]["additionalProperties"]["properties"]["pue"];
    assert_eq!(pue["default"], 1.0);
    assert_eq!(pue["minimum"], 1);
    assert_eq!(pue["maximum"], 10);
    assert!(
        pue["description"]
            .as_str()
            .is_some_and(|doc| doc.starts_with("Power usage effectiveness"))
    );
    assert_eq!(schema["properties"]["extends"]["type"], "string");
    let step = &schema["properties"]["run"]["properties"]["step"];
    assert_eq!(step["$ref"], "#/$defs/duration");
    assert!(
        step["description"]
            .as_str()
            .is_some_and(|doc| doc.contains("at least 1 m and at most 1 d"))
    );
}

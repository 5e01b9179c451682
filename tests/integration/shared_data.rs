//! Held against public data that lies beside the repository and not in it (`../shared/data`). Where it is absent these
//! tests skip, and say so.

use std::fs;
use std::path::PathBuf;

use flexcap::scenario::{Scenario, catalogue_entries};

/// A file of the shared data, if there is any.
fn shared(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data")
        .join(name);
    if path.is_file() {
        return Some(path);
    }
    println!("skipped: there is no ../shared/data/{name} beside the repository");
    None
}

/// Which row of the measured profiles a shape of the catalogue is.
const SHAPES: [(&str, &str); 11] = [
    ("azure2024-conversation", "azure2024_conv (UTC)"),
    ("azure2024-code", "azure2024_code (UTC)"),
    ("o365-8b", "o365_Llama-3.1-8B_prod"),
    ("o365-70b", "o365_Llama-2-70B_prod"),
    ("o365-8b-dev", "o365_Llama-3.1-8B_dev"),
    ("o365-70b-dev", "o365_Llama-2-70B_dev"),
    ("servegen-large", "servegen_m-large"),
    ("servegen-mid", "servegen_m-mid"),
    ("servegen-small", "servegen_m-small"),
    ("servegen-image", "servegen_mm-image"),
    ("servegen-deepseek-r1", "servegen_deepseek-r1"),
];

/// The numbers of an array of a catalogue entry's text.
fn array(text: &str, key: &str) -> Option<Vec<f64>> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(&format!("{key} = [")))?;
    let numbers = line.trim_end_matches(']').split(", ");
    Some(
        numbers
            .map(|number| number.parse().expect("a number"))
            .collect(),
    )
}

#[test]
fn the_catalogues_shapes_are_those_that_were_measured() {
    let Some(path) = shared("diurnal_profiles.csv") else {
        return;
    };
    let entries = catalogue_entries();
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header = reader.headers().unwrap().clone();
    let weekend = header
        .iter()
        .position(|name| name == "weekend_over_weekday")
        .unwrap();
    let first = header.iter().position(|name| name == "h00").unwrap();
    let mut compared = 0;
    for record in reader.records() {
        let record = record.unwrap();
        let (name, _) = SHAPES
            .iter()
            .find(|(_, row)| *row == &record[0])
            .unwrap_or_else(|| panic!("the catalogue has no {}", &record[0]));
        let entry = entries
            .iter()
            .find(|entry| entry.name == *name)
            .expect(name);
        let measured: Vec<f64> = (first..first + 24)
            .map(|hour| record[hour].parse().unwrap())
            .collect();
        assert_eq!(array(&entry.text, "day"), Some(measured), "{name}");
        let ratio: Option<f64> = record[weekend].parse().ok();
        let week = ratio.map(|ratio| vec![1.0, 1.0, 1.0, 1.0, 1.0, ratio, ratio]);
        assert_eq!(array(&entry.text, "week"), week, "{name}");
        compared += 1;
    }
    assert_eq!(compared, SHAPES.len());
}

/// A scenario of one week with the conversation trace of Azure and hardware enough.
const AZURE_WEEK: &str = r#"
[scenario]
name = "azure-week"
[run]
start = "2024-07-01"
warm_up = "1d"
horizon = "1w"
replications = 1
[hardware.any]
accelerators_per_server = 1
[site.here]
[pool.main]
hardware = "any"
site = "here"
accelerators = 200
serves = ["ranking"]
initial = { chat = 200 }
[demand.azure]
series = { file = "FILE", time = "timestamp", value = "rpm_mid", unit = "/m", starts = "2024-07-01", repeat = true }
[ranking.chat]
demand = { profile = "azure", share = 1.0 }
service = { time = "1s" }
slo = { latency = "10s" }
[policy.dedicated]
"#;

#[test]
fn a_week_of_azures_conversations_offers_all_of_its_requests() {
    let Some(path) = shared("azure2024_conv_week_10min_digitised.csv") else {
        return;
    };
    let text = fs::read_to_string(&path).unwrap();
    let rates = text
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(2).unwrap().parse::<f64>().unwrap());
    let requests = rates.sum::<f64>() * 10.0;
    assert!((requests - 27.3e6).abs() < 0.05e6, "{requests}");
    let scenario = AZURE_WEEK.replace("FILE", &path.canonicalize().unwrap().display().to_string());
    for step in ["1h", "7m"] {
        let scenario = scenario.replace(
            "replications = 1",
            &format!("replications = 1\nstep = \"{step}\""),
        );
        let loaded = Scenario::parse("azure-week.toml", &scenario)
            .unwrap_or_else(|invalid| panic!("{invalid}"));
        let outcome = flexcap::run(&loaded.scenario).unwrap();
        let offered = outcome
            .metric("offered", "chat")
            .expect("a service")
            .mean
            .expect("traffic");
        assert!(
            (offered / requests - 1.0).abs() < 1e-9,
            "{step}: {offered} {requests}"
        );
    }
}

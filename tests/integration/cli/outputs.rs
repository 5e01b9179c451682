//! The contract of a result: which files, which columns, which keys, which types, how many rows, and a data package that
//! describes them. Whoever breaks one of these breaks somebody's notebook.

use sha2::{Digest as _, Sha256};

use super::tables::{NAMES, read};
use super::{Sandbox, result};

/// The key of each file, and columns that it has beside it, as the contract of results has them.
const CONTRACT: [(&str, &[&str], &[&str]); 10] = [
    ("summary", &["metric", "entity"], &[]),
    ("replications", &["replication", "metric", "entity"], &[]),
    (
        "bands",
        &["day", "metric", "entity"],
        &["mean", "p05", "p50", "p95"],
    ),
    (
        "allocation",
        &["replication", "time", "pool", "workload"],
        &["allocated", "busy", "draining", "converting", "warming"],
    ),
    (
        "fleet",
        &["replication", "time", "pool"],
        &[
            "installed",
            "idle",
            "failed",
            "maintenance",
            "on_order",
            "power_kw",
        ],
    ),
    (
        "services",
        &["replication", "time", "service"],
        &[
            "offered",
            "served_in_slo",
            "served_late",
            "shed",
            "abandoned",
            "waiting",
            "attainment",
        ],
    ),
    (
        "jobs",
        &["replication", "job"],
        &[
            "workload",
            "submit",
            "start",
            "end",
            "gang",
            "interruptions",
            "outcome",
        ],
    ),
    (
        "moves",
        &["replication", "move_id"],
        &[
            "time",
            "pool",
            "from",
            "to",
            "accelerators",
            "reason",
            "cost",
        ],
    ),
    (
        "events",
        &["replication", "event_id"],
        &["time", "kind", "entity", "accelerators"],
    ),
    (
        "costs",
        &["replication", "quarter", "entity", "category"],
        &["amount"],
    ),
];

fn package(sandbox: &Sandbox) -> serde_json::Value {
    serde_json::from_str(&sandbox.read("out/datapackage.json")).unwrap()
}

#[test]
fn every_file_of_the_contract_is_there_and_no_other() {
    let sandbox = result(&[]);
    let mut expected: Vec<String> = NAMES.iter().map(|name| format!("{name}.csv")).collect();
    expected.extend(["datapackage.json", "inputs", "scenario.toml"].map(str::to_owned));
    expected.sort_unstable();
    assert_eq!(sandbox.entries("out"), expected);
    assert_eq!(sandbox.entries("out/inputs"), ["small.toml"]);
    assert_eq!(sandbox.read("out/inputs/small.toml"), super::SMALL);
}

#[test]
fn summary_and_replications_have_exactly_their_columns() {
    let sandbox = result(&[]);
    let header = |name: &str| read(&sandbox, &format!("out/{name}.csv")).header.join(",");
    let summary = "metric,entity_type,entity,unit,replications,mean,std_dev,ci95_low,ci95_high";
    assert_eq!(header("summary"), summary);
    assert_eq!(
        header("replications"),
        "replication,seed,metric,entity_type,entity,unit,value"
    );
}

#[test]
fn every_header_starts_with_its_key_and_no_key_repeats() {
    let sandbox = result(&[]);
    for (name, key, others) in CONTRACT {
        let csv = read(&sandbox, &format!("out/{name}.csv"));
        // The long files say of which type an entity is, and the run's seed, before the key is complete.
        let known = |column: &&String| !["entity_type", "unit", "seed"].contains(&column.as_str());
        let header: Vec<&String> = csv.header.iter().filter(known).collect();
        assert_eq!(header[..key.len()], *key, "{name}");
        for column in others {
            csv.index(column);
        }
        assert!(!csv.rows.is_empty(), "{name} is empty: nothing is tested");
        let cells = |row: &Vec<String>| key.iter().map(|key| row[csv.index(key)].clone()).collect();
        let mut keys: Vec<Vec<String>> = csv.rows.iter().map(cells).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), csv.rows.len(), "{name}: rows share a key");
    }
}

#[test]
fn the_data_package_describes_the_files_and_their_hashes() {
    let sandbox = result(&[]);
    let package = package(&sandbox);
    assert_eq!(package["seed"], 7);
    assert_eq!(package["generator"], "flexcap");
    assert_eq!(package["version"], env!("CARGO_PKG_VERSION"));
    let arguments = ["run", "small.toml", "--quiet", "--out", "out"];
    let argv: Vec<&str> = package["argv"]
        .as_array()
        .unwrap()
        .iter()
        .map(|word| word.as_str().unwrap())
        .collect();
    assert_eq!(argv[1..], arguments);
    let hashed = |file: &serde_json::Value| {
        let path = file["path"].as_str().unwrap();
        let bytes = std::fs::read(sandbox.path("out").join(path)).unwrap();
        let digest: String = Sha256::digest(&bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(file["hash"], format!("sha256:{digest}"), "{path}");
        assert_eq!(file["bytes"], bytes.len(), "{path}");
    };
    hashed(&package["scenario"]);
    hashed(&package["inputs"][0]);
    let resources = package["resources"].as_array().unwrap();
    assert_eq!(resources.len(), NAMES.len());
    for (name, key, _) in CONTRACT {
        let resource = resources
            .iter()
            .find(|resource| resource["name"] == name)
            .unwrap();
        hashed(resource);
        assert_eq!(
            resource["schema"]["primaryKey"],
            serde_json::json!(key),
            "{name}"
        );
        let csv = read(&sandbox, &format!("out/{name}.csv"));
        let fields = resource["schema"]["fields"].as_array().unwrap();
        let fields: Vec<&str> = fields
            .iter()
            .map(|field| field["name"].as_str().unwrap())
            .collect();
        assert_eq!(fields, csv.header, "{name}");
    }
}

#[test]
fn cells_have_the_types_that_the_package_says() {
    let sandbox = result(&[]);
    for resource in package(&sandbox)["resources"].as_array().unwrap() {
        let name = resource["name"].as_str().unwrap();
        let csv = read(&sandbox, &format!("out/{name}.csv"));
        for field in resource["schema"]["fields"].as_array().unwrap() {
            let column = field["name"].as_str().unwrap();
            let required = field["constraints"]["required"] == true;
            for cell in csv.column(column) {
                let of_type = match field["type"].as_str().unwrap() {
                    "integer" => cell.parse::<u64>().is_ok(),
                    "number" => cell.parse::<f64>().is_ok_and(f64::is_finite),
                    "datetime" => cell.len() >= 20 && cell.ends_with('Z') && &cell[10..11] == "T",
                    "date" => cell.len() == 10,
                    _ => true,
                };
                let right = if cell.is_empty() { !required } else { of_type };
                assert!(right, "{name}.{column}: `{cell}`");
            }
        }
    }
}

#[test]
fn detail_rows_follow_record() {
    // 48 hours, 3 replications; one pool that serves all three workloads, two of which are services.
    for (replications, every, recorded, rows) in [
        (2, "1h", 2, 48),
        (1, "6h", 1, 8),
        (99, "1d", 3, 2),
        (0, "1h", 0, 0),
    ] {
        let sets = [
            format!("record.replications={replications}"),
            format!("record.every={every}"),
        ];
        let sandbox = result(&sets.each_ref().map(String::as_str));
        let csv = |name: &str| read(&sandbox, &format!("out/{name}.csv"));
        assert_eq!(csv("fleet").rows.len(), recorded * rows, "{sets:?}");
        assert_eq!(csv("services").rows.len(), recorded * rows * 2, "{sets:?}");
        assert_eq!(
            csv("allocation").rows.len(),
            recorded * rows * 3,
            "{sets:?}"
        );
        assert_eq!(csv("jobs").rows.len(), recorded, "{sets:?}");
        assert_eq!(
            csv("replications").distinct("replication").len(),
            3,
            "{sets:?}"
        );
        assert_eq!(csv("costs").distinct("replication").len(), 3, "{sets:?}");
    }
}

#[test]
fn times_step_by_record_every_from_the_start() {
    let sandbox = result(&["record.every=6h", "record.replications=1"]);
    let times = read(&sandbox, "out/fleet.csv").distinct("time");
    let at = |day: u32, hour: u32| format!("2024-07-{day:02}T{hour:02}:00:00Z");
    let expected: Vec<_> = (0..8).map(|row| at(1 + row / 4, row % 4 * 6)).collect();
    assert_eq!(times, expected);
}

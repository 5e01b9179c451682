//! What holds across the files of a result: the same bytes whatever the order, hashes that match, keys that are
//! keys; and that a run which is interrupted or meets an error leaves nothing.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::fingerprint::Fingerprint;
use crate::results::testing::{
    GO_ON, finish, listing, replication, simulate, text, totals_after, writer,
};
use crate::results::{Findings, ResultError};
use crate::scenario::InputFile;
use crate::simulation::record::Recorder;

#[test]
fn the_order_in_which_replications_end_leaves_no_trace() {
    let home = tempfile::tempdir().unwrap();
    let mut packages = Vec::new();
    for (name, order) in [("forth", [0, 1, 2]), ("back", [2, 1, 0])] {
        let out = home.path().join(name);
        let writer = writer(&out);
        let results = order.map(|number| replication(&writer, number, number < 2));
        finish(writer, &results);
        packages.push(
            listing(&out)
                .iter()
                .map(|name| (name.clone(), fs::read(out.join(name)).unwrap_or_default()))
                .collect::<Vec<_>>(),
        );
    }
    assert_eq!(packages[0], packages[1]);
}

#[test]
fn the_package_lists_every_file_with_its_hash() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("tiny");
    let writer = writer(&out);
    let results = [
        replication(&writer, 0, true),
        replication(&writer, 1, false),
    ];
    finish(writer, &results);
    let package: serde_json::Value = serde_json::from_str(&text(&out, "datapackage.json")).unwrap();
    let mut listed = vec!["datapackage.json".to_owned(), "inputs".to_owned()];
    let resources = package["resources"].as_array().unwrap();
    let files = resources
        .iter()
        .chain(package["inputs"].as_array().unwrap())
        .chain([&package["scenario"]]);
    for file in files {
        let path = file["path"].as_str().unwrap();
        let found = Fingerprint::of(&fs::read(out.join(path)).unwrap());
        assert_eq!(file["hash"], found.hash, "{path}");
        assert_eq!(file["bytes"], found.bytes, "{path}");
        if !path.starts_with("inputs/") {
            listed.push(path.to_owned());
        }
    }
    listed.sort();
    assert_eq!(listed, listing(&out));
    assert_eq!(package["replications"], 2);
    assert_eq!(package["detail_replications"], 1);
    assert_eq!(package["seed"], 42);
    assert_eq!(package["argv"][1], "run");
}

/// What is declared as a key must be one, in a result whose site and pool share a name.
#[test]
fn declared_keys_identify_rows() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("tiny");
    let writer = writer(&out);
    let results = [replication(&writer, 0, true), replication(&writer, 1, true)];
    finish(writer, &results);
    for table in crate::results::tables::schemas() {
        let path = out.join(format!("{}.csv", table.name));
        let mut reader = csv::Reader::from_path(path).unwrap();
        let key = table.primary_key();
        let headers = reader.headers().unwrap().clone();
        let mut seen = std::collections::BTreeSet::new();
        for row in reader.records() {
            let row = row.unwrap();
            assert_eq!(row.len(), table.columns.len());
            let cells: Vec<_> = headers
                .iter()
                .zip(&row)
                .filter(|(name, _)| key.contains(name))
                .map(|(_, cell)| cell.to_owned())
                .collect();
            assert!(cells.iter().all(|cell| !cell.is_empty()));
            assert!(seen.insert(cells), "{}: {row:?}", table.name);
        }
    }
}

#[test]
fn ctrl_c_ends_a_run_and_leaves_nothing() {
    let home = tempfile::tempdir().unwrap();
    let writer = writer(&home.path().join("deep/tiny"));
    let stop = AtomicBool::new(false);
    let mut recorder = writer.recorder(0, true, &stop);
    simulate(&mut recorder);
    stop.store(true, Ordering::Relaxed);
    assert!(recorder.interrupted());
    drop(recorder);
    drop(writer);
    assert!(listing(home.path()).is_empty());
}

/// The first disk error ends every replication, and is what each of them reports.
#[test]
fn a_disk_error_ends_all_replications() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("tiny");
    let writer = writer(&out);
    let running = writer.recorder(1, true, &GO_ON);
    let first = writer.recorder(0, true, &GO_ON);
    // A part file of that name exists already, so that it cannot be created.
    let failed = writer.recorder(0, true, &GO_ON);
    assert!(!failed.wants_detail() && failed.interrupted() && running.interrupted());
    for recorder in [failed, running, first] {
        let error = recorder.finish(&totals_after(1)).unwrap_err();
        assert!(matches!(error, ResultError::Io { .. }));
        assert!(error.to_string().contains("tiny/allocation.csv"), "{error}");
    }
    let nothing = Findings {
        replications: &[],
        summary: &[],
        bands: &[],
        scenario_toml: "",
        inputs: &[],
    };
    assert!(writer.finish(&nothing).is_err());
    assert!(listing(home.path()).is_empty());
}

#[test]
fn input_names_cannot_lead_elsewhere() {
    let home = tempfile::tempdir().unwrap();
    for bad in ["../x", "/x", "a/b", "..", ".", "", "a/"] {
        let writer = writer(&home.path().join("tiny"));
        let inputs = [InputFile::copied(bad.to_owned(), Vec::new())];
        let findings = Findings {
            replications: &[],
            summary: &[],
            bands: &[],
            scenario_toml: "",
            inputs: &inputs,
        };
        let error = writer.finish(&findings).unwrap_err();
        assert!(matches!(error, ResultError::InputName(_)), "{bad}: {error}");
    }
    assert!(listing(home.path()).is_empty());
}

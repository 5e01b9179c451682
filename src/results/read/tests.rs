//! Results are written by the room's own writer, read back, and spoilt in each way in which results get spoilt.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::results::names::EntityType;
use crate::results::testing::{finish, hours, replication, text, writer};

/// A result of two replications, the first with detail.
fn result(home: &tempfile::TempDir) -> PathBuf {
    let out = home.path().join("tiny");
    let writer = writer(&out);
    let results = [
        replication(&writer, 0, true),
        replication(&writer, 1, false),
    ];
    finish(writer, &results);
    out
}

fn edit(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{from} is not in {}", path.display());
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

/// Changes a table and gives the data package its new size and hash, as an editor would who means it.
fn rewrite(out: &Path, table: &str, from: &str, to: &str) {
    let path = out.join(format!("{table}.csv"));
    let was = crate::fingerprint::Fingerprint::of_file(&path).unwrap();
    edit(&path, from, to);
    let is = crate::fingerprint::Fingerprint::of_file(&path).unwrap();
    let package = out.join("datapackage.json");
    edit(&package, &was.hash, &is.hash);
    let (was, is) = (was.bytes, is.bytes);
    let text = fs::read_to_string(&package).unwrap();
    let after = text.find(&format!("\"{table}.csv\"")).unwrap();
    let (head, tail) = text.split_at(after);
    let tail = tail.replacen(&format!("\"bytes\": {was}"), &format!("\"bytes\": {is}"), 1);
    fs::write(package, format!("{head}{tail}")).unwrap();
}

fn why(path: &Path) -> String {
    let found = ResultDirectory::open(path).and_then(|result| result.verify());
    found.unwrap_err().to_string()
}

#[test]
fn facts_are_those_of_the_run() {
    let home = tempfile::tempdir().unwrap();
    let opened = ResultDirectory::open(&result(&home)).unwrap();
    opened.verify().unwrap();
    let facts = opened.facts();
    assert_eq!(facts.kind, ResultKind::Run);
    assert_eq!((facts.name.as_str(), facts.seed), ("tiny", 42));
    assert_eq!((facts.replications, facts.detail_replications), (2, 1));
    assert_eq!((facts.currency.as_str(), facts.argv.len()), ("USD", 3));
    assert!(opened.has_table("bands") && !opened.has_table("sweep_points"));
    assert_eq!(
        opened.scenario_toml().unwrap(),
        "[scenario]\nname = \"tiny\"\n"
    );
}

#[test]
fn what_was_written_is_read() {
    let home = tempfile::tempdir().unwrap();
    let opened = ResultDirectory::open(&result(&home)).unwrap();
    let table = opened.replications().unwrap();
    let draws: Vec<_> = table
        .draws
        .iter()
        .map(|of| (of.seed, of.replication))
        .collect();
    assert_eq!(draws, [(42, 0), (42, 1)]);
    // Replication n adds up 3 + n like periods (`testing::replication`).
    assert_eq!(
        table.values("value", "assistant").unwrap(),
        [Some(1500.0), Some(2000.0)]
    );
    assert_eq!(
        table.values("slo_attainment", "feed").unwrap(),
        [None, None]
    );
    assert!(table.values("value", "nobody").is_none());
    let summary = opened.summary().unwrap();
    assert_eq!(summary.len(), table.series.len());
    let first = &summary[0];
    assert_eq!(first.series.metric, "net_value");
    assert_eq!(first.series.entity_type, EntityType::Fleet);
    assert_eq!(
        (first.replications, first.mean, first.std_dev),
        (2, Some(1.5), Some(0.5))
    );
    assert_eq!(first.ci95, Some((1.0 / 3.0, 2.5)));
    assert_eq!(first.series.unit, "USD");
}

#[test]
fn any_table_is_read_by_column_and_type() {
    let home = tempfile::tempdir().unwrap();
    let opened = ResultDirectory::open(&result(&home)).unwrap();
    let mut table = opened.table("services").unwrap();
    let columns = [
        "replication",
        "time",
        "service",
        "latency_p50_s",
        "latency_p95_s",
    ];
    let [replication, time, service, p50, p95] = columns.map(|name| table.column(name).unwrap());
    assert!(table.headings().any(|heading| heading == "forecast_per_s"));
    let row = table.next_row().unwrap().unwrap();
    assert_eq!(row.integer(replication).unwrap(), 0);
    assert_eq!(row.time(time).unwrap(), Some(hours(0)));
    assert_eq!(row.text(service).unwrap(), "assistant");
    assert_eq!(
        (row.number(p50).unwrap(), row.number(p95).unwrap()),
        (None, Some(0.25))
    );
    let error = row.number(service).unwrap_err().to_string();
    assert!(
        error.ends_with("services.csv:2: service is `assistant`, which is not a finite number"),
        "{error}"
    );
    assert!(row.integer(p95).is_err() && row.time(p95).is_err());
    assert!(table.next_row().unwrap().is_none());
    assert!(matches!(
        table.column("nothing"),
        Err(ReadError::Column { .. })
    ));
    assert!(matches!(
        opened.table("sweep_points"),
        Err(ReadError::NoTable { .. })
    ));
    let mut bands = opened.table("bands").unwrap();
    let day = bands.column("day").unwrap();
    assert_eq!(
        bands.next_row().unwrap().unwrap().day(day).unwrap(),
        Some(hours(24))
    );
}

#[test]
fn what_is_no_result_is_named() {
    let home = tempfile::tempdir().unwrap();
    assert!(why(&home.path().join("gone")).ends_with("gone does not exist"));
    let file = home.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(why(&file).ends_with("file is not a directory"));
    assert!(why(home.path()).ends_with("holds no complete result: datapackage.json is missing"));
    for (package, said) in [
        ("", "EOF while parsing"),
        ("{}", "its generator is another"),
        (r#"{"generator": "flexcap"}"#, "flexcap , which"),
        (
            r#"{"generator": "flexcap", "version": "0.1.0"}"#,
            "missing field `name`",
        ),
        (
            r#"{"generator": "flexcap", "version": "99.0.0"}"#,
            "its files have another form",
        ),
        (
            r#"{"generator": "flexcap", "version": "0.99.0"}"#,
            "it is newer",
        ),
        (
            r#"{"generator": "flexcap", "version": "0.1.0", "design": 7}"#,
            "invalid type",
        ),
    ] {
        fs::write(home.path().join("datapackage.json"), package).unwrap();
        let why = why(home.path());
        assert!(why.contains(said), "{why}");
    }
}

#[test]
fn what_was_spoilt_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let out = result(&home);
    let table = out.join("replications.csv");
    let whole = fs::read(&table).unwrap();
    fs::write(&table, &whole[..whole.len() / 2]).unwrap();
    let cut = why(&out);
    assert!(
        cut.contains("replications.csv has ") && cut.contains(" were written"),
        "{cut}"
    );

    fs::write(
        &table,
        String::from_utf8(whole.clone())
            .unwrap()
            .replacen(",1500", ",1501", 1),
    )
    .unwrap();
    assert!(why(&out).contains("replications.csv was changed after it was written"));
    let opened = ResultDirectory::open(&out).unwrap();
    assert!(matches!(opened.replications(), Err(ReadError::Edited(_))));
    opened.summary().unwrap();

    fs::remove_file(&table).unwrap();
    assert!(why(&out).ends_with("replications.csv is missing, although the data package lists it"));
    fs::write(&table, &whole).unwrap();
    edit(&out.join("scenario.toml"), "tiny", "tinY");
    assert!(why(&out).contains("scenario.toml was changed"));
    assert!(
        ResultDirectory::open(&out)
            .unwrap()
            .scenario_toml()
            .is_err()
    );
}

/// Whoever changes a table and its hash gets as far as the cells.
#[test]
fn wrong_cells_are_named_with_their_line() {
    for (from, to, said) in [
        (
            ",1500\n",
            ",much\n",
            "value is `much`, which is not a finite number",
        ),
        (",1500\n", ",inf\n", "value is `inf`"),
        (
            "\n0,42,net",
            "\n-1,42,net",
            "replications.csv:2: replication is `-1`, which is not a whole number",
        ),
        (
            "\n0,42,net",
            "\n0,42,7,net",
            "replications.csv:2: 8 cells, where the header has 7",
        ),
        (
            ",service,",
            ",robot,",
            "entity_type is `robot`, which is not a type of entity",
        ),
        (
            "replication,seed,",
            "replication,sEed,",
            "has no column `seed`",
        ),
        (
            "\n1,42,net_value",
            "\n0,42,net_value",
            "a second value of net_value[fleet] in that replication",
        ),
    ] {
        let home = tempfile::tempdir().unwrap();
        let out = result(&home);
        rewrite(&out, "replications", from, to);
        let opened = ResultDirectory::open(&out).unwrap();
        let why = opened.replications().unwrap_err().to_string();
        assert!(why.contains(said), "{why}");
    }
}

#[test]
fn not_a_number_is_no_value_and_missing_lines_leave_holes() {
    let home = tempfile::tempdir().unwrap();
    let out = result(&home);
    rewrite(&out, "replications", ",1500\n", ",NaN\n");
    let dropped = text(&out, "replications.csv");
    let line = dropped
        .lines()
        .find(|line| line.starts_with("0,42,value,fleet"))
        .unwrap();
    rewrite(&out, "replications", &format!("{line}\n"), "");
    let table = ResultDirectory::open(&out).unwrap().replications().unwrap();
    assert_eq!(
        table.values("value", "assistant").unwrap(),
        [None, Some(2000.0)]
    );
    let fleet = table.values("value", "fleet").unwrap();
    assert!(fleet[0].is_none() && fleet[1].is_some());
}

/// A package that somebody made up cannot lead out of its directory.
#[test]
fn no_path_leads_out() {
    let home = tempfile::tempdir().unwrap();
    let out = result(&home);
    edit(
        &out.join("datapackage.json"),
        "\"bands.csv\"",
        "\"../bands.csv\"",
    );
    let opened = ResultDirectory::open(&out).unwrap();
    assert!(matches!(
        opened.table("bands"),
        Err(ReadError::NoTable { .. })
    ));
    assert!(opened.table("../bands").is_err());
}

//! `flexcap report`: a page and pictures of whole results, and a plain refusal of anything else.

use flexcap::fingerprint::Fingerprint;

use super::{Answer, Sandbox, changed, result};

/// Replaces a text of a file, which must be there.
fn edit(sandbox: &Sandbox, file: &str, from: &str, to: &str) {
    let text = sandbox.read(file);
    assert!(text.contains(from), "`{from}` in {file}");
    sandbox.write(file, text.replacen(from, to, 1));
}

/// A report that must be refused, and leaves nothing behind.
fn refused(sandbox: &Sandbox, result: &str) -> Answer {
    let before = sandbox.entries(".");
    let answer = sandbox
        .flexcap(["report", result])
        .exits(1)
        .prints_nothing();
    assert_eq!(sandbox.entries("."), before);
    answer
}

#[test]
fn a_result_becomes_one_page_that_needs_nothing_else() {
    let sandbox = result(&[]);
    sandbox
        .flexcap(["report", "out"])
        .exits(0)
        .says(&["report.html in "]);
    let page = sandbox.read("report.html");
    for part in [
        "default-src 'none'; style-src 'sha256-",
        "Net value, USD",
        "Worst SLO: ",
        "(95%, 3 replications)",
        "Pool main",
        "chat: asked and served",
        "promised ",
        "all times are UTC; demand follows America/New_York",
        "Money by quarter",
    ] {
        assert!(page.contains(part), "{part}");
    }
    for foreign in ["http://", "https://", " src=", "@import", "url(http"] {
        let allowed = page.replace("http://www.w3.org/2000/svg", "");
        assert!(!allowed.contains(foreign), "{foreign}");
    }
    // The same result gives the same page, and an own page is replaced.
    sandbox.flexcap(["report", "out"]).exits(0);
    assert_eq!(sandbox.read("report.html"), page);
}

#[test]
fn what_a_scenario_says_is_text_and_no_markup() {
    let sandbox = Sandbox::new();
    let evil = "<script>alert(1)</script></title><img src=x onerror=alert(2)>";
    let name = "name = \"small\"";
    sandbox.write(
        "evil.toml",
        changed(name, &format!("{name}\ndescription = \"{evil}\"")),
    );
    sandbox
        .flexcap(["run", "evil.toml", "--out", "out"])
        .exits(0);
    sandbox.flexcap(["report", "out"]).exits(0);
    let page = sandbox.read("report.html");
    assert!(!page.contains("<script>alert") && !page.contains("<img"));
    assert!(
        page.contains("script&#62;alert(1)") || page.contains("script&gt;alert(1)"),
        "it is shown"
    );
    assert_eq!(page.matches("<script").count(), 2);
}

#[test]
fn an_unfinished_result_is_no_result() {
    let sandbox = result(&[]);
    std::fs::remove_file(sandbox.path("out/datapackage.json")).unwrap();
    refused(&sandbox, "out").says(&["out holds no complete result", "hint: "]);
    refused(&sandbox, "nowhere").says(&["nowhere does not exist"]);
}

#[test]
fn a_result_of_another_version_is_said_to_be_one() {
    let sandbox = result(&[]);
    let own = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    edit(
        &sandbox,
        "out/datapackage.json",
        &own,
        "\"version\": \"999.0.0\"",
    );
    refused(&sandbox, "out").says(&["flexcap 999.0.0", "hint: "]);
}

#[test]
fn an_edited_file_is_found_by_its_hash() {
    for file in [
        "summary.csv",
        "services.csv",
        "allocation.csv",
        "moves.csv",
        "bands.csv",
        "costs.csv",
        "jobs.csv",
    ] {
        let sandbox = result(&[]);
        let path = format!("out/{file}");
        let text = sandbox.read(&path);
        let digit = text.rfind(|letter: char| letter.is_ascii_digit()).unwrap();
        let other = if text.as_bytes()[digit] == b'1' {
            "2"
        } else {
            "1"
        };
        let mut edited = text.clone();
        edited.replace_range(digit..=digit, other);
        sandbox.write(&path, &edited);
        refused(&sandbox, "out").says(&[file, "was changed after it was written", "hint: "]);
        sandbox.write(&path, &text[..digit]);
        refused(&sandbox, "out").says(&[file, "bytes"]);
    }
}

/// Another program may write `NaN` for an empty cell, and describe the file anew: there is a gap then.
#[test]
fn nan_in_a_csv_is_a_gap() {
    let sandbox = result(&[]);
    let text = sandbox.read("out/services.csv");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for line in lines.iter_mut().skip(1) {
        let mut cells: Vec<&str> = line.split(',').collect();
        cells[3] = "NaN";
        cells[12] = "nan";
        *line = cells.join(",");
    }
    let edited = lines.join("\n") + "\n";
    sandbox.write("out/services.csv", &edited);
    let (old, new) = (
        Fingerprint::of(text.as_bytes()),
        Fingerprint::of(edited.as_bytes()),
    );
    edit(&sandbox, "out/datapackage.json", &old.hash, &new.hash);
    edit(
        &sandbox,
        "out/datapackage.json",
        &format!("\"bytes\": {}", old.bytes),
        &format!("\"bytes\": {}", new.bytes),
    );
    sandbox.flexcap(["report", "out"]).exits(0);
    let page = sandbox.read("report.html");
    assert!(page.contains("no values"));
    let data = page.split("id=\"data\">").nth(1).unwrap();
    let data = data.split("</script>").next().unwrap();
    assert!(serde_json::from_str::<serde_json::Value>(data).is_ok());
    assert!(!page.contains("='NaN") && !page.contains(" NaN'"));
}

#[test]
fn one_replication_has_no_spread_and_the_page_says_so() {
    let sandbox = result(&["run.replications=1", "record.replications=1"]);
    sandbox.flexcap(["report", "out"]).exits(0);
    let page = sandbox.read("report.html");
    assert!(
        page.contains("one replication: no interval")
            && page.contains("one replication: no spread")
    );
}

#[test]
fn a_replication_without_detail_still_has_its_summary() {
    let sandbox = result(&["record.replications=1"]);
    sandbox
        .flexcap(["report", "out", "--replication", "2"])
        .exits(0);
    let page = sandbox.read("report.html");
    assert!(page.contains("was not recorded in detail") && page.contains("Net value, USD"));
}

/// Only training, only a service, nothing asked for: sections without anything are left out.
#[test]
fn scenarios_without_services_training_or_traffic_have_pages() {
    for (scenario, sets) in [
        (
            "theory/checkpoint",
            ["run.replications=1", "run.horizon=4d"],
        ),
        ("theory/mmc", ["run.replications=1", "run.horizon=4d"]),
        (
            "small.toml",
            [
                "inference.chat.demand.base=\"0 /s\"",
                "ranking.feed.demand.base=\"0 /s\"",
            ],
        ),
    ] {
        let sandbox = Sandbox::new();
        let run = super::with_sets(&["run", scenario, "--out", "out"], &sets);
        sandbox.flexcap(run).exits(0);
        sandbox
            .flexcap(["report", "out", "--svg", "svg", "--out", "page.html"])
            .exits(0);
        assert!(
            sandbox.read("page.html").contains("Who has the capacity"),
            "{scenario}"
        );
        for name in sandbox.entries("svg") {
            let svg = sandbox.read(&format!("svg/{name}"));
            assert!(
                !svg.contains("NaN") && !svg.contains("='inf"),
                "{scenario}: {name}"
            );
        }
    }
}

#[test]
fn somebody_elses_file_is_not_replaced() {
    let sandbox = result(&[]);
    sandbox.write("report.html", "my notes");
    sandbox
        .flexcap(["report", "out"])
        .exits(1)
        .says(&["is no report of flexcap", "--overwrite"]);
    assert_eq!(sandbox.read("report.html"), "my notes");
    sandbox.flexcap(["report", "out", "--overwrite"]).exits(0);
    assert!(sandbox.read("report.html").starts_with("<!doctype html>"));
    sandbox
        .flexcap(["report", "out", "--out", "no/such/folder.html"])
        .exits(1)
        .says(&["cannot write no/such/folder.html"]);
}

#[test]
fn every_chart_is_a_picture_too() {
    let sandbox = result(&[]);
    sandbox
        .flexcap(["report", "out", "--svg", "pictures", "--png", "pictures"])
        .exits(0);
    assert!(!sandbox.exists("report.html"));
    let names = sandbox.entries("pictures");
    for name in [
        "capacity-main",
        "demand-chat",
        "campaigns",
        "moves",
        "growth",
        "earned",
        "power",
        "replications",
    ] {
        let (svg, png) = (format!("{name}.svg"), format!("{name}.png"));
        assert!(
            names.contains(&svg) && names.contains(&png),
            "{name} in {names:?}"
        );
        assert!(
            sandbox
                .read(&format!("pictures/{svg}"))
                .starts_with("<svg xmlns=")
        );
        let bytes = std::fs::read(sandbox.path(format!("pictures/{png}"))).unwrap();
        assert!(
            bytes.starts_with(b"\x89PNG") && bytes.len() > 3000,
            "{name}: {} bytes",
            bytes.len()
        );
    }
}

#[test]
fn two_results_stand_side_by_side_with_their_differences() {
    let sandbox = result(&[]);
    sandbox
        .run_small("second", &["policy={ dedicated = {} }"])
        .exits(0);
    sandbox.flexcap(["report", "out", "second"]).exits(0);
    let page = sandbox.read("report.html");
    // Both are called `small`, so that their folders tell them apart.
    assert!(page.contains("<h1>out</h1>") && page.contains("<h1>second</h1>"));
    assert!(page.contains("What differs") && page.contains("second less out"));
    assert!(page.contains("id=\"a-capacity-main\"") && page.contains("id=\"b-capacity-main\""));
    // A result does not differ from itself.
    sandbox
        .flexcap(["report", "out", "out", "--out", "same.html"])
        .exits(0);
    assert!(sandbox.read("same.html").contains("the 0 of "));
}

#[test]
fn a_sweep_has_a_page_of_its_own() {
    let sandbox = Sandbox::new();
    let axes = [
        "--axis",
        "run.step=[\"1h\", \"2h\"]",
        "--axis",
        "pool.main.accelerators=256..320/32",
    ];
    let run = ["sweep", "small.toml", "--out", "swept"]
        .into_iter()
        .chain(axes);
    sandbox.flexcap(run).exits(0);
    sandbox.flexcap(["report", "swept"]).exits(0);
    let page = sandbox.read("report.html");
    for part in [
        "Response curves",
        "Two axes at once",
        "Which axis matters most",
        "The best points",
        "6 points",
    ] {
        assert!(page.contains(part), "{part}");
    }
    sandbox.run_small("out", &[]).exits(0);
    sandbox
        .flexcap(["report", "out", "swept"])
        .exits(1)
        .says(&["swept is a sweep"]);
}

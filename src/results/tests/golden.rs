//! Small results, byte by byte.

use std::path::Path;

use crate::results::testing::{finish, replication, text, writer};

fn lines_after_header(directory: &Path, name: &str) -> String {
    let text = text(directory, name);
    text.split_once('\n').unwrap().1.to_owned()
}

#[test]
fn detail_tables_read_like_this() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("tiny");
    let writer = writer(&out);
    let results = [replication(&writer, 0, true), replication(&writer, 1, true)];
    finish(writer, &results);
    for (file, first) in [
        (
            "fleet.csv",
            "0,2024-07-01T00:00:00Z,main,96,0.333333,0,0,8,77.25\n",
        ),
        (
            "allocation.csv",
            "0,2024-07-01T00:00:00Z,main,assistant,64,40.123457,0,8,0.5\n",
        ),
        (
            "services.csv",
            "0,2024-07-01T00:00:00Z,assistant,0,0,0,0,0,0,,0.25,,,,1500\n",
        ),
        (
            "jobs.csv",
            "0,llama/0,llama,2024-06-30T00:00:00Z,2024-07-01T00:00:00Z,,2048,,1000000,10.5,0,0.25,3,running\n",
        ),
        (
            "moves.csv",
            "0,0,2024-07-01T03:00:00Z,main,idle,llama,16,delivery,12.5,0,\n",
        ),
        (
            "events.csv",
            "0,0,2024-07-01T01:00:00Z,failure,edge,8\n0,1,2024-07-01T02:00:00Z,delivery,more,1024\n",
        ),
    ] {
        let second: String = first
            .lines()
            .map(|line| format!("1{}\n", &line[1..]))
            .collect();
        assert_eq!(
            lines_after_header(&out, file),
            format!("{first}{second}"),
            "{file}"
        );
    }
}

#[test]
fn outcome_tables_read_like_this() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("tiny");
    let writer = writer(&out);
    let results = [
        replication(&writer, 0, false),
        replication(&writer, 1, false),
    ];
    finish(writer, &results);
    for (file, line) in [
        (
            "summary.csv",
            "utilization,pool,edge,1,2,1.5,0.5,0.3333333333333333,2.5",
        ),
        ("replications.csv", "0,42,net_value,fleet,fleet,USD,4341"),
        (
            "replications.csv",
            "1,42,offered,service,assistant,requests,4000",
        ),
        ("replications.csv", "0,42,slo_attainment,service,feed,1,"),
        (
            "bands.csv",
            "2024-07-02,energy_kwh,site,main,kWh,2,0,2.5,1e20",
        ),
    ] {
        let text = text(&out, file);
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    assert!(lines_after_header(&out, "fleet.csv").is_empty());
}

#[test]
fn costs_are_what_each_quarter_added_and_sum_to_the_metric() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("tiny");
    let writer = writer(&out);
    let results = [replication(&writer, 0, false)];
    finish(writer, &results);
    assert_eq!(
        text(&out, "costs.csv"),
        "replication,quarter,entity,category,amount\n\
         0,2024Q3,llama,value,1000\n0,2024Q3,assistant,value,500\n\
         0,2024Q3,assistant,penalties,40\n0,2024Q3,llama,conversion,6\n0,2024Q3,main,energy,7\n\
         0,2024Q3,main,depreciation,80\n0,2024Q3,edge,depreciation,30\n\
         0,2024Q3,main,idle_depreciation,10\n0,2024Q3,edge,idle_depreciation,5\n\
         0,2024Q4,llama,value,2000\n0,2024Q4,assistant,value,1000\n\
         0,2024Q4,assistant,penalties,80\n0,2024Q4,llama,conversion,12\n0,2024Q4,main,energy,14\n\
         0,2024Q4,main,depreciation,160\n0,2024Q4,edge,depreciation,60\n\
         0,2024Q4,main,idle_depreciation,20\n0,2024Q4,edge,idle_depreciation,10\n"
    );
    assert!(text(&out, "replications.csv").contains(",value,fleet,fleet,USD,4500\n"));
}

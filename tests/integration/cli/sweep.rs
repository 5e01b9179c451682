//! `flexcap sweep` as a user drives it: tables, the run matrix, shards and their merge, failing points, and what is
//! refused.

use std::fs;

use super::{Answer, SMALL, Sandbox};

const SWEEP: &str = r#"
[sweep]
name = "try"
scenario = "small.toml"
replications = 3

[axis.share]
key = "pool.*.flexible_share"
range = { from = 0.0, to = 1.0, step = 0.25 }

[axis.policy]
key = "policy"
values = [{ dedicated = {} }, { priority = { order = ["feed", "chat", "llama"] } }]
"#;

pub const TABLES: [&str; 3] = [
    "sweep_points.csv",
    "sweep_replications.csv",
    "sweep_summary.csv",
];

/// A sandbox with `try.toml`, ten points of three replications of `small.toml`.
pub fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("try.toml", SWEEP);
    sandbox
}

/// The tables of the sweep in `out`.
pub fn tables(sandbox: &Sandbox, out: &str) -> Vec<String> {
    TABLES
        .iter()
        .map(|table| sandbox.read(&format!("{out}/{table}")))
        .collect()
}

fn sweep(sandbox: &Sandbox, out: &str, more: &[&str]) -> Answer {
    let arguments = ["sweep", "try.toml", "--out", out];
    sandbox.flexcap(arguments.into_iter().chain(more.iter().copied()))
}

#[test]
fn tables_are_tidy_and_described() {
    let sandbox = sandbox();
    let answer = sandbox
        .flexcap(["sweep", "try.toml"])
        .exits(0)
        .prints_nothing();
    answer.says(&["try: 10 points, 30 runs", "results/try"]);
    let points = sandbox.read("results/try/sweep_points.csv");
    assert!(
        points.starts_with(
            "share,policy,point,status,replications,problem\n0,{ dedicated = {} },0,done,3,\n"
        ),
        "{points}"
    );
    assert_eq!(points.lines().count(), 11);
    assert!(points.contains("\n0.75,"), "decimal steps: {points}");
    let summary = sandbox.read("results/try/sweep_summary.csv");
    assert!(summary.starts_with("share,policy,point,metric,entity_type,entity,unit,replications,mean,std_dev,ci95_low,ci95_high\n"));
    let package: serde_json::Value =
        serde_json::from_str(&sandbox.read("results/try/datapackage.json")).unwrap();
    assert_eq!(
        (package["generator"].as_str(), package["points"].as_u64()),
        (Some("flexcap"), Some(10))
    );
    let tables = package["resources"].as_array().unwrap();
    assert_eq!(tables.len(), 3);
    for table in tables {
        let path = format!("results/try/{}", table["path"].as_str().unwrap());
        let text = sandbox.read(&path);
        let fields = table["schema"]["fields"].as_array().unwrap();
        let names: Vec<&str> = fields
            .iter()
            .map(|field| field["name"].as_str().unwrap())
            .collect();
        assert_eq!(text.lines().next().unwrap(), names.join(","), "{path}");
        assert_eq!(table["bytes"].as_u64().unwrap(), text.len() as u64);
    }
    assert!(
        sandbox.exists("results/try/inputs/try.toml")
            && sandbox.exists("results/try/inputs/small.toml")
    );
}

#[test]
fn the_bytes_depend_on_nothing_but_the_sweep() {
    let sandbox = sandbox();
    sweep(&sandbox, "one", &["--threads", "1"]).exits(0);
    sweep(&sandbox, "two", &["--threads", "2"]).exits(0);
    assert_eq!(tables(&sandbox, "one"), tables(&sandbox, "two"));
    // Again: everything is found, and the tables are the same.
    let again = sweep(&sandbox, "one", &[]).exits(0);
    again.says(&["30 of them from the store"]);
    assert_eq!(tables(&sandbox, "one"), tables(&sandbox, "two"));
}

#[test]
fn the_run_matrix_is_printed_and_nothing_written() {
    let sandbox = sandbox();
    let answer = sandbox.flexcap(["sweep", "try.toml", "--dry-run"]).exits(0);
    let answer = answer.prints(&["point,replications,share,policy\n0,0-2,0,{ dedicated = {} }\n"]);
    answer.says(&["10 points, 30 runs"]);
    assert!(!sandbox.exists("results"));
    let shard = sandbox
        .flexcap(["sweep", "try.toml", "--dry-run", "--shard", "1/2"])
        .exits(0);
    shard.says(&["15 runs"]).prints(&["\n0,1,0,", "\n1,0 2,0,"]);
    let json = sandbox
        .flexcap(["sweep", "try.toml", "--dry-run", "--json"])
        .exits(0);
    let matrix: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(matrix.as_array().unwrap().len(), 10);
    assert_eq!(
        matrix[3],
        serde_json::json!({ "point": 3, "replications": 3, "axes": {
            "share": 0.25,
            "policy": "{ priority = { order = [\"feed\", \"chat\", \"llama\"] } }",
        } })
    );
}

#[test]
fn shards_in_any_order_merge_to_what_one_process_makes() {
    let sandbox = sandbox();
    sweep(&sandbox, "whole", &[]).exits(0);
    sweep(&sandbox, "parts", &["--shard", "2/3"])
        .exits(0)
        .says(&["of shard 2/3", "--merge"]);
    let early = sweep(&sandbox, "parts", &["--merge"]).exits(1);
    early.says(&[
        "20 of 30 runs are missing",
        "point 0 replication 0",
        "and 10 more",
    ]);
    assert!(!sandbox.exists("parts/sweep_points.csv"));
    for (variable, index) in [("SLURM_ARRAY_TASK_ID", "0"), ("JOB_COMPLETION_INDEX", "1")] {
        let mut command = sandbox.command();
        command.args(["sweep", "try.toml", "--out", "parts", "--shard", "auto/3"]);
        Answer::of(command.env(variable, index))
            .exits(0)
            .says(&["10 runs"]);
    }
    for _ in 0..2 {
        sweep(&sandbox, "parts", &["--merge"])
            .exits(0)
            .says(&["30 of them from the store"]);
        assert_eq!(tables(&sandbox, "parts"), tables(&sandbox, "whole"));
    }
}

#[test]
fn shards_that_are_none_are_refused() {
    let sandbox = sandbox();
    for (shard, text) in [
        ("3/3", "numbered from 0"),
        ("3", "write I/N"),
        ("x/3", "write I/N"),
        ("-1/3", "write I/N"),
        ("0/0", "there is no shard"),
        (
            "auto/3",
            "neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX is set",
        ),
    ] {
        let shard = format!("--shard={shard}");
        sandbox
            .flexcap(["sweep", "try.toml", &shard])
            .exits(2)
            .says(&[text]);
    }
    let mut command = sandbox.command();
    command
        .args(["sweep", "try.toml", "--shard", "auto/3"])
        .env("SLURM_ARRAY_TASK_ID", "x");
    Answer::of(&mut command).exits(2).says(&["no whole number"]);
}

/// A point that fails is told at once with what it set; the others are done.
#[test]
fn a_failing_point() {
    let sandbox = sandbox();
    let axes = [
        "--axis",
        "pool.main.accelerators=[256, 128]",
        "--axis",
        "run.seed=[1, 2]",
    ];
    let run = |more: &[&str]| {
        let arguments = ["sweep", "small.toml", "--out", "out"]
            .into_iter()
            .chain(axes);
        sandbox.flexcap(arguments.chain(more.iter().copied()))
    };
    run(&[]).exits(4).says(&[
        "point 2 failed (pool.main.accelerators = 128, run.seed = 1): ",
        "2 of 4 points failed",
    ]);
    let points = sandbox.read("out/sweep_points.csv");
    assert!(
        points.contains("256,1,0,done,3,\n") && points.contains("128,1,2,failed,0,"),
        "{points}"
    );
    assert!(!sandbox.read("out/sweep_summary.csv").contains("\n128,"));
    let whole = tables(&sandbox, "out");
    run(&["--keep-going"]).exits(4);
    assert_eq!(tables(&sandbox, "out"), whole);
    run(&["--fail-fast", "--threads", "1"])
        .exits(4)
        .says(&["stopped at the first point that failed"]);
    run(&["--fail-fast", "--keep-going"]).exits(2);
}

/// A shard that did its part has ended well, whatever its points came to, or no cluster would go on to the merge.
#[test]
fn a_shard_with_a_failing_point_has_done_its_part() {
    let sandbox = sandbox();
    let run = |more: &[&str]| {
        let axis = [
            "sweep",
            "small.toml",
            "--axis",
            "pool.main.accelerators=[256, 128]",
        ];
        sandbox.flexcap(axis.into_iter().chain(more.iter().copied()))
    };
    for shard in ["0/2", "1/2"] {
        run(&["--out", "parts", "--shard", shard]).exits(0).says(&[
            "point 1 failed",
            &format!("1 of 2 points failed of shard {shard}"),
        ]);
    }
    run(&["--out", "parts", "--merge"])
        .exits(4)
        .says(&["1 of 2 points failed"]);
    run(&["--out", "whole"]).exits(4);
    assert_eq!(tables(&sandbox, "parts"), tables(&sandbox, "whole"));
    run(&["--out", "fast", "--shard", "1/2", "--fail-fast"]).exits(4);
}

#[test]
fn bad_sweeps_are_refused_before_anything_runs() {
    let sandbox = sandbox();
    let with = |from: &str, to: &str| {
        assert!(SWEEP.contains(from));
        sandbox.write("bad.toml", SWEEP.replace(from, to));
        sandbox.flexcap(["sweep", "bad.toml"]).prints_nothing()
    };
    with("flexible_share", "flexible_shore")
        .exits(3)
        .says(&["bad.toml:8:", "^", "flexible_share"]);
    with(
        "values = [{ dedicated = {} }, ",
        "values = [{ dedicaded = {} }, ",
    )
    .exits(3)
    .says(&["bad.toml:13:", "dedicated"]);
    with("small.toml", "smal.toml")
        .exits(3)
        .says(&["bad.toml:4:", "there is no file"]);
    with("step = 0.25", "step = 1e-9")
        .exits(2)
        .says(&["2000000002 points", "--yes"]);
    sandbox
        .flexcap(["sweep", "small.toml", "--axis", "run.seed=1..1000000000/1"])
        .exits(2)
        .says(&["1000000000 points of 3"]);
    sandbox
        .flexcap(["sweep", "small.toml"])
        .exits(3)
        .says(&["this is a scenario, not a sweep"]);
    sandbox.flexcap(["sweep"]).exits(2);
    for command in ["run", "validate"] {
        let answer = sandbox.flexcap([command, "try.toml"]).exits(3);
        let answer = answer.says(&[
            "this is a sweep, not a scenario",
            "try.toml:2:",
            "flexcap sweep",
        ]);
        assert_eq!(answer.stderr.matches("error: ").count(), 1, "{answer}");
    }
    // A constraint that keeps nothing, told where it stands, by a run and by its plan.
    sandbox.write(
        "none.toml",
        SWEEP.replace("replications = 3", "constraint = \"share > 1\""),
    );
    for more in [
        &["sweep", "none.toml"][..],
        &["sweep", "none.toml", "--dry-run"],
    ] {
        let answer = sandbox.flexcap(more.iter().copied()).prints_nothing();
        answer
            .exits(3)
            .says(&["keeps no point", "none.toml:5:", "^"]);
    }
    assert!(!sandbox.exists("results"));
}

#[test]
fn places_that_cannot_be_used() {
    let sandbox = sandbox();
    sandbox.write("file", "");
    fs::create_dir(sandbox.path("full")).unwrap();
    sandbox.write("full/mine.txt", "dear");
    sweep(&sandbox, "file", &[])
        .exits(1)
        .says(&["is not a directory"]);
    sweep(&sandbox, "full", &[])
        .exits(1)
        .says(&["holds other things than a flexcap sweep", "--out DIR"]);
    assert_eq!(sandbox.entries("full"), ["mine.txt"]);
    // A folder that only looks like a sweep's.
    fs::create_dir_all(sandbox.path("shop/store")).unwrap();
    sandbox.write("shop/store/goods.txt", "dear");
    fs::create_dir_all(sandbox.path("empty/store")).unwrap();
    sandbox.write("empty/mine.txt", "dear");
    for out in ["shop", "empty"] {
        sweep(&sandbox, out, &[])
            .exits(1)
            .says(&["holds other things than a flexcap sweep"]);
    }
    assert_eq!(sandbox.entries("shop/store"), ["goods.txt"]);
    // One that was claimed just before the machine went down.
    fs::create_dir_all(sandbox.path("young/store")).unwrap();
    sweep(&sandbox, "young", &[]).exits(0);
    assert!(sandbox.exists("young/store/README.txt"));
}

/// What one version wrote is no answer of another.
#[test]
fn results_of_another_version_are_not_used() {
    let sandbox = sandbox();
    sweep(&sandbox, "out", &[]).exits(0);
    let own = format!("out/store/0-of-1-{}.log", env!("CARGO_PKG_VERSION"));
    fs::rename(
        sandbox.path(own),
        sandbox.path("out/store/0-of-1-0.0.1.log"),
    )
    .unwrap();
    let answer = sweep(&sandbox, "out", &[])
        .exits(0)
        .says(&["also has results of flexcap 0.0.1"]);
    assert!(!answer.stderr.contains("from the store)"), "{answer}");
}

/// A damaged store is told, what it lost is done again, and the tables are the same.
#[test]
fn a_damaged_store_is_made_good() {
    let sandbox = sandbox();
    sweep(&sandbox, "out", &[]).exits(0);
    let whole = tables(&sandbox, "out");
    let log = sandbox.path(format!(
        "out/store/0-of-1-{}.log",
        env!("CARGO_PKG_VERSION")
    ));
    let mut bytes = fs::read(&log).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    bytes.truncate(bytes.len() - 10);
    fs::write(&log, bytes).unwrap();
    sweep(&sandbox, "out", &[])
        .exits(0)
        .says(&["is damaged in 2 places", "28 of them from the store"]);
    assert_eq!(tables(&sandbox, "out"), whole);
    let again = sweep(&sandbox, "out", &[]).exits(0).says(&["30 of them"]);
    assert!(!again.stderr.contains("damaged"));
}

#[test]
fn more_replications_and_other_values_reuse_what_applies() {
    let sandbox = sandbox();
    sweep(&sandbox, "out", &[]).exits(0);
    sweep(&sandbox, "out", &["--replications", "4"])
        .exits(0)
        .says(&["40 runs (30 of them"]);
    sweep(&sandbox, "out", &["--seed", "8"])
        .exits(0)
        .says(&["10 points, 30 runs in"]);
    sandbox.write(
        "small.toml",
        SMALL
            .replace("spares = 8", "spares = 0")
            .replace("feed = 56", "feed = 64"),
    );
    sweep(&sandbox, "out", &[])
        .exits(0)
        .says(&["10 points, 30 runs in"]);
}

#[test]
fn designs_tell_what_matters() {
    let sandbox = sandbox();
    for (design, points, index) in [
        ("{ sobol = { points = 8, indices = true } }", 32, "total"),
        ("{ morris = { trajectories = 4 } }", 12, "mu_star"),
        ("{ latin-hypercube = { points = 7 } }", 7, ""),
    ] {
        sandbox.write(
            "d.toml",
            SWEEP.replace(
                "replications = 3",
                &format!("replications = 1\ndesign = {design}"),
            ),
        );
        sandbox
            .flexcap(["sweep", "d.toml", "--out", "d"])
            .exits(0)
            .says(&[&format!("{points} points")]);
        assert_eq!(
            sandbox.read("d/sweep_points.csv").lines().count(),
            points + 1
        );
        assert_eq!(sandbox.exists("d/sweep_sensitivity.csv"), !index.is_empty());
        if !index.is_empty() {
            let table = sandbox.read("d/sweep_sensitivity.csv");
            assert!(table.starts_with(
                "axis,metric,entity_type,entity,index,unit,value,std_error,samples\n"
            ));
            assert!(
                table.contains(&format!("share,utilization,fleet,fleet,{index},")),
                "{table}"
            );
        }
    }
}

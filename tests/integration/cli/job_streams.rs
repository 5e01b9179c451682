//! Streams of jobs at the command line: what is refused, with the line and the arithmetic, and the
//! rows that come out.

use super::{Sandbox, changed, refused};

const CAMPAIGN: &str = "work = \"3000 accelerator-hours\"\ngang = 128\n";

fn stream(keys: &str) -> String {
    format!("stream = {{ arrivals = \"40 /d\", {keys} }}\n")
}

#[test]
fn neither_or_both_forms_of_training() {
    let texts = [
        "`training.llama` has none of `work`, `stream`",
        "exactly one",
    ];
    let sandbox = Sandbox::new();
    let answer = sandbox.validate_changed(CAMPAIGN, "").exits(3);
    answer.says(&texts);
    let both = format!(
        "{CAMPAIGN}{}",
        stream("accelerators = 8, duration = \"5h\"")
    );
    let answer = sandbox.validate_changed(CAMPAIGN, &both).exits(3);
    answer.says(&["has both `work` and `stream`", "exactly one"]);
}

#[test]
fn a_campaign_needs_its_gang_and_has_no_queue() {
    let sandbox = Sandbox::new();
    let answer = sandbox.validate_changed("gang = 128\n", "").exits(3);
    answer.says(&["`training.llama` needs the key `gang`", "work in step"]);
    let texts = ["`discipline` has no meaning beside `work`", "no queue"];
    let answer = sandbox.validate_changed("gang = 128\n", "gang = 128\ndiscipline = \"fifo\"\n");
    answer.exits(3).says(&texts);
}

#[test]
fn jobs_without_length_or_size() {
    for (keys, texts) in [
        (
            "accelerators = 8, duration = \"0h\"",
            ["`training.llama.stream.duration` is 0", "must take time"],
        ),
        (
            "accelerators = 8, duration = { empirical = { values = [\"0s\", \"1h\"], weights = [1, 1] } }",
            ["`training.llama.stream.duration` is 0", "must take time"],
        ),
        (
            "accelerators = 0, duration = \"5h\"",
            ["`training.llama.stream.accelerators` is 0", "at least one"],
        ),
        (
            "accelerators = 8, duration = \"-5h\"",
            ["`training.llama.stream.duration`", "negative"],
        ),
    ] {
        refused(CAMPAIGN, &stream(keys), &texts);
    }
}

#[test]
fn jobs_larger_than_every_pool() {
    // 256 less 8 spares, and 64 on order.
    let keys = "accelerators = { uniform = { from = 1, to = 313 } }, duration = \"5h\"";
    let texts = [
        "the largest jobs of `llama` need 313 accelerators, in whole servers of 8 320",
        "`main`, has 312",
        "spares do not count",
    ];
    refused(CAMPAIGN, &stream(keys), &texts);
    let keys = "accelerators = { lognormal = { mean = 400, cv = 1.0 } }, duration = \"5h\"";
    refused(
        CAMPAIGN,
        &stream(keys),
        &["the jobs of `llama` need 400 accelerators on average"],
    );
}

#[test]
fn rates_and_profiles_that_are_none() {
    let with = |arrivals: &str, more: &str| {
        format!("stream = {{ arrivals = {arrivals}, {more}accelerators = 8, duration = \"5h\" }}\n")
    };
    refused(
        CAMPAIGN,
        &with("\"-40 /d\"", ""),
        &["`training.llama.stream.arrivals`", "negative"],
    );
    refused(
        CAMPAIGN,
        &with("40", ""),
        &["`training.llama.stream.arrivals` needs a unit", "/d"],
    );
    refused(CAMPAIGN, &with("\"1e9 /s\"", ""), &["at most 100 /s"]);
    let texts = ["demand profile `sociable`", "did you mean `social`?"];
    refused(
        CAMPAIGN,
        &with("\"40 /d\"", "profile = \"sociable\", "),
        &texts,
    );
}

#[test]
fn priorities_that_are_none() {
    let with = |priority: &str| {
        stream(&format!(
            "accelerators = 8, duration = \"5h\", priority = {priority}"
        ))
    };
    for (priority, text) in [
        ("-1", "this is negative"),
        ("nan", "`nan` is not a finite number"),
        ("\"high\"", "must be a number, but this is a string"),
        (
            "{ empirical = { values = [-1, 0], weights = [1, 1] } }",
            "this must be at least 0",
        ),
    ] {
        let texts = ["training.llama.stream.priority", text];
        refused(CAMPAIGN, &with(priority), &texts);
    }
}

#[test]
fn keys_that_a_stream_would_ignore() {
    let keys = stream("accelerators = 8, duration = \"5h\"");
    let sandbox = Sandbox::new();
    for (key, texts) in [
        ("gang = 128\n", "`gang` has no meaning beside `stream`"),
        (
            "within = \"pod\"\n",
            "`within` has no meaning beside `stream`",
        ),
        ("mfu = 0.4\n", "`mfu` has no meaning beside `stream`"),
        (
            "submit = \"2024-07-02\"\n",
            "`submit` has no meaning beside `stream`",
        ),
        (
            "discipline = \"fifo\"\nbackfill_depth = 9\n",
            "`backfill_depth` has no meaning beside `fifo`",
        ),
        ("backfill_depth = 0\n", "at least 1"),
        ("discipline = \"lifo\"\n", "`training.llama.discipline`"),
    ] {
        let answer = sandbox.validate_changed(CAMPAIGN, &format!("{keys}{key}"));
        answer.exits(3).prints_nothing().says(&[texts]);
    }
    let value = "value = { per_accelerator_hour = 2.0 }";
    let paid = changed(CAMPAIGN, &keys).replace(value, "value = { on_completion = 2.0 }");
    sandbox.write("paid.toml", paid);
    let answer = sandbox.flexcap(["validate", "paid.toml"]).exits(3);
    answer.says(&[
        "`on_completion` has no meaning beside `stream`",
        "per_accelerator_hour",
    ]);
}

#[test]
fn every_job_has_a_row() {
    let sandbox = Sandbox::new();
    let keys = "accelerators = { empirical = { values = [8, 64], weights = [3, 1] } }, duration = { lognormal = { mean = \"2h\", cv = 2.0 } }";
    sandbox.write("jobs.toml", changed(CAMPAIGN, &stream(keys)));
    let answer = sandbox.flexcap(["run", "jobs.toml", "--out", "out"]);
    answer.exits(0);
    let jobs = sandbox.read("out/jobs.csv");
    assert!(jobs.lines().count() > 100, "{jobs}");
    assert!(
        jobs.contains(",completed") && jobs.contains("1,llama/"),
        "{jobs}"
    );
    let summary = sandbox.read("out/summary.csv");
    for metric in [
        "slowdown_mean",
        "queueing_time_mean",
        "jobs_completed",
        "goodput",
    ] {
        let line = format!("{metric},workload,llama");
        assert!(summary.contains(&line), "{metric}");
    }
}

//! `flexcap run --bound`: three more metrics and nothing else changed; what has no bound is refused.

use super::tables::{NAMES, assert_same, read};
use super::{Sandbox, with_sets};

const METRICS: [&str; 3] = ["bound", "regret", "gap_closed"];

/// Lines of a CSV that are about none of the bound's metrics.
fn others(csv: &str) -> Vec<&str> {
    let of_bound = |line: &&str| {
        let mut words = line.split(',');
        words.any(|word| METRICS.contains(&word))
    };
    csv.lines().filter(|line| !of_bound(line)).collect()
}

#[test]
fn the_bound_adds_three_metrics_and_changes_nothing_else() {
    let sandbox = Sandbox::new();
    sandbox
        .flexcap(["run", "small.toml", "--out", "plain"])
        .exits(0);
    let answer = sandbox.flexcap(["run", "small.toml", "--out", "bound", "--bound"]);
    answer
        .exits(0)
        .prints(&["bound on net value", "regret", "gap closed"]);
    for name in NAMES {
        let (plain, bound) = (format!("plain/{name}.csv"), format!("bound/{name}.csv"));
        let (plain, bound) = (sandbox.read(&plain), sandbox.read(&bound));
        assert_eq!(others(&plain), others(&bound), "{name}");
        let more = bound.lines().count() - plain.lines().count();
        let expected = match name {
            "summary" => 3,
            "replications" => 9,
            _ => 0,
        };
        assert_eq!(more, expected, "{name}");
    }
}

#[test]
fn no_replication_exceeds_its_bound_and_the_shares_are_what_they_say() {
    let sandbox = Sandbox::new();
    for (policy, out) in [
        ("policy={ dedicated = {} }", "dedicated"),
        ("policy={ value = {} }", "value"),
    ] {
        let arguments = ["run", "small.toml", "--bound", "--out", out];
        let crowded = "inference.chat.demand.base=900 /s";
        let arguments = with_sets(&arguments, &[policy, crowded]);
        sandbox.flexcap(arguments).exits(0);
    }
    let of = |out: &str, metric: &str| -> Vec<f64> {
        let csv = read(&sandbox, &format!("{out}/replications.csv"));
        let value = csv.index("value");
        let rows = csv.having(&[("metric", metric), ("entity", "fleet")]);
        rows.map(|row| row[value].parse().unwrap()).collect()
    };
    for replication in 0..3 {
        let at = |out: &str, metric: &str| of(out, metric)[replication];
        let (bound, fixed) = (at("value", "bound"), at("dedicated", "net_value"));
        let net_value = at("value", "net_value");
        assert!(net_value < bound && fixed < bound);
        assert!((0.0..1.0).contains(&at("value", "regret")));
        let closed = (net_value - fixed) / (bound - fixed);
        assert!(
            (at("value", "gap_closed") - closed).abs() < 1e-9,
            "{closed}"
        );
        assert_eq!(at("dedicated", "gap_closed"), 0.0);
    }
}

#[test]
fn threads_do_not_matter_to_the_bound() {
    let sandbox = Sandbox::new();
    for threads in ["1", "2"] {
        let arguments = [
            "run",
            "small.toml",
            "--bound",
            "--threads",
            threads,
            "--out",
            threads,
        ];
        sandbox.flexcap(arguments).exits(0);
    }
    assert_same(&sandbox, "1", "2");
}

#[test]
fn what_has_no_bound_is_refused_before_anything_runs() {
    let sandbox = Sandbox::new();
    let refused = |sets: &[&str], texts: &[&str]| {
        let arguments = with_sets(&["run", "small.toml", "--bound"], sets);
        let answer = sandbox.flexcap(arguments);
        answer.exits(2).prints_nothing().says(texts);
        assert!(!sandbox.exists("results"));
    };
    refused(
        &[
            "ranking.feed.fidelity=request",
            "ranking.feed.demand.base=10 /s",
        ],
        &["--bound: small: no bound is known for `feed`", "one by one"],
    );
    refused(
        &["run.horizon=2y"],
        &["at most 20000 cells", "17532 intervals", "3 workloads"],
    );
}

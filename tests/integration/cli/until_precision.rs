//! `flexcap run --until-precision`: as many replications as it takes, and the files that a plain run of that number writes.

use super::{Answer, Sandbox};

fn run(sandbox: &Sandbox, out: &str, more: &[&str]) -> Answer {
    let arguments = ["run", "small.toml", "--out", out];
    sandbox.flexcap(arguments.into_iter().chain(more.iter().copied()))
}

fn reached(answer: &Answer) -> serde_json::Value {
    let answers: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
    answers[0]["precision"][0].clone()
}

/// The value of chat varies with its demand, so that five replications are not enough.
const UNTIL: [&str; 6] = [
    "--until-precision",
    "8%",
    "--metric",
    "value[chat]",
    "--replications",
    "5",
];

#[test]
fn the_result_is_that_of_a_plain_run_of_that_many() {
    let sandbox = Sandbox::new();
    let mut counts = Vec::new();
    for (out, threads) in [("one", "1"), ("two", "2")] {
        let more = ["--json", "--threads", threads];
        let answer = run(&sandbox, out, &[&UNTIL[..], &more[..]].concat()).exits(0);
        let precision = reached(&answer);
        assert_eq!(precision["converged"], true, "{answer}");
        assert!(precision["relative_half_width"].as_f64().unwrap() <= 0.08);
        counts.push(precision["replications"].as_u64().unwrap());
    }
    let count = counts[0];
    assert!(counts[1] == count && count > 5, "{counts:?}");
    run(&sandbox, "plain", &["--replications", &count.to_string()]).exits(0);
    let files = sandbox.entries("plain");
    assert!(files.len() > 10);
    for out in ["one", "two"] {
        assert_eq!(sandbox.entries(out), files);
        for file in files
            .iter()
            .filter(|file| file.ends_with(".csv") || *file == "scenario.toml")
        {
            let (found, plain) = (
                sandbox.read(&format!("{out}/{file}")),
                sandbox.read(&format!("plain/{file}")),
            );
            assert!(found == plain, "{out}/{file}");
        }
        let package = |of: &str| -> serde_json::Value {
            let mut package: serde_json::Value =
                serde_json::from_str(&sandbox.read(&format!("{of}/datapackage.json"))).unwrap();
            package["argv"] = serde_json::Value::Null;
            package
        };
        assert_eq!(package(out), package("plain"));
    }
}

#[test]
fn it_says_how_many_it_took_and_whether_that_was_enough() {
    let sandbox = Sandbox::new();
    let answer = run(&sandbox, "a", &UNTIL).exits(0);
    answer.prints(&[
        "value[chat]: ",
        " replications; converged, 8% was asked for",
    ]);
    let tight = ["--until-precision", "0.0001%", "--max-replications", "7"];
    let answer = run(&sandbox, "b", &tight).exits(0);
    answer
        .prints(&[
            "2 days, 7 replications",
            "net_value[fleet]: ",
            "of 7 replications; not converged, 1.00e-4% was",
        ])
        .says(&["small: 7 replications in"]);
    // Fewer than five are not looked at, whatever the scenario says.
    let loose = [
        "--until-precision",
        "1000%",
        "--replications",
        "2",
        "--json",
    ];
    let precision = reached(&run(&sandbox, "c", &loose).exits(0));
    assert_eq!(
        (&precision["replications"], &precision["converged"]),
        (&5.into(), &true.into())
    );
    // What has no value at all never converges.
    let none = [
        "--until-precision",
        "10%",
        "--metric",
        "ranked_share[chat]",
        "--max-replications",
        "6",
        "--json",
    ];
    let precision = reached(&run(&sandbox, "d", &none).exits(0));
    assert_eq!(
        (&precision["replications"], &precision["converged"]),
        (&0.into(), &false.into())
    );
    // Two metrics: the harder one decides.
    let both = ["--metric", "offered[feed]", "--json"];
    let answer = run(&sandbox, "e", &[&UNTIL[..], &both[..]].concat()).exits(0);
    let answers: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!(answers[0]["precision"].as_array().unwrap().len(), 2);
}

#[test]
fn nothing_runs_where_the_request_makes_no_sense() {
    let sandbox = Sandbox::new();
    for (arguments, said) in [
        (&["--until-precision", "1"][..], "as in 1%"),
        (&["--until-precision", "0%"], "as in 1%"),
        (
            &["--until-precision", "1%", "--metric", "net_value"],
            "METRIC[ENTITY]",
        ),
        (
            &["--until-precision", "1%", "--metric", "net_valeu[fleet]"],
            "did you mean `net_value[fleet]`?",
        ),
        (
            &["--until-precision", "1%", "--metric", "value[chta]"],
            "did you mean `value[chat]`?",
        ),
        (&["--until-precision", "1%", "--max-replications", "4"], "4"),
        (
            &[
                "--until-precision",
                "1%",
                "--max-replications",
                "8",
                "--replications",
                "9",
            ],
            "at most 8 are allowed",
        ),
        (&["--metric", "net_value[fleet]"], "--until-precision"),
        (&["--max-replications", "9"], "--until-precision"),
    ] {
        run(&sandbox, "out", arguments)
            .exits(2)
            .prints_nothing()
            .says(&[said]);
    }
    let dry = [
        "--until-precision",
        "1%",
        "--max-replications",
        "50",
        "--dry-run",
    ];
    run(&sandbox, "out", &dry)
        .exits(0)
        .prints(&["small: 5 to 50 replications of 48 steps"]);
    assert_eq!(sandbox.entries("."), ["small.toml"]);
}

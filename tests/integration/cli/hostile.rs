//! Numbers that no planner writes and every fuzzer does. Each is either refused with a message (exit 3) or run to the
//! end with finite numbers in every file (exit 0): never a panic, an overflow, a NaN or an endless run.

use super::tables::{NAMES, read};
use super::{Answer, Sandbox, with_sets};

/// Refused with all of `texts`.
#[track_caller]
fn refused(set: &str, texts: &[&str]) {
    let sandbox = Sandbox::new();
    let answer = sandbox.run_small("out", &[set]).exits(3).prints_nothing();
    answer.says(&["error: ", "= help: "]).says(texts);
    assert!(!sandbox.exists("out"));
}

/// Runs, or is refused; whatever is written is finite.
#[track_caller]
fn survived(sandbox: &Sandbox, sets: &[&str]) -> Answer {
    let run = ["run", "small.toml", "--overwrite", "--out", "out"];
    let answer = sandbox.flexcap(with_sets(&run, sets));
    match answer.code {
        Some(3) => assert!(answer.stderr.contains("error: "), "{sets:?}: {answer}"),
        Some(0) => {
            for name in NAMES {
                for row in read(sandbox, &format!("out/{name}.csv")).rows {
                    let odd =
                        |cell: &String| ["nan", "inf", "-inf"].contains(&&*cell.to_lowercase());
                    assert!(!row.iter().any(odd), "{sets:?}: {name}: {row:?}");
                }
            }
            let all = format!("{} {}", answer.stdout, answer.stderr);
            let odd = |word: &str| ["NaN", "inf", "-inf", "NaN%", "inf%"].contains(&word);
            assert!(!all.split_whitespace().any(odd), "{sets:?}: {answer}");
        }
        _ => panic!("{sets:?}: {answer}"),
    }
    answer
}

#[test]
fn ten_thousand_years() {
    refused(
        "run.horizon=10000y",
        &["10000 years", "the limit is 100", "run.horizon=10000y"],
    );
    refused("run.warm_up=10000y", &["the limit is 100"]);
    refused("run.horizon=100.1y", &["the limit is 100"]);
    refused("run.horizon=1e300y", &["run.horizon=1e300y"]);
    refused("run.horizon=0s", &["`run.horizon` must be more than 0"]);
    refused(
        "run.horizon=30m",
        &["shorter than one step", "at least `run.step`"],
    );
}

#[test]
fn a_trillion_accelerators() {
    let key = "pool.main.accelerators";
    for number in ["1000000000000", "1000000008", "9223372036854775807"] {
        refused(
            &format!("{key}={number}"),
            &["`pool.main.accelerators` must be at most 1000000000"],
        );
    }
    refused(&format!("{key}=9223372036854775808"), &["too large"]);
    refused(&format!("{key}=1e12"), &["whole number", "1000000000000"]);
    refused(
        "order.more.accelerators=1000000000000",
        &["`order.more.accelerators`", "1000000000"],
    );
    refused(
        "pool.main.spares=1000000000000",
        &["spares of 1000000000000", "take 999999999992 away"],
    );
}

#[test]
fn zero_accelerators() {
    let texts = [
        "pool `main` has 0 accelerators",
        "initial holdings of 248",
        "gang of `llama`",
    ];
    refused("pool.main.accelerators=0", &texts);
}

#[test]
fn steps_too_small_or_too_large() {
    for step in ["0s", "1us", "59s", "2d"] {
        refused(
            &format!("run.step={step}"),
            &["`run.step` must be at least 1 m and at most 1 d"],
        );
    }
    refused(
        "record.every=90m",
        &["not a whole multiple of the step of 1 h"],
    );
    refused("record.every=0s", &["`record.every` must be more than 0"]);
}

#[test]
fn counts_out_of_range() {
    refused("run.replications=0", &["at least 1 and at most 1000000"]);
    refused(
        "run.replications=1000001",
        &["at least 1 and at most 1000000"],
    );
    refused("run.seed=-1", &["negative"]);
    refused("run.seed=18446744073709551616", &["too large"]);
}

#[test]
fn the_largest_fleet_runs() {
    let sandbox = Sandbox::new();
    let answer = survived(
        &sandbox,
        &[
            "pool.main.accelerators=1000000000",
            "hardware.h100.mtbf=10000y",
            "site.main.power_cap=1000 GW",
        ],
    );
    answer.exits(0);
}

/// Finite each by itself, infinite in a product.
#[test]
fn rates_and_prices_beyond_reason() {
    let sandbox = Sandbox::new();
    for set in [
        "inference.chat.demand.base=1e308 /s",
        "inference.chat.demand.base=1e30 /s",
        "ranking.feed.demand.base=1e300 /s",
        "inference.chat.demand.base=1e-300 /s",
        "training.llama.value={ per_accelerator_hour = 1e308 }",
        "training.llama.value={ on_completion = 1e308 }",
        "inference.chat.value={ per_million_output_tokens = 1e308, miss = 1e308 }",
        "ranking.feed.value={ per_request = 1e308 }",
        "hardware.h100.price=1e308",
        "site.main.energy_price_per_kwh=1e308",
        "hardware.h100.power={ idle = \"1e300 W\", peak = \"1e308 W\" }",
        "site.main.power_cap=1e308 W",
        "site.main.power_cap=1e-300 W",
        "hardware.h100.memory=1e300 GB",
    ] {
        survived(&sandbox, &[set]);
    }
}

#[test]
fn durations_beyond_reason() {
    let sandbox = Sandbox::new();
    for set in [
        "hardware.h100.mtbf=1us",
        "hardware.h100.mtbf=100y",
        "hardware.h100.repair=1us",
        "hardware.h100.repair=1000000y",
        "hardware.h100.life=1us",
        "training.llama.restart=100y",
        "training.llama.checkpoint={ every = \"1us\", write = \"60s\" }",
        "training.llama.checkpoint={ every = \"100y\", write = \"100y\" }",
        "training.llama.work=1e300 accelerator-hours",
        "training.llama.work=1e-300 accelerator-hours",
        "training.llama.submit=2399-01-01",
        "order.more.placed=1970-01-01",
        "order.more.placed=2400-01-01",
        "order.more.lead_time=1000000y",
        "order.more.lead_time=0s",
        "inference.chat.queue.limit=100y",
        "inference.chat.replica={ start = \"100y\", drain = \"100y\" }",
        "inference.chat.slo={ ttft = \"100y\", tpot = \"100y\", attainment = 1.0 }",
        "ranking.feed.query={ fixed = \"100y\", per_item = \"100y\", items = 1e9, concurrency = 1 }",
        "ranking.feed.query={ fixed = \"1us\", per_item = \"0s\", items = 1, concurrency = 1000000 }",
        "demand.social.noise={ cv = 100, correlation = \"1us\" }",
        "demand.social.noise={ cv = 100, correlation = \"100y\" }",
    ] {
        survived(&sandbox, &[set]);
    }
}

#[test]
fn distributions_beyond_reason() {
    let sandbox = Sandbox::new();
    for distribution in [
        "{ lognormal = { mean = 1e300, cv = 100 } }",
        "{ lognormal = { mean = 1e-300, cv = 0 } }",
        "{ normal = { mean = 10, cv = 100 } }",
        "{ gamma = { mean = 10, cv = 100 } }",
        "{ weibull = { mean = 10, cv = 50 } }",
        "{ exponential = { mean = 1e308 } }",
        "{ uniform = { from = 0, to = 1e308 } }",
        "{ empirical = { values = [], weights = [] } }",
        "{ empirical = { values = [1], weights = [0] } }",
        "{ empirical = { values = [1, 2], weights = [1e308, 1e308] } }",
        "{ lognormal = { mean = 5 }, normal = { mean = 5 } }",
        "{ cauchy = { mean = 5 } }",
        "{}",
        "0",
        "-1",
    ] {
        for key in [
            "inference.chat.output_tokens",
            "inference.chat.input_tokens",
        ] {
            survived(&sandbox, &[&format!("{key}={distribution}")]);
        }
    }
}

#[test]
fn growth_beyond_reason() {
    let sandbox = Sandbox::new();
    for growth in [
        "{ annual = 1e300 }",
        "{ annual = 0 }",
        "{ annual = 1e6, slope_sd = 10, walk_sd = 10 }",
        "{ annual = 1e-300 }",
    ] {
        survived(&sandbox, &[&format!("demand.social.growth={growth}")]);
        let far = [
            "run.horizon=10y",
            "run.step=1h",
            "run.replications=1",
            "record.replications=0",
        ];
        let growth = format!("demand.social.growth={growth}");
        survived(&sandbox, &[&far[..], &[&growth]].concat());
    }
}

#[test]
fn the_ends_of_the_calendar() {
    let sandbox = Sandbox::new();
    for start in [
        "1970-01-01",
        "2400-12-31",
        "2024-03-10T02:30:00-08:00",
        "2024-02-29",
        "2016-12-31T23:59:60Z",
    ] {
        for zone in ["America/New_York", "Pacific/Apia"] {
            let sets = [
                format!("run.start={start}"),
                format!("demand.social.time_zone={zone}"),
            ];
            survived(
                &sandbox,
                &[&sets[0], &sets[1], "order.more.placed=2024-07-01"],
            );
        }
    }
}

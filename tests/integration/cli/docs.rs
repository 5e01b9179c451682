//! What the documentation shows is what the program does.

use std::sync::atomic::AtomicBool;

use flexcap::experiment::statistics::{half_width, mean, std_dev};
use flexcap::experiment::{Point, Quiet, Sweep, SweepOptions, Swept};
use flexcap::scenario::Set;

use super::Sandbox;

/// The text of the first block of a kind on a page.
fn block<'p>(page: &'p str, kind: &str) -> &'p str {
    let (_, after) = page.split_once(&format!("```{kind}\n")).expect(kind);
    after.split_once("```").expect("a block ends").0
}

#[test]
fn the_example_of_demand_from_a_file_runs() {
    let page = include_str!("../../../docs/demand.md");
    let sandbox = Sandbox::new();
    sandbox.write("rates.csv", block(page, "csv"));
    sandbox.write("mine.toml", block(page, "toml"));
    let valid = sandbox.flexcap(["validate", "mine.toml"]).exits(0);
    assert!(!valid.stderr.contains("warning"), "{valid}");
    let short = ["run", "mine.toml", "--replications", "1", "--set"];
    sandbox
        .flexcap(short.into_iter().chain(["run.horizon=2w"]))
        .exits(0)
        .prints(&["assistant"]);
    assert!(sandbox.exists("results/mine/inputs/rates.csv"));
}

#[test]
fn the_example_of_a_stream_of_jobs_runs() {
    let page = include_str!("../../../docs/jobs.md");
    let sandbox = Sandbox::new();
    sandbox.write("research.toml", block(page, "toml"));
    let valid = sandbox.flexcap(["validate", "research.toml"]).exits(0);
    assert!(!valid.stderr.contains("warning"), "{valid}");
    let run = ["run", "research.toml", "--replications", "2"];
    sandbox.flexcap(run).exits(0).prints(&["research"]);
}

#[test]
fn the_guides_scenario_runs_as_do_its_commands() {
    let page = include_str!("../../../docs/guide.md");
    let sandbox = Sandbox::new();
    sandbox.write("mine.toml", block(page, "toml"));
    let valid = sandbox.flexcap(["validate", "mine.toml"]).exits(0);
    assert!(!valid.stderr.contains("warning"), "{valid}");
    let short = ["--replications", "1", "--set", "run.horizon=2w"];
    let run = ["run", "mine.toml"].into_iter().chain(short);
    sandbox
        .flexcap(run)
        .exits(0)
        .prints(&["assistant", "a-bad-autumn"]);
    for set in ["policy={ dedicated = {} }", "order.*.lead_time=52w"] {
        assert!(page.contains(set), "{set}");
        let run = ["run", "meta-2024", "--dry-run", "--set", set];
        sandbox.flexcap(run).exits(0);
    }
    sandbox
        .flexcap(["list", "scenarios"])
        .exits(0)
        .prints(&["meta-2024"]);
}

/// The README's first command, and what it says that comes out.
#[test]
fn the_readme_shows_what_its_first_command_prints() {
    let page = include_str!("../../../README.md");
    assert!(page.contains("cargo run --release -- run meta-2024"));
    let sandbox = Sandbox::new();
    let printed = sandbox.flexcap(["run", "meta-2024"]).exits(0);
    let shown = block(page, "text");
    assert_eq!(shown.trim_end(), printed.stdout.trim_end());
}

#[test]
fn the_example_of_a_forecast_from_a_file_runs() {
    let page = include_str!("../../../docs/forecast.md");
    let sandbox = Sandbox::new();
    sandbox.write("p50p90.csv", block(page, "csv"));
    sandbox.write("mine.toml", block(page, "toml"));
    let valid = sandbox.flexcap(["validate", "mine.toml"]).exits(0);
    assert!(!valid.stderr.contains("warning"), "{valid}");
    sandbox
        .flexcap(["run", "mine.toml", "--replications", "1"])
        .exits(0)
        .prints(&["assistant"]);
    assert!(sandbox.exists("results/mine/inputs/p50p90.csv"));
}

#[test]
fn the_sweep_of_the_guide_and_the_shipped_ones_can_be_run() {
    let page = include_str!("../../../docs/sweep.md");
    let sandbox = Sandbox::new();
    sandbox.write("how-much.toml", block(page, "toml"));
    let short = ["--replications", "1", "--set", "run.horizon=1w"];
    let run = ["sweep", "how-much.toml"].into_iter().chain(short);
    sandbox.flexcap(run).exits(0).says(&["11 points, 11 runs"]);
    let axes = "--axis 'pool.main.flexible_share=0..1/0.25' --axis 'run.step=[\"1h\", \"6h\"]'";
    assert!(page.contains(axes));
    let first = [
        "sweep",
        "starter",
        "--axis",
        "pool.main.flexible_share=0..1/0.25",
        "--axis",
        "run.step=[\"1h\", \"6h\"]",
    ];
    sandbox
        .flexcap(first.into_iter().chain(["--dry-run"]))
        .exits(0)
        .says(&["10 points, 100 runs"]);
    let list = sandbox.flexcap(["list", "sweeps"]).exits(0);
    for name in [
        "how-much-flexibility",
        "step-and-delay",
        "growth-and-fleet",
        "chain",
    ] {
        assert!(page.contains(&format!("`sweeps/{name}`")) && list.stdout.contains(name));
    }
}

/// A metric's means at the points of a sweep, by what the axes are there.
fn means(sandbox: &Sandbox, axes: usize, metric: &str, entity: &str) -> Vec<(Vec<String>, f64)> {
    let table = sandbox.read("out/sweep_summary.csv");
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let rows = reader.records().map(|row| row.unwrap());
    // Behind the axes: point, metric, entity_type, entity, unit, replications, mean.
    let wanted = rows.filter(|row| &row[axes + 1] == metric && &row[axes + 3] == entity);
    wanted
        .map(|row| {
            let at = row.iter().take(axes).map(str::to_owned).collect();
            (at, row[axes + 6].parse().unwrap())
        })
        .collect()
}

/// The mean at the point whose axes contain these texts.
fn mean_at(means: &[(Vec<String>, f64)], axes: &[&str]) -> f64 {
    let is_meant = |at: &[String]| {
        let words = at.iter().zip(axes);
        words
            .into_iter()
            .all(|(at, word)| at == word || (at.starts_with('{') && at.contains(word)))
    };
    let mut found = means.iter().filter(|(at, _)| is_meant(at));
    let (_, mean) = found.next().unwrap();
    assert!(found.next().is_none(), "{axes:?} are two points");
    *mean
}

/// Moving serves 100% less 5 points for each hour of conversion, and what fixed halves serve at 6 h. Deciding every 4 h
/// meets each wave late, which takes an hour off the break-even; deciding every 12 h never moves.
#[test]
fn the_square_wave_breaks_even_at_six_hours() {
    let sandbox = Sandbox::new();
    sandbox
        .flexcap(["sweep", "sweeps/step-and-delay", "--out", "out"])
        .exits(0);
    let served = means(&sandbox, 3, "slo_attainment", "day");
    let attainment =
        |step: &str, delay: u32| mean_at(&served, &["priority", step, &format!("{delay}h")]);
    let fixed = mean_at(&served, &["dedicated", "1h", "0h"]);
    assert!((fixed - 0.7).abs() < 0.001);
    for delay in 0..=8 {
        let expected = 1.0 - 0.05 * f64::from(delay);
        let found = attainment("1h", delay);
        assert!((found - expected).abs() < 0.001, "{delay} h: {found}");
        assert_eq!(attainment("12h", delay), fixed);
    }
    for (step, break_even) in [("1h", 6), ("4h", 5)] {
        let at = |delay| attainment(step, delay);
        assert!((fixed - at(break_even)).abs() < 0.001);
        assert!(at(break_even - 1) > fixed + 0.04 && at(break_even + 1) < fixed - 0.04);
    }
}

/// A shipped sweep in this process, which is as patient as it must be.
fn swept(name: &str, replications: u32) -> (Sweep, Swept, tempfile::TempDir) {
    let sets = [Set::new(format!("run.replications={replications}"))];
    let sweep = Sweep::load(name, &sets).unwrap();
    let home = tempfile::tempdir().unwrap();
    let options = SweepOptions::new(home.path());
    let swept = sweep
        .run(&options, &AtomicBool::new(false), &Quiet)
        .unwrap();
    (sweep, swept, home)
}

/// The net value of each replication at the point whose axes end like this.
fn net_values((sweep, swept, _): &(Sweep, Swept, tempfile::TempDir), at: &[&str]) -> Vec<f64> {
    let is_meant = |point: &Point| {
        let words = point.coordinates.iter().rev().zip(at.iter().rev());
        let mut words = words.map(|(at, word)| (at.text.as_str(), *word));
        words.all(|(at, word)| at == word || (at.starts_with('{') && at.contains(word)))
    };
    let point = sweep.points().find(is_meant).unwrap();
    let values = swept.replications(point.number, "net_value", "fleet");
    values.unwrap().unwrap()
}

/// At slow growth the smallest order is best on every draw, at fast growth 1,536 accelerators earn more than it.
#[test]
fn which_order_suits_which_growth() {
    let sweep = swept("sweeps/growth-and-fleet", 5);
    let at = |growth, order| net_values(&sweep, &[growth, order]);
    let small = at("2", "512");
    for order in ["1024", "1536", "2048", "2560"] {
        assert!(
            small
                .iter()
                .zip(at("2", order))
                .all(|(small, other)| *small > other)
        );
    }
    let gains: Vec<f64> = at("64", "1536")
        .iter()
        .zip(at("64", "512"))
        .map(|(large, small)| (large - small) / 1e6)
        .collect();
    let (mean, half) = (
        mean(&gains).unwrap(),
        half_width(std_dev(&gains).unwrap(), 5).unwrap(),
    );
    let page = include_str!("../../../docs/sweep.md");
    assert!(
        page.contains(&format!("earn {mean:.2} ± {half:.2} M USD")),
        "{mean} ± {half}"
    );
    for order in ["2048", "2560"] {
        let more = at("64", order);
        let gains: Vec<f64> = more
            .iter()
            .zip(at("64", "1536"))
            .map(|(a, b)| a - b)
            .collect();
        let sum: f64 = gains.iter().sum();
        assert!(
            sum < 0.0 && gains.iter().any(|gain| *gain > 0.0),
            "{gains:?}"
        );
    }
}

/// The last half of the share that may move is worth more than the first, under either policy that moves.
#[test]
fn the_last_half_of_flexibility_is_worth_most() {
    let sweep = swept("sweeps/how-much-flexibility", 1);
    let at = |policy, share| net_values(&sweep, &[policy, share])[0];
    let fixed = at("dedicated", "0");
    for policy in ["fair", "value"] {
        let at = |share| at(policy, share);
        assert!(at("0.5") > at("0") && at("1") - at("0.5") > at("0.5") - at("0"));
        assert!(at("1") > fixed + 2e8);
    }
    assert!(at("fair", "0.25") < at("fair", "0"));
}

/// The page's commands print the page's tables, and its limits fail and pass as it says.
#[test]
fn the_page_on_comparisons_shows_what_its_commands_print() {
    let page = include_str!("../../../docs/compare.md");
    let sandbox = Sandbox::new();
    let line = |start: &str| {
        page.lines()
            .find(|line| line.starts_with(start))
            .expect(start)
    };
    sandbox
        .flexcap(["run", "starter", "--quiet", "--out", "results/value"])
        .exits(0);
    assert!(line("flexcap run starter --out").ends_with("results/value"));
    let fixed = "policy={ dedicated = {} }";
    assert!(line("flexcap run starter --set").contains(fixed));
    let run = [
        "run",
        "starter",
        "--quiet",
        "--set",
        fixed,
        "--out",
        "results/base",
    ];
    sandbox.flexcap(run).exits(0);
    let compare = |rest: &str| {
        let words = rest.split_whitespace().skip(1);
        sandbox.flexcap(words)
    };
    let printed = compare(line("flexcap compare results/base results/value")).exits(0);
    assert_eq!(block(page, "text").trim_end(), printed.stdout.trim_end());
    for (limit, exit) in [
        ("slo_attainment[assistant] < -0.1%", 5),
        ("slo_attainment[assistant] < -0.5%", 0),
    ] {
        assert!(page.contains(&format!("`{limit}`")));
        let arguments = [
            "compare",
            "results/value",
            "results/base",
            "--fail-if",
            limit,
        ];
        sandbox.flexcap(arguments).exits(exit);
    }
    let until = [
        "run",
        "starter",
        "--until-precision",
        "1%",
        "--metric",
        "net_value[fleet]",
    ];
    assert_eq!(
        line("flexcap run starter --until").replace('\'', ""),
        "flexcap ".to_owned() + &until.join(" ")
    );
    let printed = sandbox.flexcap(until).exits(0);
    let (_, later) = page
        .split_once("batches until half")
        .expect("the second table");
    let shown = block(later, "text").trim();
    assert!(
        !shown.is_empty() && printed.stdout.trim_end().ends_with(shown),
        "{printed}"
    );
}

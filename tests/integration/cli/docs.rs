//! What the documentation shows is what the program does.

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
    for name in ["how-much-flexibility", "step-and-delay", "growth-and-fleet"] {
        assert!(page.contains(&format!("`sweeps/{name}`")) && list.stdout.contains(name));
    }
}

/// Moving serves 100% less 5 points for each hour of conversion, and what fixed halves serve at 6 h.
#[test]
fn the_square_wave_breaks_even_at_six_hours() {
    let sandbox = Sandbox::new();
    sandbox
        .flexcap(["sweep", "sweeps/step-and-delay", "--out", "out"])
        .exits(0);
    let table = sandbox.read("out/sweep_summary.csv");
    let attainment = |policy: &str, delay: u32| -> f64 {
        let end = format!("1h,{delay}h,");
        let mut lines = table
            .lines()
            .filter(|line| line.contains(policy) && line.contains(&end));
        let line = lines
            .find(|line| line.contains("slo_attainment,service,day,1,1,"))
            .unwrap();
        let (_, value) = line.split_once("slo_attainment,service,day,1,1,").unwrap();
        value.split(',').next().unwrap().parse().unwrap()
    };
    for delay in 0..=8 {
        let expected = 1.0 - 0.05 * f64::from(delay);
        let found = attainment("priority", delay);
        assert!((found - expected).abs() < 0.001, "{delay} h: {found}");
    }
    let fixed = attainment("dedicated", 0);
    assert!((fixed - attainment("priority", 6)).abs() < 0.001);
    assert!(attainment("priority", 5) > fixed + 0.04 && attainment("priority", 7) < fixed - 0.04);
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
        .flexcap(["run", "starter", "--quiet", "--out", "results/base"])
        .exits(0);
    assert!(line("flexcap run starter --out").ends_with("results/base"));
    let value = "policy={ value = {} }";
    assert!(line("flexcap run starter --set").contains(value));
    let run = [
        "run",
        "starter",
        "--quiet",
        "--set",
        value,
        "--out",
        "results/value",
    ];
    sandbox.flexcap(run).exits(0);
    let compare = |rest: &str| {
        let words = rest.split_whitespace().skip(1);
        sandbox.flexcap(words)
    };
    let printed = compare(line("flexcap compare results/base results/value")).exits(0);
    assert_eq!(block(page, "text").trim_end(), printed.stdout.trim_end());
    for (limit, exit) in [
        ("net_value[fleet] < -0.5%", 5),
        ("net_value[fleet] < -1%", 0),
    ] {
        assert!(page.contains(&format!("`{limit}`")));
        let arguments = [
            "compare",
            "results/base",
            "results/value",
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

//! Promise 1: same scenario, seed and version, same bytes of every CSV, whatever the threads, the time zone, the
//! locale, the place of the file or the way in which it was said. And a second seed is a second world.

use super::Sandbox;
use super::tables::{assert_same, bytes, read};

fn run(sandbox: &Sandbox, out: &str, arguments: &[&str]) {
    let all = ["run", "small.toml", "--quiet", "--out", out].into_iter();
    sandbox
        .flexcap(all.chain(arguments.iter().copied()))
        .exits(0);
}

#[test]
fn the_same_again_gives_the_same_bytes() {
    let sandbox = Sandbox::new();
    run(&sandbox, "one", &[]);
    run(&sandbox, "two", &[]);
    assert_same(&sandbox, "one", "two");
}

#[test]
fn threads_do_not_matter() {
    let sandbox = Sandbox::new();
    let arguments = |threads| {
        [
            "--replications",
            "9",
            "--set",
            "record.replications=9",
            "--threads",
            threads,
        ]
    };
    for threads in ["1", "2", "7"] {
        run(&sandbox, threads, &arguments(threads));
    }
    assert_same(&sandbox, "1", "2");
    assert_same(&sandbox, "1", "7");
}

#[test]
fn threads_do_not_matter_to_pods_either() {
    let sandbox = Sandbox::new();
    for threads in ["1", "2"] {
        let sets = [
            "pool.main.pod=136",
            "training.llama.within=pod",
            "hardware.*.mtbf=3d",
        ];
        let sets = sets.iter().flat_map(|set| ["--set", set]);
        let arguments: Vec<_> = ["--threads", threads].into_iter().chain(sets).collect();
        run(&sandbox, threads, &arguments);
    }
    assert_same(&sandbox, "1", "2");
}

#[test]
fn one_pod_gives_the_bytes_of_a_pool_without() {
    let sandbox = Sandbox::new();
    let frail = ["--set", "hardware.*.mtbf=3d"];
    run(&sandbox, "plain", &frail);
    let pod = [
        "--set",
        "pool.main.pod=320",
        "--set",
        "training.llama.within=pod",
    ];
    run(
        &sandbox,
        "pod",
        &[frail, [pod[0], pod[1]], [pod[2], pod[3]]].concat(),
    );
    assert_same(&sandbox, "plain", "pod");
}

#[test]
fn a_resolved_scenario_gives_the_same_bytes() {
    let sandbox = Sandbox::new();
    run(
        &sandbox,
        "one",
        &[
            "--seed",
            "11",
            "--set",
            "pool.main.spares=0",
            "--set",
            "hardware.*.mtbf=3d",
        ],
    );
    sandbox
        .flexcap(["run", "one/scenario.toml", "--out", "two"])
        .exits(0);
    assert_same(&sandbox, "one", "two");
    // And it is its own resolution.
    assert_eq!(
        sandbox.read("one/scenario.toml"),
        sandbox.read("two/scenario.toml")
    );
}

#[test]
fn shipped_scenarios_resolve_to_themselves() {
    let sandbox = Sandbox::new();
    for (name, out) in [
        ("starter", "starter"),
        ("theory/mmc", "mmc"),
        ("square-wave", "square-wave"),
    ] {
        let short = ["--replications", "1", "--quiet"];
        sandbox
            .flexcap(["run", name, "--out", out].into_iter().chain(short))
            .exits(0);
        let (resolved, again) = (format!("{out}/scenario.toml"), format!("{out}-again"));
        sandbox
            .flexcap(["run", &resolved, "--out", &again, "--quiet"])
            .exits(0);
        let same: Vec<_> = bytes(&sandbox, out);
        assert!(same == bytes(&sandbox, &again), "{name}");
    }
}

#[test]
fn time_zone_and_locale_of_the_machine_do_not_matter() {
    let sandbox = Sandbox::new();
    run(&sandbox, "plain", &[]);
    for (out, zone, locale) in [
        ("tokyo", "Asia/Tokyo", "de_DE.UTF-8"),
        ("odd", "Mars/Base", "tr_TR"),
        ("posix", ":EST5EDT", "C"),
    ] {
        let mut command = sandbox.command();
        command.args(["run", "small.toml", "--quiet", "--out", out]);
        command
            .env("TZ", zone)
            .env("LC_ALL", locale)
            .env("LANG", locale);
        super::Answer::of(&mut command).exits(0);
        assert_same(&sandbox, "plain", out);
    }
}

#[test]
fn the_place_of_the_scenario_does_not_matter() {
    let sandbox = Sandbox::new();
    std::fs::create_dir_all(sandbox.path("deep/down")).unwrap();
    sandbox.write("deep/down/other name.toml", super::SMALL);
    run(&sandbox, "one", &[]);
    let path = sandbox.path("deep/down/other name.toml");
    sandbox
        .flexcap(["run", path.to_str().unwrap(), "--out", "two"])
        .exits(0);
    assert_same(&sandbox, "one", "two");
}

#[test]
fn a_flag_and_its_setting_are_the_same() {
    let sandbox = Sandbox::new();
    run(&sandbox, "flags", &["--seed", "5", "--replications", "2"]);
    run(
        &sandbox,
        "sets",
        &["--set", "run.seed=5", "--set", "run.replications=2"],
    );
    assert_same(&sandbox, "flags", "sets");
}

#[test]
fn another_seed_is_another_world() {
    let sandbox = Sandbox::new();
    run(&sandbox, "one", &["--seed", "1"]);
    run(&sandbox, "two", &["--seed", "2"]);
    let offered = |result: &str| {
        let summary = read(&sandbox, &format!("{result}/summary.csv"));
        summary
            .cell(&[("metric", "offered"), ("entity", "chat")], "mean")
            .to_owned()
    };
    assert_ne!(offered("one"), offered("two"));
}

#[test]
fn replications_differ_and_more_of_them_leave_the_first_alone() {
    let sandbox = Sandbox::new();
    run(&sandbox, "few", &["--replications", "2"]);
    run(&sandbox, "many", &["--replications", "4"]);
    let offered = |result: &str| {
        let all = read(&sandbox, &format!("{result}/replications.csv"));
        let series = [("metric", "offered"), ("entity", "chat")];
        let index = all.index("value");
        all.having(&series)
            .map(|row| row[index].clone())
            .collect::<Vec<_>>()
    };
    let (few, many) = (offered("few"), offered("many"));
    assert_eq!((few.len(), many.len()), (2, 4));
    assert_eq!(many[..2], few);
    assert!(many[0] != many[1] && many[2] != many[3]);
}

#[test]
fn another_policy_leaves_the_demand_alone() {
    let sandbox = Sandbox::new();
    run(&sandbox, "priority", &[]);
    run(
        &sandbox,
        "dedicated",
        &["--set", "policy={ dedicated = {} }"],
    );
    let offered =
        |result: &str| read(&sandbox, &format!("{result}/services.csv")).column("offered");
    assert_eq!(offered("priority"), offered("dedicated"));
}

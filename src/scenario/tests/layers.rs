//! Files on disk: `extends`, `remove`, their order with `--set`, and files that cannot be read.

use std::fs;
use std::path::Path;

use super::super::{Policy, Scenario, Set, shipped};

fn write(folder: &Path, name: &str, text: impl AsRef<[u8]>) -> String {
    let path = folder.join(name);
    fs::write(&path, text).expect("a temporary file");
    path.display().to_string()
}

fn refusal(path: &str, sets: &[Set]) -> String {
    Scenario::load(path, sets).map_or_else(
        |invalid| invalid.render(false),
        |_| panic!("{path} should be refused"),
    )
}

#[test]
fn a_patch_lies_over_its_base_and_settings_over_both() {
    let folder = tempfile::tempdir().expect("a folder");
    write(
        folder.path(),
        "base.toml",
        "extends = \"starter\"\n[run]\nseed = 1\nstep = \"2h\"\nhorizon = \"1w\"\n",
    );
    let patch = "extends = \"base.toml\"\nremove = [\"order.more\", \"demand.social.event.launch\"]\n[run]\nseed = 2\nstep = \"3h\"\n\
                 [record]\nevery = \"6h\"\n[policy.dedicated]\n";
    let path = write(folder.path(), "patch.toml", patch);
    let loaded = Scenario::load(
        &path,
        &[
            Set::new("run.seed=3"),
            Set::new("run.replications=4"),
            Set::new("run.replications=5"),
        ],
    );
    let loaded = loaded.unwrap_or_else(|invalid| panic!("{}", invalid.render(false)));
    let scenario = &loaded.scenario;
    assert_eq!((scenario.run.seed, scenario.run.replications), (3, 5));
    assert_eq!(scenario.run.step.as_micros(), 3 * 3_600_000_000);
    assert_eq!(scenario.run.horizon.as_micros(), 604_800_000_000);
    assert!(scenario.order.is_empty() && scenario.demand["social"].event.is_empty());
    assert!(matches!(scenario.policy, Policy::Dedicated(_)));
    let names: Vec<&str> = loaded
        .inputs
        .iter()
        .map(|input| input.name.as_str())
        .collect();
    assert_eq!(names, ["patch.toml", "base.toml", "starter.toml"]);
    assert!(!loaded.resolved_toml.contains("extends"));
}

#[test]
fn removal_comes_before_the_patch_so_that_a_table_can_be_replaced_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let patch = "extends = \"starter\"\nremove = [\"pool.main.initial\"]\n[pool.main]\ninitial = { llama = 1024 }\n";
    let path = write(folder.path(), "patch.toml", patch);
    let scenario = Scenario::load(&path, &[]).expect("valid").scenario;
    assert_eq!(scenario.pool["main"].initial.len(), 1);
}

#[test]
fn circles_and_unknown_removals_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let a = write(folder.path(), "a.toml", "extends = \"b.toml\"\n");
    write(folder.path(), "b.toml", "extends = \"./a.toml\"\n");
    let said = refusal(&a, &[]);
    assert!(
        said.contains("goes round in a circle")
            && said.contains("a.toml → ")
            && said.contains("b.toml:1:11"),
        "{said}"
    );

    let path = write(
        folder.path(),
        "c.toml",
        "extends = \"starter\"\nremove = [\"training.lama\", \"x.y\"]\n",
    );
    let said = refusal(&path, &[]);
    for part in [
        "no `training.lama`",
        "did you mean `training.llama`",
        "c.toml:2:11",
        "no `x`",
    ] {
        assert!(said.contains(part), "{part} missing from {said}");
    }
    for (text, part) in [
        ("extends = 5\n", "one path or shipped name"),
        ("extends = \"gone.toml\"\n", "there is no file"),
        ("extends = \"startr\"\n", "did you mean `starter`"),
    ] {
        let path = write(folder.path(), "d.toml", text);
        let said = refusal(&path, &[]);
        assert!(
            said.contains(part) && said.contains("d.toml:1:11"),
            "{said}"
        );
    }
}

#[test]
fn files_that_are_no_scenarios_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = |name: &str| folder.path().join(name).display().to_string();
    write(
        folder.path(),
        "good.toml",
        shipped::text("starter").expect("shipped").1,
    );
    let cases = [
        (
            write(folder.path(), "latin.toml", b"a = 1\nb = \"\xe9\"\n"),
            "not UTF-8 text: byte 12 on line 2",
        ),
        (write(folder.path(), "empty.toml", ""), "the file is empty"),
        (write(folder.path(), "nul.toml", b"\0\0\0"), "not TOML"),
        (
            write(folder.path(), "large.toml", vec![b'#'; (16 << 20) + 1]),
            "too large",
        ),
        (folder.path().display().to_string(), "is a directory"),
        (here("gone.toml"), "there is no file"),
        (here("good"), "good.toml?"),
        ("startr".to_owned(), "did you mean `starter`"),
        (
            "no-such-thing".to_owned(),
            "shipped are meta-2024, meta-2024-dedicated, llama-4",
        ),
        (String::new(), "no shipped scenario"),
    ];
    for (path, message) in cases {
        let said = refusal(&path, &[]);
        assert!(said.contains(message), "{path}: {said}");
    }
}

#[test]
fn a_problem_is_shown_in_the_layer_that_made_it() {
    let folder = tempfile::tempdir().expect("a folder");
    write(
        folder.path(),
        "base.toml",
        "extends = \"starter\"\n[site.main]\npue = 0.5\n",
    );
    let path = write(
        folder.path(),
        "patch.toml",
        "extends = \"base.toml\"\n[site.main]\npower_cap = 5\n",
    );
    let said = refusal(&path, &[]);
    assert!(
        said.contains("base.toml:3:7") && said.contains("patch.toml:3:13"),
        "{said}"
    );
}

#[test]
fn endless_chains_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    for number in 0..70 {
        let text = format!("extends = \"{}.toml\"\n", number + 1);
        write(folder.path(), &format!("{number}.toml"), text);
    }
    let first = folder.path().join("0.toml").display().to_string();
    assert!(refusal(&first, &[]).contains("more than 64"));
}

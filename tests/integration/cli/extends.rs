//! `extends` and `remove`: what works, and what a chain of files can get wrong. A problem is told where the wrong text
//! is, be that in the child or in the base.

use super::Sandbox;

#[test]
fn a_child_changes_only_what_it_says() {
    let sandbox = Sandbox::new();
    let child =
        "extends = \"small.toml\"\n[scenario]\nname = \"child\"\n[pool.main]\naccelerators = 512\n";
    sandbox.write("child.toml", child);
    sandbox.flexcap(["run", "child.toml"]).exits(0);
    let resolved = sandbox.read("results/child/scenario.toml");
    assert!(resolved.contains("accelerators = 512"), "{resolved}");
    assert!(resolved.contains("spares = 8"), "{resolved}");
    assert!(!resolved.contains("extends"), "{resolved}");
    assert_eq!(
        sandbox.entries("results/child/inputs"),
        ["child.toml", "small.toml"]
    );
}

#[test]
fn a_choice_with_a_new_tag_replaces_the_old_one() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "child.toml",
        "extends = \"small.toml\"\n[policy.dedicated]\n",
    );
    sandbox
        .flexcap(["run", "child.toml", "--out", "out"])
        .exits(0);
    let resolved = sandbox.read("out/scenario.toml");
    assert!(resolved.contains("[policy.dedicated]"), "{resolved}");
    assert!(!resolved.contains("priority"), "{resolved}");
}

#[test]
fn what_is_removed_is_gone() {
    let sandbox = Sandbox::new();
    let remove = "extends = \"small.toml\"\nremove = [\"order.more\", \"demand.social.noise\"]\n";
    sandbox.write("child.toml", remove);
    sandbox
        .flexcap(["run", "child.toml", "--out", "out"])
        .exits(0);
    let resolved = sandbox.read("out/scenario.toml");
    assert!(!resolved.contains("[order"), "{resolved}");
    // Without `noise` there is none: its default.
    assert!(resolved.contains("noise = { cv = 0.0"), "{resolved}");
}

#[test]
fn a_shipped_scenario_can_be_the_base() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "mine.toml",
        "extends = \"starter\"\n[scenario]\nname = \"mine\"\n",
    );
    sandbox.flexcap(["validate", "mine.toml"]).exits(0);
}

#[test]
fn a_cycle_is_shown_whole() {
    let sandbox = Sandbox::new();
    sandbox.write("a.toml", "extends = \"b.toml\"\n");
    sandbox.write("b.toml", "# a comment\nextends = \"a.toml\"\n");
    sandbox.write("self.toml", "extends = \"self.toml\"\n");
    let answer = sandbox.flexcap(["validate", "a.toml"]);
    answer
        .exits(3)
        .says(&["circle: a.toml → b.toml → a.toml", "b.toml:2:11"]);
    let answer = sandbox.flexcap(["run", "self.toml"]);
    answer
        .exits(3)
        .says(&["circle: self.toml → self.toml", "self.toml:1:11"]);
}

#[test]
fn a_cycle_behind_other_spellings_is_found_too() {
    let sandbox = Sandbox::new();
    std::fs::create_dir(sandbox.path("d")).unwrap();
    sandbox.write("a.toml", "extends = \"d/../b.toml\"\n");
    sandbox.write("b.toml", "extends = \"./d/../a.toml\"\n");
    sandbox
        .flexcap(["validate", "a.toml"])
        .exits(3)
        .says(&["circle"]);
}

#[test]
fn a_base_that_is_missing_is_named_where_it_is_asked_for() {
    let sandbox = Sandbox::new();
    sandbox.write("file.toml", "\nextends = \"nope.toml\"\n");
    sandbox.write("name.toml", "extends = \"startr\"\n");
    sandbox.write("two.toml", "extends = [\"starter\", \"small.toml\"]\n");
    let answer = sandbox.flexcap(["validate", "file.toml"]);
    answer
        .exits(3)
        .says(&["there is no file nope.toml", "file.toml:2:11"]);
    let answer = sandbox.flexcap(["validate", "name.toml"]);
    answer
        .exits(3)
        .says(&["`startr`", "name.toml:1:11", "did you mean `starter`?"]);
    let answer = sandbox.flexcap(["validate", "two.toml"]);
    answer.exits(3).says(&[
        "`extends` must be one path or shipped name",
        "two.toml:1:11",
    ]);
}

#[test]
fn removing_what_is_not_there_is_an_error() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "child.toml",
        "extends = \"small.toml\"\nremove = [\"training.lama\"]\n",
    );
    let answer = sandbox.flexcap(["validate", "child.toml"]);
    answer
        .exits(3)
        .says(&["there is no `training.lama`", "child.toml:2:11"]);
}

#[test]
fn what_a_removal_breaks_is_told_where_it_is_written() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "child.toml",
        "extends = \"small.toml\"\nremove = [\"training.llama\"]\n",
    );
    let answer = sandbox.flexcap(["validate", "child.toml"]);
    answer.exits(3).says(&[
        "`pool.main.initial` names the workload `llama`",
        "`policy.priority.order` names the workload `llama`",
        "small.toml:",
        "[training.llama]",
    ]);
}

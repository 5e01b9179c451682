//! Command lines that make no sense: exit 2, nothing on stdout, and a word on what would. `--help` and `--version`
//! answer on stdout.

use super::Sandbox;

#[test]
fn no_command_prints_the_help() {
    let answer = Sandbox::new().flexcap([]);
    answer.exits(2).prints_nothing().says(&[
        "Usage: flexcap",
        "run",
        "validate",
        "list",
        "init",
        "explain",
    ]);
}

#[test]
fn an_unknown_command_names_the_nearest() {
    let answer = Sandbox::new().flexcap(["validat", "small.toml"]);
    answer
        .exits(2)
        .prints_nothing()
        .says(&["unrecognized subcommand 'validat'", "'validate'"]);
}

#[test]
fn an_unknown_flag_names_the_nearest() {
    let answer = Sandbox::new().flexcap(["run", "small.toml", "--replicatons", "3"]);
    answer
        .exits(2)
        .prints_nothing()
        .says(&["unexpected argument '--replicatons'", "'--replications'"]);
}

#[test]
fn missing_arguments_are_named() {
    let sandbox = Sandbox::new();
    for command in ["run", "validate"] {
        let answer = sandbox.flexcap([command]);
        answer.exits(2).prints_nothing().says(&["<SCENARIO>"]);
    }
    sandbox.flexcap(["explain"]).exits(2).says(&["<TOPIC>"]);
    sandbox
        .flexcap(["run", "small.toml", "--out"])
        .exits(2)
        .says(&["--out <DIR>"]);
    sandbox
        .flexcap(["run", "small.toml", "--out", ""])
        .exits(2)
        .says(&["--out <DIR>"]);
}

#[test]
fn values_out_of_range_are_refused() {
    let sandbox = Sandbox::new();
    for (flag, value) in [
        ("--threads", "0"),
        ("--threads", "4097"),
        ("--threads", "many"),
        ("--seed", "1.5"),
        ("--seed", "-1"),
        ("--replications", "4294967296"),
    ] {
        let answer = sandbox.flexcap(["run", "small.toml", flag, value]);
        answer.exits(2).prints_nothing().says(&["error:", value]);
    }
    assert_eq!(sandbox.entries("."), ["small.toml"]);
}

#[test]
fn an_unknown_list_or_topic_names_what_there_is() {
    let sandbox = Sandbox::new();
    let answer = sandbox.flexcap(["list", "scenarioz"]);
    answer
        .exits(2)
        .says(&["'scenarioz'", "scenarios, sweeps, policies, catalogue"]);
    let answer = sandbox.flexcap(["explain", "slo_atainment"]);
    answer
        .exits(2)
        .prints_nothing()
        .says(&["`slo_atainment`", "did you mean `slo_attainment`?"]);
    let answer = sandbox.flexcap(["explain", "nonsense"]);
    answer
        .exits(2)
        .prints_nothing()
        .says(&["`nonsense`", "flexcap explain keys"]);
}

#[cfg(target_os = "linux")]
#[test]
fn arguments_that_are_no_text_are_refused() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let sandbox = Sandbox::new();
    let mut command = sandbox.command();
    command.arg("run").arg(OsStr::from_bytes(b"b\xff.toml"));
    super::Answer::of(&mut command).exits(2).says(&["UTF-8"]);
}

#[test]
fn help_and_version_answer_on_stdout() {
    let sandbox = Sandbox::new();
    for arguments in [
        vec!["--help"],
        vec!["run", "--help"],
        vec!["help", "validate"],
    ] {
        let answer = sandbox.flexcap(arguments);
        let answer = answer.exits(0).prints(&["Usage: flexcap"]);
        assert_eq!(answer.stderr, "");
    }
    let version = concat!("flexcap ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(sandbox.flexcap(["--version"]).exits(0).stdout, version);
}

#[test]
fn every_command_has_help_with_an_example() {
    let sandbox = Sandbox::new();
    for command in ["run", "validate", "list", "init", "explain"] {
        let answer = sandbox.flexcap([command, "--help"]);
        answer
            .exits(0)
            .prints(&["Example", &format!("flexcap {command}")]);
    }
}

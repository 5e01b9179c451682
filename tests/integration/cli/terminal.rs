//! Colours and progress bars: on a terminal only, and not where the user said no. The terminal is made by `script`.

use std::process::{Command, Stdio};

use super::{Sandbox, changed};

const ESCAPE: char = '\u{1b}';

#[test]
fn no_escape_codes_and_no_bar_where_no_terminal_is() {
    let sandbox = Sandbox::new();
    sandbox.write("bad.toml", changed("\"2d\"", "2"));
    for arguments in [
        vec!["run", "starter", "--replications", "2"],
        vec!["validate", "bad.toml"],
        vec!["list"],
        vec!["--help"],
        vec!["frob"],
    ] {
        let answer = sandbox.flexcap(arguments);
        for text in [&answer.stdout, &answer.stderr] {
            assert!(!text.contains([ESCAPE, '\r']), "{answer}");
        }
    }
}

/// Runs the command on a pseudo-terminal; none where `script` is missing.
fn on_terminal(sandbox: &Sandbox, arguments: &str, environment: &[(&str, &str)]) -> Option<String> {
    let binary = assert_cmd::cargo::cargo_bin!("flexcap");
    let line = format!("'{}' {arguments}", binary.display());
    let mut command = Command::new("script");
    command.args(["--quiet", "--command", &line, "/dev/null"]);
    command
        .env("TERM", "xterm")
        .env_remove("NO_COLOR")
        .envs(environment.iter().copied());
    command.current_dir(sandbox.path(".")).stdin(Stdio::null());
    match command.output() {
        Ok(output) if output.status.success() => Some(String::from_utf8(output.stdout).unwrap()),
        _ => {
            println!("skipped: `script` cannot make a terminal here");
            None
        }
    }
}

#[test]
fn colours_on_a_terminal_unless_no_color() {
    let sandbox = Sandbox::new();
    sandbox.write("bad.toml", changed("\"2d\"", "2"));
    let Some(coloured) = on_terminal(&sandbox, "validate bad.toml", &[]) else {
        return;
    };
    assert!(coloured.contains(ESCAPE), "{coloured}");
    let plain = on_terminal(&sandbox, "validate bad.toml", &[("NO_COLOR", "1")]).unwrap();
    assert!(
        plain.contains("needs a unit") && !plain.contains(ESCAPE),
        "{plain}"
    );
    // By the convention an empty value counts as none.
    let empty = on_terminal(&sandbox, "validate bad.toml", &[("NO_COLOR", "")]).unwrap();
    assert!(empty.contains(ESCAPE), "{empty}");
}

#[test]
fn a_bar_on_a_terminal_unless_told_otherwise() {
    let sandbox = Sandbox::new();
    let run = |out: &str, more: &str| {
        on_terminal(&sandbox, &format!("run starter --out {out} {more}"), &[])
    };
    let Some(with_bar) = run("one", "") else {
        return;
    };
    assert!(with_bar.contains("10 replications"), "{with_bar}");
    assert!(with_bar.contains("left"), "a bar was drawn: {with_bar}");
    for (out, more) in [("two", "--no-progress"), ("three", "--quiet")] {
        let text = run(out, more).unwrap();
        assert!(
            !text.contains(" left") && !text.contains(ESCAPE),
            "{more}: {text}"
        );
    }
}

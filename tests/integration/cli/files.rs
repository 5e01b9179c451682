//! Scenario files that cannot be read or hold no scenario: exit 3, and the message names the file and says what to do
//! about it. Nothing is printed on stdout and no result appears.

use std::fs;

use super::{Answer, SMALL, Sandbox};

/// Both `run` and `validate` refuse the scenario and say all of `texts`.
#[track_caller]
fn refused(sandbox: &Sandbox, scenario: &str, texts: &[&str]) {
    for command in ["validate", "run"] {
        let answer = sandbox.flexcap([command, scenario]);
        answer.exits(3).prints_nothing().says(texts);
    }
    assert!(!sandbox.exists("results"));
}

#[test]
fn a_missing_file() {
    let sandbox = Sandbox::new();
    let texts = ["there is no file missing.toml", "flexcap list scenarios"];
    refused(&sandbox, "missing.toml", &texts);
    refused(
        &sandbox,
        "no/such/dir.toml",
        &["there is no file no/such/dir.toml"],
    );
}

#[test]
fn an_unknown_shipped_name() {
    let sandbox = Sandbox::new();
    let texts = [
        "there is no shipped scenario `startr`",
        "did you mean `starter`?",
    ];
    refused(&sandbox, "startr", &texts);
    refused(
        &sandbox,
        "xyzzy",
        &["`xyzzy`", "shipped are", "starter", "theory/mmc"],
    );
    refused(&sandbox, "", &["there is no shipped scenario ``"]);
}

#[test]
fn an_empty_file() {
    let sandbox = Sandbox::new();
    for (name, text) in [
        ("empty.toml", ""),
        ("blank.toml", "\n\n  \n"),
        ("comment.toml", "# later\n"),
    ] {
        sandbox.write(name, text);
        let answer = sandbox.flexcap(["run", name]);
        answer.exits(3).prints_nothing().says(&[name]);
    }
    refused(
        &sandbox,
        "empty.toml",
        &["the file is empty", "flexcap init"],
    );
}

#[test]
fn a_file_that_is_not_utf8() {
    let sandbox = Sandbox::new();
    let mut text = SMALL.replace("llama", "lama").into_bytes();
    let at = text.windows(4).position(|four| four == b"lama").unwrap();
    text[at] = 0xff;
    sandbox.write("latin.toml", text);
    let line = 1 + SMALL[..SMALL.find("llama").unwrap()].matches('\n').count();
    let texts = [
        "latin.toml is not UTF-8",
        &format!("line {line}"),
        "save it as UTF-8",
    ];
    refused(&sandbox, "latin.toml", &texts);
}

#[test]
fn a_directory() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("dir.toml")).unwrap();
    refused(
        &sandbox,
        "dir.toml",
        &["dir.toml is a directory", "name the file in it"],
    );
    refused(&sandbox, ".", &["is a directory"]);
}

#[cfg(unix)]
#[test]
fn links_that_lead_nowhere() {
    use std::os::unix::fs::symlink;
    let sandbox = Sandbox::new();
    symlink("loop.toml", sandbox.path("loop.toml")).unwrap();
    symlink("gone", sandbox.path("dangling.toml")).unwrap();
    refused(&sandbox, "loop.toml", &["loop.toml"]);
    refused(&sandbox, "dangling.toml", &["dangling.toml"]);
}

/// Root reads everything, so the command runs as nobody where the test runs as root.
#[cfg(unix)]
#[test]
fn an_unreadable_file() {
    use std::os::unix::fs::PermissionsExt as _;
    use std::process::Command;

    let sandbox = Sandbox::new();
    let mode = |name: &str, mode| {
        fs::set_permissions(sandbox.path(name), fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(".", 0o755);
    mode("small.toml", 0o000);
    let answer = if fs::read(sandbox.path("small.toml")).is_err() {
        sandbox.flexcap(["validate", "small.toml"])
    } else {
        let binary = assert_cmd::cargo::cargo_bin!("flexcap");
        let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"];
        let as_nobody = |arguments: &[&str]| {
            let mut command = Command::new("setpriv");
            command
                .args(nobody)
                .arg(binary)
                .args(arguments)
                .current_dir(sandbox.path("."));
            command.output()
        };
        if !as_nobody(&["--version"]).is_ok_and(|output| output.status.success()) {
            println!("skipped: runs as root, and `setpriv` cannot run the binary as nobody");
            return;
        }
        Answer::from(as_nobody(&["validate", "small.toml"]).unwrap())
    };
    let texts = [
        "small.toml cannot be read: Permission denied",
        "check its permissions",
    ];
    answer.exits(3).prints_nothing().says(&texts);
}

#[cfg(target_os = "linux")]
#[test]
fn an_endless_file() {
    refused(
        &Sandbox::new(),
        "/dev/zero",
        &["/dev/zero is too large", "16 MB"],
    );
}

#[test]
fn text_that_is_not_toml() {
    let sandbox = Sandbox::new();
    sandbox.write("syntax.toml", "[scenario]\nname = \"x\n");
    refused(
        &sandbox,
        "syntax.toml",
        &["this is not TOML", "syntax.toml:2:"],
    );
    sandbox.write("duplicate.toml", "[scenario]\nname = \"x\"\nname = \"y\"\n");
    refused(
        &sandbox,
        "duplicate.toml",
        &["duplicate key", "duplicate.toml:3:1"],
    );
    sandbox.write("nul.toml", "[scenario]\nname = \"a\0b\"\n");
    refused(&sandbox, "nul.toml", &["nul.toml:2:"]);
}

#[test]
fn deep_nesting_ends_in_a_message() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "deep.toml",
        format!("x = {}{}\n", "[".repeat(50_000), "]".repeat(50_000)),
    );
    refused(&sandbox, "deep.toml", &["deep.toml"]);
    sandbox.write(
        "dotted.toml",
        format!("{} = 1\n", vec!["a"; 50_000].join(".")),
    );
    refused(&sandbox, "dotted.toml", &["dotted.toml"]);
}

#[test]
fn byte_order_marks_and_windows_lines_are_no_problem() {
    let sandbox = Sandbox::new();
    sandbox.write("bom.toml", format!("\u{feff}{SMALL}"));
    sandbox.write("crlf.toml", SMALL.replace('\n', "\r\n"));
    sandbox.write("with space.toml", SMALL);
    for name in ["bom.toml", "crlf.toml", "with space.toml"] {
        sandbox
            .flexcap(["validate", name])
            .exits(0)
            .says(&[&format!("{name}: valid")]);
    }
}

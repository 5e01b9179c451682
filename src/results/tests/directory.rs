//! A result's directory appears whole or not at all, and never in the place of something that is not ours.

use std::fs;
use std::path::Path;

use crate::results::testing::listing;
use crate::results::{PartialDirectory, ResultError};

fn home() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// A result as an earlier run may have left it.
fn old_result(at: &Path) {
    fs::create_dir(at).unwrap();
    fs::write(
        at.join("datapackage.json"),
        r#"{"generator": "flexcap", "resources": [{"path": "old"}]}"#,
    )
    .unwrap();
    fs::write(at.join("old"), "").unwrap();
}

#[test]
fn commit_leaves_the_result_and_nothing_else() {
    let home = home();
    let out = home.path().join("results/x/");
    let partial = PartialDirectory::create(&out, false).unwrap();
    fs::create_dir(partial.path().join("inputs")).unwrap();
    fs::write(partial.path().join("inputs/a.csv"), "1").unwrap();
    assert!(!out.exists());
    assert_eq!(partial.commit().unwrap(), home.path().join("results/x"));
    assert_eq!(listing(&home.path().join("results")), ["x"]);
    assert_eq!(fs::read_to_string(out.join("inputs/a.csv")).unwrap(), "1");
}

#[test]
fn a_drop_leaves_nothing_not_even_parents() {
    let home = home();
    let partial = PartialDirectory::create(&home.path().join("a/b/c"), false).unwrap();
    fs::write(partial.path().join("summary.csv"), "half").unwrap();
    drop(partial);
    assert!(listing(home.path()).is_empty());
}

#[test]
fn parents_that_others_use_stay() {
    let home = home();
    let partial = PartialDirectory::create(&home.path().join("a/b"), false).unwrap();
    fs::write(home.path().join("a/notes"), "").unwrap();
    drop(partial);
    assert_eq!(listing(&home.path().join("a")), ["notes"]);
}

#[test]
fn what_exists_is_refused_before_anything_is_made() {
    let home = home();
    let (file, directory) = (home.path().join("file"), home.path().join("directory"));
    fs::write(&file, "").unwrap();
    fs::create_dir(&directory).unwrap();
    for overwrite in [false, true] {
        let error = PartialDirectory::create(&file, overwrite).unwrap_err();
        assert!(matches!(error, ResultError::NotADirectory(path) if path == file));
    }
    let error = PartialDirectory::create(&directory, false).unwrap_err();
    assert!(matches!(error, ResultError::Exists(path) if path == directory));
    assert_eq!(listing(home.path()), ["directory", "file"]);
}

#[test]
fn overwrite_replaces_results_and_empty_directories() {
    let home = home();
    let out = home.path().join("x");
    for old in [old_result, |at: &Path| fs::create_dir(at).unwrap()] {
        old(&out);
        let partial = PartialDirectory::create(&out, true).unwrap();
        fs::write(partial.path().join("new"), "").unwrap();
        partial.commit().unwrap();
        assert_eq!(listing(&out), ["new"]);
        assert_eq!(listing(home.path()), ["x"]);
        fs::remove_dir_all(&out).unwrap();
    }
}

#[test]
fn overwrite_spares_what_is_not_a_result() {
    let home = home();
    fs::write(home.path().join("thesis.tex"), "").unwrap();
    let error = PartialDirectory::create(home.path(), true).unwrap_err();
    assert!(matches!(error, ResultError::NotAResult(_)), "{error}");
    fs::write(home.path().join("datapackage.json"), r#"{"name": "mine"}"#).unwrap();
    let error = PartialDirectory::create(home.path(), true).unwrap_err();
    assert!(matches!(error, ResultError::NotAResult(_)), "{error}");
}

#[test]
fn overwrite_spares_a_users_file_in_a_result() {
    let home = home();
    let out = home.path().join("x");
    old_result(&out);
    fs::write(out.join("notes.md"), "mine").unwrap();
    let error = PartialDirectory::create(&out, true).unwrap_err();
    assert!(matches!(error, ResultError::Foreign(_)), "{error}");
    assert!(error.to_string().contains("notes.md"), "{error}");
}

#[test]
fn an_old_result_survives_a_run_that_fails() {
    let home = home();
    let out = home.path().join("x");
    old_result(&out);
    drop(PartialDirectory::create(&out, true).unwrap());
    assert_eq!(listing(&out), ["datapackage.json", "old"]);
    assert_eq!(listing(home.path()), ["x"]);
}

#[test]
fn a_target_that_appears_meanwhile_is_not_touched() {
    let home = home();
    let out = home.path().join("x");
    let partial = PartialDirectory::create(&out, false).unwrap();
    old_result(&out);
    let error = partial.commit().unwrap_err();
    assert!(matches!(error, ResultError::Exists(_)), "{error}");
    assert_eq!(listing(&out), ["datapackage.json", "old"]);
    assert_eq!(listing(home.path()), ["x"]);
}

#[test]
fn paths_without_a_name_are_refused() {
    for path in ["", "/", "..", ".", "x/.."] {
        for overwrite in [false, true] {
            let error = PartialDirectory::create(Path::new(path), overwrite).unwrap_err();
            assert!(matches!(error, ResultError::Unnamed(_)), "{path}: {error}");
        }
    }
}

#[test]
fn what_cannot_be_created_says_so_at_once() {
    let home = home();
    fs::write(home.path().join("file"), "").unwrap();
    let error = PartialDirectory::create(&home.path().join("file/x"), false).unwrap_err();
    assert!(error.to_string().contains("file/x"), "{error}");
    let long = home.path().join("n".repeat(300));
    assert!(PartialDirectory::create(&long, false).is_err());
    assert_eq!(listing(home.path()), ["file"]);
}

/// `/proc` takes no new files, even from root, whom permission bits do not stop.
#[cfg(target_os = "linux")]
#[test]
fn a_parent_that_cannot_be_written_says_so_at_once() {
    for path in ["/proc/x", "/proc/x/y"] {
        let error = PartialDirectory::create(Path::new(path), false).unwrap_err();
        assert!(matches!(error, ResultError::Io { .. }), "{error}");
        assert!(error.to_string().contains("/proc"), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_is_followed() {
    let home = home();
    let (link, real) = (home.path().join("link"), home.path().join("real"));
    std::os::unix::fs::symlink(&real, &link).unwrap();
    assert!(PartialDirectory::create(&link, true).is_err(), "dangling");
    old_result(&real);
    let partial = PartialDirectory::create(&link, true).unwrap();
    fs::write(partial.path().join("new"), "").unwrap();
    partial.commit().unwrap();
    assert!(link.is_symlink());
    assert_eq!(listing(&real), ["new"]);
}

#[test]
fn what_a_killed_run_left_is_removed_but_a_living_one_is_not() {
    let home = home();
    let out = home.path().join("x");
    let dead = home.path().join(".x.partial-7");
    fs::create_dir(&dead).unwrap();
    fs::write(dead.join("summary.csv"), "half").unwrap();
    fs::write(home.path().join(".x.partial-7.lock"), "").unwrap();
    fs::write(home.path().join(".xy.partial-7.lock"), "").unwrap();
    let alive = PartialDirectory::create(&out, false).unwrap();
    assert!(!dead.exists());
    let second = PartialDirectory::create(&out, false).unwrap();
    assert!(alive.path().exists() && second.path().exists());
    assert_ne!(alive.path(), second.path());
    drop((alive, second));
    assert_eq!(listing(home.path()), [".xy.partial-7.lock"]);
}

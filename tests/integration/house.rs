//! The house's one law: data goes one way. A room may import those on lower floors (ARCHITECTURE.md)
//! and never one above or a neighbour on its own.

use std::fs;
use std::path::{Path, PathBuf};

/// Room and floor. Floor 0's rooms may use each other where no circle comes of it, which the
/// compiler does not check and a reader sees.
const FLOORS: &[(&str, u8)] = &[
    ("units", 0),
    ("id", 0),
    ("kernel", 0),
    ("theory", 0),
    ("distribution", 0),
    ("fingerprint", 0),
    ("scenario", 1),
    ("supply", 2),
    ("demand", 2),
    ("workload", 3),
    ("policy", 4),
    ("simulation", 5),
    ("results", 6),
    ("experiment", 7),
    ("report", 7),
];

fn floor(room: &str) -> Option<u8> {
    let mut floors = FLOORS.iter();
    floors
        .find(|(name, _)| *name == room)
        .map(|(_, floor)| *floor)
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("src can be read") {
        let path = entry.expect("src can be read").path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The rooms that a text names as `crate::room`.
fn imports(text: &str) -> impl Iterator<Item = &str> {
    text.split("crate::").skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
        &rest[..end.unwrap_or(rest.len())]
    })
}

#[test]
fn no_import_goes_up_a_floor() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    let mut checked = 0;
    for file in files {
        let inside = file.strip_prefix(&src).expect("a file of src");
        let first = inside.iter().next().expect("a path").to_string_lossy();
        let room = first.trim_end_matches(".rs");
        let Some(own) = floor(room) else {
            assert!(
                ["cli", "main", "lib"].contains(&room),
                "{room} has no floor: name it here and in ARCHITECTURE.md"
            );
            continue;
        };
        let text = fs::read_to_string(&file).expect("a source file");
        for imported in imports(&text) {
            let Some(of) = floor(imported) else {
                continue;
            };
            checked += 1;
            assert!(
                of < own || imported == room || (own == 0 && of == 0),
                "{} (floor {own}) imports {imported} (floor {of})",
                inside.display()
            );
        }
    }
    assert!(checked > 100, "only {checked} imports were found");
}

#[test]
fn the_map_names_every_room() {
    let map = include_str!("../../ARCHITECTURE.md");
    for (room, _) in FLOORS {
        assert!(
            map.contains(&format!("`{room}")),
            "{room} is not on the map"
        );
    }
}

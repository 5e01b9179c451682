//! The pages lead where they say: every link between the repository's pages finds its file and its heading, and the
//! book's table of contents has every page.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The pages of the repository, and their lines outside of blocks of code.
fn pages() -> Vec<(PathBuf, Vec<String>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in ["", "docs", "docs/reference", "benches"] {
        let entries = std::fs::read_dir(root.join(folder)).expect("a folder");
        let paths = entries.flatten().map(|entry| entry.path());
        found.extend(paths.filter(|path| path.extension().is_some_and(|end| end == "md")));
    }
    found.sort();
    let prose = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("a page");
        let mut fenced = false;
        let outside = text.lines().filter(|line| {
            let fence = line.trim_start().starts_with("```");
            fenced ^= fence;
            !fenced && !fence
        });
        let lines = outside.map(str::to_owned).collect();
        (path, lines)
    };
    found.into_iter().map(prose).collect()
}

/// What links of a line lead to.
fn links(line: &str) -> impl Iterator<Item = &str> {
    let ends = line.split("](").skip(1);
    ends.filter_map(|rest| Some(rest.split_once(')')?.0))
}

/// The name under which a heading is linked to.
fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn every_link_finds_its_file_and_its_heading() {
    let pages = pages();
    let mut followed = 0;
    for (path, lines) in &pages {
        let folder = path.parent().expect("a folder");
        for link in lines.iter().flat_map(|line| links(line)) {
            if link.contains("://") {
                continue;
            }
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() {
                path.clone()
            } else {
                folder.join(file)
            };
            let target = target.canonicalize();
            let target = target.unwrap_or_else(|_| panic!("{}: {link}", path.display()));
            if !heading.is_empty() {
                let page = pages
                    .iter()
                    .find(|(other, _)| other.canonicalize().ok().as_ref() == Some(&target));
                let (_, lines) = page.unwrap_or_else(|| panic!("{}: {link}", path.display()));
                let mut headings = lines.iter().filter(|line| line.starts_with('#'));
                assert!(
                    headings.any(|of| anchor(of) == heading),
                    "{}: {link}",
                    path.display()
                );
            }
            followed += 1;
        }
    }
    assert!(followed > 90, "{followed}");
}

#[test]
fn the_book_has_every_page_once() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let summary = std::fs::read_to_string(docs.join("SUMMARY.md")).expect("the contents");
    let listed: Vec<PathBuf> = summary
        .lines()
        .flat_map(links)
        .map(|link| docs.join(link))
        .collect();
    let all = pages().into_iter().map(|(path, _)| path);
    let book: BTreeSet<PathBuf> = all
        .filter(|path| path.starts_with(&docs) && !path.ends_with("SUMMARY.md"))
        .collect();
    assert_eq!(listed.len(), book.len());
    assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), book);
}

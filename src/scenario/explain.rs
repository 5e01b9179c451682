//! What a key means, for `flexcap explain` and the reference: its documentation, what it holds, its
//! range, default and an example, all from the form.

use super::document::Document;
use super::form::{Form, Key, Presence};
use super::names::nearest;

/// A key's path (`*` for names) and the first sentence about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyLine {
    /// For example `pool.*.spares`.
    pub path: String,
    /// What it means, in a sentence.
    pub summary: String,
}

/// Keys that steer the reading of a file, and are gone once it is read.
pub(super) const STEERING: [(&str, &str); 2] = [
    (
        "extends",
        "A scenario to start from: a path relative to this file, or a shipped name. Tables merge, scalars and arrays replace, a choice with a new tag replaces the old one whole.\n\nholds     a string\npresence  may be left out\nexample   extends = \"starter\"\n",
    ),
    (
        "remove",
        "Full dotted paths to delete from the scenario that this one extends.\n\nholds     an array, each a string\npresence  may be left out\nexample   remove = [\"training.llama\"]\n",
    ),
];

/// Every key of a scenario, then of a sweep, in the order of the reference.
#[must_use]
pub fn keys() -> Vec<KeyLine> {
    Document::ALL.into_iter().flat_map(keys_of).collect()
}

/// Every key of a kind of file.
pub(super) fn keys_of(document: Document) -> Vec<KeyLine> {
    let steering = match document {
        Document::Scenario => &STEERING[..],
        Document::Sweep => &[],
    };
    let mut lines: Vec<KeyLine> = steering
        .iter()
        .map(|(path, text)| KeyLine {
            path: (*path).to_owned(),
            summary: super::reader::first_sentence(text),
        })
        .collect();
    walk(&document.form(), "", &mut |path, key| {
        lines.push(KeyLine {
            path: path.to_owned(),
            summary: super::reader::first_sentence(key.doc),
        });
    });
    lines
}

/// Calls `visit` with every key below a form; those of distributions, which are the same everywhere, are left out.
pub(super) fn walk(form: &Form, path: &str, visit: &mut impl FnMut(&str, &Key)) {
    let join = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    match form {
        Form::Map(each) => walk(each, &join("*"), visit),
        Form::Either(_, table) if matches!(**table, Form::Choice(_)) => {}
        Form::Either(_, table) => walk(table, path, visit),
        _ => {
            for key in form.keys() {
                visit(&join(key.name), key);
                walk(&key.form, &join(key.name), visit);
            }
        }
    }
}

/// The explanation of a key, whose path may have names or `*`: `pool.main.spares`, `pool.*.spares`, `sweep.design`.
#[must_use]
pub fn explain_key(path: &str) -> Option<String> {
    if let Some((_, text)) = STEERING.iter().find(|(key, _)| *key == path) {
        return Some((*text).to_owned());
    }
    let mut forms = Document::ALL.into_iter().map(Document::form);
    forms.find_map(|form| explain_in(&form, path))
}

fn explain_in(form: &Form, path: &str) -> Option<String> {
    let mut place = form;
    let mut found: Option<Key> = None;
    for segment in path.split('.') {
        found = place
            .keys()
            .into_iter()
            .find(|key| key.name == segment)
            .cloned();
        place = place.below(segment)?;
    }
    Some(match found {
        Some(key) => describe(path, &key),
        None => format!(
            "One of the names in {path}: {}.\n{}",
            place.expectation(),
            below(place)
        ),
    })
}

/// The path nearest to one that does not exist, with `*` for names.
#[must_use]
pub fn nearest_key(path: &str) -> Option<String> {
    let paths: Vec<String> = keys().into_iter().map(|line| line.path).collect();
    let last = path.rsplit('.').next().unwrap_or(path);
    let same_key = paths
        .iter()
        .find(|known| known.rsplit('.').next() == Some(last));
    nearest(path, paths.iter().map(String::as_str))
        .or(same_key.map(String::as_str))
        .map(str::to_owned)
}

fn describe(path: &str, key: &Key) -> String {
    let doc = key
        .doc
        .lines()
        .map(str::trim)
        .collect::<Vec<_>>()
        .join("\n");
    let mut text = format!("{path}\n{}\n\n", doc.trim());
    let mut line = |name: &str, value: String| text.push_str(&format!("{name:<10}{value}\n"));
    line("holds", key.form.expectation());
    if let Some(range) = key.range {
        line("range", range.describe());
    }
    match key.presence {
        Presence::Required => line("presence", "required".to_owned()),
        Presence::Optional => line("presence", "may be left out".to_owned()),
        Presence::Default(value) => line("default", value.to_owned()),
        Presence::SameAs(other) => line("default", format!("the value of {other}")),
    }
    line("example", format!("{} = {}", key.name, key.form.example()));
    text + &below(&key.form)
}

/// The keys below a table, each with its first sentence.
fn below(form: &Form) -> String {
    let form = match form {
        Form::Map(each) => each,
        other => other,
    };
    let keys = form.keys();
    if keys.is_empty() {
        return String::new();
    }
    let width = keys.iter().map(|key| key.name.len()).max().unwrap_or(0);
    let lines: Vec<String> = keys
        .iter()
        .map(|key| {
            format!(
                "  {:<width$}  {}",
                key.name,
                super::reader::first_sentence(key.doc)
            )
        })
        .collect();
    format!("\nKeys:\n{}\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;
    use crate::scenario::form::Leaf;
    use crate::scenario::parse::parse_value;
    use crate::scenario::reader::{Read as _, Reader};
    use crate::scenario::tree::Location;

    #[test]
    fn a_key_is_explained_with_all_that_is_known() {
        let text = explain_key("site.*.pue").expect("a key");
        for part in [
            "Power usage effectiveness",
            "a number",
            "at least 1 and at most 10",
            "1.0",
        ] {
            assert!(text.contains(part), "{part} missing from {text}");
        }
        assert!(explain_key("pool.main.spares").is_some());
        assert!(explain_key("pool").is_some_and(|text| text.contains("flexible_share")));
        assert_eq!(explain_key("pool.main.nothing"), None);
        let design = explain_key("sweep.design").expect("a key");
        assert!(
            design.contains("latin-hypercube") && design.contains("{ grid = {} }"),
            "{design}"
        );
        assert!(
            explain_key("axis.share.range.step")
                .is_some_and(|text| text.contains("exact in decimals"))
        );
        assert_eq!(nearest_key("run.horzion").as_deref(), Some("run.horizon"));
        assert_eq!(nearest_key("pue").as_deref(), Some("site.*.pue"));
    }

    /// Declarations are text: every default must read, every range must hold for its kind of number.
    #[test]
    fn every_declaration_is_well_formed() {
        fn leaf(form: &Form) -> Option<Leaf> {
            match form {
                Form::Leaf(leaf) => Some(*leaf),
                Form::Map(each) | Form::List(each, _) | Form::Either(each, _) => leaf(each),
                Form::Table(_) | Form::Choice(_) => None,
            }
        }
        let form = Scenario::form();
        let nowhere = Location {
            source: 0,
            start: 0,
            end: 0,
        };
        let mut count = 0;
        let mut check = |path: &str, key: &Key| {
            count += 1;
            assert!(key.doc.trim().ends_with('.'), "{path}: {}", key.doc);
            if let Presence::Default(text) = key.presence {
                assert!(key.default_node(nowhere).is_some(), "{path}: {text}");
            }
            if let Some(range) = key.range {
                assert!(
                    leaf(&key.form).is_some_and(|leaf| range.is_well_formed(leaf.dimension())),
                    "{path}: {range:?}"
                );
            }
            assert!(
                parse_value(&key.form.example(), 0, 0).is_ok(),
                "{path}: {}",
                key.form.example()
            );
        };
        walk(&form, "", &mut check);
        walk(&Document::Sweep.form(), "", &mut check);
        assert!(count > 90, "{count}");
        let _ = Reader::new(&form, &mut Vec::new());
    }
}

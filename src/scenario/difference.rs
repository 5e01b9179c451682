//! Which keys differ between two scenarios, given as resolved TOML: what a comparison of their results must say.
//! Tables are followed key by key; where a choice (a policy, a value by kind) has another tag, its whole
//! value is the difference, because keys of different tags say nothing about each other.

use super::Scenario;
use super::form::Form;
use super::parse::parse_document;
use super::problem::Problem;
use super::reader::Read as _;
use super::tree::{Node, Table};
use super::write;

/// A key whose value differs, in TOML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyDifference {
    /// Its dotted path, such as `pool.main.accelerators`.
    pub path: String,
    /// The first scenario's value on one line; none if it has none.
    pub old: Option<String>,
    /// The second scenario's.
    pub new: Option<String>,
}

/// The keys in which two scenarios differ, in the order of the first; those that only the second has come after
/// their neighbours.
///
/// # Errors
/// What is wrong with a text that is no TOML, and whether it is the first or the second.
pub fn differences(old: &str, new: &str) -> Result<Vec<KeyDifference>, (usize, String)> {
    let (old, new) = (document(old, 0)?, document(new, 1)?);
    let mut found = Vec::new();
    let form = Scenario::form();
    collect(&old, &new, Some(&form), &mut String::new(), &mut found);
    Ok(found)
}

fn document(text: &str, which: usize) -> Result<Node, (usize, String)> {
    let mut problems: Vec<Problem> = Vec::new();
    let tree = parse_document(text, 0, &mut problems);
    match problems.first() {
        Some(problem) => Err((which, problem.message.clone())),
        None => Ok(tree),
    }
}

fn collect(
    old: &Node,
    new: &Node,
    form: Option<&Form>,
    path: &mut String,
    found: &mut Vec<KeyDifference>,
) {
    let form = form.map(|form| form.side(&old.value));
    match (old.as_table(), new.as_table()) {
        (Some(was), Some(is)) if !is_other_tag(form, was, is) => {
            let added = is.keys().filter(|key| !was.contains_key(*key));
            for key in was.keys().chain(added) {
                let length = path.len();
                if length > 0 {
                    path.push('.');
                }
                path.push_str(&write::key(key));
                match (old.get(key), new.get(key)) {
                    (Some(old), Some(new)) => {
                        collect(old, new, form.and_then(|form| form.below(key)), path, found);
                    }
                    (old, new) => found.push(KeyDifference {
                        path: path.clone(),
                        old: old.map(write::inline),
                        new: new.map(write::inline),
                    }),
                }
                path.truncate(length);
            }
        }
        _ => {
            let (old, new) = (write::inline(old), write::inline(new));
            if old != new {
                found.push(KeyDifference {
                    path: path.clone(),
                    old: Some(old),
                    new: Some(new),
                });
            }
        }
    }
}

/// Whether this is a choice, and no tag is in both.
fn is_other_tag(form: Option<&Form>, was: &Table, is: &Table) -> bool {
    matches!(form, Some(Form::Choice(_))) && !was.keys().any(|tag| is.contains_key(tag))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Set;

    fn found(old: &str, new: &str) -> Vec<String> {
        let differences = differences(old, new).unwrap();
        let show = |of: KeyDifference| {
            let value = |value: Option<String>| value.unwrap_or_else(|| "nothing".to_owned());
            format!("{}: {} -> {}", of.path, value(of.old), value(of.new))
        };
        differences.into_iter().map(show).collect()
    }

    #[test]
    fn keys_are_followed_to_where_they_differ() {
        let old = "[run]\nseed = 1\nstep = \"1h\"\n[pool.a]\nserves = [\"x\", \"y\"]\n[policy.value]\nhysteresis = 0.1\n";
        assert!(found(old, old).is_empty());
        let new = old
            .replace("seed = 1", "seed = 2")
            .replace("\"y\"", "\"z\"");
        assert_eq!(
            found(old, &new),
            [
                "run.seed: 1 -> 2",
                "pool.a.serves: [\"x\", \"y\"] -> [\"x\", \"z\"]"
            ]
        );
        let new = old.replace("0.1", "0.2") + "[pool.\"b c\"]\nspares = 8\n";
        assert_eq!(
            found(old, &new),
            [
                "pool.\"b c\": nothing -> { spares = 8 }",
                "policy.value.hysteresis: 0.1 -> 0.2"
            ]
        );
        assert_eq!(
            found("a = 1", "b = 1"),
            ["a: 1 -> nothing", "b: nothing -> 1"]
        );
    }

    #[test]
    fn another_tag_is_one_difference() {
        let old = "[policy.value]\nhysteresis = 0.1\n";
        assert_eq!(
            found(old, "[policy.dedicated]\n"),
            ["policy: { value = { hysteresis = 0.1 } } -> { dedicated = {} }"]
        );
        // Named tables are no choice, even if no name is in both.
        assert_eq!(
            found("[pool.a]\nspares = 1\n", "[pool.b]\nspares = 1\n"),
            [
                "pool.a: { spares = 1 } -> nothing",
                "pool.b: nothing -> { spares = 1 }"
            ]
        );
    }

    #[test]
    fn a_set_key_of_a_shipped_scenario_is_all_that_differs() {
        let load = |sets: &[Set]| Scenario::load("starter", sets).unwrap().resolved_toml;
        let sets = [Set::new("pool.main.spares=24"), Set::new("run.seed=7")];
        assert_eq!(
            found(&load(&[]), &load(&sets)),
            ["run.seed: 42 -> 7", "pool.main.spares: 32 -> 24"]
        );
    }

    #[test]
    fn what_is_no_toml_is_said() {
        assert_eq!(differences("a = 1", "a = ").unwrap_err().0, 1);
        assert_eq!(differences("]", "a = 1").unwrap_err().0, 0);
    }
}

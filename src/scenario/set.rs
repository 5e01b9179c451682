//! `--set key=value`: one key of a scenario from the command line. The key is a dotted path, in
//! which `*` stands for every name; the value is read as what the key holds, strings without
//! quotes, tables and arrays as inline TOML.

use std::path::Path;

use super::form::{Form, Leaf};
use super::merge::{drop_rivals, merge};
use super::names::nearest;
use super::parse::parse_value;
use super::problem::{Problem, Sources};
use super::tree::{Entry, Location, Node, SourceId, Value};

/// One `--set` argument, not yet looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set(String);

impl Set {
    /// The argument as it was typed: `run.horizon=12w`.
    #[must_use]
    pub fn new(argument: impl Into<String>) -> Self {
        Self(argument.into())
    }
}

/// A setting that cannot be made.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    pub(super) message: String,
    pub(super) hint: String,
}

impl Refusal {
    /// The refusal as a problem with the key at `at`.
    pub(super) fn at(self, at: Location) -> Problem {
        Problem::error(at, self.message).hint(self.hint)
    }
}

/// One `--set` argument that was read: it can be laid on any tree of its form.
#[derive(Clone, Debug)]
pub(super) struct Assignment {
    /// Dotted path, perhaps with `*`.
    pub(super) path: String,
    key_at: Location,
    value: Node,
}

/// Applies one argument to a tree.
pub fn apply(
    tree: &mut Node,
    set: &Set,
    form: &Form,
    sources: &mut Sources,
    problems: &mut Vec<Problem>,
) {
    match Assignment::read(set, form, sources) {
        Ok(assignment) => problems.extend(assignment.apply(tree, form).err()),
        Err(found) => problems.extend(found),
    }
}

impl Assignment {
    /// Reads one argument, whose text is one of the sources from then on.
    pub(super) fn read(
        set: &Set,
        form: &Form,
        sources: &mut Sources,
    ) -> Result<Self, Vec<Problem>> {
        read(&set.0, form, sources)
    }

    /// Lays the value on a tree.
    pub(super) fn apply(&self, tree: &mut Node, form: &Form) -> Result<(), Problem> {
        put(tree, form, &self.path, &self.value).map_err(|refusal| refusal.at(self.key_at))
    }
}

fn read(argument: &str, form: &Form, sources: &mut Sources) -> Result<Assignment, Vec<Problem>> {
    let source = sources.add_in(Some(Path::new("")), "--set argument", argument);
    let whole = Location {
        source,
        start: 0,
        end: argument.len(),
    };
    let Some((key, text)) = argument.split_once('=') else {
        let message = format!("`--set {argument}` has no `=`");
        return Err(vec![
            Problem::error(whole, message).hint("write `--set run.horizon=12w`"),
        ]);
    };
    let path = key.trim();
    let key_at = Location {
        source,
        start: 0,
        end: key.len(),
    };
    let segments: Vec<&str> = path.split('.').collect();
    let target = form_at(form, &segments).map_err(|refusal| vec![refusal.at(key_at)])?;
    let value = typed(text, target, source, key.len() + 1).map_err(|errors| {
        let hint = format!(
            "`{path}` holds {}, for example `--set '{path}={}'`",
            target.expectation(),
            target.example().trim_matches('"')
        );
        let hinted = errors.into_iter();
        hinted
            .map(|error| error.maybe_hint(Some(hint.clone())))
            .collect::<Vec<_>>()
    })?;
    Ok(Assignment {
        path: path.to_owned(),
        key_at,
        value,
    })
}

/// Lays a value on everything that a dotted path means.
pub(super) fn put(tree: &mut Node, form: &Form, path: &str, value: &Node) -> Result<(), Refusal> {
    let segments: Vec<&str> = path.split('.').collect();
    let mut paths = Vec::new();
    expand(tree, form, &segments, &mut Vec::new(), &mut paths)?;
    if paths.is_empty() {
        return Err(Refusal {
            message: format!("`{path}` matches nothing in this scenario"),
            hint: "`*` stands for the names that the scenario defines".to_owned(),
        });
    }
    for path in paths {
        place(tree, form, &path, value.clone());
    }
    Ok(())
}

/// The form that a path leads to.
pub(super) fn form_at<'f>(root: &'f Form, segments: &[&str]) -> Result<&'f Form, Refusal> {
    let mut form = root;
    for (depth, segment) in segments.iter().enumerate() {
        let below = if *segment == "*" && !matches!(form, Form::Map(_)) {
            every(form)
        } else {
            form.below(segment)
        };
        form = below.ok_or_else(|| unknown(form, segments, depth))?;
    }
    Ok(form)
}

/// The map that an `Either` may hold.
fn every(form: &Form) -> Option<&Form> {
    match form {
        Form::Either(_, table) => every(table),
        Form::Map(each) => Some(each),
        _ => None,
    }
}

fn unknown(form: &Form, segments: &[&str], depth: usize) -> Refusal {
    let before = segments
        .iter()
        .take(depth)
        .copied()
        .collect::<Vec<_>>()
        .join(".");
    let segment = segments.get(depth).copied().unwrap_or_default();
    let path = |name: &str| {
        if before.is_empty() {
            name.to_owned()
        } else {
            format!("{before}.{name}")
        }
    };
    let names: Vec<&str> = form.keys().iter().map(|key| key.name).collect();
    let hint = match nearest(segment, names.iter().copied()) {
        Some(near) => format!("did you mean `{}`?", path(near)),
        None if names.is_empty() => format!("`{before}` holds {}", form.expectation()),
        None => format!("the keys are {}", names.join(", ")),
    };
    Refusal {
        message: format!("there is no key `{}`", path(segment)),
        hint,
    }
}

/// All paths that a path with `*` means. A name may be new only as the last segment.
fn expand(
    tree: &Node,
    form: &Form,
    rest: &[&str],
    done: &mut Vec<String>,
    paths: &mut Vec<Vec<String>>,
) -> Result<(), Refusal> {
    let Some((segment, rest)) = rest.split_first() else {
        paths.push(done.clone());
        return Ok(());
    };
    // A thing with keys of its own is defined whole or not at all; a map of numbers grows name by name.
    let defines_things = matches!(every(form), Some(Form::Table(_)));
    let names: Vec<String> = match (*segment, tree.as_table()) {
        ("*", table) => table.map_or(Vec::new(), |table| table.keys().cloned().collect()),
        (name, table) => {
            if defines_things
                && !rest.is_empty()
                && table.is_none_or(|table| !table.contains_key(name))
            {
                let place = done.join(".");
                let names: Vec<&str> = table.map_or(Vec::new(), |table| {
                    table.keys().map(String::as_str).collect()
                });
                let hint = match nearest(name, names.iter().copied()) {
                    Some(near) => format!("did you mean `{place}.{near}`?"),
                    None if names.is_empty() => format!("the scenario defines no `{place}`"),
                    None => format!("the scenario defines {}", names.join(", ")),
                };
                return Err(Refusal {
                    message: format!("there is no `{place}.{name}` in this scenario"),
                    hint,
                });
            }
            vec![name.to_owned()]
        }
    };
    let nothing = Node {
        value: Value::Boolean(false),
        at: tree.at,
    };
    for name in names {
        let Some(below) = form.below(&name) else {
            continue;
        };
        let node = tree.get(&name).unwrap_or(&nothing);
        done.push(name);
        expand(node, below, rest, done, paths)?;
        done.pop();
    }
    Ok(())
}

/// Puts a value at a path, making the tables on the way; a choice on the way turns to the path's tag.
fn place(node: &mut Node, form: &Form, path: &[String], value: Node) {
    let Some((segment, rest)) = path.split_first() else {
        return merge(node, value, Some(form));
    };
    if node.as_table().is_none() {
        *node = Node::empty_table(value.at);
    }
    let form = form.side(&node.value);
    let Value::Table(table) = &mut node.value else {
        return;
    };
    drop_rivals(table, std::iter::once(segment.as_str()), Some(form));
    let Some(below) = form.below(segment) else {
        return;
    };
    let at = value.at;
    match (table.get_mut(segment), rest.is_empty()) {
        (Some(entry), _) => place(&mut entry.node, below, rest, value),
        (None, true) => {
            table.insert(
                segment.clone(),
                Entry {
                    key: at,
                    node: value,
                },
            );
        }
        (None, false) => {
            let mut node = Node::empty_table(at);
            place(&mut node, below, rest, value);
            table.insert(segment.clone(), Entry { key: at, node });
        }
    }
}

/// The text as a value of the form; `offset` is where it begins in its argument.
fn typed(text: &str, form: &Form, source: SourceId, offset: usize) -> Result<Node, Vec<Problem>> {
    let trimmed = text.trim();
    let start = offset + (text.len() - text.trim_start().len());
    let as_toml = || parse_value(trimmed, source, start);
    let as_text = || {
        let at = Location {
            source,
            start,
            end: start + trimmed.len(),
        };
        Node {
            value: Value::Text(trimmed.to_owned()),
            at,
        }
    };
    match form {
        Form::Leaf(leaf) if leaf.is_bare() => as_toml(),
        // Quotes are allowed; without them a date or a number in a string's place stays a string.
        Form::Leaf(_) => match trimmed.starts_with(['"', '\'']) {
            true => as_toml(),
            false => Ok(as_text()),
        },
        Form::Either(plain, table) => match (trimmed.starts_with('{'), plain.as_ref()) {
            (true, _) => typed(text, table, source, offset),
            (false, plain) => typed(text, plain, source, offset),
        },
        Form::List(each, _)
            if !trimmed.starts_with('[')
                && matches!(**each, Form::Leaf(Leaf::Reference | Leaf::Number)) =>
        {
            let at = Location {
                source,
                start,
                end: start + trimmed.len(),
            };
            Err(vec![Problem::error(
                at,
                format!("`{trimmed}` is not an array"),
            )])
        }
        _ => as_toml(),
    }
}

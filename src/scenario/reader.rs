//! Reading a tree into typed values. [`Read`] is what a type knows about its place in a scenario:
//! its form, and how a node becomes a value. The [`Reader`] knows the path and collects problems;
//! a value that cannot be read is `None`, its problem already told, and reading goes on beside it.

use super::form::{Form, Key, Leaf, Presence, TableForm};
use super::names::nearest;
use super::problem::Problem;
use super::quantity::Complaint;
use super::tree::{Entry, Location, Node, Table};

/// A type that can be read from a scenario. `T` is the type read: usually `Self`, or another one
/// where the same type is written in different ways (a distribution of durations, or of counts).
pub trait Read<T = Self> {
    /// Whether a key of this type may be left out without a default.
    const OPTIONAL: bool = false;
    /// Whether this is a choice whose tags are keys of the table around it.
    const FLAT: bool = false;

    /// What may be written.
    fn form() -> Form;

    /// The value of a node.
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<T>;

    /// The value when the key is left out, if that has a meaning.
    #[must_use]
    fn absent() -> Option<T> {
        None
    }
}

/// The path to where we read, and what was wrong so far.
pub struct Reader<'a> {
    problems: &'a mut Vec<Problem>,
    root: &'a Form,
    path: Vec<String>,
}

impl<'a> Reader<'a> {
    /// A reader at the root of a scenario of the form `root`.
    pub fn new(root: &'a Form, problems: &'a mut Vec<Problem>) -> Self {
        Self {
            problems,
            root,
            path: Vec::new(),
        }
    }

    /// The dotted path to the value being read.
    #[must_use]
    pub fn path(&self) -> String {
        self.path.join(".")
    }

    /// Reads something one key further down.
    pub fn within<T>(&mut self, key: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(key.to_owned());
        let value = read(self);
        self.path.pop();
        value
    }

    /// Notes a problem.
    pub fn report(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Notes that the value here is wrong: "`run.step`: …".
    pub fn complain(&mut self, at: Location, complaint: &Complaint) {
        let message = format!("`{}`: {}", self.path(), complaint.message);
        self.report(Problem::error(at, message).hint(complaint.hint.clone()));
    }

    /// Notes that the value here is of the wrong kind.
    pub fn wrong_kind(&mut self, node: &Node, form: &Form) {
        let message = format!(
            "`{}` must be {}, but this is {}",
            self.path(),
            form.expectation(),
            node.kind()
        );
        let last = self.path.last().map_or("key", String::as_str);
        let hint = format!("for example `{last} = {}`", form.example());
        self.report(
            Problem::error(node.at, message)
                .label(node.kind())
                .hint(hint),
        );
    }

    /// The node's text; a bare number where a unit is due is told which units there are.
    pub fn text<'n>(&mut self, node: &'n Node, leaf: Leaf) -> Option<&'n str> {
        if let Some(text) = node.as_text() {
            return Some(text);
        }
        match (leaf.dimension(), node.as_number()) {
            (Some(dimension), Some(number)) => {
                let message = format!("`{}` needs a unit", self.path());
                let (_, unit) = dimension.example().split_at(
                    dimension
                        .example()
                        .find(|c: char| !c.is_ascii_digit() && c != '.')
                        .unwrap_or(0),
                );
                let hint = format!(
                    "the units are {}: write \"{number}{unit}\", if that is what it means",
                    dimension.unit_names()
                );
                self.report(Problem::error(node.at, message).label("no unit").hint(hint));
            }
            _ => self.wrong_kind(node, &Form::Leaf(leaf)),
        }
        None
    }

    /// The entries of a table, after telling about the keys that it does not have.
    pub fn table<'n>(&mut self, node: &'n Node, form: &TableForm) -> Option<&'n Table> {
        let Some(table) = node.as_table() else {
            self.wrong_kind(node, &Form::Table(form.clone()));
            return None;
        };
        for (name, entry) in table {
            if form.key(name).is_none() {
                self.unknown_key(name, entry, &form.all().collect::<Vec<_>>());
            }
        }
        Some(table)
    }

    /// The one tag of a choice and its value. In a flat choice other keys belong to the table around it.
    pub fn tag<'n>(
        &mut self,
        node: &'n Node,
        tags: &[Key],
        flat: bool,
    ) -> Option<(&'n str, &'n Node)> {
        let names = || {
            tags.iter()
                .map(|tag| format!("`{}`", tag.name))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let Some(table) = node.as_table() else {
            let message = format!(
                "`{}` must be {}, but this is {}",
                self.path(),
                Form::Choice(tags.to_vec()).expectation(),
                node.kind()
            );
            let word = node
                .as_text()
                .and_then(|text| tags.iter().find(|tag| tag.name == text))
                .or(tags.first());
            let hint =
                word.map(|tag| format!("write `{{ {} = {} }}`", tag.name, tag.form.example()));
            self.report(Problem::error(node.at, message).maybe_hint(hint));
            return None;
        };
        let mut chosen: Option<(&'n str, &'n Entry)> = None;
        for (name, entry) in table {
            if !tags.iter().any(|tag| tag.name == name) {
                if !flat {
                    self.unknown_key(name, entry, &tags.iter().collect::<Vec<_>>());
                }
                continue;
            }
            match chosen {
                None => chosen = Some((name, entry)),
                Some((first, _)) => {
                    let message = format!(
                        "`{}` has both `{first}` and `{name}`; it takes exactly one of {}",
                        self.path(),
                        names()
                    );
                    let hint = format!(
                        "keep one of them, and delete the other; `remove = [\"{}.{first}\"]` deletes what a base has",
                        self.path()
                    );
                    self.report(
                        Problem::error(entry.key, message)
                            .label("the second")
                            .hint(hint),
                    );
                }
            }
        }
        if chosen.is_none() {
            let any_known = flat || table.is_empty();
            if any_known {
                let message = format!(
                    "`{}` has none of {}; it takes exactly one",
                    self.path(),
                    names()
                );
                let hint = tags
                    .first()
                    .map(|tag| format!("for example `{} = {}`", tag.name, tag.form.example()));
                self.report(Problem::error(node.at, message).maybe_hint(hint));
            }
        }
        chosen.map(|(name, entry)| (name, &entry.node))
    }

    /// Reads one key of a table: its presence, its value and its range.
    pub fn field<V: Read<T>, T>(&mut self, node: &Node, form: &TableForm, name: &str) -> Option<T> {
        if V::FLAT {
            return V::read(node, self);
        }
        let key = form.key(name)?;
        let Some(value) = node.get(name) else {
            let absent = V::absent();
            if absent.is_none() {
                self.missing(node, key);
            }
            return absent;
        };
        self.within(name, |reader| {
            let read = V::read(value, reader)?;
            match key.out_of_range(value) {
                Some((range, offender)) => {
                    let message = format!("`{}` must be {}", reader.path(), range.describe());
                    reader.report(
                        Problem::error(offender.at, message)
                            .label("out of range")
                            .hint(first_sentence(key.doc)),
                    );
                    None
                }
                None => Some(read),
            }
        })
    }

    fn missing(&mut self, node: &Node, key: &Key) {
        if matches!(key.presence, Presence::SameAs(_)) {
            // It would have been there if what it is the same as were; that is what is missing.
            return;
        }
        let example = format!("for example `{} = {}`", key.name, key.form.example());
        let (message, hint) = if self.path.is_empty() {
            let below = key
                .form
                .keys()
                .iter()
                .map(|key| key.name)
                .collect::<Vec<_>>()
                .join(", ");
            let header = if matches!(key.form, Form::Choice(_)) {
                format!("[{}.…]", key.name)
            } else {
                format!("[{}]", key.name)
            };
            (
                format!("there is no `{header}` table"),
                format!("add one, with one or more of: {below}"),
            )
        } else {
            (
                format!("`{}` needs the key `{}`", self.path(), key.name),
                format!("{} ({example})", first_sentence(key.doc)),
            )
        };
        self.report(Problem::error(node.at, message).hint(hint));
    }

    fn unknown_key(&mut self, name: &str, entry: &Entry, known: &[&Key]) {
        let place = if self.path.is_empty() {
            "at the top of a scenario".to_owned()
        } else {
            format!("in `{}`", self.path())
        };
        let message = format!("there is no key `{name}` {place}");
        let names: Vec<&str> = known.iter().map(|key| key.name).collect();
        let elsewhere = homes(self.root, name);
        let hint = match nearest(name, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if !elsewhere.is_empty() => {
                format!("`{name}` is a key of {}", elsewhere.join(" and of "))
            }
            None if names.is_empty() => "nothing stands here; write `{}`".to_owned(),
            None => format!("the keys here are {}", names.join(", ")),
        };
        self.report(
            Problem::error(entry.key, message)
                .label("not a key here")
                .hint(hint),
        );
    }
}

/// The first sentence of a key's documentation.
#[must_use]
pub fn first_sentence(doc: &str) -> String {
    let text = doc.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = text.find(". ").unwrap_or(text.len());
    text.get(..end)
        .unwrap_or(&text)
        .trim_end_matches('.')
        .to_owned()
}

/// The tables, as headers, that have a key of this name; at most three.
fn homes(root: &Form, name: &str) -> Vec<String> {
    fn walk(form: &Form, name: &str, path: &str, found: &mut Vec<String>) {
        if let Form::Map(each) = form {
            walk(each, name, &format!("{path}.*"), found);
        }
        for key in form.keys() {
            if key.name == name && found.len() < 3 {
                found.push(if path.is_empty() {
                    "the top of the file".to_owned()
                } else {
                    format!("`[{path}]`")
                });
            }
            let below = if path.is_empty() {
                key.name.to_owned()
            } else {
                format!("{path}.{}", key.name)
            };
            walk(&key.form, name, &below, found);
        }
    }
    let mut found = Vec::new();
    walk(root, name, "", &mut found);
    found
}

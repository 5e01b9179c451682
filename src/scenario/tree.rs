//! A TOML document as an owned tree in which every value and every key knows where it was written.
//! All layers of a scenario (files, catalogue, `--set`) become such trees; merging moves nodes and
//! keeps their places, so that an error always points at the text somebody typed.

use indexmap::IndexMap;
/// The number of a source text in [`Sources`](super::problem::Sources).
pub type SourceId = u32;

/// A stretch of a source text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location {
    /// Which text.
    pub source: SourceId,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub value: Value,
    /// Where it was written; of a default, the table that leaves it out.
    pub at: Location,
}

/// One TOML value; dates are kept as the text they were written in.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub enum Value {
    Text(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    Date(String),
    Array(Vec<Node>),
    Table(Table),
}

/// The entries of a table, in the order of the text.
pub type Table = IndexMap<String, Entry>;

/// A key's place and its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Where the key stands.
    pub key: Location,
    /// The value.
    pub node: Node,
}

impl Node {
    /// An empty table at `at`.
    #[must_use]
    pub fn empty_table(at: Location) -> Self {
        Self {
            value: Value::Table(Table::new()),
            at,
        }
    }

    /// The entries, if this is a table.
    #[must_use]
    pub fn as_table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The entries to change, if this is a table.
    pub fn as_table_mut(&mut self) -> Option<&mut Table> {
        match &mut self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The text, if this is a string.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if this is an integer or a float.
    #[must_use]
    pub fn as_number(&self) -> Option<f64> {
        match self.value {
            Value::Integer(integer) => Some(integer as f64),
            Value::Float(float) => Some(float),
            _ => None,
        }
    }

    /// The node at a dotted path below this one.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<&Node> {
        path.split('.').try_fold(self, |node, key| node.get(key))
    }

    /// The value of `key`, if this is a table that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_table()?.get(key).map(|entry| &entry.node)
    }

    /// Sets `key` of a table; the key's own place is the value's.
    pub fn insert(&mut self, key: &str, node: Node) {
        if let Some(table) = self.as_table_mut() {
            table.insert(key.to_owned(), Entry { key: node.at, node });
        }
    }

    /// What kind of value this is, with its article, for messages.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Text(_) => "a string",
            Value::Integer(_) => "a whole number",
            Value::Float(_) => "a number",
            Value::Boolean(_) => "a boolean",
            Value::Date(_) => "a date",
            Value::Array(_) => "an array",
            Value::Table(_) => "a table",
        }
    }

    /// Gives the whole tree one place: that of the thing which it was put in for.
    #[must_use]
    pub fn moved_to(mut self, at: Location) -> Self {
        self.at = at;
        match &mut self.value {
            Value::Array(items) => {
                for item in items {
                    *item = std::mem::replace(
                        item,
                        Node {
                            value: Value::Boolean(false),
                            at,
                        },
                    )
                    .moved_to(at);
                }
            }
            Value::Table(table) => {
                for entry in table.values_mut() {
                    entry.key = at;
                    let node = std::mem::replace(
                        &mut entry.node,
                        Node {
                            value: Value::Boolean(false),
                            at,
                        },
                    );
                    entry.node = node.moved_to(at);
                }
            }
            _ => {}
        }
        self
    }
}

//! The form of a scenario: a description of every key, its kind of value, range, default and
//! documentation. It is derived from the same declarations as the structs (see `declare.rs`) and
//! drives the merging of layers, `--set`, defaults, hints and `explain`.

use super::quantity::Dimension;
use super::range::Range;
use super::tree::{Node, Value};

/// What may stand somewhere.
#[derive(Clone, Debug)]
pub enum Form {
    /// One value.
    Leaf(Leaf),
    /// A table of fixed keys.
    Table(TableForm),
    /// A table of names that the user chooses, all of one form.
    Map(Box<Form>),
    /// An array; with a fixed length or any.
    List(Box<Form>, Option<usize>),
    /// A table with exactly one of these keys.
    Choice(Vec<Key>),
    /// A plain value, or the table that stands for it.
    Either(Box<Form>, Box<Form>),
}

/// The kinds of single value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaf {
    /// Any text.
    Text,
    /// A name by the rule for names.
    Name,
    /// The name of something that another table defines.
    Reference,
    /// An IANA time zone.
    TimeZone,
    /// A plain number.
    Number,
    /// An amount of the scenario's currency.
    Money,
    /// A whole number, not negative.
    Count,
    /// A number with a unit.
    Quantity(Dimension),
    /// A duration, or this word.
    DurationOr(&'static str),
    /// Work of a campaign: FLOP or accelerator-hours.
    Work,
    /// A date.
    Date,
    /// `true` or `false`.
    Boolean,
    /// Any value at all: what it must be, another key says.
    Anything,
    /// One of these words.
    Word(&'static [&'static str]),
}

/// A table's keys, in the order in which they are documented and written.
#[derive(Clone, Debug, Default)]
pub struct TableForm {
    /// The keys.
    pub keys: Vec<Key>,
    /// Keys of which the table has exactly one.
    pub one_of: Vec<Key>,
    /// Whether it may also have none of them.
    pub may_lack: bool,
}

/// One key.
#[derive(Clone, Debug)]
pub struct Key {
    /// As written in TOML.
    pub name: &'static str,
    /// What it means, in sentences.
    pub doc: &'static str,
    /// Whether it must be there.
    pub presence: Presence,
    /// What it holds.
    pub form: Form,
    /// What its numbers may be.
    pub range: Option<Range>,
}

/// What happens when a key is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// That is an error.
    Required,
    /// It has no value.
    Optional,
    /// It has this one, in TOML.
    Default(&'static str),
    /// It has the value of the key at this path.
    SameAs(&'static str),
}

impl Key {
    /// The first number under `node`, the key's value, that breaks the key's range, and the range.
    #[must_use]
    pub fn out_of_range<'n>(&self, node: &'n Node) -> Option<(Range, &'n Node)> {
        let range = self.range?;
        let offender = self
            .form
            .find_number(node, &|number, dimension| !range.holds(number, dimension))?;
        Some((range, offender))
    }
}

impl Form {
    /// The first number under `node`, a value of this form, for which `wanted` holds, given the
    /// number in its base unit and its dimension.
    fn find_number<'n>(
        &self,
        node: &'n Node,
        wanted: &impl Fn(f64, Option<Dimension>) -> bool,
    ) -> Option<&'n Node> {
        match (self.side(&node.value), &node.value) {
            (Form::Leaf(leaf), _) => leaf
                .measure(node)
                .filter(|&number| wanted(number, leaf.dimension()))
                .map(|_| node),
            (Form::List(each, _), Value::Array(items)) => {
                items.iter().find_map(|item| each.find_number(item, wanted))
            }
            (Form::Map(each), Value::Table(table)) => table
                .values()
                .find_map(|entry| each.find_number(&entry.node, wanted)),
            _ => None,
        }
    }

    /// The table side of an [`Form::Either`] if `value` is a table, else its plain side; other forms unchanged.
    #[must_use]
    pub fn side(&self, value: &Value) -> &Form {
        match (self, value) {
            (Form::Either(_, table), Value::Table(_)) => table.side(value),
            (Form::Either(plain, _), _) => plain.side(value),
            _ => self,
        }
    }

    /// The form below this one that the key of a table leads to.
    #[must_use]
    pub fn below(&self, key: &str) -> Option<&Form> {
        match self {
            Form::Table(table) => table.key(key).map(|key| &key.form),
            Form::Choice(tags) => tags.iter().find(|tag| tag.name == key).map(|tag| &tag.form),
            Form::Map(each) => Some(each),
            Form::Either(_, table) => table.below(key),
            Form::Leaf(_) | Form::List(..) => None,
        }
    }

    /// The keys that may stand in this table; none for a map, whose names are the user's.
    #[must_use]
    pub fn keys(&self) -> Vec<&Key> {
        match self {
            Form::Table(table) => table.all().collect(),
            Form::Choice(tags) => tags.iter().collect(),
            Form::Either(_, table) => table.keys(),
            Form::Leaf(_) | Form::Map(_) | Form::List(..) => Vec::new(),
        }
    }

    /// What is expected, with its article: "a duration", "a table".
    #[must_use]
    pub fn expectation(&self) -> String {
        match self {
            Form::Leaf(leaf) => leaf.expectation(),
            Form::Table(_) => "a table".to_owned(),
            Form::Map(each) => format!("a table of names, each {}", each.expectation()),
            Form::List(each, None) => format!("an array, each {}", each.expectation()),
            Form::List(each, Some(length)) => {
                format!("an array of {length}, each {}", each.expectation())
            }
            Form::Choice(tags) => {
                let tags: Vec<String> = tags.iter().map(|tag| format!("`{}`", tag.name)).collect();
                format!("a table with one of {}", tags.join(", "))
            }
            Form::Either(plain, table) => {
                format!("{}, or {}", plain.expectation(), table.expectation())
            }
        }
    }

    /// A value of this form in TOML, for hints.
    #[must_use]
    pub fn example(&self) -> String {
        match self {
            Form::Leaf(leaf) => leaf.example(),
            Form::Either(plain, _) => plain.example(),
            Form::Map(each) => format!("{{ name = {} }}", each.example()),
            Form::List(each, _) => format!("[{}]", each.example()),
            Form::Choice(tags) => tags.first().map_or("{}".to_owned(), |tag| {
                format!("{{ {} = {} }}", tag.name, tag.form.example())
            }),
            Form::Table(table) => {
                let due = table
                    .keys
                    .iter()
                    .filter(|key| key.presence == Presence::Required);
                let due: Vec<String> = due
                    .map(|key| format!("{} = {}", key.name, key.form.example()))
                    .collect();
                if due.is_empty() {
                    "{}".to_owned()
                } else {
                    format!("{{ {} }}", due.join(", "))
                }
            }
        }
    }
}

impl TableForm {
    /// The key of that name.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<&Key> {
        self.all().find(|key| key.name == name)
    }

    /// All keys, those of which only one may be present last.
    pub fn all(&self) -> impl Iterator<Item = &Key> {
        self.keys.iter().chain(&self.one_of)
    }
}

impl Key {
    /// The default's node, if it has one in TOML; placed where the key would have stood.
    #[must_use]
    pub fn default_node(&self, at: super::tree::Location) -> Option<Node> {
        match self.presence {
            Presence::Default(text) => super::parse::parse_value(text, 0, 0)
                .ok()
                .map(|node| node.moved_to(at)),
            _ => None,
        }
    }
}

impl Leaf {
    /// What is expected, with its article.
    #[must_use]
    pub fn expectation(self) -> String {
        match self {
            Leaf::Text => "a string".to_owned(),
            Leaf::Name => "a name".to_owned(),
            Leaf::Reference => "a name defined elsewhere".to_owned(),
            Leaf::TimeZone => "a time zone".to_owned(),
            Leaf::Number => "a number".to_owned(),
            Leaf::Money => "a number, in the scenario's currency".to_owned(),
            Leaf::Count => "a whole number".to_owned(),
            Leaf::Quantity(dimension) => dimension.name().to_owned(),
            Leaf::DurationOr(word) => format!("a duration, or \"{word}\""),
            Leaf::Work => "an amount of work in FLOP or accelerator-hours".to_owned(),
            Leaf::Date => "a date".to_owned(),
            Leaf::Boolean => "true or false".to_owned(),
            Leaf::Anything => "a value of the key".to_owned(),
            Leaf::Word(words) => {
                let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
                super::quantity::alternatives(words.iter().map(String::as_str))
            }
        }
    }

    /// A value in TOML.
    #[must_use]
    pub fn example(self) -> String {
        match self {
            Leaf::Text => "\"text\"".to_owned(),
            Leaf::Name | Leaf::Reference => "\"main\"".to_owned(),
            Leaf::TimeZone => "\"America/New_York\"".to_owned(),
            Leaf::Number => "1.0".to_owned(),
            Leaf::Money => "25000.0".to_owned(),
            Leaf::Count => "8".to_owned(),
            Leaf::Quantity(dimension) => format!("\"{}\"", dimension.example()),
            Leaf::DurationOr(_) => Leaf::Quantity(Dimension::Duration).example(),
            Leaf::Work => "\"3.8e25 FLOP\"".to_owned(),
            Leaf::Date => "\"2024-07-01\"".to_owned(),
            Leaf::Boolean => "true".to_owned(),
            Leaf::Anything => "0.5".to_owned(),
            Leaf::Word(words) => format!("\"{}\"", words.first().unwrap_or(&"")),
        }
    }

    /// Whether its values are written without quotes.
    #[must_use]
    pub fn is_bare(self) -> bool {
        self.is_number() || self == Leaf::Boolean
    }

    /// Whether its values are TOML numbers, not strings.
    #[must_use]
    pub fn is_number(self) -> bool {
        matches!(self, Leaf::Number | Leaf::Money | Leaf::Count)
    }

    /// The dimension of a quantity; none for other kinds.
    #[must_use]
    pub fn dimension(self) -> Option<Dimension> {
        match self {
            Leaf::Quantity(dimension) => Some(dimension),
            Leaf::DurationOr(_) => Some(Dimension::Duration),
            _ => None,
        }
    }

    /// The base-unit number of a value of this kind, if it is one.
    #[must_use]
    pub fn measure(self, node: &Node) -> Option<f64> {
        match (self.dimension(), &node.value) {
            (Some(dimension), Value::Text(text)) => dimension.parse(text).ok(),
            (None, _) if self.is_number() => node.as_number(),
            _ => None,
        }
    }
}

//! An axis: a key of the scenario and the values that it takes, listed or as a range. A coordinate is
//! one of them: what goes into the scenario, what the tables show, and what constraints compare.

use super::super::base::{Base, Setting};
use super::super::declare::table;
use super::super::names::nearest;
use super::super::problem::Problem;
use super::super::set::form_at;
use super::super::tree::{Location, Node, Value};
use super::super::write::inline;
use super::range::{Ends, Range, Scale, pick};

table! {
    /// A key that a sweep varies.
    #[derive(Clone, Debug)]
    pub struct AxisKeys {
        /// The key as a dotted path; `*` stands for every name.
        pub key: String,
        /// The values that it takes, each as the key holds it: numbers, strings, arrays, whole tables.
        pub values: Option<Vec<Node>>,
        /// The values between two ends, instead of a list.
        pub range: Option<RangeKeys>,
    }
}

table! {
    /// Values between two ends, both included.
    #[derive(Clone, Debug)]
    pub struct RangeKeys {
        /// The smallest value.
        pub from: Node,
        /// The largest value.
        pub to: Node,
        /// What lies between two values: exact in decimals, for dates a duration. A grid needs it; without it other designs take any value between the ends.
        pub step: Option<Node>,
    }
}

/// Values whose reading is checked before anything runs; of a longer axis the rest shows at its points.
const CHECKED_MAX: usize = 1000;

/// An axis that was checked: its key is one of the scenario's, its values are what the key holds.
#[derive(Clone, Debug)]
pub struct Axis {
    /// Its name, and its column's.
    pub name: String,
    /// The key, perhaps with `*`.
    pub key: String,
    pub(super) key_at: Location,
    pub(super) scale: Option<Scale>,
    values: Values,
}

#[derive(Clone, Debug)]
enum Values {
    List(Vec<Node>),
    Range(Range),
}

/// What an axis is at a point.
#[derive(Clone, Debug)]
pub struct Coordinate {
    /// As the tables show it: a number, a text, or inline TOML.
    pub text: String,
    pub(super) node: Node,
    pub(super) measure: Measure,
}

/// What constraints compare.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Measure {
    /// A number in its base unit.
    Number(f64),
    /// Anything else, as a word; of a choice the tag.
    Word(String),
}

/// What the values were written as.
pub(super) enum Written {
    List(Vec<Node>, Location),
    Ends(Box<Ends>),
}

impl Axis {
    /// Checks an axis against the scenario that it varies.
    pub(super) fn read(
        name: String,
        (key, key_at): (String, Location),
        written: Written,
        base: &Base,
    ) -> Result<Self, Vec<Problem>> {
        let segments: Vec<&str> = key.split('.').collect();
        let form = form_at(&base.form, &segments);
        let form = form.map_err(|refusal| vec![refusal.at(key_at)])?;
        let scale = Scale::of(form);
        let values = match written {
            Written::List(values, at) if values.is_empty() => {
                let message = format!("the axis `{name}` has no values");
                return Err(vec![Problem::error(at, message).hint("list one or more")]);
            }
            Written::List(values, _) => Values::List(values),
            Written::Ends(ends) => {
                let Some(scale) = scale else {
                    let message =
                        format!("`{key}` holds {}, which has no range", form.expectation());
                    return Err(vec![
                        Problem::error(ends.at, message).hint("list the values: `values = […]`"),
                    ]);
                };
                let range = Range::read(&ends, scale);
                Values::Range(range.map_err(|(at, complaint)| {
                    let message = format!("the axis `{name}`: {}", complaint.message);
                    vec![Problem::error(at, message).hint(complaint.hint)]
                })?)
            }
        };
        let axis = Self {
            name,
            key,
            key_at,
            scale,
            values,
        };
        let problems = axis.problems(base);
        if problems.is_empty() {
            Ok(axis)
        } else {
            Err(problems)
        }
    }

    /// The number of its values; none of a range without a step.
    #[must_use]
    pub fn levels(&self) -> Option<u64> {
        match &self.values {
            Values::List(values) => Some(values.len() as u64),
            Values::Range(range) => range.levels(),
        }
    }

    /// The value of that number; beyond the last, the last.
    #[must_use]
    pub fn level(&self, index: u64) -> Coordinate {
        let (node, text) = match &self.values {
            Values::List(values) => {
                let index = usize::try_from(index).unwrap_or(usize::MAX);
                let node = values.get(index).or(values.last());
                // A list has at least one value.
                let node = node.cloned().unwrap_or(Node::empty_table(self.key_at));
                let text = shown(&node);
                (node, text)
            }
            Values::Range(range) => range.level(index),
        };
        self.coordinate(node, text)
    }

    /// The value at a share of the way from the first to the last, 0 to 1.
    #[must_use]
    pub fn at_share(&self, share: f64) -> Coordinate {
        match (self.levels(), &self.values) {
            (None, Values::Range(range)) => {
                let (node, text) = range.at_share(share);
                self.coordinate(node, text)
            }
            (levels, _) => self.level(pick(share, levels.unwrap_or(1) as f64) as u64),
        }
    }

    /// Where the value at a share of the way really lies, from 0 at the first value to 1 at the last: on an axis with
    /// levels, which lie evenly, or of whole numbers, that is not the share itself. None if there is but one value.
    #[must_use]
    pub fn reached(&self, share: f64) -> Option<f64> {
        match (self.levels(), &self.values) {
            (None, Values::Range(range)) => range.reached(share),
            (levels, _) => {
                let levels = levels.filter(|levels| *levels > 1)? as f64;
                Some(pick(share, levels) / (levels - 1.0))
            }
        }
    }

    /// Whether the column holds plain numbers.
    #[must_use]
    pub fn is_number(&self) -> bool {
        let plain = match &self.values {
            Values::List(values) => values.iter().all(|value| value.as_number().is_some()),
            Values::Range(_) => true,
        };
        plain && self.scale.is_some_and(Scale::is_number)
    }

    /// Lets values between the ends be multiples of `quantum`; whether there is any.
    pub(super) fn round_to(&mut self, quantum: u64) -> bool {
        match &mut self.values {
            Values::Range(range) if range.levels().is_none() => range.round_to(quantum),
            _ => true,
        }
    }

    /// What to compare the axis with instead of a word that none of its values is; none if one is.
    pub(super) fn nearest_word(&self, text: &str) -> Option<String> {
        let Values::List(values) = &self.values else {
            return None;
        };
        let words: Vec<String> = values.iter().map(word).collect();
        if words.iter().any(|word| word == text) {
            return None;
        }
        let near = nearest(text, words.iter().map(String::as_str));
        Some(match (near, words.first()) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, first) => format!(
                "write it as the axis does, for example `{}`",
                first.map_or("", String::as_str)
            ),
        })
    }

    fn coordinate(&self, node: Node, text: String) -> Coordinate {
        let number = self.scale.and_then(|scale| scale.measure(&node));
        let measure = number.map_or_else(|| Measure::Word(word(&node)), Measure::Number);
        Coordinate {
            text,
            node,
            measure,
        }
    }

    /// What is wrong with its values, whatever the other axes say.
    fn problems(&self, base: &Base) -> Vec<Problem> {
        let setting = |value| Setting {
            key: &self.key,
            key_at: self.key_at,
            value,
        };
        let checked: Vec<Node> = match &self.values {
            Values::List(values) => values.iter().take(CHECKED_MAX).cloned().collect(),
            Values::Range(_) => [0.0, 1.0].map(|share| self.at_share(share).node).into(),
        };
        let mut problems: Vec<Problem> = Vec::new();
        for value in &checked {
            for problem in base.problems_of(&setting(value)) {
                // A key with `*` meets the same value many times.
                if problems.iter().all(|told| told.at != problem.at) {
                    problems.push(problem);
                }
            }
        }
        problems
    }
}

impl Coordinate {
    pub(super) fn setting<'a>(&'a self, axis: &'a Axis) -> Setting<'a> {
        Setting {
            key: &axis.key,
            key_at: axis.key_at,
            value: &self.node,
        }
    }
}

/// A value as tables show it.
fn shown(node: &Node) -> String {
    match &node.value {
        Value::Text(text) | Value::Date(text) => text.clone(),
        Value::Float(float) => format!("{float}"),
        _ => inline(node),
    }
}

/// A value as constraints name it: of a choice its tag.
fn word(node: &Node) -> String {
    let table = node.as_table().filter(|table| table.len() == 1);
    match table.and_then(|table| table.keys().next()) {
        Some(tag) => tag.clone(),
        None => shown(node),
    }
}

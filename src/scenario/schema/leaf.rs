//! Single values in the schema: numbers with their bounds, words, and the patterns of names, dates
//! and quantities. A pattern lets through a little more than reading does (`"2024-02-30"`), and
//! nothing less.

use serde_json::{Value, json};

use super::{Schema, Walk, schema};
use crate::scenario::form::Leaf;
use crate::scenario::leaf::LARGEST;
use crate::scenario::names::{KIND_WORDS, NAME_PATTERN};
use crate::scenario::quantity::Dimension;
use crate::scenario::range::{Range, Relation};

/// A number as quantities have it: not negative, perhaps with `_` between digits and an exponent.
const NUMBER: &str = r"\+?([0-9][0-9_]*(\.[0-9_]*)?|\.[0-9][0-9_]*)([eE][+-]?[0-9][0-9_]*)?";
/// A day, or a time with its offset from UTC.
const DATE: &str = r"^\s*[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([Tt ][0-9:.,]+\s*([Zz]|[+-][0-9:]+)(\[.*\])?)?\s*$";

impl Walk {
    /// A single value, its number within `range`.
    pub(super) fn leaf(&mut self, leaf: Leaf, range: Option<Range>) -> Schema {
        match leaf {
            Leaf::Text => schema([("type", json!("string"))]),
            Leaf::Number | Leaf::Money => {
                let mut number = schema([("type", json!("number"))]);
                bound(&mut number, range, Some(-LARGEST), Some(LARGEST));
                number
            }
            Leaf::Count => {
                let mut count = schema([("type", json!("integer"))]);
                bound(&mut count, range, Some(0.0), None);
                count
            }
            Leaf::Boolean => schema([("type", json!("boolean"))]),
            Leaf::Anything => Schema::new(),
            Leaf::Word(words) => schema([("enum", json!(words))]),
            Leaf::Name => self.name(),
            Leaf::Reference => {
                self.text(leaf, "The name of something that another table, or the catalogue, defines.", "^[a-z0-9][a-z0-9._-]*$")
            }
            Leaf::TimeZone => self.text(leaf, "An IANA time zone, for example \"America/New_York\".", r"^[A-Za-z0-9/_+-]+$"),
            Leaf::Date => {
                self.text(leaf, "A date: \"2024-07-01\" is midnight UTC; a time of day needs its offset, as in \"2024-07-01T09:00:00-07:00\".", DATE)
            }
            Leaf::Work => {
                let units = [Dimension::Flop, Dimension::AcceleratorHours].map(Dimension::units).concat();
                let pattern = quantity(units.iter().map(|unit| unit.0));
                self.text(leaf, "Work: \"3.8e25 FLOP\" or \"3e7 accelerator-hours\".", &pattern)
            }
            Leaf::DurationOr(word) => {
                let units = Dimension::Duration.units().iter();
                let pattern = format!("{}|^{word}$", quantity(units.map(|unit| unit.0)));
                self.text(leaf, &format!("A duration with its unit, or \"{word}\"."), &pattern)
            }
            Leaf::Quantity(dimension) => {
                let pattern = quantity(dimension.units().iter().map(|unit| unit.0));
                let name = dimension.name();
                let (first, rest) = name.split_at(name.len().min(1));
                let doc = format!(
                    "{}{rest}: a number with a unit ({}), for example \"{}\".",
                    first.to_uppercase(),
                    dimension.unit_names(),
                    dimension.example()
                );
                self.text(leaf, &doc, &pattern)
            }
        }
    }

    /// A name by the rule for names.
    pub(super) fn name(&mut self) -> Schema {
        let mut name = schema([
            (
                "description",
                json!(
                    "A name: lower-case letters, digits, `_` and `-`, beginning with a letter or digit."
                ),
            ),
            ("type", json!("string")),
            ("pattern", json!(NAME_PATTERN)),
        ]);
        name.insert("not".into(), json!({ "enum": KIND_WORDS }));
        self.share("name", name)
    }

    /// A text of one pattern, shared under the kind's own name.
    fn text(&mut self, leaf: Leaf, doc: &str, pattern: &str) -> Schema {
        let text = schema([
            ("description", json!(doc)),
            ("type", json!("string")),
            ("pattern", json!(pattern)),
        ]);
        self.share(&slug(leaf), text)
    }
}

/// The name of a kind's shared schema: what is expected, without its article.
pub(super) fn slug(leaf: Leaf) -> String {
    let name = match leaf {
        Leaf::Reference => "reference".to_owned(),
        Leaf::Work => "work".to_owned(),
        Leaf::DurationOr(word) => format!("duration-or-{word}"),
        Leaf::Money => "money".to_owned(),
        other => other.expectation(),
    };
    let name = name.trim_start_matches("an ").trim_start_matches("a ");
    name.replace(' ', "-")
}

/// A number and one of these units.
fn quantity<'a>(units: impl Iterator<Item = &'a str>) -> String {
    let units: Vec<&str> = units.collect();
    format!(r"^\s*{NUMBER}\s*({})\s*$", units.join("|"))
}

/// Writes the bounds of a plain number; where the range has none, those that all numbers have.
fn bound(number: &mut Schema, range: Option<Range>, least: Option<f64>, most: Option<f64>) {
    let bounds: Vec<(Relation, f64)> = range
        .into_iter()
        .flat_map(Range::bounds)
        .filter_map(|(relation, limit)| Some((relation, limit.parse().ok()?)))
        .collect();
    let has_least = bounds
        .iter()
        .any(|(relation, _)| *relation != Relation::AtMost);
    let has_most = bounds
        .iter()
        .any(|(relation, _)| *relation == Relation::AtMost);
    if let (false, Some(least)) = (has_least, least) {
        number.insert("minimum".into(), plain(least));
    }
    for (relation, limit) in bounds {
        let keyword = match relation {
            Relation::Above => "exclusiveMinimum",
            Relation::AtLeast => "minimum",
            Relation::AtMost => "maximum",
        };
        number.insert(keyword.into(), plain(limit));
    }
    if let (false, Some(most)) = (has_most, most) {
        number.insert("maximum".into(), plain(most));
    }
}

/// Whole numbers without a point, as people write them.
fn plain(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        json!(number as i64)
    } else {
        json!(number)
    }
}

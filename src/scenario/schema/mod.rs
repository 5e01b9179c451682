//! Scenarios and sweeps as JSON Schemas (draft 2020-12), for editors and other tools: one more walk
//! over the forms that read them, so that the two cannot differ.
//!
//! A file that extends another may leave out whatever its parent says, and so may a table that names
//! a catalogue entry. So no key is `required` where it is described: `needs` says apart, below an
//! `if`, what must be there in a file without `extends`, in tables without `catalogue`. What a schema
//! cannot see (names that lead nowhere, gangs that fit no pool, …) only `flexcap validate` tells.

mod leaf;
mod needs;

use serde_json::{Map, Value, json};

use super::document::Document;
use super::explain::STEERING;
use super::form::{Form, Key, Presence, TableForm};
use super::range::Range;
use super::tree::{self, Location, Node};

/// A schema, or a part of one.
type Schema = Map<String, Value>;

/// The schema of a kind of file.
#[must_use]
pub fn json_schema(document: Document) -> Value {
    let form = document.form();
    let (title, about) = match document {
        Document::Scenario => (
            "flexcap scenario",
            "A fleet, the demand on it and who decides. `flexcap explain KEY` says more about a key.",
        ),
        Document::Sweep => (
            "flexcap sweep",
            "A scenario at many points. `flexcap explain sweep.design` says more about a key.",
        ),
    };
    let mut walk = Walk::default();
    let body = walk.form(&form, None);
    let needs = walk.needs(&form).unwrap_or_default();
    let mut schema = schema([
        (
            "$schema",
            json!("https://json-schema.org/draft/2020-12/schema"),
        ),
        ("title", json!(title)),
        ("description", json!(about)),
    ]);
    schema.extend(body);
    match document {
        Document::Scenario => steer(&mut schema, needs),
        // Nothing else supplies a sweep's keys.
        Document::Sweep => {
            schema.insert("allOf".into(), json!([needs]));
        }
    }
    schema.insert("$defs".into(), Value::Object(walk.definitions));
    Value::Object(schema)
}

/// Adds the keys that steer how a scenario is read, and what is needed where nothing else supplies it.
fn steer(schema: &mut Schema, needs: Schema) {
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        let own = std::mem::replace(properties, steering());
        properties.extend(own);
    }
    schema.insert("dependentRequired".into(), json!({ "remove": ["extends"] }));
    schema.insert("if".into(), json!({ "required": ["extends"] }));
    schema.insert("else".into(), Value::Object(needs));
}

/// The keys that steer how a file is read, which no form has.
fn steering() -> Schema {
    let property = |(name, text): &(&str, &str)| {
        let doc = text.split("\n\n").next().unwrap_or_default();
        let value = match *name {
            "remove" => {
                json!({ "description": doc, "type": "array", "items": { "type": "string" } })
            }
            _ => json!({ "description": doc, "type": "string" }),
        };
        ((*name).to_owned(), value)
    };
    STEERING.iter().map(property).collect()
}

/// The walk over a form, and the schemas that several places share.
#[derive(Default)]
struct Walk {
    definitions: Schema,
}

impl Walk {
    /// What may stand where this form does, its numbers within `range`.
    fn form(&mut self, form: &Form, range: Option<Range>) -> Schema {
        match form {
            Form::Leaf(leaf) => self.leaf(*leaf, range),
            Form::Table(table) => self.table(table),
            Form::Map(each) => {
                let names = self.name();
                schema([
                    ("type", json!("object")),
                    ("propertyNames", Value::Object(names)),
                    (
                        "additionalProperties",
                        Value::Object(self.form(each, range)),
                    ),
                ])
            }
            Form::List(each, length) => {
                let items = Value::Object(self.form(each, range));
                let mut schema = schema([("type", json!("array")), ("items", items)]);
                if let Some(length) = length {
                    schema.insert("minItems".into(), json!(length));
                    schema.insert("maxItems".into(), json!(length));
                }
                schema
            }
            Form::Choice(tags) => {
                let tags: Vec<Value> = tags.iter().map(|tag| self.tag(tag)).collect();
                schema([("type", json!("object")), ("oneOf", Value::Array(tags))])
            }
            Form::Either(plain, table) => {
                let both = [self.form(plain, range), self.form(table, range)];
                let either = schema([("anyOf", json!(both))]);
                match shared_name(plain, table) {
                    Some(name) => self.share(&name, either),
                    None => either,
                }
            }
        }
    }

    /// A table of fixed keys. Of those in `one_of` no two may be there.
    fn table(&mut self, table: &TableForm) -> Schema {
        let properties: Schema = table.all().map(|key| self.property(key)).collect();
        let mut schema = schema([
            ("type", json!("object")),
            ("properties", Value::Object(properties)),
            ("additionalProperties", json!(false)),
        ]);
        let mut pairs = Vec::new();
        for (index, one) in table.one_of.iter().enumerate() {
            for other in table.one_of.iter().skip(index + 1) {
                pairs.push(json!({ "not": { "required": [one.name, other.name] } }));
            }
        }
        if !pairs.is_empty() {
            schema.insert("allOf".into(), Value::Array(pairs));
        }
        schema
    }

    /// One alternative of a choice: a table with this key only.
    fn tag(&mut self, tag: &Key) -> Value {
        json!({
            "properties": Schema::from_iter([self.property(tag)]),
            "required": [tag.name],
            "additionalProperties": false,
        })
    }

    /// A key's name and what it holds.
    fn property(&mut self, key: &Key) -> (String, Value) {
        let mut property = schema([("description", json!(description(key)))]);
        if let Some(default) = key.default_node(NOWHERE) {
            property.insert("default".into(), json_of(&default));
        }
        property.extend(self.form(&key.form, key.range));
        (key.name.to_owned(), Value::Object(property))
    }

    /// A reference to the shared schema of that name; where the name means another one, the schema itself.
    fn share(&mut self, name: &str, shared: Schema) -> Schema {
        let shared = Value::Object(shared);
        if *self
            .definitions
            .entry(name)
            .or_insert_with(|| shared.clone())
            == shared
        {
            return schema([("$ref", json!(format!("#/$defs/{name}")))]);
        }
        schema([("allOf", json!([shared]))])
    }
}

/// Defaults stand nowhere in a text.
const NOWHERE: Location = Location {
    source: 0,
    start: 0,
    end: 0,
};

/// The name of a distribution's schema: they are the same wherever the measure is.
fn shared_name(plain: &Form, table: &Form) -> Option<String> {
    match (plain, table) {
        (Form::Leaf(leaf), Form::Choice(_)) => {
            Some(format!("{}-or-distribution", leaf::slug(*leaf)))
        }
        _ => None,
    }
}

/// The documentation, with what the other keywords cannot say: bounds that have a unit, and defaults
/// that are another key's value.
fn description(key: &Key) -> String {
    let mut text = key.doc.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some(range) = key.range {
        text.push_str(&format!(" Range: {}.", range.describe()));
    }
    if let Presence::SameAs(other) = key.presence {
        text.push_str(&format!(" Default: the value of {other}."));
    }
    text
}

/// A value of a scenario as JSON; dates are strings there.
fn json_of(node: &Node) -> Value {
    match &node.value {
        tree::Value::Text(text) | tree::Value::Date(text) => json!(text),
        tree::Value::Integer(integer) => json!(integer),
        tree::Value::Float(float) => json!(float),
        tree::Value::Boolean(boolean) => json!(boolean),
        tree::Value::Array(items) => items.iter().map(json_of).collect(),
        tree::Value::Table(table) => {
            let entries = table.iter();
            Value::Object(
                entries
                    .map(|(key, entry)| (key.clone(), json_of(&entry.node)))
                    .collect(),
            )
        }
    }
}

fn schema<const N: usize>(keywords: [(&str, Value); N]) -> Schema {
    keywords
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

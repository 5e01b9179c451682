//! What must be there: the second half of the schema, which holds only where nothing else supplies a
//! key. Its parts say `required` and where to look further, and nothing about what a key holds.

use serde_json::{Value, json};

use super::{Schema, Walk, schema, shared_name};
use crate::scenario::form::{Form, Key, Presence, TableForm};

/// The key with which a table takes everything that it leaves out from the catalogue.
const CATALOGUE: &str = "catalogue";

impl Walk {
    /// What a value of this form must have, if anything. The words used say nothing about values that
    /// are no tables or arrays, so the plain side of an [`Form::Either`] is not touched.
    pub(super) fn needs(&mut self, form: &Form) -> Option<Schema> {
        match form {
            Form::Leaf(_) => None,
            Form::Table(table) => self.needs_of_table(table),
            Form::Map(each) => self
                .needs(each)
                .map(|needs| schema([("additionalProperties", Value::Object(needs))])),
            Form::List(each, _) => self
                .needs(each)
                .map(|needs| schema([("items", Value::Object(needs))])),
            Form::Choice(tags) => self.below(tags.iter()),
            Form::Either(plain, table) => {
                let both: Vec<Schema> = [plain, table]
                    .into_iter()
                    .filter_map(|form| self.needs(form))
                    .collect();
                let needs = match <[Schema; 1]>::try_from(both) {
                    Ok([only]) => only,
                    Err(both) if both.is_empty() => return None,
                    Err(both) => schema([("allOf", json!(both))]),
                };
                Some(match shared_name(plain, table) {
                    Some(name) => self.share(&format!("whole-{name}"), needs),
                    None => needs,
                })
            }
        }
    }

    fn needs_of_table(&mut self, table: &TableForm) -> Option<Schema> {
        let mut needs = self.below(table.all()).unwrap_or_default();
        let required: Vec<&str> = table
            .keys
            .iter()
            .filter(|key| key.presence == Presence::Required)
            .map(|key| key.name)
            .collect();
        if !required.is_empty() {
            needs.insert("required".into(), json!(required));
        }
        if !table.one_of.is_empty() && !table.may_lack {
            let each = |key: &Key| json!({ "required": [key.name] });
            needs.insert("oneOf".into(), table.one_of.iter().map(each).collect());
        }
        if needs.is_empty() {
            return None;
        }
        if table.key(CATALOGUE).is_none() {
            return Some(needs);
        }
        Some(schema([
            ("if", json!({ "required": [CATALOGUE] })),
            ("else", Value::Object(needs)),
        ]))
    }

    /// The needs of those of a table's keys that have any.
    fn below<'k>(&mut self, keys: impl Iterator<Item = &'k Key>) -> Option<Schema> {
        let properties: Schema = keys
            .filter_map(|key| Some((key.name.to_owned(), Value::Object(self.needs(&key.form)?))))
            .collect();
        (!properties.is_empty()).then(|| schema([("properties", Value::Object(properties))]))
    }
}

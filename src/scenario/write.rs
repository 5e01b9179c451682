//! Writing a tree back as TOML: headers for the top tables and the named ones below them, keys in
//! the order of their documentation, deeper values inline. Reading the text gives the same tree,
//! floats to the last bit, so that a resolved scenario reproduces a run.

use std::fmt::Write;

use super::form::Form;
use super::tree::{Node, Table, Value};

/// A whole scenario.
#[must_use]
pub fn document(tree: &Node, form: &Form) -> String {
    let mut text = String::new();
    let Some(table) = tree.as_table() else {
        return text;
    };
    for (name, node) in ordered(table, form) {
        match (form.below(name), node.as_table()) {
            (Some(below @ (Form::Map(_) | Form::Choice(_))), Some(entries)) => {
                for (entry, node) in ordered(entries, below) {
                    section(
                        &mut text,
                        &format!("{}.{}", key(name), key(entry)),
                        node,
                        below.below(entry),
                    );
                }
            }
            (below, _) => section(&mut text, &key(name), node, below),
        }
    }
    text
}

/// A header and its keys.
fn section(text: &mut String, header: &str, node: &Node, form: Option<&Form>) {
    let separator = if text.is_empty() { "" } else { "\n" };
    // Writing into a string cannot fail.
    let _ = writeln!(text, "{separator}[{header}]");
    let (Some(table), Some(form)) = (node.as_table(), form) else {
        return;
    };
    for (name, node) in ordered(table, form) {
        let _ = writeln!(text, "{} = {}", key(name), value(node, form.below(name)));
    }
}

/// The entries of a table: fixed keys in the form's order, names in their own.
fn ordered<'t>(table: &'t Table, form: &Form) -> Vec<(&'t str, &'t Node)> {
    let mut entries: Vec<(&str, &Node)> = table
        .iter()
        .map(|(name, entry)| (name.as_str(), &entry.node))
        .collect();
    let keys = form.keys();
    if !keys.is_empty() {
        entries.sort_by_key(|(name, _)| {
            keys.iter()
                .position(|key| key.name == *name)
                .unwrap_or(keys.len())
        });
    }
    entries
}

/// A value on one line, in the order of the tree.
#[must_use]
pub fn inline(node: &Node) -> String {
    value(node, None)
}

fn value(node: &Node, form: Option<&Form>) -> String {
    let form = form.map(|form| form.side(&node.value));
    match &node.value {
        Value::Text(text) | Value::Date(text) => quoted(text),
        Value::Integer(integer) => integer.to_string(),
        // The shortest text that reads back as the same number.
        Value::Float(float) => format!("{float:?}"),
        Value::Boolean(boolean) => boolean.to_string(),
        Value::Array(items) => {
            let each = match form {
                Some(Form::List(each, _)) => Some(each.as_ref()),
                _ => None,
            };
            let items: Vec<String> = items.iter().map(|item| value(item, each)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Table(table) if table.is_empty() => "{}".to_owned(),
        Value::Table(table) => {
            let entries = match form {
                Some(form) => ordered(table, form),
                None => table
                    .iter()
                    .map(|(name, entry)| (name.as_str(), &entry.node))
                    .collect(),
            };
            let entries: Vec<String> = entries
                .into_iter()
                .map(|(name, node)| {
                    format!(
                        "{} = {}",
                        key(name),
                        value(node, form.and_then(|form| form.below(name)))
                    )
                })
                .collect();
            format!("{{ {} }}", entries.join(", "))
        }
    }
}

/// A key, quoted if it has to be.
pub(super) fn key(name: &str) -> String {
    let bare = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if bare { name.to_owned() } else { quoted(name) }
}

/// A basic string with what must be escaped escaped.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            control if control.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(control));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::parse::{parse_document, parse_value};

    #[test]
    fn values_read_back_as_they_were() {
        for text in [
            "[1, 2.5, -3e-7, 1e300]",
            "{ a = \"x\\n\\\"\\\\ \\u0001 \\u007F é\", \"b c\" = true }",
            "0.1",
            "5e-324",
            "-0.0",
        ] {
            let node = parse_value(text, 0, 0).expect("TOML");
            let once = inline(&node);
            let twice = inline(&parse_value(&once, 0, 0).expect(&once));
            assert_eq!(once, twice);
            assert_eq!(
                format!("{:?}", node.as_number()),
                format!("{:?}", parse_value(&once, 0, 0).expect(&once).as_number())
            );
        }
    }

    #[test]
    fn named_tables_get_headers() {
        use crate::scenario::{Scenario, reader::Read};
        let tree = parse_document(
            "pool.b = { spares = 1, site = \"s\" }\npool.a = {}\n[run]\nseed = 1\n",
            0,
            &mut Vec::new(),
        );
        let text = document(&tree, &Scenario::form());
        assert_eq!(
            text,
            "[run]\nseed = 1\n\n[pool.b]\nsite = \"s\"\nspares = 1\n\n[pool.a]\n"
        );
    }
}

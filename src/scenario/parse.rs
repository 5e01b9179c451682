//! From TOML text to a tree, with the place of every key and value. All syntax errors are reported;
//! numbers that no key takes (not finite, beyond 64 bits) are left to the reading of their key.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::problem::Problem;
use super::tree::{Entry, Location, Node, SourceId, Table, Value};

/// Parses a document; every syntax error is reported, and what could be read is returned.
pub fn parse_document(text: &str, source: SourceId, problems: &mut Vec<Problem>) -> Node {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut grower = Grower {
        source,
        offset: 0,
        problems,
    };
    grower.report(errors, text.len());
    let at = Location {
        source,
        start: 0,
        end: 0,
    };
    Node {
        value: Value::Table(grower.table(table.into_inner())),
        at,
    }
}

/// Parses one value, as in `--set key=value`; `offset` is where `text` begins in its source.
///
/// # Errors
/// The syntax errors of the value.
pub fn parse_value(text: &str, source: SourceId, offset: usize) -> Result<Node, Vec<Problem>> {
    let mut problems = Vec::new();
    let (value, errors) = DeValue::parse_recoverable(text);
    let mut grower = Grower {
        source,
        offset,
        problems: &mut problems,
    };
    grower.report(errors, text.len());
    let span = value.span();
    let node = grower.node(value.into_inner(), span);
    if problems.is_empty() {
        Ok(node)
    } else {
        Err(problems)
    }
}

/// Turns the parser's borrowed values into nodes.
struct Grower<'a> {
    source: SourceId,
    offset: usize,
    problems: &'a mut Vec<Problem>,
}

impl Grower<'_> {
    fn at(&self, span: Range<usize>) -> Location {
        Location {
            source: self.source,
            start: span.start + self.offset,
            end: span.end + self.offset,
        }
    }

    fn report(&mut self, errors: Vec<toml::de::Error>, end: usize) {
        for error in errors {
            let at = self.at(error.span().unwrap_or(end..end));
            self.problems.push(Problem::error(
                at,
                format!("this is not TOML: {}", error.message()),
            ));
        }
    }

    fn table(&mut self, table: DeTable<'_>) -> Table {
        table
            .into_iter()
            .map(|(key, value)| {
                let (key_at, span) = (self.at(key.span()), value.span());
                let node = self.node(value.into_inner(), span);
                (key.into_inner().into_owned(), Entry { key: key_at, node })
            })
            .collect()
    }

    fn node(&mut self, value: DeValue<'_>, span: Range<usize>) -> Node {
        let at = self.at(span);
        let value = match value {
            DeValue::String(text) => Value::Text(text.into_owned()),
            DeValue::Integer(integer) => {
                // One beyond 64 bits becomes a float, which no key for whole numbers takes.
                match i64::from_str_radix(integer.as_str(), integer.radix()) {
                    Ok(integer) => Value::Integer(integer),
                    Err(_) => Value::Float(integer.as_str().parse().unwrap_or(f64::INFINITY)),
                }
            }
            DeValue::Float(float) => Value::Float(float.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Boolean(boolean) => Value::Boolean(boolean),
            DeValue::Datetime(date) => Value::Date(date.to_string()),
            DeValue::Array(items) => Value::Array(
                items
                    .into_iter()
                    .map(|item| {
                        let span = item.span();
                        self.node(item.into_inner(), span)
                    })
                    .collect(),
            ),
            DeValue::Table(table) => Value::Table(self.table(table)),
        };
        Node { value, at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_knows_its_place() {
        let text = "[pool.main]\naccelerators = 4096\n";
        let tree = parse_document(text, 3, &mut Vec::new());
        let at = tree.find("pool.main.accelerators").map(|node| node.at);
        assert_eq!(
            at,
            Some(Location {
                source: 3,
                start: 27,
                end: 31
            })
        );
    }

    #[test]
    fn all_syntax_errors_are_reported() {
        let mut problems = Vec::new();
        parse_document("a = \nb = \"\nc = [1\n[\n", 0, &mut problems);
        assert!(problems.len() >= 3, "{problems:?}");
    }

    #[test]
    fn a_value_is_placed_in_its_argument() {
        let node = parse_value("{ a = 1 }", 0, 10).expect("valid");
        assert_eq!(
            node.get("a").map(|node| (node.at.start, node.at.end)),
            Some((16, 17))
        );
    }
}

//! What a key's numbers may be, written as text in the declaration (`"> 0, <= 1"`, `">= 1 m"`), so
//! that the check and the documentation cannot differ.

use super::form::{Form, Leaf};
use super::tree::{Node, Value};

/// Bounds, separated by commas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range(pub &'static str);

/// How a number relates to a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    Above,
    AtLeast,
    AtMost,
}

impl Range {
    /// The bounds as pairs; a text that is no bound is left out (a test forbids such declarations).
    fn bounds(self) -> impl Iterator<Item = (Relation, &'static str)> {
        self.0.split(',').filter_map(|bound| {
            let bound = bound.trim();
            let relations = [
                (">=", Relation::AtLeast),
                ("<=", Relation::AtMost),
                (">", Relation::Above),
            ];
            relations.iter().find_map(|(sign, relation)| {
                bound
                    .strip_prefix(sign)
                    .map(|limit| (*relation, limit.trim()))
            })
        })
    }

    /// The sentence: "more than 0 and at most 1".
    #[must_use]
    pub fn describe(self) -> String {
        let bounds: Vec<String> = self
            .bounds()
            .map(|(relation, limit)| match relation {
                Relation::Above => format!("more than {limit}"),
                Relation::AtLeast => format!("at least {limit}"),
                Relation::AtMost => format!("at most {limit}"),
            })
            .collect();
        bounds.join(" and ")
    }

    fn holds(self, number: f64, leaf: Leaf) -> bool {
        self.bounds().all(|(relation, limit)| {
            let limit = match leaf {
                Leaf::Quantity(dimension) if limit != "0" => dimension.parse(limit).ok(),
                _ => limit.parse().ok(),
            };
            limit.is_none_or(|limit: f64| match relation {
                Relation::Above => number > limit,
                Relation::AtLeast => number >= limit,
                Relation::AtMost => number <= limit,
            })
        })
    }

    /// The first number under `node` (a value of `form`) that breaks the bounds.
    #[must_use]
    pub fn offender<'n>(self, node: &'n Node, form: &Form) -> Option<&'n Node> {
        match (form.side(&node.value), &node.value) {
            (Form::Leaf(leaf), _) => leaf
                .measure(node)
                .filter(|number| !self.holds(*number, *leaf))
                .map(|_| node),
            (Form::List(each, _), Value::Array(items)) => {
                items.iter().find_map(|item| self.offender(item, each))
            }
            (Form::Map(each), Value::Table(table)) => table
                .values()
                .find_map(|entry| self.offender(&entry.node, each)),
            _ => None,
        }
    }

    /// Whether every bound reads for `leaf`; for the test of declarations.
    #[cfg(test)]
    pub(super) fn is_well_formed(self, leaf: Leaf) -> bool {
        self.0.split(',').count() == self.bounds().count()
            && self.bounds().all(|(_, limit)| match leaf {
                Leaf::Quantity(dimension) => limit == "0" || dimension.parse(limit).is_ok(),
                _ => limit.parse::<f64>().is_ok(),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::quantity::Dimension;

    #[test]
    fn bounds_hold_in_their_own_units() {
        let step = Range(">= 1 m, <= 1 d");
        let duration = Leaf::Quantity(Dimension::Duration);
        assert!(
            step.holds(3600.0, duration)
                && !step.holds(30.0, duration)
                && !step.holds(1e6, duration)
        );
        assert_eq!(step.describe(), "at least 1 m and at most 1 d");
        assert!(!Range("> 0").holds(0.0, Leaf::Number));
    }
}

//! What a key's numbers may be, written as text in the declaration (`"> 0, <= 1"`, `">= 1 m"`), so
//! that the check and the documentation cannot differ.

use super::quantity::Dimension;

/// Bounds, separated by commas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range(pub &'static str);

/// How a number relates to a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Above,
    AtLeast,
    AtMost,
}

impl Range {
    /// The bounds as pairs; a text that is no bound is left out (a test forbids such declarations).
    pub(super) fn bounds(self) -> impl Iterator<Item = (Relation, &'static str)> {
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

    /// Whether a number in the base unit of `dimension` (none for plain numbers) is within bounds.
    #[must_use]
    pub fn holds(self, number: f64, dimension: Option<Dimension>) -> bool {
        self.bounds().all(|(relation, limit)| {
            limit_of(limit, dimension).is_none_or(|limit| match relation {
                Relation::Above => number > limit,
                Relation::AtLeast => number >= limit,
                Relation::AtMost => number <= limit,
            })
        })
    }

    /// Whether every bound reads in `dimension`; for the test of declarations.
    #[cfg(test)]
    pub(super) fn is_well_formed(self, dimension: Option<Dimension>) -> bool {
        self.0.split(',').count() == self.bounds().count()
            && self
                .bounds()
                .all(|(_, limit)| limit_of(limit, dimension).is_some())
    }
}

/// A bound in the base unit; a plain 0 is 0 of anything.
fn limit_of(text: &str, dimension: Option<Dimension>) -> Option<f64> {
    match dimension {
        Some(dimension) if text != "0" => dimension.parse(text).ok(),
        _ => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_hold_in_their_own_units() {
        let step = Range(">= 1 m, <= 1 d");
        let duration = Some(Dimension::Duration);
        assert!(
            step.holds(3600.0, duration)
                && !step.holds(30.0, duration)
                && !step.holds(1e6, duration)
        );
        assert_eq!(step.describe(), "at least 1 m and at most 1 d");
        assert!(!Range("> 0").holds(0.0, None));
    }
}

//! An axis' values as a reader says them: a policy by its name, a list without its quotes.

use std::collections::BTreeSet;

use super::result::Point;

/// Writes the values of an axis shorter, where that leaves them different.
pub(super) fn shorten(points: &mut [Point], axis: usize) {
    let whole: BTreeSet<String> = points
        .iter()
        .map(|point| point.value(axis).to_owned())
        .collect();
    let short: BTreeSet<String> = whole.iter().map(|value| said(value)).collect();
    if short.len() == whole.len() {
        for value in points
            .iter_mut()
            .filter_map(|point| point.values.get_mut(axis))
        {
            *value = said(value);
        }
    }
}

/// `priority` for `{ priority = { headroom = 0.1 } }`, `red, green` for `["red", "green"]`.
fn said(value: &str) -> String {
    if let Some((tag, _)) = value
        .strip_prefix("{ ")
        .and_then(|rest| rest.split_once(" = {"))
    {
        return tag.to_owned();
    }
    let list = value
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    list.map_or_else(|| value.to_owned(), |list| list.replace('"', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shortened(values: &[&str]) -> Vec<String> {
        let point = |value: &&str| Point {
            number: 0,
            values: vec![(*value).to_owned()],
            problem: String::new(),
        };
        let mut points: Vec<Point> = values.iter().map(point).collect();
        shorten(&mut points, 0);
        points.into_iter().flat_map(|point| point.values).collect()
    }

    #[test]
    fn values_are_shorter_while_they_differ() {
        let policies = ["{ fair = {} }", "{ priority = { headroom = 0.1 } }"];
        assert_eq!(shortened(&policies), ["fair", "priority"]);
        assert_eq!(
            shortened(&["[\"red\", \"green\"]", "[\"red\"]"]),
            ["red, green", "red"]
        );
        let alike = [
            "{ priority = { headroom = 0.1 } }",
            "{ priority = { headroom = 0.2 } }",
        ];
        assert_eq!(shortened(&alike), alike);
        assert_eq!(shortened(&["0.5", "1h"]), ["0.5", "1h"]);
    }
}

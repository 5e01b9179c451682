//! The rule for names, and the nearest name to a misspelt one.

/// Words that mean a kind or a whole, and so cannot name one thing.
pub(super) const KIND_WORDS: &[&str] = &[
    "training",
    "inference",
    "ranking",
    "idle",
    "all",
    "fleet",
    "reference",
];

/// The rest of the rule, for the schema.
pub(super) const NAME_PATTERN: &str = "^[a-z0-9][a-z0-9_-]*$";

/// Why `name` cannot name a thing, or nothing if it can.
#[must_use]
pub fn broken_rule(name: &str) -> Option<String> {
    let first = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let later = |byte: u8| first(byte) || byte == b'_' || byte == b'-';
    let mut bytes = name.bytes();
    if !bytes.next().is_some_and(first) || !bytes.all(later) {
        return Some(
            "a name has lower-case letters, digits, `_` and `-`, and begins with a letter or digit"
                .to_owned(),
        );
    }
    if KIND_WORDS.contains(&name) {
        return Some(format!("these words are taken: {}", KIND_WORDS.join(", ")));
    }
    None
}

/// The known name nearest to `name`, if one is near enough to be what was meant.
#[must_use]
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let tolerance = (name.chars().count() / 3).clamp(1, 4);
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= tolerance)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_rule() {
        for name in ["a", "llama-3", "0x", "feed_2"] {
            assert_eq!(broken_rule(name), None, "{name}");
        }
        for name in ["", "Llama", "-a", "_a", "a b", "a.b", "ä", "all", "ranking"] {
            assert!(broken_rule(name).is_some(), "{name}");
        }
    }

    #[test]
    fn the_nearest_name_is_near() {
        assert_eq!(
            nearest("horzion", ["start", "horizon", "step"]),
            Some("horizon")
        );
        assert_eq!(nearest("color", ["start", "horizon", "step"]), None);
    }
}

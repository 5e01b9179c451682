//! Which versions' results this one reads: its own minor version's and older ones of the same major version. Names,
//! units and meanings may change with a minor version, so the reader of an older result should say so
//! ([`Facts::is_of_another_version`](super::Facts::is_of_another_version)); a newer one may hold what this
//! version knows nothing of.

/// The version of this program.
pub(super) const OURS: &str = env!("CARGO_PKG_VERSION");

/// Why a result of version `theirs` cannot be read; none if it can.
pub(super) fn refusal(theirs: &str) -> Option<&'static str> {
    let (Some(theirs), Some(ours)) = (parse(theirs), parse(OURS)) else {
        return Some("that is not a version number");
    };
    if theirs.0 != ours.0 {
        return Some("its files have another form");
    }
    (theirs.1 > ours.1).then_some("it is newer")
}

/// Major and minor version of `1.2.3`, `1.2.3-rc.1` and the like.
fn parse(text: &str) -> Option<(u64, u64)> {
    let mut parts = text.splitn(3, '.');
    let major = parts.next()?.parse().ok()?;
    let minor = parts.next()?.parse().ok()?;
    let patch = parts.next()?;
    patch
        .starts_with(|c: char| c.is_ascii_digit())
        .then_some((major, minor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_minor_versions_are_read_and_newer_ones_are_not() {
        let (major, minor) = parse(OURS).unwrap();
        assert_eq!(refusal(OURS), None);
        assert_eq!(refusal(&format!("{major}.{minor}.999")), None);
        assert_eq!(refusal(&format!("{major}.{minor}.0-rc.1")), None);
        if let Some(older) = minor.checked_sub(1) {
            assert_eq!(refusal(&format!("{major}.{older}.7")), None);
        }
        assert_eq!(
            refusal(&format!("{major}.{}.0", minor + 1)),
            Some("it is newer")
        );
        assert_eq!(
            refusal(&format!("{}.0.0", major + 1)),
            Some("its files have another form")
        );
        for strange in ["", "1", "1.2", "one.two.three", "0.1."] {
            assert_eq!(
                refusal(strange),
                Some("that is not a version number"),
                "{strange}"
            );
        }
    }
}

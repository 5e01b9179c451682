//! The smallest size that is enough, found from a guess.

/// The smallest `n` for which `holds(n)`, a condition that once true stays true, searched from
/// `near` outwards; none below 2^40.
pub(super) fn smallest(near: u64, holds: impl Fn(u64) -> bool) -> Option<u64> {
    const MOST: u64 = 1 << 40;
    let (mut low, mut high);
    let mut stride = 1;
    if holds(near) {
        high = near;
        loop {
            if high == 0 {
                return Some(0);
            }
            low = high.saturating_sub(stride);
            if !holds(low) {
                break;
            }
            high = low;
            stride *= 2;
        }
    } else {
        low = near;
        loop {
            high = low + stride;
            if high > MOST {
                return None;
            }
            if holds(high) {
                break;
            }
            low = high;
            stride *= 2;
        }
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(high)
}

#[cfg(test)]
mod tests {
    use super::smallest;

    #[test]
    fn the_search_finds_the_border_from_anywhere() {
        for border in [0, 1, 2, 7, 100, 12_345] {
            for near in [0, 1, 6, 7, 8, 99, 50_000] {
                assert_eq!(smallest(near, |n| n >= border), Some(border));
            }
        }
        assert_eq!(smallest(3, |_| false), None);
    }
}

//! What several kinds of whole servers have in common.

/// The least number that is a multiple of each; 1 of none, and the largest number where it would be larger.
pub(super) fn least_common_multiple(numbers: impl Iterator<Item = u64>) -> u64 {
    numbers.map(|number| number.max(1)).fold(1, |all, number| {
        (all / greatest_common_divisor(all, number)).saturating_mul(number)
    })
}

/// Euclid's algorithm, of two numbers of at least 1.
fn greatest_common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_multiples() {
        for (numbers, expected) in [
            (&[][..], 1),
            (&[8], 8),
            (&[0, 8], 8),
            (&[8, 4, 12], 24),
            (&[7, 5, 3], 105),
            (&[u64::MAX, u64::MAX - 1], u64::MAX),
        ] {
            assert_eq!(least_common_multiple(numbers.iter().copied()), expected);
        }
    }
}

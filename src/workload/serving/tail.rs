//! The tail of a waiting time, tabulated: percentiles ask for it hundreds of times. An exponential
//! tail comes back within 0.007.

/// P(W > x) at the numbers with two binary digits after the leading one, four to an octave, so that
/// a place in the table is read off a number's own bits; a straight line in between.
#[derive(Debug)]
pub(super) struct Tail {
    first: u64,
    survival: Vec<f64>,
}

/// Bits of a number below the two digits after its leading one.
const BELOW: u32 = 50;
/// A tail below this counts as ended.
const ENDED: f64 = 1e-9;

impl Tail {
    /// The tail of `survival`, from `shortest_s` to where it has ended or `longest_s`, in seconds.
    pub fn new(shortest_s: f64, longest_s: f64, survival: impl Fn(f64) -> f64) -> Self {
        let first = shortest_s.max(f64::MIN_POSITIVE).to_bits() >> BELOW;
        let mut table = Vec::new();
        for place in first.. {
            let x_s = f64::from_bits(place << BELOW);
            table.push(survival(x_s));
            if x_s > longest_s || table.last().is_none_or(|&survival| survival < ENDED) {
                break;
            }
        }
        Self {
            first,
            survival: table,
        }
    }

    /// P(W > x): for a shorter x than the table's shortest the value
    /// there, for a longer one than its longest the last.
    pub fn survival(&self, x_s: f64) -> f64 {
        let place = x_s.max(0.0).to_bits() >> BELOW;
        let Some(index) = place.checked_sub(self.first) else {
            return self.survival.first().copied().unwrap_or(0.0);
        };
        let pair = usize::try_from(index)
            .ok()
            .and_then(|index| self.survival.get(index..index + 2));
        let Some(&[here, next]) = pair else {
            return self.survival.last().copied().unwrap_or(0.0);
        };
        let (from_s, to_s) = (
            f64::from_bits(place << BELOW),
            f64::from_bits((place + 1) << BELOW),
        );
        here + (next - here) * ((x_s - from_s) / (to_s - from_s))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exponential_tail_comes_back() {
        let tail = Tail::new(1e-3, 1e6, |x_s| (-x_s).exp());
        for x_s in [1e-3_f64, 0.0123, 0.3, 1.0, 1.37, 2.7, 5.5, 9.9] {
            let exact = (-x_s).exp();
            assert!((tail.survival(x_s) - exact).abs() < 0.007, "{x_s}");
        }
        assert_eq!(tail.survival(0.0), tail.survival(1e-4));
        assert!(tail.survival(1e9) < ENDED);
    }

    #[test]
    fn a_tail_that_never_ends_is_cut() {
        let tail = Tail::new(0.0, 10.0, |_| 0.5);
        assert_eq!((tail.survival(1e300), tail.survival(0.0)), (0.5, 0.5));
    }
}

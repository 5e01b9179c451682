//! How many spare servers keep a gang complete: the binomial law of independent failures.
//!
//! With `n + s` servers, each up with probability `availability`, at least `n` are up if at most `s` are down.
//! The tail is summed outward from its largest term, so neither a million servers nor a tiny tail underflows.

use super::is_positive;

/// Probability that at least `needed` of `installed` independent servers are up.
///
/// `availability` is the probability that one is up, cut to \[0, 1\]. Absolute error below 1e-9 up to 10^5
/// servers.
#[must_use]
pub fn enough_up(needed: u64, installed: u64, availability: f64) -> f64 {
    let up = availability.clamp(0.0, 1.0);
    if needed == 0 || (up >= 1.0 && needed <= installed) {
        return 1.0;
    }
    let Some(spares) = installed.checked_sub(needed) else {
        return 0.0;
    };
    if !is_positive(up) {
        return 0.0;
    }
    at_most_down(installed, spares, 1.0 - up)
}

/// The smallest number of spares beside `needed` servers with `P(at least needed up) >= target`.
///
/// `None` if no number will do: nothing is ever up, or the target is not below 1 although servers fail.
#[must_use]
pub fn spares_needed(needed: u64, availability: f64, target: f64) -> Option<u64> {
    let enough =
        |spares: u64| enough_up(needed, needed.saturating_add(spares), availability) >= target;
    if enough(0) {
        return Some(0);
    }
    if !(availability > 0.0 && target < 1.0) {
        return None;
    }
    let mut short = 0_u64;
    let mut plenty = 1_u64;
    while !enough(plenty) {
        short = plenty;
        plenty = plenty.checked_mul(2).filter(|spares| *spares < 1 << 50)?;
    }
    while plenty - short > 1 {
        let middle = short + (plenty - short) / 2;
        if enough(middle) {
            plenty = middle;
        } else {
            short = middle;
        }
    }
    Some(plenty)
}

/// `P(X <= most)` for binomial X with `trials` and `probability` strictly between 0 and 1.
fn at_most_down(trials: u64, most: u64, probability: f64) -> f64 {
    let odds = probability / (1.0 - probability);
    let n = trials as f64;
    let mode = ((n + 1.0) * probability).floor().min(most as f64);
    let log_peak = libm::lgamma(n + 1.0) - libm::lgamma(mode + 1.0) - libm::lgamma(n - mode + 1.0)
        + mode * probability.ln()
        + (n - mode) * (-probability).ln_1p();
    let (mut sum, mut term, mut k) = (1.0, 1.0, mode);
    while k > 0.0 && term > 1e-18 * sum {
        term *= k / ((n - k + 1.0) * odds);
        sum += term;
        k -= 1.0;
    }
    (term, k) = (1.0, mode);
    while k < most as f64 && term > 1e-18 * sum {
        term *= (n - k) * odds / (k + 1.0);
        sum += term;
        k += 1.0;
    }
    (log_peak.exp() * sum).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn oracles() {
        assert_eq!(spares_needed(128, 0.98, 0.999), Some(9));
        assert!((enough_up(128, 137, 0.98) - 0.999_531_49).abs() < 5e-9);
        assert!((enough_up(128, 136, 0.98) - 0.998_240_68).abs() < 5e-9);
    }

    #[test]
    fn agrees_with_the_convolution() {
        for (installed, up) in [(5_usize, 0.5), (40, 0.9), (200, 0.02)] {
            let mut law = vec![1.0_f64];
            for _ in 0..installed {
                let mut next = vec![0.0; law.len() + 1];
                for (k, p) in law.iter().enumerate() {
                    next[k] += p * (1.0 - up);
                    next[k + 1] += p * up;
                }
                law = next;
            }
            for needed in 0..=installed {
                let exact: f64 = law[needed..].iter().sum();
                let value = enough_up(needed as u64, installed as u64, up);
                assert!((value - exact).abs() < 1e-12, "{installed} {needed}");
            }
        }
    }

    #[test]
    fn up_and_down_make_up_the_whole() {
        for up in [0.3, 0.9, 0.98] {
            for needed in [20_000, 30_100, 89_900, 98_050] {
                let whole =
                    enough_up(needed, 100_000, up) + enough_up(100_001 - needed, 100_000, 1.0 - up);
                assert!((whole - 1.0).abs() < 1e-9, "{needed} {up}: {whole}");
            }
        }
    }

    #[test]
    fn edges() {
        assert_eq!(spares_needed(0, 0.5, 0.999), Some(0));
        assert_eq!(spares_needed(10, 1.0, 1.0), Some(0));
        assert_eq!(spares_needed(10, 0.0, 0.5), None);
        assert_eq!(spares_needed(10, 0.9, 1.0), None);
        assert_eq!(spares_needed(10, 0.9, f64::NAN), None);
        assert_eq!(enough_up(5, 3, 0.9), 0.0);
        let million = spares_needed(1_000_000, 0.98, 0.999).expect("a number exists");
        assert!((20_500..21_000).contains(&million), "{million}");
    }

    proptest! {
        #[test]
        fn smallest(needed in 1u64..20_000, up in 0.5f64..0.9999, target in 0.5f64..0.99999) {
            let spares = spares_needed(needed, up, target).expect("a number exists");
            prop_assert!(enough_up(needed, needed + spares, up) >= target);
            prop_assert!(spares == 0 || enough_up(needed, needed + spares - 1, up) < target);
        }

        #[test]
        fn rises_with_availability(needed in 1u64..500, spares in 0u64..50, up in 0.1f64..0.99) {
            let value = enough_up(needed, needed + spares, up);
            prop_assert!((0.0..=1.0).contains(&value));
            prop_assert!(enough_up(needed, needed + spares, up + 0.01) >= value - 1e-12);
        }
    }
}

//! What servers that stand by are worth between two restockings.
//!
//! A gang needs all its servers. Failures of a pool's servers are Poisson, `all` of them expected until the next
//! restocking and `hits` of these the gang's. Each takes one of the pool's spares while there are any; after that each of the
//! gang's takes a server that stands by for it, and the first that finds none stops it until then. With k standing by it
//! stands still for the share
//!
//! ```text
//! L(k) = ∫₀¹ P(Y(t) > k) dt,    L(k) − L(k + 1) = Σ_r P(M >= s + r + 1) · C(r, k + 1) p^(k + 1) (1 − p)^(r − k − 1) / all
//! ```
//!
//! of the time: Y(t) counts those of the gang's after the s-th of all, r runs over all after that, M is Poisson of mean
//! `all`, and p = hits/all. The integral over one term of M is the chance of reaching the next. Without spares the sum is
//! `P(N >= k + 2) / hits`, N being Poisson of mean `hits`.

use super::{is_positive, mginf};

/// Chances below this are rounding.
const NEGLIGIBLE: f64 = 1e-10;

/// The shares of the time by which the first server that stands by shortens the standstill, the second and so on, as long
/// as they are at least `least`; no more than `most`.
///
/// Empty where no failure is expected. `all` is at least `hits`. Absolute error of each below `1e-9 / hits`. Costs a term for
/// each of the failures that may come, and server.
#[must_use]
pub fn saved_by_each(hits: f64, all: f64, spares: u64, least: f64, most: u64) -> Vec<f64> {
    if !is_positive(hits) || !all.is_finite() {
        return Vec::new();
    }
    let all = all.max(hits);
    let share = hits / all;
    // By r − 1: the chance that more than s + r fail.
    let more_than = |failures: u64| 1.0 - mginf::occupancy_cdf(all, failures);
    let after_spares = (1..).map(|r| more_than(spares.saturating_add(r)));
    let reached: Vec<f64> = after_spares
        .take_while(|&chance| chance > NEGLIGIBLE)
        .collect();
    let mut all_of_it = 1.0;
    let mut saved = Vec::new();
    while (saved.len() as u64) < most {
        let of_gang = saved.len() + 1;
        all_of_it *= share;
        // By r: the chance that so many of r are the gang's.
        let mut chance = all_of_it;
        let mut sum = 0.0;
        for (r, reached) in (of_gang..).zip(reached.iter().skip(of_gang - 1)) {
            sum += chance * reached;
            chance *= (1.0 - share) * (r + 1) as f64 / (r + 1 - of_gang) as f64;
        }
        let next = sum / all;
        if next < least || next <= 0.0 {
            break;
        }
        saved.push(next);
    }
    saved
}

/// The share of the time for which a gang stands still with so many standing by and no spares.
///
/// 0 where no failure is expected.
#[must_use]
pub fn standstill(hits: f64, standing_by: u64) -> f64 {
    if !is_positive(hits) {
        return 0.0;
    }
    let stops = |failures: u64| 1.0 - mginf::occupancy_cdf(hits, failures);
    let next = standing_by.saturating_add(1);
    (stops(standing_by) - next as f64 * stops(next) / hits).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STEPS: u32 = 2_000;

    /// The mean of a function over [0, 1] by the midpoint rule.
    fn mean(of: impl Fn(f64) -> f64) -> f64 {
        let at = |step: u32| (f64::from(step) + 0.5) / f64::from(STEPS);
        (0..STEPS).map(|step| of(at(step))).sum::<f64>() / f64::from(STEPS)
    }

    /// `P(Y(t) = of_gang)` from the law of all failures until then and that of the gang's part of them.
    fn unreplaced(hits: f64, all: f64, spares: u64, of_gang: u64, t: f64) -> f64 {
        let share = hits / all;
        let (mut poisson, mut sum) = ((-all * t).exp(), 0.0);
        for failures in 0..400_u64 {
            let after = failures.saturating_sub(spares);
            if after >= of_gang {
                let ways: f64 = (0..of_gang)
                    .map(|i| (after - i) as f64 / (i + 1) as f64)
                    .product();
                let rest = (after - of_gang) as i32;
                sum += poisson * ways * share.powi(of_gang as i32) * (1.0 - share).powi(rest);
            }
            poisson *= all * t / (failures + 1) as f64;
        }
        sum
    }

    #[test]
    fn agrees_with_the_integral() {
        for (hits, all) in [(0.02, 0.08), (2.0, 2.0), (1.9, 2.4), (15.0, 60.0)] {
            for spares in [0, 1, 3, 50] {
                let saved = saved_by_each(hits, all, spares, 1e-7, 6);
                for (already, saved) in saved.iter().enumerate() {
                    let of_gang = already as u64 + 1;
                    let exact = mean(|t| unreplaced(hits, all, spares, of_gang, t));
                    assert!(
                        (exact - saved).abs() < 1e-6,
                        "{hits} {all} {spares} {already}"
                    );
                }
            }
        }
        for hits in [0.01, 0.3, 2.0, 15.0, 80.0] {
            for standing_by in [0, 1, 3, 20, 90] {
                let exact = mean(|t| 1.0 - mginf::occupancy_cdf(hits * t, standing_by));
                assert!((exact - standstill(hits, standing_by)).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn nobody_standing_by_and_nothing_to_fear() {
        // Half of the time is lost where one failure is certain, all of it where they never end.
        let once = standstill(1e-6, 0);
        assert!((once / 0.5e-6 - 1.0).abs() < 1e-3, "{once}");
        assert!(standstill(1e9, 0) > 1.0 - 1e-8);
        assert_eq!(standstill(0.0, 0), 0.0);
        for (hits, all) in [(0.0, 1.0), (f64::NAN, 1.0), (1.0, f64::INFINITY)] {
            assert!(saved_by_each(hits, all, 0, 0.0, 9).is_empty());
        }
        assert!(saved_by_each(2.0, 3.0, u64::MAX, 0.0, 9).is_empty());
    }

    proptest! {
        #[test]
        fn each_saves_the_difference_and_less_where_spares_are_left(
            log_hits in -3.0f64..4.0,
            share in 0.05f64..1.0,
            spares in 0u64..20,
        ) {
            let hits = log_hits.exp();
            let alone = saved_by_each(hits, hits, 0, 1e-6, 50);
            for (standing_by, saved) in alone.iter().enumerate() {
                let lost = |standing_by: usize| standstill(hits, standing_by as u64);
                let difference = lost(standing_by) - lost(standing_by + 1);
                prop_assert!((saved - difference).abs() < 1e-8);
            }
            let few = saved_by_each(hits, hits / share, spares, 1e-6, 50);
            let more = saved_by_each(hits, hits / share, spares + 1, 1e-6, 50);
            prop_assert!(more.len() <= few.len());
            for (few, more) in few.iter().zip(&more).chain(few.windows(2).map(|pair| (&pair[0], &pair[1]))) {
                prop_assert!(*more <= few + 1e-9);
            }
        }
    }
}

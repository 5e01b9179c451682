//! How much flexibility is enough: products of uncertain demand on plants that can each make some of them.
//!
//! With dedicated plants each product sells what its own plant makes; with full flexibility all share the total. In a
//! chain product `i` can be made by plants `i` and `i + 1`, the last one by the first plant too, and sells nearly as
//! much as with full flexibility. Jordan and Graves (1995), "Principles on the benefits of manufacturing process
//! flexibility". What is sold is a maximum flow; that of a chain is found as a minimum cut.

use super::normal::{cdf, density};

/// Units sold where each of these demands has a plant of its own, all of one capacity.
#[must_use]
pub fn dedicated_sales(demands: &[f64], capacity: f64) -> f64 {
    demands.iter().map(|demand| demand.min(capacity)).sum()
}

/// Units sold where every one of as many plants of one capacity can make everything.
#[must_use]
pub fn full_sales(demands: &[f64], capacity: f64) -> f64 {
    let demand: f64 = demands.iter().sum();
    demand.min(capacity * demands.len() as f64)
}

/// Units sold where each of as many plants of one capacity can make two neighbours, closed to a ring.
///
/// Every set of products sells at most the capacity of the plants that can make any of it; the least of "the demand
/// outside of a set and the plants of the set" over all sets is what is sold. Product by product, all that matters of
/// the set so far is whether the last product and the first are in it.
#[must_use]
pub fn chain_sales(demands: &[f64], capacity: f64) -> f64 {
    let Some((first, rest)) = demands.split_first() else {
        return 0.0;
    };
    if rest.is_empty() {
        return first.min(capacity);
    }
    let plant = |a: bool, b: bool| if a || b { capacity } else { 0.0 };
    let outside = |demand: f64, inside: bool| if inside { 0.0 } else { demand };
    let closed = [false, true].map(|first_inside| {
        let mut without = if first_inside { f64::INFINITY } else { *first };
        let mut with = if first_inside { 0.0 } else { f64::INFINITY };
        for demand in rest {
            let best = |inside: bool| {
                let before = (without + plant(false, inside)).min(with + plant(true, inside));
                before + outside(*demand, inside)
            };
            (without, with) = (best(false), best(true));
        }
        (without + plant(false, first_inside)).min(with + plant(true, first_inside))
    });
    closed.into_iter().fold(f64::INFINITY, f64::min)
}

/// Expected sales of one dedicated plant whose capacity is the mean of a normal demand that is cut at so many standard
/// deviations on either side.
#[must_use]
pub fn expected_dedicated_sales(mean: f64, sd: f64, cut_sds: f64) -> f64 {
    let kept = cdf(cut_sds) - cdf(-cut_sds);
    mean - sd * (density(0.0) - density(cut_sds)) / kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Streams;
    use proptest::prelude::*;
    use rand_distr::{Distribution as _, StandardNormal};

    /// The chain's sales by trying every set of products.
    fn least_cut(demands: &[f64], capacity: f64) -> f64 {
        let n = demands.len();
        let sets = (0..1_u32 << n).map(|set| {
            let inside = |product: usize| set >> (product % n) & 1 == 1;
            let outside: f64 = (0..n).filter(|i| !inside(*i)).map(|i| demands[i]).sum();
            let plants = (0..n).filter(|i| inside(*i) || inside(i + 1)).count();
            outside + capacity * plants as f64
        });
        sets.fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn oracles() {
        let dedicated = expected_dedicated_sales(100.0, 40.0, 2.0);
        assert!((10.0 * dedicated - 855.4420).abs() < 5e-5);
        assert!((3.0 * dedicated - 256.6326).abs() < 5e-5);
        // What is sold beyond dedicated plants varies less than what is sold, so that fewer draws will do.
        for (products, chain, full) in [(10, 951.73, 955.54), (3, 275.457, 275.457)] {
            let (mut stream, mut beyond) = (
                Streams::new(1, 0).stream("demand", "size"),
                [Vec::new(), Vec::new()],
            );
            for _ in 0..100_000 {
                let drawn = StandardNormal.sample_iter(&mut stream);
                let cut = drawn.filter(|z: &f64| z.abs() <= 2.0).take(products);
                let demands: Vec<f64> = cut.map(|z| 100.0 + 40.0 * z).collect();
                let base = dedicated_sales(&demands, 100.0);
                for (beyond, sales) in beyond.iter_mut().zip([chain_sales, full_sales]) {
                    beyond.push(sales(&demands, 100.0) - base);
                }
            }
            for (beyond, (known, uncertain)) in beyond.iter().zip([(chain, 0.06), (full, 0.06)]) {
                let n = beyond.len() as f64;
                let mean = beyond.iter().sum::<f64>() / n;
                let variance = beyond.iter().map(|of| (of - mean).powi(2)).sum::<f64>() / (n - 1.0);
                let sales = products as f64 * dedicated + mean;
                let allowed = 4.0 * (variance / n).sqrt() + uncertain;
                assert!(
                    allowed < 1.0 && (sales - known).abs() < allowed,
                    "{sales} {known}"
                );
            }
        }
    }

    /// The same links in two rings are worth less.
    #[test]
    fn one_long_chain_beats_two_short_ones() {
        let mut stream = Streams::new(1, 0).stream("demand", "size");
        let gains: Vec<f64> = (0..10_000)
            .map(|_| {
                let drawn = StandardNormal.sample_iter(&mut stream);
                let cut = drawn.filter(|z: &f64| z.abs() <= 2.0).take(10);
                let demands: Vec<f64> = cut.map(|z| 100.0 + 40.0 * z).collect();
                let (one, other) = demands.split_at(5);
                let short = chain_sales(one, 100.0) + chain_sales(other, 100.0);
                chain_sales(&demands, 100.0) - short
            })
            .collect();
        // 15, and its standard deviation is 25; single draws may favour the short ones.
        let mean = gains.iter().sum::<f64>() / 10_000.0;
        assert!((mean - 15.0).abs() < 1.5, "{mean}");
    }

    #[test]
    fn few_products() {
        assert_eq!(chain_sales(&[], 100.0), 0.0);
        assert_eq!(chain_sales(&[130.0], 100.0), 100.0);
        // Two plants that make both.
        assert_eq!(chain_sales(&[30.0, 180.0], 100.0), 200.0);
        // The third plant cannot help the second product but by way of the first.
        assert_eq!(chain_sales(&[50.0, 180.0, 60.0], 100.0), 290.0);
        // Four: the second product has but two plants.
        assert_eq!(chain_sales(&[0.0, 250.0, 0.0, 0.0], 100.0), 200.0);
    }

    proptest! {
        #[test]
        fn a_chain_is_the_least_cut_and_lies_between(
            demands in proptest::collection::vec(0.0f64..250.0, 2..9),
        ) {
            let chain = chain_sales(&demands, 100.0);
            prop_assert!((chain - least_cut(&demands, 100.0)).abs() < 1e-9);
            prop_assert!(chain >= dedicated_sales(&demands, 100.0) - 1e-9);
            prop_assert!(chain <= full_sales(&demands, 100.0) + 1e-9);
        }
    }
}

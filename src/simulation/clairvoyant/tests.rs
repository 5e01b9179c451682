//! The dual against a linear program's optimum, on small programs made by throwing dice.

use super::curve::Curve;
use super::dual::Dual;
use super::program::{Offer, Program, Slot, Work};
use super::search::Search;
use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOutcome, Variable};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// What a program's optimum is, by a linear program.
fn optimum(program: &Program) -> f64 {
    let mut lp = Problem::new(OptimizationDirection::Maximize);
    let mut constant = 0.0;
    let mut done: Vec<Vec<(Variable, f64)>> = vec![Vec::new(); program.works.len()];
    let mut arrived = vec![0.0; program.works.len()];
    for slot in &program.intervals {
        let mut used: Vec<Vec<(Variable, f64)>> = vec![Vec::new(); slot.capacity.len()];
        for (&curve, rates) in slot.curves.iter().zip(&program.rates) {
            let curve = &program.curves[curve];
            constant += curve.base;
            let stretches = curve.stretches.iter();
            let mut served: Vec<(Variable, f64)> = stretches
                .map(|&(slope, length)| (lp.add_var(slope, (0.0, length)), 1.0))
                .collect();
            for (used, &rate) in used.iter_mut().zip(rates) {
                let servers = lp.add_var(0.0, (0.0, f64::INFINITY));
                used.push((servers, 1.0));
                served.push((servers, -rate));
            }
            lp.add_constraint(&served, ComparisonOp::Le, 0.0);
        }
        for (number, (offer, work)) in slot.offers.iter().zip(&program.works).enumerate() {
            let mut shares = Vec::new();
            for (class, used) in used.iter_mut().enumerate() {
                let most = offer.most[class];
                let servers = lp.add_var(offer.worth[class], (0.0, most));
                used.push((servers, 1.0));
                shares.push((servers, 1.0 / most.max(1e-9)));
                done[number].push((servers, offer.work[class]));
            }
            if work.campaign {
                lp.add_constraint(&shares, ComparisonOp::Le, 1.0);
            }
            arrived[number] += offer.arrives;
            lp.add_constraint(&done[number], ComparisonOp::Le, arrived[number]);
        }
        for (used, &capacity) in used.iter().zip(&slot.capacity) {
            lp.add_constraint(used, ComparisonOp::Le, capacity);
        }
    }
    match lp.solve().expect("it can be solved") {
        SolveOutcome::Solution(solution) => constant + solution.objective(),
        other => panic!("{other:?}"),
    }
}

fn curve() -> impl Strategy<Value = Curve> {
    prop::collection::vec((0.05f64..1.0, 0.1f64..4.0), 1..4).prop_map(|parts| {
        let mut slope = 4.0;
        let stretch = |(falls, length): (f64, f64)| {
            slope *= falls;
            (slope, length)
        };
        Curve {
            base: 0.0,
            stretches: parts.into_iter().map(stretch).collect(),
        }
    })
}

/// Two services, a campaign and a stream in so many intervals of so many classes.
fn programs() -> impl Strategy<Value = Program> {
    (1usize..4, 1usize..7).prop_flat_map(|(classes, intervals)| {
        let by_class = |range: std::ops::Range<f64>| prop::collection::vec(range, classes);
        let rate = prop::sample::select(vec![0.0, 0.5, 1.0, 2.0]);
        let rates = prop::collection::vec(prop::collection::vec(rate, classes), 2);
        let offer = (
            by_class(0.1..3.0),
            by_class(0.2..1.5),
            0.0f64..4.0,
            0.5f64..3.0,
        );
        let slot = (by_class(0.5..6.0), offer.clone(), offer);
        let slots = prop::collection::vec(slot, intervals);
        let curves = prop::collection::vec(curve(), 2 * intervals);
        (rates, curves, slots).prop_map(|(rates, curves, slots)| {
            let offer = |(per_work, work, arrives, most): (Vec<f64>, Vec<f64>, f64, f64),
                         first: bool| Offer {
                worth: per_work
                    .iter()
                    .zip(&work)
                    .map(|(each, work)| each * work)
                    .collect(),
                most: vec![most; work.len()],
                work,
                arrives: if first { arrives } else { 0.0 },
            };
            let numbered = slots.into_iter().enumerate();
            let intervals = numbered.map(|(number, (capacity, campaign, stream))| Slot {
                capacity,
                curves: vec![2 * number, 2 * number + 1],
                offers: vec![offer(campaign, number == 0), offer(stream, true)],
            });
            Program {
                intervals: intervals.collect(),
                rates,
                curves,
                works: vec![Work { campaign: true }, Work { campaign: false }],
                ..Program::default()
            }
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None, rng_seed: RngSeed::Fixed(9), ..ProptestConfig::with_cases(200)
    })]

    #[test]
    fn the_search_ends_at_the_optimum_or_a_little_above(program in programs()) {
        let best = optimum(&program);
        let mut search = Search::new(&program);
        search.run();
        let bound = search.value(|curve, price| program.curves[curve].above(price));
        prop_assert!(bound >= best * (1.0 - 1e-9), "{bound} below {best}");
        prop_assert!(bound <= best * 1.05, "{bound} far above {best}");
    }

    /// Weak duality: the prices need not be good.
    #[test]
    fn any_prices_bound_it(program in programs(), scale in 0.0f64..3.0, dice in prop::collection::vec(0.0f64..1.0, 64)) {
        let mut dice = dice.into_iter().cycle();
        let mut throw = || scale * dice.next().unwrap_or(0.0);
        let (campaign, mut stream) = (throw(), 2.0 * throw());
        let mut sum = 0.0;
        for slot in &program.intervals {
            stream -= 0.2 * throw().min(stream);
            let prices: Vec<f64> = slot.capacity.iter().map(|_| throw()).collect();
            let work = [campaign, stream];
            let arrived = slot.offers.iter().zip(work).map(|(offer, price)| offer.arrives * price);
            sum += Dual::value(&program, slot, &work, &prices) + arrived.sum::<f64>();
        }
        let best = optimum(&program);
        prop_assert!(sum >= best * (1.0 - 1e-9), "{sum} below {best}");
    }

    /// The comparison can fail: the bound of a program with a little less of everything is too low.
    #[test]
    fn a_smaller_programs_bound_is_none(program in programs()) {
        let best = optimum(&program);
        let mut smaller = program;
        for slot in &mut smaller.intervals {
            slot.capacity.iter_mut().for_each(|servers| *servers *= 0.9);
        }
        let less = optimum(&smaller);
        prop_assume!(less < 0.93 * best);
        let mut search = Search::new(&smaller);
        search.run();
        prop_assert!(search.value(|curve, price| smaller.curves[curve].above(price)) < best);
    }
}

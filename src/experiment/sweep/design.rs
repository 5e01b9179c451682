//! Designs: which combinations of the axes are points. Every point is computed from its number alone, so that a
//! design of any size takes no memory, and a shard or a later run finds the same ones.
//!
//! Sources: McKay, Beckman and Conover (1979) for the Latin hypercube, its permutations after Kensler (2013); Owen
//! (1995) scrambling as hashed by Burley (2020) for Sobol' points; Saltelli et al. (2010) for the matrices of the
//! indices; Morris (1991) for trajectories.

use crate::scenario::sweep::{Axis, Coordinate, Design, SweepPlan};

/// A point of a design with its number.
#[derive(Clone, Debug)]
pub struct Point {
    /// From 0, without gaps.
    pub number: u64,
    /// One value for each axis.
    pub coordinates: Vec<Coordinate>,
}

/// The points of a plan, in order.
pub struct Points<'a> {
    plan: &'a SweepPlan,
    candidate: u64,
    candidates: u64,
    number: u64,
}

/// How many points a plan has before its constraint drops any; none if that is beyond counting.
#[must_use]
pub fn candidates(plan: &SweepPlan) -> Option<u64> {
    let groups = plan.groups.len() as u64;
    match plan.design {
        Design::Grid(_) => plan.groups.iter().try_fold(1_u64, |product, group| {
            product.checked_mul(levels(plan, group))
        }),
        Design::LatinHypercube(design) => Some(u64::from(design.points)),
        Design::Sobol(design) if design.indices => Some(u64::from(design.points) * (groups + 2)),
        Design::Sobol(design) => Some(u64::from(design.points)),
        Design::Morris(design) => Some(u64::from(design.trajectories) * (groups + 1)),
    }
}

impl<'a> Points<'a> {
    /// All points of a plan.
    #[must_use]
    pub fn of(plan: &'a SweepPlan) -> Self {
        Self {
            plan,
            candidate: 0,
            candidates: candidates(plan).unwrap_or(u64::MAX),
            number: 0,
        }
    }
}

impl Iterator for Points<'_> {
    type Item = Point;

    fn next(&mut self) -> Option<Point> {
        while self.candidate < self.candidates {
            let coordinates = coordinates(self.plan, self.candidate);
            self.candidate += 1;
            if self.plan.keeps(&coordinates) {
                let number = self.number;
                self.number += 1;
                return Some(Point {
                    number,
                    coordinates,
                });
            }
        }
        None
    }
}

/// The number of values of a group of axes, which are as many for each of a grid's.
fn levels(plan: &SweepPlan, group: &[usize]) -> u64 {
    let axes = group.iter().filter_map(|axis| plan.axes.get(*axis));
    axes.filter_map(Axis::levels).min().unwrap_or(1)
}

/// The values of all axes at a candidate.
fn coordinates(plan: &SweepPlan, candidate: u64) -> Vec<Coordinate> {
    if let Design::Grid(_) = plan.design {
        return grid(plan, candidate);
    }
    let shares: Vec<f64> = (0..plan.groups.len())
        .map(|group| share(plan, candidate, group as u64))
        .collect();
    by_group(plan, |axis, group| {
        axis.at_share(shares.get(group).copied().unwrap_or(0.0))
    })
}

/// The last axis turns fastest.
fn grid(plan: &SweepPlan, candidate: u64) -> Vec<Coordinate> {
    let mut rest = candidate;
    let mut indices = vec![0; plan.groups.len()];
    for (index, group) in indices.iter_mut().zip(&plan.groups).rev() {
        let levels = levels(plan, group).max(1);
        *index = rest % levels;
        rest /= levels;
    }
    by_group(plan, |axis, group| {
        axis.level(indices.get(group).copied().unwrap_or(0))
    })
}

fn by_group(plan: &SweepPlan, value: impl Fn(&Axis, usize) -> Coordinate) -> Vec<Coordinate> {
    let of = |index: usize| plan.groups.iter().position(|group| group.contains(&index));
    let axes = plan.axes.iter().enumerate();
    axes.map(|(index, axis)| value(axis, of(index).unwrap_or(0)))
        .collect()
}

/// Where a group of axes stands at a candidate, from 0 to 1.
fn share(plan: &SweepPlan, candidate: u64, group: u64) -> f64 {
    let groups = plan.groups.len() as u64;
    match plan.design {
        Design::Grid(_) => 0.0,
        Design::LatinHypercube(design) => {
            let shuffle = hash(design.seed, &[1, group]);
            let stratum = permuted(candidate as u32, design.points, shuffle as u32);
            let within = fraction(hash(design.seed, &[2, group, candidate]));
            (f64::from(stratum) + within) / f64::from(design.points)
        }
        Design::Sobol(design) if design.indices => {
            let (sample, matrix) = (candidate / (groups + 2), candidate % (groups + 2));
            // Matrix 0 is A, 1 is B, 2 + i is A with column i from B.
            let from_b = matrix == 1 || matrix == group + 2;
            let dimension = if from_b { groups + group } else { group };
            f64::from(sobol_burley::sample(
                sample as u32,
                dimension as u32,
                design.seed,
            ))
        }
        Design::Sobol(design) => f64::from(sobol_burley::sample(
            candidate as u32,
            group as u32,
            design.seed,
        )),
        Design::Morris(design) => {
            let (trajectory, moved) = (candidate / (groups + 1), candidate % (groups + 1));
            let step = morris_step(design.seed, trajectory, group, groups, design.levels);
            if step.rank < moved {
                step.to
            } else {
                step.from
            }
        }
    }
}

/// How a trajectory moves one group of axes.
#[derive(Clone, Copy, Debug)]
pub(super) struct MorrisStep {
    /// How many groups move before it.
    pub(super) rank: u64,
    pub(super) from: f64,
    pub(super) to: f64,
}

/// The move of a group in a trajectory: from a random level, up or down by levels / (2 (levels - 1)).
pub(super) fn morris_step(
    seed: u32,
    trajectory: u64,
    group: u64,
    groups: u64,
    levels: u32,
) -> MorrisStep {
    let order = hash(seed, &[3, trajectory]);
    let drawn = hash(seed, &[4, trajectory, group]);
    let half = levels / 2;
    let level = f64::from((drawn >> 32) as u32 % half.max(1));
    let intervals = f64::from(levels.saturating_sub(1).max(1));
    let (low, high) = (level / intervals, (level + f64::from(half)) / intervals);
    let is_up = drawn & 1 == 0;
    MorrisStep {
        rank: u64::from(permuted(group as u32, groups as u32, order as u32)),
        from: if is_up { low } else { high },
        to: if is_up { high } else { low },
    }
}

/// A random permutation of 0..length, one element at a time: Kensler (2013), "Correlated multi-jittered sampling".
fn permuted(index: u32, length: u32, seed: u32) -> u32 {
    let length = length.max(1);
    let mut mask = length - 1;
    for shift in [1, 2, 4, 8, 16] {
        mask |= mask >> shift;
    }
    let mut i = index;
    loop {
        i ^= seed;
        i = i.wrapping_mul(0xe170_893d);
        i ^= seed >> 16;
        i ^= (i & mask) >> 4;
        i ^= seed >> 8;
        i = i.wrapping_mul(0x0929_eb3f);
        i ^= seed >> 23;
        i ^= (i & mask) >> 1;
        i = i.wrapping_mul(1 | (seed >> 27));
        i = i.wrapping_mul(0x6935_fa69);
        i ^= (i & mask) >> 11;
        i = i.wrapping_mul(0x74dc_b303);
        i ^= (i & mask) >> 2;
        i = i.wrapping_mul(0x9e50_1cc3);
        i ^= (i & mask) >> 2;
        i = i.wrapping_mul(0xc860_a3df);
        i &= mask;
        i ^= i >> 5;
        if i < length {
            break;
        }
    }
    ((u64::from(i) + u64::from(seed)) % u64::from(length)) as u32
}

/// A random number of some numbers: the finalizer of SplitMix64 (Steele, Lea and Flood 2014) over each.
fn hash(seed: u32, numbers: &[u64]) -> u64 {
    let mut state = u64::from(seed);
    for number in numbers {
        state = (state ^ number).wrapping_add(0x9e37_79b9_7f4a_7c15);
        state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        state ^= state >> 31;
    }
    state
}

/// A random number as a fraction of 1.
fn fraction(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(sweep: &str) -> SweepPlan {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("s.toml");
        let text = format!("[sweep]\nname = \"s\"\nscenario = \"starter\"\n{sweep}");
        std::fs::write(&path, text).unwrap();
        SweepPlan::load(path.to_str().unwrap(), &[]).unwrap_or_else(|error| panic!("{error}"))
    }

    fn texts(plan: &SweepPlan) -> Vec<Vec<String>> {
        Points::of(plan)
            .map(|point| point.coordinates.into_iter().map(|at| at.text).collect())
            .collect()
    }

    const AXES: &str = "[axis.a]\nkey = \"pool.main.flexible_share\"\nrange = { from = 0.0, to = 1.0 }\n\
        [axis.b]\nkey = \"hardware.*.mtbf\"\nrange = { from = \"100d\", to = \"300d\" }\n\
        [axis.c]\nkey = \"run.step\"\nvalues = [\"1h\", \"2h\", \"3h\"]\n";

    #[test]
    fn a_permutation_has_every_number_once() {
        for length in [1, 2, 3, 7, 64, 100, 1000] {
            for seed in [0, 1, 77_777, u32::MAX] {
                let mut seen: Vec<u32> = (0..length).map(|i| permuted(i, length, seed)).collect();
                seen.sort_unstable();
                assert!(seen.into_iter().eq(0..length), "{length} {seed}");
            }
        }
    }

    #[test]
    fn a_grid_has_every_combination_and_zipped_axes_go_together() {
        let axes = "[axis.a]\nkey = \"run.step\"\nvalues = [\"1h\", \"2h\"]\n\
            [axis.b]\nkey = \"run.horizon\"\nvalues = [\"4w\", \"8w\"]\n\
            [axis.c]\nkey = \"run.seed\"\nrange = { from = 1, to = 3, step = 1 }\n";
        assert_eq!(texts(&plan(axes)).len(), 12);
        let zipped = texts(&plan(&format!("zip = [[\"a\", \"b\"]]\n{axes}")));
        assert_eq!(zipped.len(), 6);
        assert_eq!(zipped[0], ["1h", "4w", "1"]);
        assert_eq!(zipped[1], ["1h", "4w", "2"]);
        assert_eq!(zipped[5], ["2h", "8w", "3"]);
        let kept = plan(&format!(
            "constraint = \"c != 2 and (a < 2h or b = 8w)\"\n{axes}"
        ));
        let numbers: Vec<u64> = Points::of(&kept).map(|point| point.number).collect();
        assert_eq!(numbers, (0..6).collect::<Vec<_>>());
        assert!(
            texts(&kept)
                .iter()
                .all(|at| at[2] != "2" && (at[0] == "1h" || at[1] == "8w"))
        );
    }

    #[test]
    fn a_latin_hypercube_has_one_point_in_every_slice_of_every_axis() {
        let plan = plan(&format!(
            "design = {{ latin-hypercube = {{ points = 60 }} }}\n{AXES}"
        ));
        let points = texts(&plan);
        let mut slices: Vec<u64> = points
            .iter()
            .map(|at| (at[0].parse::<f64>().unwrap() * 60.0) as u64)
            .collect();
        slices.sort_unstable();
        assert!(slices.into_iter().eq(0..60));
        for level in ["1h", "2h", "3h"] {
            assert_eq!(points.iter().filter(|at| at[2] == level).count(), 20);
        }
    }

    /// Two different axes are not the same permutation, and another seed is another design.
    #[test]
    fn axes_and_seeds_differ() {
        let design = |seed| {
            plan(&format!(
                "design = {{ latin-hypercube = {{ points = 50, seed = {seed} }} }}\n{AXES}"
            ))
        };
        let (one, two) = (design(1), design(2));
        let shares = |plan: &SweepPlan, group| -> Vec<f64> {
            (0..50)
                .map(|candidate| share(plan, candidate, group))
                .collect()
        };
        let correlation: f64 = shares(&one, 0)
            .iter()
            .zip(shares(&one, 1))
            .map(|(a, b)| (a - 0.5) * (b - 0.5) * 12.0 / 50.0)
            .sum();
        assert!(correlation.abs() < 0.4, "{correlation}");
        assert_ne!(shares(&one, 0), shares(&two, 0));
        assert_eq!(texts(&one), texts(&design(1)));
    }

    /// 64 scrambled Sobol' points have one in each of 64 equal slices of every axis.
    #[test]
    fn sobol_points_are_stratified() {
        let plan = plan(&format!("design = {{ sobol = {{ points = 64 }} }}\n{AXES}"));
        for group in 0..3 {
            let mut slices: Vec<u64> = (0..64)
                .map(|candidate| (share(&plan, candidate, group) * 64.0) as u64)
                .collect();
            slices.sort_unstable();
            assert!(slices.into_iter().eq(0..64), "{group}");
        }
    }

    #[test]
    fn saltelli_matrices_differ_in_one_column() {
        let plan = plan(&format!(
            "design = {{ sobol = {{ points = 8, indices = true }} }}\n{AXES}"
        ));
        assert_eq!(candidates(&plan), Some(8 * 5));
        for sample in 0..8 {
            let row = |matrix: u64| -> Vec<f64> {
                (0..3)
                    .map(|group| share(&plan, sample * 5 + matrix, group))
                    .collect()
            };
            for group in 0..3 {
                let mut expected = row(0);
                expected[group] = row(1)[group];
                assert_eq!(row(2 + group as u64), expected);
            }
        }
    }

    #[test]
    fn morris_moves_one_axis_at_a_time_by_two_thirds() {
        let plan = plan(&format!(
            "design = {{ morris = {{ trajectories = 30 }} }}\n{AXES}"
        ));
        let at = |candidate| -> Vec<f64> {
            (0..3).map(|group| share(&plan, candidate, group)).collect()
        };
        let mut first_moves = [0; 3];
        for trajectory in 0..30 {
            for step in 0..3 {
                let (before, after) = (at(trajectory * 4 + step), at(trajectory * 4 + step + 1));
                let moved: Vec<usize> = (0..3)
                    .filter(|&group| before[group] != after[group])
                    .collect();
                assert_eq!(moved.len(), 1);
                assert!(((after[moved[0]] - before[moved[0]]).abs() - 2.0 / 3.0).abs() < 1e-12);
                assert!(after.iter().all(|share| (0.0..=1.0).contains(share)));
                if step == 0 {
                    first_moves[moved[0]] += 1;
                }
            }
        }
        assert!(
            first_moves.iter().all(|count| *count > 3),
            "{first_moves:?}"
        );
    }

    /// The outermost whole numbers are as likely as the others.
    #[test]
    fn whole_numbers_between_ends_are_even() {
        let count = |lines: &str| {
            let plan = plan(&format!(
                "design = {{ latin-hypercube = {{ points = 120 }} }}\n[axis.n]\n{lines}\n"
            ));
            let mut counts = std::collections::BTreeMap::new();
            for at in texts(&plan) {
                *counts.entry(at[0].parse::<u64>().unwrap()).or_insert(0) += 1;
            }
            counts.into_iter().collect::<Vec<_>>()
        };
        let seeds = count("key = \"run.seed\"\nrange = { from = 3, to = 6 }");
        assert_eq!(seeds, [(3, 30), (4, 30), (5, 30), (6, 30)]);
        let servers = count("key = \"order.*.accelerators\"\nrange = { from = 1001, to = 1025 }");
        assert_eq!(servers, [(1008, 40), (1016, 40), (1024, 40)]);
    }

    #[test]
    fn accelerators_between_ends_are_whole_servers() {
        let plan = plan(
            "design = { latin-hypercube = { points = 40 } }\n\
             [axis.n]\nkey = \"order.*.accelerators\"\nrange = { from = 1001, to = 1999 }\n",
        );
        for at in texts(&plan) {
            let accelerators: u64 = at[0].parse().unwrap();
            assert!(accelerators.is_multiple_of(8) && (1001..=1999).contains(&accelerators));
        }
    }
}

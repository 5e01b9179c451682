//! Ranking fewer candidates instead of turning queries away: the shares of its items that a service may rank, a
//! hundredth apart, each with the stations that such shorter queries make and what they still earn.
//!
//! The rule: in every interval all queries rank the largest share at which the fluid law keeps the promised
//! attainment over the interval, the smallest where none does. Load comes first, value second: a service that must
//! choose keeps its latency, as feed and advertising rankers do when they shed candidates.

use super::query;
use super::stations::Stations;
use crate::scenario::{Hardware, Ranking};

/// Distance of two shares.
const STEP: f64 = 0.01;

/// One share of the items.
#[derive(Clone, Debug)]
pub(super) struct Rung {
    pub share: f64,
    /// Value of an answer, relative to one that ranks all items.
    pub value: f64,
    pub stations: Stations,
}

/// The shares below 1, the largest first.
pub(super) fn rungs(ranking: &Ranking, pools: &[Option<(&str, &Hardware)>]) -> Vec<Rung> {
    let Some(&[smallest, _]) = ranking.degrade.last() else {
        return Vec::new();
    };
    let steps = ((1.0 - smallest) / STEP).ceil().max(0.0);
    let rung = |step: u32| {
        let share = 1.0 - (1.0 - smallest) * (f64::from(step) / steps);
        Rung {
            share,
            value: value(&ranking.degrade, share),
            stations: Stations::new(pools, |name, hardware| {
                Some(query::station(ranking, name, hardware, share))
            }),
        }
    };
    (1..=steps as u32).map(rung).collect()
}

/// The curve at `share`: a straight line between two rows.
fn value(rows: &[[f64; 2]], share: f64) -> f64 {
    let pairs = rows.iter().zip(rows.iter().skip(1));
    for (&[above, more], &[below, less]) in pairs {
        if share >= below {
            return less + (more - less) * ((share - below) / (above - below));
        }
    }
    rows.last().map_or(1.0, |&[_, least]| least)
}

/// The first of `rungs` that `keeps` the promise, else the last: the smaller the share, the sooner it is kept.
pub(super) fn first_kept<T>(rungs: &[T], mut keeps: impl FnMut(&T) -> bool) -> Option<&T> {
    let kept = rungs.partition_point(|rung| !keeps(rung));
    rungs.get(kept).or(rungs.last())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_is_read_between_its_rows() {
        let rows = [[1.0, 1.0], [0.6, 0.93], [0.3, 0.75]];
        for (share, expected) in [
            (1.0, 1.0),
            (0.8, 0.965),
            (0.6, 0.93),
            (0.45, 0.84),
            (0.3, 0.75),
        ] {
            assert!((value(&rows, share) - expected).abs() < 1e-12, "{share}");
        }
    }

    #[test]
    fn the_largest_share_that_keeps_the_promise_else_the_smallest() {
        let shares = [0.9, 0.8, 0.7];
        assert_eq!(first_kept(&shares, |share| *share < 0.85), Some(&0.8));
        assert_eq!(first_kept(&shares, |_| true), Some(&0.9));
        assert_eq!(first_kept(&shares, |_| false), Some(&0.7));
        assert_eq!(first_kept(&[0.0; 0], |_| true), None);
    }
}

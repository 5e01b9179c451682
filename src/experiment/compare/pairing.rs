//! Which replication of A belongs to which of B: those of the same seed and number rest on the same draws.

use indexmap::IndexMap;

use crate::results::read::{Draw, ReplicationTable};

/// How the replications of two results were matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pairing {
    /// By seed and number.
    Paired {
        /// Draws that both have.
        pairs: usize,
        /// Replications of A that B does not have; they do not count.
        left_out_of_a: usize,
        /// Replications of B that A does not have; they do not count.
        left_out_of_b: usize,
    },
    /// No draw is in both: the two are taken as independent.
    Unpaired {
        /// Replications of A.
        of_a: usize,
        /// Replications of B.
        of_b: usize,
    },
}

impl Pairing {
    pub(super) fn of(a: &ReplicationTable, b: &ReplicationTable, pairs: usize) -> Self {
        let (of_a, of_b) = (a.draws.len(), b.draws.len());
        match pairs {
            0 => Self::Unpaired { of_a, of_b },
            pairs => Self::Paired {
                pairs,
                left_out_of_a: of_a - pairs,
                left_out_of_b: of_b - pairs,
            },
        }
    }

    /// Whether there are enough replications for an interval: two pairs, or two of each.
    #[must_use]
    pub fn has_intervals(self) -> bool {
        match self {
            Self::Paired { pairs, .. } => pairs > 1,
            Self::Unpaired { of_a, of_b } => of_a > 1 && of_b > 1,
        }
    }
}

/// The places, in A and in B, of each draw that is in both; in A's order. A table lists no draw twice.
pub(super) fn pairs(a: &[Draw], b: &[Draw]) -> Vec<(usize, usize)> {
    let places: IndexMap<Draw, usize> = (0..).zip(b).map(|(place, draw)| (*draw, place)).collect();
    let both = (0..)
        .zip(a)
        .filter_map(|(place, draw)| Some((place, *places.get(draw)?)));
    both.collect()
}

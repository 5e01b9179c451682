//! What no capacity between two that were tried earns more than.
//!
//! Two things are known of what a level of demand earns, its gain:
//!
//! 1. It **never falls** with capacity. So up to `b` none exceeds what `b` earns.
//! 2. **Nobody is in time who is not served**, and capacity serves only so many: `C` requests per second serve at most
//!    `C·T` in `T` seconds, and a queue in which nobody waits longer than `L` holds `C·L` more at the end.
//!
//! A request that can wait as long as the limit lets it and be in time even so is *punctual*: it misses only where it
//! is refused or leaves. Of the others only the first is known. With `g` for the gain at `b`, `p` for the punctual
//! requests' part of it and lines from the origin with the slopes `s` (punctual) and `S >= s` (all), at any `c <= b`
//!
//! ```text
//! gain(c) <= min(g - (p - s·c)+, S·c)
//! ```
//!
//! which is concave, so the sum over the levels is.

use super::Corner;
use super::gain::{Gains, Line, Part, Try};

/// The corners of a concave curve above all that capacities from the one to the other earn, descending.
pub(super) fn corners_between(gains: &Gains<'_>, from: &Try, to: &Try) -> Vec<Corner> {
    let mut bends = Vec::new();
    let mut gain = gains.rounding();
    if from.capacity < gains.few {
        gain += gains.most_of_few();
    }
    for ((low, high), line) in from.parts.iter().zip(&to.parts).zip(&gains.lines) {
        // What quadrature lets fall is lifted.
        let part = Part {
            gain: high.gain.max(low.gain),
            punctual: high.punctual.max(low.punctual),
        };
        gain += part.gain;
        bend(part, *line, &mut bends);
    }
    bends.retain(|(capacity, _)| *capacity > from.capacity);
    bends.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut corners = vec![Corner {
        capacity: to.capacity,
        gain,
    }];
    let (mut at, mut slope) = (to.capacity, 0.0);
    let ends = bends.into_iter().chain([(from.capacity, 0.0)]);
    for (capacity, steeper) in ends {
        if capacity < at {
            gain -= slope * (at - capacity);
            at = capacity;
            corners.push(Corner { capacity, gain });
        }
        slope += steeper;
    }
    corners
}

/// Adds where a part's curve bends, and how much steeper it is below.
fn bend(part: Part, line: Line, bends: &mut Vec<(f64, f64)>) {
    if !line.all.is_finite() {
        return;
    }
    let punctual = part.punctual.min(part.gain);
    // Without a slope a line says nothing of what the requests earn.
    let few = if line.punctual > 0.0 {
        punctual / line.punctual
    } else {
        0.0
    };
    if line.all * few <= part.gain {
        bends.push((part.gain / line.all, line.all));
    } else {
        bends.push((few, line.punctual));
        let steeper = line.all - line.punctual;
        if steeper > 0.0 {
            bends.push(((part.gain - punctual) / steeper, steeper));
        }
    }
}

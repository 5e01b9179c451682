//! From what some capacities earn to a curve above what all earn.

use super::{Ceiling, Corner, ROUNDING};

/// A corner this little above what was tried is good enough, as a share of the most.
const FINE: f64 = 1e-3;

/// How far the gain may bend the other way between two neighbours, as a share of what lies between them.
const BEND: f64 = 0.1;

/// How many times as wide as the stretch before one may be to be judged by it.
const UNEVEN: f64 = 2.0;

/// A capacity, and what it earns in parts.
pub(super) struct Try {
    pub capacity: f64,
    pub parts: Vec<f64>,
    /// Whether the parts are levels of demand.
    pub by_level: bool,
}

impl Try {
    fn gain(&self) -> f64 {
        self.parts.iter().sum()
    }
}

/// More capacity is never worth less: what quadrature lets fall is lifted.
pub(super) fn level_out(tried: &mut [Try]) {
    for at in 1..tried.len() {
        let (before, rest) = tried.split_at_mut(at);
        if let (Some(before), Some(here)) = (before.last(), rest.first_mut()) {
            for (part, least) in here.parts.iter_mut().zip(&before.parts) {
                *part = part.max(*least);
            }
        }
    }
}

/// Above what was tried, and above whatever lies between.
pub(super) fn outward(tried: &[Try]) -> Ceiling {
    let most = tried.last().map_or(0.0, Try::gain);
    let here = tried.iter().map(|tried| Corner {
        capacity: tried.capacity,
        gain: tried.gain(),
    });
    let between = (0..tried.len().saturating_sub(1)).flat_map(|between| peak(tried, between));
    let corners = here.chain(between).map(|corner| Corner {
        gain: corner.gain + most * ROUNDING,
        ..corner
    });
    Ceiling::over(corners.collect())
}

/// What the gain between two neighbours that were tried stays below, with them: three corners.
fn peak(tried: &[Try], between: usize) -> [Corner; 3] {
    let (from, to) = (&tried[between], &tried[between + 1]);
    let width = to.capacity - from.capacity;
    let slope = |at: Option<usize>, part: usize| {
        let (from, to) = (tried.get(at?)?, tried.get(at? + 1)?);
        Some((to.parts[part] - from.parts[part]) / (to.capacity - from.capacity))
    };
    // The mean slope of a stretch much wider than the one before says nothing of how it begins.
    let is_told_by_before = match between.checked_sub(1).and_then(|at| tried.get(at)) {
        Some(before) => width <= UNEVEN * (from.capacity - before.capacity),
        None => true,
    };
    // Two lines, from what is before and from what comes after. What does not fall off has all that
    // it comes to from the beginning.
    let (mut start, mut rise, mut end_slope) = (0.0, 0.0, 0.0);
    for (part, (&low, &high)) in from.parts.iter().zip(&to.parts).enumerate() {
        let here = (high - low) / width;
        let after = slope(Some(between + 1), part).unwrap_or(0.0);
        // Without anything before, nothing was earned without capacity.
        let before = match between {
            0 => Some(f64::INFINITY),
            _ => slope(between.checked_sub(1), part),
        };
        match before {
            Some(before)
                if from.by_level && is_told_by_before && before >= here && here >= after =>
            {
                start += low;
                rise += if before.is_finite() { before } else { 0.0 };
                if before.is_infinite() {
                    start += high - after * width - low;
                    rise += after;
                }
                end_slope += after;
            }
            _ => start += high,
        }
    }
    let (low, high) = (from.gain(), to.gain());
    let at = |part: f64| {
        let left = start + rise * part * width;
        let right = high - end_slope * (1.0 - part) * width;
        Corner {
            capacity: from.capacity + part * width,
            gain: (left.min(right).max(low) + BEND * (high - low)).min(high),
        }
    };
    // Where the two lines meet.
    let steeper = (rise - end_slope) * width;
    let meet = (high - end_slope * width - start) / steeper;
    let meet = if steeper > 0.0 {
        meet.clamp(0.0, 1.0)
    } else {
        0.0
    };
    [at(0.0), at(meet), at(1.0)]
}

/// The neighbours between which the ceiling lies furthest above what was tried, and the capacity to
/// try between them; none if it is close enough everywhere.
pub(super) fn coarsest(tried: &[Try]) -> Option<(usize, f64)> {
    let most = tried.last()?.gain();
    let ceiling = outward(tried);
    let mut worst = (FINE * most, None);
    for between in 0..tried.len() - 1 {
        let (from, to) = (&tried[between], &tried[between + 1]);
        let width = to.capacity - from.capacity;
        for peak in peak(tried, between) {
            if ceiling.at(peak.capacity) > peak.gain + 2.0 * ROUNDING * most {
                // The curve passes above it anyway.
                continue;
            }
            let part = (peak.capacity - from.capacity) / width;
            let excess = peak.gain - (from.gain() + part * (to.gain() - from.gain()));
            if excess > worst.0 && width > 1e-6 * to.capacity {
                let middle = f64::midpoint(from.capacity, to.capacity);
                worst = (excess, Some((between, middle)));
            }
        }
    }
    worst.1
}

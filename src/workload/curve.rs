//! What a workload's capacity is worth: value per hour against capacity, a concave curve of straight
//! stretches. A policy that gives capacity by stretches never stops at a capacity that is worth less
//! than a part of a larger one.
//!
//! A service's curve is read off its table (`serving::worth`), a stream of jobs' is one stretch as
//! long as its jobs are many. Capacity is whatever the workload counts: requests per second, or
//! accelerators.

/// A corner of a curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Corner {
    /// Capacity over the demand.
    pub capacity: f64,
    /// Share of the demand that is met.
    pub attainment: f64,
}

impl Corner {
    /// Where every curve begins.
    pub const ORIGIN: Self = Self {
        capacity: 0.0,
        attainment: 0.0,
    };
}

/// Demand that capacity meets to the last bit, and then no more.
const UP_TO_DEMAND: [Corner; 2] = [
    Corner::ORIGIN,
    Corner {
        capacity: 1.0,
        attainment: 1.0,
    },
];

/// Value per hour against capacity at one demand: concave, and 0 without capacity.
#[derive(Clone, Copy, Debug)]
pub struct Curve<'a> {
    corners: &'a [Corner],
    demand: f64,
    /// Value per hour of meeting all demand.
    most_per_hour: f64,
}

/// A stretch of a curve along which capacity is worth the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// Value per hour of a unit of capacity.
    pub worth: f64,
    /// Capacity to the end of the stretch; may be infinite.
    pub length: f64,
}

/// Adds a corner to a hull whose last it lies beyond, and drops those that fall below the line.
pub(crate) fn push(hull: &mut Vec<Corner>, corner: Corner) {
    let slope = |from: Corner, to: Corner| {
        (to.attainment - from.attainment) / (to.capacity - from.capacity)
    };
    while let [.., before, last] = hull[..] {
        if slope(before, last) > slope(last, corner) {
            break;
        }
        hull.pop();
    }
    if hull
        .last()
        .is_some_and(|last| corner.attainment > last.attainment)
    {
        hull.push(corner);
    }
}

impl<'a> Curve<'a> {
    /// The curve through these corners, at a demand that is worth so much per hour where all of it
    /// is met.
    pub(crate) fn new(corners: &'a [Corner], demand: f64, most_per_hour: f64) -> Self {
        Self {
            corners,
            demand,
            most_per_hour,
        }
    }

    /// Every unit of capacity is worth `each` per hour, as far as there is demand for it.
    #[must_use]
    pub fn up_to_demand(demand: f64, each: f64) -> Self {
        Self::new(&UP_TO_DEMAND, demand, demand * each)
    }

    /// Value per hour of meeting all demand.
    #[must_use]
    pub fn most_per_hour(&self) -> f64 {
        self.most_per_hour
    }

    /// Value per hour that a unit of capacity has at most, by the demand that it could meet.
    #[must_use]
    pub fn most_per_unit(&self) -> f64 {
        if self.demand > 0.0 {
            self.most_per_hour / self.demand
        } else {
            0.0
        }
    }

    /// Value per hour of a capacity.
    #[must_use]
    pub fn value(&self, capacity: f64) -> f64 {
        let at = self.ratio(capacity);
        let pairs = self.corners.iter().zip(self.corners.iter().skip(1));
        for (from, to) in pairs {
            if at < to.capacity {
                let part = (at - from.capacity) / (to.capacity - from.capacity);
                let attainment = from.attainment + part * (to.attainment - from.attainment);
                return self.most_per_hour * attainment;
            }
        }
        let last = self.corners.last().map_or(0.0, |last| last.attainment);
        self.most_per_hour * last
    }

    /// Value per hour of a unit of capacity between these two, or just below where they are the same.
    #[must_use]
    pub fn slope_between(&self, from: f64, to: f64) -> f64 {
        let change = to - from;
        if change.abs() > ROUNDING * from.max(to) {
            (self.value(to) - self.value(from)) / change
        } else {
            self.below(to).worth
        }
    }

    /// What more capacity would be worth, beyond this one.
    #[must_use]
    pub fn above(&self, capacity: f64) -> Stretch {
        let at = self.ratio(capacity);
        let pairs = self.corners.iter().zip(self.corners.iter().skip(1));
        let stretch = pairs
            .into_iter()
            .find(|(_, to)| at < to.capacity * (1.0 - ROUNDING));
        stretch.map_or(Stretch::NOTHING, |(from, to)| Stretch {
            worth: self.slope(from, to),
            length: (to.capacity - at) * self.demand,
        })
    }

    /// What giving capacity up would cost, below this one.
    #[must_use]
    pub fn below(&self, capacity: f64) -> Stretch {
        let at = self.ratio(capacity);
        let Some(last) = self.corners.last() else {
            return Stretch::NOTHING;
        };
        if at > last.capacity * (1.0 + ROUNDING) {
            return Stretch {
                worth: 0.0,
                length: capacity - last.capacity * self.demand,
            };
        }
        let mut pairs = self.corners.iter().zip(self.corners.iter().skip(1)).rev();
        let stretch = pairs.find(|(from, _)| at > from.capacity * (1.0 + ROUNDING));
        stretch.map_or(Stretch::NOTHING, |(from, to)| Stretch {
            worth: self.slope(from, to),
            length: (at - from.capacity) * self.demand,
        })
    }

    fn ratio(&self, capacity: f64) -> f64 {
        if self.demand > 0.0 {
            capacity.max(0.0) / self.demand
        } else {
            f64::INFINITY
        }
    }

    fn slope(&self, from: &Corner, to: &Corner) -> f64 {
        let slope = (to.attainment - from.attainment) / (to.capacity - from.capacity);
        self.most_per_hour / self.demand * slope
    }
}

/// Two capacities this near to each other are the same.
const ROUNDING: f64 = 1e-9;

impl Stretch {
    const NOTHING: Self = Self {
        worth: 0.0,
        length: f64::INFINITY,
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corner(capacity: f64, attainment: f64) -> Corner {
        Corner {
            capacity,
            attainment,
        }
    }

    #[test]
    fn a_hull_is_concave_and_rises() {
        let mut hull = vec![corner(0.0, 0.0)];
        for (capacity, attainment) in [
            (0.5, 0.0),
            (1.0, 0.5),
            (1.2, 0.95),
            (1.5, 0.99),
            (2.0, 0.99),
        ] {
            push(&mut hull, corner(capacity, attainment));
        }
        assert_eq!(
            hull,
            [corner(0.0, 0.0), corner(1.2, 0.95), corner(1.5, 0.99)]
        );
    }

    #[test]
    fn stretches_and_values_agree() {
        let corners = [corner(0.0, 0.0), corner(1.2, 0.9), corner(1.5, 1.0)];
        let curve = Curve {
            corners: &corners,
            demand: 100.0,
            most_per_hour: 1000.0,
        };
        for capacity in [0.0, 10.0, 60.0, 119.0, 120.0, 130.0, 149.9, 150.0, 500.0] {
            let (above, below) = (curve.above(capacity), curve.below(capacity));
            let up = above.length.min(5.0);
            let gained = curve.value(capacity + up) - curve.value(capacity);
            assert!(
                (gained - above.worth * up).abs() < 1e-6,
                "{capacity}: {above:?}"
            );
            let down = below.length.min(5.0).min(capacity);
            let lost = curve.value(capacity) - curve.value(capacity - down);
            assert!(
                (lost - below.worth * down).abs() < 1e-6,
                "{capacity}: {below:?}"
            );
        }
        assert_eq!(curve.value(0.0), 0.0);
        assert_eq!(curve.value(1e9), 1000.0);
    }
}

//! What a service's capacity is expected to be worth: value per hour against capacity, at an
//! expected rate. It is read off a table of attainments, a row for every step of the logarithm of
//! the rate and in it a handful of capacities around the rate, as far apart as demand is uncertain
//! and as √load; a row is reckoned when it is first asked for.
//!
//! A row is kept as its concave hull from no capacity on: a policy that gives capacity by hull
//! segments never stops at a capacity that is worth less than a part of a larger one. Capacity is
//! the rate at which a service's servers serve together; on hardware other than that of the first
//! pool requests take another time, which the rate accounts for and the row's latency does not.

use std::collections::BTreeMap;

use super::degrade;
use super::fluid::{Capacity, Fluid, Load, Manners};
use super::levels::Levels;
use super::service::Service;
use super::station::Station;

/// Step of the table in the logarithm of the rate.
const STEP: f64 = 0.08;
/// Capacities of a row, in deviations above the rate.
const DEVIATIONS: [f64; 15] = [
    -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 8.0,
];

/// A corner of the hull.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Corner {
    /// Capacity over the rate.
    capacity: f64,
    /// Share of the requests that meets the SLO.
    attainment: f64,
}

/// The table of one service.
#[derive(Clone, Debug)]
pub struct Worth {
    station: Option<Station>,
    levels: Levels,
    cv: f64,
    interval_s: f64,
    manners: Manners,
    /// Value of meeting every request's SLO, per request.
    stake: f64,
    /// Smaller shares of its items that it may rank: the station, and the stake as a part of the full one.
    degraded: Vec<(Station, f64)>,
    /// The attainment that it degrades to keep.
    defended: f64,
    numbers: BTreeMap<i64, usize>,
    rows: Vec<Vec<Corner>>,
}

/// Value per hour against capacity at one rate: concave, and 0 without capacity.
#[derive(Clone, Copy, Debug)]
pub struct Curve<'a> {
    corners: &'a [Corner],
    rate_per_s: f64,
    /// Value per hour of meeting every request's SLO.
    most_per_hour: f64,
}

/// A stretch of a curve along which capacity is worth the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// Value per hour of a request per second of capacity.
    pub worth: f64,
    /// Capacity to the end of the stretch, in requests per second; may be infinite.
    pub length: f64,
}

impl Worth {
    /// An empty table for intervals of `interval_s` seconds, over which demand and its forecast
    /// vary by `cv` beside demand's own variation within the hour.
    #[must_use]
    pub fn new(service: &Service, interval_s: f64, cv: f64) -> Self {
        let levels = service.spread(cv);
        Self {
            station: service.reference().cloned(),
            cv: levels.cv(),
            levels,
            interval_s,
            manners: service.manners(),
            stake: service.stake(),
            degraded: service.degraded(),
            defended: service.defended_attainment(),
            numbers: BTreeMap::new(),
            rows: Vec::new(),
        }
    }

    /// Takes what a request of the service is worth now: attainments do not depend on it. Where the service degrades
    /// and misses are charged, what a degraded answer is worth beside a full one keeps the share of the first price.
    pub fn reprice(&mut self, service: &Service) {
        self.stake = service.stake();
    }

    /// The number of the row for an expected rate.
    pub fn row_for(&mut self, rate_per_s: f64) -> usize {
        let step = (rate_per_s.max(f64::MIN_POSITIVE).ln() / STEP).round();
        if let Some(&row) = self.numbers.get(&(step as i64)) {
            return row;
        }
        let corners = self.row((step * STEP).exp());
        self.rows.push(corners);
        self.numbers.insert(step as i64, self.rows.len() - 1);
        self.rows.len() - 1
    }

    /// The curve at an expected rate, by the row for it.
    #[must_use]
    pub fn curve(&self, row: usize, rate_per_s: f64) -> Curve<'_> {
        let rate_per_s = rate_per_s.max(0.0);
        Curve {
            corners: self.rows.get(row).map_or(&[], |row| row.as_slice()),
            rate_per_s,
            most_per_hour: rate_per_s * self.stake * 3600.0,
        }
    }

    /// Value per hour that a request per second of capacity has at most.
    #[must_use]
    pub fn most_per_capacity(&self) -> f64 {
        self.stake * 3600.0
    }

    /// The hull of the attainments at a rate.
    fn row(&self, rate_per_s: f64) -> Vec<Corner> {
        let Some(station) = &self.station else {
            return Vec::new();
        };
        let load = rate_per_s * station.mean_service_s;
        let deviation = (self.cv * self.cv + 1.0 / load.max(1e-3)).sqrt();
        let mut hull = vec![Corner {
            capacity: 0.0,
            attainment: 0.0,
        }];
        for capacity in self.capacities(station, deviation) {
            let corner = Corner {
                capacity,
                attainment: self.earned(station, rate_per_s, capacity * rate_per_s),
            };
            push(&mut hull, corner);
        }
        hull
    }

    /// The capacities of a row, ascending: around the rate, and where the service may degrade, also around the
    /// capacities at which it keeps up with a tenth of its shares.
    fn capacities(&self, station: &Station, deviation: f64) -> Vec<f64> {
        /// Every how many shares there are capacities.
        const SPACING: usize = 10;
        const NEAR: [f64; 3] = [0.0, 1.0, 2.0];
        let around = |z: f64| 1.0 + z * deviation;
        let mut capacities: Vec<f64> = DEVIATIONS.into_iter().map(around).collect();
        for (shorter, _) in self.degraded.iter().rev().step_by(SPACING) {
            let part = shorter.mean_service_s / station.mean_service_s;
            capacities.extend(NEAR.map(|z| part * around(z)));
        }
        capacities.retain(|capacity| *capacity > 0.0);
        capacities.sort_by(f64::total_cmp);
        capacities.dedup();
        capacities
    }

    /// Share of the most value that is expected to be earned, with this capacity in requests per second: the
    /// attainment where all items are ranked.
    fn earned(&self, station: &Station, rate_per_s: f64, capacity_per_s: f64) -> f64 {
        let servers = capacity_per_s / station.service_rate(1.0);
        let attainment =
            |station: &Station| self.attainment(station, rate_per_s, station.service_rate(servers));
        let full = attainment(station);
        if self.degraded.is_empty() || full >= self.defended {
            return full;
        }
        let keeps = |(shorter, _): &(Station, f64)| attainment(shorter) >= self.defended;
        let kept = degrade::first_kept(&self.degraded, keeps);
        kept.map_or(full, |(shorter, stake)| stake * attainment(shorter))
    }

    /// Share of the requests that is expected to meet the SLO, with this capacity in requests per
    /// second.
    fn attainment(&self, station: &Station, rate_per_s: f64, capacity_per_s: f64) -> f64 {
        /// A miss rarer than this does not tell two levels apart.
        const NEGLIGIBLE: f64 = 1e-6;
        let mut capacity = Capacity::default();
        capacity.add(station, capacity_per_s / station.service_rate(1.0));
        let load = Load {
            length_s: self.interval_s,
            rate_per_s,
            backlog: 0.0,
            manners: self.manners,
        };
        let best = station.latency.within_slo();
        let mut met = 0.0;
        for level in self.levels.descending() {
            let fluid = Fluid::new(capacity, load.at(level));
            let latency = &station.latency;
            let attained = latency.attainment(|x_s| fluid.roughly_waits_longer(x_s));
            met += level.requests() * attained;
            if attained >= best - NEGLIGIBLE {
                return met + level.requests_below * attained;
            }
        }
        met
    }
}

/// Adds a corner to a hull whose last it lies beyond, and drops those that fall below the line.
fn push(hull: &mut Vec<Corner>, corner: Corner) {
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

impl Curve<'_> {
    /// Value per hour of meeting every request's SLO.
    #[must_use]
    pub fn most_per_hour(&self) -> f64 {
        self.most_per_hour
    }

    /// Value per hour of a capacity in requests per second.
    #[must_use]
    pub fn value(&self, capacity_per_s: f64) -> f64 {
        let at = self.ratio(capacity_per_s);
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

    /// What more capacity would be worth, beyond this one.
    #[must_use]
    pub fn above(&self, capacity_per_s: f64) -> Stretch {
        let at = self.ratio(capacity_per_s);
        let pairs = self.corners.iter().zip(self.corners.iter().skip(1));
        let stretch = pairs
            .into_iter()
            .find(|(_, to)| at < to.capacity * (1.0 - ROUNDING));
        stretch.map_or(Stretch::NOTHING, |(from, to)| Stretch {
            worth: self.slope(from, to),
            length: (to.capacity - at) * self.rate_per_s,
        })
    }

    /// What giving capacity up would cost, below this one.
    #[must_use]
    pub fn below(&self, capacity_per_s: f64) -> Stretch {
        let at = self.ratio(capacity_per_s);
        let Some(last) = self.corners.last() else {
            return Stretch::NOTHING;
        };
        if at > last.capacity * (1.0 + ROUNDING) {
            return Stretch {
                worth: 0.0,
                length: (at - last.capacity) * self.rate_per_s,
            };
        }
        let mut pairs = self.corners.iter().zip(self.corners.iter().skip(1)).rev();
        let stretch = pairs.find(|(from, _)| at > from.capacity * (1.0 + ROUNDING));
        stretch.map_or(Stretch::NOTHING, |(from, to)| Stretch {
            worth: self.slope(from, to),
            length: (at - from.capacity) * self.rate_per_s,
        })
    }

    fn ratio(&self, capacity_per_s: f64) -> f64 {
        if self.rate_per_s > 0.0 {
            capacity_per_s.max(0.0) / self.rate_per_s
        } else {
            f64::INFINITY
        }
    }

    fn slope(&self, from: &Corner, to: &Corner) -> f64 {
        let slope = (to.attainment - from.attainment) / (to.capacity - from.capacity);
        self.most_per_hour / self.rate_per_s * slope
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
            rate_per_s: 100.0,
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

//! What a service's capacity is expected to be worth: value per hour against capacity, at an
//! expected rate. It is read off a table of attainments, a row for every step of the logarithm of
//! the rate and for every uncertainty of it, and in a row a handful of capacities around the rate,
//! as far apart as demand is uncertain and as √load; a row is reckoned when it is first asked for.
//!
//! A row is kept as its concave hull from no capacity on. Capacity is the rate at which a service's
//! servers serve together; on hardware other than that of the first pool requests take another
//! time, which the rate accounts for and the row's latency does not.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::degrade;
use super::fluid::{Capacity, Fluid, Load, Manners};
use super::levels::Levels;
use super::rows::{RowKey, Rows};
use super::service::Service;
use super::station::Station;
use crate::workload::curve::{Corner, Curve, push};

/// Step of the table in the logarithm of the rate.
const STEP: f64 = 0.08;
/// Capacities of a row, in deviations above the rate.
const DEVIATIONS: [f64; 15] = [
    -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 8.0,
];

/// The table of one service.
#[derive(Clone, Debug)]
pub struct Worth {
    station: Option<Station>,
    /// Coefficient of variation of demand within the hour.
    own_cv: f64,
    interval_s: f64,
    manners: Manners,
    /// Value of meeting every request's SLO, per request.
    stake: f64,
    /// Smaller shares of its items that it may rank: the station, and the stake as a part of the full one.
    degraded: Vec<(Station, f64)>,
    /// The attainment that it degrades to keep.
    defended: f64,
    /// By steps of the rate's logarithm, and the bits of what the rate varies by.
    numbers: BTreeMap<(i64, u64), usize>,
    /// The one that was asked for last.
    latest: Option<((i64, u64), usize)>,
    rows: Vec<Arc<[Corner]>>,
    /// By the bits of what a rate varies by: the levels that demand then takes.
    levels: Vec<(u64, Levels)>,
    /// Whether its rows hold a price, which another replication may draw differently.
    holds_price: bool,
    /// Where other replications look for rows too, and whose these are.
    shared: Option<(Rows, usize)>,
}

impl Worth {
    /// An empty table for intervals of `interval_s` seconds.
    #[must_use]
    pub fn new(service: &Service, interval_s: f64) -> Self {
        Self {
            station: service.reference().cloned(),
            own_cv: service.subhourly_cv(),
            interval_s,
            manners: service.manners(),
            stake: service.stake(),
            holds_price: !service.degraded().is_empty() && service.price() != 1.0,
            degraded: service.degraded(),
            defended: service.defended_attainment(),
            numbers: BTreeMap::new(),
            latest: None,
            rows: Vec::new(),
            levels: Vec::new(),
            shared: None,
        }
    }

    /// Looks for rows where other replications of the scenario do, as those of this workload. Where the service
    /// degrades they hold the first price: only those of the scenario's own are shared.
    #[must_use]
    pub fn sharing(self, rows: &Rows, workload: usize) -> Self {
        Self {
            shared: (!self.holds_price).then(|| (rows.clone(), workload)),
            ..self
        }
    }

    /// Takes what a request of the service is worth now: attainments do not depend on it. Where the service degrades
    /// and misses are charged, what a degraded answer is worth beside a full one keeps the share of the first price.
    pub fn reprice(&mut self, service: &Service) {
        self.stake = service.stake();
    }

    /// The number of the row for an expected rate, when what comes varies around it by `cv`, beside
    /// demand's own variation within the hour.
    pub fn row_for(&mut self, rate_per_s: f64, cv: f64) -> usize {
        let step = (rate_per_s.max(f64::MIN_POSITIVE).ln() / STEP).round();
        let key = (step as i64, cv.to_bits());
        if let Some((_, row)) = self.latest.filter(|(latest, _)| *latest == key) {
            return row;
        }
        let row = match self.numbers.get(&key) {
            Some(&row) => row,
            None => self.find_row(key, cv),
        };
        self.latest = Some((key, row));
        row
    }

    /// The same of a row that was not asked for before.
    fn find_row(&mut self, key: (i64, u64), cv: f64) -> usize {
        let rate_per_s = (key.0 as f64 * STEP).exp();
        let levels = self.levels_for(cv);
        let reckon = || self.row(rate_per_s, &self.levels[levels].1);
        let row = match &self.shared {
            Some((rows, workload)) => {
                let key = RowKey {
                    workload: *workload,
                    interval: self.interval_s.to_bits(),
                    step: key.0,
                    cv: key.1,
                };
                rows.find(key, reckon)
            }
            None => reckon(),
        };
        self.rows.push(row);
        self.numbers.insert(key, self.rows.len() - 1);
        self.rows.len() - 1
    }

    /// The number of the levels for what comes around a rate.
    fn levels_for(&mut self, cv: f64) -> usize {
        let known = |(bits, _): &(u64, Levels)| *bits == cv.to_bits();
        self.levels.iter().position(known).unwrap_or_else(|| {
            let levels = Levels::new((self.own_cv.powi(2) + cv.powi(2)).sqrt());
            self.levels.push((cv.to_bits(), levels));
            self.levels.len() - 1
        })
    }

    /// The curve at an expected rate, by the row for it.
    #[must_use]
    pub fn curve(&self, row: usize, rate_per_s: f64) -> Curve<'_> {
        let rate_per_s = rate_per_s.max(0.0);
        let corners = self.rows.get(row).map_or(&[][..], |row| &**row);
        Curve::new(corners, rate_per_s, rate_per_s * self.stake * 3600.0)
    }

    /// Value per hour that a request per second of capacity has at most.
    #[must_use]
    pub fn most_per_capacity(&self) -> f64 {
        self.stake * 3600.0
    }

    /// The hull of the attainments at a rate.
    fn row(&self, rate_per_s: f64, levels: &Levels) -> Arc<[Corner]> {
        let Some(station) = &self.station else {
            return Arc::new([]);
        };
        let load = rate_per_s * station.mean_service_s;
        let deviation = (levels.cv().powi(2) + 1.0 / load.max(1e-3)).sqrt();
        let mut hull = vec![Corner::ORIGIN];
        for capacity in self.capacities(station, deviation) {
            let corner = Corner {
                capacity,
                attainment: self.earned(station, levels, rate_per_s, capacity * rate_per_s),
            };
            push(&mut hull, corner);
        }
        hull.into()
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
    fn earned(
        &self,
        station: &Station,
        levels: &Levels,
        rate_per_s: f64,
        capacity_per_s: f64,
    ) -> f64 {
        let servers = capacity_per_s / station.service_rate(1.0);
        let attainment = |station: &Station| {
            self.attainment(station, levels, rate_per_s, station.service_rate(servers))
        };
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
    fn attainment(
        &self,
        station: &Station,
        levels: &Levels,
        rate_per_s: f64,
        capacity_per_s: f64,
    ) -> f64 {
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
        for level in levels.descending() {
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

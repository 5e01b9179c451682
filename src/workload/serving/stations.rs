//! Where a service may run: the station that each pool's hardware makes. Pools of one hardware
//! share a station, so that an interval's law is read once for it however many pools there are.

use super::fluid::Capacity;
use super::station::Station;
#[cfg(test)]
use crate::distribution::Distribution;
use crate::id::PoolId;
use crate::scenario::Hardware;

/// A service's stations.
#[derive(Clone, Debug)]
pub(super) struct Stations {
    kinds: Vec<Station>,
    /// By pool: its station's position; none where the service may not run.
    of_pool: Vec<Option<usize>>,
    /// The pools where it may, each with its station's position.
    places: Vec<(PoolId, usize)>,
}

impl Stations {
    /// `pools` gives for every pool its hardware's name and hardware where the service may run,
    /// `build` the station on such hardware.
    pub fn new(
        pools: &[Option<(&str, &Hardware)>],
        build: impl Fn(&str, &Hardware) -> Option<Station>,
    ) -> Self {
        let mut kinds = Vec::new();
        let mut known: Vec<(&str, Option<usize>)> = Vec::new();
        let mut of_pool = Vec::with_capacity(pools.len());
        for pool in pools {
            let Some((name, hardware)) = *pool else {
                of_pool.push(None);
                continue;
            };
            let met = known.iter().find(|(known, _)| *known == name);
            let kind = met.map_or_else(
                || {
                    let station = build(name, hardware)?;
                    kinds.push(station);
                    Some(kinds.len() - 1)
                },
                |(_, kind)| *kind,
            );
            known.push((name, kind));
            of_pool.push(kind);
        }
        Self::of_pools(kinds, of_pool)
    }

    fn of_pools(kinds: Vec<Station>, of_pool: Vec<Option<usize>>) -> Self {
        let pools = of_pool.iter().enumerate();
        let places = pools.filter_map(|(pool, kind)| Some((PoolId::new(pool), (*kind)?)));
        Self {
            places: places.collect(),
            kinds,
            of_pool,
        }
    }

    /// The station in `pool`; none where the service may not run.
    pub fn of(&self, pool: PoolId) -> Option<&Station> {
        self.kinds.get(self.number(pool)?)
    }

    /// One station of one slot to a server, in one pool.
    #[cfg(test)]
    pub fn alone(time: &Distribution, slo_s: f64) -> Self {
        Self::of_pools(vec![Station::of_time(time, 1.0, slo_s)], vec![Some(0)])
    }

    /// The same in two pools, with their speeds.
    #[cfg(test)]
    pub fn pair(time: &Distribution, speeds: [f64; 2]) -> Self {
        let kinds = speeds.map(|speed| Station::of_time(time, speed, 1.0));
        Self::of_pools(kinds.into(), vec![Some(0), Some(1)])
    }

    /// The station of that number.
    pub fn kind(&self, number: u32) -> Option<&Station> {
        self.kinds.get(number as usize)
    }

    /// Some station; none where the service may run nowhere.
    pub fn any(&self) -> Option<&Station> {
        self.kinds.first()
    }

    /// All stations.
    pub fn kinds(&self) -> impl Iterator<Item = &Station> {
        self.kinds.iter()
    }

    /// Fills `slots` with the slots of `servers` of each pool by station, rounded to whole ones.
    pub fn whole_slots(&self, servers: &[f64], slots: &mut Vec<u64>) {
        let of_kind = |(kind, station): (usize, &Station)| {
            let here = servers.iter().zip(&self.of_pool);
            let here = here.filter(|(_, of_pool)| **of_pool == Some(kind));
            let servers: f64 = here.map(|(servers, _)| servers).sum();
            (servers * station.slots_per_server).round() as u64
        };
        slots.clear();
        slots.extend(self.kinds.iter().enumerate().map(of_kind));
    }

    /// The position of the station in `pool`; none where the service may not run.
    pub fn number(&self, pool: PoolId) -> Option<usize> {
        self.of_pool.get(pool.index()).copied().flatten()
    }

    /// The pools that may serve, each with its station and that one's position.
    pub fn pools(&self) -> impl Iterator<Item = (PoolId, usize, &Station)> {
        let places = self.places.iter();
        places.map(|&(pool, kind)| (pool, kind, &self.kinds[kind]))
    }

    /// What `servers` of each pool serve together, in requests per second.
    pub fn rate_per_s(&self, servers: &[f64]) -> f64 {
        let rates = self
            .pools()
            .map(|(pool, _, station)| station.service_rate(servers[pool.index()]));
        rates.sum()
    }

    /// What `servers` of each pool serve together. Fills `shares` with each station's part of it: a
    /// request goes to a pool in proportion to the pool's service rate.
    pub fn capacity(&self, servers: &[f64], shares: &mut Vec<f64>) -> Capacity {
        let mut capacity = Capacity::default();
        shares.clear();
        shares.resize(self.kinds.len(), 0.0);
        for (pool, kind, station) in self.pools() {
            let servers = servers[pool.index()];
            if servers > 0.0 {
                shares[kind] += capacity.add(station, servers);
            }
        }
        if capacity.rate_per_s > 0.0 {
            shares
                .iter_mut()
                .for_each(|share| *share /= capacity.rate_per_s);
        }
        capacity
    }

    /// The stations that have a part of the requests, with that part.
    pub fn parts<'a>(&'a self, shares: &'a [f64]) -> impl Iterator<Item = (f64, &'a Station)> {
        let parts = shares.iter().copied().zip(&self.kinds);
        parts.filter(|(share, _)| *share > 0.0)
    }
}

//! Progressive filling of services, one server at a time to whoever has the least, but fast: as
//! long as everything fits, all that comes before a level of share can be given at once, whatever
//! the order. So the highest level that fits is searched by halving, and only around it, where
//! something runs out, servers are given singly.

use super::Member;
use super::turn::Turn;
use crate::id::{PoolId, WorkloadId};
use crate::policy::sizes::Sizes;
use crate::policy::stock::Stock;
use crate::policy::view::Need;
use crate::policy::{Allocation, View};

/// Shares nearer to each other than this are left to single steps, which know who is first.
const CLOSE: f64 = 1e-9;

/// A service on its way to what it needs.
#[derive(Clone, Debug)]
pub(super) struct Service {
    workload: WorkloadId,
    rate_per_s: f64,
    /// What one accelerator adds to its share.
    each: f64,
    /// Accelerators that it has.
    held: f64,
    /// Part of its need that the pools it has left do not meet.
    unserved: f64,
    /// Where it looks for servers after this pool.
    next: usize,
    place: Option<Place>,
}

/// The pool that a service is filling.
#[derive(Clone, Copy, Debug)]
struct Place {
    pool: PoolId,
    slot: usize,
    per_server: f64,
    /// Servers that would do alone.
    alone: u64,
    /// Servers that it wants here in all.
    wanted: u64,
}

impl Service {
    pub fn new(workload: WorkloadId, rate_per_s: f64, each: f64, held: f64) -> Self {
        Self {
            workload,
            rate_per_s,
            each,
            held,
            unserved: 1.0,
            next: 0,
            place: None,
        }
    }

    /// Where it wants more, and how many servers.
    fn wish(&self, allocation: &Allocation) -> Option<(Place, u64)> {
        let place = self.place?;
        let more = place
            .wanted
            .checked_sub(allocation.pool(place.pool)[place.slot])?;
        (more > 0).then_some((place, more))
    }

    /// Servers of `most` that it takes while its share is below `level`.
    fn below(&self, level: f64, place: Place, most: u64) -> u64 {
        if self.each <= 0.0 {
            return if level > 0.0 { most } else { 0 };
        }
        let servers = ((level / self.each - self.held) / place.per_server).ceil();
        (servers as u64).min(most)
    }
}

/// Sums by pool and by site.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    servers: Vec<u64>,
    watts: Vec<f64>,
    vcpu: Vec<f64>,
}

/// What filling reads and changes.
pub(super) struct Filling<'a, 'v> {
    pub view: &'a View<'v>,
    pub members: &'a [Member],
    pub per_server: &'a [f64],
    pub stock: &'a mut Stock,
    pub sizes: &'a mut Sizes,
    pub services: &'a mut Vec<Service>,
    pub scratch: &'a mut Scratch,
    pub allocation: &'a mut Allocation,
}

impl Filling<'_, '_> {
    /// Gives to services until nobody wants more or can have it, or until it is another's turn.
    pub fn fill(&mut self, until: Option<&Turn>) {
        self.move_on();
        loop {
            self.leap(until);
            while !self.move_on() {
                let Some((index, place, turn)) = self.first() else {
                    return;
                };
                if until.is_some_and(|until| until.order(&turn).is_lt()) {
                    return;
                }
                self.give(index, place, 1);
            }
        }
    }

    /// Sends services to their next pool that can get no more where they are, and drops those who
    /// have what they want or nowhere to go. Returns whether anybody went elsewhere.
    fn move_on(&mut self) -> bool {
        let mut services = std::mem::take(self.services);
        let mut moved = false;
        services.retain_mut(|service| {
            let next = service.next;
            let finds = self.finds_more(service);
            moved |= finds && service.next != next;
            finds
        });
        *self.services = services;
        moved
    }

    fn finds_more(&mut self, service: &mut Service) -> bool {
        loop {
            if let Some(place) = service.place {
                if service.wish(self.allocation).is_none() {
                    return false;
                }
                if self.stock.affords(self.view, place.pool, place.slot, 1) > 0 {
                    return true;
                }
                let given = self.allocation.pool(place.pool)[place.slot];
                service.unserved -= given as f64 / place.alone as f64;
                service.place = None;
            }
            let places = &self.members[service.workload.index()].places;
            let Some(&(pool, slot)) = places.get(service.next) else {
                return false;
            };
            service.next += 1;
            let Need::Service(need) = self.view.need(service.workload) else {
                return false;
            };
            let rate = service.rate_per_s;
            let Some(alone) = self.sizes.alone(service.workload, &need, pool, rate) else {
                continue;
            };
            if alone == 0 || service.unserved <= 0.0 {
                return false;
            }
            service.place = Some(Place {
                pool,
                slot,
                per_server: self.per_server[pool.index()],
                alone,
                wanted: (alone as f64 * service.unserved).ceil() as u64,
            });
        }
    }

    /// Gives at once all that comes before the highest level that fits, or before another's turn.
    fn leap(&mut self, until: Option<&Turn>) {
        let mut high = until.map_or(f64::INFINITY, |turn| turn.before);
        let (mut over, fits) = self.tally(high);
        let mut low = 0.0;
        if fits {
            low = high;
        } else {
            let reach = |service: &Service| {
                let (place, more) = service.wish(self.allocation)?;
                Some((service.held + more as f64 * place.per_server) * service.each)
            };
            let highest = self.services.iter().filter_map(reach).fold(0.0, f64::max);
            high = high.min(highest * (1.0 + CLOSE));
            let mut given = 0;
            // 64 halvings leave nothing to halve; one server each is soon given singly.
            for _ in 0..64 {
                if over - given <= self.services.len() as u64 {
                    break;
                }
                let middle = 0.5 * (low + high);
                let (servers, fits) = self.tally(middle);
                if fits {
                    (low, given) = (middle, servers);
                } else {
                    (high, over) = (middle, servers);
                }
            }
        }
        let level = low * (1.0 - CLOSE);
        for index in 0..self.services.len() {
            let service = &self.services[index];
            if let Some((place, more)) = service.wish(self.allocation) {
                let servers = service.below(level, place, more);
                self.give(index, place, servers);
            }
        }
    }

    /// Servers that all services take while their shares are below `level`, and whether there are
    /// so many and the sites can carry them.
    fn tally(&mut self, level: f64) -> (u64, bool) {
        let sums = &mut *self.scratch;
        sums.servers.clear();
        sums.servers.resize(self.view.pools.len(), 0);
        for of_site in [&mut sums.watts, &mut sums.vcpu] {
            of_site.clear();
            of_site.resize(self.view.active_watts.len(), 0.0);
        }
        for service in self.services.iter() {
            let Some((place, more)) = service.wish(self.allocation) else {
                continue;
            };
            let servers = service.below(level, place, more);
            let pool = &self.view.pools[place.pool.index()];
            let slot = &pool.slots[place.slot];
            sums.servers[place.pool.index()] += servers;
            sums.watts[pool.site.index()] += slot.planning_watts * servers as f64;
            sums.vcpu[pool.site.index()] += slot.companion_vcpu * servers as f64;
        }
        let mut pools = sums.servers.iter().enumerate();
        let there = pools.all(|(pool, &servers)| servers <= self.stock.free(PoolId::new(pool)));
        let mut sites = sums.watts.iter().zip(&sums.vcpu).enumerate();
        let budget = self.stock.budget();
        let carried = sites.all(|(site, (&watts, &vcpu))| budget.covers(site, watts, vcpu));
        (sums.servers.iter().sum(), there && carried)
    }

    /// The service whose turn it is.
    fn first(&self) -> Option<(usize, Place, Turn)> {
        let turns = self
            .services
            .iter()
            .enumerate()
            .filter_map(|(index, service)| {
                let (place, _) = service.wish(self.allocation)?;
                let Service { each, held, .. } = *service;
                let turn = Turn::new(service.workload, each, held, place.per_server);
                Some((index, place, turn))
            });
        turns.min_by(|(_, _, a), (_, _, b)| a.order(b))
    }

    fn give(&mut self, index: usize, place: Place, servers: u64) {
        self.services[index].held += servers as f64 * place.per_server;
        self.stock
            .give(self.view, place.pool, place.slot, servers, self.allocation);
    }
}

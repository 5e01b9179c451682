//! Progressive filling of services and streams of jobs, one server at a time to whoever has the least, but fast: as
//! long as everything fits, all that comes before a level of share can be given at once, whatever
//! the order. So the highest level that fits is searched by halving, and only around it, where
//! something runs out, servers are given singly.

use super::Member;
use super::turn::Turn;
use crate::id::{PoolId, WorkloadId};
use crate::policy::sizes::Sizes;
use crate::policy::stock::Stock;
use crate::policy::view::{JobsNeed, Need, ServiceNeed};
use crate::policy::{Allocation, View};

/// Shares nearer to each other than this are left to single steps, which know who is first.
const CLOSE: f64 = 1e-9;

/// A service or a stream of jobs on its way to what it needs.
#[derive(Clone, Debug)]
pub(super) struct Taker {
    workload: WorkloadId,
    lack: Lack,
    /// What one accelerator adds to its share.
    each: f64,
    /// Accelerators that it has.
    held: f64,
    /// How many pools it has been sent to.
    visits: usize,
    place: Option<Place>,
}

/// What a taker needs still.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lack {
    /// Of the servers for this rate the part that the pools it has left do not meet.
    Service { rate_per_s: f64, unserved: f64 },
    /// Accelerators for the jobs that wait, which the pools it has left do not have.
    Jobs { waiting: u64 },
}

/// The pool that a taker is filling.
#[derive(Clone, Copy, Debug)]
struct Place {
    pool: PoolId,
    slot: usize,
    per_server: f64,
    /// Of a service, servers that would do alone; of a stream, those on which jobs run.
    basis: u64,
    /// Servers that it wants here in all.
    wanted: u64,
}

impl Taker {
    pub fn new(workload: WorkloadId, lack: Lack, each: f64, held: f64) -> Self {
        Self {
            workload,
            lack,
            each,
            held,
            visits: 0,
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

    /// Its share once it has all that it wants where it is.
    fn reach(&self, allocation: &Allocation) -> Option<f64> {
        let (place, more) = self.wish(allocation)?;
        Some((self.held + more as f64 * place.per_server) * self.each)
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
    pub takers: &'a mut Vec<Taker>,
    pub scratch: &'a mut Scratch,
    pub allocation: &'a mut Allocation,
}

impl Filling<'_, '_> {
    /// Gives to takers until nobody wants more or can have it, or until it is another's turn.
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

    /// Sends takers to their next pool that can get no more where they are, and drops those who
    /// have what they want or nowhere to go. Returns whether anybody went elsewhere, or a stream left, which
    /// may have been all that kept the others back.
    fn move_on(&mut self) -> bool {
        let mut takers = std::mem::take(self.takers);
        let mut moved = false;
        takers.retain_mut(|taker| {
            let visits = taker.visits;
            let finds = self.finds_more(taker);
            moved |= match finds {
                true => taker.visits != visits,
                false => matches!(taker.lack, Lack::Jobs { .. }),
            };
            finds
        });
        *self.takers = takers;
        moved
    }

    fn finds_more(&mut self, taker: &mut Taker) -> bool {
        loop {
            if let Some(place) = taker.place.take() {
                let given = self.allocation.pool(place.pool)[place.slot];
                if given < place.wanted
                    && self.stock.affords(self.view, place.pool, place.slot, 1) > 0
                {
                    taker.place = Some(place);
                    return true;
                }
                self.leave(taker, place, given);
            }
            taker.place = match self.view.need(taker.workload) {
                Need::Service(need) => self.next_of_service(taker, &need),
                Need::Jobs(need) => self.next_of_stream(taker, &need),
                Need::Gang(_) | Need::Nothing => None,
            };
            if taker.place.is_none() {
                return false;
            }
        }
    }

    /// Counts what a taker was given where it gets no more.
    fn leave(&self, taker: &mut Taker, place: Place, given: u64) {
        match &mut taker.lack {
            Lack::Service { unserved, .. } if given >= place.wanted => *unserved = 0.0,
            Lack::Service { unserved, .. } => *unserved -= given as f64 / place.basis as f64,
            Lack::Jobs { waiting } => {
                let first = taker.visits <= self.members[taker.workload.index()].places.len();
                let for_waiting = given.saturating_sub(place.basis) * place.per_server as u64;
                *waiting = waiting.saturating_sub(if first { 0 } else { for_waiting });
            }
        }
    }

    /// The next pool for a service that still lacks something.
    fn next_of_service(&mut self, taker: &mut Taker, need: &ServiceNeed<'_>) -> Option<Place> {
        let Lack::Service {
            rate_per_s,
            unserved,
        } = taker.lack
        else {
            return None;
        };
        let places = &self.members[taker.workload.index()].places;
        while let Some(&(pool, slot)) = places.get(taker.visits) {
            taker.visits += 1;
            let Some(alone) = self.sizes.alone(taker.workload, need, pool, rate_per_s) else {
                continue;
            };
            if alone == 0 || unserved <= 0.0 {
                return None;
            }
            return Some(Place {
                pool,
                slot,
                per_server: self.per_server[pool.index()],
                basis: alone,
                wanted: (alone as f64 * unserved).ceil() as u64,
            });
        }
        None
    }

    /// The next pool for a stream, which goes through its pools twice: for the jobs that run, which are
    /// where they are, and then for those that wait.
    fn next_of_stream(&self, taker: &mut Taker, need: &JobsNeed<'_>) -> Option<Place> {
        let Lack::Jobs { waiting } = taker.lack else {
            return None;
        };
        let places = &self.members[taker.workload.index()].places;
        let first = taker.visits < places.len();
        let visit = taker.visits - if first { 0 } else { places.len() };
        let &(pool, slot) = places.get(visit)?;
        taker.visits += 1;
        let basis = need.running(pool);
        let more = match first {
            true => 0,
            false => need.servers_for(pool, waiting).unwrap_or(0),
        };
        Some(Place {
            pool,
            slot,
            per_server: self.per_server[pool.index()],
            basis,
            wanted: basis + more,
        })
    }

    /// Gives at once all that comes before the highest level that fits, or before another's turn, or before a stream
    /// has all that it wants where it is, as it may want more elsewhere.
    fn leap(&mut self, until: Option<&Turn>) {
        let streams = self.takers.iter();
        let streams = streams.filter(|taker| matches!(taker.lack, Lack::Jobs { .. }));
        let ends = streams.filter_map(|stream| stream.reach(self.allocation));
        let mut high = until.map_or(f64::INFINITY, |turn| turn.before);
        high = ends.fold(high, f64::min);
        let (mut over, fits) = self.tally(high);
        let mut low = 0.0;
        if fits {
            low = high;
        } else {
            let all = self.takers.iter();
            let highest = all
                .filter_map(|taker| taker.reach(self.allocation))
                .fold(0.0, f64::max);
            high = high.min(highest * (1.0 + CLOSE));
            let mut given = 0;
            // 64 halvings leave nothing to halve; one server each is soon given singly.
            for _ in 0..64 {
                if over - given <= self.takers.len() as u64 {
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
        for index in 0..self.takers.len() {
            let taker = &self.takers[index];
            if let Some((place, more)) = taker.wish(self.allocation) {
                let servers = taker.below(level, place, more);
                self.give(index, place, servers);
            }
        }
    }

    /// Servers that all of them take while their shares are below `level`, and whether there are
    /// so many and the sites can carry them.
    fn tally(&mut self, level: f64) -> (u64, bool) {
        let sums = &mut *self.scratch;
        sums.servers.clear();
        sums.servers.resize(self.view.pools.len(), 0);
        for of_site in [&mut sums.watts, &mut sums.vcpu] {
            of_site.clear();
            of_site.resize(self.view.active_watts.len(), 0.0);
        }
        for taker in self.takers.iter() {
            let Some((place, more)) = taker.wish(self.allocation) else {
                continue;
            };
            let servers = taker.below(level, place, more);
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

    /// The taker whose turn it is.
    fn first(&self) -> Option<(usize, Place, Turn)> {
        let turns = self.takers.iter().enumerate().filter_map(|(index, taker)| {
            let (place, _) = taker.wish(self.allocation)?;
            let Taker { each, held, .. } = *taker;
            let turn = Turn::new(taker.workload, each, held, place.per_server);
            Some((index, place, turn))
        });
        turns.min_by(|(_, _, a), (_, _, b)| a.order(b))
    }

    fn give(&mut self, index: usize, place: Place, servers: u64) {
        self.takers[index].held += servers as f64 * place.per_server;
        self.stock
            .give(self.view, place.pool, place.slot, servers, self.allocation);
    }
}

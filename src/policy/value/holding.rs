//! Who holds what while a decision is being made: a state that can be tried out and thrown away.

use std::cell::Cell;

use super::market::Offer;
use crate::workload::{Curve, Stretch};

/// Holdings at some point of a decision. Slots are numbered through all pools.
#[derive(Clone, Debug, Default)]
pub(super) struct Holding {
    /// By pool: servers that nobody holds.
    pub free: Vec<u64>,
    /// By slot: servers held.
    pub servers: Vec<u64>,
    /// By workload: what its servers come to, in requests per second or a stream's accelerators.
    pub capacity: Vec<f64>,
    /// By workload: what it, more, and less of it is worth, once that was asked for.
    margins: Vec<Margins>,
    /// By pool: who would gain most by a server, and which two would lose least, once that was asked for.
    takers: Vec<Cell<Known<Option<Offer>>>>,
    givers: Vec<Cell<Known<[Option<Offer>; 2]>>>,
    /// By pool: after how many changes it was found that nobody exchanges anything within it.
    settled: Vec<u64>,
    /// Counts the changes, so that what was found before one is known to be old.
    changes: u64,
    /// By site: active power and companion capacity not yet committed.
    pub watts: Vec<f64>,
    pub vcpu: Vec<f64>,
}

/// What a workload's capacity is worth, and what more and less of it.
#[derive(Clone, Debug, Default)]
struct Margins {
    value: Cell<Option<f64>>,
    /// By a server of that rate; 0 for none.
    gain: Cell<(f64, f64)>,
    above: Cell<Option<Stretch>>,
    below: Cell<Option<Stretch>>,
}

/// What was found after so many changes.
#[derive(Clone, Copy, Debug, Default)]
struct Known<T> {
    after: u64,
    what: T,
}

/// What a slot is, for all of a decision.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub pool: usize,
    pub site: usize,
    pub workload: usize,
    /// Requests per second that a server serves, or a stream's accelerators on it; 0 for campaigns.
    pub rate: f64,
    /// Servers that cannot be withdrawn.
    pub least: u64,
    /// Servers beyond which the pool is of no more use to a stream of jobs.
    pub most: u64,
    /// Servers on which jobs of a stream run.
    pub running: u64,
    /// What a server needs of the site.
    pub watts: f64,
    pub vcpu: f64,
}

impl Holding {
    /// Becomes what another is, without allocating.
    pub fn copy(&mut self, other: &Self) {
        self.free.clone_from(&other.free);
        self.servers.clone_from(&other.servers);
        self.capacity.clone_from(&other.capacity);
        self.margins.clone_from(&other.margins);
        self.takers.clone_from(&other.takers);
        self.givers.clone_from(&other.givers);
        self.settled.clone_from(&other.settled);
        self.changes = other.changes;
        self.watts.clone_from(&other.watts);
        self.vcpu.clone_from(&other.vcpu);
    }

    /// Holds nothing of what so many workloads may have in so many pools at these sites.
    pub fn clear(&mut self, workloads: usize, pools: usize, watts: &[f64], vcpu: &[f64]) {
        self.changes += 1;
        self.takers.resize_with(pools, Cell::default);
        self.givers.resize_with(pools, Cell::default);
        self.settled.resize(pools, 0);
        self.free.clear();
        self.servers.clear();
        self.capacity.clear();
        self.capacity.resize(workloads, 0.0);
        self.margins.clear();
        self.margins.resize(workloads, Margins::default());
        self.watts.clear();
        self.watts.extend_from_slice(watts);
        self.vcpu.clear();
        self.vcpu.extend_from_slice(vcpu);
    }

    /// What a workload's capacity is worth on its curve, which is asked for when that is not known yet.
    #[inline]
    pub fn value<'a>(&self, workload: usize, curve: impl FnOnce() -> Option<Curve<'a>>) -> f64 {
        let known = &self.margins[workload].value;
        known.get().unwrap_or_else(|| {
            let value = curve().map_or(0.0, |curve| curve.value(self.capacity[workload]));
            known.set(Some(value));
            value
        })
    }

    /// What a server of that rate would add to it: pools of like servers ask for the same.
    #[inline]
    pub fn gain(&self, workload: usize, rate: f64, find: impl FnOnce() -> f64) -> f64 {
        let known = &self.margins[workload].gain;
        let (of, gain) = known.get();
        if of == rate {
            return gain;
        }
        let gain = find();
        known.set((rate, gain));
        gain
    }

    /// What more of it would be worth.
    #[inline]
    pub fn above<'a>(
        &self,
        workload: usize,
        curve: impl FnOnce() -> Option<Curve<'a>>,
    ) -> Option<Stretch> {
        let known = &self.margins[workload].above;
        if known.get().is_none() {
            known.set(curve().map(|curve| curve.above(self.capacity[workload])));
        }
        known.get()
    }

    /// What less of it would cost.
    #[inline]
    pub fn below<'a>(
        &self,
        workload: usize,
        curve: impl FnOnce() -> Option<Curve<'a>>,
    ) -> Option<Stretch> {
        let known = &self.margins[workload].below;
        if known.get().is_none() {
            known.set(curve().map(|curve| curve.below(self.capacity[workload])));
        }
        known.get()
    }

    /// Notes that nobody exchanges anything within a pool, as long as nothing changes.
    pub fn settle(&mut self, pool: usize) {
        self.settled[pool] = self.changes;
    }

    /// Whether that is so still.
    pub fn is_settled(&self, pool: usize) -> bool {
        self.settled[pool] == self.changes
    }

    /// Who would gain most by a server of a pool, which is looked for when something has changed.
    #[inline]
    pub fn taker(&self, pool: usize, find: impl FnOnce() -> Option<Offer>) -> Option<Offer> {
        self.known(&self.takers[pool], find)
    }

    /// The same of the two of different workloads that would lose least.
    pub fn givers(
        &self,
        pool: usize,
        find: impl FnOnce() -> [Option<Offer>; 2],
    ) -> [Option<Offer>; 2] {
        self.known(&self.givers[pool], find)
    }

    #[inline]
    fn known<T: Copy>(&self, of: &Cell<Known<T>>, find: impl FnOnce() -> T) -> T {
        let known = of.get();
        if known.after == self.changes {
            return known.what;
        }
        let (after, what) = (self.changes, find());
        of.set(Known { after, what });
        what
    }

    /// Adds to a workload's capacity, or takes from it.
    fn change(&mut self, workload: usize, by: f64) {
        if by != 0.0 {
            self.capacity[workload] += by;
            self.margins[workload] = Margins::default();
        }
    }

    /// Servers of `wanted` that the site can carry for a slot.
    #[inline]
    pub fn affords(&self, slot: &Slot, wanted: u64) -> u64 {
        let of = |left: f64, each: f64| {
            if each * wanted as f64 <= left {
                wanted
            } else {
                ((left.max(0.0) / each) as u64).min(wanted)
            }
        };
        of(self.watts[slot.site], slot.watts).min(of(self.vcpu[slot.site], slot.vcpu))
    }

    /// Gives free servers of a pool to a slot.
    pub fn take(&mut self, number: usize, slot: &Slot, servers: u64) {
        self.free[slot.pool] = self.free[slot.pool].saturating_sub(servers);
        self.commit(number, slot, servers);
    }

    /// Counts servers to a slot that it has from elsewhere than the free ones.
    pub fn commit(&mut self, number: usize, slot: &Slot, servers: u64) {
        if servers == 0 {
            return;
        }
        self.changes += 1;
        self.servers[number] += servers;
        self.change(slot.workload, slot.rate * servers as f64);
        self.watts[slot.site] -= slot.watts * servers as f64;
        self.vcpu[slot.site] -= slot.vcpu * servers as f64;
    }

    /// Frees servers of a slot.
    pub fn give(&mut self, number: usize, slot: &Slot, servers: u64) {
        if servers == 0 {
            return;
        }
        self.changes += 1;
        self.servers[number] -= servers;
        self.free[slot.pool] += servers;
        self.change(slot.workload, -slot.rate * servers as f64);
        self.watts[slot.site] += slot.watts * servers as f64;
        self.vcpu[slot.site] += slot.vcpu * servers as f64;
    }
}

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
    /// By pool: who would gain most by a server, once that was asked for.
    takers: Vec<Cell<Taker>>,
    /// By slot: what a server less would cost.
    losses: Vec<Cell<f64>>,
    /// By pool: after how many changes that was found.
    priced: Vec<Cell<u64>>,
    /// By pool: after how many changes it was found that nobody exchanges anything within it.
    settled: Vec<u64>,
    /// By pool: after how many moves it was found that no relay comes to it.
    cut_off: Vec<u64>,
    /// Counts what changes gains and losses, so that what was found before is known to be old.
    changes: u64,
    /// Counts all moves.
    moves: u64,
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

/// Who would gain most by a server, as found after so many changes.
#[derive(Clone, Copy, Debug, Default)]
struct Taker {
    after: u64,
    best: Option<Offer>,
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
        self.losses.clone_from(&other.losses);
        self.priced.clone_from(&other.priced);
        self.settled.clone_from(&other.settled);
        self.cut_off.clone_from(&other.cut_off);
        self.changes = other.changes;
        self.moves = other.moves;
        self.watts.clone_from(&other.watts);
        self.vcpu.clone_from(&other.vcpu);
    }

    /// Holds nothing of what so many workloads may have in so many slots of so many pools at these sites.
    pub fn clear(
        &mut self,
        workloads: usize,
        pools: usize,
        slots: usize,
        watts: &[f64],
        vcpu: &[f64],
    ) {
        self.changes += 1;
        self.moves += 1;
        self.takers.resize_with(pools, Cell::default);
        self.priced.resize_with(pools, Cell::default);
        self.settled.resize(pools, 0);
        self.cut_off.resize(pools, 0);
        self.free.clear();
        self.servers.clear();
        self.servers.resize(slots, 0);
        self.losses.resize_with(slots, Cell::default);
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

    /// Notes that no relay comes to a pool, as long as nothing moves.
    pub fn cut_off(&mut self, pool: usize) {
        self.cut_off[pool] = self.moves;
    }

    /// Whether that is so still.
    pub fn is_cut_off(&self, pool: usize) -> bool {
        self.cut_off[pool] == self.moves
    }

    /// Who would gain most by a server of a pool, which is looked for when something has changed.
    #[inline]
    pub fn taker(&self, pool: usize, find: impl FnOnce() -> Option<Offer>) -> Option<Offer> {
        let Taker { after, best } = self.takers[pool].get();
        if after == self.changes {
            return best;
        }
        let (after, best) = (self.changes, find());
        self.takers[pool].set(Taker { after, best });
        best
    }

    /// By slot: what a server less would cost those of a pool, which is asked for when something has changed; infinite
    /// for who gives none.
    #[inline]
    pub fn losses(
        &self,
        pool: usize,
        slots: &[usize],
        find: impl Fn(usize) -> Option<f64>,
    ) -> &[Cell<f64>] {
        if self.priced[pool].get() != self.changes {
            self.priced[pool].set(self.changes);
            for &slot in slots {
                self.losses[slot].set(find(slot).unwrap_or(f64::INFINITY));
            }
        }
        &self.losses
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
        if servers == 0 {
            return;
        }
        self.moves += 1;
        // Nobody gains or loses more by a server, nor finds one that he did not, because a gang has taken free ones.
        if slot.rate != 0.0 {
            self.changes += 1;
            self.margins[slot.workload] = Margins::default();
        }
        self.free[slot.pool] = self.free[slot.pool].saturating_sub(servers);
        self.open(number, slot, servers);
    }

    /// Counts servers to a slot that it has had from the start, when nothing has been asked for yet.
    pub fn open(&mut self, number: usize, slot: &Slot, servers: u64) {
        self.servers[number] += servers;
        self.capacity[slot.workload] += slot.rate * servers as f64;
        self.watts[slot.site] -= slot.watts * servers as f64;
        self.vcpu[slot.site] -= slot.vcpu * servers as f64;
    }

    /// Frees servers of a slot.
    pub fn give(&mut self, number: usize, slot: &Slot, servers: u64) {
        if servers == 0 {
            return;
        }
        self.moves += 1;
        self.changes += 1;
        self.servers[number] -= servers;
        self.free[slot.pool] += servers;
        self.capacity[slot.workload] -= slot.rate * servers as f64;
        self.margins[slot.workload] = Margins::default();
        self.watts[slot.site] += slot.watts * servers as f64;
        self.vcpu[slot.site] += slot.vcpu * servers as f64;
    }
}

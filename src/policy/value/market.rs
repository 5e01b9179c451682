//! What giving and taking servers gains and loses at the margin.

use super::desk::{Desk, Stake};
use super::holding::Holding;

/// An offer at the margin: what a server is worth per hour, and for how many that holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offer {
    pub slot: usize,
    pub per_server: f64,
    pub servers: u64,
}

/// The better of two offers, the first of equals.
fn dearer(best: Offer, offer: Offer) -> Offer {
    if offer.per_server > best.per_server {
        offer
    } else {
        best
    }
}

/// The cheaper of two offers, the first of equals.
pub(super) fn cheaper(best: Offer, offer: Offer) -> Offer {
    if offer.per_server < best.per_server {
        offer
    } else {
        best
    }
}

impl Desk {
    /// What one more server would gain a service or a stream in this slot.
    pub fn gain(&self, holding: &Holding, number: usize) -> Option<Offer> {
        let slot = &self.slots[number];
        let room = slot.most.saturating_sub(holding.servers[number]);
        if slot.rate <= 0.0 || room == 0 {
            return None;
        }
        let curve = self.curve(slot.workload)?;
        let stretch = holding.above(slot.workload, &curve);
        let servers = stretch.length / slot.rate;
        // A stretch shorter than a server is left behind by it.
        let per_server = if servers < 1.0 {
            let capacity = holding.capacity[slot.workload];
            curve.value(capacity + slot.rate) - curve.value(capacity)
        } else {
            stretch.worth * slot.rate
        };
        (per_server > 0.0).then_some(Offer {
            slot: number,
            per_server,
            servers: (servers as u64).max(1).min(room),
        })
    }

    /// What one server less would cost a service or a stream in this slot.
    pub fn loss(&self, holding: &Holding, number: usize) -> Option<Offer> {
        let slot = &self.slots[number];
        let spare = self.spare(holding, number);
        if spare == 0 {
            return None;
        }
        let curve = self.curve(slot.workload)?;
        let stretch = holding.below(slot.workload, &curve);
        let servers = stretch.length / slot.rate;
        let per_server = if servers < 1.0 {
            let capacity = holding.capacity[slot.workload];
            curve.value(capacity) - curve.value(capacity - slot.rate)
        } else {
            stretch.worth * slot.rate
        };
        Some(Offer {
            slot: number,
            per_server: per_server + self.undone(holding, number),
            servers: (servers as u64).clamp(1, spare),
        })
    }

    /// Servers of a slot that could be given away alike: of a stream's those without jobs first.
    pub fn spare(&self, holding: &Holding, number: usize) -> u64 {
        let slot = &self.slots[number];
        let servers = holding.servers[number];
        let spare = servers.saturating_sub(slot.least);
        match servers.saturating_sub(slot.running) {
            0 => spare,
            without_jobs => spare.min(without_jobs),
        }
    }

    /// What giving a server away undoes of the jobs on it, per hour of the payback time.
    pub fn undone(&self, holding: &Holding, number: usize) -> f64 {
        let slot = &self.slots[number];
        match self.stakes[slot.workload] {
            Stake::Jobs { undone, .. } if holding.servers[number] <= slot.running => {
                undone * slot.rate
            }
            _ => 0.0,
        }
    }

    /// Who in a pool would gain most by a server.
    pub fn best_taker(&self, holding: &Holding, pool: usize) -> Option<Offer> {
        let slots = self.traders[pool].iter();
        let gains = slots.filter_map(|&slot| self.gain(holding, slot));
        gains.reduce(dearer)
    }

    /// Who would gain most by a server of those that the site can still carry.
    pub fn best_carried(&self, holding: &Holding, pool: usize) -> Option<Offer> {
        let slots = self.traders[pool].iter();
        let carried = slots.filter(|&&slot| holding.affords(&self.slots[slot], 1) > 0);
        let gains = carried.filter_map(|&slot| self.gain(holding, slot));
        gains.reduce(dearer)
    }

    /// Who in a pool would lose least by a server, of all workloads but one and of those that hold
    /// theirs for long enough.
    pub fn cheapest_giver(&self, holding: &Holding, pool: usize, but: usize) -> Option<Offer> {
        let may = |slot: usize| self.slots[slot].workload != but && !self.is_held(slot);
        let slots = self.traders[pool].iter().filter(|&&slot| may(slot));
        let losses = slots.filter_map(|&slot| self.loss(holding, slot));
        losses.reduce(cheaper)
    }
}

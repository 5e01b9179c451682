//! What giving and taking servers gains and loses at the margin.

use super::desk::{Desk, Stake};
use super::effort::Effort;
use super::holding::{Holding, Slot};
use crate::workload::Curve;

/// An offer at the margin: what a server is worth per hour, and for how many that holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offer {
    pub slot: usize,
    pub per_server: f64,
    pub servers: u64,
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
    /// What one more server would gain a service or a stream in this slot, per hour.
    #[inline]
    fn gain(&self, holding: &Holding, number: usize) -> f64 {
        let slot = &self.slots[number];
        if slot.rate <= 0.0 || slot.most <= holding.servers[number] {
            return 0.0;
        }
        holding.gain(slot.workload, slot.rate, || {
            let curve = || self.curve(slot.workload);
            let Some(stretch) = holding.above(slot.workload, curve) else {
                return 0.0;
            };
            if stretch.length >= slot.rate {
                return stretch.worth * slot.rate;
            }
            // A stretch shorter than a server is left behind by it.
            let capacity = holding.capacity[slot.workload];
            let gained =
                |curve: Curve<'_>| curve.value(capacity + slot.rate) - curve.value(capacity);
            curve().map_or(0.0, gained)
        })
    }

    /// What one server less would cost a service or a stream in this slot, per hour; none if it cannot do
    /// with less, or has not had its own for long enough.
    #[inline]
    fn loss(&self, holding: &Holding, number: usize) -> Option<f64> {
        let slot = &self.slots[number];
        if holding.servers[number] <= slot.least || self.is_held(number) {
            return None;
        }
        let curve = || self.curve(slot.workload);
        let stretch = holding.below(slot.workload, curve)?;
        let lost = if stretch.length >= slot.rate {
            stretch.worth * slot.rate
        } else {
            let (curve, capacity) = (curve()?, holding.capacity[slot.workload]);
            curve.value(capacity) - curve.value(capacity - slot.rate)
        };
        Some(lost + self.undone(holding, number))
    }

    /// Of some slots the one that would gain most by a server, the first of equals.
    fn dearest(&self, holding: &Holding, slots: impl Iterator<Item = usize>) -> Option<Offer> {
        let (mut best, mut per_server) = (None, 0.0);
        for slot in slots {
            let gain = self.gain(holding, slot);
            if gain > per_server {
                (best, per_server) = (Some(slot), gain);
            }
        }
        let slot = best?;
        let Slot {
            workload,
            rate,
            most,
            ..
        } = self.slots[slot];
        let stretch = holding.above(workload, || self.curve(workload))?;
        let room = most - holding.servers[slot];
        Some(Offer {
            slot,
            per_server,
            servers: ((stretch.length / rate) as u64).max(1).min(room),
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

    /// What a server would gain this slot.
    pub fn taker(&self, holding: &Holding, slot: usize) -> Option<Offer> {
        self.dearest(holding, std::iter::once(slot))
    }

    /// Who in a pool would gain most by a server.
    pub fn best_taker(&self, holding: &Holding, pool: usize) -> Option<Offer> {
        let slots = self.traders[pool].iter().copied();
        holding.taker(pool, || self.dearest(holding, slots))
    }

    /// Who would gain most by a server of those that the site can still carry.
    pub fn best_carried(&self, holding: &Holding, pool: usize) -> Option<Offer> {
        let carries = |slot: usize| holding.affords(&self.slots[slot], 1) > 0;
        let best = self.best_taker(holding, pool)?;
        if carries(best.slot) {
            return Some(best);
        }
        let slots = self.traders[pool].iter().copied();
        self.dearest(holding, slots.filter(|&slot| carries(slot)))
    }

    /// Who in a slot's pool should give it a server, and what is left per hour of what is gained by that: once the loss
    /// is off, and what moving so many servers, and others before them, takes. The first of equals; none if no more than
    /// `least` would be left.
    pub fn best_giver(
        &self,
        holding: &Holding,
        to: usize,
        gain: f64,
        before: Effort,
        servers: f64,
        least: f64,
    ) -> Option<(usize, f64)> {
        let Slot { pool, workload, .. } = self.slots[to];
        let traders = &self.traders[pool];
        let losses = holding.losses(pool, traders, |slot| self.loss(holding, slot));
        let (mut best, mut most) = (None, least);
        for &slot in traders {
            let loss = losses[slot].get() * servers;
            if gain - loss <= most || self.slots[slot].workload == workload {
                continue;
            }
            let net = |effort: &Effort| effort.net(gain) - loss;
            let pays = |effort: &Effort| net(effort) > most;
            if let Some(effort) = self.effort_after(holding, before, (slot, to), servers, pays) {
                (best, most) = (Some(slot), net(&effort));
            }
        }
        Some((best?, most))
    }

    /// Who in a slot's pool would lose least by giving it a server, the first of equals.
    pub fn cheapest_giver(&self, holding: &Holding, to: usize) -> Option<Offer> {
        let Slot { pool, workload, .. } = self.slots[to];
        let traders = &self.traders[pool];
        let losses = holding.losses(pool, traders, |slot| self.loss(holding, slot));
        let (mut best, mut least) = (None, f64::INFINITY);
        for &slot in traders {
            if losses[slot].get() < least && self.slots[slot].workload != workload {
                (best, least) = (Some(slot), losses[slot].get());
            }
        }
        self.offer(holding, best?)
    }

    /// What a slot gives.
    pub fn offer(&self, holding: &Holding, slot: usize) -> Option<Offer> {
        let Slot { workload, rate, .. } = self.slots[slot];
        let stretch = holding.below(workload, || self.curve(workload))?;
        Some(Offer {
            slot,
            per_server: self.loss(holding, slot)?,
            servers: ((stretch.length / rate) as u64).clamp(1, self.spare(holding, slot)),
        })
    }
}

//! Relays: a holder of a pool makes way for one who gains more there and finds a replacement in another pool, where the
//! next holder makes way, and so on to one who has servers to spare. The chains of Jordan and Graves (1995) live by them.

use std::ops::Range;

use super::desk::Desk;
use super::exchange::{Effort, hand_over};
use super::holding::Holding;
use super::market::Offer;
use crate::policy::view::View;

/// A holder that gives way in one pool and is replaced in another.
#[derive(Clone, Copy, Debug)]
struct Step {
    /// The step before, whose replacement this one frees; none if it is the taker's server.
    before: Option<usize>,
    /// The slot that is given up, and the slot that makes good for it.
    gives: usize,
    there: usize,
    /// Servers there that replace one here.
    each: f64,
    /// Servers there for one of the taker's.
    in_all: f64,
    /// Value per hour that the steps so far undo, for one of the taker's servers.
    undone: f64,
    effort: Effort,
}

/// How a relay ends: after which step, with free servers or those of a last giver.
#[derive(Clone, Copy, Debug)]
struct End {
    step: usize,
    giver: Option<Offer>,
    /// Value per hour lost for one of the taker's servers.
    loss: f64,
}

/// The search for relays, breadth first over pools: a longer one must gain more than a shorter one by what a move must
/// gain.
#[derive(Debug, Default)]
pub(super) struct Relays {
    steps: Vec<Step>,
    /// By pool: whether a shorter relay comes there.
    reached: Vec<bool>,
    /// The first steps of a level to reach a pool.
    first: Vec<usize>,
    /// The steps of the relay that is carried out, the last one first, and the servers that each replaces.
    way: Vec<usize>,
    moved: Vec<u64>,
}

impl Relays {
    /// Finds a relay to the taker that is worth its while, and carries it out as far as it goes; returns whether
    /// anything moved.
    pub fn make_way(
        &mut self,
        desk: &Desk,
        view: &View<'_>,
        holding: &mut Holding,
        taker: Offer,
    ) -> bool {
        let payback_h = desk.bar.payback_h;
        let least = desk.bar.least(desk, &taker);
        if taker.per_server <= least {
            return false;
        }
        self.steps.clear();
        self.reached.clear();
        self.reached.resize(view.pools.len(), false);
        self.reached[desk.slots[taker.slot].pool] = true;
        self.extend(desk, view, holding, None, taker.slot);
        let (mut best, mut to_beat, mut from) = (None, least, 0);
        while from < self.steps.len() && to_beat < taker.per_server {
            let level = from..self.steps.len();
            from = level.end;
            for step in level.clone() {
                let Some(end) = self.end(desk, holding, step) else {
                    continue;
                };
                // Nothing is gained but the taker's gain, whatever the effort.
                if taker.per_server - end.loss <= to_beat {
                    continue;
                }
                let net = self
                    .effort(desk, view, end)
                    .net(taker.per_server, payback_h)
                    - end.loss;
                if net > to_beat {
                    (best, to_beat) = (Some(end), net);
                }
            }
            if best.is_some() {
                to_beat += least;
            }
            self.extend_all(desk, view, holding, level);
        }
        best.is_some_and(|end| self.carry_out(desk, holding, taker, end))
    }

    /// Adds the steps after those of a level: from every pool that it is the first to reach, on from there once.
    fn extend_all(&mut self, desk: &Desk, view: &View<'_>, holding: &Holding, level: Range<usize>) {
        self.first.clear();
        for step in level {
            let pool = desk.slots[self.steps[step].there].pool;
            if !self.reached[pool] {
                self.reached[pool] = true;
                self.first.push(step);
            }
        }
        if self.reached.iter().all(|reached| *reached) {
            return;
        }
        for index in 0..self.first.len() {
            let step = self.first[index];
            self.extend(desk, view, holding, Some(step), self.steps[step].there);
        }
    }

    /// Adds the steps by which somebody makes way for the workload of a slot in its pool.
    fn extend(
        &mut self,
        desk: &Desk,
        view: &View<'_>,
        holding: &Holding,
        before: Option<usize>,
        arrives: usize,
    ) {
        let arrival = &desk.slots[arrives];
        let so_far = before.map(|step| self.steps[step]);
        let (servers, undone) = so_far.map_or((1.0, 0.0), |of| (of.in_all, of.undone));
        let effort = so_far.map_or(Effort::default(), |of| of.effort);
        for &gives in &desk.traders[arrival.pool] {
            let giver = &desk.slots[gives];
            if giver.workload == arrival.workload
                || desk.is_held(gives)
                || desk.spare(holding, gives) == 0
            {
                continue;
            }
            let undone = undone + servers * desk.undone(holding, gives);
            let effort = effort.and(Effort::of(view, desk, gives, arrives), servers);
            for &there in &desk.places[giver.workload] {
                let replacement = &desk.slots[there];
                if self.reached[replacement.pool]
                    || replacement.rate <= 0.0
                    || replacement.most <= holding.servers[there]
                    || holding.affords(replacement, 1) == 0
                {
                    continue;
                }
                let each = giver.rate / replacement.rate;
                self.steps.push(Step {
                    before,
                    gives,
                    there,
                    each,
                    in_all: servers * each,
                    undone,
                    effort,
                });
            }
        }
    }

    /// How a relay could end after a step: with free servers, or with the cheapest giver.
    fn end(&self, desk: &Desk, holding: &Holding, number: usize) -> Option<End> {
        let step = &self.steps[number];
        let there = &desk.slots[step.there];
        if holding.free[there.pool] > 0 {
            return Some(End {
                step: number,
                giver: None,
                loss: step.undone,
            });
        }
        let giver = desk.cheapest_giver(holding, there.pool, there.workload)?;
        Some(End {
            step: number,
            giver: Some(giver),
            loss: step.undone + giver.per_server * step.in_all,
        })
    }

    /// What a relay takes that ends so.
    fn effort(&self, desk: &Desk, view: &View<'_>, end: End) -> Effort {
        let step = &self.steps[end.step];
        end.giver.map_or(step.effort, |giver| {
            let own = Effort::of(view, desk, giver.slot, step.there);
            step.effort.and(own, step.in_all)
        })
    }

    /// Moves as many servers as all of the relay allows, from its end on.
    fn carry_out(&mut self, desk: &Desk, holding: &mut Holding, taker: Offer, end: End) -> bool {
        let Some(given) = self.plan(desk, holding, taker, end) else {
            return false;
        };
        let (last, moved) = (self.steps[self.way[0]].there, self.moved[0]);
        if let Some(giver) = end.giver {
            holding.give(giver.slot, &desk.slots[giver.slot], moved);
        }
        holding.take(last, &desk.slots[last], moved);
        let frees = self.way.iter().map(|&step| self.steps[step].gives);
        let takes = self.way.iter().skip(1).zip(self.moved.iter().skip(1));
        let takes = takes.map(|(&step, &moved)| (self.steps[step].there, moved));
        frees
            .zip(takes.chain([(taker.slot, given)]))
            .all(|(from, (to, servers))| hand_over(desk, holding, from, to, servers))
    }

    /// Fills `way`, from the end of a relay to its beginning, and what moves at every step; returns what the taker gets.
    fn plan(&mut self, desk: &Desk, holding: &Holding, taker: Offer, end: End) -> Option<u64> {
        self.way.clear();
        self.moved.clear();
        let last = &desk.slots[self.steps[end.step].there];
        let mut most = end
            .giver
            .map_or(holding.free[last.pool], |giver| giver.servers);
        let mut next = Some(end.step);
        while let Some(number) = next {
            let step = &self.steps[number];
            let there = &desk.slots[step.there];
            let room = there.most.saturating_sub(holding.servers[step.there]);
            most = holding.affords(there, most.min(room));
            self.way.push(number);
            self.moved.push(most);
            most = ((most as f64 / step.each) as u64).min(desk.spare(holding, step.gives));
            next = step.before;
        }
        let given = most.min(taker.servers);
        let mut servers = given;
        for (&number, moved) in self.way.iter().zip(&mut self.moved).rev() {
            let needed = (servers as f64 * self.steps[number].each).ceil() as u64;
            *moved = needed.min(*moved);
            servers = *moved;
        }
        (given > 0).then_some(given)
    }
}

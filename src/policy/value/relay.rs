//! Relays: a holder of a pool makes way for one who gains more there and finds a replacement in another pool, where the
//! next holder makes way, and so on to one who has servers to spare. The chains of Jordan and Graves (1995) live by them.

use std::ops::Range;

use super::desk::Desk;
use super::effort::Effort;
use super::exchange::hand_over;
use super::holding::Holding;
use super::market::Offer;

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
    giver: Option<usize>,
}

/// The search for relays, breadth first over pools: a longer one must gain more than a shorter one by what a move must
/// gain.
#[derive(Debug, Default)]
pub(super) struct Relays {
    /// What the taker gains by a server, and what must be left of that, per hour.
    gain: f64,
    to_beat: f64,
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
    pub fn make_way(&mut self, desk: &Desk, holding: &mut Holding, taker: Offer) -> bool {
        let least = desk.bar.least(desk, &taker);
        if taker.per_server <= least {
            return false;
        }
        self.gain = taker.per_server;
        self.to_beat = least;
        self.steps.clear();
        self.reached.clear();
        self.reached.resize(holding.free.len(), false);
        self.reached[desk.slots[taker.slot].pool] = true;
        self.extend(desk, holding, None, taker.slot);
        let (mut best, mut from) = (None, 0);
        while from < self.steps.len() {
            let level = from..self.steps.len();
            from = level.end;
            for step in level.clone() {
                if let Some((end, net)) = self.end(desk, holding, step) {
                    (best, self.to_beat) = (Some(end), net);
                }
            }
            if best.is_some() {
                self.to_beat += least;
            }
            self.extend_all(desk, holding, level);
        }
        best.is_some_and(|end| self.carry_out(desk, holding, taker, end))
    }

    /// Adds the steps after those of a level: from every pool that it is the first to reach, on from there once.
    fn extend_all(&mut self, desk: &Desk, holding: &Holding, level: Range<usize>) {
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
            self.extend(desk, holding, Some(step), self.steps[step].there);
        }
    }

    /// Adds the steps by which somebody makes way for the workload of a slot in its pool.
    fn extend(&mut self, desk: &Desk, holding: &Holding, before: Option<usize>, arrives: usize) {
        let arrival = &desk.slots[arrives];
        let so_far = before.map(|step| self.steps[step]);
        let (servers, undone) = so_far.map_or((1.0, 0.0), |of| (of.in_all, of.undone));
        let effort = so_far.map_or(Effort::NONE, |of| of.effort);
        for &gives in &desk.traders[arrival.pool] {
            let giver = &desk.slots[gives];
            if giver.workload == arrival.workload
                || desk.is_held(gives)
                || desk.spare(holding, gives) == 0
            {
                continue;
            }
            let undone = undone + servers * desk.undone(holding, gives);
            let pays = |effort: &Effort| effort.net(self.gain) - undone > self.to_beat;
            let moved = (gives, arrives);
            let Some(effort) = desk.effort_after(holding, effort, moved, servers, pays) else {
                continue;
            };
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

    /// How a relay could end after a step, with free servers or with a last giver, and what is left of the gain then:
    /// none if that is not more than what others leave.
    fn end(&self, desk: &Desk, holding: &Holding, number: usize) -> Option<(End, f64)> {
        let step = &self.steps[number];
        let least = self.to_beat + step.undone;
        let (giver, net) = if holding.free[desk.slots[step.there].pool] > 0 {
            (None, step.effort.net(self.gain))
        } else {
            let (before, servers) = (step.effort, step.in_all);
            let best = desk.best_giver(holding, step.there, self.gain, before, servers, least);
            let (giver, net) = best?;
            (Some(giver), net)
        };
        if net <= least {
            return None;
        }
        let end = End {
            step: number,
            giver,
        };
        Some((end, net - step.undone))
    }

    /// Moves as many servers as all of the relay allows, from its end on.
    fn carry_out(&mut self, desk: &Desk, holding: &mut Holding, taker: Offer, end: End) -> bool {
        let Some(given) = self.plan(desk, holding, taker, end) else {
            return false;
        };
        let (last, moved) = (self.steps[self.way[0]].there, self.moved[0]);
        if let Some(giver) = end.giver {
            holding.give(giver, &desk.slots[giver], moved);
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
        let mut most = match end.giver {
            Some(giver) => desk.offer(holding, giver)?.servers,
            None => holding.free[last.pool],
        };
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

//! The slots of all pools behind one queue, in the order in which they come free. A request takes
//! the slot that has been free longest, or comes free first: over time every pool is then given
//! about as many requests as its rate allows, which is what the fluid model assumes, and no slot is
//! favoured that a real dispatcher would not know to be faster.
//!
//! A heap with four children to a node: half as deep as one with two, and as fast again at a
//! thousand slots.

/// A slot and when it comes free, in seconds from the interval's start.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    /// Past for a slot that is free: since then.
    pub free_s: f64,
    /// The number of its station among the service's.
    pub station: u32,
}

/// Children of a node.
const FANOUT: usize = 4;

/// All slots, the one that comes free first at the root.
#[derive(Debug, Default)]
pub(super) struct Slots {
    heap: Vec<Slot>,
    /// Scratch space: by station, slots to add (positive) or to take away.
    missing: Vec<i64>,
}

impl Slots {
    /// The slot that comes free first; none where there are none.
    pub fn first(&self) -> Option<Slot> {
        self.heap.first().copied()
    }

    /// Occupies that slot until `free_s`.
    pub fn occupy(&mut self, free_s: f64) {
        if let Some(root) = self.heap.first_mut() {
            root.free_s = free_s;
            self.sink(0);
        }
    }

    /// Becomes a copy of `other`.
    pub fn copy_from(&mut self, other: &Self) {
        self.heap.clone_from(&other.heap);
    }

    /// All slots, in no order that means anything.
    pub fn iter(&self) -> impl Iterator<Item = &Slot> {
        self.heap.iter()
    }

    /// Makes it `wanted` slots by station. New ones are free from the start; those that go are the
    /// ones that would be free first, since a server that leaves takes no new request.
    pub fn resize(&mut self, wanted: &[u64]) {
        self.missing.clear();
        self.missing
            .extend(wanted.iter().map(|&slots| slots as i64));
        for slot in &self.heap {
            self.missing[slot.station as usize] -= 1;
        }
        if self.missing.iter().any(|&missing| missing < 0) {
            self.heap
                .sort_unstable_by(|a, b| a.free_s.total_cmp(&b.free_s));
            let missing = &mut self.missing;
            self.heap.retain(|slot| {
                let missing = &mut missing[slot.station as usize];
                let goes = *missing < 0;
                *missing += i64::from(goes);
                !goes
            });
        }
        for (station, &missing) in self.missing.iter().enumerate() {
            let new = Slot {
                free_s: 0.0,
                station: station as u32,
            };
            self.heap.extend((0..missing).map(|_| new));
        }
        self.order();
    }

    /// Counts time from `length_s` later on.
    pub fn pass(&mut self, length_s: f64) {
        for slot in &mut self.heap {
            slot.free_s -= length_s;
        }
    }

    fn order(&mut self) {
        for node in (0..self.heap.len().div_ceil(FANOUT)).rev() {
            self.sink(node);
        }
    }

    /// Moves a node down to where no child comes free before it.
    fn sink(&mut self, mut node: usize) {
        let moving = self.heap[node];
        loop {
            let first = FANOUT * node + 1;
            let children = self.heap.iter().enumerate().skip(first).take(FANOUT);
            let earliest = children.reduce(|a, b| if b.1.free_s < a.1.free_s { b } else { a });
            match earliest {
                Some((child, slot)) if slot.free_s < moving.free_s => {
                    self.heap[node] = *slot;
                    node = child;
                }
                _ => break,
            }
        }
        self.heap[node] = moving;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_come_free_in_order() {
        let mut slots = Slots::default();
        slots.resize(&[30, 7]);
        let mut last = 0.0;
        for n in 0..2_000_u32 {
            let first = slots.first().expect("there are slots");
            assert!(first.free_s >= last, "{n}");
            last = first.free_s;
            slots.occupy(last + f64::from(n * 7_919 % 101));
        }
    }

    #[test]
    fn those_free_first_go_and_new_ones_are_free() {
        let mut slots = Slots::default();
        slots.resize(&[3, 2]);
        for free_s in [5.0, 4.0, 3.0, 2.0, 1.0] {
            slots.occupy(free_s);
        }
        slots.resize(&[1, 3]);
        let count = |station| slots.iter().filter(|slot| slot.station == station).count();
        assert_eq!((count(0), count(1)), (1, 3));
        assert_eq!(slots.first().map(|slot| slot.free_s), Some(0.0));
        let zeros: Vec<f64> = slots
            .iter()
            .filter(|slot| slot.station == 0)
            .map(|s| s.free_s)
            .collect();
        let all: f64 = slots.iter().map(|slot| slot.free_s).sum();
        // Of the first station's three the latest stays, and both of the second's.
        assert!(zeros[0] >= 3.0 && all > zeros[0], "{zeros:?}");
        slots.resize(&[0, 0]);
        assert!(slots.first().is_none());
    }
}

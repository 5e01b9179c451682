//! A four-way min-heap of calendar entries.
//!
//! Written out because it is the hottest loop of every simulation: with a `BinaryHeap` of the same events, the hold
//! model ran 1.3 to 2.2 times slower (`benches/kernel.rs`). Three things help: families of four, which halve the depth;
//! descending always to the bottom and climbing back, which rarely climbs far (Wegener 1993, "Bottom-up heapsort"); and
//! the hole that a pop leaves at the root, which the next push fills, since most events schedule another.

use super::clock::Instant;

const ARITY: usize = 4;
const SEQUENCE_BITS: u32 = 56;

/// What the heap orders: a time, a phase, a sequence number, and the calendar's slot where the event itself waits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// Microseconds with the sign bit flipped, so that unsigned order is order in time.
    time: u64,
    /// The phase in the top byte, the sequence number below it.
    order: u64,
    pub(super) slot: usize,
}

impl Entry {
    pub(super) fn new(at: Instant, phase: u8, sequence: u64, slot: usize) -> Self {
        debug_assert!(
            sequence >> SEQUENCE_BITS == 0,
            "more than 2^56 events scheduled"
        );
        Self {
            time: at.as_micros().cast_unsigned() ^ (1 << 63),
            order: u64::from(phase) << SEQUENCE_BITS | sequence,
            slot,
        }
    }

    pub(super) fn at(&self) -> Instant {
        Instant::from_micros((self.time ^ (1 << 63)).cast_signed())
    }

    pub(super) fn sequence(&self) -> u64 {
        self.order & ((1 << SEQUENCE_BITS) - 1)
    }

    /// One number to compare, which compiles to two instructions without a branch.
    fn key(&self) -> u128 {
        u128::from(self.time) << 64 | u128::from(self.order)
    }
}

/// Entries, earliest first.
#[derive(Debug, Default)]
pub(super) struct Heap {
    entries: Vec<Entry>,
    /// Whether `entries[0]` was already popped and waits to be overwritten.
    hole: bool,
}

impl Heap {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self {
            entries: Vec::with_capacity(capacity),
            hole: false,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len() - usize::from(self.hole)
    }

    #[inline]
    pub(super) fn push(&mut self, entry: Entry) {
        if self.hole {
            self.hole = false;
            self.sift_down(0, entry);
        } else {
            self.entries.push(entry);
            self.sift_up(self.entries.len() - 1, 0, entry);
        }
    }

    #[inline]
    pub(super) fn pop(&mut self) -> Option<Entry> {
        self.fill_hole();
        let first = *self.entries.first()?;
        self.hole = true;
        Some(first)
    }

    /// The earliest entry. Behind a hole it is one of the root's children.
    #[inline]
    pub(super) fn peek(&self) -> Option<&Entry> {
        if self.hole {
            let children = self.entries.iter().skip(1).take(ARITY);
            children.min_by_key(|entry| entry.key())
        } else {
            self.entries.first()
        }
    }

    /// Drops the entries that `keep` refuses, in time linear in the length.
    pub(super) fn retain(&mut self, keep: impl FnMut(&Entry) -> bool) {
        self.fill_hole();
        self.entries.retain(keep);
        let parents = self.entries.len().div_ceil(ARITY);
        for parent in (0..parents).rev() {
            self.sift_down(parent, self.entries[parent]);
        }
    }

    #[inline]
    fn fill_hole(&mut self) {
        if self.hole {
            self.hole = false;
            if let Some(last) = self.entries.pop()
                && !self.entries.is_empty()
            {
                self.sift_down(0, last);
            }
        }
    }

    /// Puts `entry` at `position` or below. Smaller children move up along the way down to a leaf, then `entry` climbs
    /// from that leaf.
    #[inline]
    fn sift_down(&mut self, position: usize, entry: Entry) {
        let entries = &mut self.entries[..];
        let mut hole = position;
        while let Some(child) = smallest_child(entries, hole) {
            entries[hole] = entries[child];
            hole = child;
        }
        self.sift_up(hole, position, entry);
    }

    /// Puts `entry` at `position` or above, but not above `top`.
    #[inline]
    fn sift_up(&mut self, position: usize, top: usize, entry: Entry) {
        let entries = &mut self.entries[..];
        let mut hole = position;
        while hole > top {
            let parent = (hole - 1) / ARITY;
            if entries[parent].key() <= entry.key() {
                break;
            }
            entries[hole] = entries[parent];
            hole = parent;
        }
        entries[hole] = entry;
    }
}

/// The position of the earliest child. The full family of four is a knockout that compiles without branches.
#[inline(always)]
fn smallest_child(entries: &[Entry], parent: usize) -> Option<usize> {
    let first = ARITY * parent + 1;
    if let Some([a, b, c, d]) = entries.get(first..first + ARITY) {
        let earlier = |(i, x): (usize, u128), (j, y)| if y < x { (j, y) } else { (i, x) };
        let left = earlier((first, a.key()), (first + 1, b.key()));
        let right = earlier((first + 2, c.key()), (first + 3, d.key()));
        Some(earlier(left, right).0)
    } else {
        (first..entries.len()).min_by_key(|&child| entries[child].key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(time: i64) -> Entry {
        Entry::new(Instant::from_micros(time), 0, 0, 0)
    }

    fn drain(heap: &mut Heap) -> Vec<i64> {
        std::iter::from_fn(|| {
            let peeked = heap.peek().map(Entry::at);
            let popped = heap.pop().map(|entry| entry.at());
            assert_eq!(peeked, popped);
            popped.map(Instant::as_micros)
        })
        .collect()
    }

    #[test]
    fn an_entry_orders_by_time_then_phase_then_sequence() {
        let key = |time, phase, sequence| {
            Entry::new(Instant::from_micros(time), phase, sequence, 7).key()
        };
        assert!(key(i64::MIN, 255, 9) < key(-1, 0, 0));
        assert!(key(-1, 255, 9) < key(0, 0, 0));
        assert!(key(3, 1, 9) < key(3, 2, 0));
        assert!(key(3, 1, 8) < key(3, 1, 9));
        let last = Entry::new(Instant::MAX, 255, (1 << SEQUENCE_BITS) - 1, 7);
        assert_eq!(
            (last.at(), last.sequence()),
            (Instant::MAX, (1 << SEQUENCE_BITS) - 1)
        );
    }

    #[test]
    fn every_size_drains_in_order() {
        for size in 0..70_i64 {
            let mut heap = Heap::with_capacity(0);
            for i in 0..size {
                heap.push(entry(i * 37 % 71 - 30));
            }
            let mut expected: Vec<i64> = (0..size).map(|i| i * 37 % 71 - 30).collect();
            expected.sort_unstable();
            assert_eq!(drain(&mut heap), expected);
        }
    }

    #[test]
    fn a_hole_is_filled_by_whatever_comes_next() {
        let mut heap = Heap::default();
        for time in [5, 3, 8, 1] {
            heap.push(entry(time));
        }
        heap.pop();
        assert_eq!(
            (heap.len(), heap.peek().map(Entry::at)),
            (3, Some(Instant::from_micros(3)))
        );
        heap.push(entry(2));
        heap.pop();
        heap.retain(|entry| entry.at() != Instant::from_micros(5));
        assert_eq!(drain(&mut heap), [3, 8]);
    }

    #[test]
    fn retaining_keeps_the_order_at_every_size() {
        for size in 0..70_i64 {
            let mut heap = Heap::default();
            for i in 0..size {
                heap.push(entry(i * 37 % 71));
            }
            heap.retain(|entry| entry.at().as_micros() % 3 != 0);
            let mut expected: Vec<i64> = (0..size)
                .map(|i| i * 37 % 71)
                .filter(|t| t % 3 != 0)
                .collect();
            expected.sort_unstable();
            assert_eq!(drain(&mut heap), expected);
        }
    }
}

//! The calendar: events that have yet to happen, and the clock that reaches them one by one.
//!
//! Events are ordered by (time, phase, order of scheduling), so a run never depends on memory layout. Entries in the
//! heap are small and of one size; the events themselves wait in slots that are used again. Cancelling frees the slot
//! at once and leaves the entry, which no longer matches its slot, to be dropped when it surfaces or when such
//! leftovers outnumber the live ones.

use super::clock::Instant;
use super::heap::{Entry, Heap};

/// The rank of an event among those of the same instant: lower goes first. The model gives the numbers their meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Phase(pub u8);

/// Proof that an event was scheduled; with it the event can be cancelled. Valid only for the calendar it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ticket {
    /// Unique in the calendar's life, so a ticket of the past can never name a later event.
    sequence: u64,
    slot: usize,
}

/// Pending events of type `E` and the current time.
///
/// Scheduling, cancelling and popping take O(log n) for n pending events (cancelling amortised). Memory is in
/// proportion to the most events that were ever pending at once; nothing is allocated while that number does not grow.
/// A calendar can hand out 2⁵⁶ tickets: 20 years at a hundred million a second.
#[derive(Debug)]
pub struct Calendar<E> {
    now: Instant,
    scheduled: u64,
    /// Live entries and cancelled ones.
    heap: Heap,
    cancelled: usize,
    slots: Vec<Slot<E>>,
    free: Vec<usize>,
}

/// Where an event waits. `sequence` is that of its last occupant, which is gone if `event` is `None`.
#[derive(Debug)]
struct Slot<E> {
    sequence: u64,
    event: Option<E>,
}

impl<E> Calendar<E> {
    /// An empty calendar whose clock stands at `start`.
    pub fn new(start: Instant) -> Self {
        Self::with_capacity(start, 0)
    }

    /// An empty calendar with room for `capacity` pending events before it allocates.
    pub fn with_capacity(start: Instant, capacity: usize) -> Self {
        Self {
            now: start,
            scheduled: 0,
            heap: Heap::with_capacity(capacity),
            cancelled: 0,
            slots: Vec::with_capacity(capacity),
            free: Vec::with_capacity(capacity),
        }
    }

    /// The time of the event popped last, or the start.
    #[inline]
    pub fn now(&self) -> Instant {
        self.now
    }

    /// How many events are pending.
    pub fn len(&self) -> usize {
        self.heap.len() - self.cancelled
    }

    /// Whether no event is pending.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The time of the event that [`Calendar::pop`] would return.
    #[inline]
    pub fn next_time(&mut self) -> Option<Instant> {
        while let Some(entry) = self.heap.peek()
            && !is_live(&self.slots, entry)
        {
            self.heap.pop();
            self.cancelled -= 1;
        }
        self.heap.peek().map(Entry::at)
    }

    /// Plans `event` for the instant `at`. Among the pending events of that instant it goes before those of a higher
    /// phase and after those of its own phase that were scheduled earlier. Scheduling for the present is allowed, even
    /// in a lower phase than the event being handled: it is simply next.
    ///
    /// An `at` before [`Calendar::now`] is a mistake of the model. Debug builds and tests stop there. Release builds
    /// schedule for now instead: a clock that ran backwards would corrupt every integral over time without a sign,
    /// and giving up days into an experiment helps nobody; a late event is the smallest harm.
    #[inline]
    pub fn schedule(&mut self, at: Instant, phase: Phase, event: E) -> Ticket {
        debug_assert!(
            at >= self.now,
            "scheduled at {at:?}, which is before {:?}",
            self.now
        );
        let at = at.max(self.now);
        self.scheduled += 1;
        let sequence = self.scheduled;
        let occupied = Slot {
            sequence,
            event: Some(event),
        };
        let slot = match self.free.pop() {
            Some(slot) => {
                self.slots[slot] = occupied;
                slot
            }
            None => {
                self.slots.push(occupied);
                self.slots.len() - 1
            }
        };
        self.heap.push(Entry::new(at, phase.0, sequence, slot));
        Ticket { sequence, slot }
    }

    /// Removes a pending event. Returns whether it was pending: `false` if it was popped or cancelled before.
    pub fn cancel(&mut self, ticket: Ticket) -> bool {
        let Some(slot) = self.slots.get_mut(ticket.slot) else {
            return false;
        };
        if slot.sequence != ticket.sequence || slot.event.take().is_none() {
            return false;
        }
        self.free.push(ticket.slot);
        self.cancelled += 1;
        if self.cancelled > self.heap.len() / 2 {
            let slots = &self.slots;
            self.heap.retain(|entry| is_live(slots, entry));
            self.cancelled = 0;
        }
        true
    }

    /// Takes the earliest event out and moves the clock to it. `None` once nothing is pending; the clock then stays.
    #[inline]
    pub fn pop(&mut self) -> Option<(Instant, E)> {
        loop {
            let entry = self.heap.pop()?;
            let slot = self.slots.get_mut(entry.slot)?;
            if slot.sequence == entry.sequence()
                && let Some(event) = slot.event.take()
            {
                self.free.push(entry.slot);
                self.now = entry.at();
                return Some((self.now, event));
            }
            self.cancelled -= 1;
        }
    }
}

fn is_live<E>(slots: &[Slot<E>], entry: &Entry) -> bool {
    slots
        .get(entry.slot)
        .is_some_and(|slot| slot.sequence == entry.sequence() && slot.event.is_some())
}

#[cfg(test)]
mod tests {
    use super::super::clock::Span;
    use super::*;

    fn at(micros: i64) -> Instant {
        Instant::from_micros(micros)
    }

    fn drain<E>(calendar: &mut Calendar<E>) -> Vec<E> {
        std::iter::from_fn(|| calendar.pop().map(|(_, event)| event)).collect()
    }

    #[test]
    fn time_then_phase_then_order_of_scheduling() {
        let mut calendar = Calendar::new(Instant::MIN);
        calendar.schedule(at(2), Phase(1), "fourth");
        calendar.schedule(at(2), Phase(0), "second");
        calendar.schedule(at(2), Phase(0), "third");
        calendar.schedule(at(-5), Phase(255), "first");
        calendar.schedule(Instant::MAX, Phase(0), "never");
        assert_eq!(
            drain(&mut calendar),
            ["first", "second", "third", "fourth", "never"]
        );
        assert_eq!(calendar.now(), Instant::MAX);
    }

    #[test]
    fn the_clock_follows_the_events() {
        let mut calendar = Calendar::with_capacity(at(10), 2);
        assert_eq!((calendar.now(), calendar.next_time()), (at(10), None));
        calendar.schedule(at(10) + Span::HOUR, Phase(0), ());
        assert_eq!(calendar.now(), at(10));
        assert_eq!(calendar.pop(), Some((at(10) + Span::HOUR, ())));
        assert_eq!(calendar.pop(), None);
        assert_eq!(calendar.now(), at(10) + Span::HOUR);
    }

    #[test]
    fn an_earlier_phase_may_be_scheduled_for_the_present() {
        let mut calendar = Calendar::new(at(0));
        calendar.schedule(at(1), Phase(5), 'a');
        calendar.schedule(at(1), Phase(6), 'c');
        assert_eq!(calendar.pop(), Some((at(1), 'a')));
        calendar.schedule(at(1), Phase(0), 'b');
        assert_eq!(drain(&mut calendar), ['b', 'c']);
    }

    #[test]
    fn a_used_ticket_cancels_nothing() {
        let mut calendar = Calendar::new(at(0));
        let fired = calendar.schedule(at(1), Phase(0), 1);
        calendar.pop();
        assert!(!calendar.cancel(fired));
        let heir = calendar.schedule(at(2), Phase(0), 2);
        assert_eq!(heir.slot, fired.slot);
        assert!(!calendar.cancel(fired));
        assert!(calendar.cancel(heir));
        assert!(!calendar.cancel(heir));
        assert_eq!(
            (calendar.len(), calendar.next_time(), calendar.pop()),
            (0, None, None)
        );
    }

    #[test]
    fn memory_does_not_grow_with_cancellations() {
        let mut calendar = Calendar::new(at(0));
        let mut capacity_after_warm_up = None;
        for i in 0..200_000 {
            calendar.schedule(at(i), Phase(0), i);
            let timeouts = [(); 20].map(|()| calendar.schedule(at(i + 1_000_000), Phase(0), -1));
            assert_eq!(calendar.pop(), Some((at(i), i)));
            assert!(timeouts.into_iter().all(|ticket| calendar.cancel(ticket)));
            assert!(calendar.is_empty());
            let (heap, slots) = (calendar.heap.len(), calendar.slots.len());
            assert!(heap <= 42 && slots <= 21, "{heap} entries, {slots} slots");
            if i > 100 {
                let capacity = (calendar.slots.capacity(), calendar.free.capacity());
                assert_eq!(*capacity_after_warm_up.get_or_insert(capacity), capacity);
            }
        }
    }

    #[cfg(debug_assertions)]
    #[test]
    #[should_panic(expected = "which is before")]
    fn the_past_is_a_mistake_of_the_model() {
        Calendar::new(at(1)).schedule(at(0), Phase(0), ());
    }

    #[cfg(not(debug_assertions))]
    #[test]
    fn the_past_becomes_now_in_release_builds() {
        let mut calendar = Calendar::new(at(1));
        calendar.schedule(at(0), Phase(0), ());
        assert_eq!(calendar.pop(), Some((at(1), ())));
    }
}

//! What a thread allocates, by an allocator that counts: the system's own, with two counters a
//! thread.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static LIVE_BYTES: Cell<i64> = const { Cell::new(0) };
    static PEAK_BYTES: Cell<i64> = const { Cell::new(0) };
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

fn grow(bytes: i64) {
    // A thread that is going away counts no more.
    let _ = LIVE_BYTES.try_with(|live| {
        live.set(live.get() + bytes);
        let _ = PEAK_BYTES.try_with(|peak| peak.set(peak.get().max(live.get())));
    });
    if bytes > 0 {
        let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
    }
}

// SAFETY: every call goes to the system's allocator unchanged; the counters do not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        grow(layout.size() as i64);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        grow(-(layout.size() as i64));
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// What a stretch of a thread's work used.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// Most bytes in use at a time, beyond those in use at the start.
    pub peak_bytes: i64,
    /// Calls for memory.
    pub allocations: u64,
}

/// A stretch under way.
pub struct Stretch {
    live_bytes: i64,
    allocations: u64,
}

impl Usage {
    /// Begins to count on this thread.
    pub fn start() -> Stretch {
        let live_bytes = LIVE_BYTES.get();
        PEAK_BYTES.set(live_bytes);
        Stretch {
            live_bytes,
            allocations: ALLOCATIONS.get(),
        }
    }
}

impl Stretch {
    /// What was used since.
    pub fn end(self) -> Usage {
        Usage {
            peak_bytes: PEAK_BYTES.get() - self.live_bytes,
            allocations: ALLOCATIONS.get() - self.allocations,
        }
    }
}

//! The simulation kernel: time, the order of events, and randomness.
//!
//! It knows nothing about datacenters. A simulation is a loop over a [`Calendar`]:
//!
//! ```text
//!            schedule(at, phase, event)
//!         ┌───────────────────────────────┐
//!         ▼                               │
//!     Calendar ── pop() ──► (Instant, event) ──► the model ◄── Streams
//!   one clock, in µs                               one stream per entity and purpose
//! ```
//!
//! Three promises are kept here, so that no model has to keep them: the clock never goes backwards; events of one
//! instant happen in an order that depends on nothing but phases and the order of scheduling; and a random number
//! depends on nothing but the seed, the replication and the name of what it is drawn for.

mod calendar;
mod clock;
mod grid;
mod heap;
mod streams;

pub use calendar::{Calendar, Phase, Ticket};
pub use clock::{Instant, Span};
pub use grid::Grid;
pub use streams::{IndexedStreams, Stream, Streams};

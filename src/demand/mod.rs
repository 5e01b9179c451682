//! How much is asked for: request rates over time.
//!
//! ```text
//!             growth ─┐                 per whole UTC hour ("cell")
//!              noise ─┤
//!                     ├──► Curve ──► mean rate of a step
//!  wall clock ► shape ─┤                 per local wall-clock hour
//!         or a series ─┤                 per row of it
//!              events ─┘                 linear pieces
//! ```
//!
//! `forecast` says what is expected of a curve's coming step. Nothing here knows about capacity, and nothing drawn here
//! depends on a policy, a step or a forecast.

mod curve;
mod events;
mod forecast;
mod growth;
mod innovations;
mod noise;
mod series;
mod wall_clock;

pub use curve::Curve;
pub use forecast::{Forecasters, Outlook};
pub use wall_clock::UnknownTimeZone;

use crate::kernel::{Instant, Span};

/// The number of the whole UTC hour since the Unix epoch that holds `at`: the grid of all hourly draws.
fn cell_of(at: Instant) -> i64 {
    at.as_micros().div_euclid(Span::HOUR.as_micros())
}

/// The first instant of a cell.
fn cell_start(cell: i64) -> Instant {
    Instant::EPOCH + Span::HOUR * cell
}

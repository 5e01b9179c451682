//! Services: generative inference and ranking answer requests within a latency promise (SLO).
//!
//! ```text
//! scenario ──► language_model ─┐                                  levels (how demand varies within a step) ─┐
//!          └─► query ──────────┴► station (what one server gives) ──► fluid (one level's law) ──────────────┴► service
//! ```

mod fluid;
mod language_model;
mod levels;
mod percentile;
mod query;
mod search;
mod service;
mod station;
mod stations;
mod tail;
mod worth;

pub use service::{Service, ServiceStep};
pub use station::Station;
pub use worth::{Curve, Stretch, Worth};

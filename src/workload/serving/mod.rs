//! Services: generative inference and ranking answer requests within a latency promise (SLO).
//!
//! ```text
//! scenario ──► language_model ─┐
//!          └─► query ──────────┴► station (what one server gives) ──► fluid (one step's law) ──► service
//! ```

mod fluid;
mod language_model;
mod percentile;
mod query;
mod service;
mod station;

pub use service::{Service, ServiceStep};
pub use station::Station;

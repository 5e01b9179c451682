//! Services: generative inference and ranking answer requests within a latency promise (SLO).
//!
//! ```text
//! scenario ──► language_model ─┐                        ┌► levelled ──► levels × fluid (one level's law) ─┐
//!          └─► query ──────────┴► station(s) ──► service ┴► request (every request an event) ─────────────┴► step
//! ```

mod ceiling;
mod degrade;
mod fidelity;
mod fluid;
mod language_model;
mod levelled;
mod levels;
mod occupancy;
mod percentile;
mod query;
mod request;
mod rows;
mod service;
mod sizing;
mod station;
mod stations;
mod tail;
mod worth;

pub use ceiling::{Ask, Ceiling, Corner};
pub use fidelity::LATENCY_SHARES;
pub use occupancy::Occupancy;
pub use rows::Rows;
pub use service::{Place, Service, ServiceStep};
pub use station::Station;
pub use worth::Worth;

//! flexcap simulates a fleet of accelerators that training, generative inference and
//! ranking/recommendation share: who holds what hour by hour, what is served, and what it is worth.
//!
//! ```text
//!  scenario.toml ──► scenario ──► simulation ──► results ──► summary, CSVs
//!                                 ▲    ▲    ▲        ▲
//!                            supply workload policy  experiment (replications, statistics)
//!                                      ▲
//!                                   demand     theory, distribution, kernel, units, id, fingerprint
//! ```
//!
//! Data goes one way: a room may import those below it and never one above. ARCHITECTURE.md is
//! the map; the way in is [`scenario::Scenario::load`], then [`run`].
//!
//! ```
//! let starter = flexcap::scenario::Scenario::load("starter", &[])?;
//! let outcome = flexcap::run(&starter.scenario)?;
//! let attainment = outcome.metric("slo_attainment", "assistant").expect("the starter serves it");
//! assert!(attainment.mean.is_some_and(|mean| mean > 0.9));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![warn(missing_docs)]

pub mod demand;
pub mod distribution;
pub mod experiment;
pub mod fingerprint;
pub mod id;
pub mod kernel;
pub mod policy;
pub mod report;
pub mod results;
pub mod scenario;
pub mod simulation;
pub mod supply;
pub mod theory;
pub mod units;
pub mod workload;

pub use experiment::{Comparison, Outcome, compare, run, run_with, run_with_bound};

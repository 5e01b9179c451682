//! The laws of the simulation: what must hold for every scenario (accounts that close, draws that
//! stay, more capacity that never hurts), and what must come out where theory knows the answer.
//! Scenarios are built from text and seen only through what the loop tells its recorder.

mod availability;
mod bound;
mod checkpoints;
mod common_draws;
mod conservation;
mod degrade;
mod displaced;
mod draft;
mod edge_holders;
mod edge_serving;
mod edge_supply;
mod elastic;
mod fair;
mod fidelity;
mod flexibility;
mod forecasts;
mod gains;
mod gap;
mod givers;
mod headline;
mod job_streams;
mod money;
mod monotone;
mod moves;
mod policies;
mod prices;
mod priorities;
mod queueing;
mod reference;
mod repeatability;
mod standby;
mod subhourly;
mod support;
mod training_to_ranking;
mod value;
mod water_filling;
mod worth;
mod worthless;

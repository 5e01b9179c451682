//! One replication, from warm-up to horizon: supply, workloads and a policy meet here and nowhere
//! else.
//!
//! ```text
//!  supply ──deliveries, failures──► ┌────────┐ ──what is held──► workloads ──needs──┐
//!                                   │ ledger │                                      ▼
//!  recorder ◄──rows, totals──────── └────────┘ ◄──moves── policy ◄───────────── view
//! ```
//!
//! | file | does |
//! |---|---|
//! | `replication` | the loop: pops events and hands each to the file that knows it |
//! | `event`, `agenda` | what can happen, and when what is known from the beginning does |
//! | `interval` | an interval begins and ends |
//! | `delivery` | orders are paid for and installed |
//! | `opening` | sets up ledger and workloads |
//! | `traffic` | the services' rates and forecasts |
//! | `ledger` | where every server is |
//! | `breakage` | failures, repairs and replacements |
//! | `tied` | what may not leave its holder |
//! | `pods` | the pods of a pool: what is down there, which gangs stand there |
//! | `placing` | gangs take and leave their places in pods |
//! | `neighbours` | whom an outage hits |
//! | `interruption` | maintenance and outages |
//! | `power` | what is drawn, and throttled |
//! | `transfer` | carries out a decision: drain, convert, warm up |
//! | `under_way` | the transfers that are not done yet |
//! | `decision` | shows the policy the view and checks its answer |
//! | `gang` | starts and stops training gangs as their servers come and go |
//! | `elastic` | gangs that may change their size do |
//! | `jobs` | streams of jobs: arrivals, completions, and what follows from their servers |
//! | `stepping` | lets services and campaigns live through an interval |
//! | `prices` | what answers are worth, over time |
//! | `gains` | what a move was expected to gain, and what it did |
//! | `accounts` | adds up busy hours, value and cost |
//! | `sampling` | turns the sums of an interval into rows |
//! | `clairvoyant` | what nobody could have beaten |
//! | `record`, `totals` | what the outside sees |
//!
//! The loop does no I/O and knows neither files nor threads; its memory does not grow with the
//! horizon.

mod accounts;
mod agenda;
mod breakage;
mod clairvoyant;
mod decision;
mod delivery;
mod elastic;
mod event;
mod gains;
mod gang;
mod interruption;
mod interval;
mod jobs;
pub mod ledger;
mod neighbours;
mod opening;
mod period;
mod placing;
mod pods;
mod power;
mod prices;
pub mod record;
mod replication;
mod sampling;
mod stepping;
mod tied;
pub mod totals;
mod traffic;
mod transfer;
mod under_way;

pub use clairvoyant::{MOST_CELLS, Unbounded, can_bound};
pub use decision::PolicyError;
pub use replication::{Ended, RunError, simulate, simulate_with_bound};

//! What exists and what it costs: pools and their sites, failures and repairs, maintenance and
//! outages, orders and their deliveries, power and depreciation. Knows no workload and no policy.

mod depreciation;
mod failure;
mod fleet;
mod interruption;
mod order;

pub use depreciation::Lots;
pub use failure::{FAILURE_GRID, Failures};
pub use fleet::{Fleet, Pool, Site};
pub use interruption::{Maintenance, Outage};
pub use order::Delivery;

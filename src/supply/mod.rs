//! What exists and what it costs: pools and their sites, failures and repairs, maintenance and
//! outages, orders and their deliveries, conversion, power and depreciation. Knows no workload and no policy.

mod conversion;
mod depreciation;
mod failure;
mod fleet;
mod interruption;
mod order;
mod repair;

pub use conversion::Conversions;
pub use depreciation::Lots;
pub use failure::{FAILURE_GRID, Failures};
pub use fleet::{Fleet, Pool, Site};
pub use interruption::{Maintenance, Outage};
pub use order::Delivery;

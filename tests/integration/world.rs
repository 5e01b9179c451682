//! The physical world seen from outside: pods, conversions, maintenance, outages, companion capacity, power
//! that does not suffice, and hardware on which workloads differ. Accounts are also checked after
//! every event inside, in debug builds.

mod bad_input;
mod conversion;
mod hardware;
mod interruption;
mod pods;
mod pods_struck;
mod site;
mod support;

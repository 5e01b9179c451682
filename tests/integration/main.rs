//! The integration tests, as one binary: everything here sees flexcap from outside, through the library's public
//! interface or through the built command.

mod cli;
mod house;
mod kernel_calendar;
mod kernel_queueing;
mod laws;
mod scale;
mod shared_data;
mod support;
mod world;

//! Training: campaigns are single jobs that compute on a gang of accelerators, streams are
//! many jobs that wait for each other in a queue. Both write checkpoints, and lose what they had not
//! written when they are stopped.

mod arrivals;
mod campaign;
mod discipline;
mod job;
mod job_starts;
mod job_stops;
mod job_stream;
mod job_sums;
mod machine;
mod place;
mod rhythm;
mod segment;
mod sizes;
#[cfg(test)]
mod tests;
mod worth;

pub use campaign::{Campaign, Progress, State};
pub use job::JobReport;
pub use job_stream::{Change, JobStream, Place};
pub use job_sums::JobSums;

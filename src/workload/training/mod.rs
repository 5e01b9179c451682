//! Training: campaigns are single jobs that compute on a rigid gang of accelerators, write
//! checkpoints, and lose what they had not written when they are stopped.

mod campaign;
mod segment;

pub use campaign::{Campaign, Progress, State};

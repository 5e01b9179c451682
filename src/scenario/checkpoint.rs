//! Checkpoints of training, how often they are written, and the notice that lets one be written
//! before servers are taken.

use super::declare::table;
use super::form::{Form, Leaf};
use super::quantity::Complaint;
use super::reader::{Read, Reader};
use super::tree::Node;
use crate::kernel::Span;

table! {
    /// Checkpoints of a campaign, or of every job of a stream.
    #[derive(Clone, Copy, Debug)]
    pub struct Checkpoint {
        /// Time of progress between two checkpoints, or `"optimal"`: the time at which least is lost to writing and to failures, M·(1 + W0(−e^(−write/M − 1))), M being the mean time between failures of all servers of the gang or job, by the `mtbf` of the hardware on which it runs.
        pub every: Every where "> 0",
        /// Time for which progress stops while one is written.
        pub write: Span,
    }
}

table! {
    /// What happens before servers of training are taken for others.
    #[derive(Clone, Copy, Debug, Default)]
    pub struct Preemption {
        /// Time for which the gang, or a job, keeps servers that the policy takes from it, to write a checkpoint: it leaves once that is written, and loses only that time and the restart. With less time than a write takes it leaves at the end of the notice and loses what its last checkpoint does not hold. Failures, outages and maintenance come without notice.
        pub notice: Span = "\"0s\"",
    }
}

/// Time of progress between two checkpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    /// So long.
    Fixed(Span),
    /// What the gang's failures and the write make best.
    Optimal,
}

const OPTIMAL: &str = "optimal";

impl Read for Every {
    fn form() -> Form {
        Form::Leaf(Leaf::DurationOr(OPTIMAL))
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if node.as_text() == Some(OPTIMAL) {
            return Some(Self::Optimal);
        }
        let text = reader.text(node, Leaf::DurationOr(OPTIMAL))?;
        if !text.contains(|letter: char| letter.is_ascii_digit()) {
            let message = format!("\"{text}\" is neither a duration nor \"{OPTIMAL}\"");
            let hint = format!("write \"{OPTIMAL}\", or a duration such as \"30m\"");
            reader.complain(node.at, &Complaint::new(message, hint));
            return None;
        }
        Span::read(node, reader).map(Self::Fixed)
    }
}

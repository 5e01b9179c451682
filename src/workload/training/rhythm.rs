//! In what rhythm a gang or a job saves: as the scenario says, or as its own failures make best.

use crate::kernel::Span;
use crate::scenario::{Checkpoint, Every};
use crate::theory::checkpoint::Checkpointing;

/// Computing for `every`, writing for `write`, and so on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rhythm {
    pub every: Span,
    pub write: Span,
}

impl Rhythm {
    /// Of so many servers that must all work, each of which fails once in `mtbf` on average. Outages
    /// are not reckoned with. None where nothing fails and so nothing is best, which the scenario's
    /// check refuses.
    pub fn of(checkpoint: Checkpoint, mtbf: Option<Span>, servers: u64) -> Option<Self> {
        let write = checkpoint.write;
        let every = match checkpoint.every {
            Every::Fixed(every) => every,
            Every::Optimal => {
                let job = Checkpointing {
                    mtbf_s: mtbf?.as_seconds() / servers.max(1) as f64,
                    save_s: write.as_seconds(),
                    restart_s: 0.0,
                };
                let best = Span::saturating_from_seconds_f64(job.optimal_interval_s());
                best.max(Span::MICROSECOND)
            }
        };
        Some(Self { every, write })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_optimum_is_that_of_all_servers_together() {
        let checkpoint = Checkpoint {
            every: Every::Optimal,
            write: Span::MINUTE,
        };
        let every =
            |mtbf, servers| Rhythm::of(checkpoint, mtbf, servers).map(|rhythm| rhythm.every);
        // 1,024 servers that each fail every 128 days: every 3 hours. 1098.7763 s is the exact optimum.
        let oracle = every(Some(Span::HOUR * 3 * 1024), 1024).expect("it fails");
        assert!(
            (oracle.as_seconds() - 1_098.776_3).abs() < 5e-5,
            "{oracle:?}"
        );
        assert_eq!(every(Some(Span::HOUR * 3), 1), Some(oracle));
        assert!(every(Some(Span::HOUR * 3 * 1024), 256) > Some(oracle));
        assert_eq!(every(None, 1024), None);
    }
}

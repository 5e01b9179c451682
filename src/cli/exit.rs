//! What the exit code says.

use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It did what was asked.
    Done,
    /// The run or the writing of its result failed.
    Failed,
    /// The command line makes no sense.
    Usage,
    /// The scenario is missing, unreadable or wrong.
    InvalidScenario,
    /// Some points of a sweep failed.
    PointsFailed,
    /// A condition of `compare --fail-if` holds.
    ConditionHolds,
    /// Ctrl-C.
    Interrupted,
}

/// What `flexcap explain exit-codes` prints.
pub const MEANINGS: &str = "\
0    done
1    the run failed, or its result could not be written: the output exists already, the disk is full; or a result could
     not be read, or a --fail-if not be judged
2    usage: an unknown flag, command or topic
3    the scenario is missing, unreadable or invalid, a --set included; every problem is listed
4    some points of a sweep failed; sweep_points.csv says which, and why (a shard says so and ends with 0, its --merge with 4)
5    compare: a --fail-if holds, its whole interval lies beyond the limit
130  interrupted by Ctrl-C; nothing half-written is left behind, and a sweep goes on with the same command
";

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::InvalidScenario => 3,
            Exit::PointsFailed => 4,
            Exit::ConditionHolds => 5,
            Exit::Interrupted => 130,
        })
    }
}

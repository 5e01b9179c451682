//! Everything that can happen in a replication, and what goes first of what happens at once.

use super::record::MoveReason;
use crate::id::{PoolId, WorkloadId};
use crate::kernel::{Instant, Phase, Span};

/// Supply changes come first, then the workloads' own events, then what closes an interval and
/// decides the next.
pub(super) const OPENING: Phase = Phase(0);
pub(super) const SUPPLY: Phase = Phase(1);
pub(super) const WORKLOAD: Phase = Phase(2);
pub(super) const DECISION: Phase = Phase(3);

/// A day's shape and the noise change by the hour: an average over more would hide the peaks that
/// services fail on, however seldom the policy decides.
pub(super) const LONGEST_INTERVAL: Span = Span::HOUR;

/// Everything that can happen.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    /// The counted period begins, before anything else at that instant.
    Opens,
    /// An order is placed and its first payment falls due.
    OrderPlaced(usize),
    /// An order arrives.
    Delivered(usize),
    /// An hour of the failure grid begins.
    FailureHour,
    /// A server of the gang, or of the stream of jobs, in this pool and slot breaks.
    GangServerFails(PoolId, usize),
    /// The failures of this hour that hit no training.
    OtherServersFail(PoolId),
    /// A transfer finishes a leg.
    TransferDue(usize),
    /// A campaign is submitted.
    Submitted(WorkloadId),
    /// A campaign completes.
    Completed(WorkloadId),
    /// The next job of a stream arrives.
    JobArrives(WorkloadId),
    /// A job completes, in its place of the stream's table.
    JobCompletes(WorkloadId, u32),
    /// A window of maintenance begins, due at this instant or, before the run, at an earlier one.
    MaintenanceBegins(usize, Instant),
    /// It ends.
    MaintenanceEnds(usize),
    /// An outage begins, due at this instant or, before the run, at an earlier one.
    OutageBegins(usize, Instant),
    /// It ends.
    OutageEnds(usize),
    /// The policy decides between two steps, because supply changed.
    Wake(MoveReason),
    /// An interval ends: it is accounted for, and if a step ends too the policy decides.
    IntervalEnds,
}

//! What the loop tells the outside: typed rows and running totals, handed to a `Recorder` as they
//! happen. CSV files, statistics, progress and tests are recorders; the loop knows none of them.

use super::totals::Totals;
use crate::id::{OrderId, PoolId, WorkloadId};
use crate::kernel::Instant;

/// Receives a replication as it unfolds. Every method has a default that ignores the row.
pub trait Recorder {
    /// Whether this replication's detail rows are wanted; asked once, at the start.
    fn wants_detail(&self) -> bool {
        false
    }
    /// Asked once a step: `true` ends the run early with `Outcome::Interrupted`.
    fn interrupted(&self) -> bool {
        false
    }
    /// Holdings of one workload in one pool over one record interval.
    fn allocation(&mut self, _row: &AllocationRow) {}
    /// One pool's state over one record interval.
    fn fleet(&mut self, _row: &FleetRow) {}
    /// One service's traffic over one record interval.
    fn service(&mut self, _row: &ServiceRow) {}
    /// One training job: of a stream as it ends, otherwise at the end of the replication.
    fn job(&mut self, _row: &JobRow) {}
    /// Accelerators that changed hands, once the move is complete or at the end.
    fn moved(&mut self, _row: &MoveRow) {}
    /// Something that happened to the fleet.
    fn event(&mut self, _row: &EventRow) {}
    /// A UTC day ended; `totals` run from the start of the counted period.
    fn day(&mut self, _day: Instant, _totals: &Totals) {}
    /// A UTC calendar quarter ended (or the run did); `quarter` is its first instant.
    fn quarter(&mut self, _quarter: Instant, _totals: &Totals) {}
}

/// Discards everything: for searches that need only the totals.
pub struct Ignore;
impl Recorder for Ignore {}

/// Time-weighted mean accelerators over the interval that starts at `time`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AllocationRow {
    /// Interval start.
    pub time: Instant,
    /// Where.
    pub pool: PoolId,
    /// Who.
    pub workload: WorkloadId,
    /// Granted and ready.
    pub allocated: f64,
    /// Of those, doing work.
    pub busy: f64,
    /// Leaving this workload.
    pub draining: f64,
    /// Being converted for this workload.
    pub converting: f64,
    /// Starting up for this workload.
    pub warming: f64,
}

/// A pool over the interval that starts at `time`; accelerators are time-weighted means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FleetRow {
    /// Interval start.
    pub time: Instant,
    /// Where.
    pub pool: PoolId,
    /// Owned and in place.
    pub installed: f64,
    /// Held by nobody (spares included).
    pub idle: f64,
    /// Broken.
    pub failed: f64,
    /// In planned maintenance.
    pub maintenance: f64,
    /// Ordered and not yet delivered.
    pub on_order: f64,
    /// Mean power drawn, PUE included, in kW.
    pub power_kw: f64,
}

/// A service over the interval that starts at `time`; counts are requests.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ServiceRow {
    /// Interval start.
    pub time: Instant,
    /// Which.
    pub service: WorkloadId,
    /// First attempts that arrived.
    pub offered: f64,
    /// Of the interval's arrivals, those served within SLO.
    pub served_in_slo: f64,
    /// Requests past their SLO whose service ended in the interval.
    pub served_late: f64,
    /// Refused.
    pub shed: f64,
    /// Left before service.
    pub abandoned: f64,
    /// Past their SLO and still waiting at the interval's end.
    pub waiting: f64,
    /// Median latency of the interval's arrivals, in seconds; none without arrivals or capacity.
    pub latency_p50_s: Option<f64>,
    /// 95th percentile, in seconds.
    pub latency_p95_s: Option<f64>,
    /// 99th percentile, in seconds.
    pub latency_p99_s: Option<f64>,
    /// `served_in_slo / offered`; none without arrivals.
    pub attainment: Option<f64>,
    /// Mean share of their candidate items that queries were ranked with; none where the service never degrades.
    pub ranked_share: Option<f64>,
    /// What the policy expected the mean rate to be, in requests per second.
    pub forecast_per_s: f64,
}

/// How a job stood when the run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobOutcome {
    /// All its work was done.
    Completed,
    /// It was computing, restarting or writing a checkpoint.
    Running,
    /// It was submitted and held no complete gang.
    Waiting,
    /// Its submission lay after the end.
    NotSubmitted,
    /// It was larger than every pool will ever be, and never ran.
    Cancelled,
}

/// One training job over the whole replication, warm-up included; work in accelerator-hours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JobRow {
    /// Number of the job within its workload, in the order of arrival; campaigns have only job 0.
    pub job: u32,
    /// Whose.
    pub workload: WorkloadId,
    /// When it asked for capacity.
    pub submit: Instant,
    /// When it first computed.
    pub start: Option<Instant>,
    /// When it finished.
    pub end: Option<Instant>,
    /// Accelerators that it needs together; of an elastic campaign those that it prefers.
    pub gang: u64,
    /// Priority of a stream's job, before which those of a higher one wait; campaigns have none.
    pub priority: Option<f64>,
    /// Its size.
    pub work_accelerator_hours: f64,
    /// Done, and kept.
    pub useful_accelerator_hours: f64,
    /// Done, and undone by interruptions.
    pub lost_accelerator_hours: f64,
    /// Checkpoint writes and restarts.
    pub overhead_accelerator_hours: f64,
    /// Times it was stopped.
    pub interruptions: u32,
    /// How it ended.
    pub outcome: JobOutcome,
}

/// Why accelerators changed hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoveReason {
    /// The policy's decision at a step.
    Decision,
    /// The policy's decision on a delivery.
    Delivery,
    /// The policy's decision as an outage begins or ends.
    Outage,
    /// The policy's decision as maintenance begins or ends.
    Maintenance,
}

/// Accelerators that went from one owner to another; `None` is the pool's idle stock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MoveRow {
    /// When it was decided.
    pub time: Instant,
    /// Where.
    pub pool: PoolId,
    /// Giver.
    pub from: Option<WorkloadId>,
    /// Taker.
    pub to: Option<WorkloadId>,
    /// How many.
    pub accelerators: u64,
    /// Why.
    pub reason: MoveReason,
    /// What the policy expected to gain, per hour; none for a policy that does not estimate it.
    pub expected_gain_per_hour: Option<f64>,
    /// What the move cost.
    pub cost: f64,
    /// What it turned out to gain; none where it was not estimated.
    pub realised_gain: Option<f64>,
}

/// What happened to the fleet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// Servers broke.
    Failure,
    /// Servers came back.
    Repair,
    /// An order arrived.
    Delivery,
    /// Neighbouring servers went down together.
    Outage,
}

/// What an event happened to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventEntity {
    /// A pool.
    Pool(PoolId),
    /// An order.
    Order(OrderId),
}

/// One event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EventRow {
    /// When.
    pub time: Instant,
    /// What.
    pub kind: EventKind,
    /// To what.
    pub entity: EventEntity,
    /// How many accelerators.
    pub accelerators: u64,
}

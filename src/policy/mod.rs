//! Who gets what. A policy sees a `View` of the fleet and of what the workloads need, and answers
//! with an `Allocation`: how many servers of every pool each workload shall hold. It never sees
//! the future, a job's inside or a request.
//!
//! A new policy is one file here, its table in `scenario::policy` and its line in `build`.

mod allocation;
mod budget;
mod dedicated;
mod fair;
mod muster;
mod priority;
mod rooms;
mod sizes;
mod stock;
mod value;
mod view;

pub use allocation::Allocation;
pub use budget::Budget;
pub use dedicated::Dedicated;
pub use fair::Fair;
pub use priority::Priority;
pub use rooms::Rooms;
pub use value::Value;
pub use view::{JobsNeed, Need, PoolView, ServiceNeed, SlotView, View};

use crate::id::PoolId;
use crate::kernel::Span;
use crate::scenario::{self, Scenario};
use crate::workload::serving::Rows;

/// Decides at every step, and on every delivery, who shall hold what.
pub trait Policy: Send {
    /// Fills `allocation`, which arrives as what everybody holds now and where gangs stand. Every
    /// pool's holdings must sum to at most `PoolView::offered`, and none may fall below its
    /// `SlotView::least`; the gangs placed in a pod must sum to at most its `PoolView::pods`.
    fn decide(&mut self, view: &View<'_>, allocation: &mut Allocation);

    /// What is expected of a move that the last answer makes, from one slot of a pool to another;
    /// none is its idle stock. Policies that have no idea of what capacity is worth expect nothing.
    fn prospect(
        &self,
        _pool: PoolId,
        _from: Option<usize>,
        _to: Option<usize>,
    ) -> Option<Prospect> {
        None
    }
}

/// What a policy expects of a move.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prospect {
    /// What a server is worth per hour to who takes it, less what it was to who gave it.
    pub per_server_hour: f64,
    /// Time within which the policy reckons that a move must pay.
    pub payback: Span,
}

/// A policy's name in scenarios and what it does, for `explain policies` and the docs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyInfo {
    /// The tag under `[policy]`.
    pub name: &'static str,
    /// What it does, in a sentence or two.
    pub rule: &'static str,
}

/// Every policy that a scenario can name.
pub const POLICIES: &[PolicyInfo] = &[
    PolicyInfo {
        name: "dedicated",
        rule: "Fixed shares of every pool, by default the initial holdings; nothing moves. The \
               honest baseline that flexible policies are compared with.",
    },
    PolicyInfo {
        name: "priority",
        rule: "Strict order: each workload in turn takes what it needs, services for the forecast \
               plus `headroom`, training its whole gang where a pod or pool has room for it (an elastic gang as much of \
               what it prefers as there is, and in the end what nobody needs), a stream of jobs the servers of all that run and wait; those after it are preempted, \
               with the notice that they have. What nobody needs stays where it is.",
    },
    PolicyInfo {
        name: "fair",
        rule: "Weighted max-min fairness over dominant resources (DRF): a workload's share is the \
               larger of its share of the accelerators in the pools it may use and its share of their \
               sites' companion vCPU, over its weight. Whoever has the least share is next, a service \
               for one server more, up to its forecast plus `headroom`, a gang for all of itself where \
               a pod or pool has room for it, or nothing. Among equals whoever would have less \
               afterwards is first. What nobody needs stays where it is.",
    },
    PolicyInfo {
        name: "value",
        rule: "Capacity goes where it is expected to be worth most: services and streams of jobs \
               exchange servers at equal marginal value of the demand that is forecast or waits, gangs start where what they displace \
               is worth less and make way where it is worth more, each move net of conversion, \
               delay and work undone. A few servers stand by for gangs, to replace what breaks.",
    },
];

/// The policy that a scenario names.
#[must_use]
pub fn build(scenario: &Scenario) -> Box<dyn Policy> {
    build_sharing(scenario, &Rows::default())
}

/// The same for one of many replications of the scenario, all of which know what one of them has reckoned.
#[must_use]
pub fn build_sharing(scenario: &Scenario, rows: &Rows) -> Box<dyn Policy> {
    match &scenario.policy {
        scenario::Policy::Dedicated(dedicated) => Box::new(Dedicated::new(scenario, dedicated)),
        scenario::Policy::Priority(priority) => Box::new(Priority::new(scenario, priority)),
        scenario::Policy::Fair(fair) => Box::new(Fair::new(scenario, fair)),
        scenario::Policy::Value(value) => Box::new(Value::new(value, rows)),
    }
}

//! What a policy may know when it decides.

use crate::demand::Outlook;
use crate::id::{HardwareId, PoolId, SiteId, WorkloadId};
use crate::kernel::{Instant, Span};
use crate::scenario::{Conversion, Part};
use crate::supply::Conversions;
use crate::workload::serving::{Service, Worth};
use crate::workload::training::{Campaign, JobStream, State};
use crate::workload::{Curve, Workload};

/// The fleet and the needs at a decision.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// Now.
    pub now: Instant,
    /// Time over which a service's attainment is measured: until the next regular decision, an
    /// hour at most.
    pub interval: Span,
    /// Time between two regular decisions.
    pub step: Span,
    /// By `PoolId`.
    pub pools: &'a [PoolView],
    /// By `SiteId`: watts that the servers' work may draw, before PUE, beside their idle draw.
    pub active_watts: &'a [f64],
    /// By `SiteId`: companion capacity, in vCPU; infinite where the scenario sets no limit.
    pub companion_vcpu: &'a [f64],
    pub(crate) conversions: &'a Conversions,
    /// By `WorkloadId`; asked through `need`.
    pub(crate) workloads: &'a [Workload],
    /// By `WorkloadId`: what is expected over the coming step, per second; nothing for training.
    pub(crate) outlooks: &'a [Outlook],
}

/// A pool at a decision.
#[derive(Clone, Debug)]
pub struct PoolView {
    /// Its hardware.
    pub hardware: HardwareId,
    /// Its site.
    pub site: SiteId,
    /// Accelerators in a server.
    pub accelerators_per_server: u32,
    /// Servers in place.
    pub installed: u64,
    /// Servers that may be held in all: what is up, less the spares kept and what is on its way
    /// back to the idle stock. Never fewer than the slots hold: what breaks takes a spare or leaves its holder.
    pub offered: u64,
    /// Spares that are left: servers that nobody may hold, kept to replace at once what breaks.
    pub spares: u64,
    /// By pod: servers that are up, which is the room for gangs if none stood there.
    pub pods: Vec<u64>,
    /// Where the gangs stand that the pool holds whole, on their way or not.
    pub gangs: Vec<Part>,
    /// The workloads that may hold servers here, in scenario order.
    pub slots: Vec<SlotView>,
}

/// One workload in one pool at a decision.
#[derive(Clone, Copy, Debug)]
pub struct SlotView {
    /// Who.
    pub workload: WorkloadId,
    /// Servers held, those on their way included.
    pub held: u64,
    /// Servers that cannot be withdrawn now: not flexible, or still on their way.
    pub least: u64,
    /// Active power that planning reckons with, in watts per server, before PUE.
    pub planning_watts: f64,
    /// Companion capacity that a server needs here, in vCPU.
    pub companion_vcpu: f64,
}

/// What a workload asks for.
pub enum Need<'a> {
    /// Nothing: not submitted, or done.
    Nothing,
    /// A training gang, whole or not at all.
    Gang(&'a Campaign),
    /// Servers for a stream of jobs, as many as there are.
    Jobs(JobsNeed<'a>),
    /// Capacity for a service.
    Service(ServiceNeed<'a>),
}

/// A service and what it expects.
pub struct ServiceNeed<'a> {
    service: &'a Service,
    interval_s: f64,
    outlook: Outlook,
    /// Expected mean rate until the next decision, per second.
    pub forecast_per_s: f64,
    /// What that rate stays below in nine of ten cases, per second.
    pub forecast_p90_per_s: f64,
}

/// A stream of jobs: what it could use now.
pub struct JobsNeed<'a> {
    stream: &'a JobStream,
}

impl View<'_> {
    /// What it takes to turn an accelerator of a pool from the use of one slot to that of another.
    #[must_use]
    pub fn conversion(&self, pool: PoolId, from: usize, to: usize) -> Conversion {
        let pool = &self.pools[pool.index()];
        let (from, to) = (pool.slots[from].workload, pool.slots[to].workload);
        self.conversions.between(pool.hardware, from, to)
    }

    /// What a workload asks for.
    #[must_use]
    pub fn need(&self, workload: WorkloadId) -> Need<'_> {
        match &self.workloads[workload.index()] {
            Workload::Training(campaign) => match campaign.state() {
                State::Waiting | State::Running(_) => Need::Gang(campaign),
                State::NotSubmitted | State::Completed => Need::Nothing,
            },
            Workload::Stream(stream) => Need::Jobs(JobsNeed { stream }),
            Workload::Serving(service) => Need::Service(ServiceNeed {
                service,
                interval_s: self.interval.as_seconds(),
                forecast_per_s: self.outlooks[workload.index()].mean,
                forecast_p90_per_s: self.outlooks[workload.index()].p90,
                outlook: self.outlooks[workload.index()],
            }),
        }
    }
}

impl ServiceNeed<'_> {
    /// What the service's capacity is worth at any rate.
    #[must_use]
    pub fn worth(&self) -> Worth {
        Worth::new(self.service, self.interval_s)
    }

    /// Coefficient of variation of what comes around the forecast, by its P90; none while that is
    /// unknown.
    #[must_use]
    pub fn forecast_cv(&self) -> Option<f64> {
        self.outlook.cv()
    }

    /// Takes the service's value of today into what [`ServiceNeed::worth`] once made.
    pub fn reprice(&self, worth: &mut Worth) {
        worth.reprice(self.service);
    }

    /// Requests per second that one server of `pool` serves; none where the service may not run.
    #[must_use]
    pub fn rate_per_server(&self, pool: PoolId) -> Option<f64> {
        Some(self.service.station(pool)?.service_rate(1.0))
    }

    /// Which of the service's stations a pool's hardware makes: pools of the same number serve it
    /// alike. None where it may not run.
    #[must_use]
    pub fn station(&self, pool: PoolId) -> Option<usize> {
        self.service.station_number(pool)
    }

    /// Fewest servers of `pool` that, alone, are expected to keep the service's promise at
    /// `rate_per_s`, `near` being a guess; none where the service may not run there.
    #[must_use]
    pub fn servers_for(&self, pool: PoolId, rate_per_s: f64, near: u64) -> Option<u64> {
        self.service
            .servers_for(pool, self.interval_s, rate_per_s, near)
    }
}

impl JobsNeed<'_> {
    /// What its accelerators are worth: an hour's value each, as far as jobs run or wait.
    #[must_use]
    pub fn worth(&self) -> Curve<'static> {
        self.stream.worth()
    }

    /// Hours of its work that stopping a job is expected to undo.
    #[must_use]
    pub fn release_hours(&self) -> f64 {
        self.stream.release_hours()
    }

    /// Servers of `pool` on which jobs run now: without them, jobs are preempted.
    #[must_use]
    pub fn running(&self, pool: PoolId) -> u64 {
        self.stream.running_servers(pool)
    }

    /// Accelerators of the jobs that wait, over all pools.
    #[must_use]
    pub fn waiting_accelerators(&self) -> u64 {
        self.stream.waiting_accelerators()
    }

    /// Servers of `pool` for `accelerators` of the jobs that wait, of those at most that may run
    /// there; none where the stream may not.
    #[must_use]
    pub fn servers_for(&self, pool: PoolId, accelerators: u64) -> Option<u64> {
        self.stream.servers_for(pool, accelerators)
    }

    /// Accelerators of so many servers of `pool`.
    #[must_use]
    pub fn accelerators_of(&self, pool: PoolId, servers: u64) -> u64 {
        self.stream.accelerators_of(pool, servers)
    }
}

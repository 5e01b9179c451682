//! The loop of one replication: it pops events in order of time and phase and hands each to the
//! file that knows it.

use super::accounts::Accounts;
use super::breakage::Breakage;
use super::clairvoyant::Trace;
use super::decision::{Decider, PolicyError};
use super::event::Event;
use super::gains::Gains;
use super::interruption::Interruptions;
use super::ledger::Ledger;
use super::opening;
use super::pods::Pods;
use super::power::Throttle;
use super::prices::Prices;
use super::record::{MoveReason, Recorder};
use super::sampling::Sampling;
use super::tied::Tied;
use super::totals::Totals;
use super::traffic::Traffic;
use super::under_way::Transfers;
use crate::demand::UnknownTimeZone;
use crate::id::{PoolId, WorkloadId};
use crate::kernel::{Calendar, Grid, Instant, Streams, Ticket};
use crate::policy::Policy;
use crate::scenario::Scenario;
use crate::supply::{Conversions, Delivery, Failures, Fleet};
use crate::workload::Workload;
use crate::workload::training::Change;

/// How a replication ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ended {
    /// At the horizon, with the counted period's sums.
    Horizon(Box<Totals>),
    /// Early, because the recorder asked for it.
    Interrupted,
}

/// Why a replication failed.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A policy answered with an allocation that the fleet cannot hold.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// A time zone that the bundled database does not have; a checked scenario names none.
    #[error(transparent)]
    TimeZone(#[from] UnknownTimeZone),
}

/// One replication under way.
pub(super) struct Replication<'a> {
    pub fleet: Fleet,
    pub ledger: Ledger,
    pub pods: Pods,
    pub workloads: Vec<Workload>,
    pub calendar: Calendar<Event>,
    pub transfers: Transfers,
    pub conversions: Conversions,
    pub breakage: Breakage,
    pub tied: Tied,
    pub interruptions: Interruptions,
    pub accounts: Accounts,
    pub throttle: Throttle,
    pub recorder: &'a mut dyn Recorder,
    /// Whether rows are wanted now: in a recorded replication, after the warm-up.
    pub recording: bool,
    pub traffic: Traffic,
    pub prices: Prices,
    /// By workload: the pending completion.
    pub completions: Vec<Option<Ticket>>,
    pub deliveries: Vec<Delivery>,
    pub start: Instant,
    pub end: Instant,
    /// Start of the interval under way.
    pub interval_start: Instant,
    pub wants_detail: bool,
    /// The decision steps; none for a step of no length, which the scenario's check refuses.
    pub steps: Option<Grid>,
    decider: Decider,
    pub sampling: Sampling,
    /// Moves whose rows wait for what comes of them.
    pub gains: Gains,
    /// By workload and pool: servers that a service had ready in the interval that ends, on average.
    pub ready: Vec<Vec<f64>>,
    /// Scratch space of a service's step: server-hours at work by pool.
    pub busy: Vec<(PoolId, f64)>,
    pub services: Vec<WorkloadId>,
    pub campaigns: Vec<WorkloadId>,
    /// Campaigns whose gangs may change their size.
    pub elastic: Vec<WorkloadId>,
    /// Streams of jobs.
    pub streams: Vec<WorkloadId>,
    /// Whether a stream or an elastic campaign may have to be settled.
    pub unsettled: bool,
    /// Scratch space: what jobs did.
    pub changes: Vec<Change>,
    /// What it meets, where a bound is wanted.
    pub trace: Option<Box<Trace>>,
}

/// Simulates one replication of a checked scenario under `policy`, telling `recorder`.
///
/// # Errors
/// When the policy's answer does not fit the fleet.
pub fn simulate(
    scenario: &Scenario,
    replication: u32,
    policy: &mut dyn Policy,
    recorder: &mut dyn Recorder,
) -> Result<Ended, RunError> {
    Replication::new(scenario, replication, recorder)?.run(policy)
}

/// The same, and in the totals what nobody could have beaten. The scenario is one that
/// [`can_bound`](super::can_bound) has passed.
///
/// # Errors
/// When the policy's answer does not fit the fleet.
pub fn simulate_with_bound(
    scenario: &Scenario,
    replication: u32,
    policy: &mut dyn Policy,
    recorder: &mut dyn Recorder,
) -> Result<Ended, RunError> {
    let mut replication = Replication::new(scenario, replication, recorder)?;
    replication.begin_trace();
    replication.run(policy)
}

impl<'a> Replication<'a> {
    fn new(
        scenario: &'a Scenario,
        replication: u32,
        recorder: &'a mut dyn Recorder,
    ) -> Result<Self, RunError> {
        let streams = Streams::new(scenario.run.seed, replication);
        let fleet = Fleet::new(scenario);
        let start = scenario.run.start;
        let opens = start - scenario.run.warm_up;
        let end = start + scenario.run.horizon;
        let ledger = opening::ledger(scenario, &fleet, opens);
        let deliveries = Delivery::draw(scenario, &streams);
        let failures = Failures::new(scenario, &streams);
        let workloads = opening::workloads(scenario, &streams, opens)?;
        let traffic = Traffic::new(scenario, &streams, opens)?;
        let prices = Prices::new(scenario, &streams, opens)?;
        let wants_detail = recorder.wants_detail();
        Ok(Self {
            pods: Pods::new(scenario, &fleet, &streams),
            transfers: Transfers::new(&ledger),
            conversions: Conversions::new(scenario),
            breakage: Breakage::new(failures, &ledger),
            tied: Tied::new(scenario, &ledger),
            interruptions: Interruptions::new(scenario, &streams, &ledger),
            accounts: Accounts::new(scenario, &fleet, &ledger, &workloads, opens),
            throttle: Throttle::new(&fleet, workloads.len()),
            decider: Decider::new(scenario, &fleet, &ledger),
            sampling: Sampling::new(scenario),
            gains: Gains::default(),
            ready: vec![vec![0.0; scenario.pool.len()]; workloads.len()],
            busy: Vec::new(),
            services: those(&workloads, |each| matches!(each, Workload::Serving(_))),
            campaigns: those(&workloads, |each| matches!(each, Workload::Training(_))),
            elastic: those(&workloads, is_elastic),
            streams: those(&workloads, |each| matches!(each, Workload::Stream(_))),
            unsettled: true,
            changes: Vec::new(),
            trace: None,
            calendar: Calendar::with_capacity(opens, 64),
            completions: vec![None; workloads.len()],
            recording: false,
            steps: Grid::new(start, scenario.run.step),
            interval_start: opens,
            fleet,
            ledger,
            workloads,
            recorder,
            traffic,
            prices,
            deliveries,
            start,
            end,
            wants_detail,
        })
    }

    fn run(mut self, policy: &mut dyn Policy) -> Result<Ended, RunError> {
        self.schedule_the_known();
        while let Some((now, event)) = self.calendar.pop() {
            match event {
                Event::Opens => self.open_books(now),
                Event::OrderPlaced(order) => self.place_order(order),
                Event::Delivered(order) => self.deliver(order, now),
                Event::FailureHour => self.failure_hour(now),
                Event::GangServerFails(pool, slot) => self.fail_gang_server(pool, slot, now),
                Event::OtherServersFail(pool) => self.fail_other_servers(pool, now),
                Event::TransferDue(transfer) => self.transfer_due(transfer, now),
                Event::Submitted(workload) => self.submit(workload, now),
                Event::Completed(workload) => self.complete(workload, now),
                Event::JobArrives(workload) => self.job_arrives(workload),
                Event::JobCompletes(workload, job) => self.job_completes(workload, job, now),
                Event::MaintenanceBegins(index, start) => self.begin_maintenance(index, start, now),
                Event::MaintenanceEnds(index) => self.end_maintenance(index, now),
                Event::OutageBegins(index, start) => self.begin_outage(index, start, now),
                Event::OutageEnds(index) => self.end_outage(index, now),
                Event::Wake(reason) => self.decide(policy, reason, now)?,
                Event::IntervalEnds => {
                    if self.recorder.interrupted() {
                        return Ok(Ended::Interrupted);
                    }
                    self.close_interval(now);
                    if now >= self.end {
                        break;
                    }
                    self.open_interval(now);
                    if self.is_step(now) {
                        // In the warm-up nobody asks; how forecasts turn out is learnt all the same.
                        self.traffic.forecast(now, self.next_step(now));
                        if now < self.start {
                            self.restore_tied(MoveReason::Decision, now);
                        } else {
                            self.decide(policy, MoveReason::Decision, now)?;
                        }
                    }
                }
            }
            self.trace_event(&event, now);
            if self.unsettled {
                self.settle_elastic(now);
                self.settle_streams(now);
            }
            debug_assert!(self.ledger.is_conserved(now), "after {event:?} at {now:?}");
            debug_assert!(self.are_pods_right(), "after {event:?} at {now:?}");
        }
        Ok(Ended::Horizon(Box::new(self.finish())))
    }

    fn decide(
        &mut self,
        policy: &mut dyn Policy,
        reason: MoveReason,
        now: Instant,
    ) -> Result<(), RunError> {
        self.settle_gains(now);
        self.restore_tied(reason, now);
        self.ask_of_gains(None, now);
        let mut decider = std::mem::take(&mut self.decider);
        let decided = decider.decide(self, policy, now);
        if decided.is_ok() {
            for index in 0..self.fleet.pools.len() {
                let pool = PoolId::new(index);
                self.place(pool, decider.standing(pool), decider.gangs(pool), now);
            }
            for index in 0..self.fleet.pools.len() {
                let pool = PoolId::new(index);
                self.carry_out(pool, decider.resized(pool), reason, now);
            }
            self.ask_of_gains(Some(&*policy), now);
            self.start_waiting(now);
            self.unsettled |= !self.elastic.is_empty();
        }
        self.decider = decider;
        Ok(decided?)
    }

    fn finish(mut self) -> Totals {
        let now = self.end;
        self.record_jobs(now);
        self.tell_moves(now);
        let accounts = &mut self.accounts;
        let mut totals = accounts.totals(&self.ledger, &self.fleet, &self.workloads, now);
        totals.yardsticks = self.yardsticks();
        totals
    }
}

/// The workloads that are such.
fn those(workloads: &[Workload], are_such: impl Fn(&Workload) -> bool) -> Vec<WorkloadId> {
    let numbered = workloads.iter().enumerate();
    let such = numbered.filter(|(_, workload)| are_such(workload));
    such.map(|(index, _)| WorkloadId::new(index)).collect()
}

/// Whether a workload is a campaign whose gang may change its size.
fn is_elastic(workload: &Workload) -> bool {
    matches!(workload, Workload::Training(campaign) if campaign.is_elastic())
}

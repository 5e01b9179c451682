//! What a replication met, whoever decided: its demand, its jobs and its supply, interval by
//! interval, noted while it is simulated.
//!
//! A failure strikes a gang at an instant of its own and everybody else in the middle of the hour,
//! so when in its hour a server breaks depends on who holds it. That it breaks in this hour does
//! not. Servers therefore count as up until the hour of their failure is over where that makes the
//! bound larger (what could be used), and as down from its beginning where that does (what draws
//! power).

use super::super::event::Event;
use super::super::ledger::{Account, PoolLedger};
use super::super::replication::Replication;
use crate::id::{PoolId, WorkloadId};
use crate::kernel::Instant;
use crate::workload::Workload;

/// What one replication met.
#[derive(Debug)]
pub struct Trace {
    supply: Vec<Supply>,
    /// When the counted period began, and what training there was to do then.
    pub opened: Opening,
    pub intervals: Vec<Interval>,
}

/// What training there was to do when the counted period began.
#[derive(Debug, Default)]
pub struct Opening {
    /// By workload: the share of its work that a campaign had still to do, the accelerator-hours
    /// that a stream's jobs had; 0 for services.
    pub to_do: Vec<f64>,
    /// By workload: accelerator-hours of a stream's jobs that had arrived.
    pub arrived: Vec<f64>,
    /// What completing campaigns could at most earn for the work done before.
    pub banked: f64,
}

/// One interval of the counted period.
#[derive(Debug)]
pub struct Interval {
    pub from: Instant,
    pub until: Instant,
    /// By pool: servers that could be used, on average.
    pub servers: Vec<f64>,
    /// By pool: servers that drew power whatever was done, on average.
    pub drawing: Vec<f64>,
    /// By workload.
    pub asked: Vec<Asked>,
}

/// What came in an interval.
#[derive(Clone, Copy, Debug)]
pub enum Asked {
    /// Nothing: a campaign's work is there from the beginning.
    Nothing,
    /// Requests of a service, at what their answers were worth.
    Requests { rate_per_s: f64, price: f64 },
    /// Jobs of a stream: accelerator-hours of all that have arrived so far.
    Work(f64),
}

/// One pool's servers.
#[derive(Clone, Copy, Debug)]
struct Supply {
    spares: u64,
    /// Broken, when it was last looked at.
    failed: u64,
    /// Of those, broken in this hour of failures.
    lately: u64,
    /// Failures of this hour in all.
    struck: u64,
    usable: u64,
    drawing: u64,
    since: Instant,
    /// Server-hours of both since the interval began.
    usable_hours: f64,
    drawing_hours: f64,
}

impl Supply {
    /// Sums up to `now`.
    fn count(&mut self, now: Instant) {
        let hours = (now - self.since).as_hours();
        self.usable_hours += self.usable as f64 * hours;
        self.drawing_hours += self.drawing as f64 * hours;
        self.since = now;
    }

    /// Counts anew what there is.
    fn look(&mut self, pool: &PoolLedger) {
        self.failed = pool.servers(Account::Failed);
        let broken = self.failed.saturating_sub(self.lately);
        let there = pool.installed() - pool.servers(Account::Maintenance);
        self.usable = there.saturating_sub(broken.max(self.spares));
        self.drawing = there.saturating_sub(broken + self.struck);
    }

    /// The mean of both since the interval began, which it ends.
    fn mean(&mut self, hours: f64) -> (f64, f64) {
        let means = (self.usable_hours / hours, self.drawing_hours / hours);
        (self.usable_hours, self.drawing_hours) = (0.0, 0.0);
        means
    }
}

impl Replication<'_> {
    /// Begins to note what this replication meets.
    pub fn begin_trace(&mut self) {
        let opens = self.interval_start;
        let pools = self.fleet.pools.iter().zip(self.ledger.pools());
        let supply = |(facts, (_, pool)): (&crate::supply::Pool, (PoolId, &PoolLedger))| {
            let mut supply = Supply {
                spares: facts.spare_servers,
                failed: 0,
                lately: 0,
                struck: 0,
                usable: 0,
                drawing: 0,
                since: opens,
                usable_hours: 0.0,
                drawing_hours: 0.0,
            };
            supply.look(pool);
            supply
        };
        self.trace = Some(Box::new(Trace {
            supply: pools.map(supply).collect(),
            opened: Opening::default(),
            intervals: Vec::new(),
        }));
    }

    /// So many servers of a pool will have failed when this hour is over.
    pub fn trace_failures(&mut self, pool: PoolId, failures: u64) {
        if let Some(trace) = &mut self.trace {
            trace.supply[pool.index()].struck = failures;
        }
    }

    /// Notes what an event has done to the supply.
    pub fn trace_event(&mut self, event: &Event, now: Instant) {
        let Some(trace) = &mut self.trace else {
            return;
        };
        let struck = match event {
            Event::GangServerFails(pool, _) | Event::OtherServersFail(pool) => Some(*pool),
            Event::FailureHour
            | Event::Delivered(_)
            | Event::MaintenanceBegins(..)
            | Event::MaintenanceEnds(_)
            | Event::OutageBegins(..)
            | Event::OutageEnds(_) => None,
            _ => return,
        };
        for ((id, pool), supply) in self.ledger.pools().zip(&mut trace.supply) {
            supply.count(now);
            if matches!(event, Event::FailureHour) {
                supply.lately = 0;
            }
            if struck == Some(id) {
                let failed = pool.servers(Account::Failed);
                supply.lately += failed.saturating_sub(supply.failed);
            }
            supply.look(pool);
        }
    }

    /// The counted period begins.
    pub fn trace_opening(&mut self, now: Instant) {
        let Some(trace) = &mut self.trace else {
            return;
        };
        for supply in &mut trace.supply {
            supply.count(now);
            supply.mean(1.0);
        }
        let mut banked = 0.0;
        let to_do = self.workloads.iter().map(|workload| match workload {
            Workload::Training(campaign) => {
                banked += campaign.banked(now);
                campaign.still_to_do(now)
            }
            Workload::Stream(stream) => stream.admitted() - stream.sums(now).useful,
            Workload::Serving(_) => 0.0,
        });
        let to_do = to_do.collect();
        let arrived = self.workloads.iter().map(|workload| match workload {
            Workload::Stream(stream) => stream.admitted(),
            Workload::Training(_) | Workload::Serving(_) => 0.0,
        });
        let arrived = arrived.collect();
        trace.opened = Opening {
            to_do,
            arrived,
            banked,
        };
    }

    /// Notes what the interval that ends now met.
    pub fn trace_interval(&mut self, now: Instant) {
        let Some(trace) = &mut self.trace else {
            return;
        };
        if now <= self.interval_start || self.interval_start < self.start {
            return;
        }
        let hours = (now - self.interval_start).as_hours();
        let means = trace.supply.iter_mut().map(|supply| {
            supply.count(now);
            supply.mean(hours)
        });
        let (servers, drawing) = means.unzip();
        let (traffic, workloads) = (&self.traffic, self.workloads.iter().enumerate());
        let asked = |(index, workload): (usize, &Workload)| match workload {
            Workload::Training(_) => Asked::Nothing,
            Workload::Stream(stream) => Asked::Work(stream.admitted()),
            Workload::Serving(service) => Asked::Requests {
                rate_per_s: traffic.rate_per_s(WorkloadId::new(index)).unwrap_or(0.0),
                price: service.price(),
            },
        };
        trace.intervals.push(Interval {
            from: self.interval_start,
            until: now,
            servers,
            drawing,
            asked: workloads.map(asked).collect(),
        });
    }
}

//! Power: what the pools draw, and what happens when a site would draw more than it may.
//!
//! A decision reckons with a planning activity; services may come to work harder than that. At the
//! end of every interval of an hour at most, a site that would have exceeded its cap is found to
//! have worked slower: at one common speed, the highest at which the draw stays within the cap.
//! Services have had so much less capacity, gangs have stood still for the rest of the time. Idle
//! draw cannot be throttled, nor a gang that stopped or completed within the interval; a site whose
//! idle draw alone exceeds the cap stands still. What a service shifts to its pools on another site
//! is throttled there in the next interval.

use super::accounts::Accounts;
use super::event::{Event, WORKLOAD};
use super::ledger::{Account, PoolLedger};
use super::replication::Replication;
use crate::id::{PoolId, SiteId, WorkloadId};
use crate::kernel::{Instant, Span};
use crate::supply::Fleet;
use crate::workload::Workload;
use crate::workload::training::State;

/// What one slot would draw in the interval under way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Draw {
    /// Energy of a server-hour at work, PUE included, in kWh.
    kwh_per_hour: f64,
    /// Server-hours of work at hand.
    work: f64,
    /// Server-hours that could work at full speed.
    able: f64,
    accelerators_per_server: f64,
}

impl Draw {
    /// Server-hours at work at this speed.
    fn busy(&self, speed: f64) -> f64 {
        self.work.min(speed * self.able)
    }
}

/// The speed of the sites' accelerators.
#[derive(Debug)]
pub(super) struct Throttle {
    /// By site: speed in the interval under way, 1 being full.
    speed: Vec<f64>,
    /// By workload: share of a service's ready servers that would be at work at full speed.
    utilisation: Vec<f64>,
    /// Scratch space.
    draws: Vec<Draw>,
}

impl Throttle {
    pub fn new(fleet: &Fleet, workloads: usize) -> Self {
        Self {
            speed: vec![1.0; fleet.sites.len()],
            utilisation: vec![0.0; workloads],
            draws: Vec::new(),
        }
    }

    /// The speed at which a site's accelerators worked.
    pub fn speed(&self, site: SiteId) -> f64 {
        self.speed[site.index()]
    }

    /// The highest speed at which the draws use at most `left_kwh`, to 40 binary digits.
    fn fit(&self, left_kwh: f64) -> f64 {
        let fits = |speed: f64| {
            let draws = self.draws.iter();
            let kwh: f64 = draws.map(|draw| draw.kwh_per_hour * draw.busy(speed)).sum();
            kwh <= left_kwh
        };
        if fits(1.0) {
            return 1.0;
        }
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..40 {
            let middle = f64::midpoint(low, high);
            if fits(middle) {
                low = middle;
            } else {
                high = middle;
            }
        }
        low
    }
}

impl Replication<'_> {
    /// Finds how fast every site worked in the interval that ends now, and holds its gangs back.
    pub(super) fn throttle(&mut self, now: Instant) {
        let length = now - self.interval_start;
        let mut is_utilisation_known = false;
        for index in 0..self.fleet.sites.len() {
            if self.carries_all(index) {
                self.throttle.speed[index] = 1.0;
                continue;
            }
            if !is_utilisation_known {
                self.find_utilisation(length);
                is_utilisation_known = true;
            }
            if self.carries_services(index) {
                self.throttle.speed[index] = 1.0;
                continue;
            }
            let cap_watts = self.fleet.sites[index].power_cap_watts;
            let site = SiteId::new(index);
            self.throttle.draws.clear();
            let mut left_kwh = cap_watts / 1000.0 * length.as_hours();
            for index in 0..self.fleet.pools.len() {
                if self.fleet.pools[index].site == site {
                    let pool = PoolId::new(index);
                    let (accounts, ledger) = (&self.accounts, self.ledger.pool(pool));
                    left_kwh -= accounts.drawn_since(&self.fleet, pool, ledger, now);
                    self.add_draws(pool, length, now);
                }
            }
            let speed = self.throttle.fit(left_kwh);
            self.throttle.speed[index] = speed;
            if speed < 1.0 {
                let draws = self.throttle.draws.iter();
                let held_back = draws
                    .map(|draw| (draw.busy(1.0) - draw.busy(speed)) * draw.accelerators_per_server);
                self.accounts.throttle(site, held_back.sum());
                self.hold_back_gangs(site, speed, now);
            }
        }
    }

    /// Whether a site could power all its servers at full activity.
    fn carries_all(&self, site: usize) -> bool {
        let facts = &self.fleet.sites[site];
        if facts.power_cap_watts.is_infinite() {
            return true;
        }
        let pools = self.fleet.pools.iter().zip(self.ledger.pools());
        let here = pools.filter(|(pool, _)| pool.site.index() == site);
        let most_watts = here.map(|(pool, (_, ledger))| {
            ledger.installed() as f64 * (pool.idle_watts_per_server + pool.active_watts_per_server)
        });
        facts.pue * most_watts.sum::<f64>() <= facts.power_cap_watts
    }

    /// Whether a site could power what its services have at work, and training on all its other servers.
    fn carries_services(&self, site: usize) -> bool {
        let facts = &self.fleet.sites[site];
        let pools = self.fleet.pools.iter().zip(self.ledger.pools());
        let here = pools.filter(|(pool, _)| pool.site.index() == site);
        let most_watts = here.map(|(pool, (id, ledger))| {
            let (mut others, mut work) = (ledger.installed() as f64, 0.0);
            let watts = others * pool.idle_watts_per_server;
            for service in &self.services {
                let ready = self.ready[service.index()][id.index()];
                work += ready * self.throttle.utilisation[service.index()];
                others -= ready;
            }
            work += others.max(0.0) * facts.planning_activity.training;
            watts + work * pool.active_watts_per_server
        });
        facts.pue * most_watts.sum::<f64>() <= facts.power_cap_watts
    }

    fn find_utilisation(&mut self, length: Span) {
        for &workload in &self.services {
            let index = workload.index();
            let (Some(rate_per_s), Workload::Serving(service)) =
                (self.traffic.rate_per_s(workload), &self.workloads[index])
            else {
                continue;
            };
            let servers = &self.ready[index];
            self.throttle.utilisation[index] =
                service.utilisation(length.as_seconds(), rate_per_s, servers);
        }
    }

    /// Notes what everybody in a pool would draw at full speed.
    fn add_draws(&mut self, pool: PoolId, length: Span, now: Instant) {
        let facts = &self.fleet.pools[pool.index()];
        let site = &self.fleet.sites[facts.site.index()];
        let kwh_per_hour = site.pue * facts.active_watts_per_server / 1000.0;
        let accelerators_per_server = f64::from(facts.accelerators_per_server);
        for &workload in self.ledger.pool(pool).holders() {
            let draw = match &self.workloads[workload.index()] {
                Workload::Training(campaign) => {
                    let runs_here =
                        matches!(campaign.state(), State::Running(place) if place == pool);
                    if !runs_here {
                        continue;
                    }
                    let executed = self.accounts.unbooked(workload, campaign.executed(now));
                    let hours = executed / accelerators_per_server;
                    Draw {
                        kwh_per_hour: kwh_per_hour * site.planning_activity.training,
                        work: hours,
                        able: hours,
                        accelerators_per_server,
                    }
                }
                Workload::Stream(stream) => {
                    let hours = stream.unbooked(pool, now);
                    Draw {
                        kwh_per_hour: kwh_per_hour * site.planning_activity.training,
                        work: hours,
                        able: hours,
                        accelerators_per_server,
                    }
                }
                Workload::Serving(_) => {
                    let ready = self.ready[workload.index()][pool.index()];
                    let able = ready * length.as_hours();
                    Draw {
                        kwh_per_hour,
                        work: able * self.throttle.utilisation[workload.index()],
                        able,
                        accelerators_per_server,
                    }
                }
            };
            self.throttle.draws.push(draw);
        }
    }

    /// The gangs of a site stood still for a part of the interval that ends now.
    fn hold_back_gangs(&mut self, site: SiteId, speed: f64, now: Instant) {
        self.hold_back_jobs(site, speed, now);
        for index in 0..self.workloads.len() {
            let Workload::Training(campaign) = &mut self.workloads[index] else {
                continue;
            };
            let State::Running(pool) = campaign.state() else {
                continue;
            };
            if self.fleet.pools[pool.index()].site != site {
                continue;
            }
            let completion = campaign.hold_back(1.0 - speed, self.interval_start, now);
            let workload = WorkloadId::new(index);
            if let Some(ticket) = self.completions[index].take() {
                self.calendar.cancel(ticket);
            }
            self.completions[index] =
                completion
                    .filter(|&completion| completion <= self.end)
                    .map(|completion| {
                        let event = Event::Completed(workload);
                        self.calendar.schedule(completion, WORKLOAD, event)
                    });
        }
    }
}

impl Accounts {
    /// Energy that a pool drew from the grid since the replication opened, in kWh: idle power of
    /// everything that is up, active power of what is at work, times PUE. A gang draws what
    /// planning reckons with for training; a service's servers draw in proportion to their load.
    pub fn energy_kwh(&self, fleet: &Fleet, id: PoolId, pool: &PoolLedger, now: Instant) -> f64 {
        let facts = &fleet.pools[id.index()];
        let site = &fleet.sites[facts.site.index()];
        let down =
            pool.server_hours(Account::Failed, now) + pool.server_hours(Account::Maintenance, now);
        let up = pool.installed_hours(now) - down;
        let active = self.active_hours(id);
        let watt_hours = up * facts.idle_watts_per_server + active * facts.active_watts_per_server;
        site.pue * watt_hours / 1000.0
    }
}

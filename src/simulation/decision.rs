//! Shows the policy the view of the moment and checks its answer. The buffers live as long as the
//! replication, so that a decision allocates nothing.

use super::event::LONGEST_INTERVAL;
use super::ledger::{Account, Ledger};
use super::placing::same_parts;
use super::replication::Replication;
use crate::id::PoolId;
use crate::kernel::Instant;
use crate::policy::{Allocation, Policy, PoolView, SlotView, View};
use crate::scenario::{Kind, Part, Scenario};
use crate::supply::Fleet;
use crate::workload::training::{Campaign, State};

/// A policy's answer that the fleet cannot hold: a fault of the policy, not of the scenario.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// More than there is.
    #[error("the policy gave {given} servers of pool number {pool}, which offers {offered}")]
    TooMuch {
        /// `PoolId` as a number.
        pool: usize,
        /// Servers given in all.
        given: u64,
        /// Servers that could be given.
        offered: u64,
    },
    /// Less than what cannot be withdrawn.
    #[error(
        "the policy left {given} servers of pool number {pool} to slot {slot}, which keeps {least}"
    )]
    TooLittle {
        /// `PoolId` as a number.
        pool: usize,
        /// Slot of the pool.
        slot: usize,
        /// Servers given.
        given: u64,
        /// Servers that could not be withdrawn.
        least: u64,
    },
    /// A gang where it cannot be.
    #[error(
        "the policy placed the gang of slot {slot} in pod {pod} of pool number {pool}, which cannot be"
    )]
    Misplaced {
        /// `PoolId` as a number.
        pool: usize,
        /// Slot of the pool.
        slot: usize,
        /// Pod of the pool.
        pod: usize,
    },
}

/// A slot that shall hold more or fewer servers than before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Resized {
    pub slot: usize,
    pub held: u64,
    pub target: u64,
}

/// The buffers of a decision.
#[derive(Debug, Default)]
pub(super) struct Decider {
    pools: Vec<PoolView>,
    active_watts: Vec<f64>,
    companion_vcpu: Vec<f64>,
    allocation: Allocation,
    /// By pool.
    resized: Vec<Vec<Resized>>,
}

impl Decider {
    pub fn new(scenario: &Scenario, fleet: &Fleet, ledger: &Ledger) -> Self {
        let kinds: Vec<Kind> = scenario.workloads().map(|(_, kind)| kind).collect();
        let vcpu: Vec<f64> = scenario
            .workloads()
            .map(|(name, _)| {
                let service = scenario.ranking.get(name);
                let companion = service.and_then(|service| service.companion);
                companion.map_or(0.0, |companion| companion.vcpu)
            })
            .collect();
        let view = |(id, pool): (PoolId, &super::ledger::PoolLedger)| {
            let facts = &fleet.pools[id.index()];
            let activity = &fleet.sites[facts.site.index()].planning_activity;
            let slot = |&workload: &crate::id::WorkloadId| SlotView {
                workload,
                held: 0,
                least: 0,
                planning_watts: facts.active_watts_per_server
                    * activity.of(kinds[workload.index()]),
                companion_vcpu: vcpu[workload.index()] * f64::from(facts.accelerators_per_server),
            };
            PoolView {
                hardware: facts.hardware,
                site: facts.site,
                accelerators_per_server: facts.accelerators_per_server,
                installed: 0,
                offered: 0,
                spares: 0,
                pods: Vec::new(),
                gangs: Vec::new(),
                slots: pool.holders().iter().map(slot).collect(),
            }
        };
        let pools: Vec<_> = ledger.pools().map(view).collect();
        Self {
            allocation: Allocation::new(pools.iter().map(|pool| pool.slots.len())),
            active_watts: vec![0.0; fleet.sites.len()],
            companion_vcpu: fleet.sites.iter().map(|site| site.companion_vcpu).collect(),
            resized: vec![Vec::new(); pools.len()],
            pools,
        }
    }

    /// The slots of a pool that the last decision resizes, rising.
    pub fn resized(&self, pool: PoolId) -> &[Resized] {
        &self.resized[pool.index()]
    }

    /// Where the gangs of a pool stood before it.
    pub fn standing(&self, pool: PoolId) -> &[Part] {
        &self.pools[pool.index()].gangs
    }

    /// Where the gangs of a pool shall stand, by the last decision.
    pub fn gangs(&self, pool: PoolId) -> &[Part] {
        self.allocation.gangs(pool)
    }

    /// Asks the policy.
    pub fn decide(
        &mut self,
        replication: &Replication<'_>,
        policy: &mut dyn Policy,
        now: Instant,
    ) -> Result<(), PolicyError> {
        self.look(replication);
        let view = View {
            now,
            interval: LONGEST_INTERVAL.min(replication.next_step(now) - now),
            step: replication.step(),
            pools: &self.pools,
            active_watts: &self.active_watts,
            companion_vcpu: &self.companion_vcpu,
            conversions: &replication.conversions,
            workloads: &replication.workloads,
            outlooks: replication.traffic.outlooks(),
        };
        for (index, pool) in self.pools.iter().enumerate() {
            let id = PoolId::new(index);
            let targets = self.allocation.pool_mut(id);
            for (target, slot) in targets.iter_mut().zip(&pool.slots) {
                *target = slot.held;
            }
            let gangs = self.allocation.gangs_mut(id);
            gangs.clear();
            gangs.extend_from_slice(&pool.gangs);
        }
        policy.decide(&view, &mut self.allocation);
        self.check()?;
        self.check_places(replication)
    }

    fn look(&mut self, replication: &Replication<'_>) {
        let fleet = &replication.fleet;
        for (watts, site) in self.active_watts.iter_mut().zip(&fleet.sites) {
            *watts = site.power_cap_watts / site.pue;
        }
        for (index, view) in self.pools.iter_mut().enumerate() {
            let pool = PoolId::new(index);
            let ledger = replication.ledger.pool(pool);
            let facts = &fleet.pools[index];
            let failed = ledger.servers(Account::Failed);
            let maintained = ledger.servers(Account::Maintenance);
            let down =
                maintained + failed.max(facts.spare_servers) + replication.transfers.to_idle(pool);
            let pods = replication.pods.pool(pool);
            view.pods.clear();
            view.pods.extend(pods.up());
            view.gangs.clear();
            view.gangs.extend_from_slice(pods.gangs());
            view.installed = ledger.installed();
            view.offered = view.installed.saturating_sub(down);
            view.spares = facts.spare_servers.saturating_sub(failed);
            let powered = (view.installed - failed - maintained) as f64;
            self.active_watts[facts.site.index()] -= powered * facts.idle_watts_per_server;
            let facts = ledger.allocated().zip(replication.tied.fixed(pool));
            let any_under_way = replication.transfers.any(pool);
            for (index, (slot, (ready, &fixed))) in view.slots.iter_mut().zip(facts).enumerate() {
                let under_way = if any_under_way {
                    replication.under_way_to(pool, index)
                } else {
                    0
                };
                slot.held = ready + under_way;
                slot.least = fixed.min(slot.held).max(under_way);
            }
        }
    }

    /// Completes where gangs shall stand, and checks that each is whole there and fits its pods.
    fn check_places(&mut self, replication: &Replication<'_>) -> Result<(), PolicyError> {
        for (index, pool) in self.pools.iter().enumerate() {
            let id = PoolId::new(index);
            let campaign = |slot| Some(replication.campaign_in(id, slot)?.1);
            // Before its submission a campaign keeps no place: no policy would see it.
            let asks = |of: &&Campaign| matches!(of.state(), State::Waiting | State::Running(_));
            let fewest = |slot| campaign(slot).filter(asks)?.least_servers(id);
            self.allocation.complete_gangs(id, &pool.gangs, fewest);
            let gangs = self.allocation.gangs(id);
            if gangs == pool.gangs {
                // What stands is right as it is.
                continue;
            }
            let targets = self.allocation.pool(id);
            let same = same_parts(gangs, &pool.gangs);
            let loses_part = |slot| pool.gangs[same..].iter().any(|part| part.slot == slot);
            let servers = |of: &dyn Fn(&Part) -> bool| -> u64 {
                let parts = gangs.iter().filter(|part| of(part));
                parts.fold(0, |sum, part| sum.saturating_add(part.servers))
            };
            for (number, &Part { slot, pod, .. }) in gangs.iter().enumerate() {
                if number < same && targets[slot] >= pool.slots[slot].held && !loses_part(slot) {
                    // It stands as it did; a part that is new to it is checked with all of them.
                    continue;
                }
                let up = pool.pods.get(pod).copied().unwrap_or(0);
                let fits = servers(&|part| part.pod == pod) <= up;
                let parts = || gangs.iter().filter(|part| part.slot == slot);
                let once = parts().filter(|part| part.pod == pod).count() == 1;
                let gang = servers(&|part| part.slot == slot);
                let stands = campaign(slot)
                    .is_some_and(|campaign| campaign.stands(id, gang, parts().count()));
                if !(fits && once && stands && gang <= targets[slot]) {
                    let pool = index;
                    return Err(PolicyError::Misplaced { pool, slot, pod });
                }
            }
        }
        Ok(())
    }

    /// Checks that nobody gets less than what cannot be withdrawn, nor all together more than there
    /// is, and notes who is resized.
    fn check(&mut self) -> Result<(), PolicyError> {
        for (index, (pool, resized)) in self.pools.iter().zip(&mut self.resized).enumerate() {
            let targets = self.allocation.pool(PoolId::new(index));
            let mut given: u64 = 0;
            resized.clear();
            for (slot, (&target, view)) in targets.iter().zip(&pool.slots).enumerate() {
                given = given.saturating_add(target);
                if target < view.least {
                    return Err(PolicyError::TooLittle {
                        pool: index,
                        slot,
                        given: target,
                        least: view.least,
                    });
                }
                let held = view.held;
                if target != held {
                    resized.push(Resized { slot, held, target });
                }
            }
            if given > pool.offered {
                return Err(PolicyError::TooMuch {
                    pool: index,
                    given,
                    offered: pool.offered,
                });
            }
        }
        Ok(())
    }
}

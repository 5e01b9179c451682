//! A slow and obvious `priority`: it hands out one server at a time, and before each looks again at
//! all that is given whether there is one and whether its site can carry it. Other policies hand out
//! by its hand.

use flexcap::id::{PoolId, WorkloadId};
use flexcap::policy::{Allocation, JobsNeed, Need, PoolView, View};
use flexcap::scenario::{Part, Within};
use flexcap::workload::training::{Campaign, State};

/// The pools that a workload may use, each with its slot there, in scenario order.
pub fn places(view: &View<'_>, workload: WorkloadId) -> impl Iterator<Item = (PoolId, usize)> {
    let slot = move |(index, pool): (usize, &PoolView)| {
        let slot = pool
            .slots
            .iter()
            .position(|slot| slot.workload == workload)?;
        Some((PoolId::new(index), slot))
    };
    view.pools.iter().enumerate().filter_map(slot)
}

/// The slow and obvious allocator.
pub struct Slow<'a, 'v> {
    pub view: &'a View<'v>,
    pub given: Allocation,
}

impl<'a, 'v> Slow<'a, 'v> {
    pub fn new(view: &'a View<'v>) -> Self {
        let mut given = Allocation::new(view.pools.iter().map(|pool| pool.slots.len()));
        for (index, pool) in view.pools.iter().enumerate() {
            let targets = given.pool_mut(PoolId::new(index)).iter_mut();
            targets
                .zip(&pool.slots)
                .for_each(|(target, slot)| *target = slot.least);
        }
        Self { view, given }
    }

    /// One more server, if there is one and its site can carry it.
    pub fn one_more(&mut self, pool: PoolId, slot: usize) -> bool {
        let site = self.view.pools[pool.index()].site;
        self.given.pool_mut(pool)[slot] += 1;
        let (mut drawn, mut vcpu) = (0.0, 0.0);
        for (index, other) in self.view.pools.iter().enumerate() {
            if other.site != site {
                continue;
            }
            for (slot, held) in other.slots.iter().zip(self.given.pool(PoolId::new(index))) {
                drawn += slot.planning_watts * *held as f64;
                vcpu += slot.companion_vcpu * *held as f64;
            }
        }
        let there = self.given.pool(pool).iter().sum::<u64>();
        let fits = there <= self.view.pools[pool.index()].offered;
        let carried = drawn <= self.view.active_watts[site.index()]
            && vcpu <= self.view.companion_vcpu[site.index()];
        if fits && carried {
            return true;
        }
        self.given.pool_mut(pool)[slot] -= 1;
        false
    }

    /// Finds a place for a gang, looking again at all gangs before each pod: its own place, one that
    /// displaces nobody, one from which the last of `later` are displaced, as few as possible.
    pub fn stand(
        &mut self,
        pool: PoolId,
        slot: usize,
        of: &Campaign,
        later: &[WorkloadId],
    ) -> bool {
        let view = &self.view.pools[pool.index()];
        let gang = of.gang_servers(pool).expect("it may run there");
        let sum = |parts: &[Part], pod: usize| -> u64 {
            let here = parts.iter().filter(|part| part.pod == pod);
            here.map(|part| part.servers).sum()
        };
        // Those who cannot be displaced, whoever's turn it is.
        let campaign = |slot: usize| match self.view.need(view.slots[slot].workload) {
            Need::Gang(campaign) => Some(campaign),
            _ => None,
        };
        let least = |slot: usize| view.slots[slot].least;
        let fixed = |slot: usize| {
            campaign(slot).is_some_and(|of| Some(least(slot)) >= of.gang_servers(pool))
        };
        let placed = |slot: usize| self.given.gangs(pool).iter().any(|part| part.slot == slot);
        let mut taken = self.given.gangs(pool).to_vec();
        taken.extend(
            view.gangs
                .iter()
                .filter(|part| fixed(part.slot) && !placed(part.slot)),
        );
        let own: Vec<Part> = view
            .gangs
            .iter()
            .filter(|part| part.slot == slot)
            .copied()
            .collect();
        if !own.is_empty()
            && (fixed(slot)
                || own
                    .iter()
                    .all(|part| sum(&taken, part.pod) + part.servers <= view.pods[part.pod]))
        {
            self.given.gangs_mut(pool).extend(own);
            return true;
        }
        for kept in (0..=later.len()).rev() {
            let stays = |part: &&Part| {
                let position = later
                    .iter()
                    .position(|of| *of == view.slots[part.slot].workload);
                !fixed(part.slot) && position.is_some_and(|position| position < kept)
            };
            let mut others = taken.clone();
            others.extend(view.gangs.iter().filter(stays));
            let room = |pod: usize| view.pods[pod].saturating_sub(sum(&others, pod));
            let mut pods: Vec<usize> = (0..view.pods.len()).collect();
            pods.sort_by_key(|&pod| room(pod));
            if of.within() == Within::Pod {
                pods.retain(|&pod| room(pod) >= gang);
                pods.truncate(1);
            }
            let mut left = gang;
            let mut parts = Vec::new();
            for pod in pods {
                let servers = room(pod).min(left);
                left -= servers;
                if servers > 0 {
                    parts.push(Part { slot, pod, servers });
                }
            }
            if left == 0 {
                self.given.gangs_mut(pool).extend(parts);
                return true;
            }
        }
        false
    }

    /// The whole decision, by the order and headroom of the scenario.
    pub fn decide(mut self, order: &[WorkloadId], headroom: f64) -> Allocation {
        for &workload in order {
            match self.view.need(workload) {
                Need::Nothing => {}
                Need::Gang(campaign) => {
                    let later = &order[1 + order
                        .iter()
                        .position(|&of| of == workload)
                        .expect("its own")..];
                    let pools = places(self.view, workload).collect();
                    self.train(campaign, pools, later);
                }
                Need::Jobs(need) => self.run_jobs(workload, &need),
                Need::Service(need) => {
                    let rate = need.forecast_per_s * (1.0 + headroom);
                    let mut unserved = 1.0;
                    for (pool, slot) in places(self.view, workload) {
                        let Some(alone) = need.servers_for(pool, rate, 0) else {
                            continue;
                        };
                        if alone == 0 || unserved <= 0.0 {
                            break;
                        }
                        let wanted = (alone as f64 * unserved).ceil() as u64;
                        while self.given.pool(pool)[slot] < wanted && self.one_more(pool, slot) {}
                        unserved -= self.given.pool(pool)[slot] as f64 / alone as f64;
                    }
                }
            }
        }
        self.leave_the_rest(order);
        self.given
    }

    /// A whole gang where it runs or in the first of these pools, or nothing.
    pub fn train(
        &mut self,
        campaign: &Campaign,
        mut pools: Vec<(PoolId, usize)>,
        later: &[WorkloadId],
    ) {
        let runs = |pool| matches!(campaign.state(), State::Running(at) if at == pool);
        pools.sort_by_key(|&(pool, _)| !runs(pool));
        for (pool, slot) in pools {
            let before = self.given.clone();
            let gang = campaign.gang_servers(pool).expect("it may run there");
            while self.given.pool(pool)[slot] < gang && self.one_more(pool, slot) {}
            if self.given.pool(pool)[slot] >= gang && self.stand(pool, slot, campaign, later) {
                return;
            }
            self.given = before;
        }
    }

    /// A stream of jobs: what runs everywhere, then what the waiting ones could use.
    pub fn run_jobs(&mut self, workload: WorkloadId, need: &JobsNeed<'_>) {
        let pools: Vec<_> = places(self.view, workload).collect();
        for &(pool, slot) in &pools {
            let running = need.running(pool);
            while self.given.pool(pool)[slot] < running && self.one_more(pool, slot) {}
        }
        let mut waiting = need.waiting_accelerators();
        for (pool, slot) in pools {
            let running = need.running(pool);
            let more = need.servers_for(pool, waiting).expect("it may run there");
            let wanted = running + more;
            while self.given.pool(pool)[slot] < wanted && self.one_more(pool, slot) {}
            let beside = self.given.pool(pool)[slot].saturating_sub(running);
            waiting = waiting.saturating_sub(need.accelerators_of(pool, beside));
        }
    }

    /// What services hold and nobody asked for.
    pub fn leave_the_rest(&mut self, order: &[WorkloadId]) {
        for &workload in order {
            if let Need::Service(_) | Need::Jobs(_) = self.view.need(workload) {
                for (pool, slot) in places(self.view, workload) {
                    let held = self.view.pools[pool.index()].slots[slot].held;
                    while self.given.pool(pool)[slot] < held && self.one_more(pool, slot) {}
                }
            }
        }
    }
}

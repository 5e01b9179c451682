//! Which pods the servers of a pool are in, as far as it matters: only what is down and the gangs
//! occupy pods for good. All else is taken to move between the pods of a pool at no cost and at
//! once, since it needs no contiguity: a service's servers make way for a gang wherever there are
//! enough others, and a broken server of a gang is replaced in its pod whichever pod the spare was
//! in. That breaks where a service's own start-up and drain are long against a gang's restart, or
//! where a fabric's neighbours matter to services too.
//!
//! So a pod has room for a gang if its size, less what is down there and the other gangs' servers,
//! is at least the gang. In a pool of one pod that always holds for servers that are at hand.

use std::collections::VecDeque;

use super::ledger::{Account, PoolLedger};
use crate::id::PoolId;
use crate::kernel::{Stream, Streams};
use crate::scenario::{self, Part, Scenario, Within, pods};
use crate::supply::{self, Fleet};

/// One pod's servers.
#[derive(Clone, Copy, Debug, Default)]
struct Pod {
    size: u64,
    /// Under repair, each on its own.
    broken: u64,
    /// Out in maintenance or an outage.
    out: u64,
    /// Held by gangs, or on their way to one.
    gangs: u64,
}

impl Pod {
    fn up(&self) -> u64 {
        self.size - self.broken - self.out
    }

    fn room(&self) -> u64 {
        self.up().saturating_sub(self.gangs)
    }
}

/// The pods of one pool.
#[derive(Debug)]
pub(super) struct PoolPods {
    /// Servers of a full pod.
    most: u64,
    pods: Vec<Pod>,
    /// Where gangs stand. Each is whole, servers on their way included, and has one part a pod.
    gangs: Vec<Part>,
    /// In which pods servers broke, and how many together, the first first. A repair takes the
    /// first: repair times do not depend on the pod, so any order leaves the same law.
    broken: VecDeque<(u32, u32)>,
    /// Room in the pods up to each, while servers break.
    reach: Vec<u32>,
    failures: Stream,
}

impl PoolPods {
    fn new(
        scenario: &Scenario,
        (name, pool): (&String, &scenario::Pool),
        facts: &supply::Pool,
        streams: &Streams,
    ) -> Self {
        let sizes = pods::sizes(facts.servers, facts.pod_servers);
        let pod = |size| Pod {
            size,
            ..Pod::default()
        };
        let mut pods = Self {
            most: facts.pod_servers.unwrap_or(u64::MAX),
            pods: sizes.into_iter().map(pod).collect(),
            gangs: Vec::new(),
            broken: VecDeque::new(),
            reach: Vec::new(),
            failures: streams.stream(name, "failure-pods"),
        };
        // The check has refused gangs that do not fit.
        let per_server = u64::from(facts.accelerators_per_server);
        for part in pods::initial(scenario, pool, per_server).unwrap_or_default() {
            pods.put(part);
        }
        pods
    }

    /// Pods that there are.
    pub fn count(&self) -> usize {
        self.pods.len()
    }

    /// By pod: servers that are up.
    pub fn up(&self) -> impl Iterator<Item = u64> {
        self.pods.iter().map(Pod::up)
    }

    /// Servers of a pod that are down.
    pub fn down(&self, pod: usize) -> u64 {
        self.pods[pod].broken + self.pods[pod].out
    }

    /// Where gangs stand.
    pub fn gangs(&self) -> &[Part] {
        &self.gangs
    }

    /// Where the gang of a slot stands.
    pub fn gang(&self, slot: usize) -> impl Iterator<Item = Part> {
        let gangs = self.gangs.iter().copied();
        gangs.filter(move |part| part.slot == slot)
    }

    /// Whether the gang of a slot stands somewhere.
    pub fn holds(&self, slot: usize) -> bool {
        self.gang(slot).next().is_some()
    }

    /// Servers with which the gang of a slot stands.
    pub fn standing(&self, slot: usize) -> u64 {
        self.gang(slot).map(|part| part.servers).sum()
    }

    /// Servers of the largest gang that a slot could have if it left where it stands.
    pub fn room_for(&self, slot: usize, within: Within) -> u64 {
        let own = |pod| -> u64 {
            let here = self.gang(slot).filter(|part| part.pod == pod);
            here.map(|part| part.servers).sum()
        };
        let pods = self.pods.iter().enumerate();
        within.room(pods.map(|(index, pod)| (pod.up() + own(index)).saturating_sub(pod.gangs)))
    }

    /// Lays the gang of a slot elsewhere or at another size, for which there is room.
    pub fn lay_anew(&mut self, slot: usize, servers: u64, within: Within) {
        self.clear(slot);
        let fits = self.lay(slot, servers, within);
        debug_assert!(fits, "no room for {servers} servers of slot {slot}");
    }

    /// Puts a part of a gang where the policy wants it.
    pub fn put(&mut self, part: Part) {
        self.pods[part.pod].gangs += part.servers;
        self.gangs.push(part);
    }

    /// A gang no longer stands anywhere.
    pub fn clear(&mut self, slot: usize) {
        let pods = &mut self.pods;
        self.gangs.retain(|part| {
            let stays = part.slot != slot;
            if !stays {
                pods[part.pod].gangs -= part.servers;
            }
            stays
        });
    }

    /// Lays a gang that stands nowhere where there is room, and returns whether there is.
    pub fn lay(&mut self, slot: usize, servers: u64, within: Within) -> bool {
        let before = self.gangs.len();
        let (pods, gangs) = (&self.pods, &mut self.gangs);
        let put = |pod, servers| gangs.push(Part { slot, pod, servers });
        let fits = within.lay(pods.len(), |pod| pods[pod].room(), servers, put);
        for part in &self.gangs[before..] {
            self.pods[part.pod].gangs += part.servers;
        }
        fits
    }

    /// Adds new servers: to the last pod until it is full, then to new ones.
    pub fn install(&mut self, servers: u64) {
        let mut left = servers;
        while left > 0 {
            match self.pods.last_mut() {
                Some(last) if last.size < self.most => {
                    let added = left.min(self.most - last.size);
                    last.size += added;
                    left -= added;
                }
                _ => self.pods.push(Pod::default()),
            }
        }
    }

    /// Breaks servers that are no gang's, each in a pod drawn in proportion to what is such there.
    pub fn break_others(&mut self, servers: u64) {
        if let [only] = self.pods.as_slice() {
            return self.break_in(0, servers.min(only.room()));
        }
        let mut all = 0;
        let reach = self.pods.iter().map(|pod| {
            all += pod.room();
            all as u32
        });
        self.reach.clear();
        self.reach.extend(reach);
        for _ in 0..servers.min(all) {
            let pod = self.draw_room(all as u32);
            self.break_in(pod, 1);
        }
    }

    /// Draws a pod in proportion to its room, of which there is some: a server of the room that
    /// `reach` was filled with, drawn again if it has broken since.
    fn draw_room(&mut self, all: u32) -> usize {
        loop {
            let server = self.failures.below(all);
            let pod = self.reach.partition_point(|&reach| reach <= server);
            let before = if pod > 0 { self.reach[pod - 1] } else { 0 };
            if u64::from(server - before) < self.pods[pod].room() {
                return pod;
            }
        }
    }

    fn break_in(&mut self, pod: usize, servers: u64) {
        self.pods[pod].broken += servers;
        self.broken.push_back((pod as u32, servers as u32));
    }

    /// Breaks a server of the gang in this slot, in a pod drawn in proportion to its servers there,
    /// and returns whether the gang can still stand: in that pod beside the others', or, within a
    /// pool, with one server more in the smallest room elsewhere. If not, it stands nowhere.
    pub fn break_gang(&mut self, slot: usize, within: Within) -> bool {
        let Some(hit) = self.draw_part(slot) else {
            return true;
        };
        self.break_in(hit, 1);
        if self.pods[hit].gangs <= self.pods[hit].up() {
            return true;
        }
        let mut other = None;
        if within == Within::Pool {
            let pods = &self.pods;
            let found = |pod, _| other = Some(pod);
            within.lay(pods.len(), |pod| pods[pod].room(), 1, found);
        }
        match other {
            Some(other) => self.move_one(slot, hit, other),
            None => self.clear(slot),
        }
        other.is_some()
    }

    /// Draws the pod of one of the servers of the gang in this slot, if it stands anywhere.
    fn draw_part(&mut self, slot: usize) -> Option<usize> {
        let held: u64 = self.gang(slot).map(|part| part.servers).sum();
        let mut server = u64::from(self.failures.below(held as u32));
        let hit = self.gang(slot).find(|part| {
            let before = server;
            server = before.saturating_sub(part.servers);
            before < part.servers
        });
        hit.map(|part| part.pod)
    }

    /// One server of a gang in one pod makes way for one in another.
    fn move_one(&mut self, slot: usize, from: usize, to: usize) {
        self.pods[from].gangs -= 1;
        self.pods[to].gangs += 1;
        let (mut found, gangs) = (false, &mut self.gangs);
        for part in gangs.iter_mut().filter(|part| part.slot == slot) {
            part.servers -= u64::from(part.pod == from);
            part.servers += u64::from(part.pod == to);
            found |= part.pod == to;
        }
        gangs.retain(|part| part.servers > 0);
        if !found {
            let (pod, servers) = (to, 1);
            gangs.push(Part { slot, pod, servers });
        }
    }

    /// Repairs the servers that broke first.
    pub fn repair(&mut self, servers: u64) {
        let mut left = servers;
        while left > 0
            && let Some((pod, together)) = self.broken.front_mut()
        {
            let repaired = left.min(u64::from(*together));
            self.pods[*pod as usize].broken -= repaired;
            left -= repaired;
            *together -= repaired as u32;
            if *together == 0 {
                self.broken.pop_front();
            }
        }
    }

    /// Takes up to `servers` servers of a pod that no gang holds out of use, and returns how many.
    pub fn take_room(&mut self, pod: usize, servers: u64) -> u64 {
        let taken = servers.min(self.pods[pod].room());
        self.take_out(pod, taken);
        taken
    }

    /// Takes servers of a pod out of use, whoever holds them.
    pub fn take_out(&mut self, pod: usize, servers: u64) {
        self.pods[pod].out += servers;
    }

    /// Brings servers back that were out.
    pub fn bring_back(&mut self, pod: usize, servers: u64) {
        self.pods[pod].out -= servers;
    }

    fn under_repair(&self) -> u64 {
        let together = self.broken.iter().map(|&(_, servers)| u64::from(servers));
        together.sum()
    }

    /// Whether the pods hold all servers of the pool, what is down and each gang once.
    pub fn agrees(&self, ledger: &PoolLedger) -> bool {
        let sum = |of: fn(&Pod) -> u64| self.pods.iter().map(of).sum::<u64>();
        let down = ledger.servers(Account::Failed) + ledger.servers(Account::Maintenance);
        let standing = |index: usize| {
            let here = self.gangs.iter().filter(|part| part.pod == index);
            here.map(|part| part.servers).sum::<u64>()
        };
        let fits = |(index, pod): (usize, &Pod)| {
            pod.gangs == standing(index) && pod.gangs + pod.broken + pod.out <= pod.size
        };
        sum(|pod| pod.size) == ledger.installed()
            && sum(|pod| pod.broken + pod.out) == down
            && sum(|pod| pod.broken) == self.under_repair()
            && self.pods.iter().enumerate().all(fits)
    }
}

/// The pods of all pools.
#[derive(Debug)]
pub(super) struct Pods {
    pools: Vec<PoolPods>,
    /// Whether a gang may wait that has all its servers but had no place, or lost it.
    pub gangs_wait: bool,
}

impl Pods {
    /// Pods of a checked scenario at the start, with the gangs that the pools hold.
    pub fn new(scenario: &Scenario, fleet: &Fleet, streams: &Streams) -> Self {
        let pools = scenario.pool.iter().zip(&fleet.pools);
        Self {
            pools: pools
                .map(|(pool, facts)| PoolPods::new(scenario, pool, facts, streams))
                .collect(),
            gangs_wait: false,
        }
    }

    /// One pool's pods.
    pub fn pool(&self, pool: PoolId) -> &PoolPods {
        &self.pools[pool.index()]
    }

    /// One pool's pods, to change.
    pub fn pool_mut(&mut self, pool: PoolId) -> &mut PoolPods {
        &mut self.pools[pool.index()]
    }
}

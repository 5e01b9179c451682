//! What the policies promise, watched at every decision of random small scenarios. `priority` is
//! held against an allocator that is slow and obvious: it hands out one server at a time. The laws
//! that follow (strict order, whole gangs, power, spares, fixed shares) are checked by themselves.

use proptest::prelude::*;

use super::draft::{texts, texts_with_pods};
use super::reference::{Slow, places};
use super::support::{run_under, scenario};
use flexcap::id::{PoolId, WorkloadId};
use flexcap::policy::{self, Allocation, Need, Policy, View};
use flexcap::scenario::{self, Scenario};
use flexcap::simulation::record::MoveRow;

proptest! {
    #![proptest_config(super::support::cases(100))]

    #[test]
    fn priority_keeps_its_promises(text in texts()) {
        let scenario = scenario(&text);
        if let scenario::Policy::Priority(_) = scenario.policy {
            watch(&scenario);
        }
    }

    #[test]
    fn priority_keeps_its_promises_in_pods(text in texts_with_pods()) {
        let scenario = scenario(&text);
        if let scenario::Policy::Priority(_) = scenario.policy {
            watch(&scenario);
        }
    }

    #[test]
    fn value_keeps_its_promises(text in texts()) {
        watch(&scenario(&under_value(&text)));
    }

    /// What is just given stays, but never what broke: the fleet's limits go before the hold.
    #[test]
    fn value_keeps_its_promises_however_long_it_holds(text in texts_with_pods()) {
        watch(&scenario(&format!("{}minimum_hold = \"30d\"\n", under_value(&text))));
    }

    #[test]
    fn value_keeps_its_promises_in_pods(text in texts_with_pods()) {
        watch(&scenario(&under_value(&text)));
    }

    #[test]
    fn dedicated_keeps_its_promises_in_pods(text in texts_with_pods()) {
        let moves = watch(&scenario(&under_dedicated(&text)));
        prop_assert!(moves.iter().all(|row| row.from.is_none()), "{moves:?}");
    }

    #[test]
    fn dedicated_keeps_its_promises_and_only_fills_up(text in texts()) {
        let scenario = scenario(&under_dedicated(&text));
        let moves = watch(&scenario);
        prop_assert!(moves.iter().all(|row| row.from.is_none()), "{moves:?}");
        let breaks = scenario.hardware.values().any(|hardware| hardware.mtbf.is_some());
        if !breaks && scenario.order.is_empty() {
            prop_assert!(moves.is_empty(), "{moves:?}");
        }
    }
}

/// The same scenario with every pool's initial holdings for good.
fn under_dedicated(text: &str) -> String {
    let head = text.find("[policy.").expect("a draft has a policy");
    format!("{}[policy.dedicated]\n", &text[..head])
}

/// The same scenario under the policy `value`.
fn under_value(text: &str) -> String {
    let head = text.find("[policy.").expect("a draft has a policy");
    format!("{}[policy.value]\n", &text[..head])
}

/// Runs a scenario with every decision watched; its moves, all of them whole servers.
fn watch(scenario: &Scenario) -> Vec<MoveRow> {
    let inner = policy::build(scenario);
    let (_, rows) = run_under(scenario, 0, &mut Watched { scenario, inner });
    for row in &rows.moves {
        let (_, pool) = scenario
            .pool
            .get_index(row.pool.index())
            .expect("it exists");
        let per = u64::from(scenario.hardware[&pool.hardware.name].accelerators_per_server);
        assert!(
            row.accelerators > 0 && row.accelerators % per == 0,
            "{row:?}"
        );
    }
    rows.moves
}

/// A policy with a watchman behind it.
struct Watched<'a> {
    scenario: &'a Scenario,
    inner: Box<dyn Policy>,
}

impl Policy for Watched<'_> {
    fn decide(&mut self, view: &View<'_>, allocation: &mut Allocation) {
        self.inner.decide(view, allocation);
        supply(self.scenario, view, allocation);
        power(view, allocation);
        if let scenario::Policy::Priority(priority) = &self.scenario.policy {
            let id = |of: &scenario::Reference| super::support::id(self.scenario, &of.name);
            let order: Vec<WorkloadId> = priority.order.iter().map(id).collect();
            places_fit(view, allocation);
            whole_gangs(view, allocation);
            strict(view, allocation, &order, priority.headroom);
            let slow = Slow::new(view).decide(&order, priority.headroom);
            assert_eq!(*allocation, slow, "against one server at a time");
        }
    }
}

/// Spares are never offered, what is held is there, and what is not flexible stays.
fn supply(scenario: &Scenario, view: &View<'_>, allocation: &Allocation) {
    for (index, (pool, facts)) in view.pools.iter().zip(scenario.pool.values()).enumerate() {
        let per = u64::from(scenario.hardware[&facts.hardware.name].accelerators_per_server);
        let targets = allocation.pool(PoolId::new(index));
        assert!(targets.iter().sum::<u64>() + facts.spares / per <= pool.installed);
        // No policy has to take back what a pool no longer has: that is done before it is asked.
        let held: u64 = pool.slots.iter().map(|slot| slot.held).sum();
        assert!(held <= pool.offered, "{held} held of {}", pool.offered);
        let names: Vec<&str> = scenario.workloads().map(|(name, _)| name).collect();
        for (slot, target) in pool.slots.iter().zip(targets) {
            let initial = facts
                .initial
                .get(names[slot.workload.index()])
                .copied()
                .unwrap_or(0);
            let fixed = ((initial / per) as f64 * (1.0 - facts.flexible_share)).round() as u64;
            assert!(
                *target >= fixed.min(slot.held),
                "{slot:?} gets {target}, keeps {fixed}"
            );
        }
    }
}

/// Nobody gets more where the site cannot power what is given.
fn power(view: &View<'_>, allocation: &Allocation) {
    for (site, watts) in view.active_watts.iter().enumerate() {
        let (mut drawn, mut grew) = (0.0, false);
        for (index, pool) in view.pools.iter().enumerate() {
            if pool.site.index() != site {
                continue;
            }
            for (slot, target) in pool.slots.iter().zip(allocation.pool(PoolId::new(index))) {
                drawn += slot.planning_watts * *target as f64;
                grew |= *target > slot.held;
            }
        }
        assert!(
            drawn <= watts + 1e-6 * drawn || !grew,
            "{drawn} W of {watts} W"
        );
    }
}

/// Every pod has room for the gangs placed there, and each is whole and within what it asks for.
fn places_fit(view: &View<'_>, allocation: &Allocation) {
    for (index, pool) in view.pools.iter().enumerate() {
        let id = PoolId::new(index);
        let gangs = allocation.gangs(id);
        for (pod, up) in pool.pods.iter().enumerate() {
            let here = gangs.iter().filter(|part| part.pod == pod);
            let servers: u64 = here.map(|part| part.servers).sum();
            assert!(servers <= *up, "{servers} of {up} in pod {pod}");
        }
        for (slot, facts) in pool.slots.iter().enumerate() {
            let parts = || gangs.iter().filter(|part| part.slot == slot);
            let servers: u64 = parts().map(|part| part.servers).sum();
            match view.need(facts.workload) {
                Need::Gang(campaign) if servers > 0 => {
                    assert!(campaign.stands(id, servers, parts().count()), "{gangs:?}");
                    assert_eq!(
                        allocation.pool(id)[slot].max(servers),
                        allocation.pool(id)[slot]
                    );
                }
                Need::Gang(campaign) => {
                    // Who stands nowhere gets no more than it cannot give up, perhaps a whole gang.
                    let gang = campaign.gang_servers(id).expect("it may run there");
                    let target = allocation.pool(id)[slot];
                    assert!(target < gang || target == facts.least, "{target} of {gang}");
                }
                _ => assert_eq!(servers, 0),
            }
        }
    }
}

/// A campaign gets its whole gang in one pool, and elsewhere no more than it cannot give up.
fn whole_gangs(view: &View<'_>, allocation: &Allocation) {
    for workload in workloads(view) {
        let Need::Gang(campaign) = view.need(workload) else {
            continue;
        };
        let mut complete = 0;
        for (pool, slot) in places(view, workload) {
            let (target, least) = (allocation.pool(pool)[slot], least(view, pool, slot));
            let gang = campaign.gang_servers(pool).expect("it may run there");
            assert!(
                target == least || target == gang,
                "{target} of a gang of {gang}"
            );
            complete += u32::from(target > least);
        }
        assert!(complete <= 1, "a gang in {complete} pools");
    }
}

/// No workload holds what it could give up while one before it in the order could use it there.
fn strict(view: &View<'_>, allocation: &Allocation, order: &[WorkloadId], headroom: f64) {
    for (rank, &high) in order.iter().enumerate() {
        // A server changes hands within its pool without drawing more.
        let spared = |pool: PoolId, watts: f64| -> u64 {
            let below = &order[rank + 1..];
            let slots = view.pools[pool.index()]
                .slots
                .iter()
                .zip(allocation.pool(pool));
            slots
                .filter(|(slot, _)| below.contains(&slot.workload) && slot.planning_watts >= watts)
                .map(|(slot, target)| target - slot.least)
                .sum()
        };
        let watts = |pool: PoolId, slot: usize| view.pools[pool.index()].slots[slot].planning_watts;
        match view.need(high) {
            Need::Nothing => {}
            Need::Jobs(need) => {
                let beside = |(pool, slot): (PoolId, usize)| {
                    let target: u64 = allocation.pool(pool)[slot];
                    need.accelerators_of(pool, target.saturating_sub(need.running(pool)))
                };
                let given: u64 = places(view, high).map(beside).sum();
                let waiting = need.waiting_accelerators().saturating_sub(given);
                for (pool, slot) in places(view, high) {
                    let running = need.running(pool);
                    let more = need.servers_for(pool, waiting).expect("it may run there");
                    let short = allocation.pool(pool)[slot] < running || waiting > 0 && more > 0;
                    // What the pool has room for is bounded by those who may ever run there.
                    let all = need.servers_for(pool, u64::MAX).expect("it may run there");
                    if short && allocation.pool(pool)[slot] < running + all {
                        assert_eq!(spared(pool, watts(pool, slot)), 0, "{high:?} in {pool:?}");
                    }
                }
            }
            Need::Service(need) => {
                let rate = need.forecast_per_s * (1.0 + headroom);
                let here: Vec<_> = places(view, high)
                    .filter_map(|(pool, slot)| Some((pool, slot, need.servers_for(pool, rate, 0)?)))
                    .collect();
                let served = |&(pool, slot, alone): &(PoolId, usize, u64)| match alone {
                    0 => 1.0,
                    _ => allocation.pool(pool)[slot] as f64 / alone as f64,
                };
                if here.iter().map(served).sum::<f64>() < 1.0 - 1e-9 {
                    for (pool, slot, _) in here {
                        assert_eq!(spared(pool, watts(pool, slot)), 0, "{high:?} in {pool:?}");
                    }
                }
            }
            Need::Gang(campaign) => {
                let gang = |pool| campaign.gang_servers(pool).expect("it may run there");
                if !places(view, high).any(|(pool, slot)| allocation.pool(pool)[slot] >= gang(pool))
                {
                    for (pool, slot) in places(view, high) {
                        let more = gang(pool) - allocation.pool(pool)[slot];
                        assert!(
                            spared(pool, watts(pool, slot)) < more,
                            "{high:?} in {pool:?}"
                        );
                    }
                }
            }
        }
    }
}

fn workloads(view: &View<'_>) -> Vec<WorkloadId> {
    let slots = view.pools.iter().flat_map(|pool| &pool.slots);
    let mut all: Vec<_> = slots.map(|slot| slot.workload).collect();
    all.sort();
    all.dedup();
    all
}

fn least(view: &View<'_>, pool: PoolId, slot: usize) -> u64 {
    view.pools[pool.index()].slots[slot].least
}

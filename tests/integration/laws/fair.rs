//! The policy `fair`, watched at every decision of random small scenarios against an allocator that
//! is slow and obvious (one server at a time to whoever has the least), and held against the closed
//! forms of max-min and dominant-resource fairness where needs are simple.

use std::cmp::Ordering;

use proptest::prelude::*;

use super::draft::{texts, texts_with_pods, try_instead};
use super::reference::{Slow, places};
use super::support::{PRELUDE, id, run, run_under, scenario};
use flexcap::id::{PoolId, WorkloadId};
use flexcap::policy::{self, Allocation, JobsNeed, Need, Policy, View};
use flexcap::scenario::{self, Scenario};
use flexcap::theory::fairness::{Claim, dominant_resource_tasks, max_min};

proptest! {
    #![proptest_config(super::support::cases(150))]

    #[test]
    fn fair_is_progressive_filling(text in texts(), throws in throws()) {
        watch(&under_fair(&text, &throws));
    }

    #[test]
    fn fair_is_progressive_filling_in_pods(text in texts_with_pods(), throws in throws()) {
        watch(&under_fair(&text, &throws));
    }

    /// With one pool, needs of whole servers and no noise, `fair` is weighted max-min.
    #[test]
    fn fair_is_max_min(
        services in prop::collection::vec((1_u32..4000, 0_usize..4), 2..6),
        accelerators in 1000_u32..3000,
    ) {
        let weight = |at: usize| [1.0, 2.0, 0.5, 3.0][at];
        let text = crowd(&services.iter().map(|&(rate, at)| (rate, weight(at))).collect::<Vec<_>>(), accelerators, "");
        let held = held_at_first(&text);
        let scenario = scenario(&text);
        let demands: Vec<f64> = needs(&scenario);
        let weights: Vec<f64> = services.iter().map(|&(_, at)| weight(at)).collect();
        let exact = max_min(f64::from(accelerators), &demands, &weights);
        for one in 0..held.len() {
            // Every other may round up a server, which all of them together take from one.
            let error = (held[one] - exact[one]).abs();
            prop_assert!(error <= held.len() as f64, "{held:?} against {exact:?}: {text}");
            // Who lacks something has less than another by no more than the other's last server.
            for other in (0..held.len()).filter(|_| held[one] < demands[one]) {
                let least = (held[other] - 1.0) / weights[other];
                prop_assert!(held[one] / weights[one] >= least - 1e-9, "{held:?}: {text}");
            }
        }
    }
}

fn throws() -> impl Strategy<Value = Vec<u16>> {
    prop::collection::vec(any::<u16>(), 12)
}

/// The draft under `fair`, with weights, some of them 0, and with companion capacity where it fits.
fn under_fair(text: &str, throws: &[u16]) -> String {
    let head = text.find("[policy.").expect("a draft has a policy");
    let mut text = format!("{}[policy.fair]\n", &text[..head]);
    let drafted = scenario(&text);
    let names: Vec<String> = drafted
        .workloads()
        .map(|(name, _)| name.to_owned())
        .collect();
    let weights: Vec<String> = names
        .iter()
        .zip(throws)
        .filter(|(_, throw)| *throw % 5 > 0)
        .map(|(name, throw)| {
            format!(
                "{name} = {:?}",
                [0.0, 0.5, 2.0, 3.0][usize::from(throw / 5 % 4)]
            )
        })
        .collect();
    text = try_instead(
        text,
        "[policy.fair]\n",
        &format!(
            "[policy.fair]\nweights = {{ {} }}\nheadroom = {:?}\n",
            weights.join(", "),
            [0.15, 0.0, 1.0][usize::from(throws[5] % 3)]
        ),
    );
    for (position, name) in drafted.ranking.keys().enumerate() {
        if throws[6 + position % 3].is_multiple_of(2) {
            let head = format!("[ranking.{name}]\n");
            text = try_instead(
                text,
                &head,
                &format!("{head}companion = {{ vcpu = {}.25 }}\n", 1 + position),
            );
        }
    }
    for (position, name) in drafted.site.keys().enumerate() {
        let head = format!("[site.{name}]\n");
        let vcpu = 10 + throws[9 + position % 3] % 90;
        text = try_instead(
            text,
            &head,
            &format!("{head}companion = {{ vcpu = {vcpu}.5 }}\n"),
        );
    }
    text
}

fn watch(text: &str) {
    let scenario = scenario(text);
    let inner = policy::build(&scenario);
    let mut watched = Watched {
        scenario: &scenario,
        inner,
    };
    run_under(&scenario, 0, &mut watched);
}

/// A policy with a watchman behind it.
struct Watched<'a> {
    scenario: &'a Scenario,
    inner: Box<dyn Policy>,
}

impl Policy for Watched<'_> {
    fn decide(&mut self, view: &View<'_>, allocation: &mut Allocation) {
        self.inner.decide(view, allocation);
        let scenario::Policy::Fair(fair) = &self.scenario.policy else {
            panic!("the draft is under `fair`");
        };
        carried(view, allocation);
        let slow = decide(self.scenario, view, fair);
        assert_eq!(*allocation, slow, "against one server at a time");
    }
}

/// Pools hold what they offer, nobody loses what is kept, and no site carries more than it can
/// while somebody gets more.
fn carried(view: &View<'_>, allocation: &Allocation) {
    for (index, pool) in view.pools.iter().enumerate() {
        let targets = allocation.pool(PoolId::new(index));
        let least: u64 = pool.slots.iter().map(|slot| slot.least).sum();
        assert!(targets.iter().sum::<u64>() <= pool.offered.max(least));
        assert!(
            pool.slots
                .iter()
                .zip(targets)
                .all(|(slot, target)| *target >= slot.least)
        );
    }
    for site in 0..view.active_watts.len() {
        let (mut watts, mut vcpu, mut grew) = (0.0, 0.0, false);
        for (index, pool) in view.pools.iter().enumerate() {
            if pool.site.index() == site {
                for (slot, target) in pool.slots.iter().zip(allocation.pool(PoolId::new(index))) {
                    watts += slot.planning_watts * *target as f64;
                    vcpu += slot.companion_vcpu * *target as f64;
                    grew |= *target > slot.held;
                }
            }
        }
        assert!(!grew || watts <= view.active_watts[site] * (1.0 + 1e-9));
        assert!(!grew || vcpu <= view.companion_vcpu[site] * (1.0 + 1e-9));
    }
}

/// What the slow allocator knows of a workload.
struct Claimant {
    workload: WorkloadId,
    weightless: bool,
    each: f64,
    places: Vec<(PoolId, usize)>,
    /// Where it is filling, and what it wants there in all.
    at: usize,
    wanted: u64,
    unserved: f64,
    done: bool,
}

/// The whole decision, one server or gang at a time.
fn decide(scenario: &Scenario, view: &View<'_>, fair: &scenario::Fair) -> Allocation {
    let per: Vec<f64> = scenario
        .pool
        .values()
        .map(|pool| f64::from(scenario.hardware[&pool.hardware.name].accelerators_per_server))
        .collect();
    let mut slow = Slow::new(view);
    let all: Vec<WorkloadId> = (0..scenario.workloads().count())
        .map(WorkloadId::new)
        .collect();
    let mut claimants: Vec<Claimant> = scenario
        .workloads()
        .zip(&all)
        .map(|((name, _), &workload)| {
            let mut pools: Vec<_> = places(view, workload).collect();
            pools.sort_by_key(|(pool, _)| view.pools[pool.index()].slots.len());
            let weight = fair.weights.get(name).copied().unwrap_or(1.0);
            Claimant {
                workload,
                weightless: weight == 0.0,
                each: share_each(view, &pools, &per) / if weight == 0.0 { 1.0 } else { weight },
                places: pools,
                at: 0,
                wanted: 0,
                unserved: 1.0,
                done: false,
            }
        })
        .collect();
    for weightless in [false, true] {
        loop {
            let mut turns = Vec::new();
            for (index, claimant) in claimants.iter_mut().enumerate() {
                if claimant.done || claimant.weightless != weightless {
                    continue;
                }
                let next = match view.need(claimant.workload) {
                    Need::Nothing => None,
                    Need::Jobs(need) => {
                        next_for_jobs(&need, &mut slow, claimant).map(|pool| per[pool.index()])
                    }
                    Need::Gang(campaign) => Some(campaign.gang() as f64),
                    Need::Service(_) => next_server(view, fair, &mut slow, claimant)
                        .map(|(pool, _)| per[pool.index()]),
                };
                let Some(next) = next else {
                    claimant.done = true;
                    continue;
                };
                let has = claimant.places.iter();
                let has: f64 = has
                    .map(|&(pool, slot)| slow.given.pool(pool)[slot] as f64 * per[pool.index()])
                    .sum();
                turns.push((has * claimant.each, (has + next) * claimant.each, index));
            }
            let by = |a: &(f64, f64, usize), b: &(f64, f64, usize)| -> Ordering {
                a.0.total_cmp(&b.0)
                    .then(a.1.total_cmp(&b.1))
                    .then(a.2.cmp(&b.2))
            };
            turns.sort_by(by);
            let Some(&(_, _, index)) = turns.first() else {
                break;
            };
            let workload = claimants[index].workload;
            if let Need::Gang(campaign) = view.need(workload) {
                // Gangs whose turn is yet to come, in the order in which it will.
                let is_gang = |at: usize| matches!(view.need(all[at]), Need::Gang(_));
                let mut later: Vec<WorkloadId> = turns[1..]
                    .iter()
                    .filter(|turn| is_gang(turn.2))
                    .map(|turn| claimants[turn.2].workload)
                    .collect();
                if !weightless {
                    later.extend(weightless_gangs(view, &claimants, &per));
                }
                slow.train(campaign, claimants[index].places.clone(), &later);
                claimants[index].done = true;
            } else {
                let places = &claimants[index].places;
                let (pool, slot) = places[claimants[index].at % places.len()];
                assert!(slow.one_more(pool, slot));
            }
        }
    }
    slow.leave_the_rest(&all);
    slow.given
}

fn weightless_gangs(view: &View<'_>, claimants: &[Claimant], per: &[f64]) -> Vec<WorkloadId> {
    let mut gangs: Vec<(f64, f64, WorkloadId)> = Vec::new();
    for claimant in claimants.iter().filter(|claimant| claimant.weightless) {
        if let Need::Gang(campaign) = view.need(claimant.workload) {
            let places = claimant.places.iter();
            let has: f64 = places
                .map(|&(pool, slot)| {
                    view.pools[pool.index()].slots[slot].least as f64 * per[pool.index()]
                })
                .sum();
            let after = has + campaign.gang() as f64;
            gangs.push((
                has * claimant.each,
                after * claimant.each,
                claimant.workload,
            ));
        }
    }
    gangs.sort_by(|a, b| {
        a.0.total_cmp(&b.0)
            .then(a.1.total_cmp(&b.1))
            .then(a.2.cmp(&b.2))
    });
    gangs.into_iter().map(|gang| gang.2).collect()
}

/// Where a service gets its next server; none if it wants or can have no more.
fn next_server(
    view: &View<'_>,
    fair: &scenario::Fair,
    slow: &mut Slow<'_, '_>,
    claimant: &mut Claimant,
) -> Option<(PoolId, usize)> {
    let Need::Service(need) = view.need(claimant.workload) else {
        return None;
    };
    let rate = need.forecast_per_s * (1.0 + fair.headroom);
    while let Some(&(pool, slot)) = claimant.places.get(claimant.at) {
        let alone = need.servers_for(pool, rate, 0);
        if let Some(alone) = alone {
            claimant.wanted = (alone as f64 * claimant.unserved).ceil() as u64;
            let given = slow.given.pool(pool)[slot];
            if alone == 0 || claimant.unserved <= 0.0 || given >= claimant.wanted {
                return None;
            }
            if slow.one_more(pool, slot) {
                slow.given.pool_mut(pool)[slot] -= 1;
                return Some((pool, slot));
            }
            claimant.unserved -= given as f64 / alone as f64;
        }
        claimant.at += 1;
    }
    None
}

/// Where a stream gets its next server: through its pools for the jobs that run, and once more for those that
/// wait and have nothing in the pools before.
fn next_for_jobs(
    need: &JobsNeed<'_>,
    slow: &mut Slow<'_, '_>,
    claimant: &mut Claimant,
) -> Option<PoolId> {
    let count = claimant.places.len();
    while claimant.at < 2 * count {
        let (pool, slot) = claimant.places[claimant.at % count];
        let mut wanted = need.running(pool);
        if claimant.at >= count {
            let beside = |&(pool, slot): &(PoolId, usize)| {
                let servers = slow.given.pool(pool)[slot].saturating_sub(need.running(pool));
                need.accelerators_of(pool, servers)
            };
            let before: u64 = claimant.places[..claimant.at - count]
                .iter()
                .map(beside)
                .sum();
            let left = need.waiting_accelerators().saturating_sub(before);
            wanted += need.servers_for(pool, left).expect("it may run there");
        }
        if slow.given.pool(pool)[slot] < wanted && slow.one_more(pool, slot) {
            slow.given.pool_mut(pool)[slot] -= 1;
            return Some(pool);
        }
        claimant.at += 1;
    }
    None
}

/// What an accelerator adds to the share of a workload of weight 1.
fn share_each(view: &View<'_>, pools: &[(PoolId, usize)], per: &[f64]) -> f64 {
    let installed = |pool: PoolId| view.pools[pool.index()].installed as f64 * per[pool.index()];
    let accelerators: f64 = pools.iter().map(|&(pool, _)| installed(pool)).sum();
    let mut sites: Vec<usize> = pools
        .iter()
        .map(|(pool, _)| view.pools[pool.index()].site.index())
        .collect();
    sites.sort_unstable();
    sites.dedup();
    let vcpu: f64 = sites.iter().map(|&site| view.companion_vcpu[site]).sum();
    let each = pools.iter().map(|&(pool, slot)| {
        view.pools[pool.index()].slots[slot].companion_vcpu / per[pool.index()]
    });
    let each = each.fold(0.0, f64::max);
    let part = |needed: f64, all: f64| if all > 0.0 { needed / all } else { 0.0 };
    part(1.0, accelerators).max(part(each, vcpu))
}

/// Services `s0`, `s1`, … of these rates (one second of one accelerator each) and weights.
fn crowd(services: &[(u32, f64)], accelerators: u32, site: &str) -> String {
    let mut text = format!(
        "{PRELUDE}{site}
[run]
start = \"2024-01-01\"
horizon = \"1h\"
[pool.hall]
hardware = \"unit\"
site = \"here\"
accelerators = {accelerators}
serves = [\"ranking\"]
[forecast]
method = {{ perfect = {{}} }}
"
    );
    let mut weights = Vec::new();
    for (number, (rate, weight)) in services.iter().enumerate() {
        text += &format!(
            "[ranking.s{number}]
demand = {{ base = \"{rate} /s\" }}
service = {{ time = \"1s\" }}
slo = {{ latency = \"10s\", attainment = 0.9 }}
"
        );
        weights.push(format!("s{number} = {weight:?}"));
    }
    text + &format!(
        "[policy.fair]\nheadroom = 0.0\nweights = {{ {} }}\n",
        weights.join(", ")
    )
}

/// What each service holds after the first decision, in accelerators.
fn held_at_first(text: &str) -> Vec<f64> {
    let scenario = scenario(text);
    let (_, rows) = run(&scenario, 0);
    let held = scenario.workloads().map(|(name, _)| {
        let of = id(&scenario, name);
        let first = rows.held(PoolId::new(0), of).into_iter().next();
        first.map_or(0.0, |row| row.allocated)
    });
    held.collect()
}

/// The servers that each service asks for, as the policy is told.
fn needs(scenario: &Scenario) -> Vec<f64> {
    struct Ask(Vec<f64>);
    impl Policy for Ask {
        fn decide(&mut self, view: &View<'_>, _: &mut Allocation) {
            let all = 0..view.pools[0].slots.len();
            let need = |at| match view.need(WorkloadId::new(at)) {
                Need::Service(need) => need.servers_for(PoolId::new(0), need.forecast_per_s, 0),
                _ => None,
            };
            self.0 = all.map(|at| need(at).expect("a service") as f64).collect();
        }
    }
    let mut ask = Ask(Vec::new());
    run_under(scenario, 0, &mut ask);
    ask.0
}

#[test]
fn a_published_example_of_dominant_shares() {
    // Ghodsi et al.: 9 CPU and 18 GB, tasks of (1, 4) and (3, 1): three and two tasks. Here a
    // thousand times as much, accelerators for CPU and vCPU for GB, and demand for more.
    let site = "companion = { vcpu = 18000 }\n";
    let text = crowd(&[(9000, 1.0), (9000, 1.0)], 9000, site)
        .replace("[ranking.s0]", "[ranking.s0]\ncompanion = { vcpu = 4.0 }")
        .replace(
            "[ranking.s1]",
            "[ranking.s1]\ncompanion = { vcpu = 0.3333333333333333 }",
        );
    let claim = |per_task: [f64; 2]| Claim {
        per_task: per_task.to_vec(),
        most: f64::INFINITY,
        weight: 1.0,
    };
    let exact =
        dominant_resource_tasks(&[9000.0, 18000.0], &[claim([1.0, 4.0]), claim([3.0, 1.0])]);
    assert!((exact[0] - 3000.0).abs() < 1e-9 && (exact[1] - 2000.0).abs() < 1e-9);
    let held = held_at_first(&text);
    assert!(
        (held[0] - exact[0]).abs() <= 1.0 && (held[1] - 3.0 * exact[1]).abs() <= 1.0,
        "{held:?}"
    );
}

#[test]
fn without_weight_one_gets_what_is_left() {
    let held = held_at_first(&crowd(&[(600, 0.0), (500, 1.0)], 1000, ""));
    assert!(
        held[1] > 499.0 && (held[0] + held[1] - 1000.0).abs() < 1e-9,
        "{held:?}"
    );
    let held = held_at_first(&crowd(&[(600, 0.0), (1500, 1.0)], 1000, ""));
    assert_eq!(held, [0.0, 1000.0]);
}

#[test]
fn a_fleet_of_a_million_is_filled_as_exactly_as_a_small_one() {
    let held = held_at_first(&crowd(
        &[(900_000, 1.0), (900_000, 2.0), (90_000, 1.0)],
        1_000_000,
        "",
    ));
    let sum: f64 = held.iter().sum();
    assert_eq!(sum, 1_000_000.0);
    assert!(
        (held[1] - 2.0 * held[0]).abs() <= 2.0 && held[2] >= 90_000.0,
        "{held:?}"
    );
}

/// A service and a stream of jobs that both need more than there is share it by their weights, and what one
/// has no need of is the other's.
#[test]
fn a_stream_gets_its_weighted_share() {
    // Jobs of a hundred hours on one server have come for two hours before the first decision.
    let hall =
        |rate: u32, per_hour: u32, weight: f64| {
            let text = crowd(&[(rate, 1.0)], 1000, "");
            text.replace("horizon", "warm_up = \"2h\"\nhorizon")
            .replace("[\"ranking\"]", "[\"ranking\", \"training\"]")
            .replace("{ s0 = 1.0 }", &format!("{{ s0 = 1.0, jobs = {weight:?} }}"))
            .replace(
                "[policy.fair]",
                &format!(
                    "[training.jobs]\nstream = {{ arrivals = \"{per_hour} /h\", accelerators = 1, \
                     duration = \"100h\" }}\n[policy.fair]"
                ),
            )
        };
    // The stream stands first: training comes before ranking.
    for (weight, jobs) in [(1.0, 500.0), (3.0, 750.0), (0.25, 200.0), (0.0, 0.0)] {
        let held = held_at_first(&hall(1500, 1500, weight));
        assert!((held[0] - jobs).abs() <= 1.0, "{weight}: {held:?}");
        assert_eq!(held[0] + held[1], 1000.0);
    }
    // About 300 jobs wait, whatever the weight, where the service needs less than the rest.
    for weight in [0.0, 1.0] {
        let text =
            hall(400, 150, weight).replace("[forecast]", "initial = { s0 = 600 }\n[forecast]");
        let held = held_at_first(&text);
        assert!(
            (230.0..370.0).contains(&held[0]) && held[1] >= 400.0,
            "{held:?}"
        );
    }
}

/// Who can go elsewhere does, so that who cannot is not the poorer for it.
#[test]
fn a_service_with_two_pools_fills_the_one_that_is_its_own() {
    let text = crowd(&[(1000, 1.0), (1000, 1.0)], 1000, "").replace(
        "[forecast]",
        "[pool.more]\nhardware = \"unit\"\nsite = \"here\"\naccelerators = 1000\nserves = [\"s1\"]\n[forecast]",
    );
    let held = held_at_first(&text);
    assert!(held[0] >= 999.0, "{held:?}");
}

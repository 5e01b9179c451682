//! The same run twice is the same, another replication is another, and every policy starts from
//! the state that the warm-up left: the same holdings, the same history.

use std::sync::{Arc, Mutex};

use proptest::prelude::*;

use super::draft::{texts, texts_with_pods};
use super::support::{run, run_under, scenario};
use flexcap::policy::{self, Allocation, Policy, View};
use flexcap::scenario::{Scenario, Set, Training, Within};
use flexcap::simulation::record::Ignore;
use flexcap::simulation::simulate;
use flexcap::workload::serving::Rows;

proptest! {
    #![proptest_config(super::support::cases(25))]

    #[test]
    fn the_same_run_twice_is_the_same(text in texts()) {
        let scenario = scenario(&text);
        prop_assert_eq!(run(&scenario, 0), run(&scenario, 0));
        prop_assert_eq!(run(&scenario, 3), run(&scenario, 3));
    }

    #[test]
    fn the_same_run_twice_is_the_same_in_pods(text in texts_with_pods()) {
        let scenario = scenario(&text);
        prop_assert_eq!(run(&scenario, 1), run(&scenario, 1));
    }

    #[test]
    fn a_pool_of_one_pod_is_as_one_without(text in texts()) {
        // A pod as large as the pool with all that is ordered for it.
        let plain = scenario(&text);
        let mut one_pod = plain.clone();
        for (name, pool) in &mut one_pod.pool {
            let orders = plain.order.values().filter(|order| order.pool.name == *name);
            pool.pod = Some(orders.map(|order| order.accelerators).sum::<u64>() + pool.accelerators);
        }
        for training in one_pod.training.values_mut() {
            if let Training::Campaign(campaign) = training {
                campaign.within = Within::Pod;
            }
        }
        prop_assert_eq!(run(&plain, 0), run(&one_pod, 0));
    }

    #[test]
    fn what_replications_share_changes_nothing(text in texts()) {
        let Some(head) = text.find("[policy.") else { return Ok(()) };
        let scenario = scenario(&format!("{}[policy.value]\n", &text[..head]));
        let rows = Rows::default();
        for replication in [0, 1, 0] {
            let mut policy = policy::build_sharing(&scenario, &rows);
            let shared = run_under(&scenario, replication, &mut *policy);
            prop_assert_eq!(shared, run(&scenario, replication));
        }
    }

    #[test]
    fn all_policies_start_from_the_same_state(text in texts()) {
        let Some(head) = text.find("[policy.") else { return Ok(()) };
        let start = text[..head].replace("warm_up = \"0h\"", "warm_up = \"3d\"");
        let dedicated = scenario(&format!("{start}[policy.dedicated]\n"));
        let mut names: Vec<&str> = dedicated.workloads().map(|(name, _)| name).collect();
        names.reverse();
        let priority = scenario(&format!("{start}[policy.priority]\norder = {names:?}\n"));
        prop_assert_eq!(opening(&dedicated), opening(&priority));
    }
}

#[test]
fn replications_and_seeds_differ() {
    let loaded = Scenario::load("starter", &short(&[])).expect("it is shipped");
    let other = Scenario::load("starter", &short(&["run.seed=43"])).expect("it is shipped");
    let (first, _) = run(&loaded.scenario, 0);
    let (second, _) = run(&loaded.scenario, 1);
    let (reseeded, _) = run(&other.scenario, 0);
    for other in [&second, &reseeded] {
        assert!(
            first
                .services
                .iter()
                .zip(&other.services)
                .any(|(a, b)| a.offered != b.offered)
        );
        assert_ne!(first.pools[0].failed, other.pools[0].failed);
        assert_ne!(first.training[0].lost, other.training[0].lost);
    }
}

fn short(more: &[&str]) -> Vec<Set> {
    let sets = ["run.horizon=3w", "run.warm_up=2d"].iter().chain(more);
    sets.map(|text| Set::new(*text)).collect()
}

/// What the policy sees when it is first asked, at the start of the run, as text.
fn opening(scenario: &Scenario) -> String {
    let seen = Arc::new(Mutex::new(None));
    let mut first = First {
        seen: Arc::clone(&seen),
        inner: policy::build(scenario),
    };
    simulate(scenario, 0, &mut first, &mut Ignore).expect("it runs");
    let text = seen.lock().expect("one thread").take();
    text.expect("it was asked")
}

/// Notes the first view.
struct First {
    seen: Arc<Mutex<Option<String>>>,
    inner: Box<dyn Policy>,
}

impl Policy for First {
    fn decide(&mut self, view: &View<'_>, allocation: &mut Allocation) {
        let mut seen = self.seen.lock().expect("one thread");
        seen.get_or_insert_with(|| {
            let rates = view.pools.iter().flat_map(|pool| &pool.slots).map(|slot| {
                match view.need(slot.workload) {
                    policy::Need::Nothing => "nothing".to_owned(),
                    policy::Need::Gang(campaign) => format!("{campaign:?}"),
                    policy::Need::Jobs(need) => format!("{}", need.waiting_accelerators()),
                    policy::Need::Service(need) => format!("{}", need.forecast_per_s),
                }
            });
            format!(
                "{:?} {:?} {:?} {:?}",
                view.now,
                view.pools,
                view.active_watts,
                rates.collect::<Vec<_>>()
            )
        });
        drop(seen);
        self.inner.decide(view, allocation);
    }
}

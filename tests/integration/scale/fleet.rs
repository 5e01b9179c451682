//! A fleet several times as large: also used by the benchmark of the simulation.

use flexcap::scenario::Scenario;

/// What becomes of the training campaigns in the larger fleet. There are as many either way.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Jobs {
    /// They stay as they are.
    Same,
    /// Their gangs grow with the fleet.
    AsLarge,
}

/// The `--set`s that multiply a scenario's accelerators and pods, what is asked of its services, its
/// power and its companions.
pub fn times(scenario: &Scenario, factor: u32, jobs: Jobs) -> Vec<String> {
    let grows = |workload: &str| jobs == Jobs::AsLarge || !scenario.training.contains_key(workload);
    let (whole, real) = (u64::from(factor), f64::from(factor));
    let mut sets = Vec::new();
    for (name, pool) in &scenario.pool {
        sets.push(format!(
            "pool.{name}.accelerators={}",
            pool.accelerators * whole
        ));
        sets.push(format!("pool.{name}.spares={}", pool.spares * whole));
        if let Some(pod) = pool.pod {
            sets.push(format!("pool.{name}.pod={}", pod * whole));
        }
        for (workload, held) in &pool.initial {
            if grows(workload) {
                sets.push(format!("pool.{name}.initial.{workload}={}", held * whole));
            }
        }
    }
    for (name, order) in &scenario.order {
        sets.push(format!(
            "order.{name}.accelerators={}",
            order.accelerators * whole
        ));
    }
    for (name, site) in &scenario.site {
        if let Some(cap) = site.power_cap {
            sets.push(format!("site.{name}.power_cap={} W", cap.0 * real));
        }
        if let Some(companion) = site.companion {
            sets.push(format!(
                "site.{name}.companion.vcpu={:?}",
                companion.vcpu * real
            ));
        }
    }
    for (name, campaign) in scenario.campaigns().filter(|(name, _)| grows(name)) {
        sets.push(format!(
            "training.{name}.gang={}",
            campaign.gang.preferred * whole
        ));
    }
    let inference = scenario.inference.iter();
    let inference = inference.map(|(name, service)| ("inference", name, &service.demand));
    let ranking = scenario.ranking.iter();
    let ranking = ranking.map(|(name, service)| ("ranking", name, &service.demand));
    for (kind, name, demand) in inference.chain(ranking) {
        sets.push(format!(
            "{kind}.{name}.demand.base={:?} /s",
            demand.mean_rate(&scenario.demand).0 * real
        ));
    }
    sets
}

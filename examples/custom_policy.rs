//! A policy of your own, run against the shipped ones on the same draws:
//! `cargo run --release --example custom_policy`.
//!
//! It keeps every service at a fixed margin above its forecast, lets campaigns keep what they hold,
//! and moves nothing else. Everything a policy may know is in the `View`; it answers with an
//! `Allocation`, which the simulator checks.

use flexcap::id::PoolId;
use flexcap::policy::{Allocation, Need, Policy, View};
use flexcap::scenario::{Scenario, Set};

/// Services get what their forecast needs and `margin` more, in the order of the scenario.
#[derive(Clone)]
struct Margin {
    margin: f64,
}

impl Policy for Margin {
    fn decide(&mut self, view: &View<'_>, allocation: &mut Allocation) {
        for (index, pool) in view.pools.iter().enumerate() {
            let id = PoolId::new(index);
            let targets = allocation.pool_mut(id);
            let mut free = pool.offered.saturating_sub(targets.iter().sum());
            for (target, slot) in targets.iter_mut().zip(&pool.slots) {
                let Need::Service(need) = view.need(slot.workload) else {
                    continue;
                };
                let rate = need.forecast_per_s * (1.0 + self.margin);
                let wanted = need.servers_for(id, rate, slot.held).unwrap_or(slot.held);
                let wanted = wanted.clamp(slot.least, *target + free);
                free = free + *target - wanted;
                *target = wanted;
            }
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sets = [
        Set::new("run.replications=4"),
        Set::new("site.main.power_cap=12 MW"),
    ];
    let scenario = Scenario::load("starter", &sets)?.scenario;
    let shipped = flexcap::run(&scenario)?;
    let mine = flexcap::run_with(&scenario, Margin { margin: 0.3 })?;
    for (name, outcome) in [("priority", shipped), ("margin", mine)] {
        let mean = |metric, entity| outcome.metric(metric, entity).and_then(|row| row.mean);
        println!(
            "{name:10} net value {:>12.0}  assistant in SLO {:.4}",
            mean("net_value", "fleet").unwrap_or(f64::NAN),
            mean("slo_attainment", "assistant").unwrap_or(f64::NAN),
        );
    }
    Ok(())
}

//! What it takes to turn a server of one hardware from one workload's use to another's, looked up
//! by ids. The scenario's rules are resolved once, before the replication begins.

use crate::id::{HardwareId, WorkloadId};
use crate::scenario::{Conversion, Scenario};

/// All conversions, by hardware; none for a hardware that every use finds ready.
#[derive(Debug)]
pub struct Conversions {
    /// By giver, then taker.
    by_hardware: Vec<Option<Vec<Conversion>>>,
    workloads: usize,
}

impl Conversions {
    /// The conversions of a checked scenario.
    #[must_use]
    pub fn new(scenario: &Scenario) -> Self {
        let workloads: Vec<_> = scenario.workloads().collect();
        let of_hardware = |name: &String| {
            scenario.conversion.get(name)?;
            let pairs = workloads
                .iter()
                .flat_map(|from| workloads.iter().map(move |to| (*from, *to)));
            let all: Vec<_> = pairs
                .map(|(from, to)| scenario.conversion(name, from, to))
                .collect();
            all.iter().any(|each| !each.is_nothing()).then_some(all)
        };
        Self {
            by_hardware: scenario.hardware.keys().map(of_hardware).collect(),
            workloads: workloads.len(),
        }
    }

    /// What it takes to turn an accelerator from the use of `from` to that of `to`.
    #[must_use]
    pub fn between(&self, hardware: HardwareId, from: WorkloadId, to: WorkloadId) -> Conversion {
        self.by_hardware[hardware.index()]
            .as_ref()
            .map_or(Conversion::NOTHING, |all| {
                all[from.index() * self.workloads + to.index()]
            })
    }
}

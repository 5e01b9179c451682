//! What the laws share: a recorder that keeps every row, a way from text to rows, and intervals
//! over replications.

use flexcap::id::{PoolId, WorkloadId};
use flexcap::kernel::Instant;
use flexcap::policy::{self, Policy};
use flexcap::scenario::Scenario;
use flexcap::simulation::record::{
    AllocationRow, EventRow, FleetRow, Ignore, JobRow, MoveRow, Recorder, ServiceRow,
};
use flexcap::simulation::totals::Totals;
use flexcap::simulation::{Ended, simulate};
use proptest::test_runner::{Config as ProptestConfig, RngSeed};

/// One site, and servers of one accelerator that never fail.
pub const PRELUDE: &str = r#"
[scenario]
name = "law"
[hardware.unit]
accelerators_per_server = 1
price = 1000.0
[site.here]
"#;

/// Every row of one replication, in the order in which it came.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    pub allocation: Vec<AllocationRow>,
    pub fleet: Vec<FleetRow>,
    pub services: Vec<ServiceRow>,
    pub jobs: Vec<JobRow>,
    pub moves: Vec<MoveRow>,
    pub events: Vec<EventRow>,
    pub days: Vec<(Instant, Totals)>,
    pub quarters: Vec<(Instant, Totals)>,
}

impl Recorder for Rows {
    fn wants_detail(&self) -> bool {
        true
    }
    fn allocation(&mut self, row: &AllocationRow) {
        self.allocation.push(*row);
    }
    fn fleet(&mut self, row: &FleetRow) {
        self.fleet.push(*row);
    }
    fn service(&mut self, row: &ServiceRow) {
        self.services.push(*row);
    }
    fn job(&mut self, row: &JobRow) {
        self.jobs.push(*row);
    }
    fn moved(&mut self, row: &MoveRow) {
        self.moves.push(*row);
    }
    fn event(&mut self, row: &EventRow) {
        self.events.push(*row);
    }
    fn day(&mut self, day: Instant, totals: &Totals) {
        self.days.push((day, totals.clone()));
    }
    fn quarter(&mut self, quarter: Instant, totals: &Totals) {
        self.quarters.push((quarter, totals.clone()));
    }
}

impl Rows {
    /// The allocation rows of one workload in one pool.
    pub fn held(&self, pool: PoolId, workload: WorkloadId) -> Vec<AllocationRow> {
        let rows = self.allocation.iter();
        rows.filter(|row| row.pool == pool && row.workload == workload)
            .copied()
            .collect()
    }

    /// The rows of one service.
    pub fn service(&self, service: WorkloadId) -> Vec<ServiceRow> {
        let rows = self.services.iter();
        rows.filter(|row| row.service == service).copied().collect()
    }
}

/// The checked scenario of a text.
pub fn scenario(text: &str) -> Scenario {
    match Scenario::parse("law.toml", text) {
        Ok(loaded) => loaded.scenario,
        Err(invalid) => panic!("{text}\n{invalid:?}"),
    }
}

/// The id of a workload.
pub fn id(scenario: &Scenario, workload: &str) -> WorkloadId {
    let mut names = scenario.workloads();
    let index = names.position(|(name, _)| name == workload);
    WorkloadId::new(index.expect("the scenario has this workload"))
}

/// One replication under the scenario's own policy.
pub fn run(scenario: &Scenario, replication: u32) -> (Totals, Rows) {
    run_under(scenario, replication, &mut *policy::build(scenario))
}

/// One replication under a policy of the test's own.
pub fn run_under(scenario: &Scenario, replication: u32, policy: &mut dyn Policy) -> (Totals, Rows) {
    let mut rows = Rows::default();
    match simulate(scenario, replication, policy, &mut rows) {
        Ok(Ended::Horizon(totals)) => (*totals, rows),
        other => panic!("the replication ended early: {other:?}"),
    }
}

/// The totals of one replication of a text.
pub fn totals(text: &str) -> Totals {
    totals_of(&scenario(text), 0)
}

/// The totals of one replication, without the cost of rows.
pub fn totals_of(scenario: &Scenario, replication: u32) -> Totals {
    match simulate(
        scenario,
        replication,
        &mut *policy::build(scenario),
        &mut Ignore,
    ) {
        Ok(Ended::Horizon(totals)) => *totals,
        other => panic!("the replication ended early: {other:?}"),
    }
}

/// Mean of a sample and the standard error of the mean.
pub fn mean_and_error(sample: &[f64]) -> (f64, f64) {
    let n = sample.len() as f64;
    let mean = sample.iter().sum::<f64>() / n;
    let variance = sample.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

/// Whether two numbers agree up to `relative` of the larger, or up to 1e-9.
pub fn near(a: f64, b: f64, relative: f64) -> bool {
    (a - b).abs() <= relative * a.abs().max(b.abs()) + 1e-9
}

/// A property's configuration: the same cases every time, and no file of past failures.
pub fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(20_240_731),
        ..ProptestConfig::default()
    }
}

//! A small world to put things into, and a recorder that keeps what happens in it.

use flexcap::id::WorkloadId;
use flexcap::kernel::{Instant, Span};
use flexcap::policy;
use flexcap::scenario::Scenario;
use flexcap::simulation::record::{
    AllocationRow, EventRow, FleetRow, JobRow, MoveRow, Recorder, ServiceRow,
};
use flexcap::simulation::totals::Totals;
use flexcap::simulation::{Ended, simulate};

/// 2024-03-01T00:00:00Z, when every world begins.
pub const START: Instant = Instant::from_micros(1_709_251_200_000_000);

/// Ten hours later is `hours(10)`.
pub fn hours(count: i64) -> Instant {
    START + Span::HOUR * count
}

/// Every row of one replication.
#[derive(Debug, Default, PartialEq)]
pub struct Rows {
    pub allocation: Vec<AllocationRow>,
    pub fleet: Vec<FleetRow>,
    pub services: Vec<ServiceRow>,
    pub jobs: Vec<JobRow>,
    pub moves: Vec<MoveRow>,
    pub events: Vec<EventRow>,
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
}

impl Rows {
    /// The rows of a workload in the first pool.
    pub fn of(&self, workload: usize) -> Vec<AllocationRow> {
        let rows = self.allocation.iter();
        rows.filter(|row| row.workload == WorkloadId::new(workload) && row.pool.index() == 0)
            .copied()
            .collect()
    }
}

/// A pool of a hundred one-accelerator servers for a training job (workload 0), an assistant-like
/// service `chat` (1) and `feed` (2), for two days; `more` is appended, and may have the site.
pub fn world(pool: &str, more: &str) -> String {
    let site = if more.contains("[site.here]") {
        ""
    } else {
        "[site.here]"
    };
    format!(
        r#"
[scenario]
name = "world"
[run]
start = "2024-03-01"
horizon = "2d"
[hardware.box]
accelerators_per_server = 1
power = {{ idle = "100 W", peak = "1100 W" }}
{site}
[pool.hall]
hardware = "box"
site = "here"
accelerators = 100
serves = ["training", "ranking"]
{pool}
[training.job]
work = "1e6 accelerator-hours"
gang = 40
restart = "0s"
checkpoint = {{ every = "1h", write = "0s" }}
[ranking.chat]
demand = {{ profile = "switch", base = "20 /s" }}
service = {{ time = "1s" }}
slo = {{ latency = "4s", attainment = 0.9 }}
queue = {{ limit = "10s" }}
[ranking.feed]
demand = {{ base = "10 /s" }}
service = {{ time = "1s" }}
slo = {{ latency = "4s", attainment = 0.9 }}
queue = {{ limit = "10s" }}
[demand.switch]
{more}
"#
    )
}

/// Its checked scenario.
pub fn parsed(text: &str) -> Scenario {
    match Scenario::parse("world.toml", text) {
        Ok(loaded) => loaded.scenario,
        Err(invalid) => panic!("{text}\n{}", invalid.render(false)),
    }
}

/// A replication under the scenario's own policy.
pub fn run(text: &str, replication: u32) -> (Totals, Rows) {
    let scenario = parsed(text);
    let mut rows = Rows::default();
    match simulate(
        &scenario,
        replication,
        &mut *policy::build(&scenario),
        &mut rows,
    ) {
        Ok(Ended::Horizon(totals)) => (*totals, rows),
        other => panic!("the replication ended early: {other:?}"),
    }
}

/// Asserts that two numbers agree but for rounding.
pub fn agree(what: &str, found: f64, expected: f64) {
    assert!(
        (found - expected).abs() <= 1e-6 * expected.abs().max(1.0),
        "{what}: {found} instead of {expected}"
    );
}

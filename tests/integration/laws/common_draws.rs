//! Common random numbers: what is drawn does not depend on who decides, how often, or who else is
//! there. Adding a workload, changing the policy or the step leaves demand, failures, repairs and
//! lead times as they were.

use std::collections::BTreeMap;

use super::support::{id, near, run, scenario};
use flexcap::kernel::{Instant, Span};
use flexcap::scenario::Scenario;
use flexcap::simulation::record::{EventEntity, EventKind};

/// A fleet in which everything random is random, with holes for what varies.
fn fleet(step: &str, serves: &str, more: &str, policy: &str) -> Scenario {
    scenario(&format!(
        r#"
[scenario]
name = "common"
[run]
start = "2024-01-01"
horizon = "12d"
warm_up = "2d"
step = "{step}"
[hardware.frail]
accelerators_per_server = 8
mtbf = "12d"
repair = {{ lognormal = {{ mean = "9h", cv = 1.0 }} }}
[site.here]
[pool.one]
hardware = "frail"
site = "here"
accelerators = 320
spares = 16
serves = {serves}
initial = {{ job = 160, chat = 72, feed = 40 }}
[pool.two]
hardware = "frail"
site = "here"
accelerators = 80
serves = ["chat"]
initial = {{ chat = 40 }}
[order.more]
pool = "two"
accelerators = 160
placed = "2024-01-01"
lead_time = {{ lognormal = {{ mean = "5d", cv = 0.4 }} }}
[demand.social]
time_zone = "America/New_York"
shape = {{ day = [1,1,1,1,1,1,2,2,3,3,3,3,3,3,4,4,4,4,4,3,3,2,1,1] }}
growth = {{ annual = 3.0, slope_sd = 0.5, walk_sd = 0.3 }}
noise = {{ cv = 0.3 }}
[training.job]
work = "1e7 accelerator-hours"
gang = 160
checkpoint = {{ every = "30m", write = "60s" }}
[ranking.chat]
demand = {{ profile = "social", base = "90 /s" }}
service = {{ time = {{ exponential = {{ mean = "1s" }} }} }}
slo = {{ latency = "4s", attainment = 0.95 }}
replica = {{ start = "155s", drain = "60s" }}
queue = {{ limit = "60s" }}
[ranking.feed]
demand = {{ profile = "social", base = "60 /s" }}
service = {{ time = "1s" }}
slo = {{ latency = "4s", attainment = 0.95 }}
queue = {{ limit = "60s" }}
{more}
{policy}
"#
    ))
}

const ALL: &str = r#"["job", "chat", "feed"]"#;
const PRIORITY: &str = "[policy.priority]\norder = [\"chat\", \"feed\", \"job\"]";

/// What must stay: requests by service and stretch of time, failures and repairs by pool and hour,
/// deliveries.
#[derive(Debug, PartialEq)]
struct Draws {
    offered: Vec<(String, Vec<f64>)>,
    broken: BTreeMap<(EventKindName, Instant, u32), u64>,
    delivered: Vec<Instant>,
}

type EventKindName = &'static str;

fn draws(scenario: &Scenario, stretch: Span) -> Draws {
    let (_, rows) = run(scenario, 1);
    let start = scenario.run.start;
    let offered = ["chat", "feed"].map(|name| {
        let mut sums = vec![0.0; (scenario.run.horizon / stretch) as usize];
        for row in rows.service(id(scenario, name)) {
            sums[((row.time - start) / stretch) as usize] += row.offered;
        }
        (name.to_owned(), sums)
    });
    let mut broken = BTreeMap::new();
    let mut delivered = Vec::new();
    for event in &rows.events {
        let hour = start + Span::HOUR * ((event.time - start) / Span::HOUR) as i64;
        match (event.kind, event.entity) {
            (EventKind::Failure, EventEntity::Pool(pool)) => {
                *broken.entry(("failure", hour, pool.0)).or_default() += event.accelerators;
            }
            (EventKind::Repair, EventEntity::Pool(pool)) => {
                *broken.entry(("repair", hour, pool.0)).or_default() += event.accelerators;
            }
            _ => delivered.push(event.time),
        }
    }
    Draws {
        offered: offered.to_vec(),
        broken,
        delivered,
    }
}

fn assert_same(a: &Draws, b: &Draws, what: &str) {
    assert_eq!(a.delivered, b.delivered, "{what}: deliveries");
    for ((name, a), (_, b)) in a.offered.iter().zip(&b.offered) {
        for (hour, (a, b)) in a.iter().zip(b).enumerate() {
            assert!(
                near(*a, *b, 1e-9),
                "{what}: {name} in stretch {hour}: {a} against {b}"
            );
        }
    }
    assert_eq!(a.broken, b.broken, "{what}: failures and repairs");
}

#[test]
fn the_policy_changes_no_draw() {
    let dedicated = draws(&fleet("1h", ALL, "", "[policy.dedicated]"), Span::HOUR);
    let priority = draws(&fleet("1h", ALL, "", PRIORITY), Span::HOUR);
    assert!(dedicated.broken.len() > 30, "something breaks");
    assert_eq!(dedicated.delivered.len(), 1);
    assert_same(&dedicated, &priority, "policy");
}

#[test]
fn the_step_changes_no_draw() {
    let hourly = draws(&fleet("1h", ALL, "", PRIORITY), Span::HOUR);
    for step in ["6m", "30m"] {
        let other = draws(&fleet(step, ALL, "", PRIORITY), Span::HOUR);
        assert_same(&hourly, &other, step);
    }
    let daily = draws(&fleet("1h", ALL, "", PRIORITY), Span::DAY);
    for step in ["6h", "1d"] {
        let other = draws(&fleet(step, ALL, "", PRIORITY), Span::DAY);
        assert_same(&daily, &other, step);
    }
}

#[test]
fn another_workload_changes_no_draw() {
    let plain = draws(&fleet("1h", ALL, "", PRIORITY), Span::HOUR);
    let poor = "[ranking.poor]\ndemand = { profile = \"social\", base = \"1000 /s\" }\n\
                service = { time = \"1s\" }\nslo = { latency = \"4s\" }\nqueue = { limit = \"10s\" }\n";
    let order = "[policy.priority]\norder = [\"chat\", \"feed\", \"job\", \"poor\"]";
    let serves = r#"["job", "chat", "feed", "poor"]"#;
    let with_poor = draws(&fleet("1h", serves, poor, order), Span::HOUR);
    assert_same(&plain, &with_poor, "a workload that comes last");
    let own_pool = format!(
        "{poor}[pool.own]\nhardware = \"frail\"\nsite = \"here\"\naccelerators = 80\nserves = [\"poor\"]\n"
    );
    let with_own = draws(&fleet("1h", ALL, &own_pool, order), Span::HOUR);
    let mut with_own_only = with_own;
    with_own_only.broken.retain(|(_, _, pool), _| *pool < 2);
    assert_same(&plain, &with_own_only, "a workload with its own pool");
}

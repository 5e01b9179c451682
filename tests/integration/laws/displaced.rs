//! What `value` takes from others: a gang that is displaced leaves its place and is placed once, elsewhere if it can;
//! a stream of jobs holds what its work is worth.

use super::support::{near, run, scenario};
use flexcap::id::{PoolId, WorkloadId};
use flexcap::simulation::record::JobRow;

/// Two halls of sixteen servers in two pods each. `old` runs in the first from the start, and may run in both where
/// `elsewhere` says so; `new` comes at noon, may only run in the first, and is worth `new` an hour.
fn halls(elsewhere: bool, pod: &str, new: f64, more: &str) -> String {
    let serves = if elsewhere {
        "[\"old\"]"
    } else {
        "[\"idler\"]"
    };
    format!(
        r#"
[scenario]
name = "halls"
[run]
start = "2024-01-01"
horizon = "2d"
[hardware.box]
accelerators_per_server = 1
[site.here]
[pool.one]
hardware = "box"
site = "here"
accelerators = 16
pod = 8
serves = ["old", "new", "idler"]
initial = {{ old = 16 }}
[pool.two]
hardware = "box"
site = "here"
accelerators = 16
pod = 8
serves = {serves}
[training.old]
work = "1e6 accelerator-hours"
gang = 16
checkpoint = {{ every = "1h", write = "0s" }}
value = {{ per_accelerator_hour = 1.0 }}
[training.new]
work = "96 accelerator-hours"
submit = "2024-01-01T12:00:00Z"
gang = {pod}
checkpoint = {{ every = "1h", write = "0s" }}
value = {{ per_accelerator_hour = {new:?} }}
[ranking.idler]
demand = {{ base = "0 /s" }}
service = {{ time = "1s" }}
slo = {{ latency = "4s", attainment = 0.9 }}
[policy.value]
{more}
"#
    )
}

fn jobs(text: &str) -> Vec<JobRow> {
    run(&scenario(text), 0).1.jobs
}

/// Accelerators that a workload holds in each pool, hour by hour.
fn held(text: &str, workload: usize, pool: usize) -> Vec<f64> {
    let rows = run(&scenario(text), 0).1;
    let rows = rows.held(PoolId::new(pool), WorkloadId::new(workload));
    rows.iter().map(|row| row.allocated).collect()
}

/// `new` needs both pods, or half of one: in either case the whole of `old` makes way, and comes back.
#[test]
fn a_displaced_gang_leaves_its_place_to_who_is_worth_more() {
    for (gang, hours) in [("16", 6.0), ("4", 24.0)] {
        let text = halls(false, gang, 100.0, "");
        let [old, new] = jobs(&text)[..] else {
            panic!("two campaigns");
        };
        assert_eq!(new.start, Some(new.submit), "{gang}: it does not wait");
        assert_eq!(
            new.end.map(|end| (end - new.submit).as_hours()),
            Some(hours)
        );
        assert_eq!(old.interruptions, 1, "{gang}");
        // Before noon, and after `new` and a restart; a restart is five minutes, at first as well.
        let ran = 12.0 + (48.0 - 12.0 - hours);
        assert!(
            near(
                old.useful_accelerator_hours,
                16.0 * (ran - 5.0 / 60.0),
                0.02
            ),
            "{gang}: {old:?}"
        );
    }
    let [old, new] = jobs(&halls(false, "16", 1.0, ""))[..] else {
        panic!("two campaigns");
    };
    assert_eq!(
        (old.interruptions, new.start),
        (0, None),
        "nobody makes way for an equal"
    );
}

/// It is placed once: in the other hall, from the same decision on, and never in both.
#[test]
fn a_displaced_gang_goes_where_there_is_room_in_the_same_decision() {
    let text = halls(true, "16", 100.0, "");
    let [old, new] = jobs(&text)[..] else {
        panic!("two campaigns");
    };
    assert_eq!((new.start, old.interruptions), (Some(new.submit), 1));
    let (one, two) = (held(&text, 0, 0), held(&text, 0, 1));
    for (hour, (one, two)) in one.iter().zip(&two).enumerate() {
        let expected = if hour < 12 { (16.0, 0.0) } else { (0.0, 16.0) };
        assert_eq!((*one, *two), expected, "hour {hour}");
    }
    assert!(
        near(
            old.useful_accelerator_hours,
            16.0 * (48.0 - 5.0 / 60.0),
            0.01
        ),
        "{old:?}"
    );
}

/// What was given within the minimum hold is not displaced, and stands where it stood.
#[test]
fn a_gang_within_its_minimum_hold_keeps_its_place() {
    let text =
        halls(false, "16", 100.0, "minimum_hold = \"1d\"").replace("initial = { old = 16 }", "");
    let [old, new] = jobs(&text)[..] else {
        panic!("two campaigns");
    };
    let start = new.start.expect("it starts after a day");
    assert_eq!((start - new.submit).as_hours(), 12.0);
    assert_eq!(old.interruptions, 1);
}

/// A feed that needs about 45 of 100 servers for most of its value, and jobs that could use all of them.
fn shared(per_request: f64, per_accelerator_hour: f64) -> (f64, f64) {
    let text = format!(
        r#"
[scenario]
name = "shared"
[run]
start = "2024-01-01"
warm_up = "6h"
horizon = "2d"
[hardware.box]
accelerators_per_server = 1
[site.here]
[pool.hall]
hardware = "box"
site = "here"
accelerators = 100
serves = ["training", "ranking"]
initial = {{ jobs = 50, feed = 50 }}
[training.jobs]
stream = {{ arrivals = "20 /h", accelerators = 1, duration = "10h" }}
checkpoint = {{ every = "30m", write = "0s" }}
value = {{ per_accelerator_hour = {per_accelerator_hour:?} }}
[ranking.feed]
demand = {{ base = "40 /s" }}
service = {{ time = "1s" }}
slo = {{ latency = "4s", attainment = 0.9 }}
queue = {{ limit = "2s" }}
value = {{ per_request = {per_request:?} }}
[forecast]
method = {{ perfect = {{}} }}
[policy.value]
forecast_cv = 0.05
"#
    );
    let hours = |workload| {
        let held = held(&text, workload, 0);
        held[12..].iter().sum::<f64>() / (held.len() - 12) as f64
    };
    (hours(0), hours(1))
}

/// A server of the feed earns 3600 times a request's value an hour until it keeps up, and almost nothing beyond.
#[test]
fn a_stream_gets_servers_by_what_its_work_is_worth() {
    // The first is worth less than any server that the feed needs, the second more than those that only cover
    // what is rare, the third more than all of them.
    let found: Vec<(f64, f64)> = [0.01, 300.0, 36_000.0]
        .map(|worth| shared(1.0, worth))
        .into();
    let [(jobs, feed), (more, fewer), (all, none)] = found[..] else {
        panic!("three");
    };
    assert!(feed > 43.0 && jobs + feed > 99.0, "{found:?}");
    assert!(more > jobs && (38.0..feed).contains(&fewer), "{found:?}");
    assert!(all > 99.0 && none < 1.0, "{found:?}");
    // Without a price it is given what nobody else would gain by, no more.
    let (unpaid, paid) = (shared(1.0, 0.0), shared(0.0, 1.0));
    assert!(unpaid.1 >= feed && paid.0 > 99.0, "{unpaid:?} {paid:?}");
}

//! Moves take their time: a server drains for its giver, then warms up for its taker, and both
//! show in the rows with the lengths that the scenario gives. Deliveries are bound at once.

use super::support::{id, near, run, scenario};
use flexcap::id::PoolId;
use flexcap::kernel::Span;
use flexcap::simulation::record::{EventKind, MoveReason};

const POOL: PoolId = PoolId(0);

/// Two services on ten servers; at noon all demand goes from the first to the second.
fn noon(step: &str) -> String {
    format!(
        r#"
[scenario]
name = "moves"
[run]
start = "2024-01-01"
horizon = "1d"
step = "{step}"
[record]
every = "1h"
[hardware.unit]
accelerators_per_server = 4
[site.here]
[pool.hall]
hardware = "unit"
site = "here"
accelerators = 40
serves = ["ranking"]
initial = {{ morning = 40 }}
[demand.am]
shape = {{ day = [1,1,1,1,1,1,1,1,1,1,1,1,0,0,0,0,0,0,0,0,0,0,0,0] }}
[demand.pm]
shape = {{ day = [0,0,0,0,0,0,0,0,0,0,0,0,1,1,1,1,1,1,1,1,1,1,1,1] }}
[ranking.morning]
demand = {{ profile = "am", base = "100 /s" }}
service = {{ time = "1s" }}
slo = {{ latency = "2s" }}
replica = {{ start = "5m", drain = "10m" }}
queue = {{ limit = "0s" }}
[ranking.evening]
demand = {{ profile = "pm", base = "100 /s" }}
service = {{ time = "1s" }}
slo = {{ latency = "2s" }}
replica = {{ start = "75m", drain = "30m" }}
queue = {{ limit = "0s" }}
[forecast]
method = {{ perfect = {{}} }}
[policy.priority]
order = ["morning", "evening"]
"#
    )
}

#[test]
fn draining_and_warming_show_with_their_lengths() {
    for step in ["1h", "10m", "2m"] {
        let scenario = scenario(&noon(step));
        let scenario = &scenario;
        let (totals, rows) = run(scenario, 0);
        let (morning, evening) = (id(scenario, "morning"), id(scenario, "evening"));
        let [only] = rows.moves.as_slice() else {
            panic!("step {step}: {:?}", rows.moves);
        };
        assert_eq!((only.from, only.to), (Some(morning), Some(evening)));
        assert_eq!(
            (only.accelerators, only.time),
            (40, scenario.run.start + Span::HOUR * 12)
        );
        let (giver, taker) = (rows.held(POOL, morning), rows.held(POOL, evening));
        // 40 accelerators: 10 minutes of draining, then 75 of warming, ready at 13:25.
        for (hour, draining, warming, ready) in [
            (11, 0.0, 0.0, 0.0),
            (12, 10.0, 50.0, 0.0),
            (13, 0.0, 25.0, 35.0),
            (14, 0.0, 0.0, 60.0),
        ] {
            let minutes = |accelerators: f64| accelerators * 60.0 / 40.0;
            assert!(
                near(minutes(giver[hour].draining), draining, 1e-9),
                "{:?}",
                giver[hour]
            );
            assert!(
                near(minutes(taker[hour].warming), warming, 1e-9),
                "{:?}",
                taker[hour]
            );
            assert!(
                near(minutes(taker[hour].allocated), ready, 1e-9),
                "{:?}",
                taker[hour]
            );
        }
        assert!(near(totals.pools[0].draining, 40.0 / 6.0, 1e-9));
        assert!(near(totals.pools[0].warming, 40.0 * 1.25, 1e-9));
        // Whoever drains or warms up serves nobody.
        let served = rows.service(evening);
        assert_eq!(served[12].served_in_slo, 0.0, "step {step}");
    }
}

#[test]
fn a_delivery_is_bound_at_once() {
    let order = "[order.more]\npool = \"hall\"\naccelerators = 20\n\
                 placed = \"2024-01-01T01:00:00Z\"\nlead_time = \"80m\"\n";
    // In the pool's own step, between two steps, and at a step.
    for (step, lead) in [("1d", "80m"), ("1h", "80m"), ("1h", "60m"), ("20m", "80m")] {
        let text = format!("{}{}", noon(step), order.replace("80m", lead));
        let scenario = scenario(&text.replace("every = \"1h\"", ""));
        let (_, rows) = run(&scenario, 0);
        let delivery = rows
            .events
            .iter()
            .find(|event| event.kind == EventKind::Delivery);
        let delivery = delivery.expect("it was delivered");
        let at = rows.moves.iter().find(|row| row.from.is_none());
        let at = at.expect("it was bound");
        assert_eq!(
            (at.time, at.accelerators),
            (delivery.time, 20),
            "step {step}, lead {lead}"
        );
        let at_step =
            (delivery.time - scenario.run.start).as_micros() % scenario.run.step.as_micros();
        let reason = if at_step == 0 {
            MoveReason::Decision
        } else {
            MoveReason::Delivery
        };
        assert_eq!(at.reason, reason);
    }
}

#[test]
fn spares_replace_at_once_and_are_never_given() {
    let text = noon("1h")
        .replace("accelerators = 40\n", "accelerators = 60\nspares = 20\n")
        .replace(
            "accelerators_per_server = 4",
            "accelerators_per_server = 4\nmtbf = \"3d\"\nrepair = \"4h\"",
        );
    let scenario = scenario(&text);
    let (_, rows) = run(&scenario, 0);
    assert!(
        rows.events
            .iter()
            .any(|event| event.kind == EventKind::Failure)
    );
    let held = |hour: usize| -> f64 {
        let time = scenario.run.start + Span::HOUR * hour as i64;
        let rows = rows.allocation.iter().filter(|row| row.time == time);
        rows.map(|row| row.allocated + row.draining + row.warming)
            .sum()
    };
    // About five of 15 servers fail in a day, five are spare: nobody is ever short, none is given.
    assert!((0..24).all(|hour| near(held(hour), 40.0, 1e-9)));
    assert!(
        rows.moves.iter().all(|row| row.from.is_some()),
        "{:?}",
        rows.moves
    );
}

//! What `moves.csv` says a move gained, against what was expected of it: the same where the forecast
//! is right, the opposite where it is wrong, and only for as long as the move stands.

use super::support::{near, run, scenario};
use flexcap::kernel::Span;
use flexcap::simulation::record::MoveRow;

/// Two services whose demand changes sides every `hours`, on thirty servers.
fn tides(hours: usize, forecast: &str, policy: &str) -> String {
    let day = |first: f64, second: f64| {
        let hour = |at: usize| {
            if (at / hours).is_multiple_of(2) {
                first
            } else {
                second
            }
        };
        (0..24).map(hour).collect::<Vec<_>>()
    };
    format!(
        r#"
[scenario]
name = "tides"
[run]
start = "2024-01-01"
warm_up = "1d"
horizon = "1d"
[hardware.unit]
accelerators_per_server = 1
[site.here]
[pool.hall]
hardware = "unit"
site = "here"
accelerators = 30
serves = ["ranking"]
initial = {{ ebb = 15, flood = 15 }}
[demand.ebb]
shape = {{ day = {:?} }}
[demand.flood]
shape = {{ day = {:?} }}
[ranking.ebb]
demand = {{ profile = "ebb", base = "15 /s" }}
service = {{ time = "1s" }}
slo = {{ latency = "4s" }}
queue = {{ limit = "2s" }}
value = {{ per_request = 1.0 }}
[ranking.flood]
demand = {{ profile = "flood", base = "15 /s" }}
service = {{ time = "1s" }}
slo = {{ latency = "4s" }}
queue = {{ limit = "2s" }}
value = {{ per_request = 2.0 }}
[forecast]
method = {{ {forecast} = {{}} }}
{policy}
"#,
        day(1.0, 3.0),
        day(3.0, 1.0),
    )
}

fn moves(text: &str) -> Vec<MoveRow> {
    run(&scenario(text), 0).1.moves
}

/// What was expected by the hour, and what was realised.
fn gains(row: &MoveRow) -> (f64, f64) {
    let expected = row.expected_gain_per_hour.expect("it is expected");
    (expected, row.realised_gain.expect("it is realised"))
}

#[test]
fn a_right_forecast_realises_what_it_expects_for_as_long_as_the_move_stands() {
    // The servers go back after two hours, or the payback time ends before.
    for (payback, hours) in [("6h", 2.0), ("1h", 1.0)] {
        let policy = format!("[policy.value]\nhysteresis = 0.0\npayback = \"{payback}\"");
        let moves = moves(&tides(2, "perfect", &policy));
        assert!(moves.len() >= 11, "{moves:?}");
        for row in &moves {
            let (expected, realised) = gains(row);
            assert!(expected > 0.0, "{row:?}");
            assert!(near(realised, expected * hours, 1e-9 * realised), "{row:?}");
            assert!(row.from.is_some() && row.to.is_some() && row.time.as_micros() > 0);
        }
    }
}

#[test]
fn a_forecast_that_is_always_an_hour_late_loses_by_its_moves() {
    let policy = "[policy.value]\nhysteresis = 0.0\npayback = \"1h\"";
    let moves = moves(&tides(1, "persistence", policy));
    assert!(moves.len() > 20, "{moves:?}");
    for row in &moves {
        let (expected, realised) = gains(row);
        assert!(expected > 0.0 && realised < -expected, "{row:?}");
    }
}

#[test]
fn who_expects_nothing_gains_nothing() {
    let moves = moves(&tides(
        2,
        "perfect",
        "[policy.priority]\norder = [\"flood\", \"ebb\"]",
    ));
    assert!(!moves.is_empty());
    for row in &moves {
        assert_eq!(
            (row.expected_gain_per_hour, row.realised_gain),
            (None, None)
        );
    }
}

/// A gang of sixty that is stopped at noon, between two checkpoints, for a crowd.
#[test]
fn a_gang_that_makes_way_costs_what_it_would_have_done_and_what_is_undone() {
    for (every, undone_h) in [("1h", 0.0), ("5h", 2.0)] {
        let text = super::worth::hall(1000.0, "")
            .replace("every = \"1h\"", &format!("every = \"{every}\""));
        let scenario = scenario(&text);
        let (_, rows) = run(&scenario, 0);
        let noon = scenario.run.start + Span::HOUR * 12;
        let gang = Some(super::support::id(&scenario, "gang"));
        let leaves = rows
            .moves
            .iter()
            .find(|row| row.time == noon && row.from == gang);
        let leaves = leaves.expect("the gang makes way");
        let (expected, realised) = gains(leaves);
        let lost = 1000.0 * undone_h * 60.0;
        assert!(
            near(realised, 6.0 * expected - lost, 1e-6 * realised),
            "{leaves:?}, {lost}"
        );
        // At midnight the gang starts on idle servers, and gains its whole worth.
        let starts = rows
            .moves
            .iter()
            .find(|row| row.accelerators == 60 && row.time < noon);
        let (expected, realised) = gains(starts.expect("the gang starts"));
        assert!(near(expected, 60_000.0, 1e-6), "{expected}");
        assert!(near(realised, 6.0 * expected, 1e-6), "{realised}");
    }
}

#[test]
fn nothing_is_gained_before_the_servers_are_ready() {
    let policy = "[policy.value]\nhysteresis = 0.0\npayback = \"2h\"";
    let slow = tides(2, "perfect", policy).replace(
        "[demand.ebb]",
        "[conversion.unit]\nebb-to-flood = { delay = \"30m\" }\nflood-to-ebb = { delay = \"30m\" }\n[demand.ebb]",
    );
    for row in moves(&slow) {
        let (expected, realised) = gains(&row);
        assert!(realised < 2.0 * expected, "{row:?}");
    }
}

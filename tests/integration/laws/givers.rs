//! From whom `value` takes: what a move costs counts as much as what its giver loses, also by way of a third.

use super::support::{id, run, scenario};
use flexcap::kernel::Span;

/// A hall of a hundred servers. At noon `feed` needs 32 more than it has; `idler` would not miss its 28, but making a
/// server of its ready for `feed` costs what that earns in a month; `cheap` earns a hundredth of what `feed` does.
const THREE: &str = r#"
[scenario]
name = "givers"
[run]
start = "2024-01-01"
horizon = "1d"
[hardware.box]
accelerators_per_server = 1
[site.here]
[pool.hall]
hardware = "box"
site = "here"
accelerators = 100
serves = ["ranking"]
initial = { idler = 40, cheap = 40, feed = 20 }
[conversion.box]
idler-to-feed = { delay = "0s", cost = 1e6 }
[demand.noon]
event.crowd = { at = "2024-01-01T12:00:00Z", multiply = 3.0 }
[ranking.idler]
demand = { base = "10 /s" }
service = { time = "1s" }
slo = { latency = "4s", attainment = 0.9 }
queue = { limit = "2s" }
value = { per_request = 1.0 }
[ranking.cheap]
demand = { base = "36 /s" }
service = { time = "1s" }
slo = { latency = "4s", attainment = 0.9 }
queue = { limit = "2s" }
value = { per_request = 0.01 }
[ranking.feed]
demand = { profile = "noon", base = "16 /s" }
service = { time = "1s" }
slo = { latency = "4s", attainment = 0.9 }
queue = { limit = "2s" }
value = { per_request = 1.0 }
[forecast]
method = { perfect = {} }
[policy.value]
forecast_cv = 0.05
"#;

#[test]
fn who_loses_little_gives_where_who_loses_nothing_is_too_dear_to_move() {
    let scenario = scenario(THREE);
    let (totals, rows) = run(&scenario, 0);
    let feed = &totals.services[id(&scenario, "feed").index()];
    assert!(feed.served_in_slo > 0.99 * feed.offered, "{feed:?}");
    let noon: u64 = rows
        .moves
        .iter()
        .filter(|row| row.to == Some(id(&scenario, "feed")))
        .map(|row| {
            assert_eq!(row.from, Some(id(&scenario, "cheap")), "{row:?}");
            row.accelerators
        })
        .sum();
    assert!((28..=40).contains(&noon), "{noon}");
}

/// `idler` may make good for what `cheap` gave away, but not in the same decision: its servers would go to `feed` then.
#[test]
fn a_conversion_is_not_evaded_by_way_of_a_third() {
    let scenario = scenario(THREE);
    let (_, rows) = run(&scenario, 0);
    let cheap = Some(id(&scenario, "cheap"));
    let makes_good = rows.moves.iter().filter(|row| row.to == cheap);
    let at: Vec<_> = makes_good.map(|row| (row.from, row.time)).collect();
    let idler = Some(id(&scenario, "idler"));
    let later = scenario.run.start + Span::HOUR * 13;
    assert_eq!(at, [(idler, later)]);
    assert!(rows.moves.iter().all(|row| row.cost == 0.0));
}

//! Energy, depreciation and capital expenditure in cases small enough to do by hand: ten servers,
//! one day, half of them at work.

use super::support::{near, run, scenario, totals};

/// Ten servers at 100 W idle and 500 W at work, PUE 1.2, worth 876.6 each over 8766 hours.
fn fleet(rest: &str) -> String {
    format!(
        r#"
[scenario]
name = "money"
[run]
start = "2024-03-31"
horizon = "2d"
[hardware.unit]
accelerators_per_server = 1
power = {{ idle = "100 W", peak = "500 W" }}
price = 876.6
life = "1 y"
[site.here]
pue = 1.2
energy_price_per_kwh = 0.1
{rest}
[policy.dedicated]
"#
    )
}

const SERVICE: &str = r#"
[pool.hall]
hardware = "unit"
site = "here"
accelerators = 10
serves = ["ranking"]
initial = { service = 6 }
[ranking.service]
demand = { base = "3 /s" }
service = { time = "1s" }
slo = { latency = "2s" }
"#;

#[test]
fn a_service_draws_by_its_load() {
    // 10 × 100 W, and 3 busy servers × 400 W, × 1.2: 2.64 kW for 48 hours.
    let (totals, rows) = run(&scenario(&fleet(SERVICE)), 0);
    let site = totals.sites[0];
    // What waits at the end has not been worked on: less than a request.
    assert!(near(site.energy_kwh, 2.64 * 48.0, 1e-5), "{site:?}");
    assert!(near(site.energy, 0.1 * site.energy_kwh, 1e-12));
    assert!(near(rows.fleet[20].power_kw, 2.64, 1e-9));
    assert!(near(totals.workloads[0].busy, 3.0 * 48.0, 1e-5));
}

#[test]
fn a_gang_draws_what_planning_reckons() {
    // 10 × 100 W, and 8 × 400 W × 0.9, × 1.2: 4.656 kW while it runs, 25 of 48 hours.
    let gang = r#"
[pool.hall]
hardware = "unit"
site = "here"
accelerators = 10
serves = ["job"]
initial = { job = 8 }
[training.job]
work = "200 accelerator-hours"
gang = 8
"#;
    let energy = totals(&fleet(gang)).sites[0].energy_kwh;
    assert!(near(energy, 4.656 * 25.0 + 1.2 * 23.0, 1e-9), "{energy}");
}

#[test]
fn a_broken_server_draws_nothing() {
    let frail = fleet(SERVICE).replace(
        "price = 876.6",
        "mtbf = \"50h\"\nrepair = \"10h\"\nprice = 876.6",
    );
    let (totals, rows) = run(&scenario(&frail), 0);
    assert!(totals.pools[0].failed > 0.0);
    for row in &rows.fleet {
        let busy = rows
            .allocation
            .iter()
            .find(|of| of.time == row.time)
            .map_or(0.0, |of| of.busy);
        let expected = 1.2 * ((row.installed - row.failed) * 0.1 + busy * 0.4);
        assert!(near(row.power_kw, expected, 1e-9), "{row:?}");
    }
}

#[test]
fn accelerators_depreciate_busy_or_idle() {
    // 0.1 an hour each: 10 over two days, 5 more from noon of the first, paid on two milestones.
    let order = r#"
[order.more]
pool = "hall"
accelerators = 5
placed = "2024-03-31T06:00:00Z"
lead_time = "6h"
pays = { placed = 0.25, delivered = 0.75 }
"#;
    let (totals, rows) = run(&scenario(&fleet(&format!("{SERVICE}{order}"))), 0);
    let pool = totals.pools[0];
    assert!(
        near(pool.depreciation, 0.1 * (10.0 * 48.0 + 5.0 * 36.0), 1e-9),
        "{pool:?}"
    );
    // The service's share of the pool is 6 of 10, so it gets 3 of the 5: 6 of 15 stay idle.
    assert!(near(pool.idle, 4.0 * 12.0 + 6.0 * 36.0, 1e-9), "{pool:?}");
    assert!(
        near(pool.idle_depreciation, 0.1 * pool.idle, 1e-9),
        "{pool:?}"
    );
    assert!(near(pool.capex, 5.0 * 876.6, 1e-9));
    // The first day lies in the first quarter, the second in the next.
    let [(_, first), (_, both)] = rows.quarters.as_slice() else {
        panic!("{} quarters", rows.quarters.len());
    };
    assert!(near(
        first.pools[0].depreciation,
        0.1 * (240.0 + 60.0),
        1e-9
    ));
    assert!(near(both.pools[0].depreciation, pool.depreciation, 1e-12));
    // On order for six hours.
    let ordered: f64 = rows.fleet.iter().map(|row| row.on_order).sum();
    assert!(near(ordered, 5.0 * 6.0, 1e-9), "{ordered}");
    assert_eq!(
        (rows.fleet[11].installed, rows.fleet[12].installed),
        (10.0, 15.0)
    );
    assert_eq!((rows.fleet[5].on_order, rows.fleet[6].on_order), (0.0, 5.0));
}

#[test]
fn nothing_is_written_off_twice() {
    // A life of one day within a run of two.
    let short = fleet(SERVICE).replace("life = \"1 y\"", "life = \"1 d\"");
    let pool = totals(&short).pools[0];
    assert!(near(pool.depreciation, 10.0 * 876.6, 1e-9), "{pool:?}");
    assert!(near(pool.idle_depreciation, 4.0 * 876.6, 1e-9), "{pool:?}");
}

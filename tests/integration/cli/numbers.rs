//! The numbers of one file agree with those of another: bands and replications with the summary, costs with the money
//! metrics, the pieces of the fleet with the whole.

use super::result;
use super::tables::{Csv, number, read};

#[test]
fn bands_have_every_series_on_every_day() {
    let sandbox = result(&["run.horizon=3d"]);
    let bands = read(&sandbox, "out/bands.csv");
    assert_eq!(
        bands.distinct("day"),
        ["2024-07-01", "2024-07-02", "2024-07-03"]
    );
    let series = |row: &Vec<String>| row[1..5].to_vec();
    let first: Vec<_> = bands.having(&[("day", "2024-07-01")]).map(series).collect();
    assert!(first.len() > 20);
    for day in ["2024-07-02", "2024-07-03"] {
        let next: Vec<_> = bands.having(&[("day", day)]).map(series).collect();
        assert_eq!(next, first, "{day}");
    }
    assert_eq!(bands.rows.len(), 3 * first.len());
    for row in &bands.rows {
        let cell = |column: &str| number(&row[bands.index(column)]);
        assert!(
            cell("p05") <= cell("p50") && cell("p50") <= cell("p95"),
            "{row:?}"
        );
    }
}

#[test]
fn bands_of_a_sum_add_up_to_the_summary() {
    let sandbox = result(&[]);
    let (bands, summary) = (
        read(&sandbox, "out/bands.csv"),
        read(&sandbox, "out/summary.csv"),
    );
    for (metric, entity) in [
        ("value", "fleet"),
        ("offered", "chat"),
        ("useful_accelerator_hours", "llama"),
        ("energy_kwh", "fleet"),
    ] {
        let series = [("metric", metric), ("entity", entity)];
        close(
            bands.sum(&series, "mean"),
            number(summary.cell(&series, "mean")),
            metric,
        );
    }
}

#[test]
fn the_summary_is_the_mean_of_the_replications() {
    let sandbox = result(&[]);
    let (all, summary) = (
        read(&sandbox, "out/replications.csv"),
        read(&sandbox, "out/summary.csv"),
    );
    for row in &summary.rows {
        let cell = |column: &str| row[summary.index(column)].as_str();
        let series = [("metric", cell("metric")), ("entity", cell("entity"))];
        let values: Vec<f64> = all
            .having(&series)
            .filter_map(|row| row[all.index("value")].parse().ok())
            .collect();
        let n = number(cell("replications"));
        assert_eq!(values.len() as f64, n, "{row:?}");
        if n >= 2.0 {
            let mean = values.iter().sum::<f64>() / n;
            close(number(cell("mean")), mean, cell("metric"));
            let variance = values
                .iter()
                .map(|value| (value - mean).powi(2))
                .sum::<f64>()
                / (n - 1.0);
            close(number(cell("std_dev")), variance.sqrt(), cell("metric"));
            // Student's t with two degrees of freedom.
            let half = 4.302_652_729_696_142 * (variance / n).sqrt();
            close(number(cell("ci95_high")) - mean, half, cell("metric"));
            close(mean - number(cell("ci95_low")), half, cell("metric"));
        }
    }
}

#[test]
fn one_replication_has_no_spread() {
    let sandbox = result(&["run.replications=1"]);
    let summary = read(&sandbox, "out/summary.csv");
    for column in ["std_dev", "ci95_low", "ci95_high"] {
        assert!(
            summary.column(column).iter().all(String::is_empty),
            "{column}"
        );
    }
    assert!(
        summary
            .column("replications")
            .iter()
            .all(|n| n == "1" || n == "0")
    );
}

#[test]
fn costs_sum_to_the_money_of_each_replication() {
    // The horizon crosses the end of a quarter.
    let sandbox = result(&[
        "run.start=2024-09-29",
        "order.more.placed=2024-09-29",
        "run.horizon=4d",
        "site.main.energy_price_per_kwh=0.07",
    ]);
    let (costs, all) = (
        read(&sandbox, "out/costs.csv"),
        read(&sandbox, "out/replications.csv"),
    );
    assert_eq!(costs.distinct("quarter"), ["2024Q3", "2024Q4"]);
    for replication in ["0", "1", "2"] {
        let of = |category: &str| {
            costs.sum(
                &[("replication", replication), ("category", category)],
                "amount",
            )
        };
        let metric = |metric: &str| {
            let series = [
                ("replication", replication),
                ("metric", metric),
                ("entity", "fleet"),
            ];
            number(all.cell(&series, "value"))
        };
        for name in [
            "value",
            "penalties",
            "energy",
            "depreciation",
            "idle_depreciation",
            "capex",
            "conversion",
        ] {
            close(of(name), metric(name), name);
        }
        for name in ["value", "energy", "depreciation", "capex"] {
            assert!(of(name) > 0.0, "{name}: nothing is tested");
        }
        let net = of("value") - of("penalties") - of("conversion") - of("energy");
        close(net, metric("net_value"), "net_value");
        close(
            of("depreciation") + of("energy") + of("conversion"),
            metric("cost"),
            "cost",
        );
        let entity = [
            ("replication", replication),
            ("category", "value"),
            ("entity", "chat"),
        ];
        let chat = [
            ("replication", replication),
            ("metric", "value"),
            ("entity", "chat"),
        ];
        close(
            costs.sum(&entity, "amount"),
            number(all.cell(&chat, "value")),
            "value of chat",
        );
    }
}

#[test]
fn every_accelerator_is_somewhere_in_every_hour() {
    let sandbox = result(&["hardware.h100.mtbf=2d"]);
    let (fleet, allocation) = (
        read(&sandbox, "out/fleet.csv"),
        read(&sandbox, "out/allocation.csv"),
    );
    let mut failed = 0.0;
    for row in &fleet.rows {
        let cell = |column: &str| number(&row[fleet.index(column)]);
        let key = [
            ("replication", row[0].as_str()),
            ("time", row[1].as_str()),
            ("pool", row[2].as_str()),
        ];
        let held = |column: &str| allocation.sum(&key, column);
        let held = held("allocated") + held("draining") + held("converting") + held("warming");
        let somewhere = held + cell("idle") + cell("failed") + cell("maintenance");
        assert!(
            (somewhere - cell("installed")).abs() < 1e-4,
            "{row:?}: {somewhere}"
        );
        failed += cell("failed");
    }
    assert!(failed > 0.0, "nothing failed: nothing is tested");
}

#[test]
fn a_workload_of_rate_zero_has_no_attainment() {
    let sandbox = result(&["inference.chat.demand.base=0 /s"]);
    let summary = read(&sandbox, "out/summary.csv");
    let chat = |metric| [("metric", metric), ("entity", "chat")];
    assert_eq!(summary.cell(&chat("slo_attainment"), "mean"), "");
    assert_eq!(summary.cell(&chat("slo_attainment"), "replications"), "0");
    assert_eq!(summary.cell(&chat("offered"), "mean"), "0");
    assert_eq!(summary.cell(&chat("value"), "mean"), "0");
    let services: Csv = read(&sandbox, "out/services.csv");
    let index = services.index("attainment");
    assert!(
        services
            .having(&[("service", "chat")])
            .all(|row| row[index].is_empty())
    );
    assert!(
        services
            .having(&[("service", "feed")])
            .all(|row| !row[index].is_empty())
    );
}

#[track_caller]
fn close(left: f64, right: f64, what: &str) {
    let scale = left.abs().max(right.abs()).max(1e-3);
    assert!(
        (left - right).abs() <= 1e-9 * scale,
        "{what}: {left} and {right}"
    );
}

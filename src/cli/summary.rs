//! The table that `run` ends with: what a planner wants to know first, in ten seconds and 80
//! columns. Every number is a mean over replications; `±` is half of its 95% interval.

use std::fmt::Write as _;

use comfy_table::{CellAlignment, Table};
use flexcap::results::tables::SummaryRow;
use flexcap::scenario::{Kind, Scenario};

use super::show::{amount, table, trimmed};

/// The summary of a scenario's result, ending in a newline.
pub fn render(scenario: &Scenario, replications: u32, rows: &[SummaryRow]) -> String {
    let summary = Summary {
        scenario,
        replications,
        rows,
    };
    let mut text = summary.heading();
    for table in [summary.services(), summary.training()]
        .into_iter()
        .flatten()
    {
        text.push_str(&trimmed(&table));
        text.push('\n');
    }
    text.push_str(&trimmed(&summary.fleet()));
    text
}

struct Summary<'a> {
    scenario: &'a Scenario,
    replications: u32,
    rows: &'a [SummaryRow],
}

impl Summary<'_> {
    fn heading(&self) -> String {
        let run = &self.scenario.run;
        let plural = if self.replications == 1 { "" } else { "s" };
        let spread = if self.replications == 1 {
            ""
        } else {
            "; ± is half of the 95% interval"
        };
        format!(
            "{}: {:.0} days, {} replication{plural}, seed {}{spread}\n\n",
            self.scenario.scenario.name,
            run.horizon.as_days(),
            self.replications,
            run.seed,
        )
    }

    fn services(&self) -> Option<Table> {
        let promises = self
            .scenario
            .inference
            .iter()
            .map(|(name, service)| (name, service.slo.attainment))
            .chain(
                self.scenario
                    .ranking
                    .iter()
                    .map(|(name, service)| (name, service.slo.attainment)),
            );
        let mut table = table([
            "service",
            "offered",
            "in SLO",
            "promised",
            "shed",
            "mean wait",
            "value",
        ]);
        for (name, promise) in promises {
            table.add_row([
                name.clone(),
                self.show("offered", name, &amount),
                self.show_spread("slo_attainment", name, &percent),
                percent(promise),
                self.show("shed", name, &amount),
                self.show("waiting_time_mean", name, &duration),
                self.show_spread("value", name, &amount),
            ]);
        }
        (table.row_count() > 0).then_some(table)
    }

    fn training(&self) -> Option<Table> {
        let mut table = table([
            "training",
            "useful acc-h",
            "lost",
            "goodput",
            "stops",
            "done after",
            "value",
        ]);
        for name in self.scenario.training.keys() {
            table.add_row([
                name.clone(),
                self.show("useful_accelerator_hours", name, &amount),
                self.show("lost_accelerator_hours", name, &amount),
                self.show_spread("goodput", name, &percent),
                self.show("interruptions", name, &amount),
                self.show("completion_time_mean", name, &|hours| {
                    format!("{:.1} d", hours / 24.0)
                }),
                self.show_spread("value", name, &amount),
            ]);
        }
        (table.row_count() > 0).then_some(table)
    }

    fn fleet(&self) -> Table {
        let installed = self
            .mean("installed_accelerator_hours", "fleet")
            .unwrap_or(0.0);
        let share = |hours: f64| {
            if installed > 0.0 {
                percent(hours / installed)
            } else {
                "-".to_owned()
            }
        };
        let of_fleet = |metric: &str| share(self.mean(metric, "fleet").unwrap_or(0.0));
        let mut table = table(["fleet", "", "money", ""]);
        let money = |metric: &str| self.show_spread(metric, "fleet", &amount);
        let mut left: Vec<(String, String)> = vec![(
            "accelerators".to_owned(),
            amount(installed / self.scenario.run.horizon.as_hours()),
        )];
        for kind in Kind::ALL {
            let names = self.scenario.workloads().filter(|(_, of)| *of == kind);
            let busy = names.filter_map(|(name, _)| self.mean("busy_accelerator_hours", name));
            let busy = busy.fold(0.0, |sum, hours| sum + hours);
            left.push((format!("busy: {}", kind.word()), share(busy)));
        }
        left.push(("idle".to_owned(), of_fleet("idle_accelerator_hours")));
        left.push(("failed".to_owned(), of_fleet("failed_accelerator_hours")));
        let currency = &self.scenario.scenario.currency;
        let right = [
            (format!("net value, {currency}"), money("net_value")),
            ("value".to_owned(), money("value")),
            ("penalties".to_owned(), money("penalties")),
            ("energy".to_owned(), money("energy")),
            ("cost (with depreciation)".to_owned(), money("cost")),
            (
                "energy, kWh".to_owned(),
                self.show("energy_kwh", "fleet", &amount),
            ),
        ];
        for (left, right) in left.into_iter().zip(right) {
            table.add_row([left.0, left.1, right.0, right.1]);
        }
        if self.row("bound", "fleet").is_some() {
            let share = |metric: &str| self.show_spread(metric, "fleet", &percent);
            let bound = money("bound");
            table.add_row(["", "", "bound on net value", &bound]);
            table.add_row(["", "", "regret", &share("regret")]);
            table.add_row(["", "", "gap closed", &share("gap_closed")]);
        }
        if let Some(column) = table.column_mut(2) {
            column.set_cell_alignment(CellAlignment::Left);
        }
        table
    }

    fn row(&self, metric: &str, entity: &str) -> Option<&SummaryRow> {
        let mut rows = self.rows.iter();
        rows.find(|row| row.series.metric.name == metric && row.series.entity == entity)
    }

    fn mean(&self, metric: &str, entity: &str) -> Option<f64> {
        self.row(metric, entity)?.mean
    }

    fn show(&self, metric: &str, entity: &str, form: &dyn Fn(f64) -> String) -> String {
        self.mean(metric, entity)
            .map_or_else(|| "-".to_owned(), form)
    }

    fn show_spread(&self, metric: &str, entity: &str, form: &dyn Fn(f64) -> String) -> String {
        let mut text = self.show(metric, entity, form);
        let interval = self.row(metric, entity).and_then(|row| row.ci95);
        if let Some((low, high)) = interval {
            let _ = write!(text, " ± {}", form(0.5 * (high - low)));
        }
        text
    }
}

fn percent(share: f64) -> String {
    format!("{:.2}%", 100.0 * share)
}

fn duration(seconds: f64) -> String {
    match seconds {
        0.0 => "0 s".to_owned(),
        s if s < 1e-6 => "< 1 us".to_owned(),
        s if s < 1e-3 => format!("{:.0} us", s * 1e6),
        s if s < 1.0 => format!("{:.1} ms", s * 1e3),
        s if s < 3600.0 => format!("{s:.1} s"),
        s => format!("{:.1} h", s / 3600.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_choose_their_unit() {
        assert_eq!(duration(0.0), "0 s");
        assert_eq!(duration(0.0021), "2.1 ms");
        assert_eq!(duration(7200.0), "2.0 h");
    }
}

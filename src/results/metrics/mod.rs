//! Metrics: what they are called, what they mean, and how they are read off a replication's totals. The rows
//! are in `table`; everything that shows a metric (CSVs, data package, `flexcap explain metrics`, summary on
//! the terminal) follows from that one table. A [`Series`] is a metric of one entity: a line of `summary.csv`.

mod explain;
mod table;

use std::sync::Arc;

pub use explain::{explain, explain_metric};
pub use table::{METRICS, net_value};

use super::names::{EntityType, Names};
use super::unit::Unit;
use crate::simulation::totals::Totals;

/// Which direction is an improvement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
    /// Neither: it describes.
    Neutral,
}

/// Over what a metric is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Over the run, and in `bands.csv` over each day.
    Daily,
    /// Over the run.
    Run,
    /// Over a run of which a bound was asked for.
    Bound,
}

/// One measure of how a plan does.
#[derive(Debug)]
pub struct Metric {
    /// Its name in every file and on every screen.
    pub name: &'static str,
    /// What it is counted in.
    pub unit: Unit,
    /// Which way is up.
    pub better: Better,
    /// What it means, with its formula.
    pub definition: &'static str,
    /// Over what it is measured.
    pub scope: Scope,
    /// On which entities it is measured, and how.
    pub levels: &'static [Level],
}

/// A metric on one type of entity.
#[derive(Debug)]
pub struct Level {
    /// The type of entity.
    pub entity_type: EntityType,
    /// The value for the entity of that index; none where it has no meaning, such as a share of nothing.
    pub read: Reading,
}

/// Reads a metric off the totals, given the index of the entity's typed id.
pub type Reading = fn(&Totals, usize) -> Option<f64>;

/// A metric of one entity.
#[derive(Debug)]
pub struct Series {
    /// What is measured.
    pub metric: &'static Metric,
    /// On what type of entity.
    pub entity_type: EntityType,
    /// On which.
    pub entity: String,
    /// The unit as text.
    pub unit: String,
    index: usize,
    reading: Reading,
}

impl Series {
    /// Its value in these totals; none where it has no meaning.
    #[must_use]
    pub fn read(&self, totals: &Totals) -> Option<f64> {
        let value = (self.reading)(totals, self.index);
        debug_assert!(
            value.is_none_or(f64::is_finite),
            "{} of {} is {value:?}",
            self.metric.name,
            self.entity
        );
        value.filter(|value| value.is_finite())
    }

    /// Whether `costs.csv` books it by quarter: every amount of money below the fleet.
    #[must_use]
    pub fn is_booked(&self) -> bool {
        self.metric.unit == Unit::Money && self.entity_type != EntityType::Fleet
    }
}

/// The metric of that name.
#[must_use]
pub fn metric(name: &str) -> Option<&'static Metric> {
    METRICS.iter().find(|metric| metric.name == name)
}

/// Every metric of every entity of a scenario, in the order of the metric table, then of the scenario; those
/// of a bound only where one is asked for ([`series_with_bound`]).
#[must_use]
pub fn all_series(names: &Names) -> Vec<Arc<Series>> {
    series(names, |metric| metric.scope != Scope::Bound)
}

/// The same with the metrics of a bound.
#[must_use]
pub fn series_with_bound(names: &Names) -> Vec<Arc<Series>> {
    series(names, |_| true)
}

fn series(names: &Names, wanted: impl Fn(&Metric) -> bool) -> Vec<Arc<Series>> {
    let mut series = Vec::new();
    for metric in METRICS.iter().filter(|metric| wanted(metric)) {
        for level in metric.levels {
            for (index, entity) in names.entities(level.entity_type) {
                series.push(Arc::new(Series {
                    metric,
                    entity_type: level.entity_type,
                    entity: entity.to_owned(),
                    unit: metric.unit.text(&names.currency),
                    index,
                    reading: level.read,
                }));
            }
        }
    }
    series
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::results::testing::{names, totals};
    use crate::simulation::totals::Yardsticks;

    #[test]
    fn the_core_metrics_are_there_on_the_right_entities() {
        use EntityType::{Fleet, Service, Workload};
        for (of, core) in [
            (
                Fleet,
                "net_value value penalties cost utilization idle_accelerator_hours \
                 converting_accelerator_hours failed_accelerator_hours energy_kwh",
            ),
            (Service, "slo_attainment offered shed waiting_time_mean"),
            (
                Workload,
                "completion_time_mean queueing_time_mean goodput interruptions \
                 lost_accelerator_hours jobs_completed",
            ),
        ] {
            for name in core.split_whitespace() {
                let found = metric(name).unwrap_or_else(|| panic!("{name} is missing"));
                assert!(found.levels.iter().any(|level| level.entity_type == of));
            }
        }
    }

    #[test]
    fn names_and_definitions_are_in_order() {
        let mut seen = BTreeSet::new();
        for metric in METRICS {
            assert!(seen.insert(metric.name), "{} twice", metric.name);
            assert!(
                metric
                    .name
                    .bytes()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_')
            );
            assert!(metric.definition.ends_with('.'), "{}", metric.name);
            assert!(!metric.levels.is_empty() && metric.unit != Unit::None);
        }
    }

    /// `(metric, entity)` is a key although a site may have a pool's name: no metric is measured on both.
    #[test]
    fn metric_and_entity_identify_a_series() {
        let mut names = names();
        names.sites = names.pools.clone();
        let mut seen = BTreeSet::new();
        for series in series_with_bound(&names) {
            assert!(seen.insert((series.metric.name, series.entity.clone())));
        }
    }

    /// No totals at all, or only zeros, may give none but never a NaN, nor an index out of range.
    #[test]
    fn empty_totals_are_read_without_surprise() {
        for series in series_with_bound(&names()) {
            assert!(series.read(&Totals::default()).is_none_or(|v| v == 0.0));
        }
    }

    #[test]
    fn formulas() {
        let (names, totals) = (names(), totals());
        let series = all_series(&names);
        let value = |metric: &str, entity: &str| {
            let found = series
                .iter()
                .find(|s| s.metric.name == metric && s.entity == entity);
            found.unwrap().read(&totals)
        };
        assert_eq!(value("net_value", "fleet"), Some(1500.0 - 40.0 - 6.0 - 7.0));
        assert_eq!(value("cost", "fleet"), Some(110.0 + 7.0 + 6.0));
        assert_eq!(value("utilization", "fleet"), Some(75.0 / 150.0));
        assert_eq!(value("utilization", "edge"), Some(15.0 / 50.0));
        assert_eq!(value("idle_accelerator_hours", "fleet"), Some(30.0));
        assert_eq!(value("goodput", "llama"), Some(0.8));
        assert_eq!(value("slo_attainment", "assistant"), Some(0.9));
        assert_eq!(value("slo_attainment", "feed"), None);
        assert_eq!(value("waiting_time_mean", "assistant"), Some(0.25));
        assert_eq!(value("completion_time_mean", "llama"), Some(48.0));
        assert_eq!(value("queueing_time_mean", "llama"), Some(1.5));
        assert_eq!(value("energy_kwh", "main"), Some(100.0));
        assert_eq!(value("value", "assistant"), Some(500.0));
    }

    #[test]
    fn a_run_is_measured_against_its_bound() {
        let mut totals = totals();
        let read = |totals: &Totals| -> Vec<Option<f64>> {
            let of_bound = |series: &&Arc<Series>| series.metric.scope == Scope::Bound;
            let all = series_with_bound(&names());
            all.iter()
                .filter(of_bound)
                .map(|series| series.read(totals))
                .collect()
        };
        assert_eq!(read(&totals), [None; 3]);
        // Net value is 1447.
        let mut yardsticks = Yardsticks {
            bound: 1647.0,
            nothing_served: -353.0,
            dedicated: Some(1247.0),
        };
        totals.yardsticks = Some(yardsticks);
        assert_eq!(read(&totals), [Some(1647.0), Some(0.1), Some(0.5)]);
        yardsticks.dedicated = None;
        totals.yardsticks = Some(yardsticks);
        assert_eq!(read(&totals), [Some(1647.0), Some(0.1), None]);
        // Where nothing can be earned there is nothing to miss.
        yardsticks.nothing_served = 1647.0;
        totals.yardsticks = Some(yardsticks);
        assert_eq!(read(&totals), [Some(1647.0), None, None]);
    }

    /// Every state of the ledger is a metric, so that the accounting can be closed from the CSV alone.
    #[test]
    fn the_states_of_a_pool_add_up_to_installed() {
        let (names, totals) = (names(), totals());
        let sum_of = |metrics: &[&str]| -> f64 {
            all_series(&names)
                .iter()
                .filter(|s| s.entity == "fleet" && metrics.contains(&s.metric.name))
                .filter_map(|s| s.read(&totals))
                .sum()
        };
        let states = [
            "allocated_accelerator_hours",
            "draining_accelerator_hours",
            "converting_accelerator_hours",
            "warming_accelerator_hours",
            "idle_accelerator_hours",
            "failed_accelerator_hours",
            "maintenance_accelerator_hours",
        ];
        assert_eq!(sum_of(&states), sum_of(&["installed_accelerator_hours"]));
        assert_eq!(sum_of(&states), 150.0);
    }
}

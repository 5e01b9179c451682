//! Which axes matter: from the means of the points to `sweep_sensitivity.csv`. Sobol' indices by the estimators
//! that Saltelli et al. (2010) recommend (first order their eq. b of table 2, total after Jansen 1999); elementary
//! effects after Morris (1991) with mu* of Campolongo, Cariboni and Saltelli (2007). A sample with a point that
//! failed, or that has no value, is left out.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::design::morris_step;
use crate::experiment::statistics::{mean, std_dev};
use crate::results::EntityType;
use crate::results::metrics::Series;
use crate::results::tables::SensitivityRow;
use crate::scenario::sweep::{Design, SweepPlan};

/// The means of points as they come, in order, with all that a design's estimates need.
pub(super) struct Sensitivity<'a> {
    plan: &'a SweepPlan,
    /// Points that make one sample.
    block: usize,
    /// One row of means a point, in the order of `series`: NaN where there is none.
    means: Vec<Vec<f64>>,
    /// All series that any point has, in the order in which they came.
    series: Vec<Arc<Series>>,
    /// Where a metric of an entity is among them.
    columns: BTreeMap<(&'static str, EntityType, String), usize>,
}

impl<'a> Sensitivity<'a> {
    /// Of a plan whose design tells which axes matter; none of another.
    pub(super) fn of(plan: &'a SweepPlan) -> Option<Self> {
        let groups = plan.groups.len();
        let block = match plan.design {
            Design::Sobol(design) if design.indices => groups + 2,
            Design::Morris(_) => groups + 1,
            _ => return None,
        };
        Some(Self {
            plan,
            block,
            means: Vec::new(),
            series: Vec::new(),
            columns: BTreeMap::new(),
        })
    }

    /// Adds the next point; without means if it failed.
    pub(super) fn add(&mut self, series: &[Arc<Series>], means: &[f64]) {
        let mut row = vec![f64::NAN; self.series.len()];
        for (index, (series, mean)) in series.iter().zip(means).enumerate() {
            let column = self.column(index, series);
            if column >= row.len() {
                row.resize(column + 1, f64::NAN);
            }
            if let Some(cell) = row.get_mut(column) {
                *cell = *mean;
            }
        }
        self.means.push(row);
    }

    /// Where a series goes that is number `index` of its point. An axis may bring entities that other points do not
    /// have, so that the same number is not always the same series.
    fn column(&mut self, index: usize, series: &Arc<Series>) -> usize {
        if matches!(self.series.get(index), Some(known) if Arc::ptr_eq(known, series)) {
            return index;
        }
        let place = (
            series.metric.name,
            series.entity_type,
            series.entity.clone(),
        );
        *self.columns.entry(place).or_insert_with(|| {
            self.series.push(Arc::clone(series));
            self.series.len() - 1
        })
    }

    /// The rows of the table: by axis, then series.
    pub(super) fn rows(&self) -> Vec<SensitivityRow> {
        let mut rows = Vec::new();
        for (group, axes) in self.plan.groups.iter().enumerate() {
            let names = axes.iter().filter_map(|axis| self.plan.axes.get(*axis));
            let names: Vec<&str> = names.map(|axis| axis.name.as_str()).collect();
            for (index, series) in self.series.iter().enumerate() {
                let estimates = match self.plan.design {
                    Design::Morris(design) => {
                        self.effects(group, index, design.seed, design.levels)
                    }
                    _ => self.indices(group, index),
                };
                for (name, estimate) in estimates {
                    let is_share = matches!(name, "first_order" | "total");
                    rows.push(SensitivityRow {
                        axis: names.join("+"),
                        series: Arc::clone(series),
                        index: name,
                        unit: if is_share {
                            "1".to_owned()
                        } else {
                            series.unit.clone()
                        },
                        value: estimate.value,
                        std_error: estimate.std_error,
                        samples: estimate.samples,
                    });
                }
            }
        }
        rows
    }

    /// The samples in which all points that `pick` asks for have a value of the series.
    fn samples<const N: usize>(&self, series: usize, pick: [usize; N]) -> Vec<(u64, [f64; N])> {
        let samples = (0..).zip(self.means.chunks_exact(self.block));
        samples
            .filter_map(|(number, block)| {
                let value = |point: usize| {
                    block
                        .get(point)
                        .and_then(|means| means.get(series).copied())
                };
                let values = pick.map(|point| value(point).unwrap_or(f64::NAN));
                values
                    .iter()
                    .all(|value| value.is_finite())
                    .then_some((number, values))
            })
            .collect()
    }

    fn indices(&self, group: usize, series: usize) -> Vec<(&'static str, Estimate)> {
        let samples = self.samples(series, [0, 1, group + 2]);
        let both: Vec<f64> = samples.iter().flat_map(|(_, [a, b, _])| [*a, *b]).collect();
        let centre = mean(&both).unwrap_or(0.0);
        let variance = mean(
            &both
                .iter()
                .map(|f| (f - centre).powi(2))
                .collect::<Vec<_>>(),
        );
        let Some(variance) = variance.filter(|variance| *variance > 0.0) else {
            return Vec::new();
        };
        // Without the mean, which changes nothing but the noise, the first-order estimate is much tighter.
        let first = samples
            .iter()
            .map(|(_, [a, b, ab])| (b - centre) * (ab - a) / variance);
        let total = samples
            .iter()
            .map(|(_, [a, _, ab])| (a - ab).powi(2) / (2.0 * variance));
        let named = [
            ("first_order", first.collect::<Vec<f64>>()),
            ("total", total.collect()),
        ];
        named
            .into_iter()
            .filter_map(|(name, terms)| Some((name, Estimate::mean(&terms)?)))
            .collect()
    }

    /// How far the axes of a group really go between two shares, as a part of all their way; of several their mean.
    fn way(&self, group: usize, from: f64, to: f64) -> f64 {
        let axes = self.plan.groups.get(group).into_iter().flatten();
        let axes = axes.filter_map(|axis| self.plan.axes.get(*axis));
        let ways: Vec<f64> = axes
            .filter_map(|axis| Some(axis.reached(to)? - axis.reached(from)?))
            .collect();
        mean(&ways).unwrap_or(0.0)
    }

    fn effects(
        &self,
        group: usize,
        series: usize,
        seed: u32,
        levels: u32,
    ) -> Vec<(&'static str, Estimate)> {
        let groups = self.plan.groups.len();
        let mut effects = Vec::new();
        // The points before and after the move differ from trajectory to trajectory.
        for rank in 0..groups {
            for (trajectory, [before, after]) in self.samples(series, [rank, rank + 1]) {
                let step = morris_step(seed, trajectory, group as u64, groups as u64, levels);
                let way = self.way(group, step.from, step.to);
                if step.rank == rank as u64 && way != 0.0 {
                    effects.push((after - before) / way);
                }
            }
        }
        let sizes: Vec<f64> = effects.iter().map(|effect| effect.abs()).collect();
        let sigma = std_dev(&effects).map(|value| Estimate {
            value,
            std_error: None,
            samples: effects.len() as u64,
        });
        let named = [
            ("mu", Estimate::mean(&effects)),
            ("mu_star", Estimate::mean(&sizes)),
            ("sigma", sigma),
        ];
        named
            .into_iter()
            .filter_map(|(name, estimate)| Some((name, estimate?)))
            .collect()
    }
}

/// A number with its error.
#[derive(Clone, Copy, Debug)]
struct Estimate {
    value: f64,
    std_error: Option<f64>,
    samples: u64,
}

impl Estimate {
    /// The mean of independent terms; none of nothing, nor beyond what a number holds.
    fn mean(terms: &[f64]) -> Option<Self> {
        let spread = std_dev(terms).filter(|spread| spread.is_finite());
        Some(Self {
            value: mean(terms).filter(|mean| mean.is_finite())?,
            std_error: spread.map(|spread| spread / (terms.len() as f64).sqrt()),
            samples: terms.len() as u64,
        })
    }
}

//! Which points of a grid make a line along an axis: those that are alike in all other axes.

use super::result::{Point, SweepResult};
use crate::results::read::SweepPlan;

/// The values of the other axes that the points of a line share; nothing where there are no others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line<'a> {
    values: Vec<(usize, &'a str)>,
}

impl Line<'_> {
    /// Whether a point is on it.
    pub(super) fn has(&self, point: &Point) -> bool {
        let mut values = self.values.iter();
        values.all(|(axis, value)| point.value(*axis) == *value)
    }

    /// What its points share, in words.
    pub(super) fn name(&self, plan: &SweepPlan) -> String {
        let pair = |(axis, value): &(usize, &str)| {
            let name = plan.axes.get(*axis).map_or("", |axis| axis.name.as_str());
            format!("{name} = {value}")
        };
        self.values.iter().map(pair).collect::<Vec<_>>().join(", ")
    }
}

impl SweepResult {
    /// The axes of a grid with more than one value that do not go together with one before them; of other designs all.
    pub(super) fn varying(&self) -> Vec<usize> {
        let all = 0..self.plan.axes.len();
        if self.plan.design != "grid" {
            return all.collect();
        }
        let mut found: Vec<usize> = Vec::new();
        for axis in all {
            if self.values(axis).len() > 1 && !found.iter().any(|other| self.follows(axis, *other))
            {
                found.push(axis);
            }
        }
        found
    }

    /// The lines along an axis, in the order of their first points.
    pub(super) fn lines(&self, axis: usize) -> Vec<Line<'_>> {
        let others = self.varying().into_iter();
        let others: Vec<usize> = others
            .filter(|other| *other != axis && !self.follows(*other, axis))
            .collect();
        let mut lines = Vec::new();
        for point in &self.points {
            let values = others.iter().map(|other| (*other, point.value(*other)));
            let line = Line {
                values: values.collect(),
            };
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        lines
    }

    /// Whether an axis has only one value wherever another has one, as zipped axes do.
    fn follows(&self, axis: usize, other: usize) -> bool {
        self.values(other).into_iter().all(|value| {
            let points = self
                .points
                .iter()
                .filter(|point| point.value(other) == value);
            let mut values = points.map(|point| point.value(axis));
            let first = values.next();
            values.all(|value| Some(value) == first)
        })
    }
}

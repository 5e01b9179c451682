//! The tables of a sweep, from the store: points are read back and put into words side by side, and written in the
//! order of their numbers, so that the bytes do not depend on who did what, when, or in how many lives.

use rayon::prelude::*;

use super::sensitivity::Sensitivity;
use super::{Point, Sweep, SweepError, Swept};
use crate::experiment::summary::summarise;
use crate::results::metrics::Series;
use crate::results::sweep::{AxisColumn, Rows, SweepFacts, SweepTable, finish};
use crate::results::tables::{
    PointRow, SWEEP_POINTS, SWEEP_REPLICATIONS, SWEEP_SENSITIVITY, SWEEP_SUMMARY,
    SweepReplicationRow, SweepSummaryRow,
};
use crate::results::{Names, Provenance};
use std::sync::Arc;

/// Points that are in memory at once, for each thread.
const POINTS_A_THREAD: usize = 2;

/// One point's lines.
struct Lines {
    points: Vec<u8>,
    replications: Vec<u8>,
    summary: Vec<u8>,
    /// What the sensitivity is made of.
    series: Vec<Arc<Series>>,
    means: Vec<f64>,
}

/// Writes all tables and the data package.
pub(super) fn write(sweep: &Sweep, swept: &Swept, argv: &[String]) -> Result<(), SweepError> {
    let plan = sweep.plan();
    let names = Names::from(&plan.scenario()?.scenario);
    let axes: Vec<AxisColumn> = plan
        .axes
        .iter()
        .map(|axis| AxisColumn {
            name: axis.name.clone(),
            key: axis.key.clone(),
            is_number: axis.is_number(),
        })
        .collect();
    let directory = &swept.directory;
    let mut points = SweepTable::create(directory, &SWEEP_POINTS, &axes)?;
    let mut replications = SweepTable::create(directory, &SWEEP_REPLICATIONS, &axes)?;
    let mut summary = SweepTable::create(directory, &SWEEP_SUMMARY, &axes)?;
    let mut sensitivity = Sensitivity::of(plan);

    let at_once = POINTS_A_THREAD * rayon::current_num_threads();
    let mut rest = sweep.points();
    loop {
        let chunk: Vec<Point> = rest.by_ref().take(at_once).collect();
        if chunk.is_empty() {
            break;
        }
        let lines: Result<Vec<Lines>, SweepError> = chunk
            .par_iter()
            .with_max_len(1)
            .map(|point| lines_of(point, swept, &names))
            .collect();
        for lines in lines? {
            points.write(&lines.points)?;
            replications.write(&lines.replications)?;
            summary.write(&lines.summary)?;
            if let Some(sensitivity) = &mut sensitivity {
                sensitivity.add(&lines.series, &lines.means);
            }
        }
    }
    let mut tables = vec![points, replications, summary];
    if let Some(sensitivity) = &sensitivity {
        let mut rows = Rows::new(&SWEEP_SENSITIVITY, &names);
        for row in sensitivity.rows() {
            rows.add(&[], &row);
        }
        let mut table = SweepTable::create(directory, &SWEEP_SENSITIVITY, &[])?;
        table.write(&rows.text)?;
        tables.push(table);
    }
    let facts = SweepFacts {
        name: plan.name.clone(),
        description: plan.description.clone(),
        design: plan.design.tag(),
        points: swept.points,
        failed: swept.failed,
        replications: plan.replications,
        has_sensitivity: sensitivity.is_some(),
    };
    let provenance = Provenance {
        seed: plan.seed,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        argv: argv.to_vec(),
    };
    finish(
        directory,
        tables,
        &axes,
        (&facts, &provenance),
        &names,
        &plan.inputs(),
    )?;
    Ok(())
}

fn lines_of(point: &Point, swept: &Swept, names: &Names) -> Result<Lines, SweepError> {
    let cells: Vec<&str> = point
        .coordinates
        .iter()
        .map(|at| at.text.as_str())
        .collect();
    let results = swept.results(point.number)?;
    let index = usize::try_from(point.number).unwrap_or(usize::MAX);
    let problem = swept
        .records
        .get(index)
        .and_then(|record| record.problem.as_ref());
    let mut points = Rows::new(&SWEEP_POINTS, names);
    points.add(
        &cells,
        &PointRow {
            point: point.number,
            replications: results
                .as_ref()
                .map_or(0, |(_, results)| results.len() as u64),
            problem: problem.map(|problem| problem.1.clone()),
        },
    );
    let mut replications = Rows::new(&SWEEP_REPLICATIONS, names);
    let mut summary = Rows::new(&SWEEP_SUMMARY, names);
    let (mut all_series, mut means) = (Vec::new(), Vec::new());
    if let Some((series, results)) = results {
        for result in &results {
            for (series, value) in series.iter().zip(&result.values) {
                replications.add(
                    &cells,
                    &SweepReplicationRow {
                        point: point.number,
                        replication: result.replication,
                        seed: result.seed,
                        series: Arc::clone(series),
                        value: *value,
                    },
                );
            }
        }
        for row in summarise(series, &results) {
            means.push(row.mean.unwrap_or(f64::NAN));
            summary.add(
                &cells,
                &SweepSummaryRow {
                    point: point.number,
                    series: Arc::clone(&row.series),
                    summary: row,
                },
            );
        }
        all_series = series.to_vec();
    }
    Ok(Lines {
        points: points.text,
        replications: replications.text,
        summary: summary.text,
        series: all_series,
        means,
    })
}

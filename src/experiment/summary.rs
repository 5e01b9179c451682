//! From replications to the rows of `summary.csv` and `bands.csv`. A replication in which a metric has no
//! meaning (the attainment of a service without traffic) is skipped, and the row says how many are left.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::statistics::{half_width, mean, quantile, std_dev};
use crate::kernel::Instant;
use crate::results::ReplicationResult;
use crate::results::metrics::Series;
use crate::results::tables::{BandRow, SummaryRow};

/// The percentiles of a band.
const BAND: [f64; 3] = [0.05, 0.5, 0.95];

/// One row for each series; `series` is what the results' `values` are values of.
#[must_use]
pub fn summarise(series: &[Arc<Series>], results: &[ReplicationResult]) -> Vec<SummaryRow> {
    let results = in_order(results);
    let row = |(index, series): (usize, &Arc<Series>)| {
        let values: Vec<f64> = results
            .iter()
            .filter_map(|result| result.values.get(index).copied().flatten())
            .collect();
        summary_row(Arc::clone(series), &values)
    };
    series.iter().enumerate().map(row).collect()
}

/// One row for each day and series that has a value in any replication; `series` is what the days' `values`
/// are values of. Days come in order, series in theirs.
#[must_use]
pub fn bands(series: &[Arc<Series>], results: &[ReplicationResult]) -> Vec<BandRow> {
    let results = in_order(results);
    let days: BTreeSet<Instant> = results
        .iter()
        .flat_map(|result| result.days.iter().map(|of| of.day))
        .collect();
    let mut rows = Vec::with_capacity(days.len() * series.len());
    let mut values = Vec::with_capacity(results.len());
    for day in days {
        let of_day: Vec<&[f64]> = results
            .iter()
            .filter_map(|result| {
                let found = result.days.binary_search_by_key(&day, |of| of.day);
                Some(&*result.days.get(found.ok()?)?.values)
            })
            .collect();
        for (index, series) in series.iter().enumerate() {
            values.clear();
            values.extend(of_day.iter().filter_map(|of_one| of_one.get(index)));
            values.retain(|value: &f64| !value.is_nan());
            rows.extend(band_row(day, series, &mut values));
        }
    }
    rows
}

/// Sums depend on their order, which must not depend on who was first.
fn in_order(results: &[ReplicationResult]) -> Vec<&ReplicationResult> {
    let mut results: Vec<_> = results.iter().collect();
    results.sort_by_key(|result| result.replication);
    results
}

/// Amounts so large that their squares overflow have no spread rather than an infinite one.
fn summary_row(series: Arc<Series>, values: &[f64]) -> SummaryRow {
    let mean = mean(values).filter(|mean| mean.is_finite());
    let std_dev = std_dev(values).filter(|std_dev| std_dev.is_finite());
    let half = std_dev.and_then(|std_dev| half_width(std_dev, values.len()));
    SummaryRow {
        series,
        replications: values.len() as u64,
        mean,
        std_dev,
        ci95: mean
            .zip(half)
            .map(|(mean, half)| (mean - half, mean + half)),
    }
}

fn band_row(day: Instant, series: &Arc<Series>, values: &mut [f64]) -> Option<BandRow> {
    let mean = mean(values).filter(|mean| mean.is_finite())?;
    values.sort_by(f64::total_cmp);
    let [p05, p50, p95] = BAND.map(|probability| quantile(values, probability));
    Some(BandRow {
        day,
        series: Arc::clone(series),
        mean,
        percentiles: [p05?, p50?, p95?],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::DayValues;
    use crate::results::metrics::all_series;
    use crate::results::testing::{finish_with, hours, names, replication, text, writer};

    fn result(replication: u32, value: Option<f64>) -> ReplicationResult {
        let day = |day: i64, value: Option<f64>| DayValues {
            day: hours(24 * day),
            values: Box::new([value.unwrap_or(f64::NAN)]),
        };
        ReplicationResult {
            replication,
            seed: 1,
            detail: false,
            values: vec![value],
            days: vec![day(0, value), day(1, None)],
            costs: Vec::new(),
        }
    }

    fn one_series() -> Vec<Arc<Series>> {
        all_series(&names()).into_iter().take(1).collect()
    }

    #[test]
    fn replications_without_a_value_are_not_counted() {
        let results = [
            result(0, Some(1.0)),
            result(1, None),
            result(2, Some(3.0)),
            result(3, Some(5.0)),
        ];
        let rows = summarise(&one_series(), &results);
        let row = &rows[0];
        assert_eq!(
            (row.replications, row.mean, row.std_dev),
            (3, Some(3.0), Some(2.0))
        );
        let (low, high) = row.ci95.unwrap();
        assert!((low + 1.968_275_5).abs() < 1e-6 && (high - 7.968_275_5).abs() < 1e-6);
    }

    #[test]
    fn one_value_has_no_interval_and_none_has_no_mean() {
        let one = &summarise(&one_series(), &[result(0, Some(4.0))])[0];
        assert_eq!(
            (one.replications, one.mean, one.std_dev, one.ci95),
            (1, Some(4.0), None, None)
        );
        let none = &summarise(&one_series(), &[result(0, None)])[0];
        assert_eq!((none.replications, none.mean, none.ci95), (0, None, None));
    }

    #[test]
    fn bands_leave_out_days_without_values() {
        let results = [
            result(2, Some(3.0)),
            result(0, Some(1.0)),
            result(1, Some(2.0)),
        ];
        let rows = bands(&one_series(), &results);
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].day, rows[0].mean), (hours(0), 2.0));
        assert_eq!(rows[0].percentiles, [1.1, 2.0, 2.9]);
    }

    /// Two recorded replications, of 3 and 4 like periods, all the way to the files.
    #[test]
    fn written_rows_read_like_this() {
        let home = tempfile::tempdir().unwrap();
        let out = home.path().join("tiny");
        let writer = writer(&out);
        let results = [1, 0].map(|number| replication(&writer, number, false));
        let summary = summarise(writer.series(), &results);
        let bands = bands(writer.daily_series(), &results);
        finish_with(writer, &results, &summary, &bands);
        let (summary, bands) = (text(&out, "summary.csv"), text(&out, "bands.csv"));
        for line in [
            // The half-width is 12.706205 x sd / sqrt(2).
            "\nshed,service,assistant,requests,2,140,28.284271247461902,-114.1240947234939,394.1240947234939\n",
            "\nslo_attainment,service,assistant,1,2,0.9,0,0.9,0.9\n",
            "\nslo_attainment,service,feed,1,0,,,,\n",
        ] {
            assert!(summary.contains(line), "{line}{summary}");
        }
        for line in [
            "\n2024-07-01,energy_kwh,fleet,fleet,kWh,100,100,100,100\n",
            "\n2024-10-01,energy_kwh,site,main,kWh,200,200,200,200\n",
            "\n2024-10-01,slo_attainment,service,assistant,1,0.9,0.9,0.9,0.9\n",
        ] {
            assert!(bands.contains(line), "{line}{bands}");
        }
        assert!(!bands.contains(",feed,1,"), "no traffic, no band");
    }
}

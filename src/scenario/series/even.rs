//! From rows to rates in even steps. The step is the middle one of all spacings, so that a few missing
//! rows do not hide it; they are then told, or filled as the user says.

use super::table::{ROWS_MAX, Row, too_many};
use super::{Fault, Gaps};
use crate::kernel::{Instant, Span};
use crate::scenario::check::show;

/// Rates in even steps.
#[derive(Debug, PartialEq)]
pub(super) struct Even {
    /// The time of the first.
    pub(super) first: Instant,
    pub(super) step: Span,
    /// Per second.
    pub(super) rates: Vec<f64>,
}

/// Evens rows out.
pub(super) fn even(rows: &[Row], gaps: Gaps) -> Result<Even, Fault> {
    let [first, ..] = rows else {
        return Err(too_few("the file has a header and no rows"));
    };
    let step = step_of(rows)?;
    if gaps == Gaps::Refuse {
        refuse_gaps(rows, step)?;
    }
    let mut rates = Vec::with_capacity(rows.len());
    for pair in rows.windows(2) {
        let [row, next] = pair else { continue };
        let missing = missing(row, next, step)?;
        if missing as usize > ROWS_MAX - rates.len().min(ROWS_MAX) {
            return Err(too_many().on(next.line));
        }
        rates.push(row.rate);
        let rise = match gaps {
            Gaps::Interpolate => next.rate - row.rate,
            Gaps::Refuse | Gaps::Hold => 0.0,
        };
        let share = |number: i64| number as f64 / (missing + 1) as f64;
        rates.extend((1..=missing).map(|number| row.rate + rise * share(number)));
    }
    rates.extend(rows.last().map(|row| row.rate));
    Ok(Even {
        first: first.at,
        step,
        rates,
    })
}

/// The middle spacing: that of most rows if most rows are regular.
fn step_of(rows: &[Row]) -> Result<Span, Fault> {
    let mut spacings: Vec<i64> = rows
        .windows(2)
        .filter_map(|pair| match pair {
            [row, next] => Some((next.at - row.at).as_micros()),
            _ => None,
        })
        .collect();
    if spacings.is_empty() {
        let message = "the file has one row, which does not say how long its value holds";
        return Err(too_few(message));
    }
    let middle = (spacings.len() - 1) / 2;
    let (_, step, _) = spacings.select_nth_unstable(middle);
    Ok(Span::from_micros(*step))
}

fn too_few(message: &str) -> Fault {
    Fault::new("file", message, "a series has at least two rows")
}

/// Steps without a row between two rows.
fn missing(row: &Row, next: &Row, step: Span) -> Result<i64, Fault> {
    let (spacing, step_micros) = ((next.at - row.at).as_micros(), step.as_micros());
    if spacing % step_micros == 0 {
        return Ok(spacing / step_micros - 1);
    }
    let message = format!(
        "the row comes {} after the one before it, but the series' step is {}",
        show(Span::from_micros(spacing)),
        show(step)
    );
    let hint = "rows come in even steps: average them over some first";
    Err(Fault::new("time", message, hint).on(next.line))
}

fn refuse_gaps(rows: &[Row], step: Span) -> Result<(), Fault> {
    let (mut first, mut gaps, mut rows_missing) = (None, 0_u64, 0);
    for pair in rows.windows(2) {
        let [row, next] = pair else { continue };
        let missing = missing(row, next, step)?;
        if missing > 0 {
            first = first.or(Some((row, next, missing)));
            gaps += 1;
            rows_missing += missing;
        }
    }
    let Some((row, next, missing)) = first else {
        return Ok(());
    };
    let rows = |count: i64| match count {
        1 => "1 row is".to_owned(),
        _ => format!("{count} rows are"),
    };
    let more = match gaps {
        1 => String::new(),
        _ => format!(
            "; there are {gaps} gaps, and {} missing in all",
            rows(rows_missing)
        ),
    };
    let message = format!(
        "{} missing between {} and {}, at a step of {}{more}",
        rows(missing),
        row.place(),
        next.place(),
        show(step)
    );
    let hint =
        "`gaps = \"interpolate\"` fills them in a straight line, \"hold\" repeats the row before";
    Err(Fault::new("gaps", message, hint).on(next.line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(minutes: &[i64]) -> Vec<Row> {
        let row = |(index, minute): (usize, &i64)| Row {
            line: index as u64 + 2,
            at: Instant::EPOCH + Span::MINUTE * *minute,
            rate: *minute as f64,
        };
        minutes.iter().enumerate().map(row).collect()
    }

    fn refusal(minutes: &[i64], gaps: Gaps) -> String {
        let fault = even(&rows(minutes), gaps).unwrap_err();
        format!("{:?} {}", fault.line, fault.complaint.message)
    }

    #[test]
    fn regular_rows_are_taken_as_they_are() {
        let expected = Even {
            first: Instant::EPOCH + Span::MINUTE * 30,
            step: Span::MINUTE * 10,
            rates: vec![30.0, 40.0, 50.0],
        };
        assert_eq!(even(&rows(&[30, 40, 50]), Gaps::Refuse).unwrap(), expected);
    }

    #[test]
    fn gaps_are_filled_as_asked() {
        let with = |gaps| even(&rows(&[0, 30, 40, 50, 60]), gaps).unwrap().rates;
        let line = with(Gaps::Interpolate);
        for (rate, expected) in line.iter().zip([0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0]) {
            assert!((rate - expected).abs() < 1e-12, "{line:?}");
        }
        assert_eq!(with(Gaps::Hold), [0.0, 0.0, 0.0, 30.0, 40.0, 50.0, 60.0]);
    }

    #[test]
    fn gaps_are_located() {
        let said = refusal(&[0, 10, 20, 50, 60, 80, 90], Gaps::Refuse);
        for part in [
            "Some(5)",
            "2 rows are missing between 1970-01-01T00:20:00Z (line 4) and 1970-01-01T00:50:00Z (line 5)",
            "a step of 10 m",
            "2 gaps, and 3 rows are missing in all",
        ] {
            assert!(said.contains(part), "{part} not in {said}");
        }
        assert!(refusal(&[0, 10, 30, 40], Gaps::Refuse).contains("1 row is missing"));
    }

    #[test]
    fn rows_off_the_step_are_refused_whatever_fills_gaps() {
        for gaps in [Gaps::Refuse, Gaps::Interpolate, Gaps::Hold] {
            let said = refusal(&[0, 10, 20, 35, 45], gaps);
            assert!(
                said.contains("Some(5)") && said.contains("15 m after"),
                "{said}"
            );
        }
        assert!(refusal(&[], Gaps::Hold).contains("no rows"));
        assert!(refusal(&[7], Gaps::Hold).contains("one row"));
    }

    #[test]
    fn a_gap_of_ages_is_not_filled() {
        let said = refusal(&[0, 1, 2, 3, 1_000_000_000], Gaps::Interpolate);
        assert!(said.contains("at most 10000000 rows"), "{said}");
    }
}

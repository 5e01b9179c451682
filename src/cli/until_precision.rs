//! `flexcap run --until-precision`: what was asked for, checked before anything runs, and what was reached.

use clap::Args;
use flexcap::experiment::{PrecisionTarget, Reached, SeriesName};
use flexcap::results::Names;
use flexcap::results::metrics::all_series;
use flexcap::scenario::{Scenario, nearest};
use serde_json::json;

use super::report_errors::UsageError;
use super::show::significant;

/// The metric where none is named.
const METRIC_DEFAULT: &str = "net_value[fleet]";

/// How many replications are enough.
#[derive(Debug, Args)]
pub struct Options {
    /// Add replications until half of the 95% interval is at most this share of the mean, such as 1%
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    until_precision: Option<f64>,
    /// The metric that must be so precise: METRIC[ENTITY] (repeatable) [default: net_value[fleet]]
    #[arg(long, value_name = "METRIC", requires = "until_precision")]
    metric: Vec<SeriesName>,
    /// Replications at which to end in any case [default: 1000]
    #[arg(long, value_name = "N", requires = "until_precision",
        value_parser = clap::value_parser!(u32).range(i64::from(PrecisionTarget::REPLICATIONS_MIN)..=1_000_000))]
    max_replications: Option<u32>,
}

impl Options {
    /// What was asked for, if anything; `replications` is the size of the first batch, if that was said.
    pub fn target(&self, replications: Option<u32>) -> Result<Option<PrecisionTarget>, UsageError> {
        let Some(relative) = self.until_precision else {
            return Ok(None);
        };
        let most = self.max_replications;
        let most = most.unwrap_or(PrecisionTarget::REPLICATIONS_MAX_DEFAULT);
        if let Some(first) = replications.filter(|first| *first > most) {
            return Err(UsageError(format!(
                "--replications {first} is where --until-precision begins, but at most {most} are allowed; raise \
                 --max-replications"
            )));
        }
        let default = || METRIC_DEFAULT.parse().map(|name| vec![name]);
        let series = match self.metric.as_slice() {
            [] => default().map_err(UsageError)?,
            named => named.to_vec(),
        };
        Ok(Some(PrecisionTarget {
            series,
            relative,
            replications_max: most,
        }))
    }
}

/// `1%` as 0.01.
fn percent(text: &str) -> Result<f64, String> {
    let form = || "write a percentage above 0%, as in 1%".to_owned();
    let number = text.trim().strip_suffix('%').ok_or_else(form)?;
    let number: f64 = number.trim_end().parse().map_err(|_| form())?;
    (number > 0.0 && number.is_finite())
        .then_some(number / 100.0)
        .ok_or_else(form)
}

/// Makes sure that a scenario has what is to be precise.
pub fn check_names(target: &PrecisionTarget, scenario: &Scenario) -> Result<(), UsageError> {
    let series = all_series(&Names::from(scenario));
    let Err(unknown) = target.goals(&series) else {
        return Ok(());
    };
    let wanted = unknown.0.to_string();
    let names: Vec<String> = series
        .iter()
        .map(|of| format!("{}[{}]", of.metric.name, of.entity))
        .collect();
    let near = nearest(&wanted, names.iter().map(String::as_str));
    let hint = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`flexcap explain metrics` lists them".to_owned(),
    };
    let name = &scenario.scenario.name;
    Err(UsageError(format!("{name} has no `{wanted}`; {hint}")))
}

/// A line for each metric, below the summary.
pub fn lines(target: Option<&PrecisionTarget>, reached: &[Reached]) -> String {
    let Some(target) = target else {
        return String::new();
    };
    let percent = |share: f64| format!("{}%", significant(100.0 * share, 3));
    let line = |of: &Reached| {
        let number = |value: Option<f64>, digits| {
            value.map_or_else(|| "-".to_owned(), |value| significant(value, digits))
        };
        let relative = of
            .relative
            .map_or_else(|| "no share of it".to_owned(), percent);
        let verdict = if of.is_converged {
            "converged"
        } else {
            "not converged"
        };
        format!(
            "{}: {} ± {} ({relative}) of {} replications; {verdict}, {} was asked for\n",
            of.series,
            number(of.mean, 4),
            number(of.half_width, 3),
            of.replications,
            percent(target.relative),
        )
    };
    let lines: String = reached.iter().map(line).collect();
    format!("\n{lines}")
}

/// The same as data.
pub fn json(reached: &[Reached]) -> serde_json::Value {
    let each = reached.iter().map(|of| {
        json!({
            "metric": of.series.metric,
            "entity": of.series.entity,
            "replications": of.replications,
            "mean": of.mean,
            "half_width": of.half_width,
            "relative_half_width": of.relative,
            "converged": of.is_converged,
        })
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_precision_is_a_percentage() {
        assert_eq!(percent("1%"), Ok(0.01));
        assert_eq!(percent(" 0.5 %"), Ok(0.005));
        for wrong in ["", "1", "0%", "-1%", "nan%", "inf%", "one%", "%"] {
            assert!(percent(wrong).is_err(), "{wrong}");
        }
    }
}

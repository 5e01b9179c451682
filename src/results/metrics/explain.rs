//! The text of `flexcap explain metrics`: the metric table in words. It is generated, so that what the
//! terminal says and what the CSVs hold cannot drift apart.

use std::fmt::Write;

use super::{Better, METRICS, Metric, Scope, metric};

/// Explains every metric, in the order of the files.
#[must_use]
pub fn explain() -> String {
    let mut text = String::from(
        "Metrics of summary.csv, replications.csv and (those marked daily) bands.csv.\n\
         Money is in the scenario's currency.\n",
    );
    for metric in METRICS {
        text.push('\n');
        describe(&mut text, metric);
    }
    text
}

/// Explains one metric; none if there is no metric of that name.
#[must_use]
pub fn explain_metric(name: &str) -> Option<String> {
    let mut text = String::new();
    describe(&mut text, metric(name)?);
    Some(text)
}

fn describe(text: &mut String, metric: &Metric) {
    let levels: Vec<_> = metric.levels.iter().map(|l| l.entity_type.name()).collect();
    let better = match metric.better {
        Better::Higher => "higher is better",
        Better::Lower => "lower is better",
        Better::Neutral => "neither direction is better",
    };
    let daily = if metric.scope == Scope::Daily {
        "; daily"
    } else {
        ""
    };
    // Writing to memory cannot fail.
    let _ = writeln!(
        text,
        "{} [{}]\n  {}\n  by {}; {better}{daily}",
        metric.name,
        metric.unit.text("currency"),
        metric.definition,
        levels.join(", "),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_metric_reads_like_this() {
        assert_eq!(
            explain_metric("utilization").unwrap(),
            "utilization [1]\n  \
             Accelerator-hours that did work over accelerator-hours installed.\n  \
             by fleet, pool; higher is better; daily\n"
        );
        assert_eq!(explain_metric("utilisation"), None);
    }

    #[test]
    fn all_are_explained() {
        let text = explain();
        for metric in METRICS {
            assert!(text.contains(&explain_metric(metric.name).unwrap()));
        }
    }
}

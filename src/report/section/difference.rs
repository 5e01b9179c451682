//! What differs between results that share their draws: the mean of the paired differences with its interval.

use super::super::chart::{Chart, Figure, Tone, Whisker, Whiskers, amount, share};
use super::{Answer, Block, Section, Table};

/// The difference of a metric between a result and the first of the page.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The result's place on the page.
    pub result: usize,
    /// The metric.
    pub metric: String,
    /// On what.
    pub entity: String,
    /// The unit; `1` for a share.
    pub unit: String,
    /// Whether more is better, if either is.
    pub more_is_better: Option<bool>,
    /// Means of the first and of this result, over the pairs.
    pub means: [f64; 2],
    /// The mean difference.
    pub difference: f64,
    /// Its 95% interval; none with fewer than two pairs.
    pub interval: Option<(f64, f64)>,
    /// Pairs of replications.
    pub pairs: u64,
}

/// Metrics that have a chart of their own; all others are in the table.
const DRAWN: [&str; 4] = ["net_value", "cost", "utilization", "slo_attainment"];

/// The section; none without differences.
#[must_use]
pub fn difference(titles: &[String], differences: &[Difference]) -> Option<Section> {
    let first = titles.first()?;
    let answer = |(number, title): (usize, &String)| {
        let of: Vec<_> = differences.iter().filter(|one| one.result == number).collect();
        let drawn = DRAWN.iter().filter_map(|metric| figure(number, metric, &of));
        let mut blocks: Vec<_> = drawn.map(Block::Figure).collect();
        blocks.push(Block::Table(table(first, title, &of)));
        Answer {
            of: format!("{title} less {first}"),
            blocks,
        }
    };
    let answers: Vec<_> = titles.iter().enumerate().skip(1).map(answer).collect();
    (!differences.is_empty()).then_some(Section {
        key: "difference",
        title: "What differs",
        lead: "Paired by seed and replication: both results met the same luck, so the interval is that of the difference. \
               Green is better, orange worse, grey not distinguishable from zero.",
        answers,
    })
}

fn figure(number: usize, metric: &str, of: &[&Difference]) -> Option<Figure> {
    let rows: Vec<_> = of.iter().filter(|one| one.metric == metric).collect();
    let unit = &rows.first()?.unit;
    // Shares differ by points of a percent.
    let factor = if unit == "1" { 100.0 } else { 1.0 };
    let row = |one: &&&Difference| Whisker {
        name: if one.entity == "fleet" { metric.replace('_', " ") } else { one.entity.clone() },
        mean: factor * one.difference,
        interval: one.interval.map(|(low, high)| (factor * low, factor * high)),
        tone: one.tone(),
        tip: format!("{} {}: {}", metric.replace('_', " "), one.entity, one.text()),
    };
    Some(Figure {
        key: format!("difference-{number}-{}", metric.replace('_', "-")),
        title: format!("Difference in {}", metric.replace('_', " ")),
        note: String::new(),
        chart: Chart::Whiskers(Whiskers {
            unit: if unit == "1" { "points of a percent".to_owned() } else { unit.clone() },
            rows: rows.iter().map(row).collect(),
            bars: false,
        }),
    })
}

fn table(first: &str, second: &str, of: &[&Difference]) -> Table {
    let row = |one: &&Difference| {
        let write = one.writer();
        vec![
            format!("{} · {}", one.metric, one.entity),
            write(one.means[0]),
            write(one.means[1]),
            one.text(),
            one.verdict().to_owned(),
        ]
    };
    let header = ["metric · entity", first, second, "difference (95% interval)", "verdict"];
    Table {
        caption: format!("{second} less {first}, where the two differ"),
        header: header.map(str::to_owned).to_vec(),
        rows: of.iter().filter(|one| one.difference != 0.0).map(row).collect(),
    }
}

impl Difference {
    fn writer(&self) -> fn(f64) -> String {
        if self.unit == "1" { share } else { amount }
    }

    /// `+1.2M (0.8M to 1.6M)`.
    fn text(&self) -> String {
        let write = |value: f64| {
            let sign = if value > 0.0 { "+" } else { "" };
            format!("{sign}{}", self.writer()(value))
        };
        match self.interval {
            Some((low, high)) => format!("{} ({} to {})", write(self.difference), write(low), write(high)),
            None => format!("{} (one pair: no interval)", write(self.difference)),
        }
    }

    /// Whether the interval leaves out zero.
    fn is_clear(&self) -> bool {
        self.interval.is_some_and(|(low, high)| low > 0.0 || high < 0.0)
    }

    fn verdict(&self) -> &'static str {
        match (self.is_clear(), self.more_is_better) {
            (false, _) => "not distinguishable",
            (true, None) => "differs",
            (true, Some(more)) if more == (self.difference > 0.0) => "better",
            (true, Some(_)) => "worse",
        }
    }

    fn tone(&self) -> Tone {
        match self.verdict() {
            "better" => Tone::Ranking0,
            "worse" => Tone::Inference1,
            "differs" => Tone::Training0,
            _ => Tone::Maintenance,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(difference: f64, interval: Option<(f64, f64)>, more_is_better: Option<bool>) -> Difference {
        Difference {
            result: 1,
            metric: "cost".to_owned(),
            entity: "fleet".to_owned(),
            unit: "USD".to_owned(),
            more_is_better,
            means: [100.0, 100.0 + difference],
            difference,
            interval,
            pairs: 10,
        }
    }

    #[test]
    fn a_verdict_needs_an_interval_without_zero() {
        assert_eq!(one(5.0, Some((-1.0, 11.0)), Some(true)).verdict(), "not distinguishable");
        assert_eq!(one(5.0, Some((1.0, 9.0)), Some(true)).verdict(), "better");
        assert_eq!(one(5.0, Some((1.0, 9.0)), Some(false)).verdict(), "worse");
        assert_eq!(one(-5.0, Some((-9.0, -1.0)), Some(false)).verdict(), "better");
        assert_eq!(one(5.0, None, Some(true)).verdict(), "not distinguishable");
        assert_eq!(one(5.0, Some((1.0, 9.0)), None).verdict(), "differs");
        assert_eq!(one(5.0, None, None).text(), "+5 (one pair: no interval)");
    }
}

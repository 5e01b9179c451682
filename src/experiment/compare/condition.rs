//! `--fail-if 'slo_attainment[assistant] < -0.5%'`: a limit on a difference. It holds only where the whole interval lies
//! beyond the limit, so that chance alone trips it in at most one of forty comparisons.

use std::fmt;
use std::str::FromStr;

use super::super::series_name::SeriesName;
use super::Comparison;

/// A limit on the difference of a metric of an entity.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// Which metric of which entity.
    pub series: SeriesName,
    /// On which side of the threshold it holds.
    pub beyond: Beyond,
    /// The limit: in percent of the size of A's mean, or in the metric's unit.
    pub threshold: f64,
    /// Whether it is in percent.
    pub is_percent: bool,
}

/// A side of a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beyond {
    /// `<`
    Below,
    /// `>`
    Above,
}

/// Why a text is no condition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0}; write METRIC[ENTITY] < NUMBER or > NUMBER, with % for percent of A, as in 'net_value[fleet] < -1%'"
)]
pub struct ConditionError(String);

/// What a comparison says about a condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Judgement {
    /// The whole interval lies beyond the threshold. Its ends are in the threshold's terms.
    Holds(f64, f64),
    /// Some of it does not.
    DoesNotHold(f64, f64),
    /// There is no interval to judge by, and why.
    Unknown(String),
}

impl FromStr for Condition {
    type Err = ConditionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = |why: &str| ConditionError(why.to_owned());
        let place = text
            .find(['<', '>'])
            .ok_or_else(|| refuse("there is no < or >"))?;
        let (name, rest) = text.split_at(place);
        let series = name.parse().map_err(|_| {
            ConditionError(format!(
                "`{}` does not name a metric of an entity",
                name.trim()
            ))
        })?;
        let (beyond, number) = match rest.split_at(1) {
            ("<", number) => (Beyond::Below, number),
            (_, number) => (Beyond::Above, number),
        };
        let number = number.trim();
        let (number, is_percent) = match number.strip_suffix('%') {
            Some(number) => (number.trim_end(), true),
            None => (number, false),
        };
        let threshold: f64 = number
            .parse()
            .map_err(|_| ConditionError(format!("`{number}` is not a number")))?;
        if !threshold.is_finite() {
            return Err(refuse("the threshold must be finite"));
        }
        Ok(Self {
            series,
            beyond,
            threshold,
            is_percent,
        })
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = match self.beyond {
            Beyond::Below => '<',
            Beyond::Above => '>',
        };
        let percent = if self.is_percent { "%" } else { "" };
        write!(f, "{} {side} {}{percent}", self.series, self.threshold)
    }
}

impl Condition {
    /// Whether the whole interval of the difference lies beyond the threshold.
    #[must_use]
    pub fn judge(&self, comparison: &Comparison) -> Judgement {
        let unknown = |why: &str| Judgement::Unknown(why.to_owned());
        let SeriesName { metric, entity } = &self.series;
        let Some(row) = comparison.row(metric, entity) else {
            return unknown("the two results do not both have it");
        };
        let Some((low, high)) = row.ci95 else {
            return unknown("it has no interval, which takes two replications with a value");
        };
        let interval = match self.is_percent {
            false => Some((low, high)),
            // Nothing is no percent of anything, but no difference is 0% even then.
            true if low == 0.0 && high == 0.0 => Some((low, high)),
            true => row.percent(low).zip(row.percent(high)),
        };
        let Some((low, high)) = interval else {
            return unknown("A's mean is 0, of which there is no percentage; leave the % out");
        };
        let holds = match self.beyond {
            Beyond::Below => high < self.threshold,
            Beyond::Above => low > self.threshold,
        };
        match holds {
            true => Judgement::Holds(low, high),
            false => Judgement::DoesNotHold(low, high),
        }
    }
}

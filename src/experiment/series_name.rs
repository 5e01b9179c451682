//! `net_value[fleet]`: how a command line names a metric of an entity.

use std::fmt;
use std::str::FromStr;

use crate::results::metrics::Series;

/// A metric of an entity by their names, which may be those of nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeriesName {
    /// The metric's name.
    pub metric: String,
    /// The entity's name.
    pub entity: String,
}

impl SeriesName {
    /// Whether it names that series.
    #[must_use]
    pub fn is_of(&self, series: &Series) -> bool {
        series.metric.name == self.metric && series.entity == self.entity
    }
}

impl FromStr for SeriesName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let form = || "write METRIC[ENTITY], as in net_value[fleet]".to_owned();
        let (metric, rest) = text.trim().split_once('[').ok_or_else(form)?;
        let entity = rest.strip_suffix(']').ok_or_else(form)?;
        let is_name = |name: &str| !name.is_empty() && !name.contains(['[', ']']);
        let (metric, entity) = (metric.trim(), entity.trim());
        match is_name(metric) && is_name(entity) {
            true => Ok(Self {
                metric: metric.to_owned(),
                entity: entity.to_owned(),
            }),
            false => Err(form()),
        }
    }
}

impl fmt::Display for SeriesName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.metric, self.entity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form_is_read() {
        let name: SeriesName = " net_value[fleet] ".parse().unwrap();
        assert_eq!(
            (name.metric.as_str(), name.entity.as_str()),
            ("net_value", "fleet")
        );
        assert_eq!(name.to_string(), "net_value[fleet]");
        for wrong in [
            "",
            "net_value",
            "net_value[",
            "net_value[]",
            "[fleet]",
            "a[b]c",
            "a[b]]",
            "a[[b]",
        ] {
            assert!(wrong.parse::<SeriesName>().is_err(), "{wrong}");
        }
    }
}

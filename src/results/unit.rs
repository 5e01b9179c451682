//! The units that metrics and columns are measured in, as the text that CSVs and the data package show.
//! Money is the only unit that depends on the scenario.

/// A unit of measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Not a quantity: a name, a time, an identifier.
    None,
    /// A fixed unit, such as `accelerator-hours`; `1` for a share.
    Fixed(&'static str),
    /// An amount in the scenario's currency.
    Money,
    /// An amount in the scenario's currency per hour.
    MoneyPerHour,
}

/// One accelerator for one hour.
pub const ACCELERATOR_HOURS: Unit = Unit::Fixed("accelerator-hours");
/// A number of accelerators.
pub const ACCELERATORS: Unit = Unit::Fixed("accelerators");
/// A number of requests.
pub const REQUESTS: Unit = Unit::Fixed("requests");
/// A share or ratio.
pub const SHARE: Unit = Unit::Fixed("1");
/// Seconds.
pub const SECONDS: Unit = Unit::Fixed("s");
/// Hours.
pub const HOURS: Unit = Unit::Fixed("h");

impl Unit {
    /// The unit as text, given the scenario's currency; empty for [`Unit::None`].
    #[must_use]
    pub fn text(self, currency: &str) -> String {
        match self {
            Self::None => String::new(),
            Self::Fixed(text) => text.to_owned(),
            Self::Money => currency.to_owned(),
            Self::MoneyPerHour => format!("{currency}/h"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_named_by_the_scenario() {
        assert_eq!(Unit::Money.text("EUR"), "EUR");
        assert_eq!(Unit::MoneyPerHour.text("EUR"), "EUR/h");
        assert_eq!(SHARE.text("EUR"), "1");
        assert_eq!(Unit::None.text("EUR"), "");
    }
}

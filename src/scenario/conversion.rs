//! What it takes to turn servers of one hardware from one use to another: tables of delays and
//! costs whose keys are `default` and `<from>-to-<to>`, each side a kind or a workload's name.

use indexmap::IndexMap;

use super::declare::table;
use super::{Kind, Scenario};
use crate::kernel::Span;
use crate::units::Money;

table! {
    /// What it takes to turn an accelerator from one use to another.
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct Conversion {
        /// Time between leaving the giver and starting up for the taker.
        pub delay: Span = "\"0s\"",
        /// Cost of one accelerator's conversion, in the scenario's currency, charged to the taker.
        pub cost: Money = "0.0" where ">= 0",
    }
}

impl Conversion {
    /// No delay and no cost.
    pub const NOTHING: Self = Self {
        delay: Span::ZERO,
        cost: Money(0.0),
    };

    /// Whether nothing has to be done.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::NOTHING
    }
}

/// The conversions of one hardware, by `default` or `<from>-to-<to>`.
pub type Conversions = IndexMap<String, Conversion>;

/// The key of what holds between different kinds where nothing else does.
pub const DEFAULT: &str = "default";

/// Between the two sides of a key.
pub const TO: &str = "-to-";

impl Scenario {
    /// What it takes to turn an accelerator of `hardware` from the use of one workload to that of
    /// another. A rule that names workloads goes before one that names kinds, the taker's name
    /// before the giver's; `default` holds between different kinds only.
    #[must_use]
    pub fn conversion(&self, hardware: &str, from: (&str, Kind), to: (&str, Kind)) -> Conversion {
        let Some(rules) = self.conversion.get(hardware) else {
            return Conversion::NOTHING;
        };
        if from.0 == to.0 {
            return Conversion::NOTHING;
        }
        let rule = |from: &str, to: &str| {
            let names = |key: &str| {
                let rest = key.strip_prefix(from)?.strip_prefix(TO)?;
                (rest == to).then_some(())
            };
            let mut rules = rules.iter();
            rules
                .find(|(key, _)| names(key).is_some())
                .map(|(_, rule)| rule)
        };
        let default = || rules.get(DEFAULT).filter(|_| from.1 != to.1);
        rule(from.0, to.0)
            .or_else(|| rule(from.1.word(), to.0))
            .or_else(|| rule(from.0, to.1.word()))
            .or_else(|| rule(from.1.word(), to.1.word()))
            .or_else(default)
            .copied()
            .unwrap_or(Conversion::NOTHING)
    }
}

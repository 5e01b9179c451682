//! Who decides: the allocation policy, and what it may know of the future.

use indexmap::IndexMap;

use super::Reference;
use super::check::show;
use super::declare::{choice, table};
use super::quantity::Complaint;
use super::reader::Reader;
use super::series::Given;
use super::tree::Node;
use crate::kernel::Span;

choice! {
    /// The rule by which capacity is given to workloads.
    #[derive(Clone, Debug)]
    pub enum Policy {
        /// Fixed shares of each pool: nothing moves.
        "dedicated" => Dedicated(Dedicated),
        /// Strict order, preempting: the first workload takes what it needs, then the next.
        "priority" => Priority(Priority),
        /// Capacity goes where it is expected to be worth most, net of what moving it costs.
        "value" => Value(Value),
    }
}

table! {
    /// Fixed shares.
    #[derive(Clone, Debug)]
    pub struct Dedicated {
        /// For each pool the share of its accelerators that each workload holds. A pool that is not named keeps its initial holdings.
        pub shares: IndexMap<String, IndexMap<String, f64>> = "{}" where ">= 0, <= 1",
    }
}

table! {
    /// Strict order.
    #[derive(Clone, Debug)]
    pub struct Priority {
        /// Every workload once, the most important first.
        pub order: Vec<Reference>,
        /// Share by which services are sized above their forecast.
        pub headroom: f64 = "0.15" where ">= 0, <= 10",
    }
}

table! {
    /// Capacity goes where it is expected to be worth most.
    #[derive(Clone, Copy, Debug)]
    pub struct Value {
        /// What a move must gain at least, as a share of what the moved servers could earn at most.
        pub hysteresis: f64 = "0.02" where ">= 0, <= 10",
        /// Time within which a move must pay for its conversion, the time it takes and the work that it undoes.
        pub payback: Span = "\"6h\"" where "> 0",
        /// Time for which a workload keeps servers that it was just given.
        pub minimum_hold: Span = "\"0s\"",
        /// Coefficient of variation that forecasts are reckoned to have, beside demand's own within the hour.
        pub forecast_cv: f64 = "0.1" where ">= 0, <= 3",
    }
}

table! {
    /// What a policy may know of future demand.
    #[derive(Clone, Debug)]
    pub struct Forecast {
        /// How demand is forecast.
        pub method: ForecastMethod = "{ persistence = {} }",
    }
}

choice! {
    /// How demand is forecast.
    #[derive(Clone, Debug)]
    pub enum ForecastMethod {
        /// The last rate seen goes on.
        "persistence" => Persistence(Persistence),
        /// The rate of the same time a period ago comes again.
        "seasonal-naive" => SeasonalNaive(SeasonalNaive),
        /// Holt-Winters: level, trend and season are smoothed exponentially.
        "holt-winters" => HoltWinters(HoltWinters),
        /// A table of the planner's own.
        "given" => Given(Given),
        /// The demand to come is known, without error: a bound, not a method.
        "perfect" => Perfect(Perfect),
    }
}

table! {
    /// The last rate seen goes on.
    #[derive(Clone, Debug)]
    pub struct Persistence {}
}

table! {
    /// The rate of the same time a period ago. The warm-up counts as seen. While less has been seen, the rate of a day ago; before that, the last rate seen.
    #[derive(Clone, Debug)]
    pub struct SeasonalNaive {
        /// How long ago: whole hours. What was seen is kept as hourly means, whatever the step. A step longer than the period goes back several periods.
        pub period: Span = "\"1w\"" where ">= 1 h, <= 1 y",
    } then SeasonalNaive::checked;
}

table! {
    /// Triple exponential smoothing of hourly means with a multiplicative season. The warm-up counts as seen. Until a whole period has been seen, the rate of a day ago; before that, the last rate seen.
    #[derive(Clone, Debug)]
    pub struct HoltWinters {
        /// How much of an hour's surprise goes into the level. A large one follows noise that lasts for hours; steps of many hours want a smaller one.
        pub alpha: f64 = "0.7" where ">= 0, <= 1",
        /// How much of a change of the level goes into the trend.
        pub beta: f64 = "0.0001" where ">= 0, <= 1",
        /// How much of an hour's surprise goes into its place in the season, which has its turn once a period.
        pub gamma: f64 = "0.2" where ">= 0, <= 1",
        /// Length of the season: whole hours.
        pub period: Span = "\"1w\"" where ">= 1 h, <= 1 y",
    } then HoltWinters::checked;
}

impl SeasonalNaive {
    fn checked(self, node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        is_whole_hours(self.period, node, reader).then_some(self)
    }
}

impl HoltWinters {
    fn checked(self, node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        is_whole_hours(self.period, node, reader).then_some(self)
    }
}

/// What was seen is kept by the hour, where a period of half an hour more would fall between two.
fn is_whole_hours(period: Span, node: &Node, reader: &mut Reader<'_>) -> bool {
    let is_whole = period.as_micros() % Span::HOUR.as_micros() == 0;
    if !is_whole {
        let at = node.get("period").unwrap_or(node).at;
        let complaint = Complaint::new(
            format!(
                "a period of {} is not a whole number of hours",
                show(period)
            ),
            "\"1d\" and \"1w\" are usual",
        );
        reader.complain(at, &complaint);
    }
    is_whole
}

table! {
    /// The demand to come is known.
    #[derive(Clone, Debug)]
    pub struct Perfect {}
}

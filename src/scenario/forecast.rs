//! What a policy may know of future demand: the method by which it is forecast.

use super::check::show;
use super::declare::{choice, table};
use super::quantity::Complaint;
use super::reader::Reader;
use super::series::Given;
use super::tree::Node;
use crate::kernel::Span;

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

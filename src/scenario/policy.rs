//! Who decides: the allocation policy.

use indexmap::IndexMap;

use super::Reference;
use super::declare::{choice, table};
use crate::kernel::Span;

choice! {
    /// The rule by which capacity is given to workloads.
    #[derive(Clone, Debug)]
    pub enum Policy {
        /// Fixed shares of each pool: nothing moves.
        "dedicated" => Dedicated(Dedicated),
        /// Strict order, preempting: the first workload takes what it needs, then the next.
        "priority" => Priority(Priority),
        /// Weighted max-min over dominant resources: whoever has the least share is next.
        "fair" => Fair(Fair),
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
    /// Weighted max-min over dominant resources.
    #[derive(Clone, Debug)]
    pub struct Fair {
        /// Weights of workloads, 1 where none is given: with weight 2 a workload's share may be twice as large. With weight 0 it gets only what the others leave.
        pub weights: IndexMap<String, f64> = "{}" where ">= 0, <= 1e9",
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
        /// Coefficient of variation that forecasts are reckoned to have, beside demand's own within the hour, while their P90 is unknown. Once it is (ten steps of any method, at once of `perfect` and `given`), the variation is read off it: none for a perfect forecast.
        pub forecast_cv: f64 = "0.1" where ">= 0, <= 3",
    }
}

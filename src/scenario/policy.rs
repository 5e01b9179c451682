//! Who decides: the allocation policy, and what it may know of the future.

use indexmap::IndexMap;

use super::Reference;
use super::declare::{choice, table};

choice! {
    /// The rule by which capacity is given to workloads.
    #[derive(Clone, Debug)]
    pub enum Policy {
        /// Fixed shares of each pool: nothing moves.
        "dedicated" => Dedicated(Dedicated),
        /// Strict order, preempting: the first workload takes what it needs, then the next.
        "priority" => Priority(Priority),
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
    /// The demand to come is known.
    #[derive(Clone, Debug)]
    pub struct Perfect {}
}

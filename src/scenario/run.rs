//! What a run is: its name, its calendar, how often it is repeated and what is recorded in detail.

use super::declare::{table, words};
use super::leaf::Name;
use crate::kernel::{Instant, Span};

table! {
    /// What a scenario is called.
    #[derive(Clone, Debug)]
    pub struct About {
        /// Name of the scenario, which also names its folder of results.
        pub name: String as Name,
        /// What the scenario is about, in a sentence or two.
        pub description: String = "\"\"",
        /// Currency of every amount of money, by its ISO 4217 code. Nothing is converted.
        pub currency: String = "\"USD\"",
    }
}

table! {
    /// When a run takes place and how often it is repeated.
    #[derive(Clone, Debug)]
    pub struct Run {
        /// Date at which counting begins. Demand growth is 1 at this date.
        pub start: Instant,
        /// Time that is simulated before the start under the pools' initial holdings, and not counted.
        pub warm_up: Span = "\"0h\"",
        /// Time that is simulated from the start and counted. With the warm-up at most 100 years.
        pub horizon: Span where "> 0",
        /// Time between two decisions of the policy.
        pub step: Span = "\"1h\"" where ">= 1 m, <= 1 d",
        /// Seed of every random draw. The same seed gives the same bytes.
        pub seed: u64 = "42",
        /// Number of independent repetitions, each with draws of its own.
        pub replications: u32 = "10" where ">= 1, <= 1000000",
        /// What work unfinished at the end is worth: its share of the value, or nothing.
        pub at_horizon: AtHorizon = "\"prorate\"",
    }
}

words! {
    /// What unfinished work is worth at the horizon.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum AtHorizon {
        /// Its share of the value.
        "prorate" => Prorate,
        /// Nothing.
        "zero" => Zero,
    }
}

table! {
    /// What the detail files (allocation, fleet, services, jobs, moves, events) cover.
    #[derive(Clone, Debug)]
    pub struct Record {
        /// Number of replications, from the first, that the detail files cover. The others cover all.
        pub replications: u32 = "1",
        /// Time between two rows of one thing: a whole multiple of the step.
        pub every: Span => "run.step" where "> 0",
    }
}

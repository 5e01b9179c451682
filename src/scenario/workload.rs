//! What the capacity is for beside training: language-model inference and ranking services.

use indexmap::IndexMap;

use super::chance::{Durations, Numbers};
use super::collection::NameLike;
use super::declare::{choice, table, words};
use super::{Companion, Event, Growth, ServiceDemand};
use crate::distribution::Distribution;
use crate::kernel::Span;
use crate::units::{Bytes, Money, Seconds};

words! {
    /// A number format of arithmetic.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum Precision {
        /// 32-bit floating point.
        "fp32" => Fp32,
        /// 32-bit storage, 19-bit multiplication.
        "tf32" => Tf32,
        /// 16-bit floating point with an 8-bit exponent.
        "bf16" => Bf16,
        /// 16-bit floating point.
        "fp16" => Fp16,
        /// 8-bit floating point.
        "fp8" => Fp8,
        /// 8-bit integers.
        "int8" => Int8,
        /// 4-bit floating point.
        "fp4" => Fp4,
    }
}

impl Precision {
    /// Bytes that one number takes in memory.
    #[must_use]
    pub fn bytes(self) -> f64 {
        match self {
            Self::Fp32 | Self::Tf32 => 4.0,
            Self::Bf16 | Self::Fp16 => 2.0,
            Self::Fp8 | Self::Int8 => 1.0,
            Self::Fp4 => 0.5,
        }
    }
}

impl NameLike for Precision {
    fn from_key(key: &str) -> Result<Self, String> {
        Self::from_word(key).ok_or_else(|| format!("the precisions are {}", Self::WORDS.join(", ")))
    }
}

table! {
    /// A language model served to users.
    #[derive(Clone, Debug)]
    pub struct Inference {
        /// Requests per second over time.
        pub demand: ServiceDemand,
        /// The model, and how a replica holds it.
        pub model: LanguageModel,
        /// Tokens of a prompt.
        pub input_tokens: Distribution as Numbers,
        /// Tokens of an answer.
        pub output_tokens: Distribution as Numbers,
        /// What is promised to users.
        pub slo: InferenceSlo,
        /// What answers are worth.
        pub value: InferenceValue = "{}",
        /// How long a replica takes to come and to go.
        pub replica: Replica = "{}",
        /// What may wait.
        pub queue: Queue = "{}",
        /// How its requests are served in the simulation.
        pub fidelity: Fidelity = "\"fluid\"",
    }
}

table! {
    /// A language model and how a replica holds it.
    #[derive(Clone, Debug)]
    pub struct LanguageModel {
        /// Catalogue entry that fills in every key which this table leaves out (`flexcap list catalogue`).
        pub catalogue: Option<String>,
        /// Number of parameters.
        pub parameters: f64 where "> 0",
        /// Number of layers.
        pub layers: f64 where ">= 1",
        /// Key-value cache of one token at one byte a number; scaled by the precision.
        pub kv_bytes_per_token: Bytes where "> 0",
        /// Number format of weights and cache.
        pub precision: Precision = "\"bf16\"",
        /// Accelerators that one replica takes.
        pub tensor_parallel: u32 = "1" where ">= 1, <= 1024",
    }
}

table! {
    /// What inference promises.
    #[derive(Clone, Copy, Debug)]
    pub struct InferenceSlo {
        /// Time to first token: longest wait for an answer to begin.
        pub ttft: Seconds where "> 0",
        /// Time per output token: slowest pace of an answer.
        pub tpot: Seconds where "> 0",
        /// Share of first attempts that must meet both.
        pub attainment: f64 = "0.99" where "> 0, <= 1",
    }
}

table! {
    /// What inference is worth. Only answers within the SLO earn.
    #[derive(Clone, Debug)]
    pub struct InferenceValue {
        /// Value of a million tokens of answers, in the scenario's currency.
        pub per_million_output_tokens: Money = "0.0" where ">= 0",
        /// Value of one answer, in the scenario's currency.
        pub per_request: Money = "0.0" where ">= 0",
        /// Penalty for a request that is late, shed or abandoned, in the scenario's currency.
        pub miss: Money = "0.0" where ">= 0",
        /// Long-run growth of what answers earn, and how uncertain it is. Penalties stay as they are.
        pub growth: Growth = "{}",
        /// Lasting changes of what answers earn, such as the start of advertising, by name.
        pub event: IndexMap<String, Event> = "{}",
    }
}

table! {
    /// How long a replica takes to come and to go.
    #[derive(Clone, Copy, Debug)]
    pub struct Replica {
        /// Time from getting accelerators to serving: loading weights.
        pub start: Span = "\"0s\"",
        /// Time from being asked for accelerators to giving them up: finishing what was begun.
        pub drain: Span = "\"0s\"",
    }
}

table! {
    /// How requests come and what they put up with.
    #[derive(Clone, Debug)]
    pub struct Queue {
        /// Longest wait: what would wait longer is shed. Without it everything waits.
        pub limit: Option<Seconds>,
        /// How long a request waits before it leaves. Without it nobody leaves. The fluid model takes
        /// it to be exponential with the same mean, and the queue to be at rest.
        pub patience: Option<Distribution> as Option<Durations>,
        /// Coefficient of variation of the times between arrivals while the rate is even: 1 for
        /// requests that know nothing of each other (Poisson).
        pub arrival_cv: f64 = "1.0" where ">= 0, <= 10",
    }
}

words! {
    /// How a service's requests are served in the simulation.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Fidelity {
        /// By a law of waiting for each interval of at most an hour.
        "fluid" => Fluid,
        /// One by one: every request is an event, on whole slots.
        "request" => Request,
    }
}

table! {
    /// A ranking or recommendation service, or a generic service of queueing theory.
    #[derive(Clone, Debug)]
    pub struct Ranking {
        /// Requests per second over time.
        pub demand: ServiceDemand,
        /// General computing capacity that each of its accelerators needs from the site.
        pub companion: Option<Companion>,
        /// What one request costs.
        pub work: RankingWork,
        /// What ranking fewer candidates loses: rows of the share of a query's items that is ranked and the share of its
        /// value that is left, from `[1.0, 1.0]` down. Before it sheds, the service ranks in every interval the largest
        /// share at which it keeps its promised attainment, to a hundredth and by straight lines between the rows; the
        /// smallest where none does. Policies size it for all items. Without rows it never degrades.
        pub degrade: Vec<[f64; 2]> = "[]" where ">= 0, <= 1",
        /// Speed on each hardware, relative to the times that `query` or `service` states; 1 where it is not named.
        pub speed: IndexMap<String, f64> = "{}" where "> 0, <= 1000",
        /// What is promised to users.
        pub slo: RankingSlo,
        /// What requests are worth.
        pub value: RankingValue = "{}",
        /// How long a replica takes to come and to go.
        pub replica: Replica = "{}",
        /// What may wait.
        pub queue: Queue = "{}",
        /// How its requests are served in the simulation.
        pub fidelity: Fidelity = "\"fluid\"",
    }
}

choice! {
    /// What one request costs a ranking service.
    #[derive(Clone, Debug)]
    pub enum RankingWork(flat) {
        /// A query that scores candidate items.
        "query" => Query(Query),
        /// A generic service time, one request at a time on each accelerator.
        "service" => Service(Service),
    }
}

table! {
    /// A query that scores candidate items.
    #[derive(Clone, Debug)]
    pub struct Query {
        /// Time of a query whatever it scores.
        pub fixed: Seconds,
        /// Time for each candidate item.
        pub per_item: Seconds,
        /// Candidate items of a query.
        pub items: Distribution as Numbers,
        /// Queries that one accelerator works on at a time.
        pub concurrency: u32 = "1" where ">= 1, <= 100000",
    }
}

table! {
    /// The generic service of theory scenarios: one slot per accelerator.
    #[derive(Clone, Debug)]
    pub struct Service {
        /// Service time of a request.
        pub time: Distribution as Durations,
    }
}

table! {
    /// What ranking promises.
    #[derive(Clone, Copy, Debug)]
    pub struct RankingSlo {
        /// Longest time from request to answer.
        pub latency: Seconds where "> 0",
        /// Share of first attempts that must meet it.
        pub attainment: f64 = "0.999" where "> 0, <= 1",
    }
}

table! {
    /// What ranking is worth. Only answers within the SLO earn.
    #[derive(Clone, Debug)]
    pub struct RankingValue {
        /// Value of one answer, in the scenario's currency.
        pub per_request: Money = "0.0" where ">= 0",
        /// Penalty for a request that is late, shed or abandoned, in the scenario's currency.
        pub miss: Money = "0.0" where ">= 0",
        /// Long-run growth of what answers earn, and how uncertain it is. Penalties stay as they are.
        pub growth: Growth = "{}",
        /// Lasting changes of what answers earn, such as the start of advertising, by name.
        pub event: IndexMap<String, Event> = "{}",
    }
}

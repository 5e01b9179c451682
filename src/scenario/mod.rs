//! What the user writes, checked: plain data. A scenario is one TOML file, perhaps over others that
//! it extends; reading it collects every problem before it reports any, and after that nothing is
//! misspelt, missing or dangling.
//!
//! ```text
//! origin ─► parse ─► layer (extends, remove) ─► set ─► catalogue ─► merge (defaults) ─► reader ─► series ─► check ─► Scenario
//! a file    tree      merge, by form ▲          --set    values      write: resolved       ▲       data files
//!                                                                      form: declared with each struct
//! ```
//! What cannot be read is taken out (`heal`) and the rest is checked all the same.

mod base;
mod catalogue;
mod chance;
mod check;
mod checkpoint;
mod collection;
mod conversion;
pub mod date;
mod decimal;
mod declare;
mod demand;
mod difference;
mod document;
pub mod explain;
mod fleet;
mod forecast;
pub mod form;
mod gang;
mod heal;
mod ids;
mod input;
mod interruption;
mod layer;
mod leaf;
mod load;
mod merge;
mod multiple;
mod names;
mod origin;
mod parse;
pub mod pods;
mod policy;
pub mod problem;
pub mod quantity;
mod range;
mod reader;
pub mod reference;
mod remove;
mod run;
mod schema;
mod series;
mod set;
pub mod shipped;
mod step_cost;
pub mod sweep;
#[cfg(test)]
mod tests;
mod training;
mod tree;
mod unit;
mod work;
mod workload;
mod write;

use indexmap::IndexMap;

use self::declare::table;
use self::tree::Location;
use crate::kernel::Instant;

pub use base::Variant;
pub use catalogue::{Entry as CatalogueEntry, entries as catalogue_entries};
pub use checkpoint::{Checkpoint, Every, Preemption};
pub use conversion::{Conversion, Conversions};
pub use demand::{Course, Event, Growth, Level, Noise, Profile, ServiceDemand, Shape};
pub use difference::{KeyDifference, differences};
pub use document::Document;
pub use fleet::{Companion, Hardware, Order, Pays, PlanningActivity, Pool, Power, Site, StepCost};
pub use forecast::{Forecast, ForecastMethod, HoltWinters, Perfect, Persistence, SeasonalNaive};
pub use gang::Gang;
pub use input::{InputContent, InputFile};
pub use interruption::{Maintenance, Outage, Place};
pub use load::Loaded;
pub use names::nearest;
pub use pods::{Part, Within};
pub use policy::{Dedicated, Fair, Policy, Priority, Value};
pub use problem::{Invalid, Warnings};
pub use run::{About, AtHorizon, Record, Run};
pub use schema::json_schema;
pub use series::{Gaps, Given, GivenKeys, Per, Quantiles, Rates, Series, SeriesKeys, TimeUnit};
pub use set::Set;
pub use step_cost::{ReplicaCost, USABLE_MEMORY};
pub use training::{Arrivals, Campaign, CampaignValue, Discipline, JobStream, Training};
pub use work::{Mfu, Work};
pub use workload::{
    Fidelity, Inference, InferenceSlo, InferenceValue, LanguageModel, Precision, Query, Queue,
    Ranking, RankingSlo, RankingValue, RankingWork, Replica, Service,
};

table! {
    /// A whole scenario, checked: every reference resolves.
    #[derive(Clone, Debug)]
    pub struct Scenario {
        /// What the scenario is called.
        pub scenario: About,
        /// When a run takes place and how often it is repeated.
        pub run: Run,
        /// What the detail files cover.
        pub record: Record = "{}",
        /// Kinds of accelerator, by name.
        pub hardware: IndexMap<String, Hardware> = "{}",
        /// Places with power, by name.
        pub site: IndexMap<String, Site> = "{}",
        /// Pools of like accelerators, by name.
        pub pool: IndexMap<String, Pool> = "{}",
        /// Accelerators on the way, by name.
        pub order: IndexMap<String, Order> = "{}",
        /// What it takes to turn accelerators from one use to another, by hardware: `default` between different kinds, `<from>-to-<to>` between kinds or workloads. What is not said takes nothing.
        pub conversion: IndexMap<String, Conversions> = "{}",
        /// Windows of planned maintenance, by name.
        pub maintenance: IndexMap<String, Maintenance> = "{}",
        /// Outages that hit many servers together, by name.
        pub outage: IndexMap<String, Outage> = "{}",
        /// Demand profiles, by name, which services share.
        pub demand: IndexMap<String, Profile> = "{}",
        /// Training campaigns and streams of jobs, by name.
        pub training: IndexMap<String, Training> = "{}",
        /// Language-model services, by name.
        pub inference: IndexMap<String, Inference> = "{}",
        /// Ranking and generic services, by name.
        pub ranking: IndexMap<String, Ranking> = "{}",
        /// What the policy may know of future demand.
        pub forecast: Forecast = "{}",
        /// Who decides: exactly one allocation policy.
        pub policy: Policy,
    }
}

impl Scenario {
    /// The names of all workloads with their kinds: training, inference, ranking, each in the order of the file.
    pub fn workloads(&self) -> impl Iterator<Item = (&str, Kind)> {
        let training = self
            .training
            .keys()
            .map(|name| (name.as_str(), Kind::Training));
        let inference = self
            .inference
            .keys()
            .map(|name| (name.as_str(), Kind::Inference));
        let ranking = self
            .ranking
            .keys()
            .map(|name| (name.as_str(), Kind::Ranking));
        training.chain(inference).chain(ranking)
    }

    /// The training campaigns with their names.
    pub fn campaigns(&self) -> impl Iterator<Item = (&str, &Campaign)> {
        let training = self.training.iter();
        training.filter_map(|(name, training)| Some((name.as_str(), training.campaign()?)))
    }

    /// The streams of training jobs with their names.
    pub fn job_streams(&self) -> impl Iterator<Item = (&str, &JobStream)> {
        let training = self.training.iter();
        training.filter_map(|(name, training)| Some((name.as_str(), training.stream()?)))
    }

    /// The kind of the workload of that name.
    #[must_use]
    pub fn kind_of(&self, workload: &str) -> Option<Kind> {
        self.workloads()
            .find(|(name, _)| *name == workload)
            .map(|(_, kind)| kind)
    }

    /// The end of the run.
    #[must_use]
    pub fn end(&self) -> Instant {
        // The check keeps start and horizon far inside the clock; saturating says so to the reader.
        Instant::from_micros(
            self.run
                .start
                .as_micros()
                .saturating_add(self.run.horizon.as_micros()),
        )
    }

    /// The pools that may serve a workload, with their names.
    pub fn pools_serving<'a>(
        &'a self,
        workload: &'a str,
        kind: Kind,
    ) -> impl Iterator<Item = (&'a str, &'a Pool)> {
        self.pool
            .iter()
            .filter(move |(_, pool)| pool.may_serve(workload, kind))
            .map(|(name, pool)| (name.as_str(), pool))
    }
}

impl Pool {
    /// Whether the pool may be used for a workload: it serves its kind or its name.
    #[must_use]
    pub fn may_serve(&self, workload: &str, kind: Kind) -> bool {
        self.serves
            .iter()
            .any(|served| served.name == workload || served.name == kind.word())
    }
}

/// A name that points at another table's entry; the check guarantees that it resolves.
#[derive(Clone, Debug)]
pub struct Reference {
    /// The name.
    pub name: String,
    at: Option<Location>,
}

impl Reference {
    /// A reference that nobody wrote in a file.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            at: None,
        }
    }

    fn at(name: &str, at: Location) -> Self {
        Self {
            name: name.to_owned(),
            at: Some(at),
        }
    }
}

impl PartialEq for Reference {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Reference {}

/// The three kinds of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Campaigns on gangs that work in step.
    Training,
    /// Language models that answer requests.
    Inference,
    /// Ranking and recommendation.
    Ranking,
}

impl Kind {
    /// All kinds, in the order of workloads.
    pub const ALL: [Self; 3] = [Self::Training, Self::Inference, Self::Ranking];

    /// The word for it, as a scenario writes it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Training => "training",
            Self::Inference => "inference",
            Self::Ranking => "ranking",
        }
    }
}

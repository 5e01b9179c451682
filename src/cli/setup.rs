//! What `run` and `sweep` have in common: keys that are set, seed, replications, threads.

use clap::Args;
use flexcap::scenario::Set;

/// How a simulation is set up.
#[derive(Debug, Args)]
pub struct Setup {
    /// Set a key: KEY=VALUE (repeatable; `*` matches names; strings need no quotes)
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Seed of all random draws; the same as --set run.seed=N
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    seed: Option<u64>,
    /// Replications; the same as --set run.replications=N
    #[arg(long, value_name = "N")]
    replications: Option<u32>,
    /// Threads to use [default: all cores]; the result does not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=4096))]
    threads: Option<u16>,
}

impl Setup {
    /// All keys that are set, in their order.
    pub fn sets(&self) -> Vec<Set> {
        let seed = self.seed.map(|seed| format!("run.seed={seed}"));
        let replications = self.replications;
        let replications = replications.map(|number| format!("run.replications={number}"));
        let named = self.set.iter().map(Set::new);
        let others = seed.into_iter().chain(replications).map(Set::new);
        named.chain(others).collect()
    }

    /// How many replications were asked for on the command line.
    pub fn replications(&self) -> Option<u32> {
        self.replications
    }

    /// The threads to simulate on.
    pub fn pool(&self) -> Result<rayon::ThreadPool, rayon::ThreadPoolBuildError> {
        rayon::ThreadPoolBuilder::new()
            .num_threads(self.threads.map_or(0, usize::from))
            .build()
    }
}

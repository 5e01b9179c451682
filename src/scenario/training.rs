//! Training: one campaign on a gang, or a stream of jobs that wait for each other in a queue. Both
//! are written in one table, whose keys are sorted out here, so that after reading a campaign has
//! all that a campaign needs and a stream nothing that it would ignore.

use super::chance::{Durations, Numbers};
use super::checkpoint::{Checkpoint, Preemption};
use super::declare::{choice, table, words};
use super::form::Form;
use super::gang::Gang;
use super::multiple::least_common_multiple;
use super::problem::Problem;
use super::quantity::Complaint;
use super::reader::{Read, Reader};
use super::tree::Node;
use super::work::{Mfu, Work};
use super::{Hardware, Kind, Pool, Precision, Reference, Scenario, Within};
use crate::distribution::Distribution;
use crate::kernel::{Instant, Span};
use crate::units::{Money, PerSecond};

/// A training workload.
#[derive(Clone, Debug)]
pub enum Training {
    /// One large job on a gang that works in step.
    Campaign(Campaign),
    /// Jobs that arrive over time.
    Stream(JobStream),
}

/// A training campaign: one large job on a gang that works in step.
#[derive(Clone, Debug)]
pub struct Campaign {
    /// Work of the whole campaign.
    pub work: Work,
    /// Accelerators that work in step, and the sizes at which they may.
    pub gang: Gang,
    /// What must hold the whole gang.
    pub within: Within,
    /// Number format, which selects the hardware's peak speed.
    pub precision: Precision,
    /// Model FLOP utilisation.
    pub mfu: Option<Mfu>,
    /// Checkpoints.
    pub checkpoint: Option<Checkpoint>,
    /// What happens before servers are taken.
    pub preemption: Preemption,
    /// Time from the moment that the gang is whole again until it makes progress.
    pub restart: Span,
    /// Date from which the campaign may run.
    pub submit: Option<Instant>,
    /// What the work is worth.
    pub value: CampaignValue,
}

impl Campaign {
    /// The work in accelerator-hours of this hardware: FLOP divided by what an accelerator does in an hour, peak × model
    /// FLOP/s utilisation (MFU). None where one of these is not given.
    #[must_use]
    pub fn accelerator_hours(&self, name: &str, hardware: &Hardware) -> Option<f64> {
        match self.work {
            Work::AcceleratorHours(hours) => Some(hours.0),
            Work::Flop(flop) => {
                let mfu = self.mfu.as_ref()?.on(name)?;
                let peak = hardware.peak.get(&self.precision)?.0;
                Some(flop.0 / (peak * mfu * 3600.0))
            }
        }
    }
}

/// A stream of jobs.
#[derive(Clone, Debug)]
pub struct JobStream {
    /// How many jobs come, and what they are.
    pub arrivals: Arrivals,
    /// Which waiting job starts next.
    pub discipline: Discipline,
    /// Waiting jobs behind the head that backfilling looks at.
    pub backfill_depth: u64,
    /// Checkpoints of every job.
    pub checkpoint: Option<Checkpoint>,
    /// What happens before servers of a job are taken.
    pub preemption: Preemption,
    /// Time from the moment that an interrupted job has its servers again until it makes progress.
    pub restart: Span,
    /// Value of one accelerator-hour of useful work.
    pub per_accelerator_hour: Money,
}

/// Waiting jobs that backfilling looks at where the scenario does not say.
const BACKFILL_DEPTH: u64 = 100;

table! {
    /// Campaigns and streams of jobs, as written.
    pub struct TrainingKeys {
        /// What there is to compute.
        pub jobs: Jobs,
        /// Accelerators that work in step, in whole servers of every pool that may run the campaign: one number, all or none, or the sizes between which it may grow and shrink. A campaign needs it; the jobs of a stream have `stream.accelerators`.
        pub gang: Option<Gang> where ">= 1, <= 1000000000",
        /// What must hold the whole gang of a campaign: one `pod`, or one `pool`, whose pods it may then span. The jobs of a stream run within a pool.
        pub within: Within = "\"pool\"",
        /// Number format of a campaign, which selects the hardware's peak speed.
        pub precision: Precision = "\"bf16\"",
        /// Model FLOP utilisation of a campaign: useful speed over peak speed. One number, or one for each hardware. Needed when work is in FLOP.
        pub mfu: Option<Mfu>,
        /// Checkpoints. Without them an interruption loses all progress of the campaign, or of the job.
        pub checkpoint: Option<Checkpoint>,
        /// What happens before servers are taken for others.
        pub preemption: Preemption = "{}",
        /// Time from the moment that the gang, or an interrupted job, has all its servers again until it makes progress.
        pub restart: Span = "\"5m\"",
        /// Date from which the campaign may run. Without one, the start of the run.
        pub submit: Option<Instant>,
        /// Which waiting job of a stream starts next. Without it, `easy-backfill`.
        pub discipline: Option<Discipline>,
        /// Waiting jobs behind the head of a stream's queue that `easy-backfill` looks at, from the front. Without it, 100.
        pub backfill_depth: Option<u64> where ">= 1, <= 10000",
        /// What the work is worth. Of a stream only its accelerator-hours are paid.
        pub value: CampaignValue = "{}",
    }
}

choice! {
    /// What there is to compute.
    #[derive(Clone, Debug)]
    pub enum Jobs(flat) {
        /// Work of a whole campaign: FLOP, accelerator-hours, or a multiple of another campaign's or catalogue model's. Exactly one of `work` and `stream` is written.
        "work" => Work(Work),
        /// Jobs that arrive over time and wait in one queue.
        "stream" => Stream(Arrivals),
    }
}

table! {
    /// How many jobs come, and what they are. What is drawn of a job belongs to its hour and its place in it, whatever is decided.
    #[derive(Clone, Debug)]
    pub struct Arrivals {
        /// Mean rate at which jobs arrive: a Poisson process, whose rate is constant within an hour.
        pub arrivals: PerSecond where "<= 100 /s",
        /// Name of the demand profile that multiplies the rate: its course, growth, events and noise. Without one the rate is constant.
        pub profile: Option<Reference>,
        /// Accelerators of a job, rounded up to whole servers of every pool that may run it.
        pub accelerators: Distribution as Numbers,
        /// Ideal run time of a job: from start to end if nothing interrupts it, checkpoints not counted. The same on all hardware.
        pub duration: Distribution as Durations,
        /// Priority of a job: those of a higher one wait before it, whenever they arrived. It never stops a job that runs, but when the policy takes servers, jobs of the lowest priority are stopped first.
        pub priority: Distribution as Numbers = "0",
    }
}

words! {
    /// Which waiting job of a stream starts next.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Discipline {
        /// First in, first out: while the first does not fit, nobody starts.
        "fifo" => Fifo,
        /// EASY: the first gets a reservation at the earliest moment at which the running jobs leave it room; others start before it where they do not delay that.
        "easy-backfill" => EasyBackfill,
    }
}

table! {
    /// What training is worth.
    #[derive(Clone, Copy, Debug)]
    pub struct CampaignValue {
        /// Value of one accelerator-hour of useful work, in the scenario's currency.
        pub per_accelerator_hour: Money = "0.0" where ">= 0",
        /// Value of finishing a campaign, in the scenario's currency.
        pub on_completion: Money = "0.0" where ">= 0",
        /// Date after which the value of finishing decays.
        pub deadline: Option<Instant>,
        /// Time after the deadline in which the value of finishing halves. Without it lateness costs nothing.
        pub half_life_after: Option<Span> where "> 0",
    } then CampaignValue::decays_from_something;
}

impl CampaignValue {
    fn decays_from_something(self, node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if self.half_life_after.is_none() || self.deadline.is_some() {
            return Some(self);
        }
        let at = node.get("half_life_after").unwrap_or(node).at;
        reader.complain(
            at,
            &Complaint::new(
                "`half_life_after` needs a `deadline` to count from",
                "add `deadline = \"2024-09-01\"`, or delete this key",
            ),
        );
        None
    }
}

impl Read for Training {
    fn form() -> Form {
        TrainingKeys::form()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let keys = TrainingKeys::read(node, reader)?;
        match &keys.jobs {
            Jobs::Work(work) => {
                let work = *work;
                keys.campaign(work, node, reader).map(Self::Campaign)
            }
            Jobs::Stream(arrivals) => {
                let arrivals = arrivals.clone();
                keys.stream(arrivals, node, reader).map(Self::Stream)
            }
        }
    }
}

impl TrainingKeys {
    fn campaign(self, work: Work, node: &Node, reader: &mut Reader<'_>) -> Option<Campaign> {
        let tag = self.jobs.tag();
        let foreign = [
            (self.discipline.is_some(), "discipline"),
            (self.backfill_depth.is_some(), "backfill_depth"),
        ];
        let right = all_belong(foreign, tag, "a campaign has no queue", node, reader);
        if self.gang.is_none() {
            let message = format!("`{}` needs the key `gang`", reader.path());
            let hint = "Accelerators that work in step, all or none (for example `gang = 1024`)";
            reader.report(Problem::error(node.at, message).hint(hint));
        }
        right.then_some(Campaign {
            work,
            gang: self.gang?,
            within: self.within,
            precision: self.precision,
            mfu: self.mfu,
            checkpoint: self.checkpoint,
            preemption: self.preemption,
            restart: self.restart,
            submit: self.submit,
            value: self.value,
        })
    }

    fn stream(self, arrivals: Arrivals, node: &Node, reader: &mut Reader<'_>) -> Option<JobStream> {
        let (tag, value) = (self.jobs.tag(), &self.value);
        let foreign = [
            (self.gang.is_some(), "gang"),
            (self.within == Within::Pod, "within"),
            (self.precision != Precision::Bf16, "precision"),
            (self.mfu.is_some(), "mfu"),
            (self.submit.is_some(), "submit"),
        ];
        let reason = "a stream's jobs have `accelerators` and `duration` of their own";
        let mut right = all_belong(foreign, tag, reason, node, reader);
        if let Some(value_node) = node.get("value") {
            let foreign = [
                (value.on_completion.0 > 0.0, "on_completion"),
                (value.deadline.is_some(), "deadline"),
            ];
            let reason = "a stream earns by `per_accelerator_hour`";
            right &= reader.within("value", |reader| {
                all_belong(foreign, tag, reason, value_node, reader)
            });
        }
        let discipline = self.discipline.unwrap_or(Discipline::EasyBackfill);
        if let (Discipline::Fifo, Some(_)) = (discipline, self.backfill_depth) {
            let foreign = [(true, "backfill_depth")];
            let reason = "it lets nobody pass";
            right &= all_belong(foreign, discipline.word(), reason, node, reader);
        }
        right.then_some(JobStream {
            arrivals,
            discipline,
            backfill_depth: self.backfill_depth.unwrap_or(BACKFILL_DEPTH),
            checkpoint: self.checkpoint,
            preemption: self.preemption,
            restart: self.restart,
            per_accelerator_hour: self.value.per_accelerator_hour,
        })
    }
}

/// Whether none of these keys is there where it would do nothing; complains of each that is.
fn all_belong<const N: usize>(
    foreign: [(bool, &str); N],
    beside: &str,
    reason: &str,
    node: &Node,
    reader: &mut Reader<'_>,
) -> bool {
    let mut right = true;
    for (_, key) in foreign.into_iter().filter(|(there, _)| *there) {
        let at = node.get(key).unwrap_or(node).at;
        let complaint = Complaint::new(
            format!("`{key}` has no meaning beside `{beside}`: {reason}"),
            format!(
                "delete it; `remove = [\"{}.{key}\"]` deletes what a base has",
                reader.path()
            ),
        );
        reader.complain(at, &complaint);
        right = false;
    }
    right
}

impl Training {
    /// The campaign, if it is one.
    #[must_use]
    pub fn campaign(&self) -> Option<&Campaign> {
        match self {
            Self::Campaign(campaign) => Some(campaign),
            Self::Stream(_) => None,
        }
    }

    /// The stream of jobs, if it is one.
    #[must_use]
    pub fn stream(&self) -> Option<&JobStream> {
        match self {
            Self::Campaign(_) => None,
            Self::Stream(stream) => Some(stream),
        }
    }
}

impl Arrivals {
    /// The size of a job for which this many accelerators were drawn: at least one, and a whole
    /// multiple of `unit`.
    #[must_use]
    pub fn whole(accelerators: f64, unit: u64) -> u64 {
        let units = (accelerators.ceil() as u64).max(1).div_ceil(unit);
        units.saturating_mul(unit)
    }
}

impl Scenario {
    /// Accelerators of which every job of a stream has a whole multiple: whole servers of all pools
    /// that may run it.
    #[must_use]
    pub fn job_unit(&self, stream: &str) -> u64 {
        let pools = self.pools_serving(stream, Kind::Training);
        let hardware = pools.filter_map(|(_, pool)| self.hardware.get(&pool.hardware.name));
        least_common_multiple(hardware.map(|hardware| u64::from(hardware.accelerators_per_server)))
    }

    /// Accelerators that a pool may ever offer: its own without the spares, and all orders for it.
    #[must_use]
    pub fn room(&self, name: &str, pool: &Pool) -> u64 {
        let orders = self.order.values();
        let orders = orders.filter(|order| order.pool.name == name);
        orders.map(|order| order.accelerators).fold(
            pool.accelerators.saturating_sub(pool.spares),
            u64::saturating_add,
        )
    }
}

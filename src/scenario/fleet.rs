//! What exists and what is coming: hardware kinds, sites, pools of accelerators, orders.

use indexmap::IndexMap;

use super::chance::Durations;
use super::declare::table;
use super::quantity::Complaint;
use super::reader::Reader;
use super::tree::Node;
use super::{Kind, Precision, Reference};
use crate::distribution::Distribution;
use crate::kernel::{Instant, Span};
use crate::units::{Bytes, BytesPerSecond, FlopPerSecond, Money, Seconds, Watts};

table! {
    /// A kind of accelerator and the server it comes in.
    #[derive(Clone, Debug)]
    pub struct Hardware {
        /// Catalogue entry that fills in every key which this table leaves out (`flexcap list catalogue`).
        pub catalogue: Option<String>,
        /// Accelerators in one server: the unit in which capacity is bought, moved and lost.
        pub accelerators_per_server: u32 where ">= 1, <= 1024",
        /// Dense peak speed of one accelerator for each precision it supports.
        pub peak: IndexMap<Precision, FlopPerSecond> = "{}" where "> 0",
        /// Memory of one accelerator.
        pub memory: Option<Bytes> where "> 0",
        /// Memory bandwidth of one accelerator.
        pub bandwidth: Option<BytesPerSecond> where "> 0",
        /// Power draw of one accelerator with its share of host and network, before PUE.
        pub power: Power = "{}",
        /// Price of one accelerator with its share of the server, in the scenario's currency.
        pub price: Money = "0.0" where ">= 0",
        /// Time over which the price is depreciated, in a straight line.
        pub life: Span = "\"5 y\"" where "> 0",
        /// Mean time between failures of one server. Without it servers never fail.
        pub mtbf: Option<Span> where "> 0",
        /// Time to repair a failed server.
        pub repair: Distribution as Durations = "{ lognormal = { mean = \"24h\", cv = 1.0 } }",
        /// Measured coefficients of one step of a language-model engine. Inference needs them.
        pub step_cost: Option<StepCost>,
    }
}

table! {
    /// Power draw of one accelerator, idle and at full activity.
    #[derive(Clone, Copy, Debug)]
    pub struct Power {
        /// Draw at no activity.
        pub idle: Watts = "\"0 W\"",
        /// Draw at full activity.
        pub peak: Watts = "\"0 W\"",
    } then Power::ordered;
}

impl Power {
    fn ordered(self, node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if self.peak >= self.idle {
            return Some(self);
        }
        let message = format!(
            "the peak of {} W is below the idle draw of {} W",
            self.peak.0, self.idle.0
        );
        let at = node.get("peak").unwrap_or(node).at;
        reader.complain(
            at,
            &Complaint::new(
                message,
                "peak is the draw at full activity, idle part included",
            ),
        );
        None
    }
}

table! {
    /// Coefficients of the time per output token at batch size B on `tp` accelerators:
    /// `fixed + weights·W/(tp·BW) + kv_cache·B·ctx·KV/(tp·BW) + compute·2PB(1+in/out)/(tp·peak) + all_reduce·2L·log2(tp)`.
    #[derive(Clone, Copy, Debug)]
    pub struct StepCost {
        /// Time of a step whatever it computes.
        pub fixed: Seconds,
        /// Multiplier of the time to read the weights once.
        pub weights: f64 where ">= 0",
        /// Multiplier of the time to read the batch's key-value cache once.
        pub kv_cache: f64 where ">= 0",
        /// Multiplier of the time to compute at peak speed.
        pub compute: f64 where ">= 0",
        /// Time of one all-reduce hop; there are 2 per layer, times log2 of the accelerators in a replica.
        pub all_reduce: Seconds,
    }
}

table! {
    /// A place with power, where pools stand.
    #[derive(Clone, Debug)]
    pub struct Site {
        /// Power that the site may draw, PUE included. Checked at decisions at the planning activity; what work would draw beyond it throttles the accelerators.
        pub power_cap: Option<Watts> where "> 0",
        /// Activity at which a decision counts the draw of allocated accelerators.
        pub planning_activity: PlanningActivity = "{}",
        /// Power usage effectiveness: what the site draws over what its machines draw.
        pub pue: f64 = "1.0" where ">= 1, <= 10",
        /// Price of one kilowatt-hour, in the scenario's currency.
        pub energy_price_per_kwh: f64 = "0.0" where ">= 0",
        /// General computing capacity beside the accelerators, which ranking needs. Without it there is always enough.
        pub companion: Option<Companion>,
    }
}

table! {
    /// General computing capacity beside accelerators: what a site has, or what one accelerator of a service needs.
    #[derive(Clone, Copy, Debug)]
    pub struct Companion {
        /// Virtual CPUs.
        pub vcpu: f64 where ">= 0",
    }
}

table! {
    /// Share of the way from idle to peak power that each use is planned at.
    #[derive(Clone, Copy, Debug)]
    pub struct PlanningActivity {
        /// Activity of accelerators that train.
        pub training: f64 = "0.9" where ">= 0, <= 1",
        /// Activity of accelerators that serve inference.
        pub inference: f64 = "0.7" where ">= 0, <= 1",
        /// Activity of accelerators that rank.
        pub ranking: f64 = "0.7" where ">= 0, <= 1",
    }
}

impl PlanningActivity {
    /// The activity of a kind of work.
    #[must_use]
    pub fn of(&self, kind: Kind) -> f64 {
        match kind {
            Kind::Training => self.training,
            Kind::Inference => self.inference,
            Kind::Ranking => self.ranking,
        }
    }
}

table! {
    /// Like accelerators on one site.
    #[derive(Clone, Debug)]
    pub struct Pool {
        /// Name of the hardware in the pool.
        pub hardware: Reference,
        /// Name of the site that the pool stands on.
        pub site: Reference,
        /// Accelerators installed at the start, spares included, in whole servers.
        pub accelerators: u64 where "<= 1000000000",
        /// Accelerators of one pod, in whole servers: a contiguity domain, on one training fabric. The pool is divided into such pods, of which the last may be smaller; deliveries fill it up and then open new ones. Without it the pool is one pod that grows with it.
        pub pod: Option<u64> where ">= 1, <= 1000000000",
        /// Accelerators held back to replace failed ones, in whole servers. They are counted as idle and never offered.
        pub spares: u64 = "0",
        /// Kinds (`training`, `inference`, `ranking`) or names of workloads that the pool may be used for.
        pub serves: Vec<Reference>,
        /// Share of the pool that may move between workloads. The rest stays with whoever holds it at the start.
        pub flexible_share: f64 = "1.0" where ">= 0, <= 1",
        /// Accelerators that each workload holds at the start, in whole servers.
        pub initial: IndexMap<String, u64> = "{}",
    }
}

impl Pool {
    /// Of so many servers that a workload holds at the start those that stay with it whatever is decided.
    #[must_use]
    pub fn fixed(&self, servers: u64) -> u64 {
        (servers as f64 * (1.0 - self.flexible_share)).round() as u64
    }
}

table! {
    /// Accelerators on the way to a pool.
    #[derive(Clone, Debug)]
    pub struct Order {
        /// Name of the pool that they are delivered to.
        pub pool: Reference,
        /// Accelerators ordered, in whole servers of the pool's hardware.
        pub accelerators: u64 where ">= 1, <= 1000000000",
        /// Date of the order. It may be before the start.
        pub placed: Instant,
        /// Time from the order to the delivery.
        pub lead_time: Distribution as Durations,
        /// Shares of the price that are paid when the order is placed and when it is delivered.
        pub pays: Pays = "{}",
    }
}

table! {
    /// When an order is paid: shares of its price that add up to 1.
    #[derive(Clone, Copy, Debug)]
    pub struct Pays {
        /// Share paid when the order is placed.
        pub placed: f64 = "0.0" where ">= 0, <= 1",
        /// Share paid on delivery.
        pub delivered: f64 = "1.0" where ">= 0, <= 1",
    } then Pays::whole;
}

impl Pays {
    fn whole(self, node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let sum = self.placed + self.delivered;
        if (sum - 1.0).abs() <= 1e-9 {
            return Some(self);
        }
        let message = format!(
            "`placed` {} and `delivered` {} add up to {sum}, not 1",
            self.placed, self.delivered
        );
        let hint = format!(
            "for example `{{ placed = {}, delivered = {} }}`",
            self.placed,
            1.0 - self.placed
        );
        reader.complain(node.at, &Complaint::new(message, hint));
        None
    }
}

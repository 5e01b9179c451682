//! What takes many servers away at once: planned maintenance, and outages that hit neighbours.

use super::Reference;
use super::chance::Durations;
use super::declare::{choice, table};
use super::quantity::Complaint;
use super::reader::Reader;
use super::tree::Node;
use crate::distribution::Distribution;
use crate::kernel::{Instant, Span};

choice! {
    /// Where something happens.
    #[derive(Clone, Debug)]
    pub enum Place(flat) {
        /// Name of the pool that it concerns.
        "pool" => Pool(Reference),
        /// Name of the site whose pools it concerns, each with the same share.
        "site" => Site(Reference),
    }
}

table! {
    /// A window in which servers are taken out of use as planned.
    #[derive(Clone, Debug)]
    pub struct Maintenance {
        /// The pool or site that it concerns.
        pub place: Place,
        /// Share of each pool's servers that is out in a window. Either this or `accelerators`.
        pub share: Option<f64> where "> 0, <= 1",
        /// Accelerators of each pool that are out in a window, in whole servers. Either this or `share`.
        pub accelerators: Option<u64> where ">= 1, <= 1000000000",
        /// Date on which the first window begins.
        pub start: Instant,
        /// Length of a window.
        pub duration: Span where "> 0",
        /// Time from the beginning of one window to that of the next, for windows that come again.
        pub every: Option<Span> where ">= 1 m",
    } then Maintenance::consistent;
}

impl Maintenance {
    fn consistent(self, node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let one = exactly_one(
            (self.share.is_some(), "share"),
            (self.accelerators.is_some(), "accelerators"),
            "`share = 0.1` takes a tenth of every pool, `accelerators = 64` takes 64",
            node,
            reader,
        );
        let Some(every) = self.every.filter(|&every| every < self.duration) else {
            return one.then_some(self);
        };
        let message = format!(
            "windows of {} h that come every {} h overlap each other",
            self.duration.as_hours(),
            every.as_hours()
        );
        let at = node.get("every").unwrap_or(node).at;
        reader.complain(
            at,
            &Complaint::new(message, "make `every` at least as long as `duration`"),
        );
        None
    }
}

table! {
    /// An outage: a stretch of neighbouring servers goes down together.
    #[derive(Clone, Debug)]
    pub struct Outage {
        /// The pool or site that it hits.
        pub place: Place,
        /// Share of each pool's servers that goes down, 1 being all.
        pub share: f64 = "1.0" where "> 0, <= 1",
        /// Date on which it begins. Either this or `mtbf`.
        pub at: Option<Instant>,
        /// Mean time from the end of one outage to the next; the times are exponential. Either this or `at`.
        pub mtbf: Option<Span> where ">= 1 m",
        /// Time until what went down is up again.
        pub duration: Distribution as Durations,
    } then Outage::consistent;
}

impl Outage {
    fn consistent(self, node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let one = exactly_one(
            (self.at.is_some(), "at"),
            (self.mtbf.is_some(), "mtbf"),
            "`at = \"2024-09-01\"` happens once, `mtbf = \"1 y\"` by chance",
            node,
            reader,
        );
        one.then_some(self)
    }
}

/// Whether exactly one of two keys is there; complains if not.
fn exactly_one(
    (first, first_name): (bool, &str),
    (second, second_name): (bool, &str),
    hint: &str,
    node: &Node,
    reader: &mut Reader<'_>,
) -> bool {
    if first == second {
        let verb = if first { "has both" } else { "has none of" };
        let message =
            format!("this {verb} `{first_name}` and `{second_name}`; it takes exactly one");
        reader.complain(node.at, &Complaint::new(message, hint));
    }
    first != second
}

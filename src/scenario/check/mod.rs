//! Checks across tables, after every key by itself is right: names, references, holdings, work that
//! fits, dates. One small function each; all of them run, and all problems are told at once.

mod capacity;
mod checkpoint;
mod conversion;
mod demand;
mod forecast;
mod interruption;
mod names;
mod pods;
mod policy;
mod retirement;
mod serving;
mod site;
mod stream;
mod supply;
mod time;
mod training;

use super::heal::Damage;
use super::problem::Problem;
use super::tree::{Location, Node};
use super::{Reference, Scenario};

pub use names::names;
pub use time::show;

/// The tables that define workloads.
const WORKLOADS: [&str; 3] = ["training", "inference", "ranking"];

/// The scenario, the tree it was read from, and the problems found.
struct Checker<'a> {
    scenario: &'a Scenario,
    tree: &'a Node,
    damage: &'a Damage,
    problems: &'a mut Vec<Problem>,
}

/// Runs every check across tables; of a damaged scenario, those that the damage does not bear on.
pub fn scenario(scenario: &Scenario, tree: &Node, damage: &Damage, problems: &mut Vec<Problem>) {
    let mut checker = Checker {
        scenario,
        tree,
        damage,
        problems,
    };
    time::check(&mut checker);
    supply::check(&mut checker);
    pods::check(&mut checker);
    site::check(&mut checker);
    capacity::check(&mut checker);
    conversion::check(&mut checker);
    interruption::check(&mut checker);
    training::check(&mut checker);
    retirement::check(&mut checker);
    stream::check(&mut checker);
    checkpoint::check(&mut checker);
    demand::check(&mut checker);
    forecast::check(&mut checker);
    serving::check(&mut checker);
    policy::check(&mut checker);
}

impl Checker<'_> {
    /// The place of the deepest part of a dotted path that is written.
    fn at(&self, path: &str) -> Location {
        let mut node = self.tree;
        for key in path.split('.') {
            match node.get(key) {
                Some(below) => node = below,
                None => break,
            }
        }
        node.at
    }

    /// The place of a key, not of its value.
    fn key_at(&self, table: &str, key: &str) -> Location {
        let entry = self
            .tree
            .find(table)
            .and_then(Node::as_table)
            .and_then(|table| table.get(key));
        entry.map_or_else(|| self.at(table), |entry| entry.key)
    }

    /// The place of a reference, or of the path that holds it.
    fn reference_at(&self, reference: &Reference, path: &str) -> Location {
        reference.at.unwrap_or_else(|| self.at(path))
    }

    fn error(&mut self, at: Location, message: String, hint: impl Into<String>) {
        self.problems.push(Problem::error(at, message).hint(hint));
    }

    fn warn(&mut self, at: Location, message: String, hint: impl Into<String>) {
        self.problems.push(Problem::warning(at, message).hint(hint));
    }
}

//! What can be checked of a scenario that cannot be read whole: what is damaged is taken out, or
//! replaced by a stand-in, so that a slip in one table does not hide a gang that fits no pool in
//! another. The checks are told what is damaged and do not judge by it.

use super::form::Form;
use super::merge::fill_defaults;
use super::parse::parse_value;
use super::problem::Problem;
use super::reader::{Read, Reader};
use super::tree::Node;
use super::{
    About, Conversions, Forecast, Hardware, Inference, Maintenance, Order, Outage, Policy, Pool,
    Profile, Ranking, Record, Run, Scenario, Site, Training,
};

/// The tables of a scenario in which something could not be read.
#[derive(Clone, Debug, Default)]
pub struct Damage(Vec<&'static str>);

impl Damage {
    /// Whether any of these tables is damaged.
    #[must_use]
    pub fn touches(&self, tables: &[&str]) -> bool {
        self.0.iter().any(|damaged| tables.contains(damaged))
    }
}

/// The scenario without what is damaged, if that can be read.
pub fn heal(tree: &Node, form: &Form) -> Option<(Scenario, Damage)> {
    let mut patient = Patient {
        tree: tree.clone(),
        form,
        damage: Damage::default(),
    };
    patient.stand_in::<About>("scenario", "{ name = \"x\" }");
    patient.stand_in::<Run>("run", "{ start = \"2024-01-01\", horizon = \"1 y\" }");
    patient.stand_in::<Record>("record", "{}");
    patient.stand_in::<Forecast>("forecast", "{}");
    patient.stand_in::<Policy>("policy", "{ dedicated = {} }");
    patient.take_out::<Hardware>("hardware");
    patient.take_out::<Site>("site");
    patient.take_out::<Pool>("pool");
    patient.take_out::<Order>("order");
    patient.take_out::<Conversions>("conversion");
    patient.take_out::<Maintenance>("maintenance");
    patient.take_out::<Outage>("outage");
    patient.take_out::<Profile>("demand");
    patient.take_out::<Training>("training");
    patient.take_out::<Inference>("inference");
    patient.take_out::<Ranking>("ranking");
    let Patient {
        mut tree, damage, ..
    } = patient;
    fill_defaults(&mut tree, form);
    // What is wrong has been told already.
    let scenario = Scenario::read(&tree, &mut Reader::new(form, &mut Vec::new()))?;
    Some((scenario, damage))
}

/// A tree on the way to being readable.
struct Patient<'a> {
    tree: Node,
    form: &'a Form,
    damage: Damage,
}

impl Patient<'_> {
    /// Whether a node reads as a `T`.
    fn is_sound<T: Read>(&self, node: &Node) -> bool {
        let mut told_already: Vec<Problem> = Vec::new();
        T::read(node, &mut Reader::new(self.form, &mut told_already)).is_some()
    }

    /// Replaces a damaged or missing table by one that reads.
    fn stand_in<T: Read>(&mut self, name: &'static str, text: &str) {
        if self
            .tree
            .get(name)
            .is_some_and(|node| self.is_sound::<T>(node))
        {
            return;
        }
        self.damage.0.push(name);
        if let Ok(node) = parse_value(text, 0, 0) {
            let at = self.tree.at;
            self.tree.insert(name, node.moved_to(at));
        }
    }

    /// Takes the damaged entries out of a table of names.
    fn take_out<T: Read>(&mut self, name: &'static str) {
        let entries = self
            .tree
            .get(name)
            .and_then(Node::as_table)
            .into_iter()
            .flatten();
        let damaged: Vec<String> = entries
            .filter(|(key, entry)| {
                super::names::broken_rule(key).is_some() || !self.is_sound::<T>(&entry.node)
            })
            .map(|(key, _)| key.clone())
            .collect();
        let table = self
            .tree
            .as_table_mut()
            .and_then(|root| root.get_mut(name))
            .map(|entry| &mut entry.node);
        match table.map(|node| (node.as_table().is_some(), node)) {
            Some((true, node)) => {
                if let Some(table) = node.as_table_mut() {
                    table.retain(|key, _| !damaged.contains(key));
                }
                if !damaged.is_empty() {
                    self.damage.0.push(name);
                }
            }
            _ => {
                self.damage.0.push(name);
                let at = self.tree.at;
                self.tree.insert(name, Node::empty_table(at));
            }
        }
    }
}

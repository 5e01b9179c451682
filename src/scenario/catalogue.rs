//! The catalogue: hardware, models and demand shapes with their sources, embedded. An entry lies
//! under the user's table, so that what the table says wins; names of shapes and multiples of work
//! are replaced by what they stand for. Afterwards the tree says everything itself.

use std::sync::OnceLock;

use super::form::Form;
use super::merge::merge;
use super::names::nearest;
use super::parse::parse_document;
use super::problem::Problem;
use super::reader::{Read, Reader};
use super::tree::{Location, Node, Value};
use super::work::{Multiple, Work};
use super::write;

/// Kind and text of each part.
const PARTS: [(&str, &str); 3] = [
    ("hardware", include_str!("catalogue/hardware.toml")),
    ("model", include_str!("catalogue/models.toml")),
    ("shape", include_str!("catalogue/shapes.toml")),
];

/// Keys that document an entry, and are no part of what it fills in.
const ABOUT: [&str; 2] = ["source", "training_compute"];

/// One entry, for people to read.
#[derive(Clone, Debug)]
pub struct Entry {
    /// `hardware`, `model` or `shape`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// Where its numbers come from, with their confidence: P primary, S secondary, A assumption.
    pub source: String,
    /// Its keys and values, one a line, in TOML.
    pub text: String,
}

/// All entries.
#[must_use]
pub fn entries() -> Vec<Entry> {
    let mut entries = Vec::new();
    for (kind, text) in PARTS {
        let tree = parse_document(text, 0, &mut Vec::new());
        for (name, entry) in tree.as_table().into_iter().flatten() {
            let source = entry
                .node
                .get("source")
                .and_then(Node::as_text)
                .unwrap_or_default()
                .to_owned();
            let keys = entry
                .node
                .as_table()
                .into_iter()
                .flatten()
                .filter(|(key, _)| *key != "source");
            let lines: Vec<String> = keys
                .map(|(key, entry)| format!("{key} = {}", write::inline(&entry.node)))
                .collect();
            entries.push(Entry {
                kind,
                name: name.clone(),
                source,
                text: lines.join("\n"),
            });
        }
    }
    entries
}

/// The parts as trees. What is taken from them gets the place of what asked for it, so that they need none.
struct Catalogue([Node; 3]);

impl Catalogue {
    /// The catalogue, which is read once however many scenarios are.
    fn open() -> &'static Self {
        static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
        CATALOGUE
            .get_or_init(|| Self(PARTS.map(|(_, text)| parse_document(text, 0, &mut Vec::new()))))
    }

    /// The entry of part `part` that the writer of `name` may have meant, or else the first.
    fn stand_in(&self, part: usize, name: &str) -> Option<&Node> {
        let table = self.0.get(part).and_then(Node::as_table)?;
        let meant = nearest(name, table.keys().map(String::as_str));
        let entry = meant.and_then(|name| table.get(name));
        entry
            .or_else(|| table.values().next())
            .map(|entry| &entry.node)
    }

    /// The entry of that name in part `part`, or the problem with the name.
    fn entry(&self, part: usize, name: &str, at: Location) -> Result<&Node, Problem> {
        let (kind, table) = (
            PARTS.get(part).map_or("", |part| part.0),
            self.0.get(part).and_then(Node::as_table),
        );
        if let Some(entry) = table.and_then(|table| table.get(name)) {
            return Ok(&entry.node);
        }
        let names: Vec<&str> = table
            .into_iter()
            .flat_map(|table| table.keys())
            .map(String::as_str)
            .collect();
        let hint = match nearest(name, names.iter().copied()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("the catalogue has {}", names.join(", ")),
        };
        Err(Problem::error(at, format!("the catalogue has no {kind} \"{name}\"")).hint(hint))
    }
}

/// Puts the catalogue's values into a tree.
pub fn apply(tree: &mut Node, form: &Form, problems: &mut Vec<Problem>) {
    let catalogue = Catalogue::open();
    let each_hardware = form.below("hardware").and_then(|form| form.below(""));
    for node in values_mut(tree, "hardware") {
        put_under(node, catalogue, 0, each_hardware, problems);
    }
    let model = form
        .below("inference")
        .and_then(|form| form.below(""))
        .and_then(|form| form.below("model"));
    for node in values_mut(tree, "inference") {
        if let Some(entry) = node.as_table_mut().and_then(|table| table.get_mut("model")) {
            put_under(&mut entry.node, catalogue, 1, model, problems);
        }
    }
    for node in values_mut(tree, "demand") {
        let Some(shape) = node.as_table_mut().and_then(|table| table.get_mut("shape")) else {
            continue;
        };
        let Some(name) = shape.node.as_text() else {
            continue;
        };
        match catalogue.entry(2, name, shape.node.at) {
            Ok(entry) => shape.node = without_about(entry).moved_to(shape.node.at),
            Err(problem) => problems.push(problem),
        }
    }
    multiply_work(tree, catalogue, problems);
}

/// The values of a table of names, whatever they are.
fn values_mut<'t>(tree: &'t mut Node, table: &str) -> impl Iterator<Item = &'t mut Node> {
    let table = tree
        .as_table_mut()
        .and_then(|root| root.get_mut(table))
        .and_then(|entry| entry.node.as_table_mut());
    table
        .into_iter()
        .flat_map(|table| table.values_mut())
        .map(|entry| &mut entry.node)
}

/// Lays a table that names a catalogue entry over that entry.
fn put_under(
    node: &mut Node,
    catalogue: &Catalogue,
    part: usize,
    form: Option<&Form>,
    problems: &mut Vec<Problem>,
) {
    let Some((name, at)) = node
        .get("catalogue")
        .and_then(|name| name.as_text().map(|text| (text, name.at)))
    else {
        return;
    };
    let entry = catalogue.entry(part, name, at).or_else(|problem| {
        problems.push(problem);
        // So that the keys that the right one brings are not missed as well.
        catalogue.stand_in(part, name).ok_or(())
    });
    if let Ok(entry) = entry {
        let mut under = without_about(entry).moved_to(at);
        merge(&mut under, node.clone(), form);
        *node = under;
    }
}

fn without_about(entry: &Node) -> Node {
    let mut entry = entry.clone();
    if let Some(table) = entry.as_table_mut() {
        table.retain(|key, _| !ABOUT.contains(&key.as_str()));
    }
    entry
}

/// Replaces `{ times, of }` by the product. Round by round, as one may be a multiple of another;
/// what is left when a round changes nothing refers to itself, or to nothing.
fn multiply_work(tree: &mut Node, catalogue: &Catalogue, problems: &mut Vec<Problem>) {
    loop {
        let mut stuck = Vec::new();
        let mut changes = Vec::new();
        let campaigns = tree.get("training").and_then(Node::as_table);
        for (campaign, entry) in campaigns.into_iter().flatten() {
            let Some(Multiple { times, of }) = entry.node.get("work").and_then(multiple) else {
                continue;
            };
            let name = of.name.as_str();
            let other = tree.get("training").and_then(|training| training.get(name));
            let known = match other {
                Some(other) => other
                    .get("work")
                    .and_then(Node::as_text)
                    .and_then(|text| Work::parse(text).ok()),
                None => training_compute(catalogue, name),
            };
            match known {
                Some(work) => changes.push((campaign.clone(), work.times(times))),
                None => stuck.push(refusal(
                    catalogue,
                    campaign,
                    name,
                    other.is_some(),
                    of.at.unwrap_or(entry.node.at),
                )),
            }
        }
        if changes.is_empty() {
            return problems.append(&mut stuck);
        }
        for (campaign, work) in changes {
            let table = tree
                .as_table_mut()
                .and_then(|root| root.get_mut("training"))
                .and_then(|entry| entry.node.as_table_mut());
            let campaign = table
                .and_then(|table| table.get_mut(&campaign))
                .and_then(|entry| entry.node.as_table_mut());
            if let Some(entry) = campaign.and_then(|campaign| campaign.get_mut("work")) {
                entry.node = Node {
                    value: Value::Text(work),
                    at: entry.node.at,
                };
            }
        }
    }
}

/// The multiple that a campaign's work is, if it is a well-formed one; a malformed one is told when it is read.
fn multiple(work: &Node) -> Option<Multiple> {
    work.as_table()?;
    let mut told_later = Vec::new();
    let multiple = Multiple::read(work, &mut Reader::new(&Multiple::form(), &mut told_later));
    multiple.filter(|_| told_later.is_empty())
}

fn training_compute(catalogue: &Catalogue, model: &str) -> Option<Work> {
    let [_, models, _] = &catalogue.0;
    Work::parse(models.get(model)?.get("training_compute")?.as_text()?).ok()
}

fn refusal(
    catalogue: &Catalogue,
    campaign: &str,
    of: &str,
    is_workload: bool,
    at: Location,
) -> Problem {
    let message = if is_workload {
        format!("the work of `{campaign}` is a multiple of that of `{of}`, which is not known")
    } else if catalogue.entry(1, of, at).is_ok() {
        format!("the catalogue does not know the training compute of \"{of}\"")
    } else {
        format!("`{of}` is neither a training workload nor a catalogue model")
    };
    Problem::error(at, message).hint("write the work itself, for example \"3.8e25 FLOP\", or name a campaign or model that has its own")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Hardware, Scenario, Shape};

    #[test]
    fn every_entry_reads_and_names_its_source() {
        let form = Scenario::form();
        for (kind, text) in PARTS {
            let mut problems = Vec::new();
            let tree = parse_document(text, 0, &mut problems);
            for (name, entry) in tree.as_table().expect("a table") {
                assert!(entry.node.get("source").is_some(), "{name} has no source");
                let mut node = without_about(&entry.node);
                let reader = &mut Reader::new(&form, &mut problems);
                match kind {
                    "hardware" => {
                        crate::scenario::merge::fill_defaults(&mut node, &Hardware::form());
                        assert!(Hardware::read(&node, reader).is_some(), "{name}");
                    }
                    "shape" => {
                        crate::scenario::merge::fill_defaults(&mut node, &Shape::form());
                        let shape = Shape::read(&node, reader).expect(name);
                        assert!((shape.day.iter().sum::<f64>() - 24.0).abs() < 1e-9);
                    }
                    _ => assert!(node.get("parameters").is_some()),
                }
            }
            assert!(problems.is_empty(), "{problems:?}");
        }
        assert_eq!(entries().len(), 22);
    }

    #[test]
    fn multiples_of_multiples_are_worked_out_and_circles_refused() {
        let text = "[training.a]\nwork = { times = 2, of = \"b\" }\n[training.b]\nwork = { times = 0.1, of = \"llama-3-405b\" }\n\
                    [training.c]\nwork = { times = 2, of = \"d\" }\n[training.d]\nwork = { times = 2, of = \"c\" }\n\
                    [training.e]\nwork = { times = 2, of = \"llama-3-8b\" }\n[training.f]\nwork = { times = 2, of = \"zzz\" }\n";
        let mut problems = Vec::new();
        let mut tree = parse_document(text, 0, &mut problems);
        apply(&mut tree, &Scenario::form(), &mut problems);
        assert_eq!(
            tree.find("training.a.work").and_then(Node::as_text),
            Some("7.6e24 FLOP")
        );
        let messages: Vec<&str> = problems
            .iter()
            .map(|problem| problem.message.as_str())
            .collect();
        assert_eq!(messages.len(), 4, "{messages:?}");
    }
}

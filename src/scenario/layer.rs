//! Finding and reading the texts of a scenario: a file or a shipped scenario, and what it extends,
//! base first. Each text stays with the sources, so that problems can show it.

use std::path::Path;

use super::form::Form;
use super::input::{InputFile, unused_name};
use super::merge::merge;
use super::origin::Origin;
use super::parse::parse_document;
use super::problem::{Problem, Sources};
use super::remove::remove;
use super::tree::{Location, Node, Value};

/// Scenarios that may extend one another in a row; a longer chain is a mistake of some script.
const CHAIN_MAX: usize = 64;

/// What gathering layers fills.
pub struct Gathering<'a> {
    /// Texts to show problems in.
    pub sources: &'a mut Sources,
    /// Problems met.
    pub problems: &'a mut Vec<Problem>,
    /// Texts read, base last.
    pub inputs: Vec<InputFile>,
    /// Who extends whom: identity and name.
    chain: Vec<(String, String)>,
    form: &'a Form,
}

impl<'a> Gathering<'a> {
    /// Nothing gathered yet.
    pub fn new(sources: &'a mut Sources, problems: &'a mut Vec<Problem>, form: &'a Form) -> Self {
        Self {
            sources,
            problems,
            inputs: Vec::new(),
            chain: Vec::new(),
            form,
        }
    }

    /// The merged tree of a scenario named on the command line and of all that it extends.
    pub fn named(&mut self, name: &str) -> Option<Node> {
        let found = Origin::find(name, Some(Path::new("")));
        match found {
            Ok(origin) => self.layer(&origin, None),
            Err(mut problem) => {
                problem.at = Location {
                    source: self.sources.add(name, ""),
                    start: 0,
                    end: 0,
                };
                self.problems.push(problem);
                None
            }
        }
    }

    /// The merged tree of a text given by itself; it may extend shipped scenarios only.
    pub fn text(&mut self, name: &str, text: &str) -> Option<Node> {
        self.chain.push((format!("text {name}"), name.to_owned()));
        self.over_its_base(name, text, None)
    }

    /// Reads a layer; `asked` is where another one extends it.
    fn layer(&mut self, origin: &Origin, asked: Option<Location>) -> Option<Node> {
        let identity = origin.identity();
        if let (Some(start), Some(at)) = (
            self.chain.iter().position(|(seen, _)| *seen == identity),
            asked,
        ) {
            let last = origin.name();
            let names: Vec<&str> = self
                .chain
                .iter()
                .skip(start)
                .map(|(_, name)| name.as_str())
                .chain([last.as_str()])
                .collect();
            let message = format!("`extends` goes round in a circle: {}", names.join(" → "));
            self.problems
                .push(Problem::error(at, message).hint("let one of them extend nothing"));
            return None;
        }
        if let (true, Some(at)) = (self.chain.len() >= CHAIN_MAX, asked) {
            let message = format!("`extends` goes through more than {CHAIN_MAX} scenarios");
            self.problems
                .push(Problem::error(at, message).hint("write some of them into one"));
            return None;
        }
        match origin.text() {
            Ok(text) => {
                let name = unused_name(&self.inputs, origin.input_name());
                self.inputs
                    .push(InputFile::copied(name, text.clone().into_bytes()));
                self.chain.push((identity, origin.name()));
                self.over_its_base(&origin.name(), &text, origin.folder())
            }
            Err((message, hint)) => {
                let at = asked.unwrap_or_else(|| Location {
                    source: self.sources.add(origin.name(), ""),
                    start: 0,
                    end: 0,
                });
                self.problems.push(Problem::error(at, message).hint(hint));
                None
            }
        }
    }

    /// Parses a text, reads what it extends, removes what it says and lays it on top.
    fn over_its_base(&mut self, name: &str, text: &str, folder: Option<&Path>) -> Option<Node> {
        let source = self.sources.add_in(folder, name, text);
        let before = self.problems.len();
        let mut own = parse_document(text, source, self.problems);
        let table = own.as_table_mut()?;
        if table.is_empty() && self.problems.len() == before {
            let at = Location {
                source,
                start: 0,
                end: 0,
            };
            self.problems.push(
                Problem::error(at, "the file is empty")
                    .hint("`flexcap init` prints a commented scenario to start from"),
            );
            return None;
        }
        let extends = table.shift_remove("extends").map(|entry| entry.node);
        let removals = table.shift_remove("remove");
        let Some(extends) = extends else {
            if let Some(entry) = removals {
                let hint = "delete the tables themselves, or add `extends = \"base.toml\"`";
                self.problems.push(
                    Problem::error(
                        entry.key,
                        "`remove` has nothing to remove from: there is no `extends`",
                    )
                    .hint(hint),
                );
            }
            return Some(own);
        };
        let mut base = self.base(&extends, folder)?;
        if let Some(entry) = removals {
            remove(&mut base, &entry.node, self.form, self.problems);
        }
        merge(&mut base, own, Some(self.form));
        Some(base)
    }

    /// The merged tree of what a key such as `extends` names.
    pub fn base(&mut self, extends: &Node, folder: Option<&Path>) -> Option<Node> {
        let Value::Text(name) = &extends.value else {
            let message = format!(
                "`extends` must be one path or shipped name, but this is {}",
                extends.kind()
            );
            self.problems.push(
                Problem::error(extends.at, message).hint("for example `extends = \"base.toml\"`"),
            );
            return None;
        };
        match Origin::find(name, folder) {
            Ok(origin) => self.layer(&origin, Some(extends.at)),
            Err(mut problem) => {
                problem.at = extends.at;
                self.problems.push(problem);
                None
            }
        }
    }
}

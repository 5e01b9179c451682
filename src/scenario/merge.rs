//! Laying one tree over another: tables merge, everything else replaces, and a choice that brings
//! a new tag replaces the old one whole. The form says which tables are choices. Then the defaults
//! of what nobody wrote are filled in, so that the resolved scenario says everything.

use super::form::{Form, Presence};
use super::tree::{Entry, Node, Table, Value};

/// Lays `over` on `base`, both of the given form; what the form does not know merges as tables do.
pub fn merge(base: &mut Node, over: Node, form: Option<&Form>) {
    let form = form.map(|form| form.side(&over.value));
    base.at = over.at;
    match (&mut base.value, over.value) {
        (Value::Table(table), Value::Table(over)) => {
            drop_rivals(table, over.keys().map(String::as_str), form);
            for (name, entry) in over {
                let below = form.and_then(|form| form.below(&name));
                match table.get_mut(&name) {
                    Some(existing) => {
                        existing.key = entry.key;
                        merge(&mut existing.node, entry.node, below);
                    }
                    None => {
                        table.insert(name, entry);
                    }
                }
            }
        }
        (value, over) => *value = over,
    }
}

/// Removes the tags that the `coming` ones replace: those of the same choice that do not come themselves.
pub fn drop_rivals<'a>(
    table: &mut Table,
    coming: impl Iterator<Item = &'a str>,
    form: Option<&Form>,
) {
    let tags = match form {
        Some(Form::Choice(tags)) => tags,
        Some(Form::Table(form)) => &form.one_of,
        _ => return,
    };
    let is_tag = |name: &str| tags.iter().any(|tag| tag.name == name);
    let coming: Vec<&str> = coming.filter(|name| is_tag(name)).collect();
    if !coming.is_empty() {
        table.retain(|name, _| !is_tag(name) || coming.contains(&name.as_str()));
    }
}

/// Fills in the default of every key that is left out.
pub fn fill_defaults(tree: &mut Node, form: &Form) {
    // The second round takes "the value of another key" from what the first has filled in.
    for _ in 0..2 {
        let root = tree.clone();
        fill(tree, form, &root);
    }
}

fn fill(node: &mut Node, form: &Form, root: &Node) {
    let at = node.at;
    let form = form.side(&node.value);
    let Value::Table(table) = &mut node.value else {
        return;
    };
    if let Form::Table(form) = form {
        for key in form
            .keys
            .iter()
            .filter(|key| !table.contains_key(key.name))
            .collect::<Vec<_>>()
        {
            let default = match key.presence {
                Presence::SameAs(path) => root.find(path).map(|node| node.clone().moved_to(at)),
                _ => key.default_node(at),
            };
            if let Some(node) = default {
                table.insert(key.name.to_owned(), Entry { key: at, node });
            }
        }
    }
    for (name, entry) in table {
        if let Some(below) = form.below(name) {
            fill(&mut entry.node, below, root);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;
    use crate::scenario::parse::parse_document;
    use crate::scenario::reader::Read;
    use crate::scenario::write::inline;

    fn merged(base: &str, over: &str) -> String {
        let mut base = parse_document(base, 0, &mut Vec::new());
        merge(
            &mut base,
            parse_document(over, 1, &mut Vec::new()),
            Some(&Scenario::form()),
        );
        inline(&base)
    }

    #[test]
    fn tables_merge_and_scalars_and_arrays_replace() {
        let text = merged(
            "[pool.a]\nserves = [\"x\", \"y\"]\nspares = 1\n",
            "[pool.a]\nserves = [\"z\"]\n[pool.b]\nspares = 2\n",
        );
        assert_eq!(
            text,
            "{ pool = { a = { serves = [\"z\"], spares = 1 }, b = { spares = 2 } } }"
        );
    }

    #[test]
    fn a_new_tag_replaces_a_choice_and_the_same_tag_merges() {
        let base = "[policy.priority]\norder = [\"a\"]\nheadroom = 0.2\n";
        assert_eq!(
            merged(base, "[policy.dedicated]\n"),
            "{ policy = { dedicated = {} } }"
        );
        assert_eq!(
            merged(base, "[policy.priority]\nheadroom = 0.3\n"),
            "{ policy = { priority = { order = [\"a\"], headroom = 0.3 } } }"
        );
        let both = merged(base, "policy = { priority = {}, dedicated = {} }");
        assert!(
            both.contains("priority") && both.contains("dedicated"),
            "{both}"
        );
    }

    #[test]
    fn choices_inside_distributions_and_between_keys_follow_the_same_rule() {
        let repair = merged(
            "hardware.x.repair.lognormal = { mean = \"1h\", cv = 1 }",
            "hardware.x.repair.gamma.mean = \"2h\"",
        );
        assert_eq!(
            repair,
            "{ hardware = { x = { repair = { gamma = { mean = \"2h\" } } } } }"
        );
        let work = merged(
            "ranking.x.query.fixed = \"1ms\"",
            "ranking.x.service.time = \"1s\"",
        );
        assert_eq!(
            work,
            "{ ranking = { x = { service = { time = \"1s\" } } } }"
        );
    }

    #[test]
    fn defaults_fill_what_nobody_wrote() {
        let mut tree = parse_document("[run]\nstep = \"2h\"\n[record]\n", 0, &mut Vec::new());
        fill_defaults(&mut tree, &Scenario::form());
        assert_eq!(
            tree.find("record.every").and_then(Node::as_text),
            Some("2h")
        );
        assert_eq!(tree.find("run.seed").and_then(Node::as_number), Some(42.0));
        assert!(tree.find("run.horizon").is_none());
    }
}

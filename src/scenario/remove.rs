//! `remove = ["training.x", …]`: what a scenario deletes from the one that it extends.

use super::form::Form;
use super::names::nearest;
use super::problem::Problem;
use super::reader::{Read, Reader};
use super::tree::{Node, Table};

/// Deletes the named paths; an unknown one is a problem, because it would hide a misspelling.
pub fn remove(base: &mut Node, paths: &Node, form: &Form, problems: &mut Vec<Problem>) {
    let read =
        Reader::new(form, problems).within("remove", |reader| <Vec<String>>::read(paths, reader));
    let places = match &paths.value {
        super::tree::Value::Array(items) => items.iter().map(|item| item.at).collect(),
        _ => Vec::new(),
    };
    for (path, at) in read.unwrap_or_default().iter().zip(places) {
        if let Err((key, near)) = remove_one(base, path) {
            let hint = near.map_or(
                "write the full path, as in \"training.llama\"".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            let message = format!("`remove`: there is no `{key}` in the base to remove");
            problems.push(Problem::error(at, message).hint(hint));
        }
    }
}

/// Deletes one path, or says as far as where it leads, and the nearest path that exists.
fn remove_one(base: &mut Node, path: &str) -> Result<(), (String, Option<String>)> {
    let segments: Vec<&str> = path.split('.').collect();
    let mut table: &mut Table = base.as_table_mut().ok_or((path.to_owned(), None))?;
    for (depth, segment) in segments.iter().enumerate() {
        let so_far = |name: &str| {
            segments
                .iter()
                .take(depth)
                .copied()
                .chain([name])
                .collect::<Vec<_>>()
                .join(".")
        };
        if !table.contains_key(*segment) {
            let near = nearest(segment, table.keys().map(String::as_str)).map(so_far);
            return Err((so_far(segment), near));
        }
        if depth + 1 == segments.len() {
            table.shift_remove(*segment);
            return Ok(());
        }
        table = match table
            .get_mut(*segment)
            .and_then(|entry| entry.node.as_table_mut())
        {
            Some(below) => below,
            None => return Err((path.to_owned(), Some(so_far(segment)))),
        };
    }
    Ok(())
}

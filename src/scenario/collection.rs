//! How collections are read: keys that may be left out, arrays, and tables of names.

use std::hash::Hash;

use indexmap::IndexMap;

use super::form::Form;
use super::names::broken_rule;
use super::problem::Problem;
use super::quantity::Complaint;
use super::reader::{Read, Reader};
use super::tree::{Node, Value};

impl<T, V: Read<T>> Read<Option<T>> for Option<V> {
    const OPTIONAL: bool = true;

    fn form() -> Form {
        V::form()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Option<T>> {
        V::read(node, reader).map(Some)
    }

    fn absent() -> Option<Option<T>> {
        Some(None)
    }
}

impl<T: Read> Read for Vec<T> {
    fn form() -> Form {
        Form::List(Box::new(T::form()), None)
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let Value::Array(items) = &node.value else {
            reader.wrong_kind(node, &Self::form());
            return None;
        };
        let read: Vec<Option<T>> = items.iter().map(|item| T::read(item, reader)).collect();
        read.into_iter().collect()
    }
}

impl<const N: usize> Read for [f64; N] {
    fn form() -> Form {
        Form::List(Box::new(f64::form()), Some(N))
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let Value::Array(items) = &node.value else {
            reader.wrong_kind(node, &Self::form());
            return None;
        };
        let read: Vec<Option<f64>> = items.iter().map(|item| f64::read(item, reader)).collect();
        let numbers: Vec<f64> = read.into_iter().collect::<Option<_>>()?;
        let length = numbers.len();
        numbers.try_into().ok().or_else(|| {
            reader.complain(
                node.at,
                &Complaint::new(
                    format!("this has {length} numbers"),
                    format!("write exactly {N}"),
                ),
            );
            None
        })
    }
}

/// What a table's keys may be when the user chooses them.
pub trait NameLike: Sized + Eq + Hash {
    /// The key, or what is wrong with it.
    ///
    /// # Errors
    /// The rule that it breaks.
    fn from_key(key: &str) -> Result<Self, String>;
}

impl NameLike for String {
    fn from_key(key: &str) -> Result<Self, String> {
        broken_rule(key).map_or_else(|| Ok(key.to_owned()), Err)
    }
}

impl<K: NameLike, T: Read> Read for IndexMap<K, T> {
    fn form() -> Form {
        Form::Map(Box::new(T::form()))
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let Some(table) = node.as_table() else {
            reader.wrong_kind(node, &Self::form());
            return None;
        };
        let mut map = Some(IndexMap::new());
        for (key, entry) in table {
            let name = K::from_key(key).map_err(|rule| {
                let message = format!("\"{key}\" cannot be a name in `{}`", reader.path());
                reader.report(Problem::error(entry.key, message).hint(rule));
            });
            let value = reader.within(key, |reader| T::read(&entry.node, reader));
            match (name, value, &mut map) {
                (Ok(name), Some(value), Some(map)) => {
                    map.insert(name, value);
                }
                _ => map = None,
            }
        }
        map
    }
}

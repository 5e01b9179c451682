//! The data files that were read, each once however often a scenario that names it is put together: the points of a
//! sweep all see a file as it was at first, and none waits for it again.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use indexmap::IndexMap;

use super::attachment::Loaded;
use super::{Fault, Quantiles, Rates};
use crate::scenario::input::InputFile;
use crate::scenario::tree::Node;
use crate::scenario::write::inline;

/// Data files that were read. Copies share them.
#[derive(Clone, Debug, Default)]
pub struct DataFiles {
    pub(super) rates: Kept<Rates>,
    pub(super) quantiles: Kept<IndexMap<String, Quantiles>>,
}

impl DataFiles {
    /// These inputs and all files that were read, each content once.
    pub(in crate::scenario) fn after(&self, inputs: &[InputFile]) -> Vec<InputFile> {
        let mut inputs = inputs.to_vec();
        self.rates.attach(&mut inputs);
        self.quantiles.attach(&mut inputs);
        inputs
    }
}

/// Files of one kind, by the folder and the table that name them.
#[derive(Clone, Debug)]
pub(super) struct Kept<T>(Arc<Mutex<BTreeMap<String, Arc<Loaded<T>>>>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T> Kept<T> {
    /// What a table in a text of `folder` names, from memory or by reading it.
    pub(super) fn get(
        &self,
        table: &Node,
        folder: Option<&Path>,
        read: impl FnOnce() -> Result<Loaded<T>, Fault>,
    ) -> Result<Arc<Loaded<T>>, Fault> {
        let key = format!("{folder:?} {}", inline(table));
        // Held while one reads, so that no other reads the same.
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept.get(&key) {
            return Ok(Arc::clone(known));
        }
        let loaded = Arc::new(read()?);
        kept.insert(key, Arc::clone(&loaded));
        Ok(loaded)
    }

    fn attach(&self, inputs: &mut Vec<InputFile>) {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for loaded in kept.values() {
            loaded.attach(inputs);
        }
    }
}

//! What has been reckoned of services' worth, for all replications of a scenario: a row of a table follows from
//! the scenario alone, so whoever needs it first reckons it for all.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::workload::curve::Corner;

/// The rows of a scenario's services that are known; clones share them.
#[derive(Clone, Debug, Default)]
pub struct Rows(Arc<Mutex<BTreeMap<RowKey, Arc<[Corner]>>>>);

/// All that a row of a scenario depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RowKey {
    /// Whose it is.
    pub workload: usize,
    /// Bits of the interval's length, in seconds.
    pub interval: u64,
    /// The rate, in steps of its logarithm.
    pub step: i64,
    /// Bits of the coefficient of variation of what comes around it.
    pub cv: u64,
}

impl Rows {
    /// The row of a key, which is reckoned if nobody has done so.
    pub(super) fn find(
        &self,
        key: RowKey,
        reckon: impl FnOnce() -> Arc<[Corner]>,
    ) -> Arc<[Corner]> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(row) = known.get(&key) {
            return Arc::clone(row);
        }
        // Others go on meanwhile: two who reckon the same row make it alike.
        drop(known);
        let row = reckon();
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(key).or_insert(row))
    }
}

//! Given: the planner's own table, a median and a ninth decile for every service and time. The median
//! stands for the mean; a planner who has a mean can write it there. It is read before the run and
//! learns nothing in it.

use super::Outlook;
use crate::demand::series::SeriesCourse;
use crate::kernel::Instant;
use crate::scenario::Quantiles;

/// One service's rows of the table.
#[derive(Clone, Debug)]
pub(super) struct Given {
    p50: SeriesCourse,
    p90: SeriesCourse,
}

impl Given {
    pub(super) fn new(quantiles: &Quantiles) -> Self {
        Self {
            p50: SeriesCourse::new(quantiles.p50.clone()),
            p90: SeriesCourse::new(quantiles.p90.clone()),
        }
    }

    /// Per second.
    pub(super) fn outlook(&self, from: Instant, to: Instant) -> Outlook {
        Outlook {
            mean: self.p50.rate(from, to),
            p90: self.p90.rate(from, to),
            is_p90_known: true,
        }
    }
}

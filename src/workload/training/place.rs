//! A pool that may run a campaign: how much there is to compute on its hardware, and how often that
//! breaks.

use crate::kernel::Span;
use crate::scenario::{self, Hardware};

/// One pool, by its hardware.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub per_server: u64,
    /// Fewest servers with which the gang runs, and those that it prefers.
    pub least: u64,
    pub preferred: u64,
    /// The whole work.
    pub accelerator_hours: f64,
    /// Of a server.
    pub mtbf: Option<Span>,
}

impl Place {
    /// Of hardware and its name; none where its speed is not known.
    pub fn new(campaign: &scenario::Campaign, (name, hardware): (&str, &Hardware)) -> Option<Self> {
        let per_server = u64::from(hardware.accelerators_per_server).max(1);
        Some(Self {
            per_server,
            least: campaign.gang.min / per_server,
            preferred: campaign.gang.preferred / per_server,
            accelerator_hours: campaign.accelerator_hours(name, hardware)?,
            mtbf: hardware.mtbf,
        })
    }
}

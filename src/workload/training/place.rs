//! A pool that may run a campaign: how much there is to compute on its hardware, and how often that
//! breaks.

use crate::kernel::Span;
use crate::scenario::{self, Hardware, Mfu, Work};

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
            accelerator_hours: accelerator_hours(campaign, name, hardware)?,
            mtbf: hardware.mtbf,
        })
    }
}

/// The campaign's work in accelerator-hours of this hardware: FLOP divided by what an accelerator
/// does in an hour, peak × model FLOP/s utilisation (MFU).
fn accelerator_hours(
    campaign: &scenario::Campaign,
    name: &str,
    hardware: &Hardware,
) -> Option<f64> {
    match campaign.work {
        Work::AcceleratorHours(hours) => Some(hours.0),
        Work::Flop(flop) => {
            let mfu = match campaign.mfu.as_ref()? {
                Mfu::Everywhere(mfu) => *mfu,
                Mfu::ByHardware(by_hardware) => *by_hardware.get(name)?,
            };
            let peak = hardware.peak.get(&campaign.precision)?.0;
            Some(flop.0 / (peak * mfu * 3600.0))
        }
    }
}

//! The fleet's fixed facts, resolved from the scenario's tables into arrays by id: what a server
//! of a pool is, where it stands, what it draws and what it costs.

use crate::id::{HardwareId, SiteId};
use crate::kernel::Span;
use crate::scenario::{self, Hardware, PlanningActivity, Scenario};

/// A pool of like servers on one site.
#[derive(Clone, Debug)]
pub struct Pool {
    /// Its hardware.
    pub hardware: HardwareId,
    /// Its site.
    pub site: SiteId,
    /// Servers at the start of the run.
    pub servers: u64,
    /// Servers of a full pod; none where the pool is one pod that grows with it.
    pub pod_servers: Option<u64>,
    /// Servers kept unbound to replace broken ones.
    pub spare_servers: u64,
    /// Accelerators in a server.
    pub accelerators_per_server: u32,
    /// Power of a server with no work, before PUE, in watts.
    pub idle_watts_per_server: f64,
    /// What full work adds to it, in watts.
    pub active_watts_per_server: f64,
    /// Price of an accelerator, in the scenario's currency.
    pub price: f64,
    /// Time over which it is depreciated.
    pub life: Span,
}

impl Pool {
    /// Whole servers that hold `accelerators`.
    #[must_use]
    pub fn servers_of(&self, accelerators: u64) -> u64 {
        accelerators / u64::from(self.accelerators_per_server)
    }

    /// Accelerators of `servers`.
    #[must_use]
    pub fn accelerators_of(&self, servers: u64) -> u64 {
        servers * u64::from(self.accelerators_per_server)
    }
}

/// A site and its electricity.
#[derive(Clone, Debug)]
pub struct Site {
    /// Most power that its servers may draw, PUE included, in watts; infinite without a cap.
    pub power_cap_watts: f64,
    /// Share of a server's active power that planning reckons with, by kind of work.
    pub planning_activity: PlanningActivity,
    /// Power usage effectiveness: grid power over server power.
    pub pue: f64,
    /// General computing capacity beside the accelerators, in vCPU; infinite without a limit.
    pub companion_vcpu: f64,
    /// Price of a kWh in the scenario's currency.
    pub energy_price_per_kwh: f64,
}

/// All pools and sites.
#[derive(Clone, Debug)]
pub struct Fleet {
    /// By `PoolId`.
    pub pools: Vec<Pool>,
    /// By `SiteId`.
    pub sites: Vec<Site>,
}

impl Fleet {
    /// The fleet of a checked scenario.
    #[must_use]
    pub fn new(scenario: &Scenario) -> Self {
        Self {
            pools: scenario
                .pool
                .values()
                .filter_map(|pool| resolve(scenario, pool))
                .collect(),
            sites: scenario.site.values().map(site).collect(),
        }
    }
}

fn site(site: &scenario::Site) -> Site {
    Site {
        power_cap_watts: site.power_cap.map_or(f64::INFINITY, |cap| cap.0),
        planning_activity: site.planning_activity,
        pue: site.pue,
        companion_vcpu: site
            .companion
            .map_or(f64::INFINITY, |companion| companion.vcpu),
        energy_price_per_kwh: site.energy_price_per_kwh,
    }
}

/// None only where a reference dangles, which the scenario's check has refused.
fn resolve(scenario: &Scenario, pool: &scenario::Pool) -> Option<Pool> {
    let (hardware_index, _, hardware): (usize, _, &Hardware) =
        scenario.hardware.get_full(pool.hardware.name.as_str())?;
    let site_index = scenario.site.get_index_of(pool.site.name.as_str())?;
    let per_server = f64::from(hardware.accelerators_per_server);
    let whole = |accelerators: u64| accelerators / u64::from(hardware.accelerators_per_server);
    Some(Pool {
        hardware: HardwareId::new(hardware_index),
        site: SiteId::new(site_index),
        servers: whole(pool.accelerators),
        pod_servers: pool.pod.map(whole),
        spare_servers: whole(pool.spares),
        accelerators_per_server: hardware.accelerators_per_server,
        idle_watts_per_server: hardware.power.idle.0 * per_server,
        active_watts_per_server: (hardware.power.peak.0 - hardware.power.idle.0) * per_server,
        price: hardware.price.0,
        life: hardware.life,
    })
}

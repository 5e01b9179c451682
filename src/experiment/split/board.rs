//! What is divided: pools in whole servers, and the workloads that may hold them; and how a split is written as the
//! shares of `[policy.dedicated]`.

use indexmap::IndexMap;

use crate::scenario::{Dedicated, Policy, Pool, Scenario};
use crate::theory::mginf::occupancy_quantile;

/// A pool as far as it is divided.
#[derive(Debug)]
pub(super) struct Field {
    name: String,
    /// Servers at the start.
    servers: u64,
    /// Those that workloads may hold: all but the spares.
    pub offered: u64,
    /// Those of them that are left to nobody while gangs are placed: with the spares as many as are hardly ever in repair
    /// together.
    pub reserve: u64,
}

/// A workload as far as it holds servers.
#[derive(Debug)]
pub(super) struct Holder {
    name: String,
    /// The pools that it may hold.
    pub pools: Vec<usize>,
    /// By pool: the servers of its gang; none for a service or a stream of jobs, which may hold any number.
    pub gang: Option<Vec<u64>>,
}

/// Pools and workloads, in the order of the scenario.
#[derive(Debug)]
pub(super) struct Board {
    pub pools: Vec<Field>,
    pub holders: Vec<Holder>,
}

/// Servers held, by workload and pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Split {
    pub held: Vec<Vec<u64>>,
}

impl Split {
    /// Servers that the workload holds anywhere.
    pub fn total(&self, holder: usize) -> u64 {
        self.held[holder].iter().sum()
    }
}

impl Board {
    pub fn new(scenario: &Scenario) -> Self {
        let fields = scenario.pool.iter().map(|(name, pool)| {
            let servers = pool.accelerators / per_server(scenario, pool);
            let spares = pool.spares / per_server(scenario, pool);
            let offered = servers.saturating_sub(spares);
            let in_repair = in_repair(scenario, pool, servers);
            Field {
                name: name.clone(),
                servers,
                offered,
                reserve: in_repair.saturating_sub(spares).min(offered),
            }
        });
        let holders = scenario.workloads().map(|(name, kind)| {
            let pools = scenario.pool.values().enumerate();
            let campaign = scenario.training.get(name).and_then(|of| of.campaign());
            let gang = |pool: &Pool, gang: u64| gang.div_ceil(per_server(scenario, pool));
            Holder {
                name: name.to_owned(),
                pools: pools
                    .filter(|(_, pool)| pool.may_serve(name, kind))
                    .map(|(index, _)| index)
                    .collect(),
                gang: campaign.map(|campaign| {
                    let pools = scenario.pool.values();
                    pools
                        .map(|pool| gang(pool, campaign.gang.preferred))
                        .collect()
                }),
            }
        });
        Self {
            pools: fields.collect(),
            holders: holders.collect(),
        }
    }

    /// Whether two workloads may hold servers of one pool.
    pub fn is_divisible(&self) -> bool {
        let shared = |(index, field): (usize, &Field)| {
            let holders = self.holders.iter();
            field.offered > 0 && holders.filter(|of| of.pools.contains(&index)).count() > 1
        };
        self.pools.iter().enumerate().any(shared)
    }

    /// Nobody holds anything.
    pub fn nothing(&self) -> Split {
        Split {
            held: vec![vec![0; self.pools.len()]; self.holders.len()],
        }
    }

    /// Servers of a pool that nobody holds.
    pub fn unheld(&self, split: &Split, pool: usize) -> u64 {
        let held: u64 = split.held.iter().map(|held| held[pool]).sum();
        self.pools[pool].offered.saturating_sub(held)
    }

    /// Those of them that are no reserve.
    pub fn free(&self, split: &Split, pool: usize) -> u64 {
        let unheld = self.unheld(split, pool);
        unheld.saturating_sub(self.pools[pool].reserve)
    }

    /// Campaigns whose gang none of these splits holds.
    pub fn left_out<'a>(&'a self, splits: &'a [Split]) -> impl Iterator<Item = usize> + 'a {
        let holders = self.holders.iter().enumerate();
        let campaigns = holders.filter(|(_, of)| of.gang.is_some());
        let indices = campaigns.map(|(index, _)| index);
        indices.filter(|&index| splits.iter().all(|split| split.total(index) == 0))
    }

    /// The split that the scenario itself has: its dedicated shares, or its initial holdings.
    pub fn own_split(&self, scenario: &Scenario) -> Split {
        let given = match &scenario.policy {
            Policy::Dedicated(dedicated) => Some(&dedicated.shares),
            Policy::Priority(_) | Policy::Fair(_) | Policy::Value(_) => None,
        };
        let mut split = self.nothing();
        for (index, (field, pool)) in self.pools.iter().zip(scenario.pool.values()).enumerate() {
            let shares = given.and_then(|given| given.get(&field.name));
            for (holder, held) in self.holders.iter().zip(&mut split.held) {
                held[index] = match shares {
                    Some(shares) => {
                        let share = shares.get(&holder.name).copied().unwrap_or(0.0);
                        (share * field.servers as f64).round() as u64
                    }
                    None => {
                        let initial = pool.initial.get(&holder.name).copied().unwrap_or(0);
                        initial / per_server(scenario, pool)
                    }
                };
            }
        }
        split
    }

    /// The shares that come to these servers, with as few digits as say so.
    pub fn dedicated(&self, split: &Split) -> Dedicated {
        let of_pool = |(index, field): (usize, &Field)| {
            let holders = self.holders.iter().zip(&split.held);
            let share = |(holder, held): (&Holder, &Vec<u64>)| {
                let share = share(held[index], field.servers);
                (held[index] > 0).then(|| (holder.name.clone(), share))
            };
            (field.name.clone(), holders.filter_map(share).collect())
        };
        let fields = self.pools.iter().enumerate();
        let shares: IndexMap<_, _> = fields
            .filter(|(_, field)| field.servers > 0)
            .map(of_pool)
            .collect();
        Dedicated { shares }
    }
}

/// As many servers of a pool as are in repair together at 999 of 1000 moments, while each is up otherwise.
fn in_repair(scenario: &Scenario, pool: &Pool, servers: u64) -> u64 {
    let hardware = scenario.hardware.get(&pool.hardware.name);
    let mean = hardware.and_then(|of| {
        let cycle_s = of.mtbf?.as_seconds();
        Some(servers as f64 * of.repair.mean() / cycle_s)
    });
    mean.and_then(|mean| occupancy_quantile(mean, 0.999))
        .unwrap_or(0)
}

fn per_server(scenario: &Scenario, pool: &Pool) -> u64 {
    let hardware = scenario.hardware.get(&pool.hardware.name);
    hardware.map_or(1, |of| u64::from(of.accelerators_per_server.max(1)))
}

/// The shortest decimal that comes to `held` of `servers` when the policy rounds; rounded down where there is a choice,
/// so that shares never add up to more than there is.
fn share(held: u64, servers: u64) -> f64 {
    let exact = held as f64 / servers as f64;
    let shortest = (1..15).find_map(|digits| {
        let scale = 10_f64.powi(digits);
        let share = (exact * scale).floor() / scale;
        ((share * servers as f64).round() as u64 == held).then_some(share)
    });
    shortest.unwrap_or(exact)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_come_to_the_servers_and_never_to_more() {
        for servers in [1, 3, 7, 10, 15_360, 1_000_003] {
            for held in (0..=servers).step_by(1 + servers as usize / 100) {
                let share = share(held, servers);
                assert!(share <= held as f64 / servers as f64, "{held} of {servers}");
                assert_eq!((share * servers as f64).round() as u64, held);
            }
        }
        assert_eq!(share(5, 10), 0.5);
        assert_eq!(share(2048, 15_360), 0.13333);
    }
}

//! How gangs draw on a decision's stock. A rigid one gets all of itself or nothing. An elastic one
//! gets, in its turn, as much of what it prefers as there is, if that is enough for it to run; what
//! nobody needs in the end goes to those that can use more.

use super::Allocation;
use super::rooms::placed;
use super::stock::{Stock, places};
use super::view::{Need, View};
use crate::id::{PoolId, WorkloadId};
use crate::workload::training::{Campaign, State};

impl Stock {
    /// Gives a gang its servers in the pool where it runs, or else in the first of `places` that has
    /// room for what it prefers, or else where it can be largest; the gangs of `below`, whose turn is
    /// yet to come, make way in its pods, the last first.
    pub fn train(
        &mut self,
        view: &View<'_>,
        workload: WorkloadId,
        campaign: &Campaign,
        places: impl Iterator<Item = (PoolId, usize)> + Clone,
        below: &[WorkloadId],
        allocation: &mut Allocation,
    ) {
        let running_in = match campaign.state() {
            State::Running(pool) => Some(pool),
            _ => None,
        };
        self.rooms.pass(workload);
        let here = places.clone().filter(|(pool, _)| Some(*pool) == running_in);
        let elsewhere = places.filter(|(pool, _)| Some(*pool) != running_in);
        let mut best: Option<(u64, PoolId, usize)> = None;
        for (pool, slot) in here.chain(elsewhere) {
            let Some(preferred) = campaign.gang_servers(pool) else {
                continue;
            };
            let servers = if campaign.is_elastic() {
                self.size(view, (pool, slot), (campaign, preferred), below, allocation)
            } else {
                Some(preferred)
            };
            let Some(servers) = servers else {
                continue;
            };
            if servers >= preferred || Some(pool) == running_in {
                if self.form(view, (pool, slot), (campaign, servers), below, allocation) {
                    return;
                }
            } else if best.is_none_or(|(most, ..)| servers > most) {
                best = Some((servers, pool, slot));
            }
        }
        if let Some((servers, pool, slot)) = best {
            self.form(view, (pool, slot), (campaign, servers), below, allocation);
        }
    }

    /// Lets the elastic gangs of `order` that have their servers by this decision use what is left.
    pub fn enlarge(
        &mut self,
        view: &View<'_>,
        order: impl Iterator<Item = WorkloadId>,
        allocation: &mut Allocation,
    ) {
        for workload in order {
            let Need::Gang(campaign) = view.need(workload) else {
                continue;
            };
            if !campaign.is_elastic() {
                continue;
            }
            for (pool, slot) in places(view, workload) {
                let formed = placed(allocation, pool, slot);
                if formed == 0 {
                    continue;
                }
                self.rooms.release(pool, slot, allocation, |_| {});
                let most = campaign.most_servers(pool).unwrap_or(formed);
                let larger = self.size(view, (pool, slot), (campaign, most), &[], allocation);
                let larger = larger.filter(|&larger| larger > formed);
                for servers in larger.into_iter().chain([formed]) {
                    if self.form(view, (pool, slot), (campaign, servers), &[], allocation) {
                        break;
                    }
                }
            }
        }
    }

    /// Servers of an elastic gang that a slot could have of `wanted`; where the gang runs, not more
    /// than it has unless growing pays.
    fn size(
        &self,
        view: &View<'_>,
        (pool, slot): (PoolId, usize),
        (campaign, wanted): (&Campaign, u64),
        below: &[WorkloadId],
        allocation: &Allocation,
    ) -> Option<u64> {
        let given = allocation.pool(pool)[slot];
        let more = self.affords(view, pool, slot, wanted.saturating_sub(given));
        let room = self.rooms.most(view, pool, slot, campaign, below);
        let size = campaign.fit(pool, wanted.min(given + more).min(room))?;
        Some(match campaign.running_servers(pool) {
            Some(runs) if size > runs && !campaign.pays_to_grow(pool, runs, size) => runs,
            _ => size,
        })
    }

    /// Gives a slot what is missing to a gang of so many servers, if it can get that and there is a
    /// place for it.
    fn form(
        &mut self,
        view: &View<'_>,
        (pool, slot): (PoolId, usize),
        (campaign, servers): (&Campaign, u64),
        below: &[WorkloadId],
        allocation: &mut Allocation,
    ) -> bool {
        let more = servers.saturating_sub(allocation.pool(pool)[slot]);
        let fits = self.affords(view, pool, slot, more) == more
            && self
                .rooms
                .place(view, pool, slot, (campaign, servers), below, allocation);
        if fits {
            self.give(view, pool, slot, more, allocation);
        }
        fits
    }
}

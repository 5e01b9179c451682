//! Elastic gangs change their size with their servers. Once an event is over, each is looked at: who
//! lost servers goes on smaller if enough are left, who has more than it uses, and nothing more on
//! its way, saves its work and grows. A gang that waits starts when all that was promised is there.

use super::ledger::Account;
use super::replication::Replication;
use crate::id::{PoolId, WorkloadId};
use crate::kernel::Instant;
use crate::workload::Workload;
use crate::workload::training::{Campaign, State};

impl Replication<'_> {
    /// Lets every elastic gang come to the size that its servers make.
    pub(super) fn settle_elastic(&mut self, now: Instant) {
        for index in 0..self.elastic.len() {
            let workload = self.elastic[index];
            self.outgrow(workload, now);
            self.start_elastic(workload, now);
        }
    }

    fn elastic_campaign(&self, workload: WorkloadId) -> Option<&Campaign> {
        match &self.workloads[workload.index()] {
            Workload::Training(campaign) => Some(campaign),
            Workload::Stream(_) | Workload::Serving(_) => None,
        }
    }

    /// Takes a gang apart whose size is no longer right.
    fn outgrow(&mut self, workload: WorkloadId, now: Instant) {
        let Some(campaign) = self.elastic_campaign(workload) else {
            return;
        };
        let State::Running(pool) = campaign.state() else {
            return;
        };
        let ledger = self.ledger.pool(pool);
        let (Some(slot), Some(size)) = (ledger.slot_of(workload), campaign.running_servers(pool))
        else {
            return;
        };
        let ready = ledger.servers(Account::Allocated(slot));
        let within = campaign.within();
        let room = self.pods.pool(pool).room_for(slot, within);
        if ready < size || room < size {
            self.stop_gang(workload, now);
            return;
        }
        let larger = campaign.fit(pool, ready.min(room));
        let larger = larger.filter(|&larger| larger > size && self.under_way_to(pool, slot) == 0);
        if larger.is_some() {
            self.save_gang(workload, now);
        } else if self.pods.pool(pool).standing(slot) < size {
            // What was promised beyond its size is lost, and with it the larger place.
            self.pods.pool_mut(pool).lay_anew(slot, size, within);
        }
    }

    /// Starts a campaign that waits, in the first pool that has a gang for it, as large as it can be.
    fn start_elastic(&mut self, workload: WorkloadId, now: Instant) {
        for pool in (0..self.fleet.pools.len()).map(PoolId::new) {
            let Some(campaign) = self.elastic_campaign(workload) else {
                return;
            };
            if !matches!(campaign.state(), State::Waiting) {
                return;
            }
            let ledger = self.ledger.pool(pool);
            let Some(slot) = ledger.slot_of(workload) else {
                continue;
            };
            let ready = ledger.servers(Account::Allocated(slot));
            let under_way = self.under_way_to(pool, slot);
            let within = campaign.within();
            let room = self.pods.pool(pool).room_for(slot, within);
            let Some(size) = campaign.fit(pool, ready.min(room)) else {
                continue;
            };
            let is_whole = under_way == 0 || campaign.most_servers(pool) == Some(size);
            if !is_whole && campaign.stopped_at() != Some(now) {
                continue;
            }
            let standing = self.pods.pool(pool).standing(slot);
            let is_reserved = under_way > 0 && standing > size;
            if standing != size && !is_reserved {
                self.pods.pool_mut(pool).lay_anew(slot, size, within);
            }
            self.start_gang(workload, pool, size, now);
        }
    }
}

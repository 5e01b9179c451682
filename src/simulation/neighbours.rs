//! Whom an outage hits. The servers of a pool are taken to stand pod by pod, in each what is down
//! already first, then all others in the order of their holders, the idle before them: a gang's where
//! the gang stands, the rest filling the places that are left, through all pods in that same order.
//! An outage takes a stretch of that line down.

use super::ledger::{Account, PoolLedger};
use super::pods::PoolPods;

/// Servers of an account; of the idle, those set up for one slot.
#[derive(Clone, Copy, Debug)]
struct Standing {
    account: Account,
    slot: Option<usize>,
    /// Servers that stand anywhere, not yet passed by.
    loose: u64,
    /// Servers of a gang, not yet passed by.
    gang: u64,
    hit: u64,
}

/// What a stretch of neighbours is: servers by account and by pod.
#[derive(Debug, Default)]
pub(super) struct Hits {
    accounts: Vec<Standing>,
    pods: Vec<u64>,
}

impl Hits {
    /// Finds who stands in the stretch of `servers` from position `first` on, round the end.
    pub fn find(&mut self, ledger: &PoolLedger, pods: &PoolPods, first: u64, servers: u64) {
        self.line_up(ledger, pods);
        let installed = ledger.installed();
        let stretches = [
            (first, (first + servers).min(installed)),
            (0, (first + servers).saturating_sub(installed)),
        ];
        let mut at = 0;
        for (pod, up) in pods.up().enumerate() {
            at += pods.down(pod);
            let gang_here = |standing: &Standing| match standing.account {
                Account::Allocated(slot) => {
                    let part = pods.gang(slot).find(|part| part.pod == pod);
                    part.map_or(0, |part| part.servers.min(standing.gang))
                }
                _ => 0,
            };
            let gangs: u64 = self.accounts.iter().map(gang_here).sum();
            let (mut loose, mut hit) = (up - gangs, 0);
            for standing in &mut self.accounts {
                let of_gang = gang_here(standing);
                let others = standing.loose.min(loose);
                standing.gang -= of_gang;
                standing.loose -= others;
                loose -= others;
                let here = of_gang + others;
                let inside: u64 = stretches
                    .map(|(from, to)| to.min(at + here).saturating_sub(from.max(at)))
                    .iter()
                    .sum();
                standing.hit += inside;
                hit += inside;
                at += here;
            }
            self.pods.push(hit);
        }
    }

    /// Lists all accounts that have servers which are up.
    fn line_up(&mut self, ledger: &PoolLedger, pods: &PoolPods) {
        self.pods.clear();
        self.accounts.clear();
        let slots = ledger.holders().len();
        let idle = std::iter::once(None).chain((0..slots).map(Some));
        let held = (0..slots).flat_map(|slot| {
            [
                Account::Allocated(slot),
                Account::Draining(slot),
                Account::Converting(slot),
                Account::Warming(slot),
            ]
        });
        let accounts = idle
            .map(|slot| (Account::Idle, slot))
            .chain(held.map(|account| (account, None)));
        self.accounts.extend(accounts.map(|(account, slot)| {
            let all = match account {
                Account::Idle => ledger.idle_for(slot),
                account => ledger.servers(account),
            };
            let gang: u64 = match account {
                Account::Allocated(slot) => pods.gang(slot).map(|part| part.servers).sum(),
                _ => 0,
            };
            // A part of a gang may still be on its way.
            let gang = gang.min(all);
            Standing {
                account,
                slot,
                loose: all - gang,
                gang,
                hit: 0,
            }
        }));
    }

    /// The accounts in order, with the servers that are hit.
    pub fn accounts(&self) -> impl Iterator<Item = (Account, Option<usize>, u64)> {
        let accounts = self.accounts.iter();
        accounts.map(|standing| (standing.account, standing.slot, standing.hit))
    }

    /// The pods with the servers that are hit.
    pub fn pods(&self) -> impl Iterator<Item = (usize, u64)> {
        self.pods.iter().copied().enumerate()
    }
}

//! Servers stand by for gangs. A gang loses servers between two decisions, and stands still until the next if neither
//! the pool's spares nor servers that it holds beyond its own replace them. What one more is worth falls fast
//! (`theory::standby`): a gang holds as many as are worth at least what a server of its own earns.

use std::cell::OnceCell;

use super::Value;
use super::desk::{Desk, Gang};
use super::effort::Effort;
use super::exchange::hand_over;
use crate::id::PoolId;
use crate::kernel::Span;
use crate::policy::view::PoolView;
use crate::theory::standby::saved_by_each;
use crate::workload::training::Campaign;

/// Up to so many failures of a pool between two decisions its spares are reckoned to go to whom they hit first; of more,
/// to everybody's by their share.
const COUNTED_UP_TO: f64 = 256.0;

/// What servers that stand by for a gang of one size in a pool are worth.
#[derive(Clone, Debug, Default)]
pub(super) struct Standby {
    /// Servers of the gang, and how many of them are expected to fail between two decisions.
    gang: u64,
    hits: f64,
    /// How many of the pool's are.
    all: f64,
    /// Spares of the pool that are left, and where it is kept what servers beside those are worth.
    spares: u64,
    place: usize,
    /// Shares of the time between two decisions for which the first server that stands by, the second and so on let the
    /// gang run, as far as they should.
    saves: Vec<OnceCell<Vec<f64>>>,
}

impl Standby {
    /// For a gang of one size, between decisions so far apart.
    pub fn new(campaign: &Campaign, pool: PoolId, step: Span) -> Self {
        let gang = campaign.gang_servers(pool).unwrap_or(0);
        Self {
            gang,
            hits: campaign.failures_per_hour(pool, gang) * step.as_hours(),
            ..Self::default()
        }
    }

    /// Reads how large the pool is and what is left of its spares.
    pub fn look(&mut self, pool: &PoolView) {
        if !(self.hits > 0.0 && self.hits <= COUNTED_UP_TO) {
            // Nothing fails, or more than could stand by.
            return;
        }
        let all = self.hits * pool.installed as f64 / self.gang as f64;
        if self.all != all {
            self.all = all;
            self.saves.clear();
        }
        self.spares = pool.spares;
        self.place = if all > COUNTED_UP_TO {
            0
        } else {
            // More than can fail are as good as one more.
            let plenty = all + 8.0 * all.sqrt() + 16.0;
            pool.spares.min(plenty as u64) as usize
        };
        if self.saves.len() <= self.place {
            self.saves.resize_with(self.place + 1, OnceCell::new);
        }
    }

    fn saves(&self) -> &[f64] {
        let Some(known) = self.saves.get(self.place) else {
            return &[];
        };
        // A server that works in the gang lets that share of it run.
        let (hits, all, own) = (self.hits, self.all, 1.0 / self.gang as f64);
        if all <= COUNTED_UP_TO {
            return known.get_or_init(|| saved_by_each(hits, all, self.spares, own, self.gang));
        }
        let alone = known.get_or_init(|| saved_by_each(hits, hits, 0, own, self.gang));
        let replaced = self.spares as f64 * hits / all;
        alone.get(replaced as usize..).unwrap_or_default()
    }
}

impl Desk {
    /// Whether a slot held a whole gang before the decision of the one size that it has.
    pub fn was_whole(&self, number: usize) -> bool {
        let gang = self.standbys[number].gang;
        gang > 0 && self.gangs[number].is_some() && self.held[number] >= gang
    }

    /// Servers that should stand by for the gang of a slot at most.
    pub fn most_standing_by(&self, number: usize) -> u64 {
        self.standbys[number].saves().len() as u64
    }

    /// Share of the time until the next decision for which so many servers are expected to let a gang run in a slot.
    pub fn share_that_runs(&self, number: usize, gang: &Gang, servers: u64) -> f64 {
        let Some(standing_by) = servers.checked_sub(gang.servers) else {
            return 0.0;
        };
        let saves = self.standbys[number].saves();
        1.0 - saves.iter().skip(standing_by as usize).sum::<f64>()
    }
}

impl Value {
    /// Gangs that are whole get servers to stand by for them: free ones, or others' that are worth less where they are.
    pub(super) fn stand_by(&mut self) {
        for index in 0..self.desk.asking.len() {
            let slot = self.desk.asking[index];
            let Some(gang) = self.desk.gangs[slot] else {
                continue;
            };
            let least = self.desk.bar.hysteresis * gang.per_hour / gang.servers.max(1) as f64;
            while let Some(standing_by) = self.holding.servers[slot].checked_sub(gang.servers)
                && let Some(saved) = self.desk.standbys[slot].saves().get(standing_by as usize)
                && self.add_one(slot, gang.per_hour * saved, least)
            {}
        }
    }

    /// One server more stands by in a slot, if that gains enough; returns whether one does.
    fn add_one(&mut self, slot: usize, gain: f64, least: f64) -> bool {
        let (desk, holding) = (&self.desk, &mut self.holding);
        let facts = &desk.slots[slot];
        if holding.free[facts.pool] > 0 {
            let taker = desk.best_taker(holding, facts.pool);
            let others = taker.map_or(0.0, |taker| taker.per_server);
            let carried = holding.affords(facts, u64::from(gain > others + least));
            holding.take(slot, facts, carried);
            return carried > 0;
        }
        let giver = desk.best_giver(holding, slot, gain, Effort::NONE, 1.0, least);
        giver.is_some_and(|(giver, _)| hand_over(desk, holding, giver, slot, 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{HardwareId, SiteId};

    /// A gang of a thousand that is hit so often between two decisions, in a pool of five thousand.
    fn standing_by(hits: f64, spares: u64) -> u64 {
        let pool = PoolView {
            hardware: HardwareId::new(0),
            site: SiteId::new(0),
            accelerators_per_server: 1,
            installed: 5_000,
            offered: 5_000 - spares,
            spares,
            pods: Vec::new(),
            gangs: Vec::new(),
            slots: Vec::new(),
        };
        let mut standby = Standby {
            gang: 1_000,
            hits,
            ..Standby::default()
        };
        standby.look(&pool);
        standby.saves().len() as u64
    }

    #[test]
    fn as_many_stand_by_as_are_hit_and_some_for_bad_luck() {
        assert_eq!(standing_by(0.0, 0), 0);
        assert_eq!(standing_by(1e-4, 0), 0);
        assert!((4..8).contains(&standing_by(1.0, 0)));
        assert!((60..80).contains(&standing_by(50.0, 0)));
        assert_eq!(standing_by(COUNTED_UP_TO + 1.0, 0), 0);
    }

    #[test]
    fn spares_that_are_left_stand_by_first() {
        for hits in [1.0, 20.0, 50.0, 60.0, 200.0] {
            let mut fewer = standing_by(hits, 0);
            for spares in [1, 10, 50, 100, 300, 600, 1_500] {
                let now = standing_by(hits, spares);
                assert!(now <= fewer, "{hits} {spares}: {now} of {fewer}");
                fewer = now;
            }
            assert_eq!(fewer, 0, "{hits}");
        }
    }

    #[test]
    fn both_ways_to_reckon_agree_where_they_meet() {
        let meet = COUNTED_UP_TO / 5.0;
        for spares in [0, 20, 100, 200] {
            let (counted, shared) = (standing_by(meet, spares), standing_by(meet + 0.1, spares));
            assert!(
                counted.abs_diff(shared) <= 8,
                "{spares}: {counted} {shared}"
            );
        }
    }
}

//! Pods: the contiguity domains into which a pool is divided. What a gang asks of them, how a gang is
//! laid into them, and where the gangs that pools hold at the start stand. The check, the policies
//! and the simulation lay gangs by these same rules. All counts are whole servers.
//!
//! A gang within a pod goes where it fits best, into the smallest room that suffices; one within the
//! pool fills the smallest rooms first. Both leave large rooms whole for gangs to come.

use super::declare::words;
use super::{Pool, Scenario};

words! {
    /// What must hold a whole gang.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Within {
        /// One pod.
        "pod" => Pod,
        /// One pool: the gang may span its pods.
        "pool" => Pool,
    }
}

/// Servers of a gang in one pod of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The gang's slot: its position among those that the pool may serve.
    pub slot: usize,
    /// The pod, counted from 0.
    pub pod: usize,
    /// Servers.
    pub servers: u64,
}

impl Within {
    /// Servers of the largest gang that can be laid into pods that have these rooms.
    pub fn room(self, rooms: impl Iterator<Item = u64>) -> u64 {
        match self {
            Self::Pod => rooms.max().unwrap_or(0),
            Self::Pool => rooms.sum(),
        }
    }

    /// Lays a gang of `servers` into `pods` pods that have these rooms, tells `put` every pod with
    /// its servers, and returns whether there is room; if not, nothing is told.
    pub fn lay(
        self,
        pods: usize,
        room: impl Fn(usize) -> u64,
        servers: u64,
        mut put: impl FnMut(usize, u64),
    ) -> bool {
        let rooms = || (0..pods).map(|pod| (room(pod), pod));
        match self {
            Self::Pod => {
                let best = rooms().filter(|(room, _)| *room >= servers).min();
                if let Some((_, pod)) = best {
                    put(pod, servers);
                }
                best.is_some()
            }
            Self::Pool => {
                if rooms().map(|(room, _)| room).sum::<u64>() < servers {
                    return false;
                }
                let (mut left, mut last) = (servers, (0, pods));
                while left > 0 {
                    let Some(next) = rooms().filter(|next| *next > last).min() else {
                        return false;
                    };
                    last = next;
                    let taken = left.min(next.0);
                    put(next.1, taken);
                    left -= taken;
                }
                true
            }
        }
    }
}

/// Sizes of the pods of `servers`, `most` being the size of a full one; without it all are one pod.
#[must_use]
pub fn sizes(servers: u64, most: Option<u64>) -> Vec<u64> {
    let Some(most) = most.filter(|most| *most > 0) else {
        return vec![servers];
    };
    let full = std::iter::repeat_n(most, (servers / most) as usize);
    full.chain(Some(servers % most).filter(|rest| *rest > 0))
        .collect()
}

/// Where the gangs stand that a pool holds whole at the start, elastic ones as large as they can be, its servers having so many
/// accelerators: the gangs within a pod by falling size, then those that may span pods.
///
/// # Errors
/// The slot of the first gang for which no pod has room.
pub fn initial(scenario: &Scenario, pool: &Pool, per_server: u64) -> Result<Vec<Part>, usize> {
    let servers_of = |accelerators: u64| accelerators.checked_div(per_server).unwrap_or(0);
    let mut rooms = sizes(servers_of(pool.accelerators), pool.pod.map(servers_of));
    let held_whole = |(slot, (_, name)): (usize, (_, &str))| {
        let campaign = scenario.training.get(name)?.campaign()?;
        let held = pool.initial.get(name).copied().unwrap_or(0);
        let size = campaign.gang.fit(held)?;
        Some((slot, campaign, servers_of(size)))
    };
    let holders = scenario.holders(pool).enumerate();
    let mut gangs: Vec<_> = holders.filter_map(held_whole).collect();
    gangs.sort_by_key(|&(slot, campaign, servers)| {
        let spans = campaign.within == Within::Pool;
        (spans, std::cmp::Reverse(servers), slot)
    });
    let mut parts: Vec<Part> = Vec::new();
    for (slot, campaign, servers) in gangs {
        let within = campaign.within;
        // An elastic gang takes the room that there is.
        let room = within
            .room(rooms.iter().copied())
            .saturating_mul(per_server);
        let smaller = campaign.gang.fit(room).map(servers_of);
        let servers = smaller.map_or(servers, |smaller| smaller.min(servers));
        let before = parts.len();
        let put = |pod, servers| parts.push(Part { slot, pod, servers });
        if !within.lay(rooms.len(), |pod| rooms[pod], servers, put) {
            return Err(slot);
        }
        for part in &parts[before..] {
            rooms[part.pod] -= part.servers;
        }
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laid(within: Within, rooms: &[u64], servers: u64) -> Option<Vec<(usize, u64)>> {
        let mut parts = Vec::new();
        let put = |pod, servers| parts.push((pod, servers));
        let fits = within.lay(rooms.len(), |pod| rooms[pod], servers, put);
        assert!(fits || parts.is_empty());
        fits.then_some(parts)
    }

    #[test]
    fn a_pod_gang_takes_the_smallest_room_that_suffices() {
        let rooms = [9, 5, 4, 5];
        assert_eq!(laid(Within::Pod, &rooms, 5), Some(vec![(1, 5)]));
        assert_eq!(laid(Within::Pod, &rooms, 3), Some(vec![(2, 3)]));
        assert_eq!(laid(Within::Pod, &rooms, 9), Some(vec![(0, 9)]));
        assert_eq!(laid(Within::Pod, &rooms, 10), None);
        assert_eq!(laid(Within::Pod, &[], 1), None);
    }

    #[test]
    fn a_pool_gang_fills_the_smallest_rooms_first() {
        let rooms = [9, 0, 4, 5, 4];
        let laid = |servers| laid(Within::Pool, &rooms, servers);
        assert_eq!(laid(3), Some(vec![(2, 3)]));
        assert_eq!(laid(10), Some(vec![(2, 4), (4, 4), (3, 2)]));
        assert_eq!(laid(22), Some(vec![(2, 4), (4, 4), (3, 5), (0, 9)]));
        assert_eq!(laid(23), None);
    }

    #[test]
    fn the_last_pod_takes_the_rest() {
        assert_eq!(sizes(10, None), [10]);
        assert_eq!(sizes(10, Some(4)), [4, 4, 2]);
        assert_eq!(sizes(8, Some(4)), [4, 4]);
        assert_eq!(sizes(3, Some(4)), [3]);
        assert!(sizes(0, Some(4)).is_empty());
    }
}

//! What rows need besides their numbers: the names behind the typed ids. Rows carry ids because the
//! simulation makes millions of them; this table turns an id into the word that the CSVs show. It is
//! plain data, so that this room needs to know nothing about scenarios.

use crate::id::{OrderId, PoolId, SiteId, WorkloadId};

/// The owner's name in `moves.csv` where accelerators come from, or go to, a pool's idle stock.
pub const IDLE: &str = "idle";

/// The entity of fleet-wide metrics.
pub const FLEET: &str = "fleet";

/// The names of one scenario, each list in the order of its ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// The scenario's own name.
    pub scenario: String,
    /// The currency of every amount, such as `USD`.
    pub currency: String,
    /// By `SiteId`.
    pub sites: Vec<String>,
    /// By `PoolId`.
    pub pools: Vec<String>,
    /// By `OrderId`.
    pub orders: Vec<String>,
    /// By `WorkloadId`.
    pub workloads: Vec<WorkloadName>,
}

/// A workload's name and what kind of entity it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkloadName {
    /// Its key in the scenario.
    pub name: String,
    /// Whether it trains or serves.
    pub kind: WorkloadKind,
}

/// The two kinds of workload that have metrics of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkloadKind {
    /// A training campaign: entity type `workload`.
    Training,
    /// Inference or ranking: entity type `service`.
    Service,
}

/// What a metric is measured on; the `entity_type` column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntityType {
    /// Everything together.
    Fleet,
    /// A site.
    Site,
    /// A pool.
    Pool,
    /// A training campaign.
    Workload,
    /// An inference or ranking service.
    Service,
}

impl EntityType {
    /// All of them, in the order of their declaration.
    pub const ALL: [Self; 5] = [
        Self::Fleet,
        Self::Site,
        Self::Pool,
        Self::Workload,
        Self::Service,
    ];

    /// The word in the `entity_type` column.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fleet => FLEET,
            Self::Site => "site",
            Self::Pool => "pool",
            Self::Workload => "workload",
            Self::Service => "service",
        }
    }
}

impl Names {
    /// The site's name; empty for an id of another scenario.
    #[must_use]
    pub fn site(&self, id: SiteId) -> &str {
        name_at(&self.sites, id.index())
    }

    /// The pool's name; empty for an id of another scenario.
    #[must_use]
    pub fn pool(&self, id: PoolId) -> &str {
        name_at(&self.pools, id.index())
    }

    /// The order's name; empty for an id of another scenario.
    #[must_use]
    pub fn order(&self, id: OrderId) -> &str {
        name_at(&self.orders, id.index())
    }

    /// The workload's name; empty for an id of another scenario.
    #[must_use]
    pub fn workload(&self, id: WorkloadId) -> &str {
        let found = self.workloads.get(id.index());
        debug_assert!(found.is_some(), "{id:?} is not in the scenario");
        found.map_or("", |workload| &workload.name)
    }

    /// The owner's name, where nobody is the idle stock.
    #[must_use]
    pub fn owner(&self, id: Option<WorkloadId>) -> &str {
        id.map_or(IDLE, |id| self.workload(id))
    }

    /// All entities of one type, as index and name: the index is the one of its typed id.
    pub fn entities(&self, of: EntityType) -> Vec<(usize, &str)> {
        let workloads = |kind| {
            let all = self.workloads.iter().enumerate();
            all.filter(|(_, workload)| workload.kind == kind)
                .map(|(index, workload)| (index, workload.name.as_str()))
                .collect()
        };
        match of {
            EntityType::Fleet => vec![(0, FLEET)],
            EntityType::Site => numbered(&self.sites),
            EntityType::Pool => numbered(&self.pools),
            EntityType::Workload => workloads(WorkloadKind::Training),
            EntityType::Service => workloads(WorkloadKind::Service),
        }
    }
}

fn name_at(names: &[String], index: usize) -> &str {
    let found = names.get(index);
    debug_assert!(found.is_some(), "no entity {index} in the scenario");
    found.map_or("", String::as_str)
}

fn numbered(names: &[String]) -> Vec<(usize, &str)> {
    names.iter().map(String::as_str).enumerate().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::testing::names;

    #[test]
    fn ids_become_names_and_nobody_is_idle() {
        let names = names();
        assert_eq!(names.pool(PoolId(1)), "edge");
        assert_eq!(names.site(SiteId(0)), "main");
        assert_eq!(names.order(OrderId(0)), "more");
        assert_eq!(names.owner(Some(WorkloadId(1))), "assistant");
        assert_eq!(names.owner(None), "idle");
    }

    #[test]
    fn workloads_are_listed_by_kind_under_their_own_index() {
        let names = names();
        assert_eq!(names.entities(EntityType::Workload), [(0, "llama")]);
        assert_eq!(
            names.entities(EntityType::Service),
            [(1, "assistant"), (2, "feed")]
        );
        assert_eq!(names.entities(EntityType::Fleet), [(0, "fleet")]);
    }
}

//! Who holds what while a decision is being made: a state that can be tried out and thrown away.

/// Holdings at some point of a decision. Slots are numbered through all pools.
#[derive(Clone, Debug, Default)]
pub(super) struct Holding {
    /// By pool: servers that nobody holds.
    pub free: Vec<u64>,
    /// By slot: servers held.
    pub servers: Vec<u64>,
    /// By workload: what a service's servers serve together, in requests per second.
    pub capacity: Vec<f64>,
    /// By site: active power and companion capacity not yet committed.
    pub watts: Vec<f64>,
    pub vcpu: Vec<f64>,
}

/// What a slot is, for all of a decision.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub pool: usize,
    pub site: usize,
    pub workload: usize,
    /// Requests per second that a server serves; 0 for training.
    pub rate: f64,
    /// Servers that cannot be withdrawn.
    pub least: u64,
    /// What a server needs of the site.
    pub watts: f64,
    pub vcpu: f64,
}

impl Holding {
    /// Becomes what another is, without allocating.
    pub fn copy(&mut self, other: &Self) {
        self.free.clone_from(&other.free);
        self.servers.clone_from(&other.servers);
        self.capacity.clone_from(&other.capacity);
        self.watts.clone_from(&other.watts);
        self.vcpu.clone_from(&other.vcpu);
    }

    /// Servers of `wanted` that the site can carry for a slot.
    pub fn affords(&self, slot: &Slot, wanted: u64) -> u64 {
        let of = |left: f64, each: f64| {
            if each * wanted as f64 <= left {
                wanted
            } else {
                ((left.max(0.0) / each) as u64).min(wanted)
            }
        };
        of(self.watts[slot.site], slot.watts).min(of(self.vcpu[slot.site], slot.vcpu))
    }

    /// Gives free servers of a pool to a slot.
    pub fn take(&mut self, number: usize, slot: &Slot, servers: u64) {
        self.free[slot.pool] = self.free[slot.pool].saturating_sub(servers);
        self.commit(number, slot, servers);
    }

    /// Counts servers to a slot that it has from elsewhere than the free ones.
    pub fn commit(&mut self, number: usize, slot: &Slot, servers: u64) {
        self.servers[number] += servers;
        self.capacity[slot.workload] += slot.rate * servers as f64;
        self.watts[slot.site] -= slot.watts * servers as f64;
        self.vcpu[slot.site] -= slot.vcpu * servers as f64;
    }

    /// Frees servers of a slot.
    pub fn give(&mut self, number: usize, slot: &Slot, servers: u64) {
        self.servers[number] -= servers;
        self.free[slot.pool] += servers;
        self.capacity[slot.workload] -= slot.rate * servers as f64;
        self.watts[slot.site] += slot.watts * servers as f64;
        self.vcpu[slot.site] += slot.vcpu * servers as f64;
    }
}

//! Typed indices: a pool's number is not a workload's. Each is the position of the thing in its
//! table of the scenario, workloads counting training, inference and ranking in that order.

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The position as an array index.
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }

            /// The id of position `index`; a scenario's tables are far shorter than `u32::MAX`.
            #[must_use]
            pub fn new(index: usize) -> Self {
                Self(index as u32)
            }
        }
    )+};
}

id! {
    /// A site.
    SiteId,
    /// A pool of like accelerators on one site.
    PoolId,
    /// A hardware kind.
    HardwareId,
    /// An order of accelerators.
    OrderId,
    /// A demand profile.
    ProfileId,
    /// A training campaign or a service.
    WorkloadId,
}

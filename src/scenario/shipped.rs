//! The scenarios that come inside the program, so that `flexcap run starter` works from anywhere.

/// Name and text of each, from the repository's `scenarios/`.
const SHIPPED: &[(&str, &str)] = &[
    ("meta-2024", include_str!("../../scenarios/meta-2024.toml")),
    (
        "meta-2024-dedicated",
        include_str!("../../scenarios/meta-2024-dedicated.toml"),
    ),
    ("llama-4", include_str!("../../scenarios/llama-4.toml")),
    (
        "launch-in-india",
        include_str!("../../scenarios/launch-in-india.toml"),
    ),
    ("starter", include_str!("../../scenarios/starter.toml")),
    (
        "theory/abandonment",
        include_str!("../../scenarios/theory/abandonment.toml"),
    ),
    (
        "theory/checkpoint",
        include_str!("../../scenarios/theory/checkpoint.toml"),
    ),
    (
        "theory/drf",
        include_str!("../../scenarios/theory/drf.toml"),
    ),
    (
        "theory/mg1",
        include_str!("../../scenarios/theory/mg1.toml"),
    ),
    (
        "theory/mmc",
        include_str!("../../scenarios/theory/mmc.toml"),
    ),
    (
        "theory/mginf",
        include_str!("../../scenarios/theory/mginf.toml"),
    ),
    (
        "theory/priorities",
        include_str!("../../scenarios/theory/priorities.toml"),
    ),
    (
        "theory/ring",
        include_str!("../../scenarios/theory/ring.toml"),
    ),
    (
        "theory/water-filling",
        include_str!("../../scenarios/theory/water-filling.toml"),
    ),
    (
        "training-to-ranking",
        include_str!("../../scenarios/training-to-ranking.toml"),
    ),
    ("chain", include_str!("../../scenarios/chain.toml")),
    (
        "square-wave",
        include_str!("../../scenarios/square-wave.toml"),
    ),
];

/// The same of `scenarios/sweeps/`, for `flexcap sweep`.
const SWEEPS: &[(&str, &str)] = &[
    (
        "sweeps/how-much-flexibility",
        include_str!("../../scenarios/sweeps/how-much-flexibility.toml"),
    ),
    (
        "sweeps/step-and-delay",
        include_str!("../../scenarios/sweeps/step-and-delay.toml"),
    ),
    (
        "sweeps/chain",
        include_str!("../../scenarios/sweeps/chain.toml"),
    ),
    (
        "sweeps/growth-and-fleet",
        include_str!("../../scenarios/sweeps/growth-and-fleet.toml"),
    ),
];

/// The names of the shipped sweeps.
pub fn sweep_names() -> impl Iterator<Item = &'static str> {
    SWEEPS.iter().map(|(name, _)| *name)
}

/// The names of the shipped scenarios.
pub fn names() -> impl Iterator<Item = &'static str> {
    SHIPPED.iter().map(|(name, _)| *name)
}

/// The name and text of the scenario or sweep of that name.
#[must_use]
pub fn text(name: &str) -> Option<(&'static str, &'static str)> {
    SHIPPED
        .iter()
        .chain(SWEEPS)
        .copied()
        .find(|(shipped, _)| *shipped == name)
}

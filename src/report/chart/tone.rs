//! Colours by what they mean, light and dark.

/// A colour by what it means. Hues are Okabe and Ito's, which people with any colour vision tell apart: training is
/// blue, inference orange, ranking green; workloads of one kind differ in lightness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tone {
    /// Training.
    Training0,
    /// Another.
    Training1,
    /// Another.
    Training2,
    /// Another.
    Training3,
    /// Inference.
    Inference0,
    /// Another.
    Inference1,
    /// Another.
    Inference2,
    /// Another.
    Inference3,
    /// Ranking.
    Ranking0,
    /// Another.
    Ranking1,
    /// Another.
    Ranking2,
    /// Another.
    Ranking3,
    /// On its way from one use to another.
    Changing,
    /// Held by nobody.
    Idle,
    /// In maintenance.
    Maintenance,
    /// Broken.
    Failed,
    /// What was asked for, and text.
    Ink,
    /// What is less important.
    Muted,
    /// Lines behind the data.
    Grid,
    /// What is behind everything.
    Back,
    /// What was expected.
    Forecast,
    /// A promise.
    Promise,
}

impl Tone {
    /// The colour of text on it, where that is the same in light and dark.
    #[must_use]
    pub const fn text_on(self) -> Option<&'static str> {
        match self {
            Self::Training1
            | Self::Training3
            | Self::Inference0
            | Self::Inference2
            | Self::Ranking0
            | Self::Ranking1
            | Self::Ranking3
            | Self::Changing
            | Self::Maintenance => Some("#10151b"),
            // Not `#ffffff`, which is the background and goes dark with it.
            Self::Training2 | Self::Inference3 | Self::Ranking2 => Some("#fff"),
            _ => None,
        }
    }
}

/// All tones: name, light and dark colour.
pub const TONES: &[(Tone, &str, &str, &str)] = &[
    (Tone::Training0, "training0", "#0072b2", "#3d9bd6"),
    (Tone::Training1, "training1", "#56b4e9", "#8fd0f5"),
    (Tone::Training2, "training2", "#08457e", "#1f6fae"),
    (Tone::Training3, "training3", "#a6d4f2", "#c5e4f8"),
    (Tone::Inference0, "inference0", "#e69f00", "#f0ae1c"),
    (Tone::Inference1, "inference1", "#d55e00", "#ee7a22"),
    (Tone::Inference2, "inference2", "#f6c667", "#fad58a"),
    (Tone::Inference3, "inference3", "#963f00", "#b9560f"),
    (Tone::Ranking0, "ranking0", "#009e73", "#1db98c"),
    (Tone::Ranking1, "ranking1", "#7fceb5", "#93dcc5"),
    (Tone::Ranking2, "ranking2", "#00644a", "#0b8463"),
    (Tone::Ranking3, "ranking3", "#bfe6da", "#cdeee4"),
    (Tone::Changing, "changing", "#cc79a7", "#d68fb6"),
    (Tone::Idle, "idle", "#dfe3e8", "#39424d"),
    (Tone::Maintenance, "maintenance", "#9aa3ad", "#77828e"),
    (Tone::Failed, "failed", "#23272c", "#f1f3f5"),
    (Tone::Ink, "ink", "#1d232a", "#e6eaee"),
    (Tone::Muted, "muted", "#5d6874", "#a3aeb9"),
    (Tone::Grid, "grid", "#e7eaee", "#2c343d"),
    (Tone::Back, "back", "#ffffff", "#161b21"),
    (Tone::Forecast, "forecast", "#a33e7c", "#e59cc4"),
    (Tone::Promise, "promise", "#b3261e", "#ff8a80"),
];

//! Where a chart goes. On the page colours are CSS variables, so that light, dark and print each have their own; in files
//! they are the light ones, because slides are.

use super::tone::{TONES, Tone};

/// Where a chart goes.
#[derive(Clone, Copy, Debug)]
pub struct Paper {
    /// Whether colours are the page's variables.
    pub on_page: bool,
    /// Width in CSS pixels.
    pub width: f64,
    /// Height in CSS pixels; none lets the chart say.
    pub height: Option<f64>,
}

impl Paper {
    /// A colour as this paper writes it.
    #[must_use]
    pub fn color(&self, tone: Tone) -> String {
        let found = TONES.iter().find(|found| found.0 == tone);
        let (_, name, light, _) = found.copied().unwrap_or((tone, "ink", "#1d232a", ""));
        match self.on_page {
            true => format!("var(--{name})"),
            false => light.to_owned(),
        }
    }
}

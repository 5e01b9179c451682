//! What charts are painted on: an SVG in the making. On the page colours are CSS variables, so that light, dark and
//! print each have their own; in files they are the light ones, because slides are.

use std::fmt::{Display, Write as _};

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

/// An SVG in the making.
#[derive(Debug)]
pub struct Svg {
    paper: Paper,
    text: String,
    width: f64,
    height: f64,
}

/// Where a text stands at its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// It begins there.
    Start,
    /// It is centred there.
    Middle,
    /// It ends there.
    End,
}

impl Svg {
    /// A sheet of `width` by `height`.
    #[must_use]
    pub fn new(paper: &Paper, width: f64, height: f64) -> Self {
        Self {
            paper: *paper,
            text: String::new(),
            width,
            height,
        }
    }

    /// A rectangle; what it means is told to who points at it.
    pub fn rect(&mut self, [x, y, width, height]: [f64; 4], tone: Tone, tip: &str) {
        let color = self.paper.color(tone);
        let (x, y) = (round(x), round(y));
        let (width, height) = (round(width.max(0.0)), round(height.max(0.0)));
        let _ = write!(
            self.text,
            "<rect x='{x}' y='{y}' width='{width}' height='{height}' fill='{color}'{}",
            tipped(tip)
        );
    }

    /// A rectangle in a colour of its own.
    pub fn patch(&mut self, [x, y, width, height]: [f64; 4], color: &str, tip: &str) {
        let (x, y, width, height) = (round(x), round(y), round(width), round(height));
        let _ = write!(
            self.text,
            "<rect x='{x}' y='{y}' width='{width}' height='{height}' fill='{color}'{}",
            tipped(tip)
        );
    }

    /// A line.
    pub fn line(&mut self, [x1, y1, x2, y2]: [f64; 4], tone: Tone, width: f64) {
        let color = self.paper.color(tone);
        let (x1, y1, x2, y2) = (round(x1), round(y1), round(x2), round(y2));
        let _ = write!(
            self.text,
            "<line x1='{x1}' y1='{y1}' x2='{x2}' y2='{y2}' stroke='{color}' stroke-width='{width}'/>"
        );
    }

    /// A path along points; a gap where one is none.
    pub fn path(&mut self, points: &[Option<(f64, f64)>], tone: Tone, width: f64, dashed: bool) {
        let color = self.paper.color(tone);
        let dash = if dashed {
            " stroke-dasharray='5 3'"
        } else {
            ""
        };
        let _ = write!(
            self.text,
            "<path d='{}' fill='none' stroke='{color}' stroke-width='{width}' stroke-linejoin='round'{dash}/>",
            track(points)
        );
    }

    /// The area between two paths.
    pub fn area(
        &mut self,
        upper: &[Option<(f64, f64)>],
        lower: &[Option<(f64, f64)>],
        tone: Tone,
        opacity: f64,
    ) {
        let color = self.paper.color(tone);
        let mut shape = String::new();
        let pairs = upper.iter().zip(lower);
        let both: Vec<_> = pairs.map(|(up, low)| up.zip(*low)).collect();
        for run in both.split(Option::is_none).filter(|run| !run.is_empty()) {
            let up: Vec<_> = run.iter().flatten().map(|(up, _)| Some(*up)).collect();
            let back: Vec<_> = run
                .iter()
                .rev()
                .flatten()
                .map(|(_, low)| Some(*low))
                .collect();
            let _ = write!(
                shape,
                "{}{}Z",
                track(&up),
                track(&back).replacen('M', "L", 1)
            );
        }
        let _ = write!(
            self.text,
            "<path d='{shape}' fill='{color}' fill-opacity='{opacity}'/>"
        );
    }

    /// A dot.
    pub fn dot(&mut self, (x, y): (f64, f64), radius: f64, tone: Tone, tip: &str) {
        let color = self.paper.color(tone);
        let back = self.paper.color(Tone::Back);
        let (x, y, radius) = (round(x), round(y), round(radius));
        let _ = write!(
            self.text,
            "<circle cx='{x}' cy='{y}' r='{radius}' fill='{color}' fill-opacity='.85' stroke='{back}' stroke-width='.75'{}",
            tipped(tip)
        );
    }

    /// A text.
    pub fn label(
        &mut self,
        (x, y): (f64, f64),
        anchor: Anchor,
        tone: Tone,
        size: f64,
        text: impl Display,
    ) {
        let color = self.paper.color(tone);
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let (x, y) = (round(x), round(y));
        let text = escape(&text.to_string());
        let _ = write!(
            self.text,
            "<text x='{x}' y='{y}' text-anchor='{anchor}' font-size='{size}' fill='{color}'>{text}</text>"
        );
    }

    /// A centred text in a colour of its own.
    pub fn label_in(&mut self, (x, y): (f64, f64), color: &str, size: f64, text: &str) {
        let (x, y, text) = (round(x), round(y), escape(text));
        let _ = write!(
            self.text,
            "<text x='{x}' y='{y}' text-anchor='middle' font-size='{size}' fill='{color}'>{text}</text>"
        );
    }

    /// The finished SVG, with its name for who cannot see it.
    #[must_use]
    pub fn finish(self, title: &str) -> String {
        let (width, height) = (self.width, self.height);
        let title = escape(title);
        let (head, back) = match self.paper.on_page {
            true => ("role='img' class='still'".to_owned(), String::new()),
            false => (
                format!(
                    "xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}' font-family='Ubuntu, Helvetica, Arial, sans-serif'"
                ),
                format!(
                    "<rect width='{width}' height='{height}' fill='{}'/>",
                    self.paper.color(Tone::Back)
                ),
            ),
        };
        format!(
            "<svg {head} viewBox='0 0 {width} {height}' aria-label='{title}'><title>{title}</title>{back}{}</svg>",
            self.text
        )
    }
}

/// How an element ends: with what is told to who points at it.
fn tipped(tip: &str) -> String {
    match tip.is_empty() {
        true => "/>".to_owned(),
        false => format!(" data-tip='{}'/>", escape(tip)),
    }
}

fn track(points: &[Option<(f64, f64)>]) -> String {
    let mut shape = String::new();
    let mut pen = 'M';
    for point in points {
        match point {
            Some((x, y)) => {
                let _ = write!(shape, "{pen}{} {}", round(*x), round(*y));
                pen = 'L';
            }
            None => pen = 'M',
        }
    }
    shape
}

/// To a tenth of a pixel.
fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// Text that XML and HTML read as text.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\'' => out.push_str("&#39;"),
            '"' => out.push_str("&quot;"),
            // XML 1.0 has no such characters.
            control if control < ' ' && !matches!(control, '\n' | '\t') => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}

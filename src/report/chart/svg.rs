//! What charts are painted with: an SVG in the making.

use std::fmt::{Display, Write as _};

use super::paper::Paper;
use super::path::track;
use super::tone::{TONES, Tone};

/// Pixels of a letter of the usual size, hardly less than the widest fonts take on average.
pub const LETTER: f64 = 6.2;

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

    /// A rectangle; on the page what it means is told to who points at it.
    pub fn rect(&mut self, [x, y, width, height]: [f64; 4], tone: Tone, tip: &str) {
        let color = self.paper.color(tone);
        self.patch([x, y, width.max(0.0), height.max(0.0)], &color, tip);
    }

    /// A rectangle in a colour of its own.
    pub fn patch(&mut self, [x, y, width, height]: [f64; 4], color: &str, tip: &str) {
        let (x, y, width, height) = (round(x), round(y), round(width), round(height));
        let _ = write!(
            self.text,
            "<rect x='{x}' y='{y}' width='{width}' height='{height}' fill='{color}'{}",
            self.end(tip)
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

    /// What is below points, down to `bottom`, with a fine edge in the colour of the background.
    pub fn hill(&mut self, points: &[Option<(f64, f64)>], bottom: f64, tone: Tone) {
        let (color, back) = (self.paper.color(tone), self.paper.color(Tone::Back));
        let mut shape = String::new();
        for run in points.split(Option::is_none) {
            if let [Some((start, _)), .., Some((end, _))] = run {
                let down = [Some((*start, bottom))];
                let over = [&down[..], run, &[Some((*end, bottom))]].concat();
                let _ = write!(shape, "{}z", track(&over));
            }
        }
        let _ = write!(
            self.text,
            "<path d='{shape}' fill='{color}' stroke='{back}' stroke-width='.5'/>"
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
            let there = run.iter().flatten().map(|(up, _)| Some(*up));
            let back = run.iter().rev().flatten().map(|(_, low)| Some(*low));
            let around: Vec<_> = there.chain(back).collect();
            let _ = write!(shape, "{}z", track(&around));
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
            self.end(tip)
        );
    }

    /// A text; one that is centred stays on the sheet.
    pub fn label(
        &mut self,
        (x, y): (f64, f64),
        anchor: Anchor,
        tone: Tone,
        size: f64,
        text: impl Display,
    ) {
        let color = self.paper.color(tone);
        let text = text.to_string();
        let half = 0.5 * LETTER * text.chars().count() as f64;
        let (anchor, x) = match anchor {
            Anchor::Start => ("start", x),
            Anchor::Middle => ("middle", x.min(self.width - half).max(half)),
            Anchor::End => ("end", x),
        };
        let (x, y, text) = (round(x), round(y), escape(&text));
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

    /// How an element ends: on the page with what is told to who points at it.
    fn end(&self, tip: &str) -> String {
        match tip.is_empty() || !self.paper.on_page {
            true => "/>".to_owned(),
            false => format!(" data-tip='{}'/>", escape(tip)),
        }
    }

    /// The finished SVG, with its name for who cannot see it.
    #[must_use]
    pub fn finish(self, title: &str) -> String {
        let (width, height) = (self.width, self.height);
        let title = escape(title);
        let (head, before) = match self.paper.on_page {
            true => ("role='img' class='still'".to_owned(), String::new()),
            false => (
                format!(
                    "xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}' font-family='Ubuntu, Helvetica, Arial, sans-serif'"
                ),
                format!(
                    "{}<rect width='{width}' height='{height}' fill='{}'/>",
                    after_dark(&self.text),
                    self.paper.color(Tone::Back)
                ),
            ),
        };
        format!(
            "<svg {head} viewBox='0 0 {width} {height}' aria-label='{title}'><title>{title}</title>{before}{}</svg>",
            self.text
        )
    }
}

/// The colours of a file where whatever shows it is dark. Slides and programs that draw do not ask.
fn after_dark(text: &str) -> String {
    let mut rules = String::new();
    for (tone, _, light, dark) in TONES {
        for of in ["fill", "stroke"] {
            let is_back = *tone == Tone::Back && of == "fill";
            if is_back || text.contains(&format!("{of}='{light}'")) {
                let _ = write!(rules, "[{of}='{light}']{{{of}:{dark}}}");
            }
        }
    }
    format!("<style>@media (prefers-color-scheme:dark){{{rules}}}</style>")
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

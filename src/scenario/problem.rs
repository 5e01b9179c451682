//! What is wrong with a scenario, where, and what would be right; and the texts to show it in.
//! Checks collect problems and go on; the user sees all of them at once, each with a caret.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::tree::{Location, SourceId};

/// Whether a problem stops a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The scenario cannot be run.
    Error,
    /// It can, but hardly as meant.
    Warning,
}

/// One thing that is wrong.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Whether it stops a run.
    pub severity: Severity,
    /// Where.
    pub at: Location,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// A few words beside the caret; may be empty.
    pub label: String,
    /// What would be right.
    pub hint: Option<String>,
}

impl Problem {
    /// A problem that stops the run.
    #[must_use]
    pub fn error(at: Location, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            at,
            message: message.into(),
            label: String::new(),
            hint: None,
        }
    }

    /// A problem that does not.
    #[must_use]
    pub fn warning(at: Location, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(at, message)
        }
    }

    /// Adds the words beside the caret.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Adds what would be right.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds what would be right, if that is known.
    #[must_use]
    pub fn maybe_hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint.or(self.hint);
        self
    }
}

/// One text that a scenario was made of.
#[derive(Clone, Debug)]
struct Source {
    name: String,
    text: Arc<str>,
    /// Where the files that it names are looked for; a text without a place of its own has none.
    folder: Option<PathBuf>,
}

/// All texts that a scenario was made of: files, shipped scenarios, `--set` arguments.
#[derive(Clone, Debug, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Adds a text and returns its number.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> SourceId {
        self.add_in(None, name, text)
    }

    /// Adds a text that may name files in `folder`, and returns its number.
    pub fn add_in(
        &mut self,
        folder: Option<&Path>,
        name: impl Into<String>,
        text: impl Into<Arc<str>>,
    ) -> SourceId {
        self.0.push(Source {
            name: name.into(),
            text: text.into(),
            folder: folder.map(Path::to_owned),
        });
        (self.0.len() - 1) as SourceId
    }

    /// The folder of the files that a text names.
    #[must_use]
    pub fn folder(&self, id: SourceId) -> Option<&Path> {
        self.0.get(id as usize)?.folder.as_deref()
    }

    fn get(&self, id: SourceId) -> (&str, &str) {
        self.0
            .get(id as usize)
            .map_or(("?", ""), |source| (source.name.as_str(), &*source.text))
    }

    /// Name, line and column (from 1, in characters) of a place.
    #[must_use]
    pub fn position(&self, at: Location) -> (&str, usize, usize) {
        let (name, text) = self.get(at.source);
        let before = text.get(..boundary(text, at.start)).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = before
            .get(line_start..)
            .map_or(0, |line| line.chars().count());
        (name, before.matches('\n').count() + 1, column + 1)
    }
}

/// The nearest character boundary of `text` at or before `byte`.
fn boundary(text: &str, byte: usize) -> usize {
    let byte = byte.min(text.len());
    (0..=byte)
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0)
}

/// A scenario that cannot be run: every problem found, errors and warnings.
#[derive(Clone, Debug, thiserror::Error)]
pub struct Invalid {
    /// In the order of the text.
    pub problems: Vec<Problem>,
    /// The texts that the problems point into.
    pub sources: Sources,
}

impl fmt::Display for Invalid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_plain(&self.problems, &self.sources, formatter)
    }
}

impl Invalid {
    /// Every problem with its line of text, a caret and a hint, for a terminal.
    #[must_use]
    pub fn render(&self, color: bool) -> String {
        render(&self.problems, &self.sources, color)
    }
}

/// What looks odd in a scenario that can be run.
#[derive(Clone, Debug, Default)]
pub struct Warnings {
    /// In the order of the text.
    pub problems: Vec<Problem>,
    /// The texts that the problems point into.
    pub sources: Sources,
}

impl fmt::Display for Warnings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_plain(&self.problems, &self.sources, formatter)
    }
}

impl Warnings {
    /// Every warning with its line of text, a caret and a hint, for a terminal.
    #[must_use]
    pub fn render(&self, color: bool) -> String {
        render(&self.problems, &self.sources, color)
    }
}

/// `file:line:column: message`, and the hint on a line of its own.
fn write_plain(
    problems: &[Problem],
    sources: &Sources,
    formatter: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    for (index, problem) in problems.iter().enumerate() {
        if index > 0 {
            writeln!(formatter)?;
        }
        let (name, line, column) = sources.position(problem.at);
        let kind = if problem.severity == Severity::Warning {
            "warning: "
        } else {
            ""
        };
        write!(
            formatter,
            "{name}:{line}:{column}: {kind}{}",
            problem.message
        )?;
        if let Some(hint) = &problem.hint {
            write!(formatter, "\n  hint: {hint}")?;
        }
    }
    Ok(())
}

fn render(problems: &[Problem], sources: &Sources, color: bool) -> String {
    let renderer = if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let blocks: Vec<String> = problems
        .iter()
        .map(|problem| render_one(problem, sources, &renderer))
        .collect();
    blocks.join("\n\n")
}

fn render_one(problem: &Problem, sources: &Sources, renderer: &Renderer) -> String {
    let (name, text) = sources.get(problem.at.source);
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(problem.message.as_str());
    let hint = problem
        .hint
        .as_deref()
        .map(|hint| Level::HELP.message(hint));
    let group = if text.is_empty() {
        // Nothing to show: a file that is missing, empty or unreadable.
        let origin = annotate_snippets::Origin::path(name);
        Group::with_title(title).element(origin)
    } else {
        let start = boundary(text, problem.at.start);
        let end = boundary(text, problem.at.end).max(start);
        // One line says where; a whole table as the marked text would say it less clearly.
        let end = text
            .get(start..end)
            .and_then(|marked| marked.find('\n'))
            .map_or(end, |newline| start + newline);
        let annotation = AnnotationKind::Primary
            .span(start..end)
            .label((!problem.label.is_empty()).then_some(problem.label.as_str()));
        Group::with_title(title).element(Snippet::source(text).path(name).annotation(annotation))
    };
    let group = match hint {
        Some(hint) => group.element(hint),
        None => group,
    };
    renderer.render(&[group])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Invalid {
        let mut sources = Sources::default();
        let source = sources.add("a.toml", "[run]\nhörizon = 5\n");
        let at = Location {
            source,
            start: 6,
            end: 14,
        };
        let problem = Problem::error(at, "unknown key `hörizon` in `run`")
            .label("not a key")
            .hint("did you mean `horizon`?");
        Invalid {
            problems: vec![problem],
            sources,
        }
    }

    #[test]
    fn plain_text_names_file_line_and_column() {
        assert_eq!(
            example().to_string(),
            "a.toml:2:1: unknown key `hörizon` in `run`\n  hint: did you mean `horizon`?"
        );
    }

    #[test]
    fn the_rendering_shows_the_line_a_caret_and_the_hint() {
        let text = example().render(false);
        for part in [
            "a.toml:2:1",
            "hörizon = 5",
            "^^^^^^^ not a key",
            "did you mean `horizon`?",
        ] {
            assert!(text.contains(part), "{part} missing from\n{text}");
        }
    }

    #[test]
    fn odd_places_do_not_panic() {
        for (start, end) in [
            (8, 8),
            (7, 9),
            (0, 0),
            (500, 900),
            (17, 18),
            (18, 18),
            (9, 3),
        ] {
            let mut invalid = example();
            if let Some(problem) = invalid.problems.first_mut() {
                problem.at = Location {
                    source: 0,
                    start,
                    end,
                };
            }
            assert!(invalid.render(true).contains("unknown key"));
            assert!(!invalid.to_string().is_empty());
        }
    }
}

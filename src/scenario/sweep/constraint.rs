//! `constraint = "share > 0 or delay = 0h"`: which points of a design are kept. Comparisons of axes
//! with values or with each other, joined by `and`, `or`, `not` and parentheses; nothing else.

use std::cmp::Ordering;

use super::super::names::nearest;
use super::super::quantity::Complaint;
use super::axis::{Axis, Coordinate, Measure};

/// A condition on the coordinates of a point.
#[derive(Clone, Debug)]
pub enum Constraint {
    #[doc(hidden)]
    Any(Vec<Constraint>),
    #[doc(hidden)]
    All(Vec<Constraint>),
    #[doc(hidden)]
    Not(Box<Constraint>),
    #[doc(hidden)]
    Compare(Comparison),
}

/// An axis against a value or another axis.
#[derive(Clone, Debug)]
pub struct Comparison {
    left: Operand,
    relation: Relation,
    right: Operand,
}

#[derive(Clone, Debug)]
enum Operand {
    Axis(usize),
    Value(Measure),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    Equal,
    Unequal,
    Below,
    AtMost,
    Above,
    AtLeast,
}

/// A problem and the bytes of the text that it is about.
pub(super) type Refused = (std::ops::Range<usize>, Complaint);

const RULES: &str = "a constraint compares axes with values (`share > 0`, `delay = 0h`, `policy != dedicated`), \
     joined by `and`, `or`, `not` and parentheses";

impl Constraint {
    /// Whether a point with these coordinates, one an axis, is kept.
    pub(super) fn keeps(&self, point: &[Coordinate]) -> bool {
        match self {
            Self::Any(parts) => parts.iter().any(|part| part.keeps(point)),
            Self::All(parts) => parts.iter().all(|part| part.keeps(point)),
            Self::Not(part) => !part.keeps(point),
            Self::Compare(comparison) => comparison.holds(point),
        }
    }

    /// Reads a constraint on these axes.
    pub(super) fn parse(text: &str, axes: &[Axis]) -> Result<Self, Refused> {
        let mut parser = Parser {
            tokens: tokens(text)?,
            next: 0,
            depth: 0,
            end: text.len(),
            axes,
        };
        let constraint = parser.any()?;
        match parser.tokens.get(parser.next) {
            None => Ok(constraint),
            Some(token) => Err((
                token.at.clone(),
                Complaint::new(format!("`{}` does not belong here", token.text), RULES),
            )),
        }
    }
}

impl Comparison {
    fn holds(&self, point: &[Coordinate]) -> bool {
        let measure = |operand: &Operand| match operand {
            Operand::Axis(axis) => point.get(*axis).map(|at| at.measure.clone()),
            Operand::Value(value) => Some(value.clone()),
        };
        let order = match (measure(&self.left), measure(&self.right)) {
            (Some(Measure::Number(a)), Some(Measure::Number(b))) => a.partial_cmp(&b),
            (Some(Measure::Word(a)), Some(Measure::Word(b))) if a == b => Some(Ordering::Equal),
            _ => None,
        };
        match self.relation {
            Relation::Equal => order == Some(Ordering::Equal),
            Relation::Unequal => order != Some(Ordering::Equal),
            Relation::Below => order == Some(Ordering::Less),
            Relation::AtMost => order.is_some_and(Ordering::is_le),
            Relation::Above => order == Some(Ordering::Greater),
            Relation::AtLeast => order.is_some_and(Ordering::is_ge),
        }
    }
}

#[derive(Clone, Debug)]
struct Token {
    text: String,
    at: std::ops::Range<usize>,
    quoted: bool,
}

/// Words, quoted texts, relations and parentheses.
fn tokens(text: &str) -> Result<Vec<Token>, Refused> {
    let relation = |c: char| matches!(c, '=' | '!' | '<' | '>');
    let mut found = Vec::new();
    let mut rest = text.char_indices().peekable();
    while let Some((start, first)) = rest.next() {
        if first.is_whitespace() {
            continue;
        }
        if first == '\'' || first == '"' {
            let mut inside = String::new();
            let end = loop {
                match rest.next() {
                    Some((at, c)) if c == first => break at + 1,
                    Some((_, c)) => inside.push(c),
                    None => {
                        let complaint = Complaint::new("a quote is not closed", RULES);
                        return Err((start..text.len(), complaint));
                    }
                }
            };
            found.push(Token {
                text: inside,
                at: start..end,
                quoted: true,
            });
            continue;
        }
        let single = matches!(first, '(' | ')');
        let is_relation = relation(first);
        let mut end = start + first.len_utf8();
        while let Some(&(at, c)) = rest.peek() {
            let other = c.is_whitespace() || matches!(c, '(' | ')' | '\'' | '"');
            if single || other || relation(c) != is_relation {
                break;
            }
            end = at + c.len_utf8();
            rest.next();
        }
        found.push(Token {
            text: text.get(start..end).unwrap_or_default().to_owned(),
            at: start..end,
            quoted: false,
        });
    }
    Ok(found)
}

struct Parser<'a> {
    tokens: Vec<Token>,
    next: usize,
    depth: u32,
    end: usize,
    axes: &'a [Axis],
}

/// Parentheses and `not`s within each other; more would be a risk for the stack.
const DEPTH_MAX: u32 = 64;

/// Words that join comparisons, and so end a value.
const JOINTS: [&str; 3] = ["and", "or", "not"];

impl Parser<'_> {
    fn any(&mut self) -> Result<Constraint, Refused> {
        let mut parts = vec![self.all()?];
        while self.take("or") {
            parts.push(self.all()?);
        }
        Ok(Constraint::Any(parts))
    }

    fn all(&mut self) -> Result<Constraint, Refused> {
        let mut parts = vec![self.part()?];
        while self.take("and") {
            parts.push(self.part()?);
        }
        Ok(Constraint::All(parts))
    }

    fn part(&mut self) -> Result<Constraint, Refused> {
        if self.depth == DEPTH_MAX {
            return Err(self.unexpected("this is nested too deeply"));
        }
        self.depth += 1;
        let part = self.inner_part();
        self.depth -= 1;
        part
    }

    fn inner_part(&mut self) -> Result<Constraint, Refused> {
        if self.take("not") {
            return Ok(Constraint::Not(Box::new(self.part()?)));
        }
        if self.take("(") {
            let inside = self.any()?;
            if !self.take(")") {
                return Err(self.unexpected("a `)` is missing"));
            }
            return Ok(inside);
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Constraint, Refused> {
        let left = self.operand()?;
        let Some(relation) = self.relation() else {
            return Err(self.unexpected("a comparison such as `=` or `<` is missing"));
        };
        let right = self.operand()?;
        let (left, right) = self.resolve(left, right, relation)?;
        Ok(Constraint::Compare(Comparison {
            left,
            relation,
            right,
        }))
    }

    fn relation(&mut self) -> Option<Relation> {
        let relation = match self.peek()?.text.as_str() {
            "=" | "==" => Relation::Equal,
            "!=" => Relation::Unequal,
            "<" => Relation::Below,
            "<=" => Relation::AtMost,
            ">" => Relation::Above,
            ">=" => Relation::AtLeast,
            _ => return None,
        };
        self.next += 1;
        Some(relation)
    }

    /// One quoted text, or the words up to a relation, a joint or a parenthesis (`8 MW`).
    fn operand(&mut self) -> Result<Token, Refused> {
        let mut operand: Option<Token> = None;
        while let Some(token) = self.peek() {
            let ends = JOINTS.contains(&token.text.as_str())
                || token.text.starts_with(['=', '!', '<', '>', '(', ')']);
            let fits = operand
                .as_ref()
                .is_none_or(|before| !before.quoted && !token.quoted);
            if (ends && !token.quoted) || !fits {
                break;
            }
            let token = token.clone();
            operand = Some(match operand {
                None => token,
                Some(before) => Token {
                    text: format!("{} {}", before.text, token.text),
                    at: before.at.start..token.at.end,
                    quoted: false,
                },
            });
            self.next += 1;
        }
        operand.ok_or_else(|| self.unexpected("the name of an axis or a value is missing"))
    }

    fn resolve(
        &self,
        left: Token,
        right: Token,
        relation: Relation,
    ) -> Result<(Operand, Operand), Refused> {
        let axis = |token: &Token| {
            let mut names = self.axes.iter();
            names.position(|axis| !token.quoted && axis.name == token.text)
        };
        let ordered = !matches!(relation, Relation::Equal | Relation::Unequal);
        match (axis(&left), axis(&right)) {
            (Some(a), Some(b)) => {
                let scale = |axis: usize| self.axes.get(axis).and_then(|axis| axis.scale);
                if scale(a) != scale(b) || (ordered && scale(a).is_none()) {
                    let message =
                        format!("`{}` and `{}` cannot be compared", left.text, right.text);
                    let hint = "compare axes of the same kind, or each with a value";
                    return Err((left.at.start..right.at.end, Complaint::new(message, hint)));
                }
                Ok((Operand::Axis(a), Operand::Axis(b)))
            }
            (Some(a), None) => Ok((Operand::Axis(a), self.value(a, &right, ordered)?)),
            (None, Some(b)) => Ok((self.value(b, &left, ordered)?, Operand::Axis(b))),
            (None, None) => {
                let names = || self.axes.iter().map(|axis| axis.name.as_str());
                let hint = match nearest(&left.text, names()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the axes are {}", names().collect::<Vec<_>>().join(", ")),
                };
                let message = format!("neither `{}` nor `{}` is an axis", left.text, right.text);
                Err((left.at.start..right.at.end, Complaint::new(message, hint)))
            }
        }
    }

    /// A value that an axis is compared with.
    fn value(&self, axis: usize, token: &Token, ordered: bool) -> Result<Operand, Refused> {
        let Some(axis) = self.axes.get(axis) else {
            return Ok(Operand::Value(Measure::Word(token.text.clone())));
        };
        match axis.scale.map(|scale| scale.measure_text(&token.text)) {
            Some(Some(number)) => Ok(Operand::Value(Measure::Number(number))),
            Some(None) => {
                let example = axis.level(0).text;
                let message = format!(
                    "`{}` is not a value of the axis `{}`",
                    token.text, axis.name
                );
                let hint = format!("write it as the axis does, for example {example}");
                Err((token.at.clone(), Complaint::new(message, hint)))
            }
            None if ordered => {
                let message = format!("the values of `{}` have no order", axis.name);
                Err((
                    token.at.clone(),
                    Complaint::new(message, "compare with `=` or `!=`"),
                ))
            }
            None => match axis.nearest_word(&token.text) {
                None => Ok(Operand::Value(Measure::Word(token.text.clone()))),
                Some(near) => {
                    let message = format!(
                        "the axis `{}` never is `{}`, so the comparison says nothing",
                        axis.name, token.text
                    );
                    Err((token.at.clone(), Complaint::new(message, near)))
                }
            },
        }
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self
            .peek()
            .is_some_and(|token| !token.quoted && token.text == word);
        self.next += usize::from(found);
        found
    }

    fn unexpected(&self, message: &str) -> Refused {
        let at = self
            .peek()
            .map_or(self.end..self.end, |token| token.at.clone());
        (at, Complaint::new(message, RULES))
    }
}

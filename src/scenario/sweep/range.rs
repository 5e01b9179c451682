//! Ranges of an axis: levels from one end to the other in exact decimal steps, or anything between
//! the ends where a design wants that. Numbers, quantities and dates have ranges.

use super::super::date;
use super::super::decimal::Decimal;
use super::super::form::{Form, Leaf};
use super::super::quantity::{Complaint, Dimension, split_number};
use super::super::tree::{Location, Node, Value};
use super::super::unit::Unit;
use crate::kernel::Instant;

/// What the numbers of a key are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scale {
    /// Whole numbers.
    Whole,
    /// Plain numbers.
    Plain,
    /// Numbers with a unit.
    Quantity(Dimension),
    /// Dates, counted in microseconds.
    Date,
}

/// The base unit of dates.
const MICROSECOND: Unit = ("us", 1.0, 1e6);
/// Dates between two levels are rounded to this, in microseconds.
const SECOND: f64 = 1e6;

/// One end of a range, or its step.
#[derive(Clone, Copy, Debug)]
struct Amount {
    number: Decimal,
    unit: Option<Unit>,
}

/// The keys of a range, as nodes.
#[derive(Clone, Debug)]
pub(super) struct Ends {
    pub(super) from: Node,
    pub(super) to: Node,
    pub(super) step: Option<Node>,
    pub(super) at: Location,
}

/// A range that was read.
#[derive(Clone, Debug)]
pub(super) struct Range {
    scale: Scale,
    unit: Option<Unit>,
    from: Decimal,
    to: Decimal,
    /// The step, and how many there are.
    steps: Option<(Decimal, u64)>,
    /// Whole numbers between the ends are multiples of this.
    quantum: u64,
    at: Location,
}

impl Scale {
    /// The scale of a key; none where its values have no order.
    pub(super) fn of(form: &Form) -> Option<Self> {
        match form {
            Form::Leaf(Leaf::Count) => Some(Self::Whole),
            Form::Leaf(Leaf::Number | Leaf::Money) => Some(Self::Plain),
            Form::Leaf(Leaf::Quantity(dimension)) => Some(Self::Quantity(*dimension)),
            Form::Leaf(Leaf::Date) => Some(Self::Date),
            Form::Either(plain, _) => Self::of(plain),
            _ => None,
        }
    }

    /// Whether a column of such values holds plain numbers.
    pub(super) fn is_number(self) -> bool {
        matches!(self, Self::Whole | Self::Plain)
    }

    /// A value in the base unit, if it is one of this scale.
    pub(super) fn measure(self, node: &Node) -> Option<f64> {
        match (self, &node.value) {
            (Self::Whole | Self::Plain, _) => node.as_number(),
            (Self::Quantity(_) | Self::Date, Value::Text(text) | Value::Date(text)) => {
                self.measure_text(text)
            }
            _ => None,
        }
    }

    /// The same of a text.
    pub(super) fn measure_text(self, text: &str) -> Option<f64> {
        match self {
            Self::Whole | Self::Plain => {
                let number = text.replace('_', "").parse().ok();
                number.filter(|number: &f64| number.is_finite())
            }
            Self::Quantity(dimension) => dimension.parse(text).ok(),
            Self::Date => date::parse(text).ok().map(|date| date.as_micros() as f64),
        }
    }

    /// A bare number for a plain scale, else the text, from what was typed.
    pub(super) fn typed(self, text: &str, at: Location) -> Node {
        let text = text.trim();
        let value = match (self, text.replace('_', "")) {
            (Self::Whole | Self::Plain, digits) => {
                let whole = digits.parse().map(Value::Integer);
                whole
                    .or_else(|_| digits.parse().map(Value::Float))
                    .unwrap_or_else(|_| Value::Text(text.to_owned()))
            }
            _ => Value::Text(text.to_owned()),
        };
        Node { value, at }
    }

    fn amount(self, node: &Node, is_step: bool) -> Result<Amount, Complaint> {
        let plain = |number: Option<Decimal>, example: &str| {
            let number = number.ok_or_else(|| {
                Complaint::new(
                    format!("{} cannot be in this range", node.kind()),
                    format!("write a number such as {example}"),
                )
            })?;
            Ok(Amount { number, unit: None })
        };
        match (self, &node.value) {
            (Self::Date, _) if is_step => Self::Quantity(Dimension::Duration).amount(node, true),
            (Self::Date, Value::Text(text) | Value::Date(text)) => {
                let date = date::parse(text)?;
                Ok(Amount {
                    number: Decimal::whole(i128::from(date.as_micros())),
                    unit: Some(MICROSECOND),
                })
            }
            (Self::Quantity(dimension), Value::Text(text)) => {
                dimension.parse(text)?;
                let (digits, unit) = split_number(text.trim());
                let unit = dimension.units().iter().find(|known| known.0 == unit);
                let number = Decimal::parse(digits).ok_or_else(|| {
                    Complaint::new(
                        format!("\"{text}\" has too many digits for a range"),
                        "write fewer, or list the values",
                    )
                })?;
                Ok(Amount {
                    number,
                    unit: unit.copied(),
                })
            }
            (Self::Quantity(dimension), _) => Err(Complaint::new(
                format!("{} is not {}", node.kind(), dimension.name()),
                format!(
                    "write it with a unit ({}), as in \"{}\"",
                    dimension.unit_names(),
                    dimension.example()
                ),
            )),
            (Self::Date, _) => Err(Complaint::new(
                format!("{} is not a date", node.kind()),
                "for example \"2024-07-01\"",
            )),
            (Self::Whole, Value::Integer(whole)) => {
                plain(Some(Decimal::whole(i128::from(*whole))), "8")
            }
            (Self::Whole, _) => plain(None, "8, without a point"),
            (Self::Plain, Value::Integer(whole)) => {
                plain(Some(Decimal::whole(i128::from(*whole))), "0.5")
            }
            (Self::Plain, Value::Float(float)) => plain(Decimal::parse(&format!("{float}")), "0.5"),
            (Self::Plain, _) => plain(None, "0.5"),
        }
    }

    /// The value of that many units as a scenario writes it, and as a table shows it.
    fn value(self, number: &str, unit: Option<Unit>) -> (Value, String) {
        match (self, unit) {
            (Self::Whole, _) => {
                let whole = number.parse().map(Value::Integer);
                (whole.unwrap_or(Value::Float(f64::NAN)), number.to_owned())
            }
            (Self::Plain, _) => (
                Value::Float(number.parse().unwrap_or(f64::NAN)),
                number.to_owned(),
            ),
            (Self::Date, _) => {
                let micros = number.parse().unwrap_or_default();
                let text = date::show(Instant::from_micros(micros));
                (Value::Text(text.clone()), text)
            }
            (Self::Quantity(dimension), unit) => {
                let gap = if dimension == Dimension::Duration {
                    ""
                } else {
                    " "
                };
                let text = format!("{number}{gap}{}", unit.map_or("", |unit| unit.0));
                (Value::Text(text.clone()), text)
            }
        }
    }
}

impl Range {
    /// Reads the ends and the step; a problem comes with its place.
    pub(super) fn read(ends: &Ends, scale: Scale) -> Result<Self, (Location, Complaint)> {
        let amount = |node: &Node, is_step| {
            scale
                .amount(node, is_step)
                .map_err(|complaint| (node.at, complaint))
        };
        let (from, to) = (amount(&ends.from, false)?, amount(&ends.to, false)?);
        let step = ends.step.as_ref().map(|step| amount(step, true));
        let step = step.transpose()?;
        let units: Vec<Option<Unit>> = [step, Some(from), Some(to)]
            .into_iter()
            .flatten()
            .map(|amount| amount.unit)
            .collect();
        let common = units.into_iter().find_map(|unit| {
            let unit = if scale == Scale::Date {
                Some(MICROSECOND)
            } else {
                unit
            };
            let step = match step {
                Some(step) => Some(step.in_unit(unit)?),
                None => None,
            };
            Some((unit, from.in_unit(unit)?, to.in_unit(unit)?, step))
        });
        let Some((unit, from, to, step)) = common else {
            let complaint = Complaint::new(
                "the ends and the step have no common unit in which they are decimal numbers",
                "write all three in one unit",
            );
            return Err((ends.at, complaint));
        };
        if from.compare(to).is_none_or(std::cmp::Ordering::is_gt) {
            let complaint = Complaint::new(
                "the range ends below its beginning",
                "write the smaller end as `from`",
            );
            return Err((ends.to.at, complaint));
        }
        let steps = match step {
            None => None,
            Some(step) => Some((
                step,
                count(from, to, step).map_err(|complaint| {
                    let at = ends.step.as_ref().map_or(ends.at, |step| step.at);
                    (at, complaint)
                })?,
            )),
        };
        Ok(Self {
            scale,
            unit,
            from,
            to,
            steps,
            quantum: 1,
            at: ends.at,
        })
    }

    /// The number of levels, if there is a step.
    pub(super) fn levels(&self) -> Option<u64> {
        self.steps.map(|(_, steps)| steps.saturating_add(1))
    }

    /// Lets whole numbers between the ends be multiples of `quantum`; whether there is one.
    pub(super) fn round_to(&mut self, quantum: u64) -> bool {
        self.quantum = quantum.max(1);
        self.scale != Scale::Whole || self.multiples() > 0.0
    }

    /// How many whole numbers there are between the ends, both included, of their quantum.
    fn multiples(&self) -> f64 {
        let (low, high) = self.outer_multiples();
        (high - low + 1.0).max(0.0)
    }

    /// The lowest and the highest multiple of the quantum between the ends, in quanta.
    fn outer_multiples(&self) -> (f64, f64) {
        let quantum = self.quantum as f64;
        let (from, to) = (self.from.to_f64(), self.to.to_f64());
        ((from / quantum).ceil(), (to / quantum).floor())
    }

    /// Where the value at a share of the way really lies, from 0 at the first to 1 at the last: whole numbers and
    /// dates are not everywhere. None if there is but one value.
    pub(super) fn reached(&self, share: f64) -> Option<f64> {
        let (from, to) = (self.from.to_f64(), self.to.to_f64());
        match self.scale {
            Scale::Whole => {
                let count = self.multiples();
                (count > 1.0).then(|| pick(share, count) / (count - 1.0))
            }
            _ => (to > from).then(|| (self.number_at(share) - from) / (to - from)),
        }
    }

    /// The level of that number.
    pub(super) fn level(&self, index: u64) -> (Node, String) {
        let step = self.steps.map_or(Decimal::whole(0), |(step, _)| step);
        let number = step.times(index).and_then(|way| self.from.plus(way));
        self.node(&number.unwrap_or(self.to).to_string())
    }

    /// The value at a share of the way, rounded where only whole numbers make sense.
    pub(super) fn at_share(&self, share: f64) -> (Node, String) {
        let number = self.number_at(share);
        match self.scale {
            Scale::Whole | Scale::Date => self.node(&format!("{number:.0}")),
            Scale::Plain | Scale::Quantity(_) => self.node(&format!("{number}")),
        }
    }

    fn number_at(&self, share: f64) -> f64 {
        let (from, to) = (self.from.to_f64(), self.to.to_f64());
        let value = from + (to - from) * share;
        let value = match self.scale {
            // Every one is as likely as the others, the outermost too.
            Scale::Whole => {
                let (low, _) = self.outer_multiples();
                (low + pick(share, self.multiples())) * self.quantum as f64
            }
            Scale::Date => (value / SECOND).round() * SECOND,
            Scale::Plain | Scale::Quantity(_) => value,
        };
        value.min(to).max(from)
    }

    fn node(&self, number: &str) -> (Node, String) {
        let (value, text) = self.scale.value(number, self.unit);
        (Node { value, at: self.at }, text)
    }
}

impl Amount {
    /// The number of `unit`s, if it has an end behind the point.
    fn in_unit(self, unit: Option<Unit>) -> Option<Decimal> {
        let (Some(own), Some(unit)) = (self.unit, unit) else {
            return Some(self.number);
        };
        if own.0 == unit.0 {
            return Some(self.number);
        }
        let multiply = own.1 as i128 * unit.2 as i128;
        let divide = own.2 as i128 * unit.1 as i128;
        self.number.scaled(multiply, divide)
    }
}

/// The number, from 0, of the one of `count` equal parts that a share of the way is in.
pub(super) fn pick(share: f64, count: f64) -> f64 {
    (share * count).floor().min(count - 1.0).max(0.0)
}

fn count(from: Decimal, to: Decimal, step: Decimal) -> Result<u64, Complaint> {
    if step
        .compare(Decimal::whole(0))
        .is_none_or(std::cmp::Ordering::is_le)
    {
        return Err(Complaint::new(
            format!("a step of {step} leads nowhere"),
            "write a step above 0",
        ));
    }
    from.steps_to(to, step).ok_or_else(|| {
        Complaint::new(
            format!("steps of {step} from {from} do not meet the end {to}"),
            "a range includes both ends: choose an end or a step that fit",
        )
    })
}

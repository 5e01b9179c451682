//! How single values are read: text, names, numbers, quantities and dates. Each says what its node must be, and complains in its own words if it is not.

use super::form::{Form, Leaf};
use super::names::{broken_rule, nearest};
use super::quantity::{Complaint, Dimension};
use super::reader::{Read, Reader};
use super::tree::{Node, Value};
use super::{Reference, date};
use crate::kernel::{Instant, Span};
use crate::units::{
    AcceleratorHours, Bytes, BytesPerSecond, Flop, FlopPerSecond, Money, PerSecond, Seconds, Watts,
};

/// Text that is a name by the rule.
pub enum Name {}

/// Text that is an IANA time zone.
pub enum TimeZoneName {}

impl Read for String {
    fn form() -> Form {
        Form::Leaf(Leaf::Text)
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        reader.text(node, Leaf::Text).map(str::to_owned)
    }
}

impl Read<String> for Name {
    fn form() -> Form {
        Form::Leaf(Leaf::Name)
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<String> {
        let text = reader.text(node, Leaf::Name)?;
        let Some(rule) = broken_rule(text) else {
            return Some(text.to_owned());
        };
        reader.complain(
            node.at,
            &Complaint::new(format!("\"{text}\" cannot be a name"), rule),
        );
        None
    }
}

impl Read<String> for TimeZoneName {
    fn form() -> Form {
        Form::Leaf(Leaf::TimeZone)
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<String> {
        let text = reader.text(node, Leaf::TimeZone)?;
        date::time_zone(text)
            .map_err(|complaint| reader.complain(node.at, &complaint))
            .ok()
    }
}

impl Read for Node {
    fn form() -> Form {
        Form::Leaf(Leaf::Anything)
    }

    fn read(node: &Node, _reader: &mut Reader<'_>) -> Option<Self> {
        Some(node.clone())
    }
}

impl Read for Reference {
    fn form() -> Form {
        Form::Leaf(Leaf::Reference)
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        reader
            .text(node, Leaf::Reference)
            .map(|text| Reference::at(text, node.at))
    }
}

impl Read for f64 {
    fn form() -> Form {
        Form::Leaf(Leaf::Number)
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        number(node, reader, Leaf::Number)
    }
}

impl Read for Money {
    fn form() -> Form {
        Form::Leaf(Leaf::Money)
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        number(node, reader, Leaf::Money).map(Money)
    }
}

/// A plain number.
pub fn number(node: &Node, reader: &mut Reader<'_>, leaf: Leaf) -> Option<f64> {
    let Some(number) = node.as_number() else {
        reader.wrong_kind(node, &Form::Leaf(leaf));
        return None;
    };
    plausible(number, LARGEST, node, reader)
}

/// No number of a datacenter is larger, FLOP and bytes aside, or smaller without being zero. Within
/// these limits no product that a run forms can overflow.
pub(super) const LARGEST: f64 = 1e18;
const LARGEST_FLOP_OR_BYTES: f64 = 1e40;
const SMALLEST: f64 = 1e-18;

fn plausible(number: f64, largest: f64, node: &Node, reader: &mut Reader<'_>) -> Option<f64> {
    if !number.is_finite() {
        let message = format!("`{number}` is not a finite number").to_lowercase();
        let hint =
            "a scenario holds finite numbers only; leave a key out to say that there is no limit";
        reader.complain(node.at, &Complaint::new(message, hint));
        return None;
    }
    let (problem, hint) = if number.abs() > largest {
        ("too large", format!("the largest is {largest:e}"))
    } else if number != 0.0 && number.abs() < SMALLEST {
        ("too small", format!("the smallest but 0 is {SMALLEST:e}"))
    } else {
        return Some(number);
    };
    reader.complain(
        node.at,
        &Complaint::new(format!("{number:e} is {problem}"), hint),
    );
    None
}

/// A whole number that fits `T`.
fn count<T: TryFrom<i64>>(node: &Node, reader: &mut Reader<'_>) -> Option<T> {
    match node.value {
        Value::Integer(integer) => T::try_from(integer).ok().or_else(|| {
            let (problem, hint) = if integer < 0 {
                ("negative", "it counts something: write 0 or more")
            } else {
                ("too large", "write a smaller number")
            };
            reader.complain(
                node.at,
                &Complaint::new(format!("{integer} is {problem}"), hint),
            );
            None
        }),
        Value::Float(float) if float.fract() == 0.0 && float.abs() < 1e15 => {
            let hint = format!("write it without a point or exponent: {float:.0}");
            reader.complain(
                node.at,
                &Complaint::new(format!("{float} must be written as a whole number"), hint),
            );
            None
        }
        Value::Float(float) if float.fract() == 0.0 || !float.is_finite() => {
            let complaint = if float.is_nan() {
                Complaint::new("`nan` is not a finite number", "write a whole number")
            } else {
                Complaint::new(
                    "this whole number is too large",
                    "whole numbers go up to 9223372036854775807",
                )
            };
            reader.complain(node.at, &complaint);
            None
        }
        _ => {
            reader.wrong_kind(node, &Form::Leaf(Leaf::Count));
            None
        }
    }
}

impl Read for bool {
    fn form() -> Form {
        Form::Leaf(Leaf::Boolean)
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match node.value {
            Value::Boolean(boolean) => Some(boolean),
            _ => {
                reader.wrong_kind(node, &<Self as Read>::form());
                None
            }
        }
    }
}

macro_rules! counts {
    ($($ty:ty),+) => {$(
        impl Read for $ty {
            fn form() -> Form {
                Form::Leaf(Leaf::Count)
            }

            fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
                count(node, reader)
            }
        }
    )+};
}
counts!(u32, u64);

/// A quantity in its base unit.
pub fn quantity(node: &Node, reader: &mut Reader<'_>, dimension: Dimension) -> Option<f64> {
    let text = reader.text(node, Leaf::Quantity(dimension))?;
    let number = dimension
        .parse(text)
        .map_err(|complaint| reader.complain(node.at, &complaint))
        .ok()?;
    let largest = match dimension {
        Dimension::Flop
        | Dimension::FlopPerSecond
        | Dimension::Bytes
        | Dimension::BytesPerSecond => LARGEST_FLOP_OR_BYTES,
        _ => LARGEST,
    };
    plausible(number, largest, node, reader)
}

macro_rules! quantities {
    ($($ty:ident: $dimension:ident),+ $(,)?) => {$(
        impl Read for $ty {
            fn form() -> Form {
                Form::Leaf(Leaf::Quantity(Dimension::$dimension))
            }

            fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
                quantity(node, reader, Dimension::$dimension).map($ty)
            }
        }
    )+};
}
quantities! {
    Seconds: Duration, Watts: Power, Flop: Flop, FlopPerSecond: FlopPerSecond, Bytes: Bytes,
    BytesPerSecond: BytesPerSecond, PerSecond: Rate, AcceleratorHours: AcceleratorHours,
}

impl Read for Span {
    fn form() -> Form {
        Form::Leaf(Leaf::Quantity(Dimension::Duration))
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let seconds = quantity(node, reader, Dimension::Duration)?;
        // At most 100,000 years, so the product is far inside 64 bits.
        let micros = (seconds * 1e6).round() as i64;
        if micros == 0 && seconds > 0.0 {
            reader.complain(
                node.at,
                &Complaint::new(
                    "shorter than the clock's microsecond",
                    "write \"1 us\" or more, or \"0 s\"",
                ),
            );
            return None;
        }
        Some(Span::from_micros(micros))
    }
}

impl Read for Instant {
    fn form() -> Form {
        Form::Leaf(Leaf::Date)
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let text = match &node.value {
            Value::Date(text) => text,
            _ => reader.text(node, Leaf::Date)?,
        };
        date::parse(text)
            .map_err(|complaint| reader.complain(node.at, &complaint))
            .ok()
    }
}

/// One of the given words.
pub fn word(
    node: &Node,
    reader: &mut Reader<'_>,
    words: &'static [&'static str],
) -> Option<String> {
    let text = reader.text(node, Leaf::Word(words))?;
    if words.contains(&text) {
        return Some(text.to_owned());
    }
    let message = format!("\"{text}\" must be {}", Leaf::Word(words).expectation());
    // Every word of two letters is near every other: "/m" would be taken for "/s".
    let is_long = text.chars().count() > 2;
    let near = nearest(&text.to_lowercase(), words.iter().copied());
    let hint = match near.filter(|_| is_long) {
        Some(near) => format!("did you mean \"{near}\"?"),
        None => format!("write one of {}", words.join(", ")),
    };
    reader.complain(node.at, &Complaint::new(message, hint));
    None
}

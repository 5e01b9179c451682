//! Numbers with units, as a scenario writes them: `"12h"`, `"8 MW"`, `"3.35 TB/s"`, `"900 /s"`.
//! Each dimension has its list of units and a base unit; reading turns the text into the base.
//! A unit's factor is a multiplier and a divisor, so that `"5.4 ms"` is exactly 5.4 / 1000.

use super::unit::{
    ACCELERATOR_HOURS, BYTES, BYTES_PER_SECOND, DURATION, FLOP, FLOP_PER_SECOND, POWER, RATE, Unit,
};

/// What a quantity measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    /// Seconds.
    Duration,
    /// Watts.
    Power,
    /// Floating-point operations.
    Flop,
    /// Floating-point operations per second.
    FlopPerSecond,
    /// Bytes.
    Bytes,
    /// Bytes per second.
    BytesPerSecond,
    /// Events per second.
    Rate,
    /// Accelerator-hours.
    AcceleratorHours,
}

/// Durations are counted in microseconds in 64 bits; two of this length still add up.
const YEARS_MAX: f64 = 100_000.0;

impl Dimension {
    /// All of them, in the order of the reference.
    pub(super) const ALL: [Self; 8] = [
        Self::Duration,
        Self::Power,
        Self::Flop,
        Self::FlopPerSecond,
        Self::Bytes,
        Self::BytesPerSecond,
        Self::Rate,
        Self::AcceleratorHours,
    ];

    /// The units, the most natural first.
    pub(super) fn units(self) -> &'static [Unit] {
        match self {
            Self::Duration => DURATION,
            Self::Power => POWER,
            Self::Flop => FLOP,
            Self::FlopPerSecond => FLOP_PER_SECOND,
            Self::Bytes => BYTES,
            Self::BytesPerSecond => BYTES_PER_SECOND,
            Self::Rate => RATE,
            Self::AcceleratorHours => ACCELERATOR_HOURS,
        }
    }

    /// What this measures, with its article: "a duration".
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Duration => "a duration",
            Self::Power => "a power",
            Self::Flop => "an amount of arithmetic",
            Self::FlopPerSecond => "an arithmetic speed",
            Self::Bytes => "an amount of memory",
            Self::BytesPerSecond => "a bandwidth",
            Self::Rate => "a rate",
            Self::AcceleratorHours => "a number of accelerator-hours",
        }
    }

    /// One well-formed quantity.
    #[must_use]
    pub fn example(self) -> &'static str {
        match self {
            Self::Duration => "12h",
            Self::Power => "8 MW",
            Self::Flop => "3.8e25 FLOP",
            Self::FlopPerSecond => "989 TFLOP/s",
            Self::Bytes => "80 GB",
            Self::BytesPerSecond => "3.35 TB/s",
            Self::Rate => "900 /s",
            Self::AcceleratorHours => "3e7 accelerator-hours",
        }
    }

    /// The names of the units: "s, ms, us, m, h, d, w or y".
    #[must_use]
    pub fn unit_names(self) -> String {
        alternatives(self.units().iter().map(|unit| unit.0))
    }

    /// Reads a quantity into its base unit.
    ///
    /// # Errors
    /// What is wrong, and what would be right.
    pub fn parse(self, text: &str) -> Result<f64, Complaint> {
        let (digits, unit) = split_number(text.trim());
        let whole_hint = || {
            format!(
                "write {} with a unit ({}), for example \"{}\"",
                self.name(),
                self.unit_names(),
                self.example()
            )
        };
        if digits.is_empty() {
            return Err(Complaint::new(
                format!("\"{text}\" is not {}", self.name()),
                whole_hint(),
            ));
        }
        let number: f64 = digits
            .replace('_', "")
            .parse()
            .map_err(|_| Complaint::new(format!("\"{digits}\" is not a number"), whole_hint()))?;
        if unit.is_empty() {
            return Err(Complaint::new(
                format!("\"{text}\" has no unit"),
                whole_hint(),
            ));
        }
        let Some(&(_, multiply, divide)) = self.units().iter().find(|known| known.0 == unit) else {
            return Err(Complaint::new(
                format!("\"{unit}\" is not a unit of {}", self.name()),
                self.unit_hint(unit),
            ));
        };
        let value = number * multiply / divide;
        if !value.is_finite() {
            return Err(Complaint::new(
                format!("\"{text}\" is too large to be counted"),
                format!("for example \"{}\"", self.example()),
            ));
        }
        if value < 0.0 {
            return Err(Complaint::new(
                format!("\"{text}\" is negative"),
                format!("{} is never below zero", self.name()),
            ));
        }
        if self == Self::Duration && value > YEARS_MAX * 31_557_600.0 {
            return Err(Complaint::new(
                format!("\"{text}\" is longer than 100,000 years"),
                "write a shorter duration",
            ));
        }
        Ok(value)
    }

    fn unit_hint(self, unit: &str) -> String {
        let slip = self
            .units()
            .iter()
            .find(|known| known.0.eq_ignore_ascii_case(unit));
        let word = unit.to_ascii_lowercase();
        let instead = match (self, word.trim_end_matches('s')) {
            _ if slip.is_some() => slip.map(|known| known.0),
            (Self::Duration, "second" | "sec") => Some("s"),
            (Self::Duration, "min" | "minute") => Some("m"),
            (Self::Duration, "hour" | "hr") => Some("h"),
            (Self::Duration, "day") => Some("d"),
            (Self::Duration, "week") => Some("w"),
            (Self::Duration, "year" | "yr") => Some("y"),
            (Self::Duration, "month" | "mo") => {
                return format!(
                    "months differ in length: give a date, or use {}",
                    self.unit_names()
                );
            }
            _ => None,
        };
        match instead {
            Some(instead) => format!(
                "did you mean `{instead}`? The units are {}",
                self.unit_names()
            ),
            None => format!(
                "the units are {}, as in \"{}\"",
                self.unit_names(),
                self.example()
            ),
        }
    }
}

/// What is wrong with a piece of text, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub hint: String,
}

impl Complaint {
    /// Both sentences.
    pub fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: hint.into(),
        }
    }
}

/// "a, b or c".
pub(super) fn alternatives<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        Some((only, _)) => (*only).to_owned(),
        None => String::new(),
    }
}

/// Splits `"3.8e25 FLOP"` after its number; an `e` counts as an exponent only before digits.
pub(super) fn split_number(text: &str) -> (&str, &str) {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut end = 0;
    while let Some(&byte) = bytes.get(end) {
        match byte {
            b'0'..=b'9' | b'.' | b'_' => end += 1,
            b'+' | b'-' if end == 0 => end += 1,
            b'e' | b'E' if end > 0 && digit(end + 1) => end += 2,
            b'e' | b'E'
                if end > 0 && matches!(bytes.get(end + 1), Some(b'+' | b'-')) && digit(end + 2) =>
            {
                end += 3
            }
            _ => break,
        }
    }
    let (number, unit) = text.split_at_checked(end).unwrap_or((text, ""));
    (number, unit.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_into_base_units() {
        let cases = [
            (Dimension::Duration, "5.4 ms", 0.0054),
            (Dimension::Duration, "1.5h", 5400.0),
            (Dimension::Duration, "13w", 13.0 * 604_800.0),
            (Dimension::Duration, "4us", 4e-6),
            (Dimension::Power, "8 MW", 8e6),
            (Dimension::Flop, "3.8e25 FLOP", 3.8e25),
            (Dimension::FlopPerSecond, "989 TFLOP/s", 989e12),
            (Dimension::Bytes, "1 GiB", 1_073_741_824.0),
            (Dimension::BytesPerSecond, "3.35 TB/s", 3.35e12),
            (Dimension::Rate, "200 /d", 200.0 / 86_400.0),
            (Dimension::Rate, "900/s", 900.0),
            (Dimension::AcceleratorHours, "3e7 accelerator-hours", 3e7),
        ];
        for (dimension, text, expected) in cases {
            assert_eq!(dimension.parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_quantity_says_what_would_be() {
        let cases = [
            (
                Dimension::Duration,
                "12",
                "has no unit",
                "ms, us, m, h, d, w or y",
            ),
            (Dimension::Duration, "3 months", "not a unit", "give a date"),
            (
                Dimension::Duration,
                "3 hours",
                "not a unit",
                "did you mean `h`",
            ),
            (Dimension::Duration, "-3h", "negative", "never below zero"),
            (Dimension::Duration, "h", "is not a duration", "\"12h\""),
            (
                Dimension::Duration,
                "1e300 y",
                "longer than 100,000 years",
                "shorter",
            ),
            (Dimension::Power, "8 mw", "not a unit", "did you mean `MW`"),
            (Dimension::Power, "1.2.3 W", "not a number", "8 MW"),
            (Dimension::Bytes, "1e308 TB", "too large", "80 GB"),
            (Dimension::Rate, "5", "has no unit", "/s"),
        ];
        for (dimension, text, message, hint) in cases {
            let complaint = dimension.parse(text).expect_err(text);
            assert!(complaint.message.contains(message), "{complaint:?}");
            assert!(complaint.hint.contains(hint), "{complaint:?}");
        }
    }

    #[test]
    fn every_example_reads() {
        for dimension in Dimension::ALL {
            assert!(
                dimension.parse(dimension.example()).is_ok(),
                "{dimension:?}"
            );
        }
    }
}

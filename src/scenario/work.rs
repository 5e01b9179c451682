//! A campaign's work and its model FLOP utilisation: two keys that may be written in two ways.

use indexmap::IndexMap;

use super::Reference;
use super::declare::table;
use super::form::{Form, Leaf};
use super::quantity::{Complaint, Dimension};
use super::reader::{Read, Reader};
use super::tree::Node;
use crate::units::{AcceleratorHours, Flop};

/// How much there is to compute.
#[derive(Clone, Copy, Debug)]
pub enum Work {
    /// In arithmetic: how long it takes depends on peak speed and utilisation.
    Flop(Flop),
    /// In time on accelerators, whatever their speed.
    AcceleratorHours(AcceleratorHours),
}

table! {
    /// Work as a multiple of other work; replaced by the product before reading.
    pub struct Multiple {
        /// How many times.
        pub times: f64 where "> 0, <= 1e9",
        /// Name of a training workload, or of a catalogue model whose training compute is known.
        pub of: Reference,
    }
}

impl Read for Work {
    fn form() -> Form {
        Form::Either(Box::new(Form::Leaf(Leaf::Work)), Box::new(Multiple::form()))
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if node.as_table().is_some() {
            // What could be multiplied has been; a table that is left has been complained about, or is malformed.
            Multiple::read(node, reader);
            return None;
        }
        let text = reader.text(node, Leaf::Work)?;
        match Self::parse(text) {
            Ok(work) => Some(work),
            Err(complaint) => {
                reader.complain(node.at, &complaint);
                None
            }
        }
    }
}

impl Work {
    /// Reads `"3.8e25 FLOP"` or `"3e7 accelerator-hours"`.
    ///
    /// # Errors
    /// What is wrong, and what would be right.
    pub fn parse(text: &str) -> Result<Self, Complaint> {
        let hours = text.trim_end().ends_with("hours");
        let work = match hours {
            true => Dimension::AcceleratorHours
                .parse(text)
                .map(|hours| Self::AcceleratorHours(AcceleratorHours(hours))),
            false => Dimension::Flop
                .parse(text)
                .map(|flop| Self::Flop(Flop(flop))),
        };
        let hint = "write \"3.8e25 FLOP\", \"3e7 accelerator-hours\" or { times = 10, of = \"llama-3-405b\" }";
        let work = work.map_err(|complaint| Complaint::new(complaint.message, hint))?;
        if work.amount() > 0.0 {
            Ok(work)
        } else {
            Err(Complaint::new("there is no work in this", hint))
        }
    }

    /// The number, in its own unit.
    fn amount(self) -> f64 {
        match self {
            Self::Flop(flop) => flop.0,
            Self::AcceleratorHours(hours) => hours.0,
        }
    }

    /// `times` as much, as a scenario would write it.
    #[must_use]
    pub fn times(self, times: f64) -> String {
        let amount = self.amount() * times;
        match self {
            Self::Flop(_) => format!("{amount:?} FLOP"),
            Self::AcceleratorHours(_) => format!("{amount:?} accelerator-hours"),
        }
    }
}

/// Model FLOP utilisation: useful speed over peak speed, in (0, 1].
#[derive(Clone, Debug)]
pub enum Mfu {
    /// The same on all hardware.
    Everywhere(f64),
    /// By the hardware's name.
    ByHardware(IndexMap<String, f64>),
}

impl Mfu {
    /// The utilisation on the hardware of that name, if it is given.
    #[must_use]
    pub fn on(&self, hardware: &str) -> Option<f64> {
        match self {
            Self::Everywhere(mfu) => Some(*mfu),
            Self::ByHardware(each) => each.get(hardware).copied(),
        }
    }
}

impl Read for Mfu {
    fn form() -> Form {
        Form::Either(
            Box::new(Form::Leaf(Leaf::Number)),
            Box::new(Form::Map(Box::new(Form::Leaf(Leaf::Number)))),
        )
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let mfu = if node.as_table().is_some() {
            Self::ByHardware(IndexMap::read(node, reader)?)
        } else {
            Self::Everywhere(f64::read(node, reader)?)
        };
        let all_fit = match &mfu {
            Self::Everywhere(mfu) => fits(*mfu),
            Self::ByHardware(each) => each.values().all(|mfu| fits(*mfu)),
        };
        if !all_fit {
            let complaint = Complaint::new(
                "utilisation must be more than 0 and at most 1",
                "large training runs reach 0.38 to 0.43",
            );
            reader.complain(node.at, &complaint);
        }
        all_fit.then_some(mfu)
    }
}

fn fits(mfu: f64) -> bool {
    mfu > 0.0 && mfu <= 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_has_two_units() {
        assert!(matches!(Work::parse("3.8e25 FLOP"), Ok(Work::Flop(Flop(flop))) if flop == 3.8e25));
        assert!(
            matches!(Work::parse("3e7 accelerator-hours"), Ok(Work::AcceleratorHours(AcceleratorHours(hours))) if hours == 3e7)
        );
        for text in ["3e7", "0 FLOP", "3e7 hours", "12h"] {
            assert!(Work::parse(text).is_err(), "{text}");
        }
        assert_eq!(
            Work::parse("4e25 FLOP").map(|work| work.times(0.5)),
            Ok("2e25 FLOP".to_owned())
        );
    }
}

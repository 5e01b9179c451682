//! Demand over time: profiles that services share (a shape or a series, growth, events, noise), and
//! how much of one a service asks for.

use indexmap::IndexMap;

use super::Reference;
use super::chance::Numbers;
use super::declare::{choice, table};
use super::form::{Form, Leaf};
use super::leaf::TimeZoneName;
use super::quantity::Complaint;
use super::reader::{Read, Reader};
use super::series::Series;
use super::tree::Node;
use crate::distribution::Distribution;
use crate::kernel::{Instant, Span};
use crate::units::PerSecond;

table! {
    /// How demand moves around its mean. One draw per profile and replication is shared by all that use it.
    #[derive(Clone, Debug)]
    pub struct Profile {
        /// IANA time zone whose wall clock the shape follows, daylight saving included. A series has a time zone of its own.
        pub time_zone: String as TimeZoneName = "\"UTC\"",
        /// Factor of all of the demand, drawn once per replication: how large it turns out to be. At most 1000000 on average.
        pub size: Distribution as Numbers = "1.0",
        /// How the rate moves by itself: the same at all times, by a shape, or by a series.
        pub course: Course as MaybeCourse,
        /// Long-run growth and how uncertain it is.
        pub growth: Growth = "{}",
        /// Noise of hours and days around the shape.
        pub noise: Noise = "{}",
        /// Launches and other lasting changes, by name.
        pub event: IndexMap<String, Event> = "{}",
    } then Profile::checked;
}

/// A demand that is more times what it was taken for is a slip.
const SIZE_MAX: f64 = 1e6;

impl Profile {
    fn checked(self, node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let mean = self.size.mean();
        if !mean.is_finite() || mean > SIZE_MAX {
            let at = node.get("size").unwrap_or(node).at;
            let complaint = Complaint::new(
                format!("`size` is {mean:e} on average, which is more than {SIZE_MAX}"),
                "let a service's `base` say how much, and `size` how uncertain that is",
            );
            reader.complain(at, &complaint);
            return None;
        }
        Some(self)
    }
}

table! {
    /// Multipliers of the mean rate by local hour and by day of the week, each of mean 1 once read.
    #[derive(Clone, Debug)]
    pub struct Shape {
        /// 24 multipliers by local hour of the day. Only their ratios matter: they are scaled to mean 1.
        pub day: [f64; 24] = "[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]" where ">= 0",
        /// 7 multipliers by day of the week, Monday first. Only their ratios matter: they are scaled to mean 1.
        pub week: [f64; 7] = "[1, 1, 1, 1, 1, 1, 1]" where ">= 0",
    } then Shape::normalised;
}

impl Shape {
    /// The same rate at all times.
    pub const EVEN: Self = Self {
        day: [1.0; 24],
        week: [1.0; 7],
    };

    /// Scales both to mean 1; a shape of zeros has no mean to scale.
    fn normalised(mut self, node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        for (key, multipliers) in [
            ("day", self.day.as_mut_slice()),
            ("week", self.week.as_mut_slice()),
        ] {
            let mean = multipliers.iter().sum::<f64>() / multipliers.len() as f64;
            if !(mean > 0.0 && mean.is_finite()) {
                let at = node.get(key).unwrap_or(node).at;
                let complaint = Complaint::new(
                    format!(
                        "the multipliers of `{key}` add up to {}",
                        if mean > 0.0 { "infinity" } else { "zero" }
                    ),
                    "at least one must be more than 0",
                );
                reader.complain(at, &complaint);
                return None;
            }
            for multiplier in multipliers {
                *multiplier /= mean;
            }
        }
        Some(self)
    }
}

choice! {
    /// What says how a profile's rate moves, growth, events and noise aside.
    #[derive(Clone, Debug)]
    pub enum Course(flat) {
        /// Day and week shape: a catalogue name, or a table with `day` and `week`. Without it, and without `series`, the rate is even.
        "shape" => Shape(Shape as ShapeOrName),
        /// Rates over time from a CSV file, in place of a shape.
        "series" => Series(Series),
    }
}

impl Course {
    /// The series, if it is one.
    #[must_use]
    pub fn series(&self) -> Option<&Series> {
        match self {
            Self::Series(series) => Some(series),
            Self::Shape(_) => None,
        }
    }
}

/// A course that may be left out: then the rate is even.
pub(super) enum MaybeCourse {}

impl Read<Course> for MaybeCourse {
    const OPTIONAL: bool = true;
    const FLAT: bool = true;

    fn form() -> Form {
        Course::form()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Course> {
        if node.get("shape").is_none() && node.get("series").is_none() {
            return Some(Course::Shape(Shape::EVEN));
        }
        Course::read(node, reader)
    }
}

/// A shape written out, or the name of one in the catalogue; names are replaced before reading.
pub(super) enum ShapeOrName {}

impl Read<Shape> for ShapeOrName {
    fn form() -> Form {
        Form::Either(Box::new(Form::Leaf(Leaf::Text)), Box::new(Shape::form()))
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Shape> {
        if node.as_text().is_some() {
            // A name that is still here is unknown, and the catalogue has said so.
            return None;
        }
        if node.as_table().is_none() {
            reader.wrong_kind(node, &<Self as Read<Shape>>::form());
            return None;
        }
        Shape::read(node, reader)
    }
}

table! {
    /// Growth of a mean rate, or of a value, from the start of the run.
    #[derive(Clone, Copy, Debug)]
    pub struct Growth {
        /// Factor per year: 2 doubles every year, 1 is no growth.
        pub annual: f64 = "1.0" where "> 0, <= 1e6",
        /// Standard deviation of the yearly logarithmic slope, drawn once per replication.
        pub slope_sd: f64 = "0.0" where ">= 0, <= 10",
        /// Standard deviation of the logarithmic random walk, per square root of a year.
        pub walk_sd: f64 = "0.0" where ">= 0, <= 10",
    }
}

table! {
    /// Noise around the shape: log-normal, first-order autoregressive, on a grid of one hour.
    #[derive(Clone, Copy, Debug)]
    pub struct Noise {
        /// Coefficient of variation of an hour's rate.
        pub cv: f64 = "0.0" where ">= 0, <= 100",
        /// Time over which the noise forgets: its autocorrelation falls to 1/e.
        pub correlation: Span = "\"6h\"" where "> 0",
        /// Coefficient of variation of the rate within an hour, which an hourly mean hides: services are sized for, and fail on, the minutes above the mean.
        pub subhourly_cv: f64 = "0.0" where ">= 0, <= 3",
    }
}

impl Noise {
    /// None at all.
    pub const NONE: Self = Self {
        cv: 0.0,
        correlation: Span::HOUR,
        subhourly_cv: 0.0,
    };
}

impl Growth {
    /// Whether nothing ever grows.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.annual == 1.0 && self.slope_sd == 0.0 && self.walk_sd == 0.0
    }
}

table! {
    /// A lasting change of demand, or of a value.
    #[derive(Clone, Copy, Debug)]
    pub struct Event {
        /// Date at which the change begins.
        pub at: Instant,
        /// Factor that it is multiplied by from then on.
        pub multiply: f64 where ">= 0, <= 1e6",
        /// Time in which the factor rises in a straight line from 1.
        pub ramp: Span = "\"0s\"",
    }
}

table! {
    /// A service's demand: its level times the profile.
    #[derive(Clone, Debug)]
    pub struct ServiceDemand {
        /// Name of the demand profile. Without one the rate is constant.
        pub profile: Option<Reference>,
        /// How much the profile multiplies.
        pub level: Level,
    } then ServiceDemand::checked;
}

choice! {
    /// How much a service asks for.
    #[derive(Clone, Copy, Debug)]
    pub enum Level(flat) {
        /// Mean rate of requests at the start of the run: the profile's course, which has mean 1, multiplies it. Exactly one of `base` and `share` is written.
        "base" => Base(PerSecond),
        /// Share of the rates that the profile's series itself says, 0 or more: 0.5 takes half of them. Only with a profile that has a series.
        "share" => Share(f64),
    }
}

/// A larger share of something is a slip of units; `series.scale` changes those.
const SHARE_MAX: f64 = 1e6;

impl ServiceDemand {
    /// A share is a plain number, whose range no declaration of a choice can say.
    fn checked(self, node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match self.level {
            Level::Share(share) if !(0.0..=SHARE_MAX).contains(&share) => {
                let at = node.get("share").unwrap_or(node).at;
                let complaint = Complaint::new(
                    format!("a share of {share} is not at least 0 and at most {SHARE_MAX:e}"),
                    "0.5 takes half of the series' rates, 1.0 all of them",
                );
                reader.complain(at, &complaint);
                None
            }
            _ => Some(self),
        }
    }

    /// The mean rate that the profile's course multiplies, whichever way it is written.
    #[must_use]
    pub fn mean_rate(&self, profiles: &IndexMap<String, Profile>) -> PerSecond {
        match self.level {
            Level::Base(base) => base,
            Level::Share(share) => {
                let profile = self.profile.as_ref();
                let series =
                    profile.and_then(|profile| profiles.get(&profile.name)?.course.series());
                PerSecond(share * series.map_or(0.0, |series| series.rates.mean))
            }
        }
    }
}

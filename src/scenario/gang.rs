//! A campaign's gang: the accelerators that work in step. A rigid one has one size. An elastic one
//! may run at any multiple between two sizes, at an efficiency that is 1 at the size that it prefers
//! and falls off to both sides as its `scaling` says.

use super::declare::table;
use super::form::{Form, Leaf};
use super::quantity::Complaint;
use super::reader::{Read, Reader};
use super::tree::Node;
use crate::kernel::Span;

/// Sizes at which a campaign may run, in accelerators.
#[derive(Clone, Debug, PartialEq)]
pub struct Gang {
    /// What it asks for, and the size at which `mfu` and work in accelerator-hours hold.
    pub preferred: u64,
    /// The fewest.
    pub min: u64,
    /// The most.
    pub max: u64,
    /// Every size is a multiple of this.
    pub multiple: u64,
    /// Accelerators and their efficiency, rising by accelerators; the preferred size is among them.
    scaling: Vec<[f64; 2]>,
    /// Time that a change of size takes beside the checkpoint; none: a restart.
    pub reshard: Option<Span>,
}

table! {
    /// A gang that may run at several sizes.
    pub struct ElasticKeys {
        /// Accelerators that the campaign asks for. `mfu`, and work in accelerator-hours, hold at this size.
        pub preferred: u64 where ">= 1, <= 1000000000",
        /// Fewest accelerators with which it still runs. Without it, `preferred`.
        pub min: Option<u64> where ">= 1, <= 1000000000",
        /// Most accelerators that it can use; those beyond `preferred` it gets only of what nobody else needs. Without it, `preferred`.
        pub max: Option<u64> where ">= 1, <= 1000000000",
        /// Accelerators of which every size is a multiple, in whole servers of every pool that may run the campaign.
        pub multiple: u64 where ">= 1, <= 1000000000",
        /// Efficiency of an accelerator at other sizes against one of the preferred size: `[[1024, 0.95], [4096, 0.8]]`, straight between the points and the preferred size, level beyond them. Without points it is 1 at every size.
        pub scaling: Vec<[f64; 2]> = "[]",
        /// Time that a change of size takes beside writing a checkpoint. Without it, `restart`.
        pub reshard: Option<Span>,
    }
}

impl Gang {
    /// A gang of one size.
    #[must_use]
    pub fn rigid(accelerators: u64) -> Self {
        Self {
            preferred: accelerators,
            min: accelerators,
            max: accelerators,
            multiple: accelerators,
            scaling: Vec::new(),
            reshard: None,
        }
    }

    /// Whether it may run at more than one size.
    #[must_use]
    pub fn is_elastic(&self) -> bool {
        self.min < self.max
    }

    /// The largest size of at most so many accelerators; none if the smallest is larger.
    #[must_use]
    pub fn fit(&self, accelerators: u64) -> Option<u64> {
        if accelerators < self.min {
            return None;
        }
        let multiples = accelerators.min(self.max).checked_div(self.multiple)?;
        Some(multiples * self.multiple).filter(|&size| size >= self.min && size > 0)
    }

    /// Work that an accelerator does in a gang of this size, against one of the preferred size.
    #[must_use]
    pub fn efficiency(&self, accelerators: u64) -> f64 {
        let at = accelerators as f64;
        let above = self.scaling.partition_point(|[size, _]| *size < at);
        let below = above
            .checked_sub(1)
            .and_then(|below| self.scaling.get(below));
        match (below, self.scaling.get(above)) {
            (Some([from, low]), Some([to, high])) => low + (high - low) * (at - from) / (to - from),
            (Some([_, efficiency]), None) | (None, Some([_, efficiency])) => *efficiency,
            (None, None) => 1.0,
        }
    }
}

impl Gang {
    /// The best efficiency of any size between the fewest and the most.
    #[must_use]
    pub fn best_efficiency(&self) -> f64 {
        let within = |[size, _]: &&[f64; 2]| (self.min as f64..=self.max as f64).contains(size);
        let points = self
            .scaling
            .iter()
            .filter(within)
            .map(|[_, efficiency]| *efficiency);
        let ends = [self.min, self.max].map(|size| self.efficiency(size));
        points.chain(ends).fold(0.0, f64::max)
    }
}

impl Read for Gang {
    fn form() -> Form {
        Form::Either(
            Box::new(Form::Leaf(Leaf::Count)),
            Box::new(ElasticKeys::form()),
        )
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if node.as_table().is_none() {
            return u64::read(node, reader).map(Self::rigid);
        }
        let keys = ElasticKeys::read(node, reader)?;
        let mut gang = Self {
            preferred: keys.preferred,
            min: keys.min.unwrap_or(keys.preferred),
            max: keys.max.unwrap_or(keys.preferred),
            multiple: keys.multiple,
            scaling: keys.scaling,
            reshard: keys.reshard,
        };
        let sizes = gang.sizes_are_right(node, reader);
        (gang.scaling_is_right(node, reader) && sizes).then_some(gang)
    }
}

impl Gang {
    /// Whether min ≤ preferred ≤ max and all are multiples; complains of what is not.
    fn sizes_are_right(&self, node: &Node, reader: &mut Reader<'_>) -> bool {
        let Self {
            preferred,
            min,
            max,
            multiple,
            ..
        } = *self;
        let mut right = true;
        let mut complain = |key: &str, message: String, hint: String| {
            let at = node.get(key).unwrap_or(node).at;
            let complaint = Complaint::new(message, hint);
            reader.within(key, |reader| reader.complain(at, &complaint));
            right = false;
        };
        if min > preferred {
            let message = format!("the fewest, {min}, are more than the preferred {preferred}");
            let hint = format!("write at most {preferred}, or leave `min` out");
            complain("min", message, hint);
        }
        if max < preferred {
            let message = format!("the most, {max}, are fewer than the preferred {preferred}");
            let hint = format!("write at least {preferred}, or leave `max` out");
            complain("max", message, hint);
        }
        for (key, size) in [("preferred", preferred), ("min", min), ("max", max)] {
            if node.get(key).is_some() && size.checked_rem(multiple) != Some(0) {
                let up = size.div_ceil(multiple.max(1)).saturating_mul(multiple);
                let message = format!("{size} is not a multiple of {multiple}");
                complain(key, message, format!("write {up}, or change `multiple`"));
            }
        }
        right
    }

    /// Puts the preferred size among the points of the scaling; whether they are a curve along which
    /// more accelerators never do less.
    fn scaling_is_right(&mut self, node: &Node, reader: &mut Reader<'_>) -> bool {
        if self.scaling.is_empty() {
            return true;
        }
        let preferred = [self.preferred as f64, 1.0];
        let place = self
            .scaling
            .partition_point(|[size, _]| *size < preferred[0]);
        let listed = self
            .scaling
            .get(place)
            .is_some_and(|[size, _]| *size == preferred[0]);
        let wrong = if !self.scaling.is_sorted_by(|a, b| a[0] < b[0]) {
            Some((
                "the accelerators do not rise".to_owned(),
                "list the points by rising accelerators",
            ))
        } else if self
            .scaling
            .iter()
            .any(|[size, e]| *size < 1.0 || *e <= 0.0 || *e > 1.0)
        {
            let message = "a point is accelerators of at least 1 and an efficiency of more than 0 and at most 1";
            Some((
                message.to_owned(),
                "an accelerator of the preferred gang counts as 1: prefer the most efficient size",
            ))
        } else if listed && self.scaling.get(place) != Some(&preferred) {
            let message = format!("at the preferred {} the efficiency is 1", self.preferred);
            Some((
                message,
                "leave that point out, or divide all efficiencies by its own",
            ))
        } else {
            if !listed {
                self.scaling.insert(place, preferred);
            }
            let slower = self.scaling.windows(2).find(|pair| loses(pair));
            slower.and_then(|pair| {
                let [[from, _], [to, _]] = pair else {
                    return None;
                };
                let message = format!("between {from} and {to} accelerators more of them do less");
                Some((
                    message,
                    "let the efficiency fall more slowly there, or make `max` smaller",
                ))
            })
        };
        let Some((message, hint)) = wrong else {
            return true;
        };
        let at = node.get("scaling").unwrap_or(node).at;
        let complaint = Complaint::new(message, hint);
        reader.within("scaling", |reader| reader.complain(at, &complaint));
        false
    }
}

/// Whether size times efficiency falls somewhere between two points: it is a parabola there, whose
/// slope is least at the end.
fn loses(pair: &[[f64; 2]]) -> bool {
    let [[from, low], [to, high]] = pair else {
        return false;
    };
    high + to * (high - low) / (to - from) < 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gang(scaling: &[[f64; 2]]) -> Gang {
        Gang {
            min: 1024,
            max: 4096,
            multiple: 256,
            scaling: scaling.to_vec(),
            ..Gang::rigid(2048)
        }
    }

    #[test]
    fn it_takes_the_largest_multiple_that_fits() {
        let gang = gang(&[]);
        let sizes = [1023, 1024, 1279, 1280, 9999].map(|accelerators| gang.fit(accelerators));
        assert_eq!(
            sizes,
            [None, Some(1024), Some(1024), Some(1280), Some(4096)]
        );
        let rigid = Gang::rigid(2048);
        let sizes = [2047, 2048, 9999].map(|accelerators| rigid.fit(accelerators));
        assert_eq!(sizes, [None, Some(2048), Some(2048)]);
        assert!(gang.is_elastic() && !rigid.is_elastic());
    }

    #[test]
    fn efficiency_is_straight_between_points_and_level_beyond() {
        let gang = gang(&[[1024.0, 0.9], [2048.0, 1.0], [3072.0, 0.8]]);
        for (size, efficiency) in [
            (1024, 0.9),
            (1536, 0.95),
            (2048, 1.0),
            (2560, 0.9),
            (3072, 0.8),
            (4096, 0.8),
            (512, 0.9),
        ] {
            assert!((gang.efficiency(size) - efficiency).abs() < 1e-12, "{size}");
        }
        assert_eq!(Gang::rigid(7).efficiency(7), 1.0);
    }
}

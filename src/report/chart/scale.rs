//! A scale from values to pixels, with round ticks.

use crate::results::thousands;

/// More digits than this behind the point are not read but counted.
const DIGITS_MAX: usize = 5;

/// A linear scale from values to pixels.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Scale {
    /// From `low` to `high` onto pixels `from` to `to`; a span of nothing gets some room.
    #[must_use]
    pub fn new(low: f64, high: f64, from: f64, to: f64) -> Self {
        let room = if high > low {
            0.0
        } else {
            low.abs().max(1.0) * 0.5
        };
        Self {
            low: low - room,
            high: high + room,
            from,
            to,
        }
    }

    /// The same with ends that are ticks, so that data do not touch the frame.
    #[must_use]
    pub fn rounded(low: f64, high: f64, from: f64, to: f64) -> Self {
        let plain = Self::new(low, high, from, to);
        let step = step(plain.low, plain.high, 5);
        Self {
            low: (plain.low / step).floor() * step,
            high: (plain.high / step - 1e-9).ceil() * step,
            ..plain
        }
    }

    /// Where a value is.
    #[must_use]
    pub fn at(&self, value: f64) -> f64 {
        self.from + (value - self.low) / (self.high - self.low) * (self.to - self.from)
    }

    /// Round values within the scale, about `count` of them, as percentages if they are shares; with as many digits
    /// as it takes to tell neighbours apart.
    #[must_use]
    pub fn ticks(&self, count: usize, is_share: bool) -> Vec<(f64, String)> {
        let step = step(self.low, self.high, count);
        let first = (self.low / step - 1e-9).ceil() as i64;
        let last = (self.high / step + 1e-9).floor() as i64;
        let most = self.low.abs().max(self.high.abs());
        let (factor, suffix) = match is_share {
            true => (100.0, "%"),
            false => {
                let (divisor, suffix) = thousands(most);
                (1.0 / divisor, suffix)
            }
        };
        let digits = (-(step * factor).log10().floor()).clamp(0.0, 9.0) as usize;
        let tick = |tick: i64| {
            let value = tick as f64 * step;
            let text = match tick {
                0 if !is_share => "0".to_owned(),
                _ if digits > DIGITS_MAX => format!("{:.1e}{suffix}", value * factor),
                _ => format!("{:.digits$}{suffix}", value * factor),
            };
            (value, text)
        };
        (first..=last.min(first + 50)).map(tick).collect()
    }
}

/// 1, 2 or 5 times a power of ten.
fn step(low: f64, high: f64, count: usize) -> f64 {
    let raw = ((high - low) / count.max(1) as f64).max(f64::MIN_POSITIVE);
    let power = 10f64.powf(raw.log10().floor());
    let factor = [1.0, 2.0, 5.0]
        .into_iter()
        .find(|factor| factor * power >= raw * 0.999);
    factor.unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        let texts = |ticks: Vec<(f64, String)>| -> Vec<String> {
            ticks.into_iter().map(|tick| tick.1).collect()
        };
        let ticks = Scale::new(0.0, 4521.0, 0.0, 100.0).ticks(5, false);
        assert_eq!(texts(ticks), ["0", "1000", "2000", "3000", "4000"]);
        let ticks = Scale::rounded(0.9871, 0.9999, 0.0, 100.0).ticks(3, true);
        assert_eq!(texts(ticks), ["98.5%", "99.0%", "99.5%", "100.0%"]);
        // Neighbours are told apart, however close.
        let ticks = Scale::rounded(2_512_000.0, 2_514_000.0, 0.0, 100.0).ticks(4, false);
        assert_eq!(
            texts(ticks),
            ["2.5120M", "2.5125M", "2.5130M", "2.5135M", "2.5140M"]
        );
        // Nothing to span is no reason to divide by zero.
        assert!(Scale::new(3.0, 3.0, 0.0, 10.0).at(3.0).is_finite());
        assert!(Scale::rounded(0.0, 0.0, 0.0, 10.0).ticks(4, false).len() < 20);
    }
}

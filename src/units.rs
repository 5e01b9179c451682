//! Physical quantities as newtypes: a value with a dimension crosses a room's border only in one
//! of these, so that watts are never added to seconds. Each holds the SI base unit that its name
//! says; arithmetic that makes no physical sense does not compile.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, Mul, Sub};

macro_rules! quantity {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
        pub struct $name(pub f64);

        impl Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }
        impl AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                self.0 += other.0;
            }
        }
        impl Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }
        impl Mul<f64> for $name {
            type Output = Self;
            fn mul(self, factor: f64) -> Self {
                Self(self.0 * factor)
            }
        }
        impl Div<f64> for $name {
            type Output = Self;
            fn div(self, divisor: f64) -> Self {
                Self(self.0 / divisor)
            }
        }
        /// The ratio of two like quantities is a plain number.
        impl Div for $name {
            type Output = f64;
            fn div(self, other: Self) -> f64 {
                self.0 / other.0
            }
        }
        impl Sum for $name {
            fn sum<I: Iterator<Item = Self>>(values: I) -> Self {
                Self(values.map(|value| value.0).sum())
            }
        }
    )+};
}

quantity! {
    /// A span of time too short or too smooth for the event clock, in seconds.
    Seconds,
    /// Electrical power, in watts.
    Watts,
    /// Memory, in bytes.
    Bytes,
    /// Memory bandwidth, in bytes per second.
    BytesPerSecond,
    /// Arithmetic work, in floating-point operations.
    Flop,
    /// Arithmetic speed, in floating-point operations per second.
    FlopPerSecond,
    /// Events per second.
    PerSecond,
    /// One accelerator for one hour.
    AcceleratorHours,
    /// An amount in the scenario's currency.
    Money,
}

//! The units that a scenario may write, by dimension, and what each is in the base unit.

/// A unit's name, and what one of it is in the base unit: multiply, then divide.
pub type Unit = (&'static str, f64, f64);

const KIB: f64 = 1024.0;

/// Durations, in seconds.
pub const DURATION: &[Unit] = &[
    ("s", 1.0, 1.0),
    ("ms", 1.0, 1e3),
    ("us", 1.0, 1e6),
    ("m", 60.0, 1.0),
    ("h", 3600.0, 1.0),
    ("d", 86_400.0, 1.0),
    ("w", 604_800.0, 1.0),
    ("y", 31_557_600.0, 1.0),
];
/// Power, in watts.
pub const POWER: &[Unit] = &[
    ("W", 1.0, 1.0),
    ("kW", 1e3, 1.0),
    ("MW", 1e6, 1.0),
    ("GW", 1e9, 1.0),
];
/// Arithmetic, in operations.
pub const FLOP: &[Unit] = &[("FLOP", 1.0, 1.0)];
/// Arithmetic speed, in operations per second.
pub const FLOP_PER_SECOND: &[Unit] = &[
    ("TFLOP/s", 1e12, 1.0),
    ("GFLOP/s", 1e9, 1.0),
    ("PFLOP/s", 1e15, 1.0),
    ("FLOP/s", 1.0, 1.0),
];
/// Memory, in bytes.
pub const BYTES: &[Unit] = &[
    ("B", 1.0, 1.0),
    ("kB", 1e3, 1.0),
    ("MB", 1e6, 1.0),
    ("GB", 1e9, 1.0),
    ("TB", 1e12, 1.0),
    ("PB", 1e15, 1.0),
    ("KiB", KIB, 1.0),
    ("MiB", KIB * KIB, 1.0),
    ("GiB", KIB * KIB * KIB, 1.0),
    ("TiB", KIB * KIB * KIB * KIB, 1.0),
];
/// Bandwidth, in bytes per second.
pub const BYTES_PER_SECOND: &[Unit] = &[
    ("B/s", 1.0, 1.0),
    ("kB/s", 1e3, 1.0),
    ("MB/s", 1e6, 1.0),
    ("GB/s", 1e9, 1.0),
    ("TB/s", 1e12, 1.0),
    ("GiB/s", KIB * KIB * KIB, 1.0),
    ("TiB/s", KIB * KIB * KIB * KIB, 1.0),
];
/// Rates, per second.
pub const RATE: &[Unit] = &[
    ("/s", 1.0, 1.0),
    ("/m", 1.0, 60.0),
    ("/h", 1.0, 3600.0),
    ("/d", 1.0, 86_400.0),
    ("/w", 1.0, 604_800.0),
    ("/y", 1.0, 31_557_600.0),
];
/// Accelerator-hours.
pub const ACCELERATOR_HOURS: &[Unit] = &[("accelerator-hours", 1.0, 1.0)];

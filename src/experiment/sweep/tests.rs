//! Sweeps as a whole.

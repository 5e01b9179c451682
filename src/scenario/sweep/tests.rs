//! Sweep files, good and bad.

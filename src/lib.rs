//! Sluice.

pub mod package;

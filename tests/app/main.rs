//! Everything Sluice promises, as one test program.

mod rules;

//! Runs: the way of a solution from development to production, and all that must not be possible on it.

mod bytes;
mod control;
mod due;
mod history;
mod journey;
mod order;
mod real;
mod rights;
mod schedule;
mod series;
mod settings;
mod told;

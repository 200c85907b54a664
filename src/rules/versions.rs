//! Rule 6's comparison: what deploying a version over another means.

use std::cmp::Ordering;

use crate::package::version::Version;

/// What deploying a version does to what a target has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Install,
    Upgrade,
    Same,
    Downgrade,
}

/// Compares number by number, absent numbers as 0.
pub fn step(candidate: &Version, installed: Option<&Version>) -> Step {
    match installed.map(|installed| candidate.cmp(installed)) {
        None => Step::Install,
        Some(Ordering::Greater) => Step::Upgrade,
        Some(Ordering::Equal) => Step::Same,
        Some(Ordering::Less) => Step::Downgrade,
    }
}

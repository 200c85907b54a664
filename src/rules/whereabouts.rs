//! What is where: whether a place of a pipeline has less than what comes before it.

use crate::package::version::Version;

/// Which of the places in a row are behind: each holds a version where it has one, and names the places before it, of
/// which the newest version counts. What was never there is not behind: it has not come so far.
pub fn behind(places: &[(Option<Version>, Vec<usize>)]) -> Vec<bool> {
    let newest = |before: &[usize]| before.iter().filter_map(|place| places.get(*place)?.0.as_ref()).max();
    places.iter().map(|(here, before)| here.as_ref().is_some_and(|here| newest(before) > Some(here))).collect()
}

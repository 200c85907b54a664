//! What is where: whether a place of a pipeline has less than what comes before it.

use crate::package::version::Version;

/// What could come to each of these places: the newest version of the places before it, where that is higher than its
/// own. Each place holds a version where it has one, and names those before it. What was never there is not behind: it
/// has not come so far.
pub fn behind(places: &[(Option<Version>, Vec<usize>)]) -> Vec<Option<Version>> {
    let newest = |before: &[usize]| before.iter().filter_map(|place| places.get(*place)?.0.as_ref()).max();
    let ahead = |(here, before): &(Option<Version>, Vec<usize>)| {
        let here = here.as_ref()?;
        newest(before).filter(|newest| *newest > here).cloned()
    };
    places.iter().map(ahead).collect()
}

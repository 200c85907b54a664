//! Time zones as people choose them.

use crate::zone::Zone;

/// The choices of a time zone: pairs of value and label.
pub type Zones = Vec<(&'static str, String)>;

/// The zones that a form offers: those named after a place, and UTC first.
pub fn all() -> Zones {
    let places = Zone::all().filter(|zone| CONTINENTS.iter().any(|prefix| zone.name().starts_with(prefix)));
    std::iter::once(Zone::utc()).chain(places).map(|zone| (zone.name(), zone.name().replace('_', " "))).collect()
}

// The other zones are old names of these, and offsets.
const CONTINENTS: [&str; 10] = [
    "Africa/",
    "America/",
    "Antarctica/",
    "Arctic/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
];

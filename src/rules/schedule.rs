//! Deploy later: which instant a person means by a date and time in their own zone, or why none.

use std::fmt;

use chrono::{DateTime, MappedLocalTime, Months, NaiveDateTime, TimeDelta, TimeZone};

use super::words::words;
use crate::zone::{Gap, Zone};

/// How many months ahead a deployment may be scheduled.
pub const MONTHS_AHEAD: u32 = 12;

/// When a run is to be deployed: the instant in UTC, and the zone in which somebody chose it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    pub at: NaiveDateTime,
    pub zone: Zone,
}

/// Which of two is meant, where the clock is put back and a time comes twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    Earlier,
    Later,
}

words!(Side {
    Earlier = "earlier", "The earlier one";
    Later = "later", "The later one";
});

/// Why a date and time cannot be taken as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// The clock is put forward past it; the nearest minutes that there are, before and after.
    Gap { before: NaiveDateTime, after: NaiveDateTime },
    /// The clock is put back, so it comes twice, and nobody said which is meant.
    Fold { earlier: DateTime<Zone>, later: DateTime<Zone> },
    /// It is over, or this very moment.
    Past,
    /// More than [`MONTHS_AHEAD`] months away.
    TooFar,
}

impl Schedule {
    /// What `wall`, read off a clock in `zone`, means at the instant `now` in UTC. `side` counts only where the time
    /// comes twice.
    ///
    /// # Errors
    /// Why it cannot be taken.
    pub fn choose(wall: NaiveDateTime, zone: Zone, side: Option<Side>, now: NaiveDateTime) -> Result<Schedule, Unfit> {
        // No clock is more than a day from UTC: what is further away needs no zone, which knows only so many years.
        let away = wall.signed_duration_since(now);
        if away < TimeDelta::days(-2) {
            return Err(Unfit::Past);
        }
        if away > TimeDelta::days(368) {
            return Err(Unfit::TooFar);
        }
        let at = match (zone.from_local_datetime(&wall), side) {
            (MappedLocalTime::Single(at), _) => at,
            (MappedLocalTime::Ambiguous(at, _), Some(Side::Earlier)) => at,
            (MappedLocalTime::Ambiguous(_, at), Some(Side::Later)) => at,
            (MappedLocalTime::Ambiguous(earlier, later), None) => one_of(earlier, later, now)?,
            (MappedLocalTime::None, _) => return Err(gap(wall, zone, now)),
        };
        fit(at.naive_utc(), now)?;
        Ok(Schedule { at: at.naive_utc(), zone })
    }

    /// The instant as a clock in the zone shows it.
    pub fn local(&self) -> DateTime<Zone> {
        self.zone.from_utc_datetime(&self.at)
    }

    /// Which of two it is, where the time comes twice.
    pub fn side(&self) -> Option<Side> {
        match self.zone.from_local_datetime(&self.local().naive_local()) {
            MappedLocalTime::Ambiguous(earlier, _) if earlier.naive_utc() == self.at => Some(Side::Earlier),
            MappedLocalTime::Ambiguous(..) => Some(Side::Later),
            _ => None,
        }
    }
}

/// Exactly, for the log: `2026-11-26 22:00 +01:00 (Europe/Berlin)`.
impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.local().format("%Y-%m-%d %H:%M %:z"), self.zone.name())
    }
}

fn fit(at: NaiveDateTime, now: NaiveDateTime) -> Result<(), Unfit> {
    let last = now.checked_add_months(Months::new(MONTHS_AHEAD)).unwrap_or(NaiveDateTime::MAX);
    match at {
        at if at <= now => Err(Unfit::Past),
        at if at > last => Err(Unfit::TooFar),
        _ => Ok(()),
    }
}

// Nobody is asked about a time that is over or too far away.
fn one_of(earlier: DateTime<Zone>, later: DateTime<Zone>, now: NaiveDateTime) -> Result<DateTime<Zone>, Unfit> {
    match (fit(earlier.naive_utc(), now), fit(later.naive_utc(), now)) {
        (Ok(()), Ok(())) => Err(Unfit::Fold { earlier, later }),
        (Ok(()), Err(_)) => Ok(earlier),
        (Err(_), _) => Ok(later),
    }
}

fn gap(wall: NaiveDateTime, zone: Zone, now: NaiveDateTime) -> Unfit {
    match zone.gap(wall) {
        Some(Gap { begin, end }) => match fit(end.naive_utc(), now) {
            Ok(()) => Unfit::Gap { before: begin - TimeDelta::minutes(1), after: end.naive_local() },
            Err(unfit) => unfit,
        },
        // Beyond all that is known of the zone.
        _ => Unfit::TooFar,
    }
}

//! The clock of the database, which all servers share.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use chrono::{NaiveDateTime, SubsecRound, TimeDelta};
use diesel::{QueryResult, RunQueryDsl, dsl::sql, sql_types::Timestamp};

use super::{Conn, Native, now};

/// For how long this machine goes on with what the database said: a deployment wants to know the time again and again, and
/// each answer is a journey.
const GOES_ON: Duration = Duration::from_secs(1);
/// By how much the clocks of this machine may differ meanwhile; else it slept, or its time was set.
const APART: TimeDelta = TimeDelta::milliseconds(100);

/// The present instant by the database's clock; leases are told by it. On PostgreSQL it is late by as much as an answer of
/// the database took on its way, which was asked within the last second.
pub fn clock(conn: &mut Conn) -> QueryResult<NaiveDateTime> {
    match **conn {
        Native::Sqlite(_) => Ok(now()),
        Native::Postgres(_) => of_server(conn),
    }
}

fn of_server(conn: &mut Conn) -> QueryResult<NaiveDateTime> {
    let last = conn.shared::<Last>();
    let told = *last.0.lock().unwrap_or_else(PoisonError::into_inner);
    let passed = told.map_or(Duration::MAX, |told| told.at.elapsed());
    let gone_on = told.and_then(|told| told.after(passed, now()));
    if let Some(clock) = gone_on.filter(|_| passed < GOES_ON) {
        return Ok(clock);
    }
    let clock = sql::<Timestamp>("clock_timestamp() AT TIME ZONE 'UTC'");
    let clock = diesel::select(clock).get_result(conn)?;
    // An answer that was longer on its way than the last one must not turn time back.
    let clock = gone_on.filter(|before| (TimeDelta::zero()..APART).contains(&(*before - clock))).unwrap_or(clock);
    let told = Told { clock, here: now(), at: Instant::now() };
    *last.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(told);
    Ok(clock)
}

/// What all connections know of the clock.
#[derive(Default)]
struct Last(Mutex<Option<Told>>);

/// What the database said.
#[derive(Debug, Clone, Copy)]
struct Told {
    clock: NaiveDateTime,
    /// What the clock of this machine said then.
    here: NaiveDateTime,
    at: Instant,
}

impl Told {
    /// What it is after so long, at the instant `here` by the clock of this machine; none where that clock went otherwise.
    fn after(&self, passed: Duration, here: NaiveDateTime) -> Option<NaiveDateTime> {
        let passed = TimeDelta::from_std(passed).ok()?;
        let agree = ((here - self.here) - passed).abs() < APART;
        agree.then(|| (self.clock + passed).trunc_subsecs(6))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_database_said_is_gone_on_with_as_long_as_the_clocks_here_agree() {
        let (clock, here) = (now() + TimeDelta::hours(3), now());
        let told = Told { clock, here, at: Instant::now() };
        let half = TimeDelta::milliseconds(500);
        let after = |went: TimeDelta| told.after(Duration::from_millis(500), here + went);
        assert_eq!(after(half), Some(clock + half));
        assert_eq!(after(half + TimeDelta::milliseconds(99)), Some(clock + half));
        // It slept, or its time was set.
        for went in [half + TimeDelta::milliseconds(100), TimeDelta::hours(8), TimeDelta::hours(-1)] {
            assert_eq!(after(went), None);
        }
    }
}

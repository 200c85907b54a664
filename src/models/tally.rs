//! How much there is to do, and what became of the last day's runs: figures for whoever runs the server.

use std::time::Duration;

use chrono::{NaiveDateTime, TimeDelta};
use diesel::{
    dsl::{count_star, min},
    prelude::*,
};

use crate::{
    db::{self, Conn},
    error::Error,
    id::RunId,
    rules::state::State,
    schema::{operations, runs},
};

/// How long whoever asks for a tally waits for it.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// How far back finished runs are counted: all of them would be more with every year.
const HOURS: i64 = 24;

/// Counts at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// Every state with its runs; of finished ones those begun in the last 24 hours.
    pub runs: Vec<(State, i64)>,
    /// Operations that are due and that nobody has claimed.
    pub due: i64,
    /// How long the oldest of them has been due; zero where there is none.
    pub oldest_due: TimeDelta,
    /// Operations that somebody has claimed.
    pub under_way: i64,
}

impl Tally {
    /// Counts now.
    pub fn of(conn: &mut Conn) -> Result<Tally, Error> {
        let now = db::clock(conn)?;
        let open = operations::table.filter(operations::ended_at.is_null());
        let free = operations::lease_until.is_null().or(operations::lease_until.lt(now).assume_not_null());
        let waiting = open.filter(operations::due_at.le(now)).filter(free);
        let (due, oldest): (i64, Option<NaiveDateTime>) =
            waiting.select((count_star(), min(operations::due_at))).first(conn)?;
        let claimed = open.filter(operations::lease_until.ge(now).assume_not_null());
        let under_way = claimed.count().get_result(conn)?;
        let oldest_due = oldest.map_or(TimeDelta::zero(), |due| now - due);
        Ok(Tally { runs: runs(conn, now)?, due, oldest_due, under_way })
    }
}

// Each count is read from the index of states alone.
fn runs(conn: &mut Conn, now: NaiveDateTime) -> Result<Vec<(State, i64)>, Error> {
    let since = RunId::first_at(now - TimeDelta::hours(HOURS));
    let mut count = |state: State| {
        let of = runs::table.filter(runs::state.eq(state));
        match state.is_final() {
            true => of.filter(runs::id.ge(since)).count().get_result(conn),
            false => of.count().get_result(conn),
        }
    };
    State::ALL.iter().map(|state| Ok((*state, count(*state)?))).collect()
}

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
    /// Operations that wait until another one leaves the lane of their environment.
    pub in_line: i64,
}

impl Tally {
    /// Counts now.
    pub fn of(conn: &mut Conn) -> Result<Tally, Error> {
        let now = db::clock(conn)?;
        let open = operations::table.filter(operations::ended_at.is_null());
        // What is claimed is due again only when its lease ends.
        let waiting = open.filter(operations::ready).filter(operations::due_at.le(now));
        let (due, oldest): (i64, Option<NaiveDateTime>) =
            waiting.select((count_star(), min(operations::due_at))).first(conn)?;
        let under_way = open.filter(operations::holder.is_not_null()).count().get_result(conn)?;
        let in_line = open.filter(operations::ready.eq(false)).count().get_result(conn)?;
        let oldest_due = oldest.map_or(TimeDelta::zero(), |due| now - due);
        Ok(Tally { runs: runs(conn, now)?, due, oldest_due, under_way, in_line })
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

//! How often something was deployed lately, and how long versions took from development to production.

mod settled;
mod weeks;

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::run::Scope;
use crate::{
    db::{Conn, Instant, among, unvaried},
    error::Error,
    schema::{runs, stages},
};

/// How many arrivals are looked at.
const ARRIVED: i64 = 300;

/// What ended since an instant.
#[derive(Debug, Clone)]
pub struct Pace {
    /// How many succeeded and failed in each week.
    pub weeks: Vec<(usize, usize)>,
    /// When versions came to a last stage for the first time, latest first.
    pub arrivals: Vec<Arrival>,
    /// Whether only the newest of them were looked at.
    pub arrivals_cut: bool,
}

/// When a version came to a last stage, and how long that took since its first run through the pipeline was started. Where
/// a way forks, it comes to each end of it.
#[derive(Debug, Clone, Copy)]
pub struct Arrival {
    pub at: NaiveDateTime,
    pub took: TimeDelta,
}

impl Pace {
    /// That of the runs that a person may see, in weeks that begin at these instants; none where nothing ended.
    pub fn of(conn: &mut Conn, scope: &Scope, starts: &[NaiveDateTime]) -> Result<Option<Pace>, Error> {
        let Some(since) = starts.first() else { return Ok(None) };
        let weeks = weeks::ended(conn, scope, starts)?;
        if weeks.iter().all(|counts| *counts == (0, 0)) {
            return Ok(None);
        }
        let arrivals = arrivals(conn, scope, *since)?;
        let arrivals_cut = i64::try_from(arrivals.len()).is_ok_and(|count| count >= ARRIVED);
        Ok(Some(Pace { weeks, arrivals, arrivals_cut }))
    }
}

// Told by an index alone.
fn arrivals(conn: &mut Conn, scope: &Scope, since: NaiveDateTime) -> Result<Vec<Arrival>, Error> {
    let next = diesel::alias!(stages as next);
    let followed = next.filter(next.field(stages::retired_at).is_null());
    let followed = followed.filter(next.field(stages::previous_stage_id).is_not_null());
    let followed = followed.select(next.field(stages::previous_stage_id).assume_not_null());
    let last = stages::table.filter(stages::retired_at.is_null()).filter(stages::id.ne_all(followed));
    let last = last.select(stages::id);
    let first = runs::table.filter(runs::way_began_at.is_not_null().and(runs::ended_at.ge(since)));
    let newest = first.order(runs::ended_at.desc()).limit(ARRIVED).select((runs::way_began_at, runs::ended_at));
    let found: Vec<(Option<Instant>, Option<Instant>)> = match scope {
        Scope::All => unvaried!(newest.filter(runs::stage_id.eq_any(last))).load(conn),
        Scope::Some(pipelines) => {
            let theirs = last.filter(among(stages::pipeline_id, &**pipelines));
            unvaried!(newest.filter(runs::stage_id.eq_any(theirs))).load(conn)
        }
    }?;
    let arrival = |(began, at): (Option<Instant>, Option<Instant>)| {
        at.zip(began).map(|(at, began)| Arrival { at: *at, took: *at - *began })
    };
    Ok(found.into_iter().filter_map(arrival).collect())
}
